"""Trust lists: what is written comes back, and nothing that one key could spoil is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import SuiteUnavailableError, TrustListError
from credential.roots import MAX_NUMBER
from credential.signer import PrivateKeySigner
from credential.trust import (
    Issuer,
    KeyState,
    Scope,
    TrustedKey,
    TrustList,
)
from credential.trust_list import (
    MAX_BYTES,
    MAX_ISSUERS,
    open_trust_list,
    seal_trust_list,
)
from tests.vectors.district import (
    CHAOYANG,
    CHAOYANG_KEY,
    HAIDIAN,
    HAIDIAN_KEY,
    ROOT,
    ROOT_HOLDERS,
    SIGNING,
    STRANGER_KEY,
    ed25519_key,
    key,
    make_root,
    trust_list,
    with_keys,
)
from tests.vectors.scenarios.trust_lists import signed

_days = st.integers(-(2**40), 2**40)
_keys = st.builds(
    TrustedKey,
    key_id=st.binary(min_size=4, max_size=4),
    algorithm=_days,
    public=st.binary(max_size=80),
    from_day=_days,
    until_day=st.none() | _days,
    compromised_day=st.none() | _days,
)
_words = st.none() | st.lists(st.text(max_size=3), max_size=3).map(tuple)
_scopes = st.builds(
    Scope,
    from_day=_days,
    until_day=st.none() | _days,
    industries=_words,
    kinds=_words,
    trial=st.booleans(),
)
_issuers = st.builds(
    Issuer,
    code=st.from_regex("[0-9]{6}", fullmatch=True).filter(str.isascii),
    name=st.text(max_size=9),
    name_en=st.text(max_size=9),
    host=st.text("ABC.-", max_size=9),
    number_prefix=st.text(max_size=4),
    status_uri=st.none() | st.text("abc/", max_size=9).map("{{list}}{}".format),
    keys=_keys.map(lambda key: (key,)),
    scopes=st.lists(_scopes, max_size=3).map(tuple),
)


@given(_issuers, st.integers(1, MAX_NUMBER), st.integers(1, ROOT.expires_at - 1))
def test_any_trust_list_comes_back(issuer: Issuer, number: int, issued_at: int) -> None:
    listed = TrustList(
        number=number, issued_at=issued_at, expires_at=ROOT.expires_at, issuers=(issuer,)
    )
    opened = open_trust_list(seal_trust_list(listed, SIGNING), ROOT)
    assert (opened.number, opened.issued_at, opened.expires_at) == (
        number,
        issued_at,
        ROOT.expires_at,
    )
    assert opened.issuers == (issuer,)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(TrustListError):
        open_trust_list(data, ROOT)


@given(st.binary(max_size=60))
def test_any_signed_payload_is_a_typed_refusal(payload: bytes) -> None:
    with pytest.raises(TrustListError):
        open_trust_list(signed(payload), ROOT)


@given(st.data())
def test_no_changed_byte_of_a_trust_list_is_taken(draw: st.DataObject) -> None:
    data = bytearray(trust_list())
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(TrustListError):
        open_trust_list(bytes(data), ROOT)


@given(st.sets(st.sampled_from(ROOT_HOLDERS), min_size=1), st.integers(1, 3))
def test_a_list_opens_exactly_when_enough_holders_have_signed(
    signers: set[PrivateKeySigner], threshold: int
) -> None:
    root, data = make_root(threshold=threshold), trust_list(signers=tuple(signers))
    if len(signers) >= threshold:
        assert open_trust_list(data, root).number == 7
    else:
        with pytest.raises(TrustListError, match=f"by {len(signers)} of the keys"):
            open_trust_list(data, root)


def test_a_lower_number_than_the_one_held_is_a_rollback() -> None:
    held = open_trust_list(trust_list(number=7), ROOT)
    for number in (7, 8):
        assert open_trust_list(trust_list(number=number), ROOT, held=held).number == number
    with pytest.raises(TrustListError):
        open_trust_list(trust_list(number=6), ROOT, held=held)


def test_as_many_issuers_as_allowed_are_taken_and_no_more() -> None:
    def listed(count: int) -> bytes:
        issuers = (
            CHAOYANG._replace(
                code=f"{number:06d}",
                host=f"H{number}",
                keys=(key(ed25519_key(f"district {number}")),),
            )
            for number in range(count)
        )
        return trust_list(*issuers)

    assert len(open_trust_list(listed(MAX_ISSUERS), ROOT).issuers) == MAX_ISSUERS
    with pytest.raises(TrustListError):
        open_trust_list(listed(MAX_ISSUERS + 1), ROOT)


def test_a_message_beyond_its_bound_is_not_looked_into() -> None:
    data = signed(bytes(MAX_BYTES))
    with pytest.raises(TrustListError, match="at most"):
        open_trust_list(data, ROOT)


def test_a_list_knows_its_keys_issuers_and_hosts() -> None:
    opened = open_trust_list(trust_list(), ROOT)
    found = opened.find_key(HAIDIAN_KEY.key_id)
    assert found is not None
    assert found[1] == opened.find_issuer("110108") == HAIDIAN
    assert opened.find_key(STRANGER_KEY.key_id) is None
    assert opened.find_issuer("120116") is None
    assert CHAOYANG.host in opened.hosts
    assert CHAOYANG.host.lower() not in opened.hosts
    assert CHAOYANG.status_list_uri(12) == "https://yz.chaoyang.example/status/12"
    elsewhere = CHAOYANG._replace(status_uri="https://lists.example/{list}/of/{list}")
    assert elsewhere.status_list_uri(3) == "https://lists.example/3/of/3"


@given(st.integers(1, 100), st.integers(1, 100), st.none() | st.integers(1, 100))
def test_a_key_is_refused_exactly_outside_its_days(day: int, first: int, last: int | None) -> None:
    entry = key(CHAOYANG_KEY)._replace(from_day=first, until_day=last)
    inside = first <= day and (last is None or day <= last)
    assert entry.refusal(day) == (None if inside else "out-of-period")
    if inside:
        assert entry.state_on(day) is KeyState.ACTIVE
    else:
        assert entry.state_on(day) is (KeyState.ANNOUNCED if day < first else KeyState.RETIRED)


@given(st.integers(-99, 99), st.integers(-99, 99))
def test_a_compromised_key_is_refused_from_its_day_on(day: int, since: int) -> None:
    entry = key(CHAOYANG_KEY)._replace(from_day=-99, compromised_day=since)
    assert entry.refusal(day) == ("compromised" if day >= since else None)
    assert entry.state_on(day) is KeyState.COMPROMISED


def test_one_bad_key_on_the_list_spoils_nothing_else() -> None:
    own = key(CHAOYANG_KEY)
    bad = own._replace(key_id=b"\x00\x00\x00\x01", public=own.public[:-1] + b"\x00")
    opened = open_trust_list(with_keys(own, bad), ROOT)
    found = opened.find_key(bad.key_id)
    assert found is not None
    with pytest.raises(TrustListError, match="no point"):
        _ = found[0].key
    assert opened.issuers[0].keys[0].key == CHAOYANG_KEY.verification_key


def test_a_key_of_an_unknown_algorithm_is_named_when_it_is_needed() -> None:
    opened = open_trust_list(with_keys(key(CHAOYANG_KEY)._replace(algorithm=-65599)), ROOT)
    with pytest.raises(SuiteUnavailableError) as caught:
        _ = opened.issuers[0].keys[0].key
    assert caught.value.suite == "-65599"
