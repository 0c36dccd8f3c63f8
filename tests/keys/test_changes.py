"""A new trust list does nothing to those who still hold the last one, but for a reason that is said."""

from dataclasses import dataclass, replace

import pytest

from credential.days import day_at
from credential.trust import ANNOUNCED_DAYS, Issuer, Scope, TrustedKey, TrustList
from keys.changes import hasty_changes, refuse_hasty
from keys.errors import CeremonyError, Trouble
from tests.vectors.district import CHAOYANG, CHAOYANG_KEY, HAIDIAN, STRANGER_KEY, key, seconds

NOW = seconds("2026-06-15T10:00:00")
TODAY = day_at(NOW)
OWN = key(CHAOYANG_KEY)
NEW = TrustedKey.of(STRANGER_KEY.verification_key, from_day=TODAY + ANNOUNCED_DAYS)


def ends(day: int | None) -> TrustedKey:
    return OWN._replace(until_day=day)


def listed(*keys: TrustedKey, others: tuple[Issuer, ...] = ()) -> TrustList:
    return TrustList(
        number=1,
        issued_at=NOW,
        expires_at=NOW + 1,
        issuers=(CHAOYANG._replace(keys=keys), *others),
    )


def troubles(before: TrustList, after: TrustList) -> list[Trouble]:
    return [trouble for trouble, _ in hasty_changes(before, after)]


@dataclass(frozen=True)
class Case:
    before: tuple[TrustedKey, ...]
    after: tuple[TrustedKey, ...]
    found: tuple[Trouble, ...] = ()


CASES = {
    "nothing changed": Case((OWN,), (OWN,)),
    "a key announced in time": Case((OWN,), (OWN, NEW)),
    "a key announced a day late": Case(
        (OWN,), (OWN, NEW._replace(from_day=NEW.from_day - 1)), (Trouble.NOT_ANNOUNCED,)
    ),
    "a key that signs today": Case(
        (OWN,), (OWN, NEW._replace(from_day=TODAY)), (Trouble.NOT_ANNOUNCED,)
    ),
    "a first day moved to a later one": Case((OWN, NEW), (OWN, NEW._replace(from_day=9000))),
    "a first day moved to an earlier one in time": Case(
        (OWN, NEW._replace(from_day=9000)), (OWN, NEW)
    ),
    "a first day moved too near": Case(
        (OWN, NEW), (OWN, NEW._replace(from_day=TODAY + 5)), (Trouble.NOT_ANNOUNCED,)
    ),
    "an announced key whose day has nearly come": Case(
        (OWN, NEW._replace(from_day=TODAY + 2)), (OWN, NEW._replace(from_day=TODAY + 2))
    ),
    "a key retired today": Case((OWN,), (OWN._replace(until_day=TODAY),)),
    "a key retired yesterday": Case(
        (OWN,), (OWN._replace(until_day=TODAY - 1),), (Trouble.ENDED_BACK,)
    ),
    "a key that was retired already": Case(
        (OWN._replace(until_day=TODAY - 9),), (OWN._replace(until_day=TODAY - 9),)
    ),
    "a key retired earlier than it was": Case(
        (OWN._replace(until_day=TODAY - 9),),
        (OWN._replace(until_day=TODAY - 10),),
        (Trouble.ENDED_BACK,),
    ),
    "a key compromised from a day long ago": Case((OWN,), (OWN._replace(compromised_day=2200),)),
    "a compromise moved back": Case(
        (OWN._replace(compromised_day=2200),), (OWN._replace(compromised_day=2199),)
    ),
    "a compromise moved forward": Case(
        (OWN._replace(compromised_day=2200),),
        (OWN._replace(compromised_day=2201),),
        (Trouble.BELIEVED_AGAIN,),
    ),
    "a compromise taken back": Case(
        (OWN._replace(compromised_day=2200),), (OWN,), (Trouble.BELIEVED_AGAIN,)
    ),
    "a key that left": Case((OWN, NEW), (OWN,), (Trouble.DROPPED,)),
    # days that become more
    "a first day that has come moved back": Case(
        (OWN,), (OWN._replace(from_day=OWN.from_day - 1),), (Trouble.WIDENED,)
    ),
    "a last day taken away": Case((ends(TODAY + 29),), (ends(None),), (Trouble.WIDENED,)),
    "a last day moved to a later one": Case((ends(TODAY),), (ends(TODAY + 1),), (Trouble.WIDENED,)),
    "a last day long ago moved to a later one": Case(
        (ends(TODAY - 99),), (ends(TODAY - 98),), (Trouble.WIDENED,)
    ),
    "a last day moved to a later one in time": Case(
        (ends(TODAY + ANNOUNCED_DAYS - 1),), (ends(TODAY + 900),)
    ),
    "a last day taken away in time": Case((ends(TODAY + ANNOUNCED_DAYS - 1),), (ends(None),)),
    "a last day that is to come moved to an earlier one": Case((ends(TODAY + 90),), (ends(TODAY),)),
    # days that have come
    "a first day that was yesterday moved to a later one": Case(
        (OWN._replace(from_day=TODAY - 1),), (OWN._replace(from_day=TODAY),), (Trouble.BEGUN_LATER,)
    ),
    "a first day that is today moved to a later one": Case(
        (OWN._replace(from_day=TODAY),), (OWN._replace(from_day=9000),), (Trouble.BEGUN_LATER,)
    ),
    "a first day that is tomorrow moved to a later one": Case(
        (OWN._replace(from_day=TODAY + 1),), (OWN._replace(from_day=9000),)
    ),
    # another key
    "another public key under the id": Case(
        (OWN,), (OWN._replace(public=NEW.public),), (Trouble.ANOTHER_KEY,)
    ),
    "another algorithm under the id": Case(
        (OWN,), (OWN._replace(algorithm=-8),), (Trouble.ANOTHER_KEY,)
    ),
    "days beyond any calendar": Case(
        (OWN._replace(from_day=-(1 << 63)),),
        (OWN._replace(from_day=1 << 62),),
        (Trouble.BEGUN_LATER,),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_is_hasty_exactly_when_it_breaks_something(case: Case) -> None:
    assert troubles(listed(*case.before), listed(*case.after)) == list(case.found)


def test_a_district_that_left_is_named() -> None:
    with pytest.raises(CeremonyError) as caught:
        refuse_hasty(listed(OWN, others=(HAIDIAN,)), listed(OWN))
    assert caught.value.trouble is Trouble.ISSUER_LEFT
    assert caught.value.detail == "110108 北京市海淀区"


def test_a_key_stays_with_its_district() -> None:
    moved = HAIDIAN._replace(keys=CHAOYANG.keys)
    before = listed(OWN, others=(HAIDIAN,))
    after = listed(NEW, others=(moved,))
    assert troubles(before, after) == [Trouble.MOVED, Trouble.DROPPED]


def test_a_district_that_joins_is_announced_like_any_key() -> None:
    early = troubles(listed(OWN), listed(OWN, others=(HAIDIAN,)))
    assert early == [Trouble.NOT_ANNOUNCED]
    entry = HAIDIAN.keys[0]._replace(from_day=TODAY + ANNOUNCED_DAYS)
    assert troubles(listed(OWN), listed(OWN, others=(HAIDIAN._replace(keys=(entry,)),))) == []


def test_a_ceremony_whose_clock_is_behind_announces_nothing_sooner() -> None:
    """Its list is dated before the last one: 31 days count from the later of the two."""
    late = replace(listed(OWN, NEW), issued_at=NOW - 20 * 86_400)
    assert troubles(listed(OWN), late) == []
    soon = replace(
        listed(OWN, NEW._replace(from_day=NEW.from_day - 20)), issued_at=NOW - 20 * 86_400
    )
    assert troubles(listed(OWN), soon) == [Trouble.NOT_ANNOUNCED]


def changed(**fields: object) -> TrustList:
    before = listed(OWN)
    (issuer,) = before.issuers
    return replace(before, issuers=(issuer._replace(**fields),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"host": "NEW.CHAOYANG.EXAMPLE"}, [Trouble.PRINTED, Trouble.STATUS_MOVED]),
        ({"number_prefix": "阳综许"}, [Trouble.PRINTED]),
        ({"status_uri": "https://cdn.example/{list}"}, [Trouble.STATUS_MOVED]),
        ({"status_uri": "https://yz.chaoyang.example/status/{list}"}, []),  # the default, in words
        ({"name": "北京市朝阳区政务服务中心", "name_en": "Chaoyang"}, []),
    ],
    ids=["host", "prefix", "status lists elsewhere", "status lists where they were", "names"],
)
def test_what_is_printed_and_fetched_stays(fields: dict[str, object], found: list[Trouble]) -> None:
    assert troubles(listed(OWN), changed(**fields)) == found


def test_status_lists_at_a_place_of_the_same_first_address_are_elsewhere_all_the_same() -> None:
    one, other = (
        changed(status_uri=f"https://a.example/{path}") for path in ("0{list}", "{list}0")
    )
    assert troubles(one, other) == [Trouble.STATUS_MOVED]


PAST = TODAY - 100
ALL = Scope(from_day=PAST)
CAFES = Scope(from_day=PAST, industries=("25", "26"))

# Before, after, and the first that is lost.
SCOPES: dict[str, tuple[tuple[Scope, ...], tuple[Scope, ...], str | None]] = {
    "nothing changed": ((ALL,), (ALL,), None),
    "taken out": ((ALL,), (), "2026-03-07 * *"),
    "taken out before it began": ((ALL._replace(from_day=TODAY + 1),), (), None),
    "taken out on its first day": ((ALL._replace(from_day=TODAY),), (), "2026-06-15 * *"),
    "ended today": ((ALL,), (ALL._replace(until_day=TODAY),), None),
    "ended next year": ((ALL,), (ALL._replace(until_day=TODAY + 400),), None),
    "ended yesterday": ((ALL,), (ALL._replace(until_day=TODAY - 1),), "2026-06-15 * *"),
    "begun later": ((ALL,), (ALL._replace(from_day=PAST + 1),), "2026-03-07 * *"),
    "an industry less": ((CAFES,), (CAFES._replace(industries=("26",)),), "2026-03-07 25 *"),
    "some industries of all": ((ALL,), (CAFES,), "2026-03-07 * *"),
    "some kinds of all": ((ALL,), (ALL._replace(kinds=("food",)),), "2026-03-07 * *"),
    "a kind less": (
        (ALL._replace(kinds=("food", "pool")),),
        (ALL._replace(kinds=("pool",)),),
        "2026-03-07 * food",
    ),
    "on trial, then for good": ((ALL._replace(trial=True),), (ALL,), None),
    "for good, then on trial": ((ALL,), (ALL._replace(trial=True),), None),
    "one of two that cover the same": ((ALL, CAFES), (ALL,), None),
    "one cut into two": (
        (CAFES,),
        (CAFES._replace(industries=("25",)), CAFES._replace(industries=("26",))),
        None,
    ),
    "cut into two with a day between": (
        (ALL,),
        (ALL._replace(until_day=PAST + 5), ALL._replace(from_day=PAST + 7)),
        "2026-03-13 * *",
    ),
    "more": ((CAFES,), (ALL,), None),
    "an end taken away": ((ALL._replace(until_day=TODAY - 9),), (ALL,), None),
}


@pytest.mark.parametrize(("before", "after", "lost"), SCOPES.values(), ids=SCOPES)
def test_recognition_that_has_been_given_is_named_when_it_is_taken_away(
    before: tuple[Scope, ...], after: tuple[Scope, ...], lost: str | None
) -> None:
    found = list(hasty_changes(changed(scopes=before), changed(scopes=after)))
    where = f"110105 {CHAOYANG.name}"
    assert found == ([] if lost is None else [(Trouble.NARROWED, f"{where}: {lost}")])
