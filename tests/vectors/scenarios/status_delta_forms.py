"""Deltas in a form that must not be believed, though most are truly signed and of the list held."""

from collections.abc import Iterator, Mapping
from typing import Final

from credential import cbor
from credential.days import LAST_INSTANT
from credential.envelope import digest, read_sign1, sign1
from credential.status import MAX_ENTRIES
from credential.status import MEDIA_TYPE as LIST_TYPE
from credential.status_delta import MAX_BYTES, MEDIA_TYPE, STATUS_DELTA
from tests.vectors.admitting import ADMITTED, DELTA, ORDINARY, REFUSED, STATUS, Admission, step
from tests.vectors.district import CHAOYANG_KEY, seconds, status_delta, status_list
from tests.vectors.scenarios.status_deltas import BASE, HELD

Case = tuple[str, str, bytes]

GOOD: Final = status_delta(BASE, 8, 1, 14)
PAYLOAD: Final = read_sign1(GOOD, max_bytes=MAX_BYTES).unverified_payload
_FEW: Final = 1_000  # runs; as many as make each number's head as long as in the largest delta
BASE_AT: Final = seconds("2026-06-15T06:00:00")


def admissions() -> Iterator[Admission]:
    for cases, result in (
        (within_bounds(), ADMITTED),
        (beyond_bounds(), REFUSED),
        (runs(), REFUSED),
        (claims(), REFUSED),
        (encodings(), REFUSED),
        (messages(), REFUSED),
    ):
        for name, description, data in cases:
            yield _made(name, description, HELD.data, data, result)
    marked = status_list({5: 1})
    for name, description, numbers in (
        ("run-of-what-the-base-says", "Entry 5 is 1 in the base, too.", (5, 1, 1)),
        ("run-that-begins-with-what-the-base-says", "Entries 5 and 6 are told.", (5, 2, 1)),
        ("run-that-ends-with-what-the-base-says", "Entries 3 to 5 are told.", (3, 3, 1)),
    ):
        yield _made(name, description, marked, status_delta(marked, *numbers), REFUSED)


def _made(name: str, description: str, base: bytes, data: bytes, result: str) -> Admission:
    return Admission(
        name=f"status-delta-{name}",
        description=description,
        steps=(ORDINARY, step(STATUS, base, ADMITTED), step(DELTA, data, result)),
    )


def of_bytes(count: int) -> bytes:
    """A good delta of so many bytes, of which a run takes three."""
    pairs_more, rest = divmod(count - len(of_runs(_FEW, 0)), 6)
    return of_runs(_FEW + 2 * pairs_more, rest)


def of_runs(count: int, rest: int) -> bytes:
    """A good delta of an even number of runs, with up to five bytes more than they need: of numbers
    that take two bytes, as 24 does."""
    gap, long = 24 * (rest % 2), rest // 2 * 2
    lengths = [24 if at < long else 1 for at in range(count)]
    numbers = [each for at, length in enumerate(lengths) for each in (0, length, 1 + at % 2)]
    return status_delta(BASE, gap, *numbers[1:], size=gap + sum(lengths))


def within_bounds() -> Iterator[Case]:
    yield "of-16384-bytes", "As many as there may be.", of_bytes(MAX_BYTES)
    yield (
        "of-2-20-entries",
        "A million entries told in one run: within the bound.",
        status_delta(BASE, 32, MAX_ENTRIES - 32, 3, size=MAX_ENTRIES),
    )
    yield "from-the-first-entry", "Entry 0: no gap before it.", status_delta(BASE, 0, 1, 1)
    yield "to-the-last-entry", "It ends with the list.", status_delta(BASE, 31, 1, 1)
    yield "ttl-1", "As short a ttl as there is.", status_delta(BASE, changes={65534: 1})
    yield (
        "expires-with-9999",
        "An exp in the last second that a calendar shows.",
        status_delta(BASE, changes={4: LAST_INSTANT}),
    )
    yield (
        "of-neighbors",
        "Two runs without a gap, of two values; the first ends in the middle of a byte.",
        status_delta(BASE, 8, 1, 14, 0, 2, 1),
    )
    yield (
        "of-one-value-with-a-gap",
        "Two runs of one value, an entry between them.",
        status_delta(BASE, 8, 1, 14, 1, 1, 14),
    )
    yield (
        "with-numbers-of-two-bytes",
        "A gap of 24 is written in two bytes.",
        status_delta(BASE, 24, 1, 1),
    )
    yield (
        "issued-a-second-after-its-base",
        "As near as two lists can be.",
        status_delta(BASE, 8, 1, 14, issued="2026-06-15T06:00:01"),
    )


def beyond_bounds() -> Iterator[Case]:
    yield "of-more-than-16384-bytes", "One byte too many.", of_bytes(MAX_BYTES + 1)
    yield (
        "bomb",
        "2^20 + 2 entries in a few bytes: nothing is unfolded.",
        status_delta(BASE, 32, MAX_ENTRIES - 30, 3, size=MAX_ENTRIES + 2),
    )
    yield (
        "of-2-40-entries",
        "More than a counter of 32 bits holds.",
        status_delta(BASE, 32, (1 << 40) - 32, 3, size=1 << 40),
    )
    yield (
        "shorter-than-its-base",
        "30 entries, two fewer than the base has.",
        status_delta(BASE, 8, 1, 14, size=30),
    )
    yield (
        "of-an-odd-size",
        "Two entries are in a byte: no list has 33.",
        status_delta(BASE, 32, 1, 1, size=33),
    )
    yield "of-a-negative-size", "A size of -2.", status_delta(BASE, content={2: -2})
    for name, description, numbers in (
        ("run-behind-the-end", "Entry 32 of a list of 32.", (32, 1, 1)),
        ("run-over-the-end", "It begins with the last entry and has two.", (31, 2, 1)),
        ("second-run-over-the-end", "Each would fit alone.", (8, 20, 1, 0, 5, 2)),
        ("gap-of-2-53", "An end that not every program counts.", ((1 << 53) - 1, 1, 1)),
        ("run-of-2-32", "A count that is 1 in 32 bits.", (8, (1 << 32) + 1, 1)),
        ("run-of-2-64", "Gap and count come to 8 in 64 bits.", (9, (1 << 64) - 1, 1)),
    ):
        yield name, description, status_delta(BASE, *numbers)


def runs() -> Iterator[Case]:
    for name, description, numbers in (
        ("run-of-two-numbers", "The value is missing.", (8, 1)),
        ("run-of-four-numbers", "A number too many.", (8, 1, 14, 0)),
        ("run-in-brackets", "Each run an array of its own.", ((8, 1, 14),)),
        ("run-of-no-entries", "A count of 0.", (8, 0, 14)),
        ("run-of-minus-one-entries", "A count of -1.", (8, -1, 14)),
        ("run-of-value-30", "More than four bits hold; in four it is 14.", (8, 1, 30)),
        ("run-of-value-minus-1", "Less than four bits hold.", (8, 1, -1)),
        ("run-back", "A gap of -1: the next run tells the same entry.", (8, 2, 14, -1, 1, 1)),
        ("run-out-of-order", "The second run is before the first.", (10, 1, 14, -8, 1, 14)),
        ("run-in-two-pieces", "Neighbors of one value are one run.", (8, 1, 14, 0, 1, 14)),
        ("run-of-the-bases-value", "What the base says is not told.", (8, 1, 0)),
        ("run-with-true-for-its-gap", "CBOR's true is no number.", (True, 1, 14)),
        ("run-with-true-for-its-count", "CBOR's true is no number.", (8, True, 14)),
        ("run-with-true-for-its-value", "CBOR's true is no number.", (8, 1, True)),
        ("run-with-a-text", "A text for a number.", (8, "1", 14)),
        ("run-with-null", "Nothing for a number.", (8, 1, None)),
    ):
        yield name, description, status_delta(BASE, *numbers)
    untold: tuple[tuple[str, str, tuple[int, ...], int], ...] = (
        ("entry-untold", "Two entries are added, and none is told.", (), 34),
        ("last-entry-untold", "Two entries are added, the first told.", (32, 1, 1), 34),
        ("first-entry-untold", "Two entries are added, the last told.", (33, 1, 1), 34),
        ("entry-between-untold", "Entry 33 of 36 is told by nobody.", (32, 1, 1, 1, 2, 1), 36),
    )
    for name, description, told, size in untold:
        yield name, description, status_delta(BASE, *told, size=size)


def claims() -> Iterator[Case]:
    claim = STATUS_DELTA
    claims_digest = digest(read_sign1(BASE, max_bytes=len(BASE)).unverified_payload)
    changed: tuple[tuple[str, str, Mapping[cbor.Key, cbor.Item]], ...] = (
        ("a-claim-more", "An iss (1) beside the five claims.", {1: "110105"}),
        ("expires-after-9999", "An exp that no calendar shows.", {4: 253_402_272_000}),
        ("expires-in-2-63", "An exp that no 64-bit clock holds.", {4: 1 << 63}),
        ("issued-at-its-end", "iat is exp.", {4: seconds("2026-06-15T08:00:00")}),
        ("issued-after-its-end", "iat after exp.", {4: seconds("2026-06-15T07:59:59")}),
        ("issued-with-its-base", "iat is the base's: it would be no later list.", {6: BASE_AT}),
        ("issued-before-its-base", "iat before the base's.", {6: BASE_AT - 1}),
        ("ttl-0", "A ttl of 0.", {65534: 0}),
        ("ttl-true", "CBOR's true is no number.", {65534: True}),
        ("iat-as-text", "A text for a number.", {6: "2026-06-15"}),
        ("sub-as-bytes", "Bytes for a text.", {2: b"https://yz.chaoyang.example/status/0"}),
        ("claim-a-list", "A list's claim for a delta's.", {claim: {"bits": 4, "lst": b""}}),
        ("claim-empty", "A delta of nothing.", {claim: ()}),
    )
    for name, description, changes in changed:
        yield name, description, status_delta(BASE, 8, 1, 14, changes=changes)
    for name, description, content in (
        ("digest-of-31-bytes", "A digest is 32 bytes.", {0: bytes(31)}),
        ("digest-empty", "No base at all.", {0: b""}),
        ("digest-as-text", "A text for bytes.", {0: "0" * 32}),
        ("digest-of-the-claims", "Of the base's claims, not of its message.", {0: claims_digest}),
        ("base-iat-0", "A base of 1970.", {1: 0}),
        ("base-iat-as-text", "A text for a number.", {1: "2026-06-15"}),
        ("size-true", "CBOR's true is no number.", {2: True}),
        ("size-missing", "Nothing for a number.", {2: None}),
        ("runs-as-bytes", "Bytes for an array.", {3: b"\x08\x01\x0e"}),
        ("runs-missing", "Nothing for an array.", {3: None}),
        ("an-item-more", "Five items where four belong.", {4: 0}),
    ):
        yield name, description, status_delta(BASE, 8, 1, 14, content=content)
    without = (b"\xa4", *pairs()[:3], pairs()[4])
    yield "without-a-ttl", "A claim is missing.", _signed(b"".join(without))


def encodings() -> Iterator[Case]:
    for name, description, right, wrong in (
        ("with-a-number-in-two-bytes", "The gap of 8 in two bytes.", "8308010e", "831808010e"),
        ("with-a-number-in-nine-bytes", "In nine.", "8308010e", "831b000000000000000808010e"),
        ("with-a-float", "The gap of 8 as a float.", "8308010e", "83f94800010e"),
        ("with-a-bignum", "The gap of 8 as a bignum.", "8308010e", "83c24108010e"),
        ("with-runs-of-indefinite-length", "Their array has no length.", "8308010e", "9f08010eff"),
        ("with-a-tag", "Numbers under a tag of theirs.", "8308010e", "d8408308010e"),
        ("with-its-size-in-three-bytes", "32 in three.", "1820", "190020"),
    ):
        assert PAYLOAD.count(bytes.fromhex(right)) == 1
        altered = PAYLOAD.replace(bytes.fromhex(right), bytes.fromhex(wrong))
        yield name, description, _signed(altered)
    yield "of-indefinite-length", "The claims have none.", _signed(b"\xbf" + PAYLOAD[1:] + b"\xff")
    yield "with-a-trailing-byte", "A byte behind the claims.", _signed(PAYLOAD + b"\x00")
    yield "payload-cut", "The claims end early.", _signed(PAYLOAD[:-1])
    yield "payload-empty", "No claims.", _signed(b"")
    yield "an-array", "The claims in an array.", _signed(b"\x85" + PAYLOAD[1:])
    subject, expires, *rest = pairs()
    moved = (b"\xa5", expires, subject, *rest)
    yield "with-claims-in-another-order", "exp before sub.", _signed(b"".join(moved))
    twice = (b"\xa6", subject, expires, expires, *rest)
    yield "with-a-claim-twice", "Two exps, the same.", _signed(b"".join(twice))


def messages() -> Iterator[Case]:
    flipped = GOOD[:-1] + bytes((GOOD[-1] ^ 1,))
    yield "signature-altered", "The last bit flipped.", flipped
    yield (
        "payload-altered",
        "Revoked made suspended under the signature.",
        GOOD.replace(bytes.fromhex("8308010e"), bytes.fromhex("83080102")),
    )
    yield "cut", "Its last byte is missing.", GOOD[:-1]
    yield "empty", "No bytes.", b""
    yield "bytes-after-the-message", "A byte behind the message.", GOOD + b"\x00"
    yield "type-missing", "No type.", status_delta(BASE, 8, 1, 14, type=None)
    yield "type-of-a-status-list", "Another type.", status_delta(BASE, 8, 1, 14, type=LIST_TYPE)


def _signed(payload: bytes) -> bytes:
    """Any claims, truly signed."""
    return sign1(payload, CHAOYANG_KEY, type=MEDIA_TYPE)


def pairs() -> list[bytes]:
    """The good delta's claims, each label with its value as they are written: sub, exp, iat, ttl and
    the claim of its own."""
    decoded = cbor.decode(PAYLOAD, max_bytes=MAX_BYTES)
    assert isinstance(decoded, Mapping)
    return [cbor.encode(label) + cbor.encode(value) for label, value in decoded.items()]
