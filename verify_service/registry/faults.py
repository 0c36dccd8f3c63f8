"""What a driver's error means, for both databases: no driver's error leaves the registry."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from verify_service.errors import (
    DatabaseDamagedError,
    DatabaseFullError,
    DatabaseLockedError,
    DatabaseUnreachableError,
    NotARegistryError,
    ServiceError,
)
from verify_service.registry.errors import ConstraintError, RegistryError

_SQLITE_KINDS = {
    "SQLITE_CONSTRAINT_UNIQUE": "unique",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "unique",
    "SQLITE_CONSTRAINT_ROWID": "unique",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "reference",
    "SQLITE_CONSTRAINT_CHECK": "check",
    "SQLITE_CONSTRAINT_NOTNULL": "missing",
    "SQLITE_CONSTRAINT_TRIGGER": "append-only",
}
_POSTGRESQL_KINDS = {
    "23505": "unique",
    "23503": "reference",
    "23514": "check",
    "23502": "missing",
    "23001": "append-only",  # raised by our own triggers
}
# lock_not_available, deadlock_detected, serialization_failure, query_canceled by a timeout
_POSTGRESQL_LOCKED = frozenset({"55P03", "40P01", "40001", "57014"})


def explain(error: Exception, *, database: str) -> ServiceError | None:
    """Return the typed error for a driver's or SQLAlchemy's, None for what is a bug of ours."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseLockedError(database=database)
    # A value that a column type refused arrives wrapped by the statement it was in.
    if isinstance(error, SQLAlchemyError) and isinstance(error.__cause__, RegistryError):
        return error.__cause__
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        return _explain_sqlite(origin, database)
    if isinstance(origin, psycopg.Error):
        return _explain_postgresql(origin, database)
    return None


def _explain_sqlite(error: sqlite3.Error, database: str) -> ServiceError | None:
    name = getattr(error, "sqlite_errorname", "")
    detail = str(error)
    if name.startswith("SQLITE_CONSTRAINT"):
        return ConstraintError(kind=_SQLITE_KINDS.get(name, "other"), constraint=detail)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseLockedError(database=database)
    if name.startswith("SQLITE_NOTADB"):
        return NotARegistryError(database=database, detail=detail)
    if name.startswith("SQLITE_CORRUPT"):
        return DatabaseDamagedError(database=database, detail=detail)
    if name == "SQLITE_FULL":
        return DatabaseFullError(database=database)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_PERM")):
        return DatabaseUnreachableError(database=database, detail=detail)
    return None


def _explain_postgresql(error: psycopg.Error, database: str) -> ServiceError | None:
    state = error.sqlstate or ""
    if state.startswith("23"):
        constraint = error.diag.constraint_name or error.diag.message_primary or ""
        return ConstraintError(kind=_POSTGRESQL_KINDS.get(state, "other"), constraint=constraint)
    if state in _POSTGRESQL_LOCKED:
        return DatabaseLockedError(database=database)
    if state == "53100":  # disk_full
        return DatabaseFullError(database=database)
    if isinstance(error, psycopg.OperationalError):
        return DatabaseUnreachableError(database=database, detail=str(error).strip())
    return None
