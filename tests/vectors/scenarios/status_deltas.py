"""Deltas of status lists: which bring the list held up to date, and which lead back or elsewhere."""

from collections.abc import Iterator
from typing import Final

from tests.vectors.admitting import (
    ADMITTED,
    DELTA,
    ORDINARY,
    REFUSED,
    STATUS,
    TRUST,
    UNCHANGED,
    Admission,
    Step,
    pair,
    step,
)
from tests.vectors.district import (
    HAIDIAN,
    HAIDIAN_KEY,
    STRANGER_KEY,
    status_delta,
    status_list,
    trust_list,
)

BASE: Final = status_list()
HELD: Final = step(STATUS, BASE, ADMITTED)
EARLY: Final = "2026-06-15T07:00:00"
LATE: Final = "2026-06-15T09:00:00"
"""Before and after the 08:00 of a delta where nothing else is said."""


def admissions() -> Iterator[Admission]:
    yield from followed()
    yield from led_back()
    yield from put_elsewhere()
    yield from together()


def made(name: str, description: str, *steps: Step) -> Admission:
    return Admission(name=f"status-delta-{name}", description=description, steps=steps)


def followed() -> Iterator[Admission]:
    first, last = status_delta(BASE, 8, 1, 2), status_delta(BASE, 8, 1, 14, issued=LATE)
    yield made(
        "of-what-is-held", "One entry is another.", ORDINARY, HELD, step(DELTA, first, ADMITTED)
    )
    yield made(
        "without-a-change",
        "No runs: the list says what its base said, as of a later instant.",
        *(ORDINARY, HELD, step(DELTA, status_delta(BASE), ADMITTED)),
    )
    yield made(
        "after-a-delta",
        "Each is of the base, not of the list that the one before it made.",
        *(ORDINARY, HELD, step(DELTA, first, ADMITTED), step(DELTA, last, ADMITTED)),
    )
    yield made(
        "that-takes-back-the-one-before",
        "The first suspends; the next has no runs, for the base says the same again.",
        *(ORDINARY, HELD, step(DELTA, first, ADMITTED)),
        step(DELTA, status_delta(BASE, issued=LATE), ADMITTED),
    )
    yield made(
        "that-adds-entries",
        "Behind the base's last entry every one is told, here in two runs.",
        *(ORDINARY, HELD, step(DELTA, status_delta(BASE, 32, 3, 1, 0, 1, 0, size=36), ADMITTED)),
    )
    yield made(
        "of-an-empty-base",
        "A base without entries: first none is added, then all.",
        *(ORDINARY, step(STATUS, empty := status_list(size=0), ADMITTED)),
        step(DELTA, status_delta(empty, size=0, issued=EARLY), ADMITTED),
        step(DELTA, status_delta(empty, 0, 32, 0), ADMITTED),
    )
    yield made(
        "then-its-list",
        "The full list of a delta's instant changes nothing after the delta; a later one is taken.",
        *(ORDINARY, HELD, step(DELTA, first, ADMITTED)),
        step(STATUS, status_list({8: 2}, issued="2026-06-15T08:00:00"), UNCHANGED),
        step(STATUS, status_list({8: 2}, issued=LATE), ADMITTED),
    )


def led_back() -> Iterator[Admission]:
    alive, ended = status_delta(BASE), status_delta(BASE, 8, 1, 14, issued=LATE)
    yield made(
        "rollback",
        "By the right key, of the right base, and older than what is held: the revoked stays so.",
        *(ORDINARY, HELD, step(DELTA, ended, ADMITTED), step(DELTA, alive, UNCHANGED)),
    )
    yield made(
        "of-the-same-second",
        "Two deltas of one iat: the first one stays.",
        *(ORDINARY, HELD, step(DELTA, ended, ADMITTED)),
        step(DELTA, status_delta(BASE, issued=LATE), UNCHANGED),
    )
    yield made(
        "then-its-base-again",
        "The base after its delta is an older list, and changes nothing.",
        *(ORDINARY, HELD, step(DELTA, ended, ADMITTED), step(STATUS, BASE, UNCHANGED)),
        step(DELTA, ended, UNCHANGED),
    )
    longer = status_delta(BASE, 32, 2, 1, size=34)
    yield made(
        "shorter-than-before",
        "Newer than the list held, and two entries shorter.",
        *(ORDINARY, HELD, step(DELTA, longer, ADMITTED), step(DELTA, ended, REFUSED)),
    )
    yield made(
        "older-and-shorter",
        "Nothing more is looked at in what is older.",
        *(ORDINARY, HELD, step(DELTA, status_delta(BASE, 32, 2, 1, size=34), ADMITTED)),
        step(DELTA, status_delta(BASE, issued=EARLY), UNCHANGED),
    )
    yield made(
        "older-and-spliced",
        "Older, and of another base: its base is looked at first.",
        *(ORDINARY, HELD, step(DELTA, ended, ADMITTED)),
        step(DELTA, status_delta(BASE, content={0: bytes(32)}), REFUSED),
    )


def put_elsewhere() -> Iterator[Admission]:
    good = status_delta(BASE, 8, 1, 14)
    other = status_list({20: 1})
    yield made("of-nothing", "No list is held.", ORDINARY, step(DELTA, good, REFUSED))
    yield made(
        "of-another-base",
        "Another list of the same instant is held: a splice would be what nobody has signed.",
        *(ORDINARY, step(STATUS, other, ADMITTED), step(DELTA, good, REFUSED)),
    )
    yield made(
        "of-a-base-that-a-list-replaced",
        "A gap: the delta is of the list before the one held.",
        *(ORDINARY, HELD, step(STATUS, status_list(issued=EARLY), ADMITTED)),
        step(DELTA, status_delta(BASE, 8, 1, 14, issued=LATE), REFUSED),
    )
    yield made(
        "of-a-base-to-come",
        "A gap: the delta is of a list that has not come yet.",
        *(ORDINARY, HELD),
        step(DELTA, status_delta(status_list(issued=EARLY), 8, 1, 14), REFUSED),
    )
    yield made(
        "of-a-base-of-no-such-instant",
        "The base's digest with another iat beside it.",
        *(ORDINARY, HELD),
        step(DELTA, status_delta(BASE, content={1: 1_781_474_399}), REFUSED),
    )
    yield made(
        "of-another-number",
        "A delta of list 1 where one of list 0 was looked up.",
        *(ORDINARY, HELD, step(STATUS, one := status_list(number=1), ADMITTED, 1)),
        *(step(DELTA, status_delta(one), REFUSED), step(DELTA, status_delta(one), ADMITTED, 1)),
    )
    yield made(
        "of-another-uri",
        "sub on another host.",
        *(ORDINARY, HELD),
        step(DELTA, status_delta(BASE, changes={2: "https://status.test/0"}), REFUSED),
    )
    haidian = status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY)
    yield made(
        "of-another-issuers-list",
        "Chaoyang says what Haidian's list says otherwise.",
        *(ORDINARY, step(STATUS, haidian, ADMITTED), step(DELTA, status_delta(haidian), REFUSED)),
        step(DELTA, status_delta(haidian, signer=HAIDIAN_KEY), ADMITTED),
    )
    yield made(
        "for-a-list",
        "A delta handed in as a list, and a list as a delta: each has its type.",
        *(ORDINARY, HELD, step(STATUS, good, REFUSED)),
        step(DELTA, status_list(issued=LATE), REFUSED),
    )
    yield made(
        "under-the-next-trust-list",
        "A new trust list lets go of all lists: the delta has no base until it comes again.",
        *(ORDINARY, HELD, step(TRUST, trust_list(number=8), ADMITTED)),
        *(step(DELTA, good, REFUSED), HELD, step(DELTA, good, ADMITTED)),
    )


def together() -> Iterator[Admission]:
    good = status_delta(BASE, 8, 1, 14)
    older = status_list({3: 1}, issued="2026-06-14T06:00:00")
    yield made("with-its-base", "Both, and nothing held.", ORDINARY, pair(BASE, good, ADMITTED))
    yield made(
        "with-a-base-older-than-what-is-held",
        "The delta is newer than the list held, its base older: what they make counts.",
        *(ORDINARY, HELD, pair(older, status_delta(older, 8, 1, 14), ADMITTED)),
        step(DELTA, status_delta(older, issued=LATE), ADMITTED),
    )
    yield made(
        "with-its-base-older-than-what-is-held",
        "Both are older than the list held.",
        *(ORDINARY, step(STATUS, status_list(issued=LATE), ADMITTED), pair(BASE, good, UNCHANGED)),
    )
    yield made(
        "with-a-base-shorter-than-what-is-held",
        "The base is shorter; what base and delta make is not.",
        *(ORDINARY, HELD),
        pair(
            short := status_list(size=30, issued=EARLY),
            status_delta(short, 30, 2, 1),
            ADMITTED,
        ),
    )
    yield made(
        "with-its-base-shorter-than-what-is-held",
        "What base and delta make is two entries shorter than the list held.",
        *(ORDINARY, step(STATUS, status_list(size=34), ADMITTED), pair(BASE, good, REFUSED)),
    )
    yield made(
        "with-another-base",
        "Neither is taken: the base alone would be newer, and the delta of the list held stays good.",
        *(ORDINARY, HELD, pair(status_list(issued=EARLY), good, REFUSED)),
        step(DELTA, good, ADMITTED),
    )
    yield made(
        "with-a-forged-base",
        "The delta names its base's digest rightly, and a stranger has signed the base.",
        ORDINARY,
        pair(
            strange := status_list({8: 1}, signer=STRANGER_KEY),
            status_delta(strange, 8, 1, 0),
            REFUSED,
        ),
    )
