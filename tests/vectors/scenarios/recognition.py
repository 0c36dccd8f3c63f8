"""Step 15: whether the issuer is recognized here for such a license."""

from collections.abc import Iterator

from credential.trust import Scope
from tests.vectors.district import CAFE, CATALOG, CHAOYANG, day, trust_list
from tests.vectors.scenario import TEXT, Layer, Scenario

HERE = Layer("recognition")
SINCE = day("2023-01-01")
ISSUED = day("2026-03-02")


def within(*scopes: Scope) -> bytes:
    return trust_list(CHAOYANG._replace(scopes=scopes))


def scenarios() -> Iterator[Scenario]:
    general = Scope(from_day=SINCE)
    trial = general._replace(trial=True)
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
    yield HERE.valid(
        "general-before-trial",
        "The same the other way round: a trial that does not count is no trial.",
        trust_list=within(general, trial),
    )
    kinds = tuple(CATALOG.permits[permit.code].kind for permit in CAFE.permits)
    yield HERE.valid(
        "kinds-of-permits-named",
        "A scope of some kinds of permits, the license's among them.",
        trust_list=within(general._replace(kinds=kinds)),
    )
    yield HERE.valid(
        "kinds-in-two-scopes",
        "One kind in one scope, the others in the next.",
        trust_list=within(general._replace(kinds=kinds[:1]), general._replace(kinds=kinds[1:])),
    )
    yield HERE.attention(
        "one-kind-on-trial",
        "One of the permits is recognized on trial, and so is the license.",
        TEXT,
        "recognition-trial",
        trust_list=within(general._replace(kinds=kinds[1:]), trial),
    )
    yield HERE.valid(
        "trial-of-another-kind",
        "The first scope covers the license and none of its permits: it does not count.",
        trust_list=within(trial._replace(kinds=("tobacco_retail",)), general),
    )
    yield HERE.not_in_force(
        "a-permit-of-another-kind",
        "One of its permits is of a kind that no scope has.",
        TEXT,
        "recognition-permit-out-of-scope",
        trust_list=within(general._replace(kinds=kinds[1:])),
    )
    yield HERE.not_in_force(
        "kinds-of-a-catalog-that-is-not-here",
        "Without the code list nobody knows a permit's kind: only a scope of any kind has it.",
        TEXT,
        "recognition-permit-out-of-scope",
        "recognition-permit-out-of-scope",
        "catalog-unknown",
        trust_list=within(general._replace(kinds=kinds)),
        code_lists=[],
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
