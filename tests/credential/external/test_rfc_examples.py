"""Examples printed in RFC 6979, RFC 8032, RFC 8392 and RFC 9052, run against the core.

They see what a round trip cannot: a context string, a label or a byte order wrong on both sides.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credential import cbor
from credential.envelope import SIGN1, bstr, read_sign1, sig_structure
from credential.errors import EnvelopeError, SignatureError
from credential.signer import ED25519, ES256, P256_ORDER, PrivateKeySigner, VerificationKey

EXTERNAL: Final = Path(__file__).parents[2] / "vectors" / "external"
SIGNED: Final = (
    "rfc8392/a-3-signed-cwt.json",
    "rfc9052/c-2-1-single-ecdsa-signature.json",
)
DETERMINISTIC: Final = "rfc6979/a-2-5-p256-sha256.json"
EDWARDS: Final = "rfc8032/7-1-ed25519.json"
KEY_ID_LABEL: Final = 4


def published(name: str) -> dict[str, Any]:
    example: dict[str, Any] = json.loads((EXTERNAL / name).read_text("utf-8"))
    return example


def p256_key(example: dict[str, Any]) -> VerificationKey:
    point = bytes.fromhex("04" + example["key"]["x"] + example["key"]["y"])
    return VerificationKey.load(ES256, point)


def low_s(signature: bytes) -> bytes:
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big")


def test_every_published_file_is_run() -> None:
    found = {path.relative_to(EXTERNAL).as_posix() for path in EXTERNAL.glob("rfc*/*.json")}
    assert found == {*SIGNED, DETERMINISTIC, EDWARDS}
    assert len(published(DETERMINISTIC)["signatures"]) == 2
    assert len(published(EDWARDS)["signatures"]) == 3


@pytest.mark.parametrize("name", SIGNED)
def test_a_published_signature_verifies_over_our_sig_structure(name: str) -> None:
    example = published(name)
    protected, payload, signature = (
        bytes.fromhex(example[part]) for part in ("protected", "payload", "signature")
    )
    p256_key(example).verify(signature, sig_structure(protected, b"", payload))


@pytest.mark.parametrize("name", SIGNED)
def test_a_published_signature_holds_for_nothing_else(name: str) -> None:
    example = published(name)
    protected, payload, signature = (
        bytes.fromhex(example[part]) for part in ("protected", "payload", "signature")
    )
    key = p256_key(example)
    for other in (
        sig_structure(protected, b"\x00", payload),
        sig_structure(b"", b"", payload),
        sig_structure(protected, b"", payload[:-1]),
        sig_structure(protected, b"", payload).replace(b"Signature1", b"Signature0"),
    ):
        with pytest.raises(SignatureError):
            key.verify(signature, other)


@pytest.mark.parametrize("name", SIGNED)
def test_a_published_message_is_its_parts_in_our_encoding(name: str) -> None:
    example = published(name)
    key_id = bytes.fromhex(example["key"]["kid"])
    assert bytes.fromhex(example["message"]) == b"".join(
        (
            SIGN1,
            bstr(bytes.fromhex(example["protected"])),
            cbor.encode({KEY_ID_LABEL: key_id}),
            bstr(bytes.fromhex(example["payload"])),
            bstr(bytes.fromhex(example["signature"])),
        )
    )


@pytest.mark.parametrize("name", SIGNED)
def test_the_strict_reader_refuses_a_key_id_that_is_not_signed(name: str) -> None:
    # Both RFCs put the key id into the unprotected header; here nothing travels unsigned.
    with pytest.raises(EnvelopeError):
        read_sign1(bytes.fromhex(published(name)["message"]), max_bytes=1024)


def test_the_claims_of_rfc_8392_have_our_encoding() -> None:
    example = published(SIGNED[0])
    claims: dict[cbor.Key, cbor.Item] = {
        int(label): bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
        for label, value in example["claims"].items()
    }
    payload = bytes.fromhex(example["payload"])
    assert cbor.encode(claims) == payload
    assert cbor.decode(payload, max_bytes=len(payload)) == claims


@pytest.mark.parametrize("name", [SIGNED[0], DETERMINISTIC])
def test_a_published_private_key_gives_the_published_public_key(name: str) -> None:
    example = published(name)
    private = ec.derive_private_key(int(example["key"]["d"], 16), ec.SECP256R1())
    assert PrivateKeySigner.hold(private).public == p256_key(example).public


def test_es256_signs_as_rfc_6979_prints_it_but_with_low_s() -> None:
    example = published(DETERMINISTIC)
    private = ec.derive_private_key(int(example["key"]["d"], 16), ec.SECP256R1())
    signer = PrivateKeySigner.hold(private)
    for case in example["signatures"]:
        signature = bytes.fromhex(case["signature"])
        assert signer.sign(bytes.fromhex(case["message"])) == low_s(signature)


def test_the_high_s_of_rfc_6979_is_refused_and_its_twin_is_not() -> None:
    # «sample» is printed with a high s: good ECDSA, and refused here as malleable.
    example = published(DETERMINISTIC)
    key = p256_key(example)
    case = example["signatures"][0]
    signature, message = bytes.fromhex(case["signature"]), bytes.fromhex(case["message"])
    with pytest.raises(SignatureError):
        key.verify(signature, message)
    key.verify(low_s(signature), message)


def test_ed25519_signs_and_verifies_as_rfc_8032_prints_it() -> None:
    for case in published(EDWARDS)["signatures"]:
        secret, public, message, signature = (
            bytes.fromhex(case[part]) for part in ("secret", "public", "message", "signature")
        )
        signer = PrivateKeySigner.hold(ed25519.Ed25519PrivateKey.from_private_bytes(secret))
        assert signer.public == public
        assert signer.sign(message) == signature
        key = VerificationKey.load(ED25519, public)
        key.verify(signature, message)
        with pytest.raises(SignatureError):
            key.verify(signature, message + b"\x00")
