"""Blocks of the status lists: which places a license has, and the lists that they are in.

A block that was handed out once is never handed out again: a credential that was sealed and then
lost (the transaction rolled back, the process killed, the license long void) may still be
somewhere, and its places must not come to mean another license. So a reservation commits before
the license that it is for, and the places of one that no license came to use never read as valid.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, insert, select, update

from credential.trusted import MAX_LISTS
from verify_service.database import Database
from verify_service.registry.books import StatusAllocationRow, StatusBlockRow
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    StatusListFullError,
    StatusListsExhaustedError,
)
from verify_service.registry.models import LicenseVersionRow
from verify_service.registry.records import StatusBlock

FIRST_STATUS_LIST: Final = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """``next_index`` places of ``capacity`` are handed out."""

    status_list: str
    next_index: int
    capacity: int


def add_status_list(connection: Connection, *, status_list: str, capacity: int) -> StatusList:
    """Open a status list, which keeps its capacity whatever the setting comes to be.

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
    """Return all status lists by number."""
    rows = connection.execute(select(StatusAllocationRow.__table__)).all()
    return tuple(
        StatusList(status_list=row.status_list, next_index=row.next_index, capacity=row.capacity)
        for row in sorted(rows, key=lambda row: (len(row.status_list), row.status_list))
    )


def reserve_status_block(
    database: Database, *, size: int, capacity: int, at: datetime
) -> StatusBlock:
    """Reserve ``size`` contiguous places of one list, in a transaction that commits at once.

    Of the list that was opened last; where it has no room for them all, the next one is opened,
    with ``capacity`` places. What is left over in a list stays unused. To be called before the
    transaction that issues, never within it (RuntimeError).

    Raises:
        StatusListFullError: a list of this capacity would not hold the block.
        StatusListsExhaustedError: the last list that scanners keep of an issuer has no room.
    """
    with database.writing() as connection:
        last = _last_list(connection, capacity=capacity)
        if last.next_index + size > last.capacity:
            if size > capacity:
                raise StatusListFullError(status_list=last.status_list, size=size)
            last = _open_after(connection, last, capacity=capacity)
        return _take(connection, last, size=size, at=at)


def give_up_places(
    database: Database, *, count: int, capacity: int, at: datetime
) -> tuple[StatusBlock, ...]:
    """Hand out the next ``count`` places to nobody, for they may have been handed out before: by
    a registry of which only an older copy is left. Raises `StatusListsExhaustedError`.

    Other than a license's, such blocks fill each list to its end.
    """
    given_up = []
    with database.writing() as connection:
        last = _last_list(connection, capacity=capacity)
        while count > 0:
            size = min(count, last.capacity - last.next_index)
            if size:
                given_up.append(_take(connection, last, size=size, at=at))
                count -= size
            if count:
                last = _open_after(connection, last, capacity=capacity)
    return tuple(given_up)


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
    block, version = StatusBlockRow, LicenseVersionRow
    used = select(version.number).where(of_block()).exists()
    # Blocks do not overlap, and few at the end are neither: this stops at once.
    query = (
        select(block.start + block.size)
        .where(block.status_list == status_list, used | (block.reserved_at < abandoned_before))
        .order_by(block.start.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or 0


def of_block() -> ColumnElement[bool]:
    """Whether a version of a license has a block."""
    version, block = LicenseVersionRow, StatusBlockRow
    return (version.status_list == block.status_list) & (version.status_index == block.start)


def _last_list(connection: Connection, *, capacity: int) -> StatusList:
    lists = status_lists(connection)
    if lists:
        return lists[-1]
    return add_status_list(connection, status_list=FIRST_STATUS_LIST, capacity=capacity)


def _open_after(connection: Connection, last: StatusList, *, capacity: int) -> StatusList:
    return add_status_list(
        connection, status_list=str(int(last.status_list) + 1), capacity=capacity
    )


def _take(connection: Connection, of: StatusList, *, size: int, at: datetime) -> StatusBlock:
    allocation = StatusAllocationRow
    taken = (
        update(allocation)
        .where(allocation.status_list == of.status_list)
        .values(next_index=allocation.next_index + size)
        .returning(allocation.next_index)
    )
    end = connection.execute(taken).scalar_one()
    block = StatusBlock(status_list=of.status_list, start=end - size, size=size)
    values = {
        "status_list": block.status_list,
        "start": block.start,
        "size": size,
        "reserved_at": at,
    }
    connection.execute(insert(StatusBlockRow).values(values))
    return block
