"""The COSE working group's Sign1 examples (cose-wg/Examples), ES256 and EdDSA, run against the core.

Their messages carry the key id unsigned, so the strict reader takes none; what they prove is proven
over the Sig_structure of their parts. What their failing examples alter is altered in ours too.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credential import cbor
from credential.envelope import ALGORITHM, SIGN1, TYPE, bstr, read_sign1, sig_structure, sign1
from credential.errors import (
    EnvelopeError,
    SealingError,
    SignatureError,
    SuiteError,
    TrustListError,
)
from credential.signer import ED25519, ES256, P256_ORDER, PrivateKeySigner, VerificationKey

EXAMPLES: Final = Path(__file__).parents[2] / "vectors" / "external" / "cose-wg"
CURRENT: Final = "53c9d634333bb4f529d78f5980fffa2667ee2c12"  # by RFC 6979; older ones at random
CONTENT_TYPE: Final = 3
TAG_998: Final = b"\xd9\x03\xe6\x84"
FOUND: Final[dict[str, dict[str, Any]]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.json"))
}
OURS: Final = [name for name, example in FOUND.items() if example["suite"] in ("ES256", "Ed25519")]
FAILING: Final = [name for name in FOUND if name.startswith("sign-fail")]
REVISIONS: Final = [
    pytest.param(name, revision, id=f"{name}-{revision['commit'][:8]}")
    for name in FOUND
    for revision in FOUND[name]["revisions"]
]


def part(name: str, key: str) -> bytes:
    return bytes.fromhex(FOUND[name][key])


def private_key(name: str) -> ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey:
    key = FOUND[name]["key"]
    if "secret" in key:
        return ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["secret"]))
    return ec.derive_private_key(int(key["d"], 16), ec.SECP256R1())


def public_key(name: str) -> VerificationKey:
    key = FOUND[name]["key"]
    if "public" in key:
        return VerificationKey.load(ED25519, bytes.fromhex(key["public"]))
    return VerificationKey.load(ES256, bytes.fromhex("04" + key["x"] + key["y"]))


def signed_header(name: str) -> bytes:
    """The protected header as it is signed: an empty map stands as no bytes (RFC 9052 §4.4)."""
    sent = part(name, "protected")
    return b"" if sent == cbor.encode({}) else sent


def structure_sent(name: str) -> bytes:
    """The Sig_structure over what the message really holds."""
    return sig_structure(signed_header(name), part(name, "external_aad"), part(name, "payload"))


def low_s(signature: bytes) -> bytes:
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big")


def verifies(key: VerificationKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except SignatureError:
        return False
    return True


def test_every_file_is_run() -> None:
    assert len(FOUND) == 13
    assert len(REVISIONS) == 24
    assert {name[-2:] for name in FAILING} == {"01", "02", "03", "04", "06", "07"}
    assert set(FOUND) - set(OURS) == {"ecdsa-sig-04", "eddsa-sig-02"}
    for name, example in FOUND.items():
        assert example["source"].endswith(f"/{name}.json")
        assert (EXAMPLES.parent / example["license"]).is_file()
        assert example["expected"]["source"] == ("fail" if name in FAILING else "pass")
        assert example["expected"]["here"] == "refused"


@pytest.mark.parametrize("name", [name for name in FOUND if name not in FAILING])
def test_our_sig_structure_is_the_published_one(name: str) -> None:
    assert structure_sent(name) == part(name, "to_be_signed")


@pytest.mark.parametrize(("name", "revision"), REVISIONS)
def test_a_message_is_its_parts_in_our_encoding(name: str, revision: dict[str, str]) -> None:
    tag = {"sign-pass-03": b"\x84", "sign-fail-01": TAG_998}.get(name, SIGN1)
    assert bytes.fromhex(revision["message"]) == tag + b"".join(
        (
            bstr(part(name, "protected")),
            part(name, "unprotected"),
            bstr(part(name, "payload")),
            bstr(bytes.fromhex(revision["signature"])),
        )
    )


@pytest.mark.parametrize(("name", "revision"), REVISIONS)
def test_the_strict_reader_takes_none_of_them(name: str, revision: dict[str, str]) -> None:
    with pytest.raises(EnvelopeError):
        read_sign1(bytes.fromhex(revision["message"]), max_bytes=1024)


@pytest.mark.parametrize(("name", "revision"), [p for p in REVISIONS if p.values[0] in OURS])
def test_a_signature_verifies_where_it_is_genuine_and_canonical(
    name: str, revision: dict[str, Any]
) -> None:
    key, signature = public_key(name), bytes.fromhex(revision["signature"])
    assert verifies(key, signature, structure_sent(name)) is revision["verifies_here"]
    # What was signed, whatever was altered since: good, or the twin of it is (high s).
    genuine = part(name, "to_be_signed")
    high = key.suite is ES256 and low_s(signature) != signature
    assert verifies(key, signature, genuine) is not high
    assert verifies(key, low_s(signature) if high else signature, genuine)
    assert not verifies(key, signature, genuine + b"\x00")


def test_a_published_high_s_is_refused_and_its_twin_is_not() -> None:
    signature = bytes.fromhex(FOUND["ecdsa-sig-01"]["revisions"][1]["signature"])
    key, message = public_key("ecdsa-sig-01"), part("ecdsa-sig-01", "to_be_signed")
    assert not verifies(key, signature, message)
    assert verifies(key, low_s(signature), message)


def test_a_protected_header_of_an_empty_map_counts_as_empty_when_signed() -> None:
    name = "sign-pass-01"
    assert part(name, "protected") == b"\xa0"
    signature = bytes.fromhex(FOUND[name]["revisions"][1]["signature"])
    assert verifies(public_key(name), signature, structure_sent(name))
    as_sent = sig_structure(b"\xa0", b"", part(name, "payload"))
    assert not verifies(public_key(name), signature, as_sent)


def test_the_external_data_of_sign_pass_02_is_signed_too() -> None:
    name = "sign-pass-02"
    signature = bytes.fromhex(FOUND[name]["revisions"][1]["signature"])
    without = sig_structure(part(name, "protected"), b"", part(name, "payload"))
    assert not verifies(public_key(name), signature, without)


@pytest.mark.parametrize("name", OURS)
def test_our_signer_remakes_the_current_signature_in_its_low_s_form(name: str) -> None:
    (current,) = (r for r in FOUND[name]["revisions"] if r["commit"] == CURRENT)
    signature = bytes.fromhex(current["signature"])
    signer = PrivateKeySigner.hold(private_key(name))
    assert signer.public == public_key(name).public
    expected = low_s(signature) if signer.suite is ES256 else signature
    assert signer.sign(part(name, "to_be_signed")) == expected


@pytest.mark.parametrize("name", [name for name in FAILING if name != "sign-fail-01"])
def test_a_failing_example_does_not_verify_over_what_it_holds(name: str) -> None:
    key = public_key(name)
    for revision in FOUND[name]["revisions"]:
        signature = bytes.fromhex(revision["signature"])
        assert not verifies(key, signature, structure_sent(name))
        assert not verifies(key, low_s(signature), structure_sent(name))


# What each failing example alters: tag, labels of the protected header, end of the payload.
ALTERED: Final[dict[str, tuple[bytes, dict[cbor.Key, cbor.Item], bytes, type[Exception]]]] = {
    "sign-fail-01": (TAG_998, {}, b".", EnvelopeError),
    "sign-fail-02": (SIGN1, {}, b"/", SignatureError),
    "sign-fail-03": (SIGN1, {ALGORITHM: -999}, b".", SuiteError),
    "sign-fail-04": (SIGN1, {ALGORITHM: "unknown"}, b".", EnvelopeError),
    "sign-fail-06": (SIGN1, {CONTENT_TYPE: 0}, b".", EnvelopeError),
    "sign-fail-07": (SIGN1, {TYPE: None}, b".", SignatureError),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_a_failing_example_alters_is_refused_in_a_message_of_ours(name: str) -> None:
    signer = PrivateKeySigner.hold(private_key(name))
    tag, labels, end, reason = ALTERED[name]
    message = sign1(b"This is the content.", signer, type="text/plain")
    protected, _, _, signature = read_sign1(message, max_bytes=1024)
    header = cbor.decode(protected, max_bytes=1024)
    assert isinstance(header, Mapping)

    def with_parts(tag: bytes, labels: dict[cbor.Key, cbor.Item], end: bytes) -> bytes:
        shown = {label: value for label, value in {**header, **labels}.items() if value is not None}
        payload = b"This is the content" + end
        return tag + bstr(cbor.encode(shown)) + b"\xa0" + bstr(payload) + bstr(signature)

    assert with_parts(SIGN1, {}, b".") == message  # nothing altered: it opens
    opened = read_sign1(message, max_bytes=1024).open(signer.verification_key)
    assert opened == b"This is the content."
    with pytest.raises(reason):
        read_sign1(with_parts(tag, labels, end), max_bytes=1024).open(signer.verification_key)


def test_a_genuine_signature_of_another_suite_is_refused() -> None:
    # P-256 with SHA-512, and Ed448: good signatures, of no suite of ours.
    for revision in FOUND["ecdsa-sig-04"]["revisions"]:
        signature, message = bytes.fromhex(revision["signature"]), structure_sent("ecdsa-sig-04")
        key = public_key("ecdsa-sig-04")
        loaded = key.loaded
        assert isinstance(loaded, ec.EllipticCurvePublicKey)
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        loaded.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA512()))
        assert not verifies(key, signature, message)
        assert not verifies(key, low_s(signature), message)

    example = FOUND["eddsa-sig-02"]
    secret, public = (bytes.fromhex(example["key"][name]) for name in ("secret", "public"))
    private = ed448.Ed448PrivateKey.from_private_bytes(secret)
    assert private.public_key().public_bytes_raw() == public
    assert (
        private.sign(structure_sent("eddsa-sig-02")).hex() == example["revisions"][0]["signature"]
    )
    with pytest.raises(TrustListError):
        VerificationKey.load(ED25519, public)
    with pytest.raises(SealingError):
        PrivateKeySigner.hold(private)  # type: ignore[arg-type]  # what a caller might hand over
