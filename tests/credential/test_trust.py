"""Trust lists: what is written comes back, and nothing that one key could spoil is taken."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.days import LAST_INSTANT
from credential.envelope import sign1
from credential.errors import TrustListError
from credential.trust import (
    MAX_BYTES,
    MAX_ISSUERS,
    MEDIA_TYPE,
    Issuer,
    KeyState,
    Scope,
    TrustedKey,
    TrustList,
    open_trust_list,
    seal_trust_list,
)
from tests.vectors.district import (
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_KEY,
    ROOT,
    STRANGER_KEY,
    ed25519_key,
    key,
    trust_list,
)

ROOTS = [ROOT.verification_key]
_days = st.integers(-(2**40), 2**40)
_keys = st.builds(
    TrustedKey,
    key=st.sampled_from([CHAOYANG_KEY.verification_key, HAIDIAN_KEY.verification_key]),
    state=st.sampled_from(KeyState),
    from_day=_days,
    until_day=st.none() | _days,
    compromised_day=st.none() | _days,
).filter(lambda entry: entry.state is not KeyState.RETIRED or entry.until_day is not None)
_scopes = st.builds(
    Scope,
    from_day=_days,
    until_day=st.none() | _days,
    industries=st.none() | st.lists(st.text(max_size=3), max_size=3).map(tuple),
    trial=st.booleans(),
)
_issuers = st.builds(
    Issuer,
    code=st.from_regex("[0-9]{6}", fullmatch=True).filter(str.isascii),
    name=st.text(max_size=9),
    name_en=st.text(max_size=9),
    host=st.text("ABC.-", max_size=9),
    number_prefix=st.text(max_size=4),
    status_uri=st.text("abc/", max_size=9).map("{{list}}{}".format),
    keys=_keys.map(lambda key: (key,)),
    scopes=st.lists(_scopes, max_size=3).map(tuple),
)


@given(_issuers, st.integers(1, 2**60), st.integers(1, LAST_INSTANT - 1))
def test_any_trust_list_comes_back(issuer: Issuer, number: int, issued_at: int) -> None:
    listed = TrustList(
        number=number, issued_at=issued_at, expires_at=LAST_INSTANT, issuers=(issuer,)
    )
    opened = open_trust_list(seal_trust_list(listed, ROOT), ROOTS)
    assert (opened.number, opened.issued_at, opened.expires_at) == (
        number,
        issued_at,
        LAST_INSTANT,
    )
    assert opened.issuers == (issuer,)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(TrustListError):
        open_trust_list(data, ROOTS)


@given(st.binary(max_size=60))
def test_any_signed_payload_is_a_typed_refusal(payload: bytes) -> None:
    with pytest.raises(TrustListError):
        open_trust_list(sign1(payload, ROOT, type=MEDIA_TYPE), ROOTS)


@given(st.data())
def test_no_changed_byte_of_a_trust_list_is_taken(draw: st.DataObject) -> None:
    data = bytearray(trust_list())
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(TrustListError):
        open_trust_list(bytes(data), ROOTS)


def test_one_of_several_roots_is_enough_and_another_is_not() -> None:
    two = [STRANGER_KEY.verification_key, ROOT.verification_key]
    assert open_trust_list(trust_list(), two).number == 7
    for roots in ([], [STRANGER_KEY.verification_key]):
        with pytest.raises(TrustListError):
            open_trust_list(trust_list(), roots)


def test_a_lower_number_than_the_one_held_is_a_rollback() -> None:
    held = open_trust_list(trust_list(number=7), ROOTS)
    for number in (7, 8):
        assert open_trust_list(trust_list(number=number), ROOTS, held=held).number == number
    with pytest.raises(TrustListError):
        open_trust_list(trust_list(number=6), ROOTS, held=held)


def test_as_many_issuers_as_allowed_are_taken_and_no_more() -> None:
    def listed(count: int) -> bytes:
        issuers = (
            replace(
                CHAOYANG,
                code=f"{number:06d}",
                host=f"H{number}",
                keys=(key(ed25519_key(f"district {number}")),),
            )
            for number in range(count)
        )
        return trust_list(*issuers)

    assert len(open_trust_list(listed(MAX_ISSUERS), ROOTS).issuers) == MAX_ISSUERS
    with pytest.raises(TrustListError):
        open_trust_list(listed(MAX_ISSUERS + 1), ROOTS)


def test_a_message_beyond_its_bound_is_not_looked_into() -> None:
    data = sign1(bytes(MAX_BYTES), ROOT, type=MEDIA_TYPE)
    with pytest.raises(TrustListError, match="at most"):
        open_trust_list(data, ROOTS)


def test_a_list_knows_its_keys_issuers_and_hosts() -> None:
    opened = open_trust_list(trust_list(), ROOTS)
    found = opened.find_key(HAIDIAN_KEY.key_id)
    assert found is not None
    assert found[1] == opened.find_issuer("110108") == HAIDIAN
    assert opened.find_key(STRANGER_KEY.key_id) is None
    assert opened.find_issuer("120116") is None
    assert CHAOYANG.host in opened.hosts
    assert CHAOYANG.host.lower() not in opened.hosts
    assert CHAOYANG.status_list_uri(12) == "https://yz.chaoyang.example/status/12"


@given(st.integers(1, 100), st.integers(1, 100), st.none() | st.integers(1, 100))
def test_a_retired_key_is_refused_exactly_outside_its_days(
    day: int, first: int, last: int | None
) -> None:
    entry = replace(key(CHAOYANG_KEY, KeyState.RETIRED), from_day=first, until_day=last)
    inside = first <= day and (last is None or day <= last)
    assert entry.refusal(day) == (None if inside else "out-of-period")


@given(st.integers(-99, 99), st.none() | st.integers(-99, 99))
def test_a_compromised_key_is_refused_from_its_day_on(day: int, since: int | None) -> None:
    # A list's day may lie before 2020, and no day of compromise means every day.
    entry = replace(key(CHAOYANG_KEY, KeyState.COMPROMISED), from_day=-99, compromised_day=since)
    stolen = since is None or day >= since
    assert entry.refusal(day) == (KeyState.COMPROMISED if stolen else None)


@given(st.integers(1, 100))
def test_an_announced_key_is_refused_on_every_day(day: int) -> None:
    entry = replace(key(CHAOYANG_KEY, KeyState.ANNOUNCED), from_day=1)
    assert entry.refusal(day) is KeyState.ANNOUNCED


def test_an_active_key_says_nothing_of_a_compromise() -> None:
    entry = replace(key(CHAOYANG_KEY), from_day=1, compromised_day=5)
    assert entry.refusal(9) is None
