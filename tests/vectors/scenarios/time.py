"""Steps 13 and 15: days and clocks."""

from collections.abc import Iterator
from datetime import UTC

from credential.claims import License, Permit
from credential.rules import Policy
from tests.vectors.district import (
    CAFE,
    STATUS_ISSUED,
    TRUST_ISSUED,
    day,
    instant,
    sealed,
    status_list,
)
from tests.vectors.scenario import TEXT, Layer, Scenario

HERE = Layer("time")
LAST = "2026-06-15"


def scenarios() -> Iterator[Scenario]:
    yield from last_days()
    yield from running_out()
    yield from clocks()
    yield from clocks_far_off()


def permitted_until(text: str | None) -> License:
    last = None if text is None else day(text)
    return CAFE._replace(permits=(CAFE.permits[0]._replace(last_day=last), CAFE.permits[1]))


def last_days() -> Iterator[Scenario]:
    permit, license = sealed(permitted_until(LAST)), sealed(CAFE._replace(expiry_day=day(LAST)))
    last_second, next_second = instant(f"{LAST}T23:59:59"), instant("2026-06-16T00:00:00")
    yield HERE.attention(
        "permit-on-its-last-day",
        "In force through the whole of its last day, 23:59:59+08:00.",
        permit,
        "permit-expiring",
        at=last_second,
    )
    yield HERE.not_in_force(
        "permit-a-second-later",
        "Ran out, whatever the status list says: no clock of the issuer is needed.",
        permit,
        "permit-lapsed",
        at=next_second,
    )
    yield HERE.not_in_force(
        "permit-lapsed-without-a-status-list",
        "Ran out: that needs no list; and the list is missing, too.",
        permit,
        "permit-lapsed",
        "status-missing",
        at=next_second,
        status_lists=[],
    )
    yield HERE.not_in_force(
        "permit-lapsed-and-revoked",
        "How it ended is shown, though its time is over as well.",
        permit,
        "permit-revoked",
        at=next_second,
        status_lists=[(0, status_list({CAFE.status_index + 1: 14}))],
    )
    yield HERE.valid(
        "license-on-its-last-day", "The license's own last day.", license, at=last_second
    )
    yield HERE.not_in_force(
        "license-a-second-later",
        "The license itself ran out.",
        license,
        "license-lapsed",
        at=next_second,
    )
    yield HERE.not_in_force(
        "license-void-and-a-second-later",
        "Void and run out: both are said.",
        license,
        "license-void",
        "license-lapsed",
        at=next_second,
        status_lists=[(0, status_list({CAFE.status_index: 1}))],
    )
    yield HERE.not_in_force(
        "the-day-is-of-beijing",
        "Still the 15th in UTC, already the 16th in Beijing.",
        permit,
        "permit-lapsed",
        at=next_second.astimezone(UTC),
    )
    yield HERE.valid(
        "issue-and-expiry-on-one-day",
        "A license for one day.",
        sealed(CAFE._replace(issued_day=day(LAST), expiry_day=day(LAST))),
    )


def running_out() -> Iterator[Scenario]:
    yield HERE.attention(
        "permit-with-30-days-left",
        "Expiring: 30 days from today is its last.",
        sealed(permitted_until("2026-07-15")),
        "permit-expiring",
    )
    yield HERE.valid(
        "permit-with-31-days-left", "Not expiring yet.", sealed(permitted_until("2026-07-16"))
    )
    yield HERE.valid("permit-without-an-end", "No last day at all.", sealed(permitted_until(None)))
    yield HERE.attention(
        "policy-of-90-days",
        "A verifier may warn earlier.",
        sealed(permitted_until("2026-09-13")),
        "permit-expiring",
        policy=Policy(expiring_days=90),
    )
    yield HERE.attention(
        "two-permits-expiring",
        "One reason a permit, in their order.",
        sealed(
            CAFE._replace(
                permits=(
                    Permit(1, "JY21105260000236", day("2026-07-01")),
                    Permit(2, "京卫公证字〔2026〕第110105-00023号", day("2026-06-20")),
                )
            )
        ),
        "permit-expiring",
        "permit-expiring",
    )


def clocks() -> Iterator[Scenario]:
    back = "A clock set back, so that what has ended looks in force: "
    assert STATUS_ISSUED == "2026-06-15T06:00:00"
    yield HERE.valid(
        "clock-five-minutes-before-the-status-list",
        "Within the tolerance of 300 s.",
        at=instant("2026-06-15T05:55:00"),
    )
    yield HERE.indeterminate(
        "clock-before-the-status-list",
        back + "301 s before the status list was signed.",
        TEXT,
        "clock-implausible",
        at=instant("2026-06-15T05:54:59"),
    )
    assert TRUST_ISSUED == "2026-06-01T09:00:00"
    yield HERE.indeterminate(
        "clock-five-minutes-before-the-trust-list",
        "Within the tolerance of 300 s, with no status list here.",
        TEXT,
        "status-missing",
        at=instant("2026-06-01T08:55:00"),
        status_lists=[],
    )
    yield HERE.indeterminate(
        "clock-before-the-trust-list",
        back + "before the trust list was signed, with no status list here.",
        TEXT,
        "status-missing",
        "clock-implausible",
        at=instant("2026-05-31T09:00:00"),
        status_lists=[],
    )
    yield HERE.indeterminate(
        "issued-tomorrow",
        back + "the license is issued tomorrow.",
        sealed(CAFE._replace(issued_day=day("2026-06-16"))),
        "clock-implausible",
    )
    yield HERE.indeterminate(
        "clock-of-2020",
        back + "a device that lost its battery.",
        TEXT,
        "clock-implausible",
        at=instant("2020-01-01T00:00:00"),
    )


def clocks_far_off() -> Iterator[Scenario]:
    """By a day and by a year, before and ahead: what is void is green by none of them."""
    void = [(0, status_list({CAFE.status_index: 1}))]
    for name, at, reasons in (
        ("a-day-behind", "2026-06-14T10:00:00", ("clock-implausible",)),
        ("a-year-behind", "2025-06-15T10:00:00", ("clock-implausible",)),
        ("a-year-ahead", "2027-06-15T10:00:00", ("status-stale", "trust-expired")),
    ):
        yield HERE.indeterminate(
            f"clock-{name}", "Nothing can be said by it.", TEXT, *reasons, at=instant(at)
        )
        yield HERE.not_in_force(
            f"clock-{name}-and-void",
            "What a list says against a license counts by any clock.",
            TEXT,
            "license-void",
            *reasons,
            at=instant(at),
            status_lists=void,
        )
    yield HERE.attention(
        "clock-a-day-ahead",
        "A day ahead is what a list of yesterday looks like: it warns.",
        TEXT,
        "status-aging",
        at=instant("2026-06-16T10:00:00"),
    )
    yield HERE.not_in_force(
        "clock-a-day-ahead-and-void",
        "Void is void.",
        TEXT,
        "license-void",
        "status-aging",
        at=instant("2026-06-16T10:00:00"),
        status_lists=void,
    )
