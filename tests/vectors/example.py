"""The example that the specification opens with, byte by byte."""

from collections.abc import Iterator
from typing import Final

from credential.days import date_of
from credential.envelope import read_sign1
from credential.text import pack_text
from tests.vectors.annotation import Line
from tests.vectors.district import CAFE
from tests.vectors.scenarios.city_code import SEALED as CITY_CODE

__all__ = ["CITY_CODE", "license_lines", "reference_lines"]
_ISSUED: Final = date_of(CAFE.issued_day)


def license_lines(claims: bytes) -> Iterator[Line]:
    """The lines of CAFE's claims set."""
    record = claims[16:]
    yield from _head(claims, "-65537, license record")
    at = 0
    for size, remark in (
        (1, f"version: {CAFE.version}"),
        (1, f"industry: {CAFE.industry}"),
        (1, f"edition of the code list: 2000 + {CAFE.catalog - 2000}"),
        (1, f"year of the number: 2000 + {CAFE.year - 2000}"),
        (3, f"serial: {CAFE.serial}"),
        (12, f"USCC: {CAFE.uscc}"),
        (5, "position: 39.9242° N, 116.4436° E"),
        (2, f"issued on day {CAFE.issued_day}: {_ISSUED}"),
        (2, "no expiry of its own"),
        (4, f"status list {CAFE.status_list}, index {CAFE.status_index}"),
        (1, f"{len(CAFE.permits)} permits"),
        (1, f"{len(CAFE.pending)} pending items"),
    ):
        yield Line(record[at : at + size], 4, remark)
        at += size
    for permit in CAFE.permits:
        assert permit.last_day is not None
        yield Line(record[at : at + 3], 4, f"permit {permit.code}, to {date_of(permit.last_day)}")
        at += 3
    texts = [CAFE.holder, CAFE.address, *(permit.number for permit in CAFE.permits)]
    for place, text in enumerate(texts):
        if place:
            yield Line(b"\x00", 4, "separator")
        yield Line(pack_text(text), 4, text)


def reference_lines(message: bytes) -> Iterator[Line]:
    """The lines of the claims set of CAFE's city code."""
    claims = read_sign1(message, max_bytes=len(message)).unverified_payload
    record = claims[16:]
    yield from _head(claims, "-65538, reference record")
    at = 0
    for size, remark in (
        (1, f"version: {CAFE.version}"),
        (1, f"industry: {CAFE.industry}"),
        (1, f"year of the number: 2000 + {CAFE.year - 2000}"),
        (3, f"serial: {CAFE.serial}"),
        (4, f"status list {CAFE.status_list}, index {CAFE.status_index}"),
        (2, "no expiry of its own"),
        (24, "digest of the license's claims set"),
    ):
        yield Line(record[at : at + size], 4, remark)
        at += size


def _head(claims: bytes, label: str) -> Iterator[Line]:
    yield Line(claims[:1], 2, "claims set: map of two")
    yield Line(claims[1:9], 3, f'1, issuer: "{CAFE.issuer}"')
    yield Line(claims[9:14], 3, label)
    yield Line(claims[14:16], 3, f"byte string of {len(claims) - 16} bytes")
