"""Days are civil days of Asia/Shanghai, whatever the zone in which an instant is given."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import days
from credential.errors import SealingError

_instants = st.datetimes(
    datetime(2000, 1, 1),
    datetime(2110, 1, 1),
    timezones=st.integers(-12 * 60, 14 * 60).map(lambda at: timezone(timedelta(minutes=at))),
)


@given(_instants)
def test_the_day_of_an_instant_is_its_date_in_beijing(at: datetime) -> None:
    day = days.day_at(days.seconds_of(at))
    assert days.date_of(day) == (at.astimezone(UTC) + timedelta(hours=8)).date()


@given(st.integers(1, days.MAX_DAY))
def test_a_day_comes_back_from_its_date(day: int) -> None:
    assert days.day_of(days.date_of(day)) == day


@given(st.integers(-1000, days.MAX_DAY))
def test_a_day_lasts_from_its_first_second_to_its_last(day: int) -> None:
    first = days.seconds_at(day)
    assert [days.day_at(at) for at in (first - 1, first, first + 86_399, first + 86_400)] == [
        day - 1,
        day,
        day,
        day + 1,
    ]


def test_the_epoch_is_new_year_2020_in_beijing() -> None:
    assert days.seconds_at(0) == 1_577_808_000
    assert days.instant_text(days.seconds_at(0)) == "2020-01-01T00:00:00+08:00"
    assert days.date_of(days.MAX_DAY) == date(2109, 9, 18)


@pytest.mark.parametrize("value", [date(2020, 1, 1), date(2109, 9, 19), date(1999, 1, 1)])
def test_a_date_outside_the_range_is_refused(value: date) -> None:
    with pytest.raises(SealingError):
        days.day_of(value)


@pytest.mark.parametrize("value", [date(2020, 1, 2), date(2109, 9, 18)])
def test_the_first_and_the_last_date_are_taken(value: date) -> None:
    assert days.date_of(days.day_of(value)) == value


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        days.seconds_of(datetime(2026, 6, 15))


def test_the_last_instant_can_be_written_and_the_next_cannot() -> None:
    assert days.instant_text(days.LAST_INSTANT) == "9999-12-31T23:59:59+08:00"
    with pytest.raises((OverflowError, ValueError)):
        days.instant_text(days.LAST_INSTANT + 1)
