"""Recall tasks: a void license's sheet is taken back with the help of a department (R7)."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from verify_service.registry.books import RecallTaskRow
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError
from verify_service.registry.ledger import Written, insert_row, note_changes
from verify_service.registry.models import LicenseStateRow
from verify_service.registry.records import LicenseStanding, RecallOutcome, RecallTask
from verify_service.registry.states import standing_from


def open_recall(
    connection: Connection,
    *,
    cause: LicenseStanding,
    department: str,
    due_on: date,
    written: Written,
) -> RecallTask:
    """Open a task for the state that made it needed; raises `AlreadyRegisteredError`."""
    same = select(RecallTaskRow.id).where(
        RecallTaskRow.number == cause.number,
        RecallTaskRow.version == cause.version,
        RecallTaskRow.seq == cause.seq,
        RecallTaskRow.department == department,
    )
    if connection.execute(same).first() is not None:
        key = f"{cause.number} v{cause.version} {department}"
        raise AlreadyRegisteredError(entity="recall task", key=key)
    values = {
        "number": cause.number,
        "version": cause.version,
        "seq": cause.seq,
        "department": department,
        "opened_at": written.at,
        "due_on": due_on,
    }
    return get_recall(connection, insert_row(connection, RecallTaskRow, values, written=written))


def close_recall(
    connection: Connection,
    identity: int,
    *,
    outcome: RecallOutcome,
    note: str | None = None,
    written: Written,
) -> RecallTask:
    """Close a task; closed twice, the first time stands. Raises `NotRegisteredError`.

    That a license whose sheet was taken back is recalled is for the caller (`lifecycle.tasks`).
    """
    get_recall(connection, identity)
    closed = (
        update(RecallTaskRow)
        .where(RecallTaskRow.id == identity, RecallTaskRow.closed_at.is_(None))
        .values(closed_at=written.at, closed_by=written.by, outcome=outcome, note=note)
        .returning(*RecallTaskRow.__table__.columns)
    )
    rows = connection.execute(closed).mappings().all()
    note_changes(connection, RecallTaskRow, list(map(dict, rows)), written=written)
    return get_recall(connection, identity)


def get_recall(connection: Connection, identity: int) -> RecallTask:
    """Return the task; raises `NotRegisteredError`."""
    row = connection.execute(_tasks().where(RecallTaskRow.id == identity)).first()
    if row is None:
        raise NotRegisteredError(entity="recall task", key=str(identity))
    return _task(row)


def open_recalls(
    connection: Connection, *, department: str | None = None
) -> tuple[RecallTask, ...]:
    """Return the tasks not closed yet, of one department or of all, most urgent first."""
    query = _tasks().where(RecallTaskRow.closed_at.is_(None))
    if department is not None:
        query = query.where(RecallTaskRow.department == department)
    rows = connection.execute(query.order_by(RecallTaskRow.due_on, RecallTaskRow.id))
    return tuple(_task(row) for row in rows)


def recalls_of(connection: Connection, number: str) -> tuple[RecallTask, ...]:
    """Return the tasks of a license, of all its versions, in the order of their opening."""
    rows = connection.execute(_tasks().where(RecallTaskRow.number == number))
    return tuple(sorted(map(_task, rows), key=lambda task: task.id))


def _tasks() -> Select[Any]:
    task, state = RecallTaskRow, LicenseStateRow
    return select(
        task.id,
        task.department,
        task.opened_at,
        task.due_on,
        task.closed_at,
        task.closed_by,
        task.outcome,
        task.note,
        *state.__table__.columns,
    ).join(
        state,
        (state.number == task.number) & (state.version == task.version) & (state.seq == task.seq),
    )


def _task(row: Row[Any]) -> RecallTask:
    return RecallTask(
        id=row.id,
        department=row.department,
        cause=standing_from(row),
        opened_at=row.opened_at,
        due_on=row.due_on,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        outcome=None if row.outcome is None else RecallOutcome(row.outcome),
        note=row.note,
    )
