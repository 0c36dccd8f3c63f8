"""Roots that follow one another: taken with the first list under them, or not at all."""

from collections.abc import Iterator

from credential import cbor
from credential.multisign import cosign, draft, write_sign
from credential.roots import MEDIA_TYPE
from credential.trust_list import MEDIA_TYPE as LIST_TYPE
from tests.vectors.admitting import ADMITTED, REFUSED, TRUST, Admission, Step, step
from tests.vectors.district import (
    CHAOYANG,
    CHAOYANG_KEY,
    ROOT_HOLDERS,
    STRANGER_KEY,
    es256_key,
    key,
    make_root,
    seal_root,
    trust_list,
)

FIRST, SECOND, THIRD = ROOT_HOLDERS
FOURTH = es256_key("root 4")
NEXT = make_root(SECOND, THIRD, FOURTH, number=2)
NEXT_MESSAGE = seal_root(NEXT, FIRST, SECOND, THIRD)
UNDER_NEXT = trust_list(number=8, signers=(THIRD, FOURTH))


def admissions() -> Iterator[Admission]:
    yield from successions()
    yield from refused_roots()


def successions() -> Iterator[Admission]:
    last = make_root(SECOND, FOURTH, number=3)
    last_message = seal_root(last, SECOND, THIRD, FOURTH)
    yield _admission(
        "next",
        "A holder has left and another has come: signed by two of the old and two of the new.",
        (UNDER_NEXT, {2: NEXT_MESSAGE}, ADMITTED),
        (trust_list(number=9), {}, REFUSED),
        (trust_list(number=9, signers=(SECOND, FOURTH)), {}, ADMITTED),
    )
    yield _admission(
        "two-at-once",
        "Who was away for long takes both, in their order.",
        (
            trust_list(number=9, signers=(SECOND, FOURTH)),
            {2: NEXT_MESSAGE, 3: last_message},
            ADMITTED,
        ),
    )
    yield _admission(
        "a-list-for-both",
        "While a root changes a list may carry the signatures of both: who has either takes it.",
        (trust_list(number=8, signers=(FIRST, SECOND, FOURTH)), {}, ADMITTED),
        (trust_list(number=9, signers=(FIRST, SECOND, FOURTH)), {2: NEXT_MESSAGE}, ADMITTED),
    )
    late = make_root(
        SECOND, FOURTH, number=2, issued="2029-06-01T09:00:00", expires="2032-01-01T09:00:00"
    )
    yield _admission(
        "that-has-ended-opens-its-successor",
        "Renewed months after it ended: its end bounds the lists under it, and not the way on.",
        (
            trust_list(
                number=8,
                issued="2029-06-01T09:00:00",
                expires="2029-08-30T09:00:00",
                signers=(SECOND, FOURTH),
            ),
            {2: seal_root(late, SECOND, THIRD, FOURTH)},
            ADMITTED,
        ),
    )
    yield _admission(
        "without-its-list",
        "A root without a list that opens under it is not taken, and the old pair goes on.",
        (trust_list(number=8), {2: NEXT_MESSAGE, 3: last_message}, REFUSED),
        (trust_list(number=8), {}, ADMITTED),
    )
    yield _admission(
        "one-is-missing",
        "Without root 2 nobody can say whether root 3 is ours.",
        (trust_list(number=9, signers=(SECOND, FOURTH)), {3: last_message}, REFUSED),
    )
    yield _admission(
        "others-are-passed-over",
        "One goes from number to number while there is a next: what else is offered is not looked at.",
        (UNDER_NEXT, {1: b"", 2: NEXT_MESSAGE, 4: b""}, ADMITTED),
    )
    yield _admission(
        "number-driven-up",
        "Thieves of two old keys drove the number up: under the next root it counts no more.",
        (trust_list(number=2**53 - 1), {}, ADMITTED),
        (UNDER_NEXT, {}, REFUSED),
        (
            trust_list(number=8, signers=(FOURTH, THIRD)),
            {2: NEXT_MESSAGE},
            ADMITTED,
        ),
    )
    yield _admission(
        "number-counts-where-the-list-held-still-opens",
        "Another root, and the list held is of it too: an older one is a rollback.",
        (trust_list(number=9, signers=(FIRST, SECOND, THIRD)), {}, ADMITTED),
        (trust_list(number=8, signers=(THIRD, FOURTH)), {2: NEXT_MESSAGE}, REFUSED),
    )
    yield from rollbacks_across_a_change()


def rollbacks_across_a_change() -> Iterator[Admission]:
    """The list held does not open under the next root, and one that was signed before it does."""
    before, then, after = (f"2026-06-{on:02}T09:00:00" for on in (5, 10, 11))
    short_end = "2026-11-01T09:00:00"
    short = make_root(SECOND, THIRD, FOURTH, number=2, expires=short_end)
    listing_fourth = CHAOYANG._replace(keys=(key(CHAOYANG_KEY), key(FOURTH)))
    staying = (SECOND, THIRD)
    for name, description, root, held, end in (
        (
            "where-a-holder-left",
            "The list held carries the signature of one who has left.",
            NEXT,
            trust_list(number=9, issued=then, signers=(FIRST, SECOND)),
            short_end,
        ),
        (
            "where-the-root-ends-sooner",
            "The list held ends after the next root does.",
            short,
            trust_list(number=9, issued=then, signers=staying),
            short_end,
        ),
        (
            "where-the-root-has-a-listed-key",
            "The next root has a key that the list held gives to a district.",
            NEXT,
            trust_list(listing_fourth, number=9, issued=then, signers=staying),
            short_end,
        ),
    ):
        roots = {2: seal_root(root, FIRST, SECOND, THIRD)}
        older = trust_list(number=8, issued=before, expires=end, signers=staying)
        later = trust_list(number=8, issued=after, expires=end, signers=staying)
        yield _admission(
            f"rollback-{name}",
            f"{description} A list from before it is a rollback; a later one is not.",
            (held, {}, ADMITTED),
            (older, roots, REFUSED),
            (later, roots, ADMITTED),
        )
    yield _admission(
        "of-one-number-and-an-earlier-instant",
        "Two lists of one number: the one signed later stays.",
        (trust_list(number=8, issued=then), {}, ADMITTED),
        (trust_list(number=8, issued=before), {}, REFUSED),
        (trust_list(number=8, issued=after), {}, ADMITTED),
    )


def refused_roots() -> Iterator[Admission]:
    for name, description, message in (
        ("by-one-of-the-old", "Too few of the old holders.", seal_root(NEXT, THIRD, FOURTH)),
        ("by-one-of-the-new", "Too few of the new ones.", seal_root(NEXT, FIRST, SECOND)),
        ("by-strangers", "By none of the old holders.", seal_root(NEXT, FOURTH, STRANGER_KEY)),
        (
            "that-skips-a-number",
            "Root 3 in the place of root 2.",
            seal_root(make_root(SECOND, THIRD, FOURTH, number=3), FIRST, SECOND, THIRD),
        ),
        (
            "of-an-older-number",
            "Root 1 once more, in the place of root 2.",
            seal_root(make_root(), FIRST, SECOND, THIRD),
        ),
        ("of-another-kind", "A trust list in its place.", UNDER_NEXT),
        ("of-another-type", "A root that says that it is a trust list.", _altered(type=LIST_TYPE)),
        ("with-a-claim-more", "A fourth claim.", _altered(more={1: "root"})),
        ("with-true-for-its-number", "CBOR's true is no number.", _altered(number=True)),
        (
            "with-a-key-off-the-curve",
            "A root's key is no point of P-256: nobody says that it can be done without.",
            _altered(fourth=FOURTH.public[:-1] + bytes((FOURTH.public[-1] ^ 1,))),
        ),
        (
            "of-more-than-8192-bytes",
            "A holder's name of nine thousand letters.",
            _altered(holder="h" * 9_000),
        ),
        ("cut", "Its last byte is missing.", NEXT_MESSAGE[:-1]),
        ("with-a-threshold-of-0", "Nobody has to sign.", _altered(threshold=0)),
        ("with-a-threshold-of-four", "More than there are.", _altered(threshold=4)),
        ("with-one-key-twice", "One key counts once.", _altered(again=True)),
        ("with-one-holder-twice", "One holder counts once.", _altered(holder="holder 1")),
        (
            "that-begins-after-it-ends",
            "iat after exp, and a list that ends before both.",
            _altered(issued=NEXT.expires_at + 1),
        ),
    ):
        yield _admission(name, description, (UNDER_NEXT, {2: message}, REFUSED))


def _altered(
    *,
    threshold: int = 2,
    again: bool = False,
    holder: str = "holder 2",
    issued: int = NEXT.issued_at,
    number: cbor.Item = 2,
    fourth: bytes = FOURTH.public,
    more: dict[cbor.Key, cbor.Item] | None = None,
    type: str = MEDIA_TYPE,
) -> bytes:
    """A root that the core would not write, signed by as many as could be asked for."""
    keys = [
        ("holder 1", -7, SECOND.public),
        (holder, -8, THIRD.public),
        ("holder 3", -7, fourth),
    ]
    if again:
        keys.append(("holder 4", -7, FOURTH.public))
    payload = cbor.encode(
        {
            4: NEXT.expires_at,
            6: issued,
            -65541: (number, threshold, tuple(keys)),
            **(more or {}),
        }
    )
    message = draft(payload, type=type)
    for signer in (FIRST, SECOND, THIRD, FOURTH):
        message = cosign(message, signer)
    return write_sign(message)


def _admission(
    name: str, description: str, *steps: tuple[bytes, dict[int, bytes], str]
) -> Admission:
    made = tuple(
        Step(kind=TRUST, data=data, result=result, roots=roots) for data, roots, result in steps
    )
    return Admission(
        name=f"root-{name}",
        description=description,
        steps=(step(TRUST, trust_list(), ADMITTED), *made),
    )
