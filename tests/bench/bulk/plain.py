"""The yardstick: the very rows that a run wrote, written once more without any check."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from verify_service.database import Database
from verify_service.registry.books import (
    LedgerRow,
    NoticeRow,
    PolicyRow,
    RecallTaskRow,
    ReissueTaskRow,
)
from verify_service.registry.intake_books import BulkRefusalRow, BulkRunRow
from verify_service.registry.models import Base, LicenseStateRow, PermitRow, PermitVersionRow

# In the order of their references.
MODELS: Final[tuple[type[Base], ...]] = (
    PolicyRow,
    PermitRow,
    PermitVersionRow,
    LicenseStateRow,
    RecallTaskRow,
    ReissueTaskRow,
    NoticeRow,
    LedgerRow,
    BulkRunRow,
    BulkRefusalRow,
)
Rows = Mapping[type[Base], Sequence[Mapping[str, Any]]]


def keys(connection: Connection) -> dict[type[Base], set[tuple[Any, ...]]]:
    """Return the keys of all rows, by table."""
    return {
        model: {tuple(row) for row in connection.execute(select(*_key(model)))} for model in MODELS
    }


def rows_beside(connection: Connection, before: Mapping[type[Base], set[tuple[Any, ...]]]) -> Rows:
    """Return the rows with other keys than these, in the order of their keys."""
    found = {}
    for model in MODELS:
        names = [column.name for column in _key(model)]
        rows = connection.execute(select(model.__table__).order_by(*_key(model))).mappings()
        found[model] = [
            dict(row) for row in rows if tuple(row[name] for name in names) not in before[model]
        ]
    return found


def write_plainly(database: Database, rows: Rows) -> float:
    """Insert the rows, one statement a table, in one transaction; return the seconds."""
    began = time.perf_counter()
    with database.writing() as connection:
        for model, listed in rows.items():
            if listed:
                connection.execute(insert(model), list(listed))
    return time.perf_counter() - began


def _key(model: type[Base]) -> tuple[Any, ...]:
    return tuple(model.__table__.primary_key)
