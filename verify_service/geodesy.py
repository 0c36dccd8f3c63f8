"""Positions on earth: WGS-84 as phones report it, GCJ-02 as Chinese maps give it, and distances.

The two differ by 300 to 700 m in China, so they are two types: a position of the one can not be
passed for the other. The registry keeps WGS-84 alone; GCJ-02 is converted where it enters.

The transform is the published one (Krasovsky ellipsoid, a = 6 378 245 m,
e² = 0.00669342162296594323), which map services reproduce to within about a meter.
"""

from dataclasses import dataclass
from math import asin, cos, hypot, isfinite, pi, radians, sin, sqrt

from verify_service.errors import ServiceError

EARTH_RADIUS = 6_371_008.8  # meters: mean radius R1 of WGS-84
_SEMI_MAJOR_AXIS = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_TOLERANCE = 1e-9  # degrees: 0.1 mm
_ROUNDS = 30  # each gains about three digits; more means it does not converge


@dataclass(eq=False, kw_only=True)
class PositionError(ServiceError):
    """Degrees that are nowhere on earth."""

    latitude: float
    longitude: float

    zh = "坐标超出范围：纬度 {latitude}，经度 {longitude}"
    en = "no such position: latitude {latitude}, longitude {longitude}"


class PositionAbroadError(PositionError):
    """On earth, and not where a district's premises are: degrees exchanged, most likely."""

    zh = "经营场所坐标不在中国境内：纬度 {latitude}，经度 {longitude}（纬度在前）"
    en = "premises are in China, not at latitude {latitude}, longitude {longitude}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """WGS-84, in degrees; raises `PositionError`."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        _check(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gcj02Position:
    """GCJ-02, in degrees; raises `PositionError`."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        _check(self.latitude, self.longitude)


def check_in_china(position: Position) -> None:
    """Refuse a position far from China, which no credential holds; raises `PositionAbroadError`."""
    if not (3 <= position.latitude <= 54 and 73 <= position.longitude <= 136):
        raise PositionAbroadError(latitude=position.latitude, longitude=position.longitude)


def to_gcj02(position: Position) -> Gcj02Position:
    """Return the position as Chinese maps show it; outside China it is the same."""
    latitude, longitude = position.latitude, position.longitude
    if _in_china(latitude, longitude):
        shift = _shift(latitude, longitude)
        latitude, longitude = latitude + shift[0], longitude + shift[1]
    return Gcj02Position(latitude=latitude, longitude=longitude)


def to_wgs84(position: Gcj02Position) -> Position:
    """Return the position as phones report it, to less than a millimeter of `to_gcj02`'s inverse.

    There is no closed form: the shift at the last guess is taken off until nothing moves.
    """
    latitude, longitude = position.latitude, position.longitude
    if not _in_china(latitude, longitude):
        return Position(latitude=latitude, longitude=longitude)
    for _ in range(_ROUNDS):
        shift = _shift(latitude, longitude)
        step_latitude = position.latitude - shift[0] - latitude
        step_longitude = position.longitude - shift[1] - longitude
        latitude, longitude = latitude + step_latitude, longitude + step_longitude
        if hypot(step_latitude, step_longitude) < _TOLERANCE:
            break
    return Position(latitude=latitude, longitude=longitude)


def distance(a: Position, b: Position) -> float:
    """Return the great-circle distance in meters (haversine; within 0.6 % of the ellipsoid's)."""
    latitude_a, latitude_b = radians(a.latitude), radians(b.latitude)
    half_latitude = (latitude_b - latitude_a) / 2
    half_longitude = radians(b.longitude - a.longitude) / 2
    chord = sin(half_latitude) ** 2 + cos(latitude_a) * cos(latitude_b) * sin(half_longitude) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, chord)))


def _check(latitude: float, longitude: float) -> None:
    finite = isfinite(latitude) and isfinite(longitude)
    if not finite or abs(latitude) > 90 or abs(longitude) > 180:
        raise PositionError(latitude=latitude, longitude=longitude)


def _in_china(latitude: float, longitude: float) -> bool:
    # The box of the published transform. It is wider than the country: shops abroad are not ours.
    return 72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271


def _shift(latitude: float, longitude: float) -> tuple[float, float]:
    """Return what GCJ-02 adds at a WGS-84 position, in degrees of latitude and longitude."""
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(pi * y) + 40 * sin(pi * y / 3)) * 2 / 3
    north += (160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(pi * x) + 40 * sin(pi * x / 3)) * 2 / 3
    east += (150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
    flattening = 1 - _ECCENTRICITY_SQUARED * sin(radians(latitude)) ** 2
    meridian = _SEMI_MAJOR_AXIS * (1 - _ECCENTRICITY_SQUARED) / flattening**1.5
    parallel = _SEMI_MAJOR_AXIS / sqrt(flattening) * cos(radians(latitude))
    return north * 180 / (meridian * pi), east * 180 / (parallel * pi)
