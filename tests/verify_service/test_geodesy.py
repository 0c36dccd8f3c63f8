"""Positions: the published transform, its inverse, and distances that others computed."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_service.geodesy import (
    Gcj02Position,
    Position,
    PositionError,
    distance,
    to_gcj02,
    to_wgs84,
)

CHINESE_LATITUDES = st.floats(18.0, 53.5)
CHINESE_LONGITUDES = st.floats(73.5, 135.0)
LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


# Test data of eviltransform (github.com/googollee/eviltransform, MIT), in degrees: WGS-84, GCJ-02.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),  # Shanghai
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),  # Shenzhen
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),  # Beijing
    ],
)
def test_the_transform_is_the_published_one(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    found = to_gcj02(Position(latitude=wgs84[0], longitude=wgs84[1]))
    assert found.latitude == pytest.approx(gcj02[0], abs=1e-9)
    assert found.longitude == pytest.approx(gcj02[1], abs=1e-9)
    back = to_wgs84(Gcj02Position(latitude=gcj02[0], longitude=gcj02[1]))
    assert back.latitude == pytest.approx(wgs84[0], abs=1e-8)
    assert back.longitude == pytest.approx(wgs84[1], abs=1e-8)


@given(latitude=CHINESE_LATITUDES, longitude=CHINESE_LONGITUDES)
def test_there_and_back_is_within_a_millimeter(latitude: float, longitude: float) -> None:
    position = Position(latitude=latitude, longitude=longitude)
    assert distance(to_wgs84(to_gcj02(position)), position) < 0.001


@given(latitude=CHINESE_LATITUDES, longitude=CHINESE_LONGITUDES)
def test_the_two_differ_by_some_hundred_meters_in_china(latitude: float, longitude: float) -> None:
    position = Position(latitude=latitude, longitude=longitude)
    shown = to_gcj02(position)
    moved = Position(latitude=shown.latitude, longitude=shown.longitude)
    assert 10 < distance(position, moved) < 1500


@pytest.mark.parametrize(("latitude", "longitude"), [(48.8566, 2.3522), (-33.87, 151.21), (0, 0)])
def test_outside_china_nothing_is_shifted(latitude: float, longitude: float) -> None:
    position = Position(latitude=latitude, longitude=longitude)
    shown = to_gcj02(position)
    assert (shown.latitude, shown.longitude) == (latitude, longitude)
    assert to_wgs84(shown) == position


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -181), (nan, 0), (0, inf)]
)
def test_a_position_that_is_nowhere_is_refused(latitude: float, longitude: float) -> None:
    for kind in (Position, Gcj02Position):
        with pytest.raises(PositionError):
            kind(latitude=latitude, longitude=longitude)


# A quarter and half of the sphere's circumference, and Beijing–Tianjin: geodesic by Vincenty's
# formula on WGS-84 for the last, so within 0.6 %.
@pytest.mark.parametrize(
    ("a", "b", "meters", "tolerance"),
    [
        ((0, 0), (0, 90), 10_007_557.2, 1),
        ((90, 0), (-90, 0), 20_015_114.4, 1),
        ((0, 179.5), (0, -179.5), 111_195.1, 1),
        ((39.9042, 116.4074), (39.0842, 117.2009), 113_700, 700),
        ((39.9337, 116.4546), (39.9337, 116.4546), 0, 0),
    ],
)
def test_distances_are_those_of_the_sphere(
    a: tuple[float, float], b: tuple[float, float], meters: float, tolerance: float
) -> None:
    first = Position(latitude=a[0], longitude=a[1])
    second = Position(latitude=b[0], longitude=b[1])
    assert distance(first, second) == pytest.approx(meters, abs=tolerance)


@given(a=st.tuples(LATITUDES, LONGITUDES), b=st.tuples(LATITUDES, LONGITUDES))
def test_a_distance_is_the_same_both_ways_and_at_most_half_way_round(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    first = Position(latitude=a[0], longitude=a[1])
    second = Position(latitude=b[0], longitude=b[1])
    assert distance(first, second) == pytest.approx(distance(second, first))
    assert 0 <= distance(first, second) <= 20_015_115
