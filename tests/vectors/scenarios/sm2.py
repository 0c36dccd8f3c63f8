"""The suite SM2: what verifies, what must not, and a verifier that cannot compute it."""

from collections.abc import Iterator

from credential.code_list import seal_code_list
from credential.envelope import bstr, sig_structure, sign1
from credential.sm2 import ORDER
from tests.sm2_reference import RECOMMENDED, digest_of, nonces, sign_digest, sm3
from tests.vectors.district import (
    CATALOG,
    CHAOYANG_KEY,
    CHAOYANG_SM2_KEY,
    HAIDIAN_CATALOG_LIST,
    key,
    sealed,
    sm2_key,
    status_list,
    with_keys,
)
from tests.vectors.forging import CLAIMS, KEY_ID, SIGNATURE, assembled, header, under_header
from tests.vectors.scenario import Circumstances, Layer, Scenario

HERE = Layer("sm2")
ES256, SM2 = b"\x26", b"\x3a\x00\x01\x00\x00"
SIGNER = CHAOYANG_SM2_KEY
SM2_KEY_ID = SIGNER.key_id
BOTH: Circumstances = {"trust_list": with_keys(key(CHAOYANG_KEY), key(SIGNER))}
LACKING: Circumstances = {**BOTH, "lacks": ["SM2"]}
TEXT = sealed(signer=SIGNER)
PROTECTED = header(SM2, bstr(SM2_KEY_ID))
SIGNED = sig_structure(PROTECTED, b"", CLAIMS)
GENUINE = SIGNER.sign(SIGNED)
R, S = GENUINE[:32], GENUINE[32:]
N = ORDER.to_bytes(32, "big")


def scenarios() -> Iterator[Scenario]:
    yield from genuine()
    yield from signatures()
    yield from identities()
    yield from confusions()
    yield from without_the_suite()


def signed_as(signature: bytes) -> str:
    """The text of Chaoyang's license under its SM2 key id, and any signature."""
    return assembled(protected=bstr(PROTECTED), signature=bstr(signature))


def genuine() -> Iterator[Scenario]:
    yield HERE.valid(
        "license",
        "A license by the SM2 key of a district that has an ES256 key beside it.",
        TEXT,
        **BOTH,
    )
    yield HERE.valid(
        "everything",
        "License, status list and code list by the SM2 key; the district has no other.",
        TEXT,
        trust_list=with_keys(key(SIGNER)),
        status_lists=((0, status_list(signer=SIGNER)),),
        code_lists=(seal_code_list(CATALOG, SIGNER), HAIDIAN_CATALOG_LIST),
    )
    yield HERE.valid(
        "r-begins-with-a-zero-byte",
        "r below 2^248: its 32 bytes are written out all the same.",
        _with_small_r(),
        **BOTH,
    )
    yield HERE.valid(
        "the-other-s",
        "The second of the two s that hold for this r. It takes the private key to make it, so nobody"
        " makes a second message from a first, and it is not refused.",
        signed_as(R + _other_s()),
        **BOTH,
    )


def signatures() -> Iterator[Scenario]:
    for name, description, signature in (
        ("zeros", "r = s = 0.", bytes(64)),
        ("r-zero", "r = 0.", bytes(32) + S),
        ("s-zero", "s = 0.", R + bytes(32)),
        ("r-is-the-order", "r = n.", N + S),
        ("s-is-the-order", "s = n.", R + N),
        ("r-of-all-ones", "r = 2^256 - 1, beyond n.", b"\xff" * 32 + S),
        ("s-of-all-ones", "s = 2^256 - 1, beyond n.", R + b"\xff" * 32),
        (
            "r-and-s-add-up-to-the-order",
            "r + s = n: the public key would have no part in it.",
            R + (ORDER - int.from_bytes(R, "big")).to_bytes(32, "big"),
        ),
        (
            "n-less-s",
            "ECDSA's other s: it does not hold here.",
            R + (ORDER - int.from_bytes(S, "big")).to_bytes(32, "big"),
        ),
        ("one-bit-flipped", "The last bit flipped.", GENUINE[:-1] + bytes((GENUINE[-1] ^ 1,))),
        ("halves-swapped", "s‖r.", S + R),
        ("of-63-bytes", "The last byte cut off.", GENUINE[:-1]),
        ("of-65-bytes", "A zero behind.", GENUINE + b"\x00"),
        ("in-der", "ASN.1's form, as OpenSSL writes it.", _in_der(R, S)),
        ("by-another-key", "Another SM2 key's.", sm2_key("stranger sm2").sign(SIGNED)),
        ("over-the-bare-payload", "Signed without the header.", SIGNER.sign(CLAIMS)),
    ):
        yield HERE.rejected(
            f"signature-{name}",
            f"Step 6: {description}",
            signed_as(signature),
            "signature-invalid",
            **BOTH,
        )
    yield HERE.rejected(
        "payload-altered",
        "Step 6: another serial number under the same signature.",
        assembled(
            protected=bstr(PROTECTED),
            payload=bstr(CLAIMS.replace(b"\x00\x00\x11", b"\x00\x00\x12")),
            signature=bstr(GENUINE),
        ),
        "signature-invalid",
        **BOTH,
    )


def identities() -> Iterator[Scenario]:
    for name, identity in (("of-an-e-mail-address", b"ALICE123@YAHOO.COM"), ("empty", b"")):
        yield HERE.rejected(
            f"identity-{name}",
            f"Step 6: signed under the identity {identity.decode()!r}.",
            signed_as(SIGNER.sign(SIGNED, identity=identity)),
            "signature-invalid",
            **BOTH,
        )
    r, s = sign_digest(int.from_bytes(sm3(SIGNED), "big"), SIGNER.private)
    yield HERE.rejected(
        "identity-left-out",
        "Step 6: signed over the digest of the message alone, without Z.",
        signed_as(r.to_bytes(32, "big") + s.to_bytes(32, "big")),
        "signature-invalid",
        **BOTH,
    )


def confusions() -> Iterator[Scenario]:
    for name, description, text, code in (
        (
            "es256-named-over-an-sm2-key",
            "Step 5: ES256 named over an SM2 key.",
            under_header(header(ES256, bstr(SM2_KEY_ID)), signer=SIGNER),
            "suite-mismatch",
        ),
        (
            "sm2-named-over-an-es256-key",
            "Step 5: SM2 named over an ES256 key.",
            under_header(header(SM2)),
            "suite-mismatch",
        ),
        (
            "es256-signature-under-an-sm2-key",
            "Step 6: key id and suite of the SM2 key over a signature by ES256.",
            signed_as(CHAOYANG_KEY.sign(SIGNED)),
            "signature-invalid",
        ),
        (
            "sm2-signature-under-an-es256-key",
            "Step 6: key id and suite of the ES256 key over a signature by SM2.",
            under_header(header(ES256, bstr(KEY_ID)), signer=SIGNER),
            "signature-invalid",
        ),
        (
            "signature-lifted-from-an-es256-license",
            "Step 6: the signature of the same license by ES256.",
            signed_as(SIGNATURE),
            "signature-invalid",
        ),
        ("key-unknown", "Step 4: a forger's own SM2 key.", _by_a_stranger(), "key-unknown"),
    ):
        yield HERE.rejected(name, description, text, code, **BOTH)


def without_the_suite() -> Iterator[Scenario]:
    yield HERE.indeterminate(
        "unavailable",
        "Step 6: the verifier cannot compute SM2, so nothing is known of the signature.",
        TEXT,
        "suite-unavailable",
        **LACKING,
    )
    yield HERE.indeterminate(
        "unavailable-and-forged",
        "Step 6: a forgery it cannot tell from a genuine one either.",
        signed_as(sm2_key("stranger sm2").sign(SIGNED)),
        "suite-unavailable",
        **LACKING,
    )
    yield HERE.valid(
        "unavailable-and-not-needed",
        "An SM2 key on the trust list is in nobody's way: this license is by the ES256 key.",
        **LACKING,
    )
    yield HERE.rejected(
        "unavailable-and-another-suite-named",
        "Step 5 comes first, and needs no arithmetic.",
        under_header(header(ES256, bstr(SM2_KEY_ID)), signer=SIGNER),
        "suite-mismatch",
        **LACKING,
    )
    for name, signature in (("of-63-bytes", GENUINE[:-1]), ("r-zero", bytes(32) + S)):
        yield HERE.rejected(
            f"unavailable-and-signature-{name}",
            "Step 6: length and range are looked at first, and need no arithmetic.",
            signed_as(signature),
            "signature-invalid",
            **LACKING,
        )


def _by_a_stranger() -> str:
    return sealed(signer=sm2_key("stranger sm2"))


def _in_der(r: bytes, s: bytes) -> bytes:
    r, s = (b"\x00" + half if half[0] > 0x7F else half for half in (r, s))
    body = b"\x02%c%b\x02%c%b" % (len(r), r, len(s), s)
    return b"\x30%c%b" % (len(body), body)


def _other_s() -> bytes:
    """The s with which −R, whose x is R's, comes out instead of R: (−k − r·d) / (1 + d)."""
    e, d = digest_of(SIGNED, SIGNER.point), SIGNER.private
    k = nonces(d, e, ORDER)()
    point, r = RECOMMENDED.multiply(k, RECOMMENDED.base), int.from_bytes(R, "big")
    assert point is not None
    assert (e + point[0]) % ORDER == r, "R was made with the first nonce"
    s = pow(1 + d, -1, ORDER) * (-k - r * d) % ORDER
    assert s != int.from_bytes(S, "big")
    return s.to_bytes(32, "big")


def _with_small_r() -> str:
    """Chaoyang's license in the first of some nonces whose r is short."""
    e = digest_of(SIGNED, SIGNER.point)
    following = nonces(SIGNER.private, e, ORDER)
    while True:
        r, s = sign_digest(e, SIGNER.private, nonce=following)
        if r < 1 << 248:
            return signed_as(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


assert sign1(CLAIMS, SIGNER).endswith(GENUINE)
