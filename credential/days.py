"""Civil days in Asia/Shanghai as numbers: days since 2020-01-01.

China has kept UTC+8 without summer time since 1991, so no time zone database is needed.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from credential.errors import SealingError

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
EPOCH: Final = date(2020, 1, 1)
MAX_DAY: Final = 0x7FFF  # 2109-09-18; 15 bits, the 16th is a mark
LAST_INSTANT: Final = 253_402_271_999  # 9999-12-31T23:59:59+08:00, the last that can be written

_SECONDS: Final = 86_400
_UNIX_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_SECONDS: Final = int(datetime(2020, 1, 1, tzinfo=SHANGHAI).timestamp())
_EPOCH_ORDINAL: Final = EPOCH.toordinal()


def day_at(seconds: int) -> int:
    """The civil day at an instant (Unix seconds)."""
    return (seconds - _EPOCH_SECONDS) // _SECONDS


def seconds_at(day: int) -> int:
    """The instant at which a civil day begins (Unix seconds)."""
    return _EPOCH_SECONDS + day * _SECONDS


def day_of(value: date) -> int:
    """The number of a date.

    Raises:
        SealingError: outside 2020-01-02 … 2109-09-18 (day 0 stands for "no end").
    """
    day = number_of(value)
    if not 0 < day <= MAX_DAY:
        raise SealingError(f"{value} is outside the days that a credential can hold")
    return day


def number_of(value: date) -> int:
    """The number of any date, also of one that no credential can hold."""
    return value.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """The date of a number.

    Raises:
        OverflowError, ValueError: it lies outside of the calendar.
    """
    return date.fromordinal(day + _EPOCH_ORDINAL)


def nearest_date(day: int) -> date:
    """The date of a number of somebody else's; the calendar's first or last, where it has none."""
    return date_of(min(max(day, number_of(date.min)), number_of(date.max)))


def day_text(day: int) -> str:
    """A number of somebody else's, for people: ISO 8601, or how many days before or after
    2020-01-01 where the calendar has no such date. Never raises."""
    try:
        return date_of(day).isoformat()
    except (OverflowError, ValueError):
        return f"{day:+d}d（日历之外 beyond the calendar）"


def seconds_of(at: datetime) -> int:
    """Unix seconds of an aware instant.

    Raises:
        ValueError: the instant has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone is no instant")
    since = at - _UNIX_EPOCH
    return since.days * _SECONDS + since.seconds


def instant_text(seconds: int) -> str:
    """ISO 8601 with the offset of Beijing."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(SHANGHAI).isoformat()
