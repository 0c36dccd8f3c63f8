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


@given(st.integers(-(1 << 63), (1 << 64) - 1) | st.integers(-740_000, 3_000_000))
def test_a_day_of_somebody_else_s_can_always_be_shown(day: int) -> None:
    text, nearest = days.day_text(day), days.nearest_date(day)
    if days.number_of(date.min) <= day <= days.number_of(date.max):
        assert text == nearest.isoformat() == days.date_of(day).isoformat()
    else:
        assert nearest == (date.min if day < 0 else date.max)
        assert text == f"{day:+d}d（日历之外 beyond the calendar）"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (0, "2020-01-01"),
        (-1, "2019-12-31"),
        (-737424, "0001-01-01"),
        (-737425, "-737425d（日历之外 beyond the calendar）"),
        (2914634, "9999-12-31"),
        (2914635, "+2914635d（日历之外 beyond the calendar）"),
        (10**12, "+1000000000000d（日历之外 beyond the calendar）"),
        (1 << 62, "+4611686018427387904d（日历之外 beyond the calendar）"),
    ],
)
def test_a_day_outside_of_the_calendar_is_a_plain_number(day: int, text: str) -> None:
    assert days.day_text(day) == text


@pytest.mark.parametrize("value", [date.min, date(2019, 12, 31), date(2200, 1, 1), date.max])
def test_any_date_has_a_number(value: date) -> None:
    assert days.date_of(days.number_of(value)) == value
