"""Reissue tasks: a license is to say again what its permits do (R7, R8)."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select, tuple_, update

from verify_service.registry.books import ReissueTaskRow
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.ledger import Written, note_changes
from verify_service.registry.records import IncludedPermit, ReissueOutcome, ReissueTask

_AT_ONCE: Final = 1000


def close_reissues(
    connection: Connection,
    *,
    number: str,
    version: int,
    outcome: ReissueOutcome,
    written: Written,
) -> None:
    """Close every open task of a version of a license."""
    task = ReissueTaskRow
    _close(connection, [task.number == number, task.version == version], outcome, None, written)


def close_reissues_of(
    connection: Connection,
    versions: Sequence[tuple[str, int]],
    *,
    outcome: ReissueOutcome,
    written: Written,
) -> None:
    """Close every open task of many versions of licenses."""
    task = ReissueTaskRow
    for first in range(0, len(versions), _AT_ONCE):
        some = versions[first : first + _AT_ONCE]
        which = [tuple_(task.number, task.version).in_(some)]
        _close(connection, which, outcome, None, written)


def close_reissue(
    connection: Connection, identity: int, *, note: str, written: Written
) -> ReissueTask:
    """Close a task without reissuing, by the bureau's decision; closed twice, the first stands.

    Raises `NotRegisteredError`.
    """
    get_reissue(connection, identity)
    _close(connection, [ReissueTaskRow.id == identity], ReissueOutcome.NOT_NEEDED, note, written)
    return get_reissue(connection, identity)


def get_reissue(connection: Connection, identity: int) -> ReissueTask:
    """Return the task; raises `NotRegisteredError`."""
    query = select(ReissueTaskRow.__table__).where(ReissueTaskRow.id == identity)
    row = connection.execute(query).first()
    if row is None:
        raise NotRegisteredError(entity="reissue task", key=str(identity))
    return _task(row)


def open_reissues(connection: Connection) -> tuple[ReissueTask, ...]:
    """Return the tasks not closed yet, most urgent first."""
    query = select(ReissueTaskRow.__table__).where(ReissueTaskRow.closed_at.is_(None))
    rows = connection.execute(query.order_by(ReissueTaskRow.due_on, ReissueTaskRow.id))
    return tuple(map(_task, rows))


def reissues_of(connection: Connection, number: str) -> tuple[ReissueTask, ...]:
    """Return the tasks of a license, of all its versions, in the order of their opening."""
    query = select(ReissueTaskRow.__table__).where(ReissueTaskRow.number == number)
    return tuple(map(_task, connection.execute(query.order_by(ReissueTaskRow.id))))


def _close(
    connection: Connection,
    which: Sequence[Any],
    outcome: ReissueOutcome,
    note: str | None,
    written: Written,
) -> None:
    closed = (
        update(ReissueTaskRow)
        .where(ReissueTaskRow.closed_at.is_(None), *which)
        .values(closed_at=written.at, closed_by=written.by, outcome=outcome, note=note)
        .returning(*ReissueTaskRow.__table__.columns)
    )
    rows = connection.execute(closed).mappings().all()
    note_changes(connection, ReissueTaskRow, list(map(dict, rows)), written=written)


def _task(row: Row[Any]) -> ReissueTask:
    return ReissueTask(
        id=row.id,
        number=row.number,
        version=row.version,
        reason=row.reason,
        cause=IncludedPermit(permit=row.cause_permit, version=row.cause_version),
        opened_at=row.opened_at,
        due_on=row.due_on,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        outcome=None if row.outcome is None else ReissueOutcome(row.outcome),
        note=row.note,
    )
