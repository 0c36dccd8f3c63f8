"""The places of the status lists as they are kept: packed pages, written with what changes them.

A list of a million places is not made anew from all chains each time it is signed: whatever appends
to a chain writes the places that hang on it in the same transaction, one at a time or many at once.
A place that nobody has written is void, so a page that is not there is void throughout, and so is
a block until its license is issued.

The pages of a list are of one day (`status_days`). What another day makes of them is read from the
permits that begin or end between the two (`places_changed_by_days`), whose columns are indexed; who
signs a list moves its pages to the day of signing. What all this has to come to is counted from the
chains alone in `status_chains`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, union, update
from sqlalchemy.orm import aliased

from credential.days import SHANGHAI
from credential.status import Status
from verify_service.registry.books import PAGE_BYTES, StatusDayRow, StatusPageRow
from verify_service.registry.models import LicensePermitRow, LicenseVersionRow, PermitVersionRow
from verify_service.registry.moves import PermitState
from verify_service.registry.places import license_place, permit_place
from verify_service.registry.records import (
    LicenseNote,
    LicenseStanding,
    LicenseVersion,
    PermitVersion,
)

PAGE_PLACES: Final = 2 * PAGE_BYTES
VOID_BYTE: Final = Status.INVALID << 4 | Status.INVALID
_VOID_PAGE: Final = bytes([VOID_BYTE]) * PAGE_BYTES
_KEYS_AT_ONCE: Final = 500

_Key = TypeVar("_Key")
Places = Mapping[str, Mapping[int, Status]]
"""What places are to say, by list and index."""


@dataclass(frozen=True, slots=True)
class _PermitDays:
    """What the place of a permit is made of."""

    state: PermitState
    valid_from: date
    valid_until: date | None

    def place(self, today: date) -> Status:
        return permit_place(self.state, self.valid_from, self.valid_until, today=today)


def mark_issued(connection: Connection, new: LicenseVersion) -> None:
    """Write the places of a new version's permits; its own follows from its first state."""
    name = new.block.status_list
    day = pages_day(connection, name)
    if day is None:
        day = new.record.recorded_at.astimezone(SHANGHAI).date()
        connection.execute(insert(StatusDayRow).values(status_list=name, as_of=day))
    row = PermitVersionRow
    query = select(row.permit, row.version, row.state, row.valid_from, row.valid_until).where(
        row.permit.in_([included.permit for included in new.permits])
    )
    found = {
        (each.permit, each.version): _PermitDays(
            PermitState(each.state), each.valid_from, each.valid_until
        )
        for each in connection.execute(query)
    }
    first = new.block.start + 1
    marks = {
        first + position: found[included.permit, included.version].place(day)
        for position, included in enumerate(new.permits)
    }
    write_places(connection, {name: marks})


def mark_licenses(connection: Connection, standings: Sequence[LicenseStanding]) -> None:
    """Write the places of license versions whose chains have just come to these states."""
    states = {(each.number, each.version): each.state for each in standings}
    row, places = LicenseVersionRow, defaultdict[str, dict[int, Status]](dict)
    for numbers in _runs(sorted({number for number, _ in states})):
        query = select(row.number, row.version, row.status_list, row.status_index).where(
            row.number.in_(numbers)
        )
        for number, version, name, index in connection.execute(query):
            if (number, version) in states:
                places[name][index] = license_place(states[number, version])
    write_places(connection, places)


def mark_permits(connection: Connection, versions: Sequence[PermitVersion]) -> None:
    """Write the places of permits whose chains have just come to these versions, in every license
    that has one; none of the permits twice."""
    standing = {
        each.permit: _PermitDays(each.state, each.terms.valid_from, each.terms.valid_until)
        for each in versions
        if each.version > 1  # no license has one that is just being granted
    }
    if standing:
        days = _days(connection)
        places = defaultdict[str, dict[int, Status]](dict)
        for permit, name, index in _places_of(connection, sorted(standing)):
            places[name][index] = standing[permit].place(days[name])
        write_places(connection, places)


def mark_notes(connection: Connection, notes: Sequence[LicenseNote]) -> None:
    """Write the places of permits that were given up, in the licenses that stand without them.

    Behind `mark_permits`: one that has gone on to another end keeps the place of that.
    """
    for note in notes:
        version, included, state = LicenseVersionRow, LicensePermitRow, PermitVersionRow
        last = select(func.max(state.version)).where(state.permit == note.permit)
        query = (
            select(
                version.status_list,
                (version.status_index + 1 + included.position).label("place"),
                state.version,
                state.state,
                state.valid_from,
                state.valid_until,
            )
            .join(
                included,
                (included.number == version.number) & (included.version == version.version),
            )
            .join(state, state.permit == included.permit)
            .where(
                version.number == note.number,
                version.version == note.version,
                included.permit == note.permit,
                state.version == last.scalar_subquery(),
            )
        )
        row = connection.execute(query).one()
        place = permit_place(
            PermitState(row.state),
            row.valid_from,
            row.valid_until,
            today=pages_day(connection, row.status_list) or row.valid_from,
            noted=row.version == note.permit_version,
        )
        write_places(connection, {row.status_list: {row.place: place}})


def write_places(connection: Connection, places: Places) -> None:
    """Set places in the pages of lists that have a day."""
    for name, marks in places.items():
        by_page = defaultdict[int, list[int]](list)
        for index in marks:
            by_page[index // PAGE_PLACES].append(index)
        kept = _read_pages(connection, name, sorted(by_page))
        changed = {}
        for page, indices in by_page.items():
            entries = bytearray(kept.get(page, _VOID_PAGE))
            for index in indices:
                set_entry(entries, index % PAGE_PLACES, marks[index])
            now = bytes(entries)
            if now != kept.get(page):
                changed[page] = now
        _write_pages(connection, name, changed, kept=kept)


def kept_entries(connection: Connection, status_list: str, *, size: int, today: date) -> bytes:
    """Return the first ``size`` places of a list (an even number), packed, as they are on a day."""
    entries = bytearray([VOID_BYTE]) * (size // 2)
    row = StatusPageRow
    query = select(row.page, row.entries).where(
        row.status_list == status_list, row.page * PAGE_PLACES < size
    )
    for page, kept in connection.execute(query):
        start = page * PAGE_BYTES
        entries[start : start + PAGE_BYTES] = kept[: len(entries) - start]
    day = pages_day(connection, status_list)
    if day is not None:
        for index, status in places_changed_by_days(connection, status_list, day, today):
            if index < size:
                set_entry(entries, index, status)
    return bytes(entries)


def move_pages(connection: Connection, status_list: str, *, today: date) -> None:
    """Have the pages of a list say what is so on a day, so that nothing is between it and them."""
    day = pages_day(connection, status_list)
    if day is None or day == today:
        return
    marks = dict(places_changed_by_days(connection, status_list, day, today))
    write_places(connection, {status_list: marks})
    row = StatusDayRow
    connection.execute(update(row).where(row.status_list == status_list).values(as_of=today))


def replace_pages(connection: Connection, status_list: str, entries: bytes, *, today: date) -> None:
    """Write all pages of a list anew: its places from the first on, as they are on a day."""
    row, day = StatusPageRow, StatusDayRow
    connection.execute(delete(row).where(row.status_list == status_list))
    connection.execute(delete(day).where(day.status_list == status_list))
    connection.execute(insert(day).values(status_list=status_list, as_of=today))
    pages = {
        page: entries[start : start + PAGE_BYTES].ljust(PAGE_BYTES, _VOID_PAGE[:1])
        for page, start in enumerate(range(0, len(entries), PAGE_BYTES))
    }
    _write_pages(connection, status_list, pages, kept={})


def pages_day(connection: Connection, status_list: str) -> date | None:
    """Return the day of which the pages of a list are, None before its first license."""
    row = StatusDayRow
    return connection.execute(
        select(row.as_of).where(row.status_list == status_list)
    ).scalar_one_or_none()


def places_changed_by_days(
    connection: Connection, status_list: str, day: date, other: date
) -> Iterator[tuple[int, Status]]:
    """Yield the places that say something else on ``other`` than on ``day``, and what they say
    then, with some that do not: those of the permits in force that begin or end between the two."""
    if day == other:
        return
    first, last = min(day, other), max(day, other)
    row = PermitVersionRow
    ended = _in_force().where(row.valid_until >= first, row.valid_until < last)
    begun = _in_force().where(row.valid_from > first, row.valid_from <= last)
    standing = {
        permit: _PermitDays(PermitState.IN_FORCE, valid_from, valid_until)
        for permit, valid_from, valid_until in connection.execute(union(ended, begun)).all()
    }
    for permit, name, index in _places_of(connection, sorted(standing)):
        if name == status_list:
            yield index, standing[permit].place(other)


def set_entry(entries: bytearray, index: int, value: int) -> None:
    """Set one packed place."""
    shift = (index & 1) << 2
    at = index >> 1
    entries[at] = entries[at] & ~(15 << shift) & 255 | value << shift


def _in_force() -> Select[int, date, date | None]:
    row, later = PermitVersionRow, aliased(PermitVersionRow)
    overtaken = (
        select(later.version)
        .where(later.permit == row.permit, later.version > row.version)
        .exists()
    )
    return select(row.permit, row.valid_from, row.valid_until).where(
        row.state == PermitState.IN_FORCE, ~overtaken
    )


def _places_of(connection: Connection, permits: Sequence[int]) -> Iterator[tuple[int, str, int]]:
    """Yield permit, list and index of every place that these permits have."""
    version, included = LicenseVersionRow, LicensePermitRow
    for some in _runs(permits):
        query = (
            select(
                included.permit,
                version.status_list,
                (version.status_index + 1 + included.position).label("place"),
            )
            .join(
                version,
                (version.number == included.number) & (version.version == included.version),
            )
            .where(included.permit.in_(some))
        )
        for row in connection.execute(query):
            yield row.permit, row.status_list, row.place


def _runs(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    """Cut keys into runs that one statement takes."""
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[start : start + _KEYS_AT_ONCE]


def _days(connection: Connection) -> dict[str, date]:
    query = select(StatusDayRow.status_list, StatusDayRow.as_of)
    return {row.status_list: row.as_of for row in connection.execute(query)}


def _read_pages(connection: Connection, status_list: str, pages: Sequence[int]) -> dict[int, bytes]:
    row = StatusPageRow
    kept: dict[int, bytes] = {}
    for some in _runs(pages):
        query = select(row.page, row.entries).where(
            row.status_list == status_list, row.page.in_(some)
        )
        kept |= {each.page: each.entries for each in connection.execute(query)}
    return kept


def _write_pages(
    connection: Connection,
    status_list: str,
    pages: Mapping[int, bytes],
    *,
    kept: Mapping[int, bytes],
) -> None:
    row = StatusPageRow
    changed = [{"of": page, "entries": pages[page]} for page in sorted(pages) if page in kept]
    new = [
        {"status_list": status_list, "page": page, "entries": pages[page]}
        for page in sorted(pages)
        if page not in kept
    ]
    if changed:
        statement = update(row).where(row.status_list == status_list, row.page == bindparam("of"))
        connection.execute(statement, changed)
    if new:
        connection.execute(insert(row), new)
