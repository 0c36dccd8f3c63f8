"""Suites and keys: what loads, what signs, and which keys nobody may have."""

import hashlib
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import MalleatedError, SealingError, SignatureError, TrustListError
from credential.signer import (
    ED25519,
    ES256,
    KEY_ID_BYTES,
    P256_ORDER,
    SUITES,
    PrivateKeySigner,
    Suite,
    VerificationKey,
    canonical_es256,
    key_id,
)
from tests.vectors.district import CHAOYANG_KEY, HAIDIAN_KEY

P: int = 2**255 - 19
D: int = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def added(one: Point, other: Point) -> Point:
    """The sum of two points of edwards25519 (RFC 8032 §5.1.4, affine)."""
    (x1, y1), (x2, y2) = one, other
    twist = D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + twist, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - twist, -1, P) % P,
    )


def multiple(times: int, point: Point) -> Point:
    total = (0, 1)
    while times:
        if times & 1:
            total = added(total, point)
        point, times = added(point, point), times >> 1
    return total


def points_with(y: int) -> list[Point]:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    if root * root % P != square:
        root = root * pow(2, (P - 1) // 4, P) % P
    return [(x, y) for x in sorted({root, -root % P})] if root * root % P == square else []


def small_order_points() -> set[Point]:
    """All points of order 1, 2, 4 and 8: the multiples of one of order 8."""
    prime_order = 2**252 + 27742317777372353535851937790883648493
    for y in count(2):
        for point in points_with(y):
            eighth = multiple(prime_order, point)
            if multiple(4, eighth) != (0, 1):
                return {multiple(times, eighth) for times in range(8)}
    raise AssertionError


def encodings(y: int) -> list[bytes]:
    """Every 32 bytes that a lenient decoder reads as y: either sign, and p added where it fits."""
    values = [value for value in (y, y + P) if value < 1 << 255]
    return [(value | sign << 255).to_bytes(32, "little") for value in values for sign in (0, 1)]


def test_every_encoding_of_every_point_of_small_order_is_refused() -> None:
    points = small_order_points()
    assert len(points) == 8
    every = {data for _, y in points for data in encodings(y)}
    assert len(every) == 14
    for data in every:
        with pytest.raises(TrustListError):
            VerificationKey.load(ED25519, data)


def test_a_forgery_under_a_key_of_small_order_would_verify_if_it_loaded() -> None:
    # R = the identity and s = 0 fit any message whose hash is a multiple of the key's order.
    identity, minus_one = encodings(1)[0], encodings(P - 1)[0]
    key = ed25519.Ed25519PublicKey.from_public_bytes(minus_one)
    forged = identity + bytes(32)
    for number in range(64):
        try:
            key.verify(forged, bytes([number]))
        except Exception:  # noqa: BLE001 (every other message fails)
            continue
        break
    else:
        pytest.fail("the library refuses such keys by itself: the list may go")


@pytest.mark.parametrize("signer", [CHAOYANG_KEY, HAIDIAN_KEY])
def test_honest_keys_load_and_keep_their_id(signer: PrivateKeySigner) -> None:
    key = VerificationKey.load(signer.suite, signer.public)
    assert key.key_id == signer.key_id == key_id(signer.suite, signer.public)
    assert len(key.key_id) == KEY_ID_BYTES


def test_a_key_id_begins_the_thumbprint_of_rfc_9679() -> None:
    # §6 of the RFC prints this key and its thumbprint.
    point = bytes.fromhex(
        "04"
        "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
        "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"
    )
    assert key_id(ES256, point).hex() == "496bd8af"


def test_an_ed25519_key_id_is_of_its_cose_key() -> None:
    public = bytes(range(32))
    cose_key = bytes.fromhex("a3010120062158 20".replace(" ", "")) + public
    assert key_id(ED25519, public) == hashlib.sha256(cose_key).digest()[:4]


POINT = CHAOYANG_KEY.public


@pytest.mark.parametrize(
    ("suite", "public"),
    [
        (ES256, POINT[:-1]),
        (ES256, POINT + b"\x00"),
        (ES256, POINT[1:]),
        (ES256, b"\x02" + POINT[1:33]),
        (ES256, b"\x02" + POINT[1:]),
        (ES256, b"\x06" + POINT[1:]),
        (ES256, b"\x07" + POINT[1:]),
        (ES256, b"\x00" * 65),
        (ES256, b"\x04" + bytes(64)),
        (ES256, POINT[:-1] + bytes([POINT[-1] ^ 1])),
        (ED25519, HAIDIAN_KEY.public[:-1]),
        (ED25519, HAIDIAN_KEY.public + b"\x00"),
        (ED25519, b""),
    ],
)
def test_what_is_no_key_of_the_suite_does_not_load(suite: Suite, public: bytes) -> None:
    with pytest.raises(TrustListError):
        VerificationKey.load(suite, public)


@pytest.mark.parametrize("signer", [CHAOYANG_KEY, HAIDIAN_KEY])
@given(message=st.binary(max_size=100))
def test_a_signature_is_deterministic_canonical_and_verifies(
    signer: PrivateKeySigner, message: bytes
) -> None:
    signature = signer.sign(message)
    assert signature == signer.sign(message)
    assert len(signature) == signer.suite.signature_bytes
    signer.verification_key.verify(signature, message)
    with pytest.raises(SignatureError):
        signer.verification_key.verify(signature, message + b"!")


@given(st.binary(max_size=40))
def test_the_other_s_is_refused(message: bytes) -> None:
    signature = CHAOYANG_KEY.sign(message)
    s = int.from_bytes(signature[32:], "big")
    malleated = signature[:32] + (P256_ORDER - s).to_bytes(32, "big")
    with pytest.raises(MalleatedError):
        CHAOYANG_KEY.verification_key.verify(malleated, message)


def test_the_largest_canonical_s_is_half_of_the_order() -> None:
    half = P256_ORDER // 2
    key = CHAOYANG_KEY.verification_key
    for s, error in ((half, SignatureError), (half + 1, MalleatedError)):
        with pytest.raises(SignatureError) as refused:
            key.verify(b"\x01" * 32 + s.to_bytes(32, "big"), b"message")
        assert refused.type is error


@pytest.mark.parametrize(
    ("at", "beginning"),
    [
        (0, range(0x01, 0x80)),
        (0, range(0x80, 0x100)),
        (0, range(1)),
        (32, range(0x01, 0x80)),
        (32, range(1)),
    ],
    ids=["r", "r, top bit set", "r of 31 bytes", "s", "s of 31 bytes"],
)
def test_numbers_of_each_length_verify(at: int, beginning: range) -> None:
    """DER writes a number in as few bytes as it needs, and one more where its top bit is set."""
    for number in count():
        message = number.to_bytes(4, "big")
        signature = CHAOYANG_KEY.sign(message)
        if signature[at] in beginning:
            break
    CHAOYANG_KEY.verification_key.verify(signature, message)


@pytest.mark.parametrize("signer", [CHAOYANG_KEY, HAIDIAN_KEY])
@given(signature=st.binary(max_size=70))
def test_any_bytes_are_refused_as_a_signature(signer: PrivateKeySigner, signature: bytes) -> None:
    with pytest.raises(SignatureError):
        signer.verification_key.verify(signature, b"message")


@pytest.mark.parametrize("signer", [CHAOYANG_KEY, HAIDIAN_KEY])
def test_a_signature_of_another_length_is_refused(signer: PrivateKeySigner) -> None:
    signature = signer.sign(b"x")
    for other in (signature[:-1], signature + b"\x00", b"\x00" + signature):
        with pytest.raises(SignatureError):
            signer.verification_key.verify(other, b"x")


def test_of_two_s_that_verify_the_smaller_is_written() -> None:
    assert canonical_es256(1, P256_ORDER - 1) == (1).to_bytes(32, "big") * 2
    assert canonical_es256(1, 1) == (1).to_bytes(32, "big") * 2


def test_a_key_of_no_known_suite_is_not_held() -> None:
    with pytest.raises(SealingError):
        PrivateKeySigner.hold(ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(SealingError):
        PrivateKeySigner.hold(rsa.generate_private_key(65537, 2048))  # type: ignore[arg-type]


def test_a_suite_is_found_by_its_name_and_has_its_own_label() -> None:
    assert {name: suite.algorithm for name, suite in SUITES.items()} == {
        "ES256": -7,
        "Ed25519": -8,
        "SM2": -65537,
    }
