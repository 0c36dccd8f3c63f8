"""What a license says, as the maps that other constructions put into their tokens.

Each says the same: issuer, number and version, industry and edition, USCC, holder, address,
position, days, place in the status list, permits (code, number, last day, by promise), pending
items. Where a construction leaves freedom, the smaller way is taken, to its advantage.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from credential import days
from credential.claims import License
from tests.bench.sizes.licenses import number_of

# What CBOR and JSON write: texts, numbers, arrays, and maps with either kind of key.
Value: TypeAlias = object
Write: TypeAlias = Callable[[str], "str | bytes"]

_STEP: Final = 10_000  # steps a degree, as ours


def issued_at(license: License) -> int:
    """NumericDate of the day of issue."""
    return days.seconds_at(license.issued_day)


def expires_at(license: License) -> int:
    """NumericDate of the end of the last day; the last that a day can name where there is none."""
    return days.seconds_at((license.expiry_day or days.MAX_DAY) + 1) - 1


def numbered(license: License, write: Write = str) -> dict[int, Value]:
    """Integer labels, days and positions as integers; `write` makes the texts."""
    claims: dict[int, Value] = {
        1: license.version,
        2: int(license.industry),
        3: license.catalog,
        4: license.year,
        5: license.serial,
        6: license.uscc,
        7: write(license.holder),
        8: write(license.address),
        10: [license.status_list, license.status_index],
        11: [
            [permit.code, write(permit.number), permit.last_day or 0, *[True] * permit.by_promise]
            for permit in license.permits
        ],
    }
    if license.position:
        latitude, longitude = license.position
        claims[9] = [round(latitude * _STEP), round(longitude * _STEP)]
    if license.pending:
        claims[12] = [[item.code, item.mandatory] for item in license.pending]
    return claims


def lettered(license: License) -> dict[str, Value]:
    """Keys of two or three letters and ISO dates, in the manner of the EU DCC's schema."""
    claims: dict[str, Value] = {
        "ci": number_of(license),
        "vn": license.version,
        "di": license.issuer,
        "in": license.industry,
        "ed": license.catalog,
        "tin": license.uscc,
        "nam": license.holder,
        "adr": license.address,
        "st": [license.status_list, license.status_index],
        "pm": [
            {"k": permit.code, "n": permit.number}
            | ({"x": _iso(permit.last_day)} if permit.last_day else {})
            | ({"p": True} if permit.by_promise else {})
            for permit in license.permits
        ],
    }
    if license.position:
        claims["pos"] = list(license.position)
    if license.pending:
        claims["pd"] = [{"k": item.code, "m": item.mandatory} for item in license.pending]
    return claims


def named(license: License) -> dict[str, Value]:
    """Whole words as keys, as a credential subject of JSON-LD; the token names number and USCC."""
    subject: dict[str, Value] = {
        "version": license.version,
        "industry": license.industry,
        "catalog": license.catalog,
        "name": license.holder,
        "address": license.address,
        "permits": [
            {"kind": permit.code, "number": permit.number}
            | ({"validUntil": _iso(permit.last_day)} if permit.last_day else {})
            | ({"byPromise": True} if permit.by_promise else {})
            for permit in license.permits
        ],
    }
    if license.position:
        latitude, longitude = license.position
        subject["geo"] = {"latitude": latitude, "longitude": longitude}
    if license.pending:
        subject["pending"] = [
            {"kind": item.code, "mandatory": item.mandatory} for item in license.pending
        ]
    return subject


def _iso(day: int) -> str:
    return days.date_of(day).isoformat()
