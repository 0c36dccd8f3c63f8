"""SM2 beside the slow signer of the tests: which keys load, and what verifies under them."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import sm2
from credential.errors import SealingError, SignatureError, TrustListError
from credential.seal import seal_city_code
from credential.signer import ES256, SM2, VerificationKey
from tests.sm2_reference import RECOMMENDED, ReferenceSigner
from tests.vectors.district import CAFE, CHAOYANG, CHAOYANG_KEY, CHAOYANG_SM2_KEY, seconds

ROOT: Final = Path(__file__).parents[2]
SIGNER: Final = CHAOYANG_SM2_KEY
KEY: Final = SIGNER.verification_key
N: Final = sm2.ORDER
privates = st.integers(1, N - 2)
slowly = settings(max_examples=25)  # the slow signer takes 10 ms


def raw(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def verifies(key: VerificationKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except SignatureError:
        return False
    return True


# ---- keys -----------------------------------------------------------------------------------------


@slowly
@given(privates)
def test_every_point_of_the_curve_is_a_key(private: int) -> None:
    signer = ReferenceSigner.hold(private)
    key = VerificationKey.load(SM2, signer.public)
    assert (key.public, key.key_id) == (signer.public, signer.key_id)


X, Y = SIGNER.point
P256_POINT: Final = CHAOYANG_KEY.public


@pytest.mark.parametrize(
    "public",
    [
        b"\x04" + raw(X, Y ^ 1),
        b"\x04" + raw(X ^ 1, Y),
        b"\x04" + raw(Y, X),
        b"\x04" + raw(0, 0),
        bytes(65),
        b"\x00",
        b"",
        b"\x02" + raw(X, Y),
        b"\x06" + raw(X, Y),
        b"\x07" + raw(X, Y),
        b"\x03" + raw(X),
        raw(X, Y),
        SIGNER.public + b"\x00",
        SIGNER.public[:-1],
        P256_POINT,
        b"\x04" + b"\xff" * 64,
    ],
    ids=[
        "y altered",
        "x altered",
        "swapped",
        "origin",
        "zeros",
        "infinity",
        "nothing",
        "compressed head",
        "hybrid, even",
        "hybrid, odd",
        "compressed",
        "no head",
        "a byte too many",
        "a byte too few",
        "of P-256",
        "beyond the field",
    ],
)
def test_what_is_no_point_of_the_curve_does_not_load(public: bytes) -> None:
    with pytest.raises(TrustListError):
        VerificationKey.load(SM2, public)


def test_a_coordinate_has_one_form() -> None:
    # A point whose x or y fits into 32 bytes once more with p added: on the curve modulo p, and refused.
    small = next(
        (x, y)
        for x in count(1)
        if (y := square_root(x**3 - 3 * x + sm2.COEFFICIENT)) is not None
        and x + sm2.PRIME < 1 << 256
    )
    zero = square_root(sm2.COEFFICIENT)
    assert zero is not None
    VerificationKey.load(SM2, b"\x04" + raw(0, zero))
    with pytest.raises(TrustListError):
        VerificationKey.load(SM2, b"\x04" + raw(sm2.PRIME, zero))
    VerificationKey.load(SM2, b"\x04" + raw(*small))
    with pytest.raises(TrustListError):
        VerificationKey.load(SM2, b"\x04" + raw(small[0] + sm2.PRIME, small[1]))


def square_root(value: int) -> int | None:
    root = pow(value, (sm2.PRIME + 1) // 4, sm2.PRIME)
    return root if root * root % sm2.PRIME == value % sm2.PRIME else None


def test_a_point_of_sm2_is_no_key_of_es256() -> None:
    with pytest.raises(TrustListError):
        VerificationKey.load(ES256, SIGNER.public)


def test_keys_of_two_suites_never_share_a_key_id_for_one_point() -> None:
    assert SM2.cose_key(SIGNER.public) != ES256.cose_key(SIGNER.public)
    assert SM2.cose_key(SIGNER.public)[-1] == -65537


def test_two_keys_are_equal_if_their_points_are() -> None:
    other = ReferenceSigner.hold(2).verification_key
    assert VerificationKey.load(SM2, SIGNER.public) == KEY
    assert hash(VerificationKey.load(SM2, SIGNER.public)) == hash(KEY)
    assert other != KEY
    assert sm2.load_public(SIGNER.public) != SIGNER.public


# ---- signatures ---------------------------------------------------------------------------------


@slowly
@given(private=privates, message=st.binary(max_size=300))
def test_what_the_slow_signer_signs_verifies_and_holds_for_nothing_else(
    private: int, message: bytes
) -> None:
    signer = ReferenceSigner.hold(private)
    key, signature = signer.verification_key, signer.sign(message)
    key.verify(signature, message)
    assert signer.verifies(signature, message)
    assert not verifies(key, signature, message + b"\x00")
    assert not verifies(KEY, signature, message) or private == SIGNER.private


@slowly
@given(message=st.binary(max_size=40), data=st.data())
def test_both_agree_on_an_altered_signature(message: bytes, data: st.DataObject) -> None:
    signature = bytearray(SIGNER.sign(message))
    for at in data.draw(st.sets(st.integers(0, 511), min_size=1, max_size=3)):
        signature[at // 8] ^= 1 << at % 8
    assert not SIGNER.verifies(bytes(signature), message)
    assert not verifies(KEY, bytes(signature), message)


@given(st.binary(max_size=70))
def test_any_bytes_are_refused_as_a_signature(signature: bytes) -> None:
    assert not verifies(KEY, signature, b"message")


@pytest.mark.parametrize("r", [0, 1, N - 1, N, N + 1, 2**256 - 1])
@pytest.mark.parametrize("s", [0, 1, N - 1, N, N + 1, 2**256 - 1])
def test_numbers_at_the_edges_are_refused(r: int, s: int) -> None:
    assert not SIGNER.verifies(raw(r, s), b"message")
    assert not verifies(KEY, raw(r, s), b"message")


def test_a_signature_whose_halves_add_up_to_the_order_is_refused() -> None:
    for r in (1, 2, N // 2, N - 1, int.from_bytes(SIGNER.sign(b"message")[:32], "big")):
        assert not verifies(KEY, raw(r, N - r), b"message")


@pytest.mark.parametrize(
    ("at", "beginning"),
    [
        (0, range(0x01, 0x80)),
        (0, range(0x80, 0x100)),
        (0, range(1)),
        (32, range(0x01, 0x80)),
        (32, range(0x80, 0x100)),
        (32, range(1)),
    ],
    ids=["r", "r, top bit set", "r of 31 bytes", "s", "s, top bit set", "s of 31 bytes"],
)
def test_numbers_of_each_length_verify(at: int, beginning: range) -> None:
    for number in count():
        message = number.to_bytes(4, "big")
        signature = SIGNER.sign(message)
        if signature[at] in beginning:
            break
    KEY.verify(signature, message)


@slowly
@given(st.binary(max_size=40))
def test_another_identity_is_another_signature(identity: bytes) -> None:
    signature = SIGNER.sign(b"message", identity=identity)
    assert not verifies(KEY, signature, b"message")


def test_a_message_may_be_empty_or_long_and_hold_any_byte() -> None:
    for message in (b"", b"\x00", b"\x00" * 1000, bytes(range(256)) * 300):
        KEY.verify(SIGNER.sign(message), message)


def test_many_threads_verify_with_one_key_and_each_is_told_rightly() -> None:
    key = VerificationKey.load(SM2, SIGNER.public)  # loaded by whichever thread is first
    signed = [(message, SIGNER.sign(message)) for message in (b"one", b"two", b"three")]

    def ask(turn: int) -> bool:
        message, _ = signed[turn % 3]
        _, signature = signed[turn % 4 % 3]
        return verifies(key, signature, message) == (turn % 3 == turn % 4 % 3)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(400)))


def test_a_license_by_sm2_has_no_room_in_a_city_code() -> None:
    at = seconds("2026-06-15T10:00:00")
    seal_city_code(CAFE, CHAOYANG_KEY, host=CHAOYANG.host, generated_at=at)
    with pytest.raises(SealingError):
        seal_city_code(CAFE, SIGNER, host=CHAOYANG.host, generated_at=at)


# ---- PEM ----------------------------------------------------------------------------------------


def test_a_public_key_is_written_as_openssl_writes_it_and_read_back() -> None:
    # `openssl pkey -pubout` of OpenSSL 3.0 for the private key 1.
    written = (
        b"-----BEGIN PUBLIC KEY-----\n"
        b"MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEMsSuLB8ZgRlfmQRGajnJlI/jC7/y\n"
        b"ZgvhcVpFiTNMdMe8Nzai9PZ3nFm9zuNraSFT0KmHfMYqR0AC3zLlITnwoA==\n"
        b"-----END PUBLIC KEY-----\n"
    )
    base = b"\x04" + raw(*RECOMMENDED.base)
    assert sm2.write_pem(base) == written
    assert sm2.read_pem(written) == base


def test_any_other_block_is_no_sm2_key() -> None:
    written = sm2.write_pem(SIGNER.public)
    p256 = ec.generate_private_key(ec.SECP256R1()).public_key()
    for other in (
        b"",
        written.replace(b"PUBLIC KEY", b"PRIVATE KEY"),
        written.replace(b"-----END PUBLIC KEY-----", b""),
        written.replace(b"-----BEGIN PUBLIC KEY-----", b""),
        written.replace(b"MFkw", b"MFkx"),
        written.replace(b"MFkw", b"MFk\xff"),
        written.replace(b"MFkw", b"M!Fkw"),
        written.replace(b"MFkw", b""),
        p256.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    ):
        assert sm2.read_pem(other) is None
    assert sm2.read_pem(b"comment\n" + written.replace(b"\n", b"\r\n")) == SIGNER.public


# ---- what it costs those who have none ----------------------------------------------------------

TWO_VERDICTS: Final = """
import json, sys
from datetime import datetime
import credential.seal, credential.status, credential.code_list
from credential.roots import open_root
from credential.trusted import TrustedSet
from credential.verify import verify
outcomes = []
for name in ("unavailable-and-not-needed", "license"):
    document = json.load(open(f"tests/vectors/sm2/{name}.json"))
    trusted = TrustedSet.start(
        open_root(bytes.fromhex(document["root"])), bytes.fromhex(document["trust_list"])
    )
    for listed in document["status_lists"]:
        trusted = trusted.admit_status_list(bytes.fromhex(listed["hex"]), number=listed["number"])
    for listed in document["code_lists"]:
        trusted = trusted.admit_code_list(bytes.fromhex(listed))
    verdict = verify(document["text"], trusted=trusted, at=datetime.fromisoformat(document["at"]))
    outcomes.append([verdict.outcome, "ctypes" in sys.modules])
print(json.dumps(outcomes))
"""


def test_neither_importing_nor_a_verdict_by_another_key_loads_openssl() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO_VERDICTS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    # The same trust list in both, with an SM2 key on it; the second license is by that key.
    assert json.loads(done.stdout) == [["valid", False], ["valid", True]]
