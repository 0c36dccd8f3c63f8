"""The two instants of a question about the past, as people and programs write them."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from credential.days import SHANGHAI
from verify_service.registry.as_of import Viewpoint
from verify_service.replay.errors import (
    InstantInFutureError,
    InstantMalformedError,
    KnownBeforeAtError,
    LeapSecondError,
    YearOutOfRangeError,
    ZoneMissingError,
)

SAME: Final = "at"
"""In the place of `known`: the same instant."""
_SHOWN: Final = 40
# A "+" that nobody has escaped in an address arrives as a blank.
_FORM: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?"
    r"([Zz]|[+\- ]\d\d:\d\d)?",
    re.ASCII,
)


def read_viewpoint(at: str | None, known: str | None, *, now: datetime) -> Viewpoint | None:
    """Read the two instants; None where the present is asked for.

    Raises:
        InstantMalformedError, InstantInFutureError, KnownBeforeAtError.
    """
    if at is None:
        if known is None:
            return None
        raise KnownBeforeAtError(at=None, known=_shown(known))
    then = _past("at", at, now)
    if known is None:
        return Viewpoint(at=then, known=now)
    as_known = then if known == SAME else _past("known", known, now)
    if as_known < then:
        raise KnownBeforeAtError(at=told(then), known=told(as_known))
    return Viewpoint(at=then, known=as_known)


def parse_instant(text: str, *, name: str) -> datetime:
    """Read an instant of the years 1970 to 9998, with its zone.

    Raises:
        InstantMalformedError: or one of those below it, by what is wrong.
    """
    shown = _shown(text)
    found = _FORM.fullmatch(text)
    if found is None:
        raise InstantMalformedError(name=name, text=shown)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    if zone is None:
        raise ZoneMissingError(name=name, text=shown)
    if second == "60":
        raise LeapSecondError(name=name, text=shown)
    if not 1970 <= int(year) <= 9998:
        raise YearOutOfRangeError(name=name, text=shown)
    try:
        value = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second or "0"),
            int((fraction or "").ljust(6, "0")),
            tzinfo=_zone(zone),
        )
    except ValueError:
        raise InstantMalformedError(name=name, text=shown) from None
    value = value.astimezone(UTC)
    if value.year < 1970:
        raise YearOutOfRangeError(name=name, text=shown)
    return value


def _shown(text: str) -> str:
    """A stranger's text in a message: cut short, and without what no answer could carry."""
    return text[:_SHOWN].encode("utf-8", "replace").decode()


def told(at: datetime) -> str:
    """An instant for people: in Beijing's time."""
    return at.astimezone(SHANGHAI).isoformat()


def refuse_future(name: str, at: datetime, *, now: datetime) -> None:
    """Raise `InstantInFutureError` for an instant after now."""
    if at > now:
        raise InstantInFutureError(name=name, instant=told(at), now=told(now))


def _past(name: str, text: str, now: datetime) -> datetime:
    at = parse_instant(text, name=name)
    refuse_future(name, at, now=now)
    return at


def _zone(text: str) -> timezone:
    """Raises ValueError for what is no zone of this earth."""
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59:
        raise ValueError(text)
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if text[0] == "-" else size)
