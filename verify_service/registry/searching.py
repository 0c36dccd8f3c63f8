"""Finding licenses and permits by what people have before them: a number, a code, a name."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlalchemy.orm import aliased

from verify_service.registry.models import (
    HolderRow,
    LicensePermitRow,
    LicenseRow,
    LicenseStateRow,
    LicenseVersionRow,
    PermitRow,
    PremisesRow,
)
from verify_service.registry.moves import LicenseState
from verify_service.registry.permit_rows import current_permits, read_permits
from verify_service.registry.records import Holder, Permit

_ASCII: Final = {ord(upper): upper.lower() for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLicense:
    """A license with its latest version's state, its holder and its address."""

    number: str
    version: int
    state: LicenseState
    industry: str
    holder: str
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPermit:
    """A permit as it stands, and its holder's name."""

    permit: Permit
    name: str


def search_licenses(connection: Connection, text: str, *, limit: int) -> tuple[FoundLicense, ...]:
    """Return licenses by number.

    ``text`` is the beginning of a license's number, the number of a permit that a version gathers,
    a USCC, or a part of a holder's name.
    """
    gathers = (
        select(LicensePermitRow.number)
        .join(PermitRow, PermitRow.id == LicensePermitRow.permit)
        .where(PermitRow.number == text)
    )
    query = _licenses().where(
        or_(
            LicenseRow.number.startswith(text, autoescape=True),
            LicenseRow.holder == text.upper(),
            _has_in_name(text),
            LicenseRow.number.in_(gathers),
        )
    )
    rows = connection.execute(query.order_by(LicenseRow.number).limit(limit))
    return tuple(map(_found, rows))


def search_holders(connection: Connection, text: str, *, limit: int) -> tuple[Holder, ...]:
    """Return holders by name: of this USCC, or with ``text`` in their names."""
    query = select(HolderRow.uscc, HolderRow.name).where(
        (HolderRow.uscc == text.upper()) | _has_in_name(text)
    )
    rows = connection.execute(query.order_by(HolderRow.name, HolderRow.uscc).limit(limit))
    return tuple(Holder(uscc=row.uscc, name=row.name) for row in rows)


def describe_licenses(connection: Connection, numbers: Collection[str]) -> dict[str, FoundLicense]:
    """Return licenses with their holders, by number; those that there are."""
    rows = connection.execute(_licenses().where(LicenseRow.number.in_(set(numbers))))
    return {row.number: _found(row) for row in rows}


def search_permits(
    connection: Connection,
    text: str,
    *,
    department: str,
    kinds: Collection[str],
    after: int,
    limit: int,
) -> tuple[FoundPermit, ...]:
    """Return a department's permits of its kinds, by id, those after ``after``.

    ``text`` is the beginning of a number, a USCC, or a part of a holder's name; empty for all.
    """
    own = [
        PermitRow.department == department,
        PermitRow.kind.in_(set(kinds)),
        PermitRow.id > after,
    ]
    if text:
        named = select(HolderRow.uscc).where(_has_in_name(text))
        own.append(
            or_(
                PermitRow.number.startswith(text, autoescape=True),
                PermitRow.holder == text.upper(),
                PermitRow.holder.in_(named),
            )
        )
    query = current_permits().where(*own).order_by(None).order_by(PermitRow.id).limit(limit)
    permits = read_permits(connection, query)
    holders = select(HolderRow.uscc, HolderRow.name).where(
        HolderRow.uscc.in_({permit.holder for permit in permits})
    )
    names = {row.uscc: row.name for row in connection.execute(holders)}
    return tuple(FoundPermit(permit=permit, name=names[permit.holder]) for permit in permits)


def _has_in_name(text: str) -> ColumnElement[bool]:
    # Both databases fold ASCII alone here, whatever Python would.
    return func.lower(HolderRow.name).contains(text.translate(_ASCII), autoescape=True)


def _licenses() -> Select[*tuple[Any, ...]]:
    """Select licenses with their latest version's last state."""
    issued, later = aliased(LicenseVersionRow), aliased(LicenseStateRow)
    version = (
        select(func.max(issued.version)).where(issued.number == LicenseRow.number).scalar_subquery()
    )
    last = (
        select(func.max(later.seq))
        .where(later.number == LicenseStateRow.number, later.version == LicenseStateRow.version)
        .scalar_subquery()
    )
    query: Select[*tuple[Any, ...]] = (
        select(
            LicenseRow.number,
            LicenseStateRow.version,
            LicenseStateRow.state,
            LicenseRow.industry,
            LicenseRow.holder,
            HolderRow.name,
            PremisesRow.address,
        )
        .join(HolderRow, HolderRow.uscc == LicenseRow.holder)
        .join(PremisesRow, PremisesRow.id == LicenseRow.premises)
        .join(LicenseStateRow, LicenseStateRow.number == LicenseRow.number)
        .where(LicenseStateRow.version == version, LicenseStateRow.seq == last)
    )
    return query


def _found(row: Any) -> FoundLicense:
    return FoundLicense(
        number=row.number,
        version=row.version,
        state=LicenseState(row.state),
        industry=row.industry,
        holder=row.holder,
        name=row.name,
        address=row.address,
    )
