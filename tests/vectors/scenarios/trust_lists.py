"""Trust lists that may replace the one held, and those that must not be believed."""

from collections.abc import Callable, Iterator

from credential import cbor
from credential.envelope import sign1
from credential.multisign import (
    UnverifiedSign,
    UnverifiedSignature,
    assemble,
    cosign,
    draft,
    read_sign,
    write_sign,
)
from credential.signer import PrivateKeySigner
from credential.status import MEDIA_TYPE as STATUS_LIST_TYPE
from credential.trust_list import (
    MEDIA_TYPE,
)
from tests.vectors.admitting import ADMITTED, REFUSED, TRUST, Admission, step
from tests.vectors.district import (
    CHAOYANG_KEY,
    ROOT_HOLDERS,
    SIGNING,
    STRANGER_KEY,
    trust_list,
)


def signed(payload: bytes, *, type: str = MEDIA_TYPE) -> bytes:
    """Any payload, signed as a trust list is."""
    message = draft(payload, type=type)
    for signer in SIGNING:
        message = cosign(message, signer)
    return write_sign(message)


def admissions() -> Iterator[Admission]:
    def listed(name: str, description: str, *steps: tuple[bytes, str]) -> Admission:
        return Admission(
            name=f"trust-list-{name}",
            description=description,
            steps=tuple(step(TRUST, data, result) for data, result in steps),
        )

    yield from signatures(listed)
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
    message = read_sign(trust_list(), max_bytes=4096)
    good = cbor.decode(message.unverified_payload, max_bytes=4096)
    assert isinstance(good, dict)

    def claims(changes: dict[cbor.Key, cbor.Item]) -> bytes:
        return signed(cbor.encode({**good, **changes}))

    _, (chaoyang, haidian) = good[-65539]

    def issuer(at: int, item: cbor.Item) -> bytes:
        """A list of Chaoyang alone, one item of its entry changed."""
        return claims({-65539: (7, ((*chaoyang[:at], item, *chaoyang[at + 1 :]),))})

    def alike(at: int) -> bytes:
        """A list on which Haidian has an item of Chaoyang's."""
        other = (*haidian[:at], chaoyang[at], *haidian[at + 1 :])
        return claims({-65539: (7, (chaoyang, other))})

    point, key_id = CHAOYANG_KEY.public, CHAOYANG_KEY.key_id
    payload = message.unverified_payload
    for name, description, data in (
        (
            "type-of-a-status-list",
            "Another list's type.",
            signed(message.unverified_payload, type=STATUS_LIST_TYPE),
        ),
        ("empty", "No bytes.", b""),
        ("not-cbor", "A payload that is no CBOR.", signed(b"\xff")),
        ("nested-too-deep", "Nine arrays in one another.", signed(b"\x81" * 9 + b"\x00")),
        (
            "claims-in-another-order",
            "The labels of its map in another order than the deterministic one.",
            signed(b"\xa3" + payload[7:] + payload[1:7]),
        ),
        ("a-trailing-byte", "A byte after the claims.", signed(payload + b"\x00")),
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
        (
            "two-keys-of-one-id",
            "Another key under the id of the first: which of them is called by it, nobody knows.",
            issuer(6, (*chaoyang[6], (key_id, -7, STRANGER_KEY.public, 1, None, None))),
        ),
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
            "key-without-an-algorithm",
            "null for an algorithm.",
            issuer(6, ((key_id, None, point, 1, None, None),)),
        ),
        (
            "key-id-of-five-bytes",
            "A key id has four.",
            issuer(6, ((key_id + b"\x00", -7, point, 1, None, None),)),
        ),
        (
            "key-without-a-first-day",
            "null for a day.",
            issuer(6, ((key_id, -7, point, None, None, None),)),
        ),
        (
            "key-with-true-for-its-first-day",
            "CBOR's true is no day.",
            issuer(6, ((key_id, -7, point, True, None, None),)),
        ),
        (
            "keys-of-more-than-64",
            "An issuer has at most 64.",
            issuer(6, tuple((bytes((0, 0, 0, at)), -7, point, 1, None, None) for at in range(65))),
        ),
        (
            "scopes-of-more-than-64",
            "An issuer has at most 64.",
            issuer(7, ((1, None, None, None, False),) * 65),
        ),
        (
            "a-root-s-key-as-a-district-s",
            "A holder of the root cannot be a district too.",
            issuer(6, ((SIGNING[0].key_id, -7, SIGNING[0].public, 1, None, None),)),
        ),
        (
            "ends-after-its-root",
            "A list does not outlive what it hangs on.",
            trust_list(expires="2029-01-01T09:00:01"),
        ),
        ("scope-without-a-trial-mark", "Four items for five.", issuer(7, ((1, None, None, None),))),
        (
            "scope-with-true-for-its-last-day",
            "CBOR's true is no day.",
            issuer(7, ((1, True, None, None, False),)),
        ),
        (
            "scope-with-a-number-for-its-trial-mark",
            "0 is not false.",
            issuer(7, ((1, None, None, None, 0),)),
        ),
        ("scope-of-numbers", "Industries are texts.", issuer(7, ((1, None, (25,), None, False),))),
        (
            "scope-of-numbered-kinds",
            "Kinds are texts.",
            issuer(7, ((1, None, None, (25,), False),)),
        ),
    ):
        yield listed(name, description, (data, REFUSED))


def signatures(listed: Callable[..., Admission]) -> Iterator[Admission]:
    """Who has signed, how often, and in which order."""
    first, second, third = ROOT_HOLDERS
    whole = read_sign(trust_list(signers=(first, second, third)), max_bytes=4096)

    def of(*signatures: UnverifiedSignature) -> bytes:
        return write_sign(whole._replace(signatures=signatures))

    one, two, three = whole.signatures
    altered = one._replace(signature=one.signature[:-1] + bytes((one.signature[-1] ^ 1,)))
    stranger = assemble(whole._replace(signatures=(one,)), [_alone(whole, STRANGER_KEY)])
    for name, description, data in (
        ("by-all-holders", "More than have to sign may.", of(one, two, three)),
        ("by-two-others-of-three", "Any two of the three.", of(two, three)),
        (
            "by-two-and-a-stranger",
            "A key that is none of the root's is passed over: it may be the next root's.",
            write_sign(assemble(whole, [_alone(whole, STRANGER_KEY)])),
        ),
    ):
        yield listed(name, description, (data, ADMITTED))
    for name, description, data in (
        ("by-nobody", "No signature.", of()),
        ("by-one-of-two", "One holder, and two have to sign.", of(one)),
        ("by-one-holder-twice", "One holder's signature twice.", of(one, one)),
        ("by-one-and-a-stranger", "A stranger counts for nobody.", write_sign(stranger)),
        (
            "by-strangers",
            "No holder of the root.",
            trust_list(signers=(STRANGER_KEY, CHAOYANG_KEY)),
        ),
        ("signatures-out-of-order", "Not in the order of their key ids.", of(two, one)),
        (
            "one-signature-altered",
            "Enough of the others hold: one that does not spoils the message all the same.",
            of(altered, two, three),
        ),
        (
            "payload-altered",
            "One bit of what was signed.",
            write_sign(
                whole._replace(
                    unverified_payload=whole.unverified_payload[:-1]
                    + bytes((whole.unverified_payload[-1] ^ 1,))
                )
            ),
        ),
        ("a-byte-after-the-message", "A byte after its end.", of(one, two) + b"\x00"),
        ("cut", "Its last byte is missing.", of(one, two)[:-1]),
        (
            "cut-after-a-signature",
            "Three signatures are promised, and two are there: enough, in a message that is not whole.",
            of(one, two, three)[: len(of(one, two))],
        ),
        (
            "a-single-signature",
            "COSE_Sign1, as everything else is.",
            sign1(whole.unverified_payload, first, type=MEDIA_TYPE),
        ),
    ):
        yield listed(name, description, (data, REFUSED))


def _alone(message: UnverifiedSign, signer: PrivateKeySigner) -> UnverifiedSign:
    return cosign(message._replace(signatures=()), signer)
