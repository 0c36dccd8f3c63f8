"""Recall tasks: a void license's sheet is taken back with the help of a department (R7)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from verify_service.registry.books import RecallTaskRow
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError
from verify_service.registry.models import LicenseStateRow
from verify_service.registry.records import LicenseStanding, RecallTask
from verify_service.registry.states import standing_from


def open_recall(
    connection: Connection,
    *,
    cause: LicenseStanding,
    department: str,
    due_on: date,
    at: datetime,
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
        "opened_at": at,
        "due_on": due_on,
    }
    new = insert(RecallTaskRow).values(values).returning(RecallTaskRow.id)
    identity = connection.execute(new).scalar_one()
    return get_recall(connection, identity)


def close_recall(connection: Connection, identity: int, *, at: datetime, by: str) -> RecallTask:
    """Close a task; closed twice, the first time stands. Raises `NotRegisteredError`."""
    get_recall(connection, identity)
    connection.execute(
        update(RecallTaskRow)
        .where(RecallTaskRow.id == identity, RecallTaskRow.closed_at.is_(None))
        .values(closed_at=at, closed_by=by)
    )
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


def recalls_of_license(connection: Connection, number: str) -> tuple[RecallTask, ...]:
    """Return all tasks for a license's sheets, the closed ones too, in the order of their opening."""
    query = _tasks().where(RecallTaskRow.number == number).order_by(RecallTaskRow.id)
    return tuple(_task(row) for row in connection.execute(query))


def _tasks() -> Select[Any]:
    task, state = RecallTaskRow, LicenseStateRow
    return select(
        task.id,
        task.department,
        task.opened_at,
        task.due_on,
        task.closed_at,
        task.closed_by,
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
    )
