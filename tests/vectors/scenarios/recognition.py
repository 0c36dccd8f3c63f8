"""Step 15: whether the issuer is recognized here for such a license."""

from collections.abc import Iterator
from dataclasses import replace

from credential.trust import Scope
from tests.vectors.district import CHAOYANG, day, trust_list
from tests.vectors.scenario import TEXT, Layer, Scenario

HERE = Layer("recognition")
SINCE = day("2023-01-01")
ISSUED = day("2026-03-02")


def within(*scopes: Scope) -> bytes:
    return trust_list(replace(CHAOYANG, scopes=scopes))


def scenarios() -> Iterator[Scenario]:
    general = Scope(from_day=SINCE)
    trial = replace(general, trial=True)
    yield HERE.valid(
        "industry-named",
        "A scope of some industries, this one among them.",
        trust_list=within(Scope(from_day=SINCE, industries=("06", "25"))),
    )
    yield HERE.valid(
        "first-and-last-day",
        "A scope of one day, the license's own.",
        trust_list=within(Scope(from_day=ISSUED, until_day=ISSUED)),
    )
    yield HERE.valid(
        "second-scope-covers",
        "Several scopes: the first that covers the license counts.",
        trust_list=within(Scope(from_day=SINCE, industries=("06",)), general),
    )
    yield HERE.attention(
        "on-trial",
        "Recognised on trial (试行): genuine, and the inspector is told.",
        TEXT,
        "recognition-trial",
        trust_list=within(trial),
    )
    yield HERE.attention(
        "trial-before-general",
        "The first scope that covers the license counts, on trial or not.",
        TEXT,
        "recognition-trial",
        trust_list=within(trial, general),
    )
    for name, description, scopes in (
        (
            "another-industry",
            "Recognised, but not for cafés.",
            (Scope(from_day=SINCE, industries=("06",)),),
        ),
        ("issued-before-the-period", "Issued a day before.", (Scope(from_day=ISSUED + 1),)),
        (
            "issued-after-the-period",
            "Issued a day after.",
            (Scope(from_day=SINCE, until_day=ISSUED - 1),),
        ),
        ("no-industry", "A scope of no industry at all.", (Scope(from_day=SINCE, industries=()),)),
        ("no-scope", "On the list, and recognized for nothing.", ()),
    ):
        yield HERE.not_in_force(
            name, description, TEXT, "recognition-out-of-scope", trust_list=within(*scopes)
        )
