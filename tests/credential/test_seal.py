"""Sealing: nothing leaves that our own verifier refuses, and the same gives the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.barcode import MAX_MESSAGE_BYTES
from credential.claims import License, Permit, Reference, encode_license
from credential.days import date_of
from credential.envelope import read_sign1, sign1
from credential.errors import SealingError
from credential.opening import read_text
from credential.seal import Sealed, seal, seal_city_code
from credential.signer import PrivateKeySigner
from credential.trust import Issuer, Scope, TrustedKey, TrustList
from credential.trusted import TrustedSet
from credential.verdict import Check
from credential.verify import verify
from tests.credential.licenses import licenses
from tests.vectors.district import (
    CAFE,
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN_KEY,
    NOW,
    ROOT,
    key,
    seconds,
)

HOST = CHAOYANG.host
GENERATED = seconds("2026-03-02T11:20:00")


def trusting(license: License, signer: PrivateKeySigner) -> TrustedSet:
    """A set that believes the license's issuer by this key, from the first day on."""
    trusted: TrustedKey = key(signer, start="2020-01-02")
    issuer = Issuer(
        code=license.issuer,
        name="某区",
        name_en="Some District",
        host=HOST,
        number_prefix="某",
        status_uri="https://x.test/{list}",
        keys=(trusted,),
        scopes=(Scope(from_day=1),),
    )
    listed = TrustList(number=1, issued_at=1, expires_at=2**33, issuers=(issuer,))
    return TrustedSet(ROOT, listed)


def sealed_or_too_large(license: License, signer: PrivateKeySigner) -> Sealed | None:
    try:
        return seal(license, signer, host=HOST)
    except SealingError:
        message = sign1(encode_license(license), signer)
    assert len(message) > MAX_MESSAGE_BYTES
    return None


@settings(max_examples=50)
@given(licenses(max_permits=12), st.sampled_from([CHAOYANG_KEY, HAIDIAN_KEY]))
def test_whatever_is_sealed_is_genuine_to_our_own_verifier(
    license: License, signer: PrivateKeySigner
) -> None:
    sealed = sealed_or_too_large(license, signer)
    if sealed is None:
        return
    verdict = verify(sealed.text, trusted=trusting(license, signer), at=NOW)
    assert verdict.genuine is not None
    assert verdict.genuine.content == license
    assert (verdict.checked.signature, verdict.checked.issuer) == (Check.PASSED, Check.PASSED)
    assert len(sealed.message) <= MAX_MESSAGE_BYTES


@settings(max_examples=40)
@given(licenses(max_permits=4), st.sampled_from([CHAOYANG_KEY, HAIDIAN_KEY]))
def test_a_city_code_is_genuine_with_its_details_and_without(
    license: License, signer: PrivateKeySigner
) -> None:
    sealed = seal_city_code(license, signer, host=HOST, generated_at=GENERATED)
    assert sealed.claims == encode_license(license)
    trusted = trusting(license, signer)
    alone = verify(sealed.text, trusted=trusted, at=NOW)
    whole = verify(sealed.text, trusted=trusted, at=NOW, details=lambda _: sealed.claims)
    assert alone.genuine is not None
    assert whole.genuine is not None
    assert alone.genuine.number == whole.genuine.number == license.number("某")
    assert isinstance(alone.genuine.content, Reference)
    assert whole.genuine.content == license


def test_the_same_license_gives_the_same_text() -> None:
    assert seal(CAFE, CHAOYANG_KEY, host=HOST) == seal(CAFE, CHAOYANG_KEY, host=HOST)


def test_a_sealed_license_holds_its_message_and_its_claims() -> None:
    sealed = seal(CAFE, CHAOYANG_KEY, host=HOST)
    assert read_text(sealed.text).message.unverified_payload == sealed.claims
    assert sealed.claims in sealed.message


def license_of(number: str, permits: int) -> License:
    return CAFE._replace(permits=(Permit(1, number, None),) * permits)


def test_a_message_of_1024_bytes_is_sealed_and_a_longer_one_is_not() -> None:
    # Two digits of the last number take one byte, so every size around the limit comes up.
    sizes, refused = set(), 0
    for pairs in range(1, 33):
        permits = (*license_of("1" * 40, 35).permits, Permit(1, "11" * pairs, None))
        sealed = sealed_or_too_large(CAFE._replace(permits=permits), CHAOYANG_KEY)
        if sealed is None:
            refused += 1
        else:
            sizes.add(len(sealed.message))
    assert max(sizes) == MAX_MESSAGE_BYTES
    assert refused > 0


def test_a_license_far_too_large_is_refused_with_the_same_type() -> None:
    # Python would not write a number of so many digits.
    with pytest.raises(SealingError):
        seal(license_of("黑" * 64, 60), CHAOYANG_KEY, host=HOST)


@pytest.mark.parametrize("host", ["", "yz.example", "YZ.EXAMPLE:443", "YZ_EXAMPLE", "ＹＺ", "A/B"])
def test_a_host_that_a_text_cannot_carry_is_refused(host: str) -> None:
    with pytest.raises(SealingError):
        seal(CAFE, CHAOYANG_KEY, host=host)
    with pytest.raises(SealingError):
        seal_city_code(CAFE, CHAOYANG_KEY, host=host, generated_at=GENERATED)


def test_a_host_of_every_character_is_carried() -> None:
    host = "ABCDEFGHIJKLMNOPQRSTUVWXYZ.0123456789-"
    assert read_text(seal(CAFE, CHAOYANG_KEY, host=host).text).host == host


FIRST = seconds("2020-01-01T00:00:00")
LAST = FIRST + 60 * 10**10 - 1


@pytest.mark.parametrize("at", [0, FIRST - 1, LAST + 1, 10**12])
def test_a_time_of_generation_outside_its_ten_digits_is_refused(at: int) -> None:
    with pytest.raises(SealingError):
        seal_city_code(CAFE, CHAOYANG_KEY, host=HOST, generated_at=at)


@pytest.mark.parametrize(("at", "minutes"), [(FIRST, "0" * 10), (LAST, "9" * 10)])
def test_the_first_and_the_last_minute_of_ten_digits_are_written(at: int, minutes: str) -> None:
    text = seal_city_code(CAFE, CHAOYANG_KEY, host=HOST, generated_at=at).text
    assert text.split(".")[-2:] == [minutes, "00000"]  # and a license without an end


def test_a_sealed_city_code_holds_its_message() -> None:
    sealed = seal_city_code(CAFE, CHAOYANG_KEY, host=HOST, generated_at=GENERATED)
    parts = read_sign1(sealed.message, max_bytes=MAX_MESSAGE_BYTES)
    assert read_text(sealed.text).message == parts


def test_a_city_code_says_when_it_was_made_and_how_long_it_holds() -> None:
    license = CAFE._replace(expiry_day=CAFE.issued_day + 90)
    at = seconds("2020-01-02T00:01:59")
    text = seal_city_code(license, CHAOYANG_KEY, host=HOST, generated_at=at).text
    generated, validity = text.split(".")[-2:]
    assert generated == "0000001441"
    assert date_of(int(validity)) == date_of(CAFE.issued_day + 90)
    assert f"/C/01.{CAFE.issuer}.ZHXK." in text
