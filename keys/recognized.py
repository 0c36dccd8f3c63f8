"""What was recognized of a district by the last list, and is not by the next."""

from collections.abc import Iterable, Sequence
from itertools import product

from credential.days import day_text
from credential.trust import Scope

_ANY_OTHER = ""  # a word that no scope names


def recognition_lost(before: Sequence[Scope], now: Sequence[Scope], *, today: int) -> str | None:
    """The first of what is lost for a day of issue that has come: day, industry, kind of permit.

    A scope that is to end on a later day takes nothing away: what will be issued after it is told
    as not recognized here, and was never told otherwise by a list of its time.
    """
    if set(before) <= set(now):
        return None
    both = (*before, *now)
    for day in _turning_points(both):
        if day > today:
            break
        had, has = (_on(scopes, day) for scopes in (before, now))
        for industry, kind in product(
            _words(scope.industries for scope in both), _words(scope.kinds for scope in both)
        ):
            if _is_within(had, industry, kind) and not _is_within(has, industry, kind):
                words = (day_text(day), industry or "*", kind or "*")
                return " ".join(words)
    return None


def _turning_points(scopes: Iterable[Scope]) -> list[int]:
    """The days from which on something else is recognized than on the day before."""
    days = {scope.from_day for scope in scopes}
    return sorted(days | {scope.until_day + 1 for scope in scopes if scope.until_day is not None})


def _on(scopes: Iterable[Scope], day: int) -> list[Scope]:
    return [
        scope
        for scope in scopes
        if scope.from_day <= day and (scope.until_day is None or day <= scope.until_day)
    ]


def _words(lists: Iterable[tuple[str, ...] | None]) -> list[str]:
    return [_ANY_OTHER, *sorted({word for words in lists for word in words or ()})]


def _is_within(scopes: Iterable[Scope], industry: str, kind: str) -> bool:
    return any(
        (scope.industries is None or industry in scope.industries)
        and (scope.kinds is None or kind in scope.kinds)
        for scope in scopes
    )
