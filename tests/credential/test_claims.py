"""Claims sets: every license that the format can hold comes back, and nothing else is read."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.claims import (
    License,
    PendingItem,
    Permit,
    Position,
    Reference,
    UnknownRecordError,
    decode_claims,
    encode_license,
    encode_reference,
    reference_digest,
)
from credential.days import MAX_DAY
from credential.envelope import bstr
from credential.errors import ClaimsError, SealingError
from tests.credential.licenses import licenses
from tests.vectors.district import CAFE
from tests.vectors.forging import claims_set, license_record

CLAIMS = encode_license(CAFE)


@given(licenses(max_permits=8))
def test_any_license_comes_back(license: License) -> None:
    assert decode_claims(encode_license(license)) == license


def test_the_most_permits_and_pending_items_come_back() -> None:
    license = CAFE._replace(
        permits=tuple(Permit(code, f"号{code}", code, code % 2 == 0) for code in range(1, 61)),
        pending=tuple(PendingItem(code, code % 3 == 0) for code in range(108, 128)),
    )
    assert decode_claims(encode_license(license)) == license


@settings(max_examples=50)
@given(licenses(max_permits=3))
def test_a_reference_says_what_its_license_says(license: License) -> None:
    reference = decode_claims(encode_reference(license))
    assert isinstance(reference, Reference)
    assert reference == Reference(
        issuer=license.issuer,
        version=license.version,
        industry=license.industry,
        year=license.year,
        serial=license.serial,
        status_list=license.status_list,
        status_index=license.status_index,
        expiry_day=license.expiry_day,
        digest=reference_digest(encode_license(license)),
    )
    assert reference.number("P") == license.number("P")


@settings(max_examples=30)
@given(licenses(max_permits=1), licenses(max_permits=1))
def test_two_licenses_never_have_one_claims_set(one: License, other: License) -> None:
    assert (encode_license(one) == encode_license(other)) == (one == other)


@given(st.binary(max_size=120))
def test_any_bytes_are_claims_or_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(ClaimsError):
        decode_claims(data)  # too random to be any


@given(st.binary(max_size=150))
def test_any_license_record_is_read_or_refused_with_a_type(record: bytes) -> None:
    try:
        decode_claims(claims_set(bstr(record)))
    except UnknownRecordError:
        pytest.fail("a record of this version is never of an unknown kind")
    except ClaimsError:
        pass


@given(st.binary(max_size=48), st.binary(min_size=30, max_size=40))
def test_any_reference_record_is_read_or_refused_with_a_type(label: bytes, record: bytes) -> None:
    for data in (claims_set(bstr(record), label=b"\x3a\x00\x01\x00\x01"), CLAIMS[:9] + label):
        try:
            decode_claims(data)
        except ClaimsError:
            pass


@given(st.data())
def test_a_changed_byte_never_gives_the_same_license(draw: st.DataObject) -> None:
    data = bytearray(CLAIMS)
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= draw.draw(st.integers(1, 255))
    try:
        assert decode_claims(bytes(data)) != CAFE
    except ClaimsError:
        pass


def test_every_cut_of_a_claims_set_is_refused() -> None:
    for size in range(len(CLAIMS)):
        with pytest.raises(ClaimsError):
            decode_claims(CLAIMS[:size])


@pytest.mark.parametrize("at", range(1, 9))
def test_another_beginning_is_of_another_kind(at: int) -> None:
    data = bytearray(CLAIMS)
    data[at] ^= 0x80
    with pytest.raises(UnknownRecordError):
        decode_claims(bytes(data))


BEYOND = [
    ("issuer of five digits", CAFE._replace(issuer="11010")),
    ("issuer of letters", CAFE._replace(issuer="11010A")),
    ("issuer in full-width digits", CAFE._replace(issuer="１１０１０５")),
    ("issuer in superscript digits", CAFE._replace(issuer="11010²")),
    ("version 0", CAFE._replace(version=0)),
    ("version 256", CAFE._replace(version=256)),
    ("version below 0", CAFE._replace(version=-1)),
    ("industry 0", CAFE._replace(industry="00")),
    ("industry 100", CAFE._replace(industry="100")),
    ("industry of one digit", CAFE._replace(industry="8")),
    ("industry of letters", CAFE._replace(industry="xx")),
    ("industry in full-width digits", CAFE._replace(industry="２５")),
    ("industry with a sign", CAFE._replace(industry="+8")),
    ("catalog before 2000", CAFE._replace(catalog=1999)),
    ("catalog after 2255", CAFE._replace(catalog=2256)),
    ("year before 2000", CAFE._replace(year=1999)),
    ("year after 2255", CAFE._replace(year=2256)),
    ("serial 0", CAFE._replace(serial=0)),
    ("serial 2^24", CAFE._replace(serial=1 << 24)),
    ("USCC with a wrong check", CAFE._replace(uscc="91110105MAXX00023P")),
    ("holder empty", CAFE._replace(holder="")),
    ("holder too long", CAFE._replace(holder="北" * 101)),
    ("holder with a control character", CAFE._replace(holder="a\nb")),
    ("address empty", CAFE._replace(address="")),
    ("address too long", CAFE._replace(address="1" * 151)),
    ("south of the equator", CAFE._replace(position=Position(-0.0001, 116))),
    ("north of the pole", CAFE._replace(position=Position(90.0001, 116))),
    ("west of 73 degrees", CAFE._replace(position=Position(39, 72.9999))),
    ("east of 177 degrees", CAFE._replace(position=Position(39, 177.8575))),
    ("latitude not a number", CAFE._replace(position=Position(math.nan, 116))),
    ("longitude infinite", CAFE._replace(position=Position(39, math.inf))),
    ("issued on day 0", CAFE._replace(issued_day=0)),
    ("issued after 2109", CAFE._replace(issued_day=MAX_DAY + 1)),
    ("expiry before issue", CAFE._replace(expiry_day=CAFE.issued_day - 1)),
    ("expiry after 2109", CAFE._replace(expiry_day=MAX_DAY + 1)),
    ("status list 4096", CAFE._replace(status_list=1 << 12)),
    ("status list below 0", CAFE._replace(status_list=-1)),
    ("status index below 0", CAFE._replace(status_index=-1)),
    ("status block outside a list", CAFE._replace(status_index=(1 << 20) - 2)),
    ("no permits", CAFE._replace(permits=())),
    ("61 permits", CAFE._replace(permits=(Permit(1, "a", None),) * 61)),
    ("permit code 0", CAFE._replace(permits=(Permit(0, "a", None),))),
    ("permit code 128", CAFE._replace(permits=(Permit(128, "a", None),))),
    ("permit number empty", CAFE._replace(permits=(Permit(1, "", None),))),
    ("permit number too long", CAFE._replace(permits=(Permit(1, "1" * 65, None),))),
    ("permit's last day 0x8000", CAFE._replace(permits=(Permit(1, "a", 0x8000),))),
    ("permit's last day below 0", CAFE._replace(permits=(Permit(1, "a", -1),))),
    ("21 pending items", CAFE._replace(pending=(PendingItem(1, False),) * 21)),
    ("pending code 0", CAFE._replace(pending=(PendingItem(0, True),))),
    ("pending code 128", CAFE._replace(pending=(PendingItem(128, True),))),
]


@pytest.mark.parametrize(
    "license", [license for _, license in BEYOND], ids=[name for name, _ in BEYOND]
)
def test_what_the_format_cannot_hold_is_not_written(license: License) -> None:
    with pytest.raises(SealingError):
        encode_license(license)
    with pytest.raises(SealingError):
        encode_reference(license)


def test_a_number_is_written_as_people_write_it() -> None:
    assert CAFE.number("朝综许") == "朝综许25-2026-00017"
    assert CAFE._replace(serial=1_234_567).number("") == "25-2026-1234567"


def test_a_position_is_kept_to_a_ten_thousandth_of_a_degree() -> None:
    near = Position(39.92423, 116.44364)
    read = decode_claims(encode_license(CAFE._replace(position=near)))
    assert isinstance(read, License)
    assert read.position == Position(39.9242, 116.4436)


def test_a_pole_is_a_position_and_no_position_is_none() -> None:
    for position in (Position(90.0, 73.0), Position(0.0, 73.0), None):
        read = decode_claims(encode_license(CAFE._replace(position=position)))
        assert isinstance(read, License)
        assert read.position == position


def test_a_reader_refuses_a_latitude_of_which_no_distance_can_be_taken() -> None:
    north_of_the_pole = (900_001 << 20).to_bytes(5, "big")
    with pytest.raises(ClaimsError):
        decode_claims(claims_set(bstr(license_record(position=north_of_the_pole))))
