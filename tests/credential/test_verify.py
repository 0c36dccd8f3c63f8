"""Verification never raises for what a text holds, and shows nothing of what it refuses."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential.barcode import encode_41, encode_digits
from credential.claims import License, Position, Reference
from credential.opening import read_text
from credential.question import RegistryAnswer
from credential.reasons import Outcome
from credential.rules import Policy
from credential.status import Status
from credential.trusted import TrustedSet
from credential.verdict import Check, Verdict
from credential.verify import verify
from tests.vectors.district import (
    CAFE,
    CATALOG_LIST,
    CHAOYANG,
    HAIDIAN,
    NOW,
    ROOT,
    STRANGER_KEY,
    make_root,
    sealed,
    status_list,
    trust_list,
)
from tests.vectors.forging import CLAIMS, MESSAGE, license_record, signed_record
from tests.vectors.scenarios.city_code import SEALED as CITY_CODE

TEXT = sealed()
TRUSTED = (
    TrustedSet.start(ROOT, trust_list())
    .admit_status_list(status_list(), number=0)
    .admit_code_list(CATALOG_LIST)
)
SECRETS = (CAFE.holder, CAFE.uscc, CAFE.address, CAFE.permits[0].number)

_hosts = st.sampled_from([CHAOYANG.host, HAIDIAN.host, "FAKE.TEST"])
_parts = st.text(max_size=30) | st.sampled_from([".", "..", "\ud800", "\x00", "９", "$*+-:"])
_texts = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(), max_size=80),  # lone surrogates too
    st.builds("HTTPS://{}/{}/{}".format, _hosts, st.sampled_from("LCM"), _parts),
    st.builds(
        "HTTPS://{}/L/{}".format,
        _hosts,
        st.binary(min_size=1, max_size=300).map(encode_digits),
    ),
    st.builds(
        "HTTPS://{}/C/01.110105.ZHXK.{}.0003243560.00000".format,
        _hosts,
        st.binary(min_size=1, max_size=133).map(encode_41),
    ),
)


def ask(text: str, at: datetime = NOW) -> Verdict:
    return verify(text, trusted=TRUSTED, at=at)


@settings(max_examples=400)
@given(_texts)
def test_any_text_comes_to_a_verdict_that_shows_nothing(text: str) -> None:
    verdict = ask(text)
    assert verdict.outcome in (Outcome.REJECTED, Outcome.NOT_A_LICENSE)
    assert verdict.genuine is None
    json.dumps(verdict.as_dict())


@given(st.binary(min_size=1, max_size=60), st.integers(0, 179))
def test_bytes_spliced_into_a_message_are_never_believed(splice: bytes, at: int) -> None:
    data = MESSAGE[:at] + splice + MESSAGE[at + len(splice) :]
    if data != MESSAGE:
        verdict = ask(f"HTTPS://{CHAOYANG.host}/L/{encode_digits(data)}")
        assert verdict.outcome is Outcome.REJECTED


@given(st.binary(max_size=200))
def test_any_truly_signed_record_comes_to_a_verdict(record: bytes) -> None:
    verdict = ask(signed_record(record))
    assert verdict.checked.signature is Check.PASSED
    json.dumps(verdict.as_dict())


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2400, 1, 1), timezones=st.just(UTC)),
)
def test_at_any_instant_green_needs_a_fresh_status(at: datetime) -> None:
    verdict = ask(TEXT, at)
    assert verdict.genuine is not None
    if verdict.outcome is Outcome.VALID:
        assert verdict.as_of.status is not None
        assert -300 <= int(at.timestamp()) - verdict.as_of.status <= 86_400
        assert verdict.checked.status is Check.PASSED


@given(st.dictionaries(st.integers(8, 10), st.integers(1, 15), min_size=1))
def test_any_entry_but_zero_is_never_green(values: dict[int, int]) -> None:
    trusted = (
        TrustedSet.start(ROOT, trust_list())
        .admit_status_list(status_list(values), number=0)
        .admit_code_list(CATALOG_LIST)
    )
    verdict = verify(TEXT, trusted=trusted, at=NOW)
    if set(values.values()) == {Status.GIVEN_UP} and 8 not in values:
        assert verdict.outcome is Outcome.ATTENTION  # the license stands without those permits
        return
    assert verdict.outcome in (Outcome.NOT_IN_FORCE, Outcome.INDETERMINATE)
    assert verdict.checked.status is not Check.PASSED


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_place_is_near_or_far(latitude: float, longitude: float) -> None:
    verdict = verify(TEXT, trusted=TRUSTED, at=NOW, near=Position(latitude, longitude))
    assert verdict.checked.place in (Check.PASSED, Check.FAILED)
    assert (verdict.outcome is Outcome.VALID) == (verdict.checked.place is Check.PASSED)


def test_a_latitude_beyond_the_pole_in_a_signed_record_raises_nothing() -> None:
    text = signed_record(license_record(position=(1_000_000 << 20).to_bytes(5, "big")))
    verdict = verify(text, trusted=TRUSTED, at=NOW, near=Position(39.9, 116.4))
    assert verdict.reasons[0].code == "claims-malformed"


def test_an_instant_without_a_zone_is_the_caller_s_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(TEXT, datetime(2026, 6, 15))


def test_a_fraction_of_a_second_is_left_out() -> None:
    late = NOW.replace(hour=23, minute=59, second=59) + timedelta(microseconds=999_999)
    text = sealed(CAFE._replace(expiry_day=(NOW.date() - datetime(2020, 1, 1).date()).days))
    assert ask(text, late).outcome is Outcome.VALID


@pytest.mark.parametrize(
    "text",
    [
        TEXT[:-1],
        sealed(CAFE, STRANGER_KEY),
        TEXT.replace(CHAOYANG.host, HAIDIAN.host),
        TEXT[:-1] + str((int(TEXT[-1]) + 1) % 10),
        TEXT.lower(),
    ],
    ids=["cut", "forged", "other host", "altered", "retyped"],
)
def test_what_is_refused_leaks_no_holder_anywhere(text: str) -> None:
    verdict = ask(text)
    assert verdict.genuine is None
    shown = repr(verdict) + json.dumps(verdict.as_dict(), ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in shown]


def answering(
    answer: RegistryAnswer | None, seen: list[tuple[object, bytes]]
) -> Callable[[License | Reference, bytes], RegistryAnswer | None]:
    def ask_registry(content: License | Reference, claims: bytes) -> RegistryAnswer | None:
        seen.append((content, claims))
        return answer

    return ask_registry


def test_a_registry_is_asked_once_with_what_was_signed() -> None:
    seen: list[tuple[object, bytes]] = []
    answer = RegistryAnswer(known=True, agrees=True, values=(0, 0, 0), as_of=1)
    verdict = verify(TEXT, trusted=TRUSTED, at=NOW, registry=answering(answer, seen))
    assert seen == [(CAFE, CLAIMS)]
    assert verdict.as_of.registry == verdict.as_of.status == 1


def test_a_registry_is_asked_with_the_reference_or_with_its_details() -> None:
    seen: list[tuple[object, bytes]] = []
    verify(CITY_CODE.text, trusted=TRUSTED, at=NOW, registry=answering(None, seen))
    ((reference, claims),) = seen
    assert isinstance(reference, Reference)
    assert claims == read_text(CITY_CODE.text).message.unverified_payload
    verify(
        CITY_CODE.text,
        trusted=TRUSTED,
        at=NOW,
        registry=answering(None, seen),
        details=lambda _: CLAIMS,
    )
    assert seen[1:] == [(CAFE, CLAIMS)]


def test_a_registry_that_disowns_leaks_no_holder() -> None:
    answer = RegistryAnswer(known=False, agrees=False, values=(), as_of=int(NOW.timestamp()))
    verdict = verify(TEXT, trusted=TRUSTED, at=NOW, registry=answering(answer, []))
    assert verdict.outcome is Outcome.REJECTED
    assert not [secret for secret in SECRETS if secret in repr(verdict)]


def test_a_registry_that_is_not_the_issuer_s_changes_nothing() -> None:
    verdict = verify(TEXT, trusted=TRUSTED, at=NOW, registry=answering(None, []))
    assert verdict == ask(TEXT)
    assert verdict.checked.registry is Check.NOT_CHECKED


def test_a_registry_is_not_asked_about_a_forgery() -> None:
    seen: list[tuple[object, bytes]] = []
    forged = sealed(CAFE, STRANGER_KEY)
    verify(forged, trusted=TRUSTED, at=NOW, registry=answering(None, seen))
    assert seen == []


def test_details_are_fetched_for_a_city_code_alone() -> None:
    asked: list[Reference] = []

    verify(TEXT, trusted=TRUSTED, at=NOW, details=asked.append)
    assert asked == []
    verdict = verify(CITY_CODE.text, trusted=TRUSTED, at=NOW, details=asked.append)
    assert [reference.serial for reference in asked] == [CAFE.serial]
    assert [reason.code for reason in verdict.reasons] == ["details-missing"]


def test_a_policy_cannot_make_an_ended_license_green() -> None:
    lax = Policy(
        status_warning=1 << 40,
        status_limit=1 << 40,
        trust_warning=1 << 40,
        clock_tolerance=1 << 40,
        expiring_days=-1,
        place_limit_m=1 << 40,
    )
    root = make_root(expires="9999-12-31T23:59:59")
    trusted = TrustedSet.start(root, trust_list(expires="9999-12-31T23:59:59")).admit_status_list(
        status_list({8: 1}, expires="9999-12-31T23:59:59"), number=0
    )
    verdict = verify(TEXT, trusted=trusted, at=NOW, policy=lax)
    assert verdict.outcome is Outcome.NOT_IN_FORCE


def test_a_city_code_without_details_has_no_position_to_compare() -> None:
    verdict = verify(CITY_CODE.text, trusted=TRUSTED, at=NOW, near=Position(39.9242, 116.4436))
    assert [reason.code for reason in verdict.reasons] == ["details-missing", "position-unknown"]
    assert verdict.genuine is not None
    assert verdict.genuine.states == ()
    assert verdict.checked.place is Check.NOT_CHECKED
