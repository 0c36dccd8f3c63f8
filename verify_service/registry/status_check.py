"""The pages of the status lists held against the chains, and made anew from them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from verify_service.registry.books import StatusPageRow
from verify_service.registry.errors import StatusPagesError
from verify_service.registry.status import StatusList, status_lists
from verify_service.registry.status_chains import entries_from_chains
from verify_service.registry.status_pages import (
    PAGE_PLACES,
    kept_entries,
    pages_day,
    replace_pages,
)

_NAMED = 20  # differing places of a list that are told one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesChecked:
    """``places`` are the first that differ, ``differing`` how many do, of ``listed``."""

    status_list: str
    listed: int
    differing: int
    places: tuple[int, ...]


def check_pages(connection: Connection, *, today: date) -> tuple[PagesChecked, ...]:
    """Hold every list as it is kept against its chains, by name; reads all that was ever issued."""
    return tuple(_check(connection, each, today) for each in status_lists(connection))


def refuse_differing(checked: tuple[PagesChecked, ...]) -> None:
    """Raise `StatusPagesError` where a list is kept otherwise than its chains have it."""
    differing = [each for each in checked if each.differing]
    if differing:
        raise StatusPagesError(
            lists=", ".join(f"{each.status_list} ({each.differing})" for each in differing)
        )


def rebuild_pages(connection: Connection, *, today: date) -> tuple[PagesChecked, ...]:
    """Write the pages of every list anew from the chains; says what differed before."""
    checked = check_pages(connection, today=today)
    for each in status_lists(connection):
        entries = entries_from_chains(
            connection, each.status_list, size=_extent(connection, each), today=today
        )
        replace_pages(connection, each.status_list, entries, today=today)
    return checked


def _check(connection: Connection, allocated: StatusList, today: date) -> PagesChecked:
    name = allocated.status_list
    day = pages_day(connection, name) or today
    size = _extent(connection, allocated)
    kept = kept_entries(connection, name, size=size, today=day)
    counted = entries_from_chains(connection, name, size=size, today=day)
    places = [] if kept == counted else list(_differing(kept, counted))
    return PagesChecked(
        status_list=name,
        listed=allocated.next_index,
        differing=len(places),
        places=tuple(places[:_NAMED]),
    )


def _extent(connection: Connection, allocated: StatusList) -> int:
    """All places that have been handed out or written, to the end of a page."""
    row = StatusPageRow
    query = select(func.max(row.page)).where(row.status_list == allocated.status_list)
    last = connection.execute(query).scalar_one()
    written = 0 if last is None else last + 1
    return PAGE_PLACES * max(written, -(-allocated.next_index // PAGE_PLACES))


def _differing(one: bytes, other: bytes) -> list[int]:
    return [
        2 * at + half
        for at, (a, b) in enumerate(zip(one, other, strict=True))
        if a != b
        for half in (0, 1)
        if (a ^ b) >> 4 * half & 15
    ]
