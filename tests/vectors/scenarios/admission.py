"""Lists that enter a verifier's hands, and those that must not (docs/spec/trust-list.md and others)."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from credential import cbor
from credential.code_list import MEDIA_TYPE as CODE_LIST_TYPE
from credential.code_list import seal_code_list
from credential.envelope import bstr, read_sign1, sign1
from credential.status import MAX_ENTRIES
from credential.status import MEDIA_TYPE as STATUS_TYPE
from credential.trust import MEDIA_TYPE as TRUST_TYPE
from credential.trust import KeyState, Scope
from tests.vectors.district import (
    CATALOG,
    CATALOG_LIST,
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_KEY,
    ROOT,
    STRANGER_KEY,
    es256_key,
    key,
    seconds,
    status_list,
    stored,
    trust_list,
    with_keys,
)

TRUST, STATUS, CODES = "trust-list", "status-list", "code-list"
ADMITTED, UNCHANGED, REFUSED = "admitted", "unchanged", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One list handed in, and what must come of it; `number` is a status list's."""

    kind: str
    data: bytes
    result: str
    number: int = 0

    def document(self) -> dict[str, object]:
        number = {"number": self.number} if self.kind == STATUS else {}
        return {"admit": self.kind, **number, "hex": self.data.hex(), "result": self.result}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A vector of lists handed in one after another."""

    name: str
    description: str
    steps: tuple[Step, ...]

    def document(self) -> dict[str, object]:
        return {
            "name": self.name,
            "description": self.description,
            "layer": "admission",
            "roots": [{"suite": ROOT.suite.name, "public": ROOT.public.hex()}],
            "steps": [step.document() for step in self.steps],
        }


def step(kind: str, data: bytes, result: str, number: int = 0) -> Step:
    return Step(kind=kind, data=data, result=result, number=number)


ORDINARY = step(TRUST, trust_list(), ADMITTED)


def admissions() -> Iterator[Admission]:
    yield from status_lists()
    yield from status_lists_by_other_keys()
    yield from code_lists()
    yield from trust_lists()


def run_of_zeros(count: int) -> bytes:
    """A zlib stream that inflates to 258 × `count` + 1 zeros: matches at distance 1, fixed codes."""
    bits = "1" + "10" + "00110000" + ("11000101" + "00000") * count + "0000000"
    # Codes go in from their most significant bit; the block's type, 01, from its least.
    padded = bits + "0" * (-len(bits) % 8)
    block = bytes(int(padded[at : at + 8][::-1], 2) for at in range(0, len(padded), 8))
    zeros = bytes(258 * count + 1)
    return b"\x78\x9c" + block + zlib.adler32(zeros).to_bytes(4, "big")


def status_lists() -> Iterator[Admission]:
    older, newer = status_list(issued="2026-06-14T06:00:00"), status_list()
    yield Admission(
        name="status-list-newer-replaces-older",
        description="Yesterday's, then today's.",
        steps=(ORDINARY, step(STATUS, older, ADMITTED), step(STATUS, newer, ADMITTED)),
    )
    yield Admission(
        name="status-list-rollback",
        description="Today's, then yesterday's again: the newer one stays.",
        steps=(ORDINARY, step(STATUS, newer, ADMITTED), step(STATUS, older, UNCHANGED)),
    )
    yield Admission(
        name="status-list-of-the-same-second",
        description="Two lists of one iat: the first one stays.",
        steps=(
            ORDINARY,
            step(STATUS, newer, ADMITTED),
            step(STATUS, status_list({8: 1}), UNCHANGED),
        ),
    )
    yield Admission(
        name="status-list-shorter-than-before",
        description="A list only grows: entries that were there cannot vanish.",
        steps=(
            ORDINARY,
            step(STATUS, older, ADMITTED),
            step(STATUS, status_list(size=30), REFUSED),
        ),
    )
    largest = run_of_zeros(MAX_ENTRIES // 2 // 258)
    for name, description, data, result in (
        ("compressed", "523,807 zeros in 3,312 bytes: within the bound.", status_list(packed=largest), ADMITTED),
        (
            "bomb",
            "524,323 bytes, more than 2^20 entries are: inflating stops at the bound.",
            status_list(packed=run_of_zeros(MAX_ENTRIES // 2 // 258 + 2)),
            REFUSED,
        ),
        ("zlib-cut", "The stream ends early.", status_list(packed=stored(bytes(16))[:-5]), REFUSED),
        ("zlib-without-checksum", "Only the checksum is missing.", status_list(packed=stored(bytes(16))[:-4]), REFUSED),
        ("zlib-wrong-checksum", "A wrong Adler-32.", status_list(packed=stored(bytes(16))[:-1] + b"\x00"), REFUSED),
        ("bytes-after-zlib", "Bytes behind the stream.", status_list(packed=stored(bytes(16)) + b"\x00"), REFUSED),
        ("two-zlib-streams", "One stream behind another.", status_list(packed=stored(bytes(8)) * 2), REFUSED),
        ("deflate-without-zlib", "RFC 1951 without RFC 1950.", status_list(packed=stored(bytes(16))[2:-4]), REFUSED),
        ("not-compressed", "The bare entries.", status_list(packed=bytes(16)), REFUSED),
        ("zlib-empty", "No bytes where a stream should be.", status_list(packed=b""), REFUSED),
        ("two-bits", "2 bits an entry: each state would be another's.", status_list(changes={65533: {"bits": 2, "lst": stored(bytes(8))}}), REFUSED),
        ("aggregation", "A claim inside the list that this profile has not.", status_list(changes={65533: {"aggregation_uri": "https://x.test", "bits": 4, "lst": stored(bytes(8))}}), REFUSED),
        ("a-claim-more", "An iss (1) beside the five claims.", status_list(changes={1: "110105"}), REFUSED),
        ("issued-after-its-end", "iat after exp.", status_list(expires="2026-06-15T05:59:59"), REFUSED),
        ("issued-at-its-end", "iat is exp.", status_list(expires="2026-06-15T06:00:00"), REFUSED),
        ("issued-at-0", "An iat of 0.", status_list(changes={6: 0}), REFUSED),
        ("expires-after-9999", "An exp that no calendar shows.", status_list(changes={4: 253_402_272_000}), REFUSED),
        ("expires-in-2-63", "An exp that no 64-bit clock holds.", status_list(changes={4: 1 << 63}), REFUSED),
        ("ttl-0", "A ttl of 0.", status_list(changes={65534: 0}), REFUSED),
        ("iat-as-text", "A text for a number.", status_list(changes={6: "2026-06-15"}), REFUSED),
        ("of-another-number", "List 1 where list 0 was looked up: sub is another.", status_list(number=1), REFUSED),
        ("of-another-uri", "sub on another host.", status_list(uri="https://status.test/0"), REFUSED),
        ("type-missing", "No type: it could be a license's message.", status_list(type=None), REFUSED),
        ("type-of-a-code-list", "Another list's type.", status_list(type=CODE_LIST_TYPE), REFUSED),
        ("bytes-after-the-message", "A byte behind the message.", status_list() + b"\x00", REFUSED),
        ("signature-altered", "The last bit flipped.", status_list()[:-1] + bytes((status_list()[-1] ^ 1,)), REFUSED),
        ("payload-altered", "An entry changed under the signature.", status_list().replace(bytes(8), b"\x01" + bytes(7), 1), REFUSED),
        ("empty", "No bytes.", b"", REFUSED),
        ("of-indefinite-length", "Claims in a map of indefinite length.", resigned(b"\xbf", b"\xff"), REFUSED),
        ("claims-with-a-trailing-byte", "A byte behind the claims.", resigned(b"\xa5", b"\x00"), REFUSED),
    ):
        yield Admission(
            name=f"status-list-{name}",
            description=description,
            steps=(ORDINARY, step(STATUS, data, result)),
        )


def resigned(head: bytes, tail: bytes) -> bytes:
    """The ordinary status list's claims behind another head, truly signed."""
    payload = read_sign1(status_list(), max_bytes=1024).unverified_payload
    return sign1(head + payload[1:] + tail, CHAOYANG_KEY, type=STATUS_TYPE)


def status_lists_by_other_keys() -> Iterator[Admission]:
    new = es256_key("chaoyang new")
    retired = key(CHAOYANG_KEY, KeyState.RETIRED, end="2026-06-15")
    compromised = key(CHAOYANG_KEY, KeyState.COMPROMISED, compromised="2026-06-15")
    announced = key(CHAOYANG_KEY, KeyState.ANNOUNCED)
    yesterday = status_list(issued="2026-06-14T23:59:59")
    tomorrow = status_list(issued="2026-06-16T00:00:00")
    for name, description, listed, data, result in (
        ("by-another-district", "Haidian signs Chaoyang's list.", trust_list(), status_list(signer=HAIDIAN_KEY), REFUSED),
        ("by-an-unknown-key", "A forger's key.", trust_list(), status_list(signer=STRANGER_KEY), REFUSED),
        ("by-a-root", "A root signs trust lists and nothing else.", trust_list(), status_list(signer=ROOT), REFUSED),
        ("by-an-announced-key", "A key not yet in use.", with_keys(announced), status_list(), REFUSED),
        ("by-a-retired-key-on-its-last-day", "Its last day counts.", with_keys(retired), status_list(), ADMITTED),
        ("by-a-retired-key-a-day-later", "Signed after its last day.", with_keys(retired), tomorrow, REFUSED),
        ("by-a-compromised-key-the-day-before", "Signed before the compromise.", with_keys(compromised), yesterday, ADMITTED),
        ("by-a-compromised-key", "Signed on the day of the compromise.", with_keys(compromised), status_list(), REFUSED),
        ("before-its-keys-first-day", "Signed before the key was in use.", with_keys(key(CHAOYANG_KEY, start="2026-06-16")), status_list(), REFUSED),
    ):
        yield Admission(
            name=f"status-list-{name}",
            description=description,
            steps=(step(TRUST, listed, ADMITTED), step(STATUS, data, result)),
        )
    later = trust_list(
        replace(CHAOYANG, keys=(compromised, key(new))), number=8, issued="2026-06-15T09:00:00"
    )
    yield Admission(
        name="status-list-of-a-key-compromised-since",
        description="The thief's list is newer and longer; under the next trust list it is gone, "
        "and the honest one, older and shorter, is admitted.",
        steps=(
            ORDINARY,
            step(STATUS, status_list(size=64, issued="2026-06-15T08:00:00"), ADMITTED),
            step(TRUST, later, ADMITTED),
            step(STATUS, status_list(size=64, issued="2026-06-15T08:00:00"), REFUSED),
            step(STATUS, status_list(signer=new), ADMITTED),
        ),
    )


def code_lists() -> Iterator[Admission]:
    def listed(name: str, description: str, *steps: tuple[bytes, str]) -> Admission:
        return Admission(
            name=f"code-list-{name}",
            description=description,
            steps=(ORDINARY, *(step(CODES, data, result) for data, result in steps)),
        )

    def claims(**changes: cbor.Item) -> bytes:
        """A code list with a claim put in by its label."""
        payload = cbor.decode(
            read_sign1(CATALOG_LIST, max_bytes=4096).unverified_payload, max_bytes=4096
        )
        assert isinstance(payload, dict)
        labels = {"issuer": 1, "issued": 6, "listed": -65540, "more": 2}
        changed = {**payload, **{labels[name]: value for name, value in changes.items()}}
        return sign1(cbor.encode(changed), CHAOYANG_KEY, type=CODE_LIST_TYPE)

    grown = replace(
        CATALOG,
        issued_at=CATALOG.issued_at + 1,
        permits={**CATALOG.permits, 4: CATALOG.permits[3]},
    )
    newer = seal_code_list(grown, CHAOYANG_KEY)
    yield listed(
        "newer-replaces-older",
        "An edition grows.",
        (CATALOG_LIST, ADMITTED),
        (newer, ADMITTED),
        (CATALOG_LIST, UNCHANGED),
    )
    for name, description, data in (
        ("of-another-issuer", "Chaoyang names Haidian's codes.", seal_code_list(replace(CATALOG, issuer=HAIDIAN.code), CHAOYANG_KEY)),
        ("by-an-unknown-key", "A forger's key.", seal_code_list(CATALOG, STRANGER_KEY)),
        ("before-its-keys-first-day", "Signed before the key was in use.", seal_code_list(replace(CATALOG, issued_at=seconds("2025-12-31T23:59:59")), CHAOYANG_KEY)),
        ("signature-altered", "The last bit flipped.", CATALOG_LIST[:-1] + bytes((CATALOG_LIST[-1] ^ 1,))),
        ("type-of-a-status-list", "Another list's type.", sign1(read_sign1(CATALOG_LIST, max_bytes=4096).unverified_payload, CHAOYANG_KEY, type=STATUS_TYPE)),
        ("type-missing", "No type.", sign1(read_sign1(CATALOG_LIST, max_bytes=4096).unverified_payload, CHAOYANG_KEY)),
        ("a-claim-more", "A fourth claim.", claims(more="110105")),
        ("without-permits", "Two items for three.", claims(listed=(2023, {}))),
        ("permit-code-0", "Codes begin at 1.", claims(listed=(2023, {}, {0: ("a", "b", "c", "d", "e")}))),
        ("permit-code-128", "Codes end at 127.", claims(listed=(2023, {}, {128: ("a", "b", "c", "d", "e")}))),
        ("permit-code-as-text", "A text for a number.", claims(listed=(2023, {}, {"1": ("a", "b", "c", "d", "e")}))),
        ("permit-without-a-department", "Three names for five.", claims(listed=(2023, {}, {1: ("a", "b", "c")}))),
        ("industry-of-one-digit", "An industry has two digits.", claims(listed=(2023, {"8": ("a", "b")}, {}))),
        ("industry-without-english", "One name for two.", claims(listed=(2023, {"08": ("a",)}, {}))),
        ("not-cbor", "A payload that is no CBOR.", sign1(b"\xff", CHAOYANG_KEY, type=CODE_LIST_TYPE)),
    ):
        yield listed(name, description, (data, REFUSED))
    assert newer != CATALOG_LIST


def trust_lists() -> Iterator[Admission]:
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
        "same-number", "The same list once more.", (trust_list(), ADMITTED), (trust_list(), ADMITTED)
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
        return sign1(cbor.encode({**good, **changes}), ROOT, type=TRUST_TYPE)

    def issuer(at: int, item: cbor.Item) -> bytes:
        """A list of Chaoyang alone, one item of its entry changed."""
        _, (entry, *_) = good[-65539]
        changed = tuple(item if place == at else old for place, old in enumerate(entry))
        return claims({-65539: (7, (changed,))})

    point = CHAOYANG_KEY.public
    small = bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
    for name, description, data in (
        ("by-an-unknown-root", "Signed by a key that is no pinned root.", trust_list(root=STRANGER_KEY)),
        ("by-a-district", "Signed by a district's key.", trust_list(root=CHAOYANG_KEY)),
        ("signature-altered", "The last bit flipped.", trust_list()[:-1] + bytes((trust_list()[-1] ^ 1,))),
        ("type-missing", "No type.", sign1(message.unverified_payload, ROOT)),
        ("type-of-a-status-list", "Another list's type.", sign1(message.unverified_payload, ROOT, type=STATUS_TYPE)),
        ("empty", "No bytes.", b""),
        ("longer-than-the-bound", "A message of 2^18 + 1 bytes, refused by its length (here: its head).", b"\xd2\x84" + bstr(b"\xa0") + b"\xa0\x5a\x00\x04\x00\x00"),
        ("not-cbor", "A payload that is no CBOR.", sign1(b"\xff", ROOT, type=TRUST_TYPE)),
        ("nested-too-deep", "Nine arrays in one another.", sign1(b"\x81" * 9 + b"\x00", ROOT, type=TRUST_TYPE)),
        ("a-claim-more", "A fourth claim.", claims({1: "root"})),
        ("number-0", "Numbers begin at 1.", trust_list(number=0)),
        ("issued-after-its-end", "iat after exp.", trust_list(expires="2026-06-01T08:59:59")),
        ("expires-after-9999", "An exp that no calendar shows.", claims({4: 253_402_272_000})),
        ("expires-in-a-bignum", "An exp of nine bytes.", claims({4: 1 << 64})),
        ("no-issuers", "Nobody on the list.", claims({-65539: (7, ())})),
        ("two-issuers-of-one-code", "Chaoyang twice.", trust_list(CHAOYANG, replace(HAIDIAN, code=CHAOYANG.code))),
        ("two-issuers-of-one-host", "Two districts under one host.", trust_list(CHAOYANG, replace(HAIDIAN, host=CHAOYANG.host))),
        ("one-key-of-two-issuers", "One key for two districts.", trust_list(CHAOYANG, replace(HAIDIAN, keys=CHAOYANG.keys))),
        ("one-key-twice", "One key twice.", with_keys(*CHAOYANG.keys * 2)),
        ("issuer-of-five-digits", "A division code has six.", issuer(0, "11010")),
        ("issuer-without-a-name", "null for a name.", issuer(1, None)),
        ("status-uri-without-a-place", "No {list} in it.", issuer(5, "https://yz.chaoyang.example/status/0")),
        ("key-of-an-unknown-suite", "A suite of a later version.", issuer(6, (("SM2", point, "active", 1, None, None),))),
        ("key-of-an-unknown-state", "A state of a later version.", issuer(6, (("ES256", point, "paused", 1, None, None),))),
        ("key-compressed", "A compressed point.", issuer(6, (("ES256", b"\x02" + point[1:33], "active", 1, None, None),))),
        ("key-of-another-head", "65 bytes that begin with 06 (a hybrid point).", issuer(6, (("ES256", b"\x06" + point[1:], "active", 1, None, None),))),
        ("key-off-the-curve", "No point of P-256.", issuer(6, (("ES256", point[:-1] + bytes((point[-1] ^ 1,)), "active", 1, None, None),))),
        ("key-of-small-order", "Ed25519, y = −1: any signature could be made to verify.", issuer(6, (("Ed25519", small, "active", 1, None, None),))),
        ("key-of-another-suites-length", "A P-256 point as Ed25519.", issuer(6, (("Ed25519", point, "active", 1, None, None),))),
        ("key-without-a-first-day", "null for a day.", issuer(6, (("ES256", point, "active", None, None, None),))),
        ("scope-without-a-trial-mark", "Three items for four.", issuer(7, ((1, None, None),))),
        ("scope-of-numbers", "Industries are texts.", issuer(7, ((1, None, (25,), False),))),
    ):
        yield listed(name, description, (data, REFUSED))
    assert Scope(from_day=1).covers("25", 1)
