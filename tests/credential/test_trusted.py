"""What a verifier holds: newest of each, from no key that may not sign, whatever comes when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import (
    KeyNotUsableError,
    KeyUnknownError,
    StatusListError,
    TrustListError,
)
from credential.trust import TrustedKey
from credential.trusted import TrustedSet
from tests.vectors.district import (
    CATALOG_LIST,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_KEY,
    ROOT,
    STRANGER_KEY,
    es256_key,
    key,
    seconds,
    status_list,
    trust_list,
    with_keys,
)

HERE = ("110105", 0)
HOURS = [f"2026-06-15T{hour:02d}:00:00" for hour in range(12)]
LISTS = [status_list({hour: 1}, issued=at) for hour, at in enumerate(HOURS)]


@pytest.fixture(scope="module")
def empty() -> TrustedSet:
    return TrustedSet.start(ROOT, trust_list())


@given(st.lists(st.integers(0, 11), min_size=1, max_size=20))
def test_whatever_order_lists_come_in_the_newest_stays(order: list[int]) -> None:
    trusted = TrustedSet.start(ROOT, trust_list())
    for place in order:
        trusted = trusted.admit_status_list(LISTS[place], number=0)
    assert trusted.status[HERE].issued_at == seconds(HOURS[max(order)])
    assert trusted.status[HERE].read(max(order), 1) == (1,)


def test_a_set_is_a_value_and_admitting_gives_another(empty: TrustedSet) -> None:
    after = empty.admit_status_list(LISTS[0], number=0)
    assert (dict(empty.status), set(after.status)) == ({}, {HERE})
    assert after.admit_status_list(LISTS[0], number=0) is after


def test_lists_of_other_numbers_and_districts_stand_beside_each_other(
    empty: TrustedSet,
) -> None:
    after = (
        empty.admit_status_list(status_list(), number=0)
        .admit_status_list(status_list(number=1), number=1)
        .admit_status_list(status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY), number=0)
        .admit_code_list(CATALOG_LIST)
    )
    assert set(after.status) == {HERE, ("110105", 1), ("110108", 0)}
    assert set(after.code_lists) == {("110105", 2023)}


def test_a_new_trust_list_lets_all_other_lists_go(empty: TrustedSet) -> None:
    full = empty.admit_status_list(LISTS[0], number=0).admit_code_list(CATALOG_LIST)
    after = full.admit_trust_list(trust_list(number=8))
    assert (after.trust.number, dict(after.status), dict(after.code_lists)) == (8, {}, {})


def test_a_refused_trust_list_leaves_the_set_as_it_was(empty: TrustedSet) -> None:
    full = empty.admit_status_list(LISTS[0], number=0)
    for data in (trust_list(number=6), trust_list(signers=(STRANGER_KEY,)), b""):
        with pytest.raises(TrustListError):
            full.admit_trust_list(data)
    assert set(full.status) == {HERE}


def test_a_thief_s_newer_list_does_not_outlive_the_trust_in_his_key(empty: TrustedSet) -> None:
    new = es256_key("chaoyang new")
    stolen = status_list(issued="2026-06-15T09:00:00", size=64)
    honest = status_list({8: 1}, signer=new, issued="2026-06-15T07:00:00")
    deceived = empty.admit_status_list(stolen, number=0)
    compromised = key(CHAOYANG_KEY, compromised="2026-06-15")
    after = deceived.admit_trust_list(with_keys(compromised, key(new)))
    with pytest.raises(KeyNotUsableError):
        after.admit_status_list(stolen, number=0)
    assert after.admit_status_list(honest, number=0).status[HERE].read(8, 1) == (1,)


def test_a_shorter_list_is_refused_and_the_longer_one_stays(empty: TrustedSet) -> None:
    held = empty.admit_status_list(status_list(size=32, issued=HOURS[0]), number=0)
    with pytest.raises(StatusListError):
        held.admit_status_list(status_list(size=30, issued=HOURS[1]), number=0)
    assert len(held.status[HERE].entries) == 16


def test_a_key_that_the_trust_list_has_not_is_named(empty: TrustedSet) -> None:
    with pytest.raises(KeyUnknownError) as caught:
        empty.admit_status_list(status_list(signer=STRANGER_KEY), number=0)
    assert caught.value.key_id == STRANGER_KEY.key_id


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (key(CHAOYANG_KEY, start="2026-07-15"), "out-of-period"),
        (key(CHAOYANG_KEY, compromised="2026-01-01"), "compromised"),
    ],
)
def test_why_a_key_may_not_sign_a_list_is_said(entry: TrustedKey, word: str) -> None:
    trusted = TrustedSet.start(ROOT, with_keys(entry))
    with pytest.raises(KeyNotUsableError) as caught:
        trusted.admit_status_list(status_list(), number=0)
    assert (caught.value.key_id, caught.value.state) == (CHAOYANG_KEY.key_id, word)
    with pytest.raises(KeyNotUsableError) as caught:
        trusted.admit_code_list(CATALOG_LIST)
    assert (caught.value.key_id, caught.value.state) == (CHAOYANG_KEY.key_id, word)


def test_a_district_cannot_speak_for_another(empty: TrustedSet) -> None:
    with pytest.raises(StatusListError):
        empty.admit_status_list(status_list(signer=HAIDIAN_KEY), number=0)


def test_a_list_for_another_number_is_refused(empty: TrustedSet) -> None:
    with pytest.raises(StatusListError):
        empty.admit_status_list(status_list(number=0), number=1)
