"""Steps 4, 10 and 14: the trust list's age, and the life of a key."""

from collections.abc import Callable, Iterator

from credential.code_list import seal_code_list
from credential.envelope import bstr
from credential.rules import Policy
from credential.signer import ED25519, key_id
from credential.trust import TrustedKey
from tests.vectors.district import (
    CAFE,
    CATALOG,
    CHAOYANG,
    CHAOYANG_KEY,
    STRANGER_KEY,
    day,
    es256_key,
    instant,
    key,
    sealed,
    status_list,
    with_keys,
)
from tests.vectors.forging import assembled, header, under_header
from tests.vectors.scenario import TEXT, Circumstances, Layer, Scenario

HERE = Layer("trust")
NEW_KEY = es256_key("chaoyang new")


def scenarios() -> Iterator[Scenario]:
    yield from ages()
    yield from unknown_keys()
    yield from unknown_hosts()
    yield from key_lives()


def fresh(at: str) -> list[tuple[int, bytes]]:
    """A status list of that day."""
    return [(0, status_list(issued=f"{at}T00:00:00", expires="2027-01-01T00:00:00"))]


def ages() -> Iterator[Scenario]:
    for name, at, code in (
        ("thirty-days-old", "2026-07-01T09:00:00", None),
        ("older-than-thirty-days", "2026-07-01T09:00:01", "trust-aging"),
        ("a-second-before-exp", "2026-12-01T08:59:59", "trust-aging"),
    ):
        make = HERE.attention if code else HERE.valid
        yield make(
            name,
            "The trust list's age; the status list is of the day.",
            TEXT,
            *([code] if code else []),
            at=instant(at),
            status_lists=fresh(at[:10]),
        )
    yield HERE.indeterminate(
        "expired",
        "At its exp: somebody may have kept the next one away (freeze).",
        TEXT,
        "trust-expired",
        at=instant("2026-12-01T09:00:00"),
        status_lists=fresh("2026-12-01"),
    )


def unknown_keys() -> Iterator[Scenario]:
    text = sealed(CAFE, STRANGER_KEY)
    yield HERE.rejected(
        "unknown-key-with-a-list-of-thirty-days",
        "New keys are published long before they sign: a fresh list would have it.",
        text,
        "key-unknown",
        at=instant("2026-07-01T09:00:00"),
    )
    yield HERE.indeterminate(
        "unknown-key-with-an-older-list",
        "The key may be newer than the list: a forgery or not, nobody can say here.",
        text,
        "key-unknown-trust-old",
        at=instant("2026-07-01T09:00:01"),
    )
    yield HERE.indeterminate(
        "unknown-key-with-an-expired-list",
        "The same after the list's exp.",
        text,
        "key-unknown-trust-old",
        at=instant("2026-12-24T00:00:00"),
    )
    yield HERE.indeterminate(
        "unknown-key-under-a-stricter-policy",
        "A verifier may call a list old after a week.",
        text,
        "key-unknown-trust-old",
        policy=Policy(trust_warning=7 * 86_400),
    )
    yield HERE.rejected(
        "unknown-key-by-a-clock-five-minutes-before-the-list",
        "Within the tolerance of 300 s: the list is fresh, and would have it.",
        text,
        "key-unknown",
        at=instant("2026-06-01T08:55:00"),
    )
    yield HERE.indeterminate(
        "unknown-key-by-a-clock-before-the-list",
        "A clock a year behind calls no key forged: how old the list is, it cannot know.",
        text,
        "clock-implausible",
        at=instant("2025-06-15T10:00:00"),
    )


def unknown_hosts() -> Iterator[Scenario]:
    elsewhere = TEXT.replace(CHAOYANG.host, "YZ.BINHAI.EXAMPLE")
    yield HERE.not_a_license(
        "unknown-host-with-a-list-of-thirty-days",
        "A district is published long before it signs: a fresh list would have it.",
        elsewhere,
        "look-alike-host",
        at=instant("2026-07-01T09:00:00"),
    )
    yield HERE.indeterminate(
        "unknown-host-with-an-older-list",
        "The district may have joined since.",
        elsewhere,
        "host-unknown-trust-old",
        at=instant("2026-07-01T09:00:01"),
    )
    yield HERE.not_a_license(
        "unknown-host-by-a-clock-five-minutes-before-the-list",
        "Within the tolerance of 300 s.",
        elsewhere,
        "look-alike-host",
        at=instant("2026-06-01T08:55:00"),
    )
    yield HERE.indeterminate(
        "unknown-host-by-a-clock-before-the-list",
        "301 s before the list was signed: how old it is, nobody can say here.",
        elsewhere,
        "clock-implausible",
        at=instant("2026-06-01T08:54:59"),
    )


def days_added_since(under: Callable[[TrustedKey], Circumstances]) -> Iterator[Scenario]:
    """The list is of 2026-06-01; the key's days may have become more since."""
    ended, announced = key(CHAOYANG_KEY, end="2026-06-01"), key(CHAOYANG_KEY, start="2026-07-15")
    on, of_the_list = (CAFE._replace(issued_day=day(f"2026-06-0{number}")) for number in (2, 1))
    ended_before = key(CHAOYANG_KEY, end="2026-05-31")
    last, next_second = (instant(f"2026-07-01T09:00:0{second}") for second in (0, 1))
    stolen = key(CHAOYANG_KEY, end="2026-06-01", compromised="2026-06-02")
    for name, description, license, entry, at in (
        (
            "a-day-after-a-list-of-thirty-days",
            "Days are added long before they come: a fresh list would have them.",
            on,
            ended,
            last,
        ),
        (
            "the-day-of-an-older-list",
            "A day that had come when the list was signed stays as it says.",
            of_the_list,
            ended_before,
            next_second,
        ),
    ):
        by = under(entry)
        by["at"] = at
        yield HERE.rejected(name, description, sealed(license), "key-out-of-period", **by)
    for name, description, license, entry in (
        ("a-day-after-an-older-list", "The key may have been given the day since.", on, ended),
        (
            "announced-by-an-older-list",
            "Its first day may be an earlier one by now.",
            on,
            announced,
        ),
    ):
        by = under(entry)
        by["at"] = next_second
        yield HERE.indeterminate(
            name, description, sealed(license), "key-out-of-period-trust-old", **by
        )
    by = under(stolen)
    by["at"] = next_second
    yield HERE.rejected(
        "compromised-by-an-older-list",
        "What is known to be stolen stays so.",
        sealed(on),
        "key-compromised",
        **by,
    )


def key_lives() -> Iterator[Scenario]:
    # CAFE is issued on 2026-03-02. A second key signs the other lists, so that they count.
    def under(entry: TrustedKey) -> Circumstances:
        return Circumstances(
            trust_list=with_keys(entry, key(NEW_KEY)),
            status_lists=[(0, status_list(signer=NEW_KEY))],
            code_lists=[seal_code_list(CATALOG, NEW_KEY)],
        )

    yield HERE.rejected(
        "announced",
        "A key published ahead of its use has signed already: it leaked.",
        TEXT,
        "key-out-of-period",
        **under(key(CHAOYANG_KEY, start="2026-07-15")),
    )
    yield from days_added_since(under)
    own = key(CHAOYANG_KEY)
    yield HERE.indeterminate(
        "a-suite-of-a-later-version",
        "The list names another algorithm for the key: this program cannot say.",
        TEXT,
        "suite-unavailable",
        **under(own._replace(algorithm=-65599)),
    )
    yield HERE.rejected(
        "a-key-off-the-curve",
        "The list's entry is no point of P-256: nothing verifies under it, and nothing else suffers.",
        TEXT,
        "signature-invalid",
        **under(own._replace(public=own.public[:-1] + bytes((own.public[-1] ^ 1,)))),
    )
    yield HERE.rejected(
        "a-key-off-the-curve-and-another-algorithm-named",
        "What the header names is compared with the list's entry before the key is loaded.",
        assembled(protected=bstr(header(b"\x27", bstr(own.key_id)))),
        "suite-mismatch",
        **under(own._replace(public=own.public[:-1] + bytes((own.public[-1] ^ 1,)))),
    )
    yield HERE.valid(
        "a-key-by-the-id-that-the-list-gives-it",
        "The list says how a key is called; that it is the key's own id is for its writers to see to.",
        under_header(header(b"\x26", bstr(b"\x01\x02\x03\x04"))),
        **under(own._replace(key_id=b"\x01\x02\x03\x04")),
    )
    yield HERE.rejected(
        "a-key-in-compressed-form",
        "The right point, in another form than the one that a list has: libraries would take it.",
        TEXT,
        "signature-invalid",
        **under(own._replace(public=bytes((2 + own.public[-1] % 2,)) + own.public[1:33])),
    )
    identity = b"\x01" + bytes(31)  # a point of order 1: R the same and s = 0 fit every message
    small = own._replace(algorithm=-8, public=identity, key_id=key_id(ED25519, identity))
    yield HERE.rejected(
        "a-key-of-small-order",
        "Under such a key anybody's signature verifies: it is never loaded.",
        assembled(
            protected=bstr(header(b"\x27", bstr(small.key_id))),
            signature=bstr(identity + bytes(32)),
        ),
        "signature-invalid",
        **under(small),
    )
    yield HERE.valid(
        "announced-when-the-list-was-signed",
        "Its first day came after the list's: a list of some age knows the key that signs today.",
        sealed(CAFE._replace(issued_day=day("2026-06-15"))),
        **under(key(CHAOYANG_KEY, start="2026-06-15")),
    )
    for name, description, entry in (
        (
            "active-from-the-day-of-issue",
            "Its first day.",
            key(CHAOYANG_KEY, start="2026-03-02"),
        ),
        (
            "retired-on-the-day-of-issue",
            "Retired is not compromised: what it signed stays good, its last day included.",
            key(CHAOYANG_KEY, end="2026-03-02"),
        ),
        (
            "compromised-after-the-day-of-issue",
            "Issued the day before the compromise: believed.",
            key(CHAOYANG_KEY, compromised="2026-03-03"),
        ),
    ):
        yield HERE.valid(name, description, **under(entry))
    for name, description, entry, code in (
        (
            "active-from-a-day-later",
            "Issued before the key's first day.",
            key(CHAOYANG_KEY, start="2026-03-03"),
            "key-out-of-period",
        ),
        (
            "retired-before-the-day-of-issue",
            "Issued after the key's last day.",
            key(CHAOYANG_KEY, end="2026-03-01"),
            "key-out-of-period",
        ),
        (
            "compromised-on-the-day-of-issue",
            "Issued on the day from which the key is not believed.",
            key(CHAOYANG_KEY, compromised="2026-03-02"),
            "key-compromised",
        ),
        (
            "compromised-before-the-day-of-issue",
            "Issued with a stolen key.",
            key(CHAOYANG_KEY, compromised="2026-02-01"),
            "key-compromised",
        ),
        (
            "compromised-since-its-first-day",
            "Nobody knows since when: nothing of it is believed.",
            key(CHAOYANG_KEY, compromised="2026-01-01"),
            "key-compromised",
        ),
    ):
        yield HERE.rejected(name, description, TEXT, code, **under(entry))
