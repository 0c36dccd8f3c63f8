"""The hot read: what a license was sealed with, and how it and its permits stand now.

One statement, so that it sees one instant of the registry. It reads every link of the short
chains, the last one last: to look for the last link would be a second search each.
"""

import sqlite3
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects import sqlite

from verify_service.database import Database
from verify_service.registry.kept_open import read_kept_open
from verify_service.registry.models import (
    LicensePermitRow,
    LicenseStateRow,
    LicenseVersionRow,
    PermitVersionRow,
)
from verify_service.registry.moves import LicenseState, PermitState


class PermitStanding(NamedTuple):
    """A permit's present state and days. A named tuple: made four times a verification."""

    state: PermitState
    valid_from: date
    valid_until: date | None


class Standing(NamedTuple):
    """A version of a license as it stands now; permits in the license's order."""

    claims_digest: bytes
    state: LicenseState
    permits: tuple[PermitStanding, ...]


def read_standing(database: Database, *, number: str, version: int) -> Standing | None:
    """Return how a version of a license stands, None for what the registry does not know.

    Thread-safe.
    """
    if database.sqlite_readers is None:
        with database.reading() as connection:
            parameters = {"number": number, "version": version}
            return _standing(connection.execute(_statement(), parameters).all())

    def read(connection: sqlite3.Connection) -> Standing | None:
        return _standing(connection.execute(_sqlite_text(), (number, version)).fetchall())

    return read_kept_open(database, database.sqlite_readers, read)


def _standing(rows: Any) -> Standing | None:
    if not rows:
        return None
    permits = {
        position: PermitStanding(_PERMIT_STATES[state], _day(first), _day(until))
        for _, _, position, state, first, until in rows
    }
    claims_digest, license_state, *_ = rows[-1]
    return Standing(claims_digest, _LICENSE_STATES[license_state], tuple(permits.values()))


def _day(value: Any) -> Any:
    """A day as a date, which SQLite's driver gives as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


_PERMIT_STATES = {state.value: state for state in PermitState}
_LICENSE_STATES = {state.value: state for state in LicenseState}


@cache
def _sqlite_text() -> str:
    return str(_statement().compile(dialect=sqlite.dialect()))


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    issued, state = LicenseVersionRow, LicenseStateRow
    included, permit = LicensePermitRow, PermitVersionRow
    return (
        select(
            issued.claims_digest,
            state.state,
            included.position,
            permit.state.label("permit_state"),
            permit.valid_from,
            permit.valid_until,
        )
        .join(state, (state.number == issued.number) & (state.version == issued.version))
        .join(included, (included.number == issued.number) & (included.version == issued.version))
        .join(permit, permit.permit == included.permit)
        .where(issued.number == bindparam("number"), issued.version == bindparam("version"))
        .order_by(state.seq, included.position, permit.version)
    )
