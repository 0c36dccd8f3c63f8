"""Step 12: what the status list says, and whether it says it recently enough."""

from collections.abc import Iterator

from credential.rules import Policy
from credential.status import Status
from tests.vectors.district import CAFE, HAIDIAN, HAIDIAN_KEY, day, instant, sealed, status_list
from tests.vectors.scenario import TEXT, Layer, Scenario

HERE = Layer("status")
INDEX = CAFE.status_index


def scenarios() -> Iterator[Scenario]:
    yield from license_values()
    yield from permit_values()
    yield from ages()
    yield from missing()


def license_values() -> Iterator[Scenario]:
    for value, code in (
        (Status.INVALID, "license-void"),
        (Status.SUSPENDED, "license-suspended"),
        (Status.SUPERSEDED, "license-superseded"),
        (Status.CANCELLED, "license-ended"),
        (Status.ANNULLED, "license-ended"),
        (Status.REVOKED, "license-ended"),
        (Status.WITHDRAWN, "license-ended"),
    ):
        yield HERE.not_in_force(
            f"license-{value.name.lower()}",
            f"The license's entry is {value.value}; the sheet still hangs on the wall.",
            TEXT,
            code,
            status_lists=[(0, status_list({INDEX: value}))],
        )
    for number in (4, 11):
        yield HERE.indeterminate(
            f"license-value-{number}",
            f"The license's entry is {number}, which has no meaning yet: never green.",
            TEXT,
            "status-unknown-value",
            status_lists=[(0, status_list({INDEX: number}))],
        )


def permit_values() -> Iterator[Scenario]:
    for value, code in (
        (Status.INVALID, "permit-lapsed"),
        (Status.SUSPENDED, "permit-suspended"),
        (Status.CANCELLED, "permit-cancelled"),
        (Status.ANNULLED, "permit-annulled"),
        (Status.REVOKED, "permit-revoked"),
        (Status.WITHDRAWN, "permit-withdrawn"),
    ):
        yield HERE.not_in_force(
            code,
            f"The second permit's entry is {value.value}: with it the license falls (R7).",
            TEXT,
            code,
            status_lists=[(0, status_list({INDEX + 2: value}))],
        )
    yield HERE.attention(
        "permit-given-up",
        "The second permit's entry is 11: its holder gave it up, and the license stands without it.",
        TEXT,
        "permit-given-up",
        status_lists=[(0, status_list({INDEX + 2: Status.GIVEN_UP}))],
    )
    yield HERE.not_in_force(
        "license-void-after-a-permit-was-given-up",
        "A license that stood without a permit falls like any other.",
        TEXT,
        "license-void",
        "permit-given-up",
        status_lists=[(0, status_list({INDEX: 1, INDEX + 2: Status.GIVEN_UP}))],
    )
    for number in (Status.SUPERSEDED.value, 5):
        yield HERE.indeterminate(
            f"permit-value-{number}",
            f"A permit's entry is {number}, which has no meaning for a permit.",
            TEXT,
            "status-unknown-value",
            status_lists=[(0, status_list({INDEX + 1: number}))],
        )
    yield HERE.not_in_force(
        "license-void-for-a-revoked-permit",
        "Both entries speak; both reasons are given.",
        TEXT,
        "license-void",
        "permit-revoked",
        status_lists=[(0, status_list({INDEX: 1, INDEX + 1: Status.REVOKED}))],
    )
    yield HERE.valid(
        "neighbours-ended",
        "The entries before and after the block are other licenses'.",
        status_lists=[(0, status_list({INDEX - 1: 1, INDEX + 3: 14}))],
    )


def ages() -> Iterator[Scenario]:
    lists = [(0, status_list())]  # issued 2026-06-15T06:00:00, exp 2026-06-22T06:00:00
    yield HERE.valid(
        "a-day-old", "Exactly a day: not aging yet.", at=instant("2026-06-16T06:00:00")
    )
    yield HERE.attention(
        "older-than-a-day",
        "A second more than a day.",
        TEXT,
        "status-aging",
        at=instant("2026-06-16T06:00:01"),
    )
    yield HERE.attention(
        "three-days-old",
        "Exactly three days: the last second on which it counts.",
        TEXT,
        "status-aging",
        at=instant("2026-06-18T06:00:00"),
    )
    yield HERE.indeterminate(
        "older-than-three-days",
        "A second more than three days: somebody keeps the newer list away.",
        TEXT,
        "status-stale",
        at=instant("2026-06-18T06:00:01"),
    )
    short = status_list(expires="2026-06-15T10:00:00")
    yield HERE.valid(
        "a-second-before-exp",
        "Four hours old, and its exp is the next second.",
        at=instant("2026-06-15T09:59:59"),
        status_lists=[(0, short)],
    )
    yield HERE.indeterminate(
        "at-exp",
        "On or after exp a list is not to be accepted (RFC 8392 §3.1.4), however young.",
        TEXT,
        "status-stale",
        status_lists=[(0, short)],
    )
    yield HERE.not_in_force(
        "stale-and-void",
        "What an old list says against a license counts; what it says for it does not.",
        TEXT,
        "license-void",
        "status-stale",
        at=instant("2026-06-21T06:00:00"),
        status_lists=[(0, status_list({INDEX: 1}))],
    )
    yield HERE.indeterminate(
        "policy-of-an-hour",
        "A verifier may be stricter.",
        TEXT,
        "status-stale",
        policy=Policy(status_warning=1800, status_limit=3600),
        status_lists=lists,
    )
    yield HERE.valid(
        "of-two-lists-the-newer",
        "The older one comes second and changes nothing (rollback).",
        status_lists=[
            (0, status_list()),
            (0, status_list({INDEX: 1}, issued="2026-06-15T05:00:00")),
        ],
    )
    yield HERE.not_in_force(
        "newer-list-replaces-older",
        "The newer one comes second and counts.",
        TEXT,
        "license-void",
        status_lists=[
            (0, status_list()),
            (0, status_list({INDEX: 1}, issued="2026-06-15T07:00:00")),
        ],
    )


def missing() -> Iterator[Scenario]:
    yield HERE.indeterminate(
        "no-list",
        "No status list at all: nothing unknown is green.",
        TEXT,
        "status-missing",
        status_lists=[],
    )
    yield HERE.indeterminate(
        "only-another-number",
        "List 1 is here, and the license is in list 0.",
        TEXT,
        "status-missing",
        status_lists=[(1, status_list(number=1))],
    )
    yield HERE.indeterminate(
        "only-another-districts",
        "Haidian's list 0 says nothing of Chaoyang's licenses.",
        TEXT,
        "status-missing",
        status_lists=[(0, status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY))],
    )
    yield HERE.rejected(
        "index-outside-the-list",
        "The list is younger than the license, and too short for it.",
        TEXT,
        "status-out-of-range",
        status_lists=[(0, status_list(size=8))],
    )
    yield HERE.rejected(
        "last-permit-outside-the-list",
        "The license's own entry is inside, its last permit's is not.",
        TEXT,
        "status-out-of-range",
        status_lists=[(0, status_list(size=10))],
    )
    yield HERE.valid(
        "block-at-the-end-of-the-list",
        "The last permit's entry is the list's last.",
        status_lists=[(0, status_list(size=12))],
        text=sealed(CAFE._replace(status_index=9)),
    )
    yield HERE.indeterminate(
        "index-outside-an-older-list",
        "Issued on the day of the list: the list may be the older of the two.",
        sealed(CAFE._replace(issued_day=day("2026-06-15"))),
        "status-missing",
        status_lists=[(0, status_list(size=8))],
    )
    yield HERE.rejected(
        "index-outside-a-list-of-the-next-day",
        "Issued the day before the list: the list should have it.",
        sealed(CAFE._replace(issued_day=day("2026-06-14"))),
        "status-out-of-range",
        status_lists=[(0, status_list(size=8))],
    )
