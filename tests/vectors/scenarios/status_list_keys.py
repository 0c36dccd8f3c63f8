"""Whose keys may sign a status list, and when: announced, retired, compromised, another's."""

from collections.abc import Iterator

from tests.vectors.admitting import ADMITTED, ORDINARY, REFUSED, STATUS, TRUST, Admission, step
from tests.vectors.district import (
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN_KEY,
    ROOT_HOLDERS,
    STRANGER_KEY,
    es256_key,
    key,
    status_list,
    trust_list,
    with_keys,
)


def admissions() -> Iterator[Admission]:
    new = es256_key("chaoyang new")
    retired = key(CHAOYANG_KEY, end="2026-06-15")
    compromised = key(CHAOYANG_KEY, compromised="2026-06-15")
    announced = key(CHAOYANG_KEY, start="2026-07-15")
    yesterday = status_list(issued="2026-06-14T23:59:59")
    tomorrow = status_list(issued="2026-06-16T00:00:00")
    for name, description, listed, data, result in (
        (
            "by-another-district",
            "Haidian signs Chaoyang's list.",
            trust_list(),
            status_list(signer=HAIDIAN_KEY),
            REFUSED,
        ),
        (
            "by-an-unknown-key",
            "A forger's key.",
            trust_list(),
            status_list(signer=STRANGER_KEY),
            REFUSED,
        ),
        (
            "by-a-root",
            "A root signs trust lists and nothing else.",
            trust_list(),
            status_list(signer=ROOT_HOLDERS[0]),
            REFUSED,
        ),
        (
            "by-an-announced-key",
            "A key not yet in use.",
            with_keys(announced),
            status_list(),
            REFUSED,
        ),
        (
            "by-a-retired-key-on-its-last-day",
            "Its last day counts.",
            with_keys(retired),
            status_list(),
            ADMITTED,
        ),
        (
            "by-a-retired-key-a-day-later",
            "Signed after its last day.",
            with_keys(retired),
            tomorrow,
            REFUSED,
        ),
        (
            "by-a-key-compromised-since-its-first-day",
            "Nobody knows since when, so nothing is taken.",
            with_keys(key(CHAOYANG_KEY, compromised="2026-01-01")),
            status_list(issued="2026-01-01T06:00:00"),
            REFUSED,
        ),
        (
            "by-a-compromised-key-the-day-before",
            "Signed before the compromise.",
            with_keys(compromised),
            yesterday,
            ADMITTED,
        ),
        (
            "by-a-compromised-key",
            "Signed on the day of the compromise.",
            with_keys(compromised),
            status_list(),
            REFUSED,
        ),
        (
            "before-its-keys-first-day",
            "Signed before the key was in use.",
            with_keys(key(CHAOYANG_KEY, start="2026-06-16")),
            status_list(),
            REFUSED,
        ),
    ):
        yield Admission(
            name=f"status-list-{name}",
            description=description,
            steps=(step(TRUST, listed, ADMITTED), step(STATUS, data, result)),
        )
    later = trust_list(
        CHAOYANG._replace(keys=(compromised, key(new))), number=8, issued="2026-06-15T09:00:00"
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
