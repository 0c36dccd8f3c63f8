"""Trust lists that may replace the one held, and those that must not be believed."""

from collections.abc import Iterator

from credential import cbor
from credential.envelope import read_sign1, sign1
from credential.status import MEDIA_TYPE as STATUS_LIST_TYPE
from credential.trust import MEDIA_TYPE
from tests.vectors.admitting import ADMITTED, REFUSED, TRUST, Admission, step
from tests.vectors.district import CHAOYANG_KEY, ROOT, STRANGER_KEY, trust_list


def admissions() -> Iterator[Admission]:
    def listed(name: str, description: str, *steps: tuple[bytes, str]) -> Admission:
        return Admission(
            name=f"trust-list-{name}",
            description=description,
            steps=tuple(step(TRUST, data, result) for data, result in steps),
        )

    yield listed(
        "higher-number",
        "Number 8 after number 7.",
        (trust_list(), ADMITTED),
        (trust_list(number=8), ADMITTED),
    )
    yield listed(
        "rollback",
        "Number 6 after number 7: an old list with a key that was compromised since.",
        (trust_list(), ADMITTED),
        (trust_list(number=6), REFUSED),
    )
    yield listed(
        "same-number",
        "The same list once more.",
        (trust_list(), ADMITTED),
        (trust_list(), ADMITTED),
    )
    yield listed(
        "expired",
        "An expired list opens; that it is old is for each verdict to say.",
        (trust_list(expires="2026-06-02T00:00:00"), ADMITTED),
    )
    message = read_sign1(trust_list(), max_bytes=4096)
    good = cbor.decode(message.unverified_payload, max_bytes=4096)
    assert isinstance(good, dict)

    def claims(changes: dict[cbor.Key, cbor.Item]) -> bytes:
        return sign1(cbor.encode({**good, **changes}), ROOT, type=MEDIA_TYPE)

    _, (chaoyang, haidian) = good[-65539]

    def issuer(at: int, item: cbor.Item) -> bytes:
        """A list of Chaoyang alone, one item of its entry changed."""
        return claims({-65539: (7, ((*chaoyang[:at], item, *chaoyang[at + 1 :]),))})

    def alike(at: int) -> bytes:
        """A list on which Haidian has an item of Chaoyang's."""
        other = (*haidian[:at], chaoyang[at], *haidian[at + 1 :])
        return claims({-65539: (7, (chaoyang, other))})

    point = CHAOYANG_KEY.public
    small = bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
    for name, description, data in (
        (
            "by-an-unknown-root",
            "Signed by a key that is no pinned root.",
            trust_list(root=STRANGER_KEY),
        ),
        ("by-a-district", "Signed by a district's key.", trust_list(root=CHAOYANG_KEY)),
        (
            "signature-altered",
            "The last bit flipped.",
            trust_list()[:-1] + bytes((trust_list()[-1] ^ 1,)),
        ),
        ("type-missing", "No type.", sign1(message.unverified_payload, ROOT)),
        (
            "type-of-a-status-list",
            "Another list's type.",
            sign1(message.unverified_payload, ROOT, type=STATUS_LIST_TYPE),
        ),
        ("empty", "No bytes.", b""),
        ("not-cbor", "A payload that is no CBOR.", sign1(b"\xff", ROOT, type=MEDIA_TYPE)),
        (
            "nested-too-deep",
            "Nine arrays in one another.",
            sign1(b"\x81" * 9 + b"\x00", ROOT, type=MEDIA_TYPE),
        ),
        ("a-claim-more", "A fourth claim.", claims({1: "root"})),
        ("number-as-text", "A text for a number.", claims({-65539: ("7", (chaoyang,))})),
        ("number-0", "Numbers begin at 1.", trust_list(number=0)),
        ("number-true", "CBOR's true is no number.", claims({-65539: (True, (chaoyang,))})),
        ("issued-true", "CBOR's true is no instant.", claims({6: True})),
        ("issued-after-its-end", "iat after exp.", trust_list(expires="2026-06-01T08:59:59")),
        ("issued-at-its-end", "iat is exp.", trust_list(expires="2026-06-01T09:00:00")),
        ("issued-at-0", "An iat of 0.", claims({6: 0})),
        ("expires-after-9999", "An exp that no calendar shows.", claims({4: 253_402_272_000})),
        ("expires-in-a-bignum", "An exp of nine bytes.", claims({4: 1 << 64})),
        ("no-issuers", "Nobody on the list.", claims({-65539: (7, ())})),
        ("two-issuers-of-one-code", "Chaoyang twice.", alike(0)),
        ("two-issuers-of-one-host", "Two districts under one host.", alike(3)),
        ("one-key-of-two-issuers", "One key for two districts.", alike(6)),
        ("one-key-twice", "One key twice.", issuer(6, chaoyang[6] * 2)),
        ("issuer-of-five-digits", "A division code has six.", issuer(0, "11010")),
        (
            "issuer-of-full-width-digits",
            "A division code is of 0 to 9; Unicode has other digits.",
            issuer(0, "１１０１０５"),
        ),
        ("issuer-without-a-name", "null for a name.", issuer(1, None)),
        (
            "status-uri-without-a-place",
            "No {list} in it.",
            issuer(5, "https://yz.chaoyang.example/status/0"),
        ),
        (
            "key-of-an-unknown-suite",
            "A suite of a later version.",
            issuer(6, (("SM2", point, "active", 1, None, None),)),
        ),
        (
            "key-of-an-unknown-state",
            "A state of a later version.",
            issuer(6, (("ES256", point, "paused", 1, None, None),)),
        ),
        (
            "key-compressed",
            "A compressed point.",
            issuer(6, (("ES256", b"\x02" + point[1:33], "active", 1, None, None),)),
        ),
        (
            "key-of-another-head",
            "65 bytes that begin with 06 (a hybrid point).",
            issuer(6, (("ES256", b"\x06" + point[1:], "active", 1, None, None),)),
        ),
        (
            "key-off-the-curve",
            "No point of P-256.",
            issuer(6, (("ES256", point[:-1] + bytes((point[-1] ^ 1,)), "active", 1, None, None),)),
        ),
        (
            "key-of-small-order",
            "Ed25519, y = −1: any signature could be made to verify.",
            issuer(6, (("Ed25519", small, "active", 1, None, None),)),
        ),
        (
            "key-of-another-suites-length",
            "A P-256 point as Ed25519.",
            issuer(6, (("Ed25519", point, "active", 1, None, None),)),
        ),
        (
            "key-without-a-first-day",
            "null for a day.",
            issuer(6, (("ES256", point, "active", None, None, None),)),
        ),
        (
            "key-with-true-for-its-first-day",
            "CBOR's true is no day.",
            issuer(6, (("ES256", point, "active", True, None, None),)),
        ),
        (
            "retired-key-without-its-last-day",
            "The word alone ends nothing, so a list that says no more is a mistake.",
            issuer(6, (("ES256", point, "retired", 1, None, None),)),
        ),
        ("scope-without-a-trial-mark", "Three items for four.", issuer(7, ((1, None, None),))),
        (
            "scope-with-true-for-its-last-day",
            "CBOR's true is no day.",
            issuer(7, ((1, True, None, False),)),
        ),
        (
            "scope-with-a-number-for-its-trial-mark",
            "0 is not false.",
            issuer(7, ((1, None, None, 0),)),
        ),
        ("scope-of-numbers", "Industries are texts.", issuer(7, ((1, None, (25,), False),))),
    ):
        yield listed(name, description, (data, REFUSED))
