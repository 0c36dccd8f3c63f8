"""What the places of a status list have to say, counted from the chains alone.

It reads all that was ever issued into a list: the check of what is kept (`status_pages`), and the
way to make that anew.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import aliased

from credential.status import Status
from verify_service.registry.books import StatusBlockRow
from verify_service.registry.models import (
    LicenseNoteRow,
    LicensePermitRow,
    LicenseStateRow,
    LicenseVersionRow,
    PermitVersionRow,
)
from verify_service.registry.moves import LicenseState, PermitState
from verify_service.registry.places import license_place, permit_place
from verify_service.registry.status import of_block
from verify_service.registry.status_pages import VOID_BYTE, set_entry

_ROWS_AT_ONCE = 10_000


def entries_from_chains(
    connection: Connection, status_list: str, *, size: int, today: date
) -> bytes:
    """Return the first ``size`` places of a list (an even number), packed, as they are on a day.

    A place that is of no block, or of one whose license was never issued, is void.
    """
    entries = bytearray([VOID_BYTE]) * (size // 2)
    block = StatusBlockRow
    query = select(block.start, block.size).where(block.status_list == status_list)
    for start, count in _streamed(connection, query):
        for index in range(start, min(start + count, size)):
            set_entry(entries, index, Status.VALID)
    for index, status in status_entries(connection, status_list, today=today, listed=size):
        if index < size:
            set_entry(entries, index, status)
    return bytes(entries)


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
            & (note.permit == included.permit)
            & (note.permit_version == state.version),
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
        .outerjoin(LicenseVersionRow, of_block())
        .where(
            block.status_list == status_list,
            LicenseVersionRow.number.is_(None),
            block.start < listed,
        )
    )
    for start, size in _streamed(connection, query):
        for index in range(start, start + size):
            yield index, Status.INVALID


def _streamed(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    yield from connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
