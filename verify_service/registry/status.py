"""Blocks of the status lists, and the stream that a list is built from.

A block that was handed out once is never handed out again: a credential that was sealed and then
lost (the transaction rolled back, the process killed, the license long void) may still be
somewhere, and its places must not come to mean another license. So a reservation commits before
the license that it is for, and one that no license came to use is published as abandoned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import aliased

from verify_service.database import Database
from verify_service.registry.books import StatusAllocationRow, StatusBlockRow
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    NotRegisteredError,
    StatusListFullError,
)
from verify_service.registry.models import (
    LicensePermitRow,
    LicenseStateRow,
    LicenseVersionRow,
    PermitVersionRow,
)
from verify_service.registry.moves import LicenseState, PermitState
from verify_service.registry.records import StatusBlock

_ROWS_AT_ONCE = 10_000


class EntryKind(StrEnum):
    """What a place of a status list says, where it does not say "in force"."""

    SUSPENDED = "suspended"
    VOID = "void"  # a license
    SUPERSEDED = "superseded"
    LAPSED = "lapsed"  # a permit, and so on
    CANCELLED = "cancelled"
    ANNULLED = "annulled"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """``next_index`` places of ``capacity`` are handed out."""

    status_list: str
    next_index: int
    capacity: int


def add_status_list(connection: Connection, *, status_list: str, capacity: int) -> StatusList:
    """Open a status list; raises `AlreadyRegisteredError`."""
    query = select(StatusAllocationRow.capacity).where(
        StatusAllocationRow.status_list == status_list
    )
    if connection.execute(query).first() is not None:
        raise AlreadyRegisteredError(entity="status list", key=status_list)
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


def status_entries(
    connection: Connection, status_list: str, *, abandoned_before: datetime
) -> Iterator[tuple[int, EntryKind]]:
    """Yield index and kind of every place that is not simply in force, in no promised order.

    A block counts as abandoned when no license uses it and it was reserved before
    ``abandoned_before``: give it a time that no issuing takes (an hour). Streams; read it to the
    end, or close it, before the connection is used for something else.
    """
    yield from _license_entries(connection, status_list)
    yield from _permit_entries(connection, status_list)
    yield from _abandoned_entries(connection, status_list, abandoned_before)


def _license_entries(connection: Connection, status_list: str) -> Iterator[tuple[int, EntryKind]]:
    version, state, later = LicenseVersionRow, LicenseStateRow, aliased(LicenseStateRow)
    superseded = (
        select(later.seq)
        .where(later.number == state.number, later.version == state.version, later.seq > state.seq)
        .exists()
    )
    query = (
        select(version.status_index, state.state)
        .join(state, (state.number == version.number) & (state.version == version.version))
        .where(
            version.status_list == status_list, state.state != LicenseState.IN_FORCE, ~superseded
        )
    )
    for index, word in connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield index, EntryKind(word)


def _permit_entries(connection: Connection, status_list: str) -> Iterator[tuple[int, EntryKind]]:
    version, included = LicenseVersionRow, LicensePermitRow
    state, later = PermitVersionRow, aliased(PermitVersionRow)
    overtaken = (
        select(later.version)
        .where(later.permit == state.permit, later.version > state.version)
        .exists()
    )
    query = (
        select(version.status_index + 1 + included.position, state.state)
        .join(included, (included.number == version.number) & (included.version == version.version))
        .join(state, state.permit == included.permit)
        .where(version.status_list == status_list, state.state != PermitState.IN_FORCE, ~overtaken)
    )
    for index, word in connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield index, EntryKind(word)


def _abandoned_entries(
    connection: Connection, status_list: str, before: datetime
) -> Iterator[tuple[int, EntryKind]]:
    block, version = StatusBlockRow, LicenseVersionRow
    query = (
        select(block.start, block.size)
        .outerjoin(
            version,
            (version.status_list == block.status_list) & (version.status_index == block.start),
        )
        .where(
            block.status_list == status_list, block.reserved_at < before, version.number.is_(None)
        )
    )
    for start, size in connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}):
        for index in range(start, start + size):
            yield index, EntryKind.ABANDONED
