"""The two instants of a question are read as they are meant, or refused by name."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.days import SHANGHAI
from verify_service.registry.as_of import Viewpoint
from verify_service.replay.errors import (
    InstantInFutureError,
    InstantMalformedError,
    KnownBeforeAtError,
    LeapSecondError,
    ReplayError,
    YearOutOfRangeError,
    ZoneMissingError,
)
from verify_service.replay.instants import parse_instant, read_viewpoint

NOW = datetime(2031, 5, 26, 9, tzinfo=SHANGHAI)
NOON = datetime(2031, 5, 23, 12, tzinfo=SHANGHAI)
AT = "2031-05-23T12:00:00+08:00"

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(
    min_value=datetime(1970, 1, 2), max_value=datetime(9998, 12, 30), timezones=zones
)


@given(at=instants)
def test_an_instant_is_read_back_as_it_was_written(at: datetime) -> None:
    assert parse_instant(at.isoformat(), name="at") == at


@given(at=instants)
def test_a_plus_that_an_address_has_made_a_blank_is_still_a_plus(at: datetime) -> None:
    assert parse_instant(at.isoformat().replace("+", " "), name="at") == at


@given(text=st.text(max_size=50))
def test_any_text_is_an_instant_or_refused_by_name(text: str) -> None:
    with suppress(InstantMalformedError):
        assert parse_instant(text, name="at").tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InstantMalformedError),
        ("yesterday", InstantMalformedError),
        ("2031-05-23", InstantMalformedError),
        ("1937190000", InstantMalformedError),
        ("2031-02-30T12:00:00+08:00", InstantMalformedError),
        ("2031-05-23T24:00:00+08:00", InstantMalformedError),
        ("2031-05-23T12:00:00+25:00", InstantMalformedError),
        ("2031-05-23T12:00:00+08:99", InstantMalformedError),
        ("2031-05-23T12:00:00.1234567Z", InstantMalformedError),
        ("２０３１-05-23T12:00:00Z", InstantMalformedError),
        ("2031-05-23T12:00:00+08:00\n", InstantMalformedError),
        ("2031-05-23T12:00:00", ZoneMissingError),
        ("2031-05-23T12:00", ZoneMissingError),
        ("2016-12-31T23:59:60Z", LeapSecondError),
        ("0000-05-23T12:00:00Z", YearOutOfRangeError),
        ("1969-12-31T23:59:59Z", YearOutOfRangeError),
        ("1970-01-01T00:00:00+08:00", YearOutOfRangeError),
        ("9999-12-31T23:59:59Z", YearOutOfRangeError),
    ],
)
def test_what_is_no_instant_is_refused_by_what_is_wrong(text: str, error: type[Exception]) -> None:
    with pytest.raises(InstantMalformedError) as caught:
        parse_instant(text, name="known")
    assert type(caught.value) is error
    assert caught.value.name == "known"


def test_without_instants_the_present_is_asked_for() -> None:
    assert read_viewpoint(None, None, now=NOW) is None


@pytest.mark.parametrize(
    ("known", "expected"),
    [(None, NOW), ("at", NOON), (AT, NOON), ("2031-05-24T00:00Z", NOON + timedelta(hours=20))],
)
def test_what_is_known_is_what_is_known_now_unless_it_is_said(
    known: str | None, expected: datetime
) -> None:
    assert read_viewpoint(AT, known, now=NOW) == Viewpoint(at=NOON, known=expected)


@pytest.mark.parametrize(
    ("at", "known", "error"),
    [
        ("2031-05-26T09:00:00.000001+08:00", None, InstantInFutureError),
        (AT, "2031-05-27T00:00:00+08:00", InstantInFutureError),
        (AT, "2031-05-23T11:59:59.999999+08:00", KnownBeforeAtError),
        (None, AT, KnownBeforeAtError),
        (None, "at", KnownBeforeAtError),
        (AT, "2031-05-24", InstantMalformedError),
    ],
)
def test_what_nobody_can_have_known_is_refused(
    at: str | None, known: str | None, error: type[ReplayError]
) -> None:
    with pytest.raises(error):
        read_viewpoint(at, known, now=NOW)


def test_the_present_instant_is_of_the_past_already() -> None:
    assert read_viewpoint(NOW.isoformat(), None, now=NOW) == Viewpoint(at=NOW, known=NOW)
