"""Blocks of the status lists, and the stream that a list is built from.

A block that was handed out once is never handed out again: a credential that was sealed and then
lost (the transaction rolled back, the process killed, the license long void) may still be
somewhere, and its places must not come to mean another license. So a reservation commits before
the license that it is for, and the places of one that no license came to use never read as valid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update
from sqlalchemy.orm import aliased

from credential.status import Status
from credential.trusted import MAX_LISTS
from verify_service.database import Database
from verify_service.registry.books import StatusAllocationRow, StatusBlockRow
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    NotRegisteredError,
    StatusListFullError,
    StatusListsExhaustedError,
)
from verify_service.registry.models import (
    LicenseNoteRow,
    LicensePermitRow,
    LicenseStateRow,
    LicenseVersionRow,
    PermitVersionRow,
)
from verify_service.registry.moves import LicenseState, PermitState
from verify_service.registry.places import license_place, permit_place
from verify_service.registry.records import StatusBlock

_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """``next_index`` places of ``capacity`` are handed out."""

    status_list: str
    next_index: int
    capacity: int


def add_status_list(connection: Connection, *, status_list: str, capacity: int) -> StatusList:
    """Open a status list.

    Raises:
        AlreadyRegisteredError
        StatusListsExhaustedError: scanners would not take one more.
    """
    query = select(StatusAllocationRow.capacity).where(
        StatusAllocationRow.status_list == status_list
    )
    if connection.execute(query).first() is not None:
        raise AlreadyRegisteredError(entity="status list", key=status_list)
    if len(status_lists(connection)) >= MAX_LISTS:
        raise StatusListsExhaustedError(status_list=status_list, most=MAX_LISTS)
    values = {"status_list": status_list, "next_index": 0, "capacity": capacity}
    connection.execute(insert(StatusAllocationRow).values(values))
    return StatusList(status_list=status_list, next_index=0, capacity=capacity)


def status_lists(connection: Connection) -> tuple[StatusList, ...]:
    """Return all status lists by name."""
    query = select(StatusAllocationRow.__table__).order_by(StatusAllocationRow.status_list)
    return tuple(
        StatusList(status_list=row.status_list, next_index=row.next_index, capacity=row.capacity)
        for row in connection.execute(query)
    )


def reserve_status_block(
    database: Database, *, status_list: str, size: int, at: datetime
) -> StatusBlock:
    """Reserve ``size`` contiguous places, in a transaction of its own that commits at once.

    To be called before the transaction that issues, never within it (RuntimeError). Raises
    `NotRegisteredError`, `StatusListFullError`.
    """
    with database.writing() as connection:
        allocation = StatusAllocationRow
        taken = (
            update(allocation)
            .where(
                allocation.status_list == status_list,
                allocation.next_index + size <= allocation.capacity,
            )
            .values(next_index=allocation.next_index + size)
            .returning(allocation.next_index)
        )
        end = connection.execute(taken).scalar_one_or_none()
        if end is None:
            known = select(allocation.capacity).where(allocation.status_list == status_list)
            if connection.execute(known).first() is None:
                raise NotRegisteredError(entity="status list", key=status_list)
            raise StatusListFullError(status_list=status_list, size=size)
        block = StatusBlock(status_list=status_list, start=end - size, size=size)
        values = {"status_list": status_list, "start": block.start, "size": size, "reserved_at": at}
        connection.execute(insert(StatusBlockRow).values(values))
        return block


def block_size_of(connection: Connection, *, status_list: str, start: int) -> int | None:
    """Return the size of the block reserved at ``start``, None if none was."""
    query = select(StatusBlockRow.size).where(
        StatusBlockRow.status_list == status_list, StatusBlockRow.start == start
    )
    return connection.execute(query).scalar_one_or_none()


def places_listed(connection: Connection, status_list: str, *, abandoned_before: datetime) -> int:
    """Return how many places there are to the end of the last block that is used or abandoned.

    Abandoned is what was reserved before an instant and never used: give it a time that no issuing
    takes. What was reserved since, behind all others, is for a license that is being issued just
    now: such a place is in no list, so that it reads as unknown, neither as in force nor as void.
    """
    block = StatusBlockRow
    query = (
        select(func.max(block.start + block.size))
        .outerjoin(LicenseVersionRow, _of_block())
        .where(
            block.status_list == status_list,
            LicenseVersionRow.number.is_not(None) | (block.reserved_at < abandoned_before),
        )
    )
    return connection.execute(query).scalar_one() or 0


def status_entries(
    connection: Connection, status_list: str, *, today: date, listed: int
) -> Iterator[tuple[int, Status]]:
    """Yield index and entry of every place that is not simply in force, in no promised order.

    Of the first ``listed`` places, those of blocks whose license was never issued are void. Streams;
    read it to the end, or close it, before the connection is used for something else.
    """
    yield from _license_entries(connection, status_list)
    yield from _permit_entries(connection, status_list, today)
    yield from _unused_entries(connection, status_list, listed)


def _license_entries(connection: Connection, status_list: str) -> Iterator[tuple[int, Status]]:
    version, state, later = LicenseVersionRow, LicenseStateRow, aliased(LicenseStateRow)
    overtaken = (
        select(later.seq)
        .where(later.number == state.number, later.version == state.version, later.seq > state.seq)
        .exists()
    )
    query = (
        select(version.status_index, state.state)
        .join(state, (state.number == version.number) & (state.version == version.version))
        .where(version.status_list == status_list, state.state != LicenseState.IN_FORCE, ~overtaken)
    )
    for index, word in _streamed(connection, query):
        yield index, license_place(LicenseState(word))


def _permit_entries(
    connection: Connection, status_list: str, today: date
) -> Iterator[tuple[int, Status]]:
    version, included = LicenseVersionRow, LicensePermitRow
    state, later, note = PermitVersionRow, aliased(PermitVersionRow), LicenseNoteRow
    overtaken = (
        select(later.version)
        .where(later.permit == state.permit, later.version > state.version)
        .exists()
    )
    query = (
        select(
            version.status_index + 1 + included.position,
            state.state,
            state.valid_from,
            state.valid_until,
            note.permit.is_not(None),
        )
        .join(included, (included.number == version.number) & (included.version == version.version))
        .join(state, state.permit == included.permit)
        .outerjoin(
            note,
            (note.number == included.number)
            & (note.version == included.version)
            & (note.permit == included.permit),
        )
        .where(
            version.status_list == status_list,
            (state.state != PermitState.IN_FORCE)
            | (state.valid_until < today)
            | (state.valid_from > today),
            ~overtaken,
        )
    )
    for index, word, first, last, noted in _streamed(connection, query):
        yield index, permit_place(PermitState(word), first, last, today=today, noted=bool(noted))


def _unused_entries(
    connection: Connection, status_list: str, listed: int
) -> Iterator[tuple[int, Status]]:
    block = StatusBlockRow
    query = (
        select(block.start, block.size)
        .outerjoin(LicenseVersionRow, _of_block())
        .where(
            block.status_list == status_list,
            LicenseVersionRow.number.is_(None),
            block.start < listed,
        )
    )
    for start, size in _streamed(connection, query):
        for index in range(start, start + size):
            yield index, Status.INVALID


def _of_block() -> ColumnElement[bool]:
    version, block = LicenseVersionRow, StatusBlockRow
    return (version.status_list == block.status_list) & (version.status_index == block.start)


def _streamed(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    yield from connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
