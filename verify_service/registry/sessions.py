"""Sessions of the desk as they are kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from verify_service.registry.account_books import SessionRow
from verify_service.registry.account_records import Session


def add_session(connection: Connection, session: Session) -> None:
    """Keep a new session."""
    values = {name: getattr(session, name) for name in Session.__dataclass_fields__}
    connection.execute(insert(SessionRow).values(values))


def find_session(connection: Connection, id_digest: bytes) -> Session | None:
    """Return the session, ended by time or not, None if there is none."""
    query = select(SessionRow.__table__).where(SessionRow.id_digest == id_digest)
    row = connection.execute(query).first()
    return None if row is None else _session(row)


def use_session(connection: Connection, id_digest: bytes, *, at: datetime) -> None:
    """Note that a session was used; never an earlier instant than the one noted."""
    connection.execute(
        update(SessionRow)
        .where(SessionRow.id_digest == id_digest, SessionRow.last_used_at < at)
        .values(last_used_at=at)
    )


def end_session(connection: Connection, id_digest: bytes) -> None:
    """End a session; one that is none is no error."""
    connection.execute(delete(SessionRow).where(SessionRow.id_digest == id_digest))


def clear_sessions(connection: Connection, *, at: datetime, idle: timedelta) -> None:
    """Forget the sessions that time has ended."""
    over = (SessionRow.expires_at <= at) | (SessionRow.last_used_at <= at - idle)
    connection.execute(delete(SessionRow).where(over))


def _session(row: Row[Any]) -> Session:
    return Session(
        id_digest=row.id_digest,
        login=row.login,
        form_secret=row.form_secret,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
    )
