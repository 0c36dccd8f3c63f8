"""A license as the registry knows it now, whole, for whoever asks what is on file.

Each statement is written once, in SQLAlchemy. PostgreSQL runs it through an ordinary connection;
for SQLite it is compiled to text once, and the driver runs it on a connection that is kept open,
which is several times faster.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import aliased

from verify_service.database import Database
from verify_service.engines import SqliteReaders
from verify_service.geodesy import Position
from verify_service.registry.kept_open import read_kept_open
from verify_service.registry.models import (
    HolderRow,
    LicensePermitRow,
    LicenseRow,
    LicenseStateRow,
    LicenseVersionRow,
    PendingItemRow,
    PermitRow,
    PermitVersionRow,
    PremisesRow,
)
from verify_service.registry.moves import LicenseState, PermitState
from verify_service.registry.records import PendingItem


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitOnFile:
    """A permit as it stands now; ``issued_version`` is what the license was issued from."""

    kind: str
    number: str
    department: str
    issued_version: int
    version: int
    state: PermitState
    valid_from: date
    valid_until: date | None
    by_promise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseOnFile:
    """One version of a license as it stands now; permits and pending items in its order."""

    number: str
    version: int
    latest_version: int
    issuer: str
    industry: str
    catalog_version: str
    uscc: str
    holder_name: str
    division_code: str
    address: str
    position: Position | None
    issued_on: date
    expires_on: date | None
    status_list: str
    status_index: int
    kid: bytes
    claims_digest: bytes
    state: LicenseState
    state_reason: str
    state_effective_at: datetime
    permits: tuple[PermitOnFile, ...]
    pending: tuple[PendingItem, ...]


def read_license(
    database: Database, *, number: str, version: int | None = None
) -> LicenseOnFile | None:
    """Return a version of a license (None: the latest) with its permits' present states.

    None for what the registry does not know. All of it is read in one snapshot. Thread-safe;
    within 100 µs on SQLite.
    """
    if database.sqlite_readers is not None:
        return _read_sqlite(database, database.sqlite_readers, number, version)
    with database.reading() as connection:

        def run(which: int, parameters: _Parameters) -> _Rows:
            found = connection.execute(_statements()[which], parameters)
            return [dict(row) for row in found.mappings()]

        return _read(run, number, version)


_Parameters = dict[str, object]
_Rows = list[dict[str, Any]]
_Decode = Callable[[Any], Any]


def _read(
    run: Callable[[int, _Parameters], _Rows], number: str, version: int | None
) -> LicenseOnFile | None:
    licenses = run(0, {"number": number, "version": version})
    if not licenses:
        return None
    key: _Parameters = {"number": number, "version": licenses[0]["version"]}
    return _license(licenses[0], permits=run(1, key), pending=run(2, key))


def _read_sqlite(
    database: Database, readers: SqliteReaders, number: str, version: int | None
) -> LicenseOnFile | None:
    def read(connection: sqlite3.Connection) -> LicenseOnFile | None:
        execute = connection.execute

        def run(which: int, parameters: _Parameters) -> _Rows:
            text, names, decoders = _sqlite_statements()[which]
            rows = [dict(zip(names, row, strict=True)) for row in execute(text, parameters)]
            for row in rows:
                for name, decode in decoders:
                    row[name] = decode(row[name])
            return rows

        execute("BEGIN")
        found = _read(run, number, version)
        execute("COMMIT")
        return found

    return read_kept_open(database, readers, read)


@cache
def _sqlite_statements() -> tuple[
    tuple[str, tuple[str, ...], tuple[tuple[str, _Decode], ...]], ...
]:
    """Compile the statements, each with the names of its columns and the decoders of some."""
    dialect = sqlite.dialect(paramstyle="named")
    compiled = []
    for statement in _statements():
        columns = statement.selected_columns
        decoders = (
            (column.name, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in columns
        )
        compiled.append(
            (
                str(statement.compile(dialect=dialect)),
                tuple(column.name for column in columns),
                tuple((name, decode) for name, decode in decoders if decode is not None),
            )
        )
    return tuple(compiled)


@cache
def _statements() -> tuple[Select[*tuple[Any, ...]], ...]:
    """Return the three selects; columns are labeled with the fields that they fill."""
    number = bindparam("number", type_=LicenseVersionRow.number.type)
    wanted = bindparam("version", type_=LicenseVersionRow.version.type)
    each = aliased(LicenseVersionRow)
    latest = select(func.max(each.version)).where(each.number == number).scalar_subquery()
    issued, included, pending = LicenseVersionRow, LicensePermitRow, PendingItemRow
    return (
        _select_license(latest).where(
            issued.number == number, issued.version == func.coalesce(wanted, latest)
        ),
        _select_permits().where(included.number == number, included.version == wanted),
        select(pending.item, pending.kind, pending.mandatory, pending.department)
        .where(pending.number == number, pending.version == wanted)
        .order_by(pending.position),
    )


def _select_license(latest: ScalarSelect[int]) -> Select[*tuple[Any, ...]]:
    issued, license_, state = LicenseVersionRow, LicenseRow, LicenseStateRow
    each = aliased(LicenseStateRow)
    last = (
        select(func.max(each.seq))
        .where(each.number == issued.number, each.version == issued.version)
        .scalar_subquery()
    )
    return (
        select(
            issued.number,
            issued.version,
            latest.label("latest_version"),
            license_.issuer,
            license_.industry,
            issued.catalog_version,
            HolderRow.uscc,
            HolderRow.name.label("holder_name"),
            PremisesRow.division_code,
            PremisesRow.address,
            PremisesRow.latitude,
            PremisesRow.longitude,
            issued.issued_on,
            issued.expires_on,
            issued.status_list,
            issued.status_index,
            issued.kid,
            issued.claims_digest,
            state.state,
            state.reason.label("state_reason"),
            state.effective_at.label("state_effective_at"),
        )
        .join(license_, license_.number == issued.number)
        .join(HolderRow, HolderRow.uscc == license_.holder)
        .join(PremisesRow, PremisesRow.id == license_.premises)
        .join(state, (state.number == issued.number) & (state.version == issued.version))
        .where(state.seq == last)
    )


def _select_permits() -> Select[*tuple[Any, ...]]:
    """Select each permit with all its versions, the last one last.

    To read a short chain to its end is one search; to look for its last link would be two.
    """
    included, each = LicensePermitRow, PermitVersionRow
    return (
        select(
            included.position,
            PermitRow.kind,
            PermitRow.number,
            PermitRow.department,
            included.permit_version.label("issued_version"),
            each.version,
            each.state,
            each.valid_from,
            each.valid_until,
            each.by_promise,
        )
        .join(PermitRow, PermitRow.id == included.permit)
        .join(each, each.permit == included.permit)
        .order_by(included.position, each.version)
    )


def _license(row: dict[str, Any], *, permits: _Rows, pending: _Rows) -> LicenseOnFile:
    latitude, longitude = row.pop("latitude"), row.pop("longitude")
    row["state"] = LicenseState(row["state"])
    last = {permit.pop("position"): permit for permit in permits}
    for permit in last.values():
        permit["state"] = PermitState(permit["state"])
    return LicenseOnFile(
        **row,
        position=None if latitude is None else Position(latitude=latitude, longitude=longitude),
        permits=tuple(PermitOnFile(**permit) for permit in last.values()),
        pending=tuple(PendingItem(**item) for item in pending),
    )
