"""Licenses and their versions, each with its permits, its pending items and its first state."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from verify_service.identifiers.license_numbers import MAX_SERIAL
from verify_service.registry.chains import check_record
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BelongsElsewhereError,
    BlockError,
    NotRegisteredError,
    SerialsExhaustedError,
    VersionConflictError,
)
from verify_service.registry.holders import get_premises
from verify_service.registry.ledger import Written, insert_rows
from verify_service.registry.license_rows import insert_license_version
from verify_service.registry.models import (
    LicenseRow,
    LicenseVersionRow,
    PremisesRow,
)
from verify_service.registry.moves import LicenseState
from verify_service.registry.permits import get_permit
from verify_service.registry.records import (
    License,
    LicenseStanding,
    LicenseVersion,
    Premises,
    Record,
    StateChange,
)
from verify_service.registry.states import append_first_state, license_standing
from verify_service.registry.status import block_size_of

ALIVE: Final = (LicenseState.IN_FORCE, LicenseState.SUSPENDED)


def next_serial(connection: Connection, *, issuer: str, industry: str, year: int) -> int:
    """Return the serial after the last one in use, from 1 on, without gaps.

    Within ``writing()`` nobody else can take it before the transaction ends. Raises
    `SerialsExhaustedError` after 99,999.
    """
    query = select(func.max(LicenseRow.serial)).where(
        LicenseRow.issuer == issuer, LicenseRow.industry == industry, LicenseRow.year == year
    )
    last = connection.execute(query).scalar_one() or 0
    if last >= MAX_SERIAL:
        raise SerialsExhaustedError(issuer=issuer, industry=industry, year=year)
    return last + 1


def add_license(connection: Connection, new: License, *, written: Written) -> None:
    """Register a license, before its first version.

    Raises `AlreadyRegisteredError` (number, or issuer, industry, year and serial),
    `NotRegisteredError`, `BelongsElsewhereError`.
    """
    taken = select(LicenseRow.number).where(
        (LicenseRow.number == new.number)
        | (
            (LicenseRow.issuer == new.issuer)
            & (LicenseRow.industry == new.industry)
            & (LicenseRow.year == new.year)
            & (LicenseRow.serial == new.serial)
        )
    )
    if connection.execute(taken).first() is not None:
        raise AlreadyRegisteredError(entity="license", key=new.number)
    holder = get_premises(connection, new.premises).holder
    if holder != new.holder:
        raise BelongsElsewhereError(
            entity="premises",
            key=str(new.premises),
            owner="holder",
            expected=new.holder,
            found=holder,
        )
    values = {name: getattr(new, name) for name in License.__dataclass_fields__}
    insert_rows(connection, LicenseRow, [values], written=written)


def get_license(connection: Connection, number: str) -> License:
    """Return the license; raises `NotRegisteredError`."""
    query = select(LicenseRow.__table__).where(LicenseRow.number == number)
    row = connection.execute(query).first()
    if row is None:
        raise NotRegisteredError(entity="license", key=number)
    return _license(row)


def licenses_of_holder(connection: Connection, uscc: str) -> tuple[License, ...]:
    """Return a holder's licenses, by number."""
    query = select(LicenseRow.__table__).where(LicenseRow.holder == uscc)
    return tuple(_license(row) for row in connection.execute(query.order_by(LicenseRow.number)))


def list_licenses(connection: Connection, *, after: str, limit: int) -> tuple[License, ...]:
    """Return up to ``limit`` licenses by number, those after ``after`` (empty: from the first)."""
    query = select(LicenseRow.__table__).where(LicenseRow.number > after)
    rows = connection.execute(query.order_by(LicenseRow.number).limit(limit))
    return tuple(_license(row) for row in rows)


def license_standing_at(
    connection: Connection, *, premises: Premises, industry: str, on: date, apart_from: str = ""
) -> LicenseStanding | None:
    """Return how a license of an industry stands at premises, None if none is alive on a day.

    Alive is what is in force or suspended, and not past its last day. Premises that were
    registered a second time are the same place, if holder, division and address are the same.
    """
    query = (
        select(LicenseRow.number)
        .join(PremisesRow, PremisesRow.id == LicenseRow.premises)
        .where(
            LicenseRow.holder == premises.holder,
            LicenseRow.industry == industry,
            LicenseRow.number != apart_from,
            (PremisesRow.id == premises.id)
            | (
                (PremisesRow.division_code == premises.division_code)
                & (PremisesRow.address == premises.address)
            ),
        )
        .order_by(LicenseRow.number)
    )
    for number in connection.execute(query).scalars().all():
        version = latest_license_version(connection, number)
        if version == 0:
            continue
        standing = license_standing(connection, number, version)
        last_day = connection.execute(
            select(LicenseVersionRow.expires_on).where(
                LicenseVersionRow.number == number, LicenseVersionRow.version == version
            )
        ).scalar_one()
        if standing.state in ALIVE and (last_day is None or on <= last_day):
            return standing
    return None


def latest_license_version(connection: Connection, number: str) -> int:
    """Return the number of the last version, 0 before the first."""
    query = select(func.max(LicenseVersionRow.version)).where(LicenseVersionRow.number == number)
    return connection.execute(query).scalar_one() or 0


def append_license_version(connection: Connection, new: LicenseVersion) -> LicenseStanding:
    """Store an issued version with its permits and pending items, and put it in force.

    Its number has to be the next one, its permits in their current versions and for the license's
    premises, its block reserved (`status.reserve_status_block`) and unused. The version before it
    is left as it is: to supersede it is the caller's (`states.append_license_state`). Raises
    `NotRegisteredError`, `VersionConflictError`, `BelongsElsewhereError`, `BlockError`, and what
    `chains.check_record` raises.
    """
    license_ = get_license(connection, new.number)
    latest = latest_license_version(connection, new.number)
    if latest != new.version - 1:
        raise VersionConflictError(
            entity="license", key=new.number, expected=new.version - 1, found=latest
        )
    previous = _previous_record(connection, new)
    check_record(new.record, entity="license", key=new.number, previous=previous)
    _check_block(connection, new)
    for included in new.permits:
        permit = get_permit(connection, included.permit)
        if permit.premises != license_.premises:
            raise BelongsElsewhereError(
                entity="permit",
                key=f"{permit.kind} {permit.number}",
                owner="premises",
                expected=str(license_.premises),
                found=str(permit.premises),
            )
        if permit.current.version != included.version:
            raise VersionConflictError(
                entity="permit",
                key=f"{permit.kind} {permit.number}",
                expected=included.version,
                found=permit.current.version,
            )
    insert_license_version(connection, new)
    issued = StateChange(state=LicenseState.IN_FORCE, reason="issued", record=new.record)
    return append_first_state(connection, new.number, new.version, issued)


def _previous_record(connection: Connection, new: LicenseVersion) -> Record | None:
    query = select(
        LicenseVersionRow.effective_at, LicenseVersionRow.recorded_at, LicenseVersionRow.recorded_by
    ).where(LicenseVersionRow.number == new.number, LicenseVersionRow.version == new.version - 1)
    row = connection.execute(query).first()
    if row is None:
        return None
    return Record(
        effective_at=row.effective_at, recorded_at=row.recorded_at, recorded_by=row.recorded_by
    )


def _check_block(connection: Connection, new: LicenseVersion) -> None:
    block = new.block
    size = block_size_of(connection, status_list=block.status_list, start=block.start)
    used = select(LicenseVersionRow.number).where(
        LicenseVersionRow.status_list == block.status_list,
        LicenseVersionRow.status_index == block.start,
    )
    reason = None
    if size != block.size:
        reason = "not-reserved"
    elif block.size != 1 + len(new.permits):
        reason = "wrong-size"
    elif connection.execute(used).first() is not None:
        reason = "used"
    if reason is not None:
        raise BlockError(status_list=block.status_list, index=block.start, reason=reason)


def _license(row: Row[Any]) -> License:
    return License(
        number=row.number,
        issuer=row.issuer,
        industry=row.industry,
        year=row.year,
        serial=row.serial,
        holder=row.holder,
        premises=row.premises,
    )
