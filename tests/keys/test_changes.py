"""A new trust list does nothing to those who still hold the last one, but for a reason that is said."""

from dataclasses import dataclass

import pytest

from credential.days import day_at
from credential.trust import ANNOUNCED_DAYS, Issuer, TrustedKey, TrustList
from keys.changes import hasty_changes, refuse_hasty
from keys.errors import CeremonyError, Trouble
from tests.vectors.district import CHAOYANG, CHAOYANG_KEY, HAIDIAN, STRANGER_KEY, key, seconds

NOW = seconds("2026-06-15T10:00:00")
TODAY = day_at(NOW)
OWN = key(CHAOYANG_KEY)
NEW = TrustedKey.of(STRANGER_KEY.verification_key, from_day=TODAY + ANNOUNCED_DAYS)


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
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_is_hasty_exactly_when_it_breaks_something(case: Case) -> None:
    assert troubles(listed(*case.before), listed(*case.after)) == list(case.found)


def test_a_district_that_left_is_its_keys_that_left() -> None:
    with pytest.raises(CeremonyError) as caught:
        refuse_hasty(listed(OWN, others=(HAIDIAN,)), listed(OWN))
    assert caught.value.trouble is Trouble.DROPPED
    assert caught.value.detail == f"110108 {HAIDIAN.keys[0].key_id.hex()}"


def test_a_key_stays_with_its_district() -> None:
    moved = HAIDIAN._replace(keys=CHAOYANG.keys)
    before = listed(OWN, others=(HAIDIAN,))
    after = listed(NEW, others=(moved,))
    assert Trouble.MOVED in troubles(before, after)


def test_a_district_that_joins_is_announced_like_any_key() -> None:
    early = troubles(listed(OWN), listed(OWN, others=(HAIDIAN,)))
    assert early == [Trouble.NOT_ANNOUNCED]
    entry = HAIDIAN.keys[0]._replace(from_day=TODAY + ANNOUNCED_DAYS)
    assert troubles(listed(OWN), listed(OWN, others=(HAIDIAN._replace(keys=(entry,)),))) == []
