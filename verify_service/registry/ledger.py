"""The ledger: every row of the record a second time, each entry hashed with the one before.

What is in the tables is what is used; the ledger proves that it is what was written. Rows of the
record go in through this module alone (`insert_row`, `insert_rows`, `note_change`), so that no
table has a row that the ledger lacks. Format: ``docs/spec/lifecycle.md``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.dialects.postgresql import REGCLASS

from verify_service.registry.books import LedgerRow
from verify_service.registry.columns import Bytes, Degrees, JsonDocument, canonical_json
from verify_service.registry.models import Base

OPERATOR: Final = "operator"
"""Who works on the server itself: makes tokens and accounts, upgrades."""
CLOCK: Final = "clock"
"""What happens by time alone."""
START: Final = bytes(32)
"""The hash before the first entry."""
ROWS_AT_ONCE: Final = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """When something is written to the record, and by whom (`Principal.recorded_by`, ``clock``)."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as it is kept; ``key`` and ``entry`` are canonical JSON."""

    seq: int
    at: datetime
    actor: str
    subject: str
    key: str
    entry: str
    hash: bytes


def insert_rows(
    connection: Connection,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    written: Written,
) -> None:
    """Insert rows that have every column of their table, and their entries."""
    if not rows:
        return
    connection.execute(insert(model), list(rows))
    _append(connection, _table(model), rows, written)


def insert_row(
    connection: Connection, model: type[Base], values: Mapping[str, Any], *, written: Written
) -> int:
    """Insert a row whose ``id`` the database gives, and its entry; return the id."""
    table = _table(model)
    identity: int = connection.execute(
        insert(model).values(dict(values)).returning(table.c.id)
    ).scalar_one()
    full = {column.name: values.get(column.name) for column in table.columns}
    _append(connection, table, [full | {"id": identity}], written)
    return identity


def insert_numbered(
    connection: Connection,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    written: Written,
) -> tuple[int, ...]:
    """Insert rows whose ``id`` the database gives, and their entries; return the ids in order."""
    if not rows:
        return ()
    table = _table(model)
    ids = _next_ids(connection, table, len(rows))
    bare = {column.name: None for column in table.columns}
    full = [bare | dict(row) | {"id": given} for row, given in zip(rows, ids, strict=True)]
    insert_rows(connection, model, full, written=written)
    return ids


def note_changes(
    connection: Connection,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    written: Written,
) -> None:
    """Enter rows as they are after an update: of tasks, tokens, what is closed once."""
    if rows:
        _append(connection, _table(model), rows, written)


def last_entry(connection: Connection) -> tuple[int, bytes]:
    """Return the number and the hash of the last entry, (0, `START`) where there is none."""
    query = select(LedgerRow.seq, LedgerRow.hash).order_by(LedgerRow.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, START) if row is None else (row.seq, row.hash)


def read_entries(connection: Connection, *, after: int, limit: int) -> tuple[Entry, ...]:
    """Return up to ``limit`` entries in their order, those after number ``after``."""
    query = select(LedgerRow.__table__).where(LedgerRow.seq > after)
    return tuple(
        _entry(row) for row in connection.execute(query.order_by(LedgerRow.seq).limit(limit))
    )


def stream_entries(connection: Connection) -> Iterator[Entry]:
    """Yield all entries in their order; read it to the end before the connection is used anew."""
    query = select(LedgerRow.__table__).order_by(LedgerRow.seq)
    for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield _entry(row)


def entry_hash(
    before: bytes, *, seq: int, at: datetime, actor: str, subject: str, key: str, entry: str
) -> bytes:
    """Return the hash of an entry that follows one with the hash ``before``."""
    text = f"{seq}\n{_microseconds(at)}\n{actor}\n{subject}\n{key}\n{entry}\n"
    return sha256(before + text.encode()).digest()


def layout(table: Table, row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the key and the entry of a row, as canonical JSON."""
    values = {
        name: None if (value := row[name]) is None else write(value)
        for name, write in _writers(table)
    }
    key = {name: values[name] for name in _key_of(table)}
    return _json(key), _json(values)


def _append(
    connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], written: Written
) -> None:
    seq, before = last_entry(connection)
    entries = []
    for row in rows:
        key, entry = layout(table, row)
        seq += 1
        before = entry_hash(
            before,
            seq=seq,
            at=written.at,
            actor=written.by,
            subject=table.name,
            key=key,
            entry=entry,
        )
        entries.append(
            {
                "seq": seq,
                "at": written.at,
                "actor": written.by,
                "subject": table.name,
                "key": key,
                "entry": entry,
                "hash": before,
            }
        )
    connection.execute(insert(LedgerRow), entries)


def _next_ids(connection: Connection, table: Table, count: int) -> tuple[int, ...]:
    """Take the next ids of a table, as the database would give them one by one.

    On SQLite a writer is alone, and the next id is the one above the highest; PostgreSQL counts in a
    sequence. RETURNING for many rows takes three times as long as the rows themselves.
    """
    if connection.dialect.name == "sqlite":
        highest: int = connection.execute(
            select(func.coalesce(func.max(table.c.id), 0))
        ).scalar_one()
        return tuple(range(highest + 1, highest + 1 + count))
    sequence = func.pg_get_serial_sequence(table.name, "id")
    numbers = func.generate_series(1, count).table_valued("number")
    query = select(func.nextval(sequence.cast(REGCLASS))).select_from(numbers)
    return tuple(connection.execute(query).scalars())


def _entry(row: Any) -> Entry:
    return Entry(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        subject=row.subject,
        key=row.key,
        entry=row.entry,
        hash=row.hash,
    )


def _json(values: Mapping[str, Any]) -> str:
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode()


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # every model of the registry is one
    return table


@cache
def _key_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


@cache
def _writers(table: Table) -> tuple[tuple[str, Any], ...]:
    """For each column, how its values are written; documents as the text that is stored."""
    return tuple((column.name, _writer(column.type)) for column in table.columns)


def _writer(kind: object) -> Any:
    if isinstance(kind, JsonDocument):
        return canonical_json
    if isinstance(kind, type(Bytes)):
        return _digest
    if isinstance(kind, type(Degrees)):
        return float
    return _plain


def _digest(value: bytes) -> str:
    return sha256(value).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _microseconds(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
