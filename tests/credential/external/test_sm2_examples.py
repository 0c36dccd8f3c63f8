"""Published examples of SM3 and SM2, run against the suite and against the tests' slow signer."""

import base64
import json
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from credential import sm2
from credential.errors import SignatureError
from credential.signer import SM2, VerificationKey
from tests.sm2_reference import (
    RECOMMENDED,
    Curve,
    digest_of,
    identity_digest,
    sign_digest,
    sm3,
    verify_digest,
)

EXTERNAL: Final = Path(__file__).parents[2] / "vectors" / "external"
DIGESTS: Final = "gbt32905/sm3.json"
ON_ANOTHER_CURVE: Final = "gbt32918/part-2-annex-a.json"
RECOMMENDED_EXAMPLE: Final = "gbt32918/part-5-annex-a.json"
OPENSSL: Final = "openssl/evppkey-sm2.json"
RUSTCRYPTO: Final = "rustcrypto/sm2dsa.json"
each_signature = pytest.mark.parametrize("name", [ON_ANOTHER_CURVE, RECOMMENDED_EXAMPLE])


def published(name: str) -> dict[str, Any]:
    example: dict[str, Any] = json.loads((EXTERNAL / name).read_text("utf-8"))
    return example


def number(text: str) -> int:
    return int(text, 16)


def curve_of(example: dict[str, Any]) -> Curve:
    p, a, b, gx, gy, n = (
        number(example["curve"][name]) for name in ("p", "a", "b", "gx", "gy", "n")
    )
    return Curve(p, a, b, (gx, gy), n)


def point_of(example: dict[str, Any]) -> tuple[int, int]:
    return number(example["key"]["x"]), number(example["key"]["y"])


def halves(public: bytes) -> tuple[int, int]:
    return int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")


def suite_key(public: str) -> VerificationKey:
    return VerificationKey.load(SM2, bytes.fromhex(public))


def test_every_published_file_is_run_and_says_where_it_is_from() -> None:
    found = {
        path.relative_to(EXTERNAL).as_posix()
        for folder in ("gbt*", "openssl", "rustcrypto")
        for path in EXTERNAL.glob(f"{folder}/*.json")
    }
    assert found == {DIGESTS, ON_ANOTHER_CURVE, RECOMMENDED_EXAMPLE, OPENSSL, RUSTCRYPTO}
    for name in found:
        assert published(name)["source"]
        assert published(name)["license"]


def test_the_digests_of_sm3_come_out() -> None:
    examples = published(DIGESTS)["digests"]
    assert len(examples) == 2
    for example in examples:
        assert sm3(bytes.fromhex(example["message"])).hex() == example["digest"]


@each_signature
def test_the_slow_signer_makes_the_published_signature_with_the_published_nonce(name: str) -> None:
    example = published(name)
    curve, point, private = curve_of(example), point_of(example), number(example["key"]["d"])
    assert curve.multiply(private, curve.base) == point
    message, identity = (bytes.fromhex(example[part]) for part in ("message", "identity"))
    e = digest_of(message, point, curve, identity)
    made = sign_digest(e, private, curve=curve, nonce=lambda: number(example["nonce"]))
    assert made == (number(example["r"]), number(example["s"]))
    assert verify_digest(e, *made, point, curve=curve)
    assert not verify_digest(e + 1, *made, point, curve=curve)


def test_the_recommended_curve_is_the_published_one_everywhere() -> None:
    example = published(RECOMMENDED_EXAMPLE)
    assert curve_of(example) == RECOMMENDED
    assert (
        RECOMMENDED.p,
        RECOMMENDED.b,
        RECOMMENDED.n,
    ) == (sm2.PRIME, sm2.COEFFICIENT, sm2.ORDER)
    point, identity = point_of(example), bytes.fromhex(example["identity"])
    assert identity_digest(point, RECOMMENDED, identity).hex() == example["z"]
    assert digest_of(bytes.fromhex(example["message"]), point) == number(example["e"])


def test_the_suite_takes_the_published_signature_and_no_other() -> None:
    example = published(RECOMMENDED_EXAMPLE)
    key = suite_key("04" + example["key"]["x"] + example["key"]["y"])
    signature = bytes.fromhex(example["r"] + example["s"])
    message = bytes.fromhex(example["message"])
    key.verify(signature, message)
    for at in range(64):
        altered = bytearray(signature)
        altered[at] ^= 1
        with pytest.raises(SignatureError):
            key.verify(bytes(altered), message)
    with pytest.raises(SignatureError):
        key.verify(signature, message + b"\x00")


def test_openssls_signatures_of_digests_hold_for_the_slow_verifier() -> None:
    example = published(OPENSSL)
    body = base64.b64decode("".join(example["private_key"].splitlines()[1:-1]))
    point = halves(body[-65:])  # the public half ends the structure (RFC 5915)
    assert len(example["verified"]) == 2
    for case in example["verified"]:
        r, s = decode_dss_signature(bytes.fromhex(case["signature"]))
        assert verify_digest(number(case["digest"]), r, s, point)
        assert not verify_digest(number(case["digest"]) ^ 1, r, s, point)


def test_a_signature_under_another_identity_holds_for_it_alone() -> None:
    example = published(RUSTCRYPTO)
    message, signature = (bytes.fromhex(example[part]) for part in ("message", "signature"))
    point = halves(bytes.fromhex(example["public"]))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    identity = bytes.fromhex(example["identity"])
    assert verify_digest(digest_of(message, point, identity=identity), r, s, point)
    assert not verify_digest(digest_of(message, point), r, s, point)
    with pytest.raises(SignatureError):
        suite_key(example["public"]).verify(signature, message)
