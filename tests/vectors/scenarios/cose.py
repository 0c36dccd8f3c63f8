"""Steps 3 to 6 and 8: envelope, key, suite, signature, and whose they are."""

from collections.abc import Iterator

from credential.envelope import bstr, read_sign1, sig_structure, sign1
from credential.signer import P256_ORDER
from credential.status import MEDIA_TYPE
from tests.vectors.district import (
    BOOKSHOP,
    CAFE,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_KEY,
    STRANGER_KEY,
    ed25519_key,
    key,
    sealed,
    with_keys,
)
from tests.vectors.forging import (
    CLAIMS,
    KEY_ID,
    MESSAGE,
    PROTECTED,
    SIGNATURE,
    assembled,
    header,
    text_of,
    under_header,
)
from tests.vectors.scenario import Layer, Scenario

HERE = Layer("cose")
ES256, EDDSA = b"\x26", b"\x27"


def scenarios() -> Iterator[Scenario]:
    yield from envelopes()
    yield from headers()
    yield from keys_and_suites()
    yield from signatures()


def envelopes() -> Iterator[Scenario]:
    for name, description, text in (
        ("byte-after-the-message", "Unsigned bytes smuggled behind.", assembled(tail=b"\x00")),
        ("message-twice", "A second message behind the first.", text_of(MESSAGE + MESSAGE)),
        ("no-tag", "An array without tag 18.", assembled(head=b"\x84")),
        ("tag-17", "COSE_Mac0's tag.", assembled(head=b"\xd1\x84")),
        ("tag-98", "COSE_Sign's tag.", assembled(head=b"\xd8\x62\x84")),
        ("tag-18-in-two-bytes", "Tag 18 in a longer form.", assembled(head=b"\xd8\x12\x84")),
        ("array-of-three", "The wrong count in the array's head.", assembled(head=b"\xd2\x83")),
        (
            "array-of-five",
            "A fifth item.",
            assembled(head=b"\xd2\x85", tail=b"\x00"),
        ),
        (
            "array-of-indefinite-length",
            "The same four items, their count left open.",
            assembled(head=b"\xd2\x9f", tail=b"\xff"),
        ),
        (
            "unprotected-header-not-empty",
            "A key id that is not signed: {4: kid}.",
            assembled(unprotected=b"\xa1\x04" + bstr(KEY_ID)),
        ),
        ("unprotected-header-missing", "Three items for four.", assembled(unprotected=b"")),
        ("unprotected-header-null", "null for the empty map.", assembled(unprotected=b"\xf6")),
        (
            "protected-header-length-in-two-bytes",
            "58 09 for 49: a second encoding of the same message.",
            assembled(protected=b"\x58" + bytes((len(PROTECTED),)) + PROTECTED),
        ),
        (
            "payload-length-in-three-bytes",
            "59 00 63 for 58 63.",
            assembled(payload=b"\x59\x00" + bytes((len(CLAIMS),)) + CLAIMS),
        ),
        (
            "payload-length-in-five-bytes",
            "5a 00 00 00 63 for 58 63.",
            assembled(payload=b"\x5a\x00\x00\x00" + bytes((len(CLAIMS),)) + CLAIMS),
        ),
        (
            "payload-length-beyond-the-message",
            "A length that ends outside.",
            assembled(payload=b"\x59\x03\xe8" + CLAIMS),
        ),
        (
            "payload-length-of-2-64-bytes",
            "A length of eight bytes: 5b ff ff ff ff ff ff ff ff.",
            assembled(payload=b"\x5b" + b"\xff" * 8 + CLAIMS),
        ),
        (
            "payload-of-indefinite-length",
            "The payload in chunks.",
            assembled(payload=b"\x5f" + bstr(CLAIMS) + b"\xff"),
        ),
        (
            "payload-detached",
            "null: the payload would come from elsewhere.",
            assembled(payload=b"\xf6"),
        ),
        ("payload-as-text", "A text string.", assembled(payload=b"\x78\x63" + CLAIMS)),
        ("signature-missing", "Only three items.", assembled(signature=b"")),
        ("one-byte", "A single byte.", text_of(b"\xd2")),
        ("not-cbor", "A text for a message.", text_of(b"this is no message at all")),
    ):
        yield HERE.rejected(name, f"Step 3: {description}", text, "envelope-malformed")


def headers() -> Iterator[Scenario]:
    for name, description, protected in (
        ("key-id-of-three-bytes", "Too short a key id.", header(ES256, bstr(KEY_ID[:3]))),
        ("key-id-of-eight-bytes", "Too long a key id.", header(ES256, bstr(KEY_ID * 2))),
        ("key-id-as-text", "A text for a byte string.", header(ES256, b"\x64abcd")),
        ("algorithm-as-text", "ES256 by its name.", header(b"\x65ES256")),
        ("algorithm-true", "true for a number.", header(b"\xf5")),
        ("algorithm-missing", "Only a key id.", b"\xa1\x04" + bstr(KEY_ID)),
        ("key-id-missing", "Only an algorithm.", b"\xa1\x01" + ES256),
        ("header-empty", "A protected header of no bytes.", b""),
        ("header-of-an-empty-map", "A protected header of one empty map.", b"\xa0"),
        ("header-an-array", "An array for a map.", b"\x82\x01" + ES256),
        (
            "another-label",
            "A content type (3) beside algorithm and key id.",
            b"\xa3\x01\x26\x03\x00\x04" + bstr(KEY_ID),
        ),
        (
            "critical-label",
            "crit (2): nothing that is critical is known.",
            b"\xa3\x01\x26\x02\x81\x03\x04" + bstr(KEY_ID),
        ),
        ("type-null", "null for a type.", b"\xa3\x01\x26\x04" + bstr(KEY_ID) + b"\x10\xf6"),
        (
            "type-present",
            "A type, which only lists have: a list's signature must not pass for a license's.",
            b"\xa3\x01\x26\x04" + bstr(KEY_ID) + b"\x10\x78\x1a" + MEDIA_TYPE.encode(),
        ),
    ):
        yield HERE.rejected(
            name, f"Step 3 or 4: {description}", under_header(protected), "envelope-malformed"
        )


def keys_and_suites() -> Iterator[Scenario]:
    other = ed25519_key("chaoyang second")
    yield HERE.rejected(
        "key-unknown",
        "Step 4: a forger's own key.",
        sealed(CAFE, STRANGER_KEY),
        "key-unknown",
    )
    yield HERE.rejected(
        "key-id-of-a-trusted-key-under-a-forgers-signature",
        "Step 6: the forger writes Chaoyang's key id over his own signature.",
        under_header(header(ES256), signer=STRANGER_KEY),
        "signature-invalid",
    )
    yield HERE.rejected(
        "key-id-swapped-to-another-district",
        "Step 5: Haidian's key id; its key has another suite.",
        under_header(header(ES256, bstr(HAIDIAN_KEY.key_id))),
        "suite-mismatch",
    )
    yield HERE.rejected(
        "key-id-and-algorithm-swapped-to-another-district",
        "Step 6: Haidian's key id and suite over Chaoyang's signature.",
        under_header(header(EDDSA, bstr(HAIDIAN_KEY.key_id))),
        "signature-invalid",
    )
    yield HERE.rejected(
        "algorithm-of-another-suite",
        "Step 5: EdDSA named over an ES256 key (algorithm confusion).",
        under_header(header(EDDSA)),
        "suite-mismatch",
    )
    for name, encoded in (("none", b"\x00"), ("hmac-256", b"\x05"), ("es384", b"\x38\x22")):
        yield HERE.rejected(
            f"algorithm-{name}",
            "Step 5: an algorithm that no key here has.",
            under_header(header(encoded)),
            "suite-mismatch",
        )
    yield HERE.rejected(
        "algorithm-es256-over-an-ed25519-key",
        "Step 5: the confusion the other way round.",
        under_header(header(ES256, bstr(HAIDIAN_KEY.key_id)), signer=HAIDIAN_KEY),
        "suite-mismatch",
    )
    yield HERE.valid(
        "two-keys-of-one-district",
        "The suite is the key's: one district may have keys of both.",
        text_of(sign1(CLAIMS, other)),
        trust_list=with_keys(key(CHAOYANG_KEY), key(other)),
    )
    yield HERE.rejected(
        "key-of-another-district",
        "Step 8: Haidian signs a license in Chaoyang's name.",
        text_of(sign1(CLAIMS, HAIDIAN_KEY)),
        "issuer-mismatch",
    )
    yield HERE.rejected(
        "key-of-another-district-under-its-own-host",
        "Step 8: the same under Haidian's host; only the claims say Chaoyang.",
        text_of(sign1(CLAIMS, HAIDIAN_KEY), HAIDIAN.host),
        "issuer-mismatch",
    )
    yield HERE.rejected(
        "claims-of-another-district",
        "Step 8: Chaoyang signs a license that names Haidian as its issuer.",
        sealed(BOOKSHOP, CHAOYANG_KEY),
        "issuer-mismatch",
    )


def signatures() -> Iterator[Scenario]:
    r, s = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "big")
    license = read_sign1(MESSAGE, max_bytes=1024)
    for name, description, signature in (
        (
            "high-s",
            "n − s verifies as well as s: malleated, so that the same license has two texts.",
            r + (P256_ORDER - s).to_bytes(32, "big"),
        ),
        ("zeros", "r = s = 0 (CVE-2022-21449).", bytes(64)),
        ("r-zero", "r = 0.", bytes(32) + SIGNATURE[32:]),
        ("s-zero", "s = 0.", r + bytes(32)),
        ("r-is-the-order", "r = n.", P256_ORDER.to_bytes(32, "big") + SIGNATURE[32:]),
        ("r-plus-the-order-wraps", "r all ones.", b"\xff" * 32 + SIGNATURE[32:]),
        ("one-bit-flipped", "The last bit flipped.", SIGNATURE[:-1] + bytes((SIGNATURE[-1] ^ 1,))),
        ("halves-swapped", "s‖r.", SIGNATURE[32:] + r),
        ("of-63-bytes", "The last byte cut off.", SIGNATURE[:-1]),
        ("of-65-bytes", "A zero in front.", b"\x00" + SIGNATURE),
        ("of-no-bytes", "Empty.", b""),
        (
            "in-der",
            "ASN.1's form, which COSE has not.",
            b"\x30\x44\x02\x20" + r + b"\x02\x20" + SIGNATURE[32:],
        ),
        (
            "with-external-data",
            "Signed with external data, as a city code is.",
            CHAOYANG_KEY.sign(sig_structure(PROTECTED, b"HTTPS://", CLAIMS)),
        ),
        (
            "of-another-context",
            "Signed as one of several signers (COSE_Sign).",
            CHAOYANG_KEY.sign(
                sig_structure(PROTECTED, b"", CLAIMS).replace(b"jSignature1", b"iSignature")
            ),
        ),
        ("over-the-bare-payload", "Signed without the header.", CHAOYANG_KEY.sign(CLAIMS)),
    ):
        yield HERE.rejected(
            f"signature-{name}",
            f"Step 6: {description}",
            assembled(signature=bstr(signature)),
            "signature-invalid",
        )
    yield HERE.rejected(
        "payload-altered",
        "Step 6: another serial number under the same signature.",
        assembled(
            payload=bstr(license.unverified_payload.replace(b"\x00\x00\x11", b"\x00\x00\x12"))
        ),
        "signature-invalid",
    )
    yield HERE.rejected(
        "signature-of-another-license",
        "Step 6: a signature lifted from another license of the same key.",
        assembled(
            signature=bstr(
                read_sign1(sign1(CLAIMS + b"\x00", CHAOYANG_KEY), max_bytes=1024).signature
            )
        ),
        "signature-invalid",
    )
