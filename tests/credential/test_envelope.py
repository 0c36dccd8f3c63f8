"""The envelope: one encoding, taken apart without belief, opened by its key alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.envelope import bstr, digest, read_bstr, read_header, read_sign1, sign1
from credential.errors import EnvelopeError, SignatureError, SuiteError
from credential.signer import PrivateKeySigner
from tests.vectors.district import CHAOYANG_KEY, HAIDIAN_KEY, STRANGER_KEY

_signers = st.sampled_from([CHAOYANG_KEY, HAIDIAN_KEY])
_types = st.none() | st.text("abc/+", min_size=1, max_size=60)


@given(st.binary(max_size=300), _signers, _types, st.binary(max_size=40))
def test_what_was_signed_is_opened_by_its_key(
    payload: bytes, signer: PrivateKeySigner, type: str | None, aad: bytes
) -> None:
    data = sign1(payload, signer, type=type, external_aad=aad)
    message = read_sign1(data, max_bytes=len(data))
    assert message.header[:3] == (signer.suite.algorithm, signer.key_id, type)
    assert message.open(signer.verification_key, external_aad=aad) == payload


@given(st.binary(max_size=60), st.binary(max_size=8), st.binary(max_size=8))
def test_other_external_data_does_not_open(payload: bytes, one: bytes, other: bytes) -> None:
    data = sign1(payload, HAIDIAN_KEY, external_aad=one)
    message = read_sign1(data, max_bytes=len(data))
    if one != other:
        with pytest.raises(SignatureError):
            message.open(HAIDIAN_KEY.verification_key, external_aad=other)


def test_another_key_under_the_same_id_is_rejected() -> None:
    message = read_sign1(sign1(b"x", CHAOYANG_KEY), max_bytes=200)
    with pytest.raises(SignatureError):
        message.open(STRANGER_KEY.verification_key)


def test_a_key_of_another_suite_does_not_open() -> None:
    message = read_sign1(sign1(b"x", CHAOYANG_KEY), max_bytes=200)
    with pytest.raises(SuiteError):
        message.open(HAIDIAN_KEY.verification_key)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_typed_refusal(data: bytes) -> None:
    try:
        message = read_sign1(data, max_bytes=200)
    except EnvelopeError:
        return
    assert data.endswith(message.signature)


@given(st.binary(max_size=100), st.binary(max_size=100), st.binary(max_size=100))
def test_three_strings_make_a_message_only_under_an_allowed_header(
    protected: bytes, payload: bytes, signature: bytes
) -> None:
    data = b"\xd2\x84" + bstr(protected) + b"\xa0" + bstr(payload) + bstr(signature)
    with pytest.raises(EnvelopeError):
        read_sign1(data, max_bytes=len(data))


def test_a_message_is_held_to_its_length_before_it_is_read() -> None:
    data = sign1(b"x", CHAOYANG_KEY)
    read_sign1(data, max_bytes=len(data))
    with pytest.raises(EnvelopeError):
        read_sign1(data, max_bytes=len(data) - 1)


def test_a_protected_header_has_at_most_128_bytes() -> None:
    def with_type(size: int) -> bytes:
        return sign1(b"x", CHAOYANG_KEY, type="t" * size)

    longest = with_type(116)
    message = read_sign1(longest, max_bytes=500)
    assert len(message.protected) == 128
    with pytest.raises(EnvelopeError):
        read_sign1(with_type(117), max_bytes=500)


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 65_535, 65_536, 1 << 24])
def test_a_byte_string_has_its_shortest_head(size: int) -> None:
    data = bytes(size)
    written = bstr(data)
    head = len(written) - size
    assert head == (1 if size < 24 else 2 if size < 256 else 3 if size < 65_536 else 5)
    assert read_bstr(b"?" + written + b"!", 1) == (data, 1 + len(written))


@pytest.mark.parametrize(
    "data",
    [
        b"\x58\x17" + bytes(23),
        b"\x59\x00\xff" + bytes(255),
        b"\x5a\x00\x00\xff\xff" + bytes(65_535),
        b"\x5b" + bytes(7) + b"\x18" + bytes(24),
        b"\x5f\x41\x00\xff",
        b"\x60",
        b"\x00",
        b"\x41",
        b"\x58",
        b"\x58\x18" + bytes(23),
        b"\x59\x01",
        b"\x5a\x00\x01",
        b"\x5a\x01\x01\x00\x00" + bytes(65_536),  # 2^24 more than there is
        b"",
    ],
)
def test_a_longer_head_another_type_or_an_early_end_is_refused(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        read_bstr(data, 0)


def test_the_digest_is_sha_256() -> None:
    assert digest(b"abc").hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def taken_apart_slowly(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Header, payload and signature, one byte string after the other, as the spec has it."""
    assert data[:2] == b"\xd2\x84"
    protected, at = read_bstr(data, 2)
    assert data[at] == 0xA0
    payload, at = read_bstr(data, at + 1)
    signature, at = read_bstr(data, at)
    assert at == len(data)
    return protected, payload, signature


@given(st.data(), st.sampled_from([0, 1, 23, 24, 25, 99, 255, 256, 300]), _signers)
def test_a_message_is_taken_apart_as_its_byte_strings_stand_in_it(
    choose: st.DataObject, size: int, signer: PrivateKeySigner
) -> None:
    """Whole, and with a byte other, more or less: the quick look sees what the slow one sees."""
    data = sign1(bytes(size), signer)
    at = choose.draw(st.integers(0, len(data) - 1) | st.integers(0, 16) | st.just(len(data) - 66))
    byte = choose.draw(st.binary(max_size=2))
    data = data[:at] + byte + data[at + choose.draw(st.integers(0, 2)) :]
    try:
        expected = taken_apart_slowly(data)
        read_header(expected[0])
    except (AssertionError, IndexError, EnvelopeError):
        with pytest.raises(EnvelopeError):
            read_sign1(data, max_bytes=len(data))
        return
    message = read_sign1(data, max_bytes=len(data))
    assert (message.protected, message.unverified_payload, message.signature) == expected


@pytest.mark.parametrize("head", range(0x40, 0x100))
def test_a_long_first_head_ends_in_a_typed_refusal(head: int) -> None:
    with pytest.raises(EnvelopeError):
        read_sign1(b"\xd2\x84" + bytes([head]) + bytes(95), max_bytes=1024)
