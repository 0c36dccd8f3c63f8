"""Step 12 by a base and a delta: what the two say together, and since when."""

from collections.abc import Iterator
from typing import Final

from credential.status import Status
from tests.vectors.district import (
    CAFE,
    HAIDIAN,
    HAIDIAN_KEY,
    instant,
    sealed,
    status_delta,
    status_list,
)
from tests.vectors.scenario import TEXT, Circumstances, Layer, Scenario

HERE: Final = Layer("delta")
BASE: Final = status_list()
OLD: Final = status_list(issued="2026-06-05T06:00:00", expires="2026-06-12T06:00:00")
LATE: Final = "2026-06-15T09:00:00"
REVOKED: Final = Status.REVOKED.value


def scenarios() -> Iterator[Scenario]:
    yield from entries()
    yield from runs()
    yield from grown()
    yield from several()
    yield from ages()


def by(base: bytes, *numbers: int, size: int = 32) -> Circumstances:
    """A list held, and its delta."""
    delta = status_delta(base, *numbers, size=size)
    return {"status_lists": [(0, base)], "status_deltas": [(0, delta)]}


def entries() -> Iterator[Scenario]:
    yield HERE.valid(
        "without-a-change",
        "No runs: all is as in the base.",
        status_lists=[(0, BASE)],
        status_deltas=[(0, status_delta(BASE))],
    )
    yield HERE.not_in_force(
        "license-void",
        "Entry 8, the low half of its byte, is 1 now.",
        TEXT,
        "license-void",
        **by(BASE, 8, 1, 1),
    )
    yield HERE.not_in_force(
        "first-permit-revoked",
        "Entry 9, the high half of the same byte, is 14 now: another state of no other entry.",
        TEXT,
        "permit-revoked",
        **by(BASE, 9, 1, REVOKED),
    )
    yield HERE.not_in_force(
        "second-permit-revoked",
        "Entry 10 is 14 now.",
        TEXT,
        "permit-revoked",
        **by(BASE, 10, 1, REVOKED),
    )
    yield HERE.valid(
        "suspension-lifted",
        "The base says 2 of the license, the delta 0.",
        **by(status_list({8: 2}), 8, 1, 0),
    )
    yield HERE.valid(
        "one-half-lifted",
        "Entries 8 and 11 are lifted; 7 and 12 beside them, other licenses', stay as they are.",
        **by(status_list({7: 14, 8: 2, 11: 2, 12: 14}), 8, 1, 0, 2, 1, 0),
    )
    yield HERE.not_in_force(
        "what-the-delta-does-not-tell",
        "The base has revoked a permit; the delta tells of another entry.",
        TEXT,
        "permit-revoked",
        **by(status_list({9: REVOKED}), 20, 1, 1),
    )
    yield HERE.indeterminate(
        "value-without-meaning",
        "A delta's 11 on a license has no more meaning than a list's: never green.",
        TEXT,
        "status-unknown-value",
        **by(BASE, 8, 1, 11),
    )


def runs() -> Iterator[Scenario]:
    yield HERE.valid(
        "neighbors-ended",
        "Runs end before the block, at an odd entry, and begin behind it, at an odd one.",
        **by(BASE, 3, 5, 1, 3, 4, REVOKED),
    )
    yield HERE.not_in_force(
        "run-over-the-block",
        "One run from an odd entry to an even one, over all three.",
        TEXT,
        "license-void",
        "permit-lapsed",
        "permit-lapsed",
        **by(BASE, 1, 20, 1),
    )
    yield HERE.not_in_force(
        "run-that-ends-in-the-block",
        "It ends with entry 8, the low half of its byte; the high half stays revoked.",
        TEXT,
        "license-void",
        "permit-revoked",
        **by(status_list({9: REVOKED}), 2, 7, 1),
    )
    yield HERE.not_in_force(
        "run-that-begins-in-the-block",
        "It begins with entry 9, the high half of its byte.",
        TEXT,
        "permit-revoked",
        "permit-revoked",
        **by(BASE, 9, 9, REVOKED),
    )
    yield HERE.not_in_force(
        "gap-from-the-end-of-the-run-before",
        "The second run begins 5 behind the end of the first, that is with entry 10.",
        TEXT,
        "permit-revoked",
        **by(BASE, 1, 4, 1, 5, 1, REVOKED),
    )
    yield HERE.not_in_force(
        "neighbors-of-two-values",
        "Two runs without a gap: the license void, its first permit revoked.",
        TEXT,
        "license-void",
        "permit-revoked",
        **by(BASE, 8, 1, 1, 0, 1, REVOKED),
    )


def grown() -> Iterator[Scenario]:
    behind = sealed(CAFE._replace(status_index=33))
    yield HERE.valid(
        "block-that-was-added",
        "The base ends before the license's block; the delta tells it.",
        behind,
        **by(BASE, 32, 1, 1, 0, 3, 0, size=36),
    )
    yield HERE.not_in_force(
        "block-that-was-added-and-ended",
        "Sealed and revoked since the base.",
        behind,
        "permit-revoked",
        **by(BASE, 32, 3, 0, 0, 1, REVOKED, size=36),
    )
    yield HERE.not_in_force(
        "block-across-the-bases-end",
        "One run over the base's last entries and those that are added.",
        sealed(CAFE._replace(status_index=31)),
        "license-void",
        "permit-lapsed",
        "permit-lapsed",
        **by(BASE, 30, 6, 1, size=36),
    )
    yield HERE.rejected(
        "block-behind-the-list",
        "The delta adds two entries, and the block ends behind them. The base is from before the "
        "license's day, the delta is not.",
        behind,
        "status-out-of-range",
        **by(status_list(issued="2026-03-01T06:00:00"), 32, 2, 0, size=34),
    )


def several() -> Iterator[Scenario]:
    first = status_delta(BASE, 9, 1, REVOKED)
    yield HERE.valid(
        "the-last-counts",
        "The first revokes, in error; the last does not tell it, and so it is as in the base.",
        status_lists=[(0, BASE)],
        status_deltas=[(0, first), (0, status_delta(BASE, 20, 1, 1, issued=LATE))],
    )
    yield HERE.not_in_force(
        "an-older-one-after-it",
        "The newer one revokes; the older one, without a change, comes after it and changes nothing.",
        TEXT,
        "permit-revoked",
        status_lists=[(0, BASE)],
        status_deltas=[
            (0, status_delta(BASE, 9, 1, REVOKED, issued=LATE)),
            (0, status_delta(BASE)),
        ],
    )
    haidian = status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY)
    one = status_list(number=1)
    yield HERE.valid(
        "of-other-lists",
        "Deltas of Chaoyang's list 1 and of Haidian's list 0 end what stands at the same entries.",
        status_lists=[(0, BASE), (1, one), (0, haidian)],
        status_deltas=[
            (1, status_delta(one, 8, 3, 1)),
            (0, status_delta(haidian, 8, 3, 1, signer=HAIDIAN_KEY)),
        ],
    )


def ages() -> Iterator[Scenario]:
    old = [(0, OLD)]
    anew = [(0, status_delta(OLD))]  # issued 2026-06-15T08:00:00
    yield HERE.valid(
        "base-expired",
        "The base is ten days old and past its exp: what counts is the delta's instant.",
        status_lists=old,
        status_deltas=anew,
    )
    yield HERE.valid(
        "a-day-old",
        "Exactly a day since the delta: not aging yet.",
        at=instant("2026-06-16T08:00:00"),
        status_lists=old,
        status_deltas=anew,
    )
    yield HERE.attention(
        "older-than-a-day",
        "A second more than a day.",
        TEXT,
        "status-aging",
        at=instant("2026-06-16T08:00:01"),
        status_lists=old,
        status_deltas=anew,
    )
    yield HERE.indeterminate(
        "older-than-three-days",
        "A second more than three days.",
        TEXT,
        "status-stale",
        at=instant("2026-06-18T08:00:01"),
        status_lists=old,
        status_deltas=anew,
    )
    yield HERE.indeterminate(
        "expired",
        "The delta's exp has come; the base's, days later, is of no use any more.",
        TEXT,
        "status-stale",
        status_lists=[(0, BASE)],
        status_deltas=[(0, status_delta(BASE, expires="2026-06-15T10:00:00"))],
    )
    yield HERE.indeterminate(
        "from-the-future",
        "The delta is issued in an hour, the base was this morning: the clock is wrong.",
        TEXT,
        "clock-implausible",
        status_lists=[(0, BASE)],
        status_deltas=[(0, status_delta(BASE, issued="2026-06-15T11:00:00"))],
    )
