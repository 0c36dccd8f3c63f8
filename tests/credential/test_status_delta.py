"""Deltas: base and delta are the full list, and nothing else is ever made of them."""

import tracemalloc
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import cbor
from credential.days import LAST_INSTANT
from credential.envelope import digest, sign1
from credential.errors import (
    CredentialError,
    KeyNotUsableError,
    KeyUnknownError,
    StatusDeltaError,
    StatusListError,
)
from credential.status import (
    MAX_ENTRIES,
    Claim,
    StatusList,
    open_status_list,
    pack_entries,
    seal_status_list,
)
from credential.status_delta import (
    MAX_BYTES,
    MEDIA_TYPE,
    STATUS_DELTA,
    apply_delta,
    make_delta,
    open_status_delta,
    read_status_delta,
    seal_status_delta,
)
from credential.trust import TrustedKey
from credential.trusted import TrustedSet
from tests.vectors.district import (
    CHAOYANG_KEY,
    HAIDIAN_KEY,
    ROOT,
    STRANGER_KEY,
    VectorSigner,
    day,
    es256_key,
    seconds,
    trust_list,
    with_keys,
)

URI = "https://yz.chaoyang.example/status/0"
KEY = CHAOYANG_KEY.verification_key
HERE = ("110105", 0)
ISSUED, LATER, LAST = (seconds(f"2026-06-15T{hour}:00:00") for hour in ("06", "07", "08"))
WEEK = 7 * 86_400


def listed(
    values: dict[int, int] | None = None, *, size: int = 32, at: int = ISSUED, uri: str = URI
) -> StatusList:
    return StatusList(uri, at, at + WEEK, 43_200, pack_entries(values or {}, size=size))


def opened(of: StatusList, signer: VectorSigner = CHAOYANG_KEY) -> StatusList:
    """As a verifier has it, with the digest of its message."""
    message = seal_status_list(of, signer)
    return open_status_list(message, signer.verification_key, uri=of.uri)


def claims_of(data: bytes) -> dict[cbor.Key, Any]:
    claims = cbor.decode(read_status_delta(data).open(KEY), max_bytes=MAX_BYTES)
    assert isinstance(claims, Mapping)
    return dict(claims)


def forged(**changed: Any) -> bytes:
    """A delta that is truly signed, of `BASE`, with some of its content replaced."""
    content = {
        "digest": BASE.digest,
        "base_at": BASE.issued_at,
        "size": 32,
        "numbers": (3, 1, 14),
    } | changed
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.SUBJECT.value: changed.get("uri", URI),
        Claim.EXPIRES.value: changed.get("exp", LATER + WEEK),
        Claim.ISSUED.value: changed.get("iat", LATER),
        Claim.TIME_TO_LIVE.value: changed.get("ttl", 43_200),
        STATUS_DELTA: changed.get(
            "claim",
            (content["digest"], content["base_at"], content["size"], content["numbers"]),
        ),
        **changed.get("more", {}),
    }
    return sign1(cbor.encode(claims), CHAOYANG_KEY, type=changed.get("type", MEDIA_TYPE))


def words_of(changed: dict[str, Any]) -> str:
    """A case's name, without bytes that no program takes from a command line again."""
    return str(changed).replace(str(BASE.digest), "digest").replace(str(bytes(32)), "zeros")


BASE = opened(listed({1: 1, 5: 14}))
MESSAGE = seal_status_list(listed({1: 1, 5: 14}), CHAOYANG_KEY)

# ---- what it is for -------------------------------------------------------------------------------

_values = st.dictionaries(st.integers(0, 99), st.integers(0, 15), max_size=40)


@given(_values, _values, st.integers(50, 60), st.integers(0, 30))
def test_base_and_delta_are_the_full_list(
    before: dict[int, int], after: dict[int, int], half: int, grown: int
) -> None:
    base = opened(listed(before, size=2 * half))
    full = listed(after, size=2 * (half + grown), at=LATER)
    data = seal_status_delta(make_delta(base, full), CHAOYANG_KEY)
    delta = open_status_delta(data, KEY, uri=URI)
    assert delta == make_delta(base, full)
    applied = apply_delta(base, delta)
    assert applied == full
    assert applied.base is base


@given(_values, st.lists(_values, max_size=4))
def test_the_last_of_many_deltas_is_enough(
    before: dict[int, int], changes: list[dict[int, int]]
) -> None:
    message = seal_status_list(listed(before, size=100), CHAOYANG_KEY)
    base = open_status_list(message, KEY, uri=URI)
    trusted = empty().admit_status_list(message, number=0)
    by_steps, full = trusted, base
    for hours, values in enumerate(changes, 1):
        full = listed(values, size=100, at=ISSUED + 3600 * hours)
        data = seal_status_delta(make_delta(base, full), CHAOYANG_KEY)
        by_steps = by_steps.admit_status_delta(data, number=0)
        assert by_steps.status[HERE] == full
        assert trusted.admit_status_delta(data, number=0).status[HERE] == full
        assert empty().admit_status_pair(message, data, number=0).status[HERE] == full


def test_one_change_in_a_million_places_is_less_than_a_kilobyte() -> None:
    base = opened(listed({}, size=MAX_ENTRIES))
    full = listed({777_777: 14, 777_776: 1}, size=MAX_ENTRIES, at=LATER)
    delta = make_delta(base, full)
    assert delta.runs == ((777_776, 1, 1), (777_777, 1, 14))
    assert apply_delta(base, delta) == full
    assert len(seal_status_delta(delta, CHAOYANG_KEY)) < 320


def test_a_delta_without_a_change_tells_that_there_is_none() -> None:
    full = listed({1: 1, 5: 14}, at=LATER)
    data = seal_status_delta(make_delta(BASE, full), CHAOYANG_KEY)
    assert claims_of(data)[STATUS_DELTA][3] == ()
    assert apply_delta(BASE, open_status_delta(data, KEY, uri=URI)) == full


@pytest.mark.parametrize(
    "full",
    [
        listed(at=ISSUED),
        listed(at=ISSUED - 1),
        listed(at=LATER, size=30),
        listed(at=LATER, uri=URI + "0"),
    ],
    ids=["as-old", "older", "shorter", "elsewhere"],
)
def test_no_delta_leads_back_or_elsewhere(full: StatusList) -> None:
    with pytest.raises(StatusDeltaError):
        make_delta(BASE, full)


@pytest.mark.parametrize(
    "changed",
    [
        {"base_at": 1},
        {"base_at": LATER - 1},
        {"exp": LATER + 1},
        {"exp": LAST_INSTANT},
        {"ttl": 1},
        {"size": 0, "numbers": ()},
        {"size": MAX_ENTRIES},
        {"numbers": (0, 1, 1)},
        {"numbers": (0, 1, 0)},
        {"numbers": (0, 32, 15)},
    ],
    ids=words_of,
)
def test_what_is_just_within_its_bounds_opens(changed: dict[str, Any]) -> None:
    delta = open_status_delta(forged(**changed), KEY, uri=URI)
    told = (delta.base_issued_at, delta.expires_at, delta.ttl, delta.size)
    given = {"base_at": ISSUED, "exp": LATER + WEEK, "ttl": 43_200, "size": 32} | changed
    assert told == tuple(given[name] for name in ("base_at", "exp", "ttl", "size"))
    numbers = changed.get("numbers", (3, 1, 14))
    assert delta.runs == ((numbers,) if numbers else ())


# ---- what is refused ------------------------------------------------------------------------------


def test_the_delta_that_the_refused_ones_are_made_of_is_good() -> None:
    applied = apply_delta(BASE, open_status_delta(forged(), KEY, uri=URI))
    assert applied == listed({1: 1, 3: 14, 5: 14}, at=LATER)


@pytest.mark.parametrize(
    "changed",
    [
        {"numbers": (3, 1)},
        {"numbers": (3, 1, 14, 0)},
        {"numbers": (-1, 1, 14)},
        {"numbers": (3, 0, 14)},
        {"numbers": (3, -1, 14)},
        {"numbers": (3, 1, 16)},
        {"numbers": (3, 1, -1)},
        {"numbers": (3, 1, True)},
        {"numbers": (True, 1, 14)},
        {"numbers": (3, "1", 14)},
        {"numbers": (3, 1, None)},
        {"numbers": ((3, 1, 14),)},
        {"numbers": (32, 1, 14)},
        {"numbers": (31, 2, 14)},
        {"numbers": (1 << 62, 1, 14)},
        {"numbers": (3, 1 << 62, 14)},
        {"numbers": (3, 1, 14, 0, 1, 14)},
        {"numbers": (10, 1, 14, -8, 1, 14)},
        {"numbers": (10, 1, 14, -1, 1, 13)},
        {"numbers": "3"},
        {"size": 31},
        {"size": -2},
        {"size": MAX_ENTRIES + 2},
        {"size": True},
        {"digest": b""},
        {"digest": b"1" * 31},
        {"digest": "1" * 32},
        {"base_at": 0},
        {"base_at": LATER},
        {"base_at": True},
        {"iat": LATER + 2 * WEEK},
        {"exp": 1 << 62},
        {"ttl": 0},
        {"ttl": True},
        {"uri": URI + "0"},
        {"claim": (BASE.digest, ISSUED, 32)},
        {"claim": (BASE.digest, ISSUED, 32, (), ())},
        {"claim": b""},
        {"more": {7: 1}},
        {"type": "application/statuslist+cwt"},
    ],
    ids=words_of,
)
def test_a_malformed_delta_is_refused_though_it_is_truly_signed(changed: dict[str, Any]) -> None:
    with pytest.raises(StatusDeltaError):
        open_status_delta(forged(**changed), KEY, uri=URI)


@pytest.mark.parametrize(
    "changed",
    [
        {"numbers": (1, 1, 1)},  # what the base says of it
        {"numbers": (0, 4, 0)},  # the first of them as in the base
        {"digest": bytes(32)},
        {"base_at": ISSUED - 1},
        {"size": 30, "numbers": ()},
        {"size": 34, "numbers": ()},
        {"size": 36, "numbers": (32, 2, 0)},
        {"size": 36, "numbers": (32, 1, 0, 1, 2, 1)},
        {"size": 36, "numbers": (33, 3, 0)},
    ],
    ids=words_of,
)
def test_a_delta_that_does_not_fit_its_base_is_refused(changed: dict[str, Any]) -> None:
    delta = open_status_delta(forged(**changed), KEY, uri=URI)
    with pytest.raises(StatusDeltaError):
        apply_delta(BASE, delta)


@given(st.binary(max_size=120))
def test_any_bytes_are_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(StatusDeltaError):
        open_status_delta(data, KEY, uri=URI)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_that_was_changed_is_noticed(at: int, by: int) -> None:
    data = bytearray(forged())
    data[at % len(data)] ^= by
    with pytest.raises(CredentialError):
        open_status_delta(bytes(data), KEY, uri=URI)


def test_a_run_as_long_as_the_largest_list_takes_its_bound_and_no_more() -> None:
    """The nearest thing to a bomb: a few bytes that tell of a million places."""
    delta = open_status_delta(
        forged(size=MAX_ENTRIES, numbers=(6, MAX_ENTRIES - 6, 3)), KEY, uri=URI
    )
    tracemalloc.start()
    try:
        applied = apply_delta(BASE, delta)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(applied.entries) == MAX_ENTRIES // 2
    assert applied.read(MAX_ENTRIES - 3, 3) == (3, 3, 3)
    assert peak < 3 << 20


def test_a_message_beyond_its_bound_is_not_looked_into() -> None:
    with pytest.raises(StatusDeltaError, match="at most"):
        read_status_delta(sign1(bytes(MAX_BYTES), CHAOYANG_KEY, type=MEDIA_TYPE))


# ---- attacks --------------------------------------------------------------------------------------


def empty() -> TrustedSet:
    return TrustedSet.start(ROOT, trust_list())


def delta_of(
    base: StatusList,
    values: dict[int, int],
    *,
    at: int = LATER,
    signer: VectorSigner = CHAOYANG_KEY,
    size: int = 32,
) -> bytes:
    return seal_status_delta(make_delta(base, listed(values, at=at, size=size)), signer)


def test_a_strangers_delta_is_refused() -> None:
    held = empty().admit_status_list(MESSAGE, number=0)
    with pytest.raises(KeyUnknownError):
        held.admit_status_delta(delta_of(BASE, {}, signer=STRANGER_KEY), number=0)


def test_another_districts_delta_is_of_another_place() -> None:
    held = empty().admit_status_list(MESSAGE, number=0)
    with pytest.raises(StatusDeltaError):
        held.admit_status_delta(delta_of(BASE, {}, signer=HAIDIAN_KEY), number=0)


def test_a_delta_of_the_thief_of_a_key_is_refused_from_the_day_on() -> None:
    thief = es256_key("thief")
    keys = (
        TrustedKey.of(CHAOYANG_KEY.verification_key, from_day=1),
        TrustedKey.of(thief.verification_key, from_day=1, compromised_day=day("2026-05-01")),
    )
    trusted = TrustedSet.start(ROOT, with_keys(*keys)).admit_status_list(MESSAGE, number=0)
    with pytest.raises(KeyNotUsableError):
        trusted.admit_status_delta(delta_of(BASE, {}, signer=thief), number=0)


def test_a_delta_that_is_spliced_onto_another_base_is_refused() -> None:
    other = seal_status_list(listed({2: 2}), CHAOYANG_KEY)
    held = empty().admit_status_list(other, number=0)
    with pytest.raises(StatusDeltaError, match="another base"):
        held.admit_status_delta(delta_of(BASE, {3: 14}), number=0)
    # Signed anew at the same instant it is another message, and another base.
    again = seal_status_list(listed({1: 1, 5: 14}), CHAOYANG_KEY)
    if digest(again) != BASE.digest:
        with pytest.raises(StatusDeltaError, match="another base"):
            empty().admit_status_pair(again, delta_of(BASE, {3: 14}), number=0)


def test_a_delta_for_which_nothing_is_held_is_refused() -> None:
    with pytest.raises(StatusDeltaError, match="no status list"):
        empty().admit_status_delta(delta_of(BASE, {3: 14}), number=0)


def test_an_older_delta_never_replaces_a_newer_one() -> None:
    """By the right key, and it would bring what has ended back to life."""
    trusted = empty().admit_status_list(MESSAGE, number=0)
    alive, ended = delta_of(BASE, {}, at=LATER), delta_of(BASE, {3: 14}, at=LAST)
    newest = trusted.admit_status_delta(ended, number=0)
    for rolled_back in (alive, delta_of(BASE, {}, at=LAST)):
        assert newest.admit_status_delta(rolled_back, number=0) is newest
        assert newest.admit_status_pair(MESSAGE, rolled_back, number=0) is newest
    assert newest.admit_status_list(MESSAGE, number=0) is newest
    assert newest.status[HERE].read(3, 1) == (14,)


def test_a_newer_list_replaces_base_and_delta_and_is_none_that_the_next_delta_is_of() -> None:
    newer = seal_status_list(listed({3: 14}, at=LAST), CHAOYANG_KEY)
    trusted = empty().admit_status_pair(MESSAGE, delta_of(BASE, {3: 14}), number=0)
    after = trusted.admit_status_list(newer, number=0)
    assert after.status[HERE].issued_at == LAST
    with pytest.raises(StatusDeltaError, match="another base"):
        after.admit_status_delta(delta_of(BASE, {}, at=LAST + 1), number=0)


def test_a_list_never_becomes_shorter_by_a_delta() -> None:
    longer = delta_of(BASE, {3: 14}, size=40)
    trusted = empty().admit_status_pair(MESSAGE, longer, number=0)
    shorter = delta_of(BASE, {3: 14}, at=LAST)
    with pytest.raises(StatusListError, match="shorter"):
        trusted.admit_status_delta(shorter, number=0)
    with pytest.raises(StatusListError, match="shorter"):
        trusted.admit_status_pair(MESSAGE, shorter, number=0)
