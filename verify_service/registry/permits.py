"""Permits and their chains of versions: the master record, written by their departments alone.

The version that holds is always the last one recorded whose effect has begun. So a correction that
is recorded late and takes effect early overrides what lies between, and both questions have an
answer: what was true on a day, and what the registry knew of it on another.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from verify_service.identifiers import check_permit_number
from verify_service.lettering import check_lettering
from verify_service.registry.chains import check_record, written_of
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BelongsElsewhereError,
    MoveRefusedError,
    NotRegisteredError,
    VersionConflictError,
)
from verify_service.registry.holders import get_premises
from verify_service.registry.ledger import insert_row, insert_rows
from verify_service.registry.models import PermitRow, PermitVersionRow
from verify_service.registry.moves import PermitState, basis_of, state_after
from verify_service.registry.permit_rows import (
    current_permits,
    permit_version_from,
    read_permits,
)
from verify_service.registry.records import Permit, PermitChange, PermitVersion
from verify_service.registry.status_pages import mark_permits

_ALIVE: Final = (PermitState.IN_FORCE, PermitState.SUSPENDED)


def add_permit(
    connection: Connection,
    *,
    kind: str,
    number: str,
    department: str,
    holder: str,
    premises: int,
    granted: PermitChange,
) -> Permit:
    """Register a permit with the first version of its chain, which has to grant it.

    Raises `PermitNumberError`, `LetteringError`, `AlreadyRegisteredError` (kind and number are
    unique), `NotRegisteredError`, `BelongsElsewhereError` (premises of another holder),
    `MoveRefusedError`.
    Doubts about the number are for the caller to show: `identifiers.check_permit_number`.
    """
    check_permit_text(kind, number)
    if find_permit(connection, kind=kind, number=number) is not None:
        raise AlreadyRegisteredError(entity="permit", key=f"{kind} {number}")
    place = get_premises(connection, premises)
    if place.holder != holder:
        raise BelongsElsewhereError(
            entity="premises",
            key=str(premises),
            owner="holder",
            expected=holder,
            found=place.holder,
        )
    values = {
        "kind": kind,
        "number": number,
        "department": department,
        "holder": holder,
        "premises": premises,
    }
    identity = insert_row(connection, PermitRow, values, written=written_of(granted.record))
    version = _append(connection, identity, granted, previous=None)
    return Permit(
        id=identity,
        kind=kind,
        number=number,
        department=department,
        holder=holder,
        premises=premises,
        current=version,
    )


def check_permit_text(kind: str, number: str) -> None:
    """Refuse a number that cannot be kept or printed; raises `PermitNumberError`, `LetteringError`."""
    check_permit_number(kind, number)
    check_lettering(number, field="permit-number")


def append_permit_version(
    connection: Connection, permit: int, change: PermitChange, *, expected_version: int
) -> PermitVersion:
    """Append to a permit's chain what its department did.

    ``expected_version`` is the version that the department saw. Raises `NotRegisteredError`,
    `VersionConflictError`, `MoveRefusedError`, `BasisRefusedError`, `RecordedBackwardsError`,
    `EffectiveInFutureError`. Whether the department may do this is for the caller to check
    (`access.require_kind`), and so is what becomes of the licenses (`lifecycle.cascade`).
    """
    previous = get_permit(connection, permit).current
    if previous.version != expected_version:
        raise VersionConflictError(
            entity="permit", key=str(permit), expected=expected_version, found=previous.version
        )
    return _append(connection, permit, change, previous=previous)


def find_permit(connection: Connection, *, kind: str, number: str) -> Permit | None:
    """Return the permit with its current version, None if there is none."""
    found = read_permits(
        connection, current_permits().where(PermitRow.kind == kind, PermitRow.number == number)
    )
    return found[0] if found else None


def get_permit(connection: Connection, identity: int) -> Permit:
    """Return the permit with its current version; raises `NotRegisteredError`."""
    found = read_permits(connection, current_permits().where(PermitRow.id == identity))
    if not found:
        raise NotRegisteredError(entity="permit", key=str(identity))
    return found[0]


def permits_of_holder(connection: Connection, uscc: str) -> tuple[Permit, ...]:
    """Return a holder's permits, by kind and number."""
    return read_permits(connection, current_permits().where(PermitRow.holder == uscc))


def permits_at(connection: Connection, premises: int) -> tuple[Permit, ...]:
    """Return the permits for these premises, by kind and number."""
    return read_permits(connection, current_permits().where(PermitRow.premises == premises))


def permits_run_out(connection: Connection, *, before: date) -> tuple[int, ...]:
    """Return the permits in force or suspended whose last day is before ``before``, by their ids.

    What the clock has to mark as lapsed (R7: 失效 includes running out). Reads all that has ever
    run out: not for a writer's transaction.
    """
    version, later = PermitVersionRow, aliased(PermitVersionRow)
    query = (
        select(version.permit)
        .where(
            version.valid_until < before,
            version.state.in_(_ALIVE),
            ~select(later.version)
            .where(later.permit == version.permit, later.version > version.version)
            .exists(),
        )
        .order_by(version.permit)
    )
    return tuple(connection.execute(query).scalars())


def permit_chain(connection: Connection, permit: int) -> tuple[PermitVersion, ...]:
    """Return all versions of a permit in their order; raises `NotRegisteredError`."""
    query = select(PermitVersionRow.__table__).where(PermitVersionRow.permit == permit)
    rows = connection.execute(query.order_by(PermitVersionRow.version)).all()
    if not rows:
        raise NotRegisteredError(entity="permit", key=str(permit))
    return tuple(permit_version_from(row) for row in rows)


def permit_as_of(
    connection: Connection, permit: int, *, effective: datetime, recorded: datetime
) -> PermitVersion | None:
    """Return the version that held at ``effective``, as far as known at ``recorded``."""
    query = (
        select(PermitVersionRow.__table__)
        .where(
            PermitVersionRow.permit == permit,
            PermitVersionRow.effective_at <= effective,
            PermitVersionRow.recorded_at <= recorded,
        )
        .order_by(PermitVersionRow.version.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else permit_version_from(row)


def _append(
    connection: Connection, permit: int, change: PermitChange, *, previous: PermitVersion | None
) -> PermitVersion:
    version = next_version(permit, change, previous=previous)
    written = written_of(version.record)
    insert_rows(connection, PermitVersionRow, [permit_version_row(version)], written=written)
    mark_permits(connection, [version])
    return version


def next_version(
    permit: int, change: PermitChange, *, previous: PermitVersion | None
) -> PermitVersion:
    """Return the link that a change makes; pure. Raises as `append_permit_version`."""
    state = state_after(change.move, previous.state if previous else None)
    basis = basis_of(change.move, change.basis)
    check_record(
        change.record,
        entity="permit",
        key=str(permit),
        previous=previous.record if previous else None,
    )
    terms = change.terms or (previous.terms if previous else None)
    if terms is None:
        raise MoveRefusedError(entity="permit", move="granted without terms", state="none")
    return PermitVersion(
        permit=permit,
        version=previous.version + 1 if previous else 1,
        move=change.move,
        state=state,
        terms=terms,
        basis=basis,
        grounds=change.grounds,
        document=change.document,
        record=change.record,
    )


def permit_version_row(version: PermitVersion) -> Mapping[str, object]:
    """Lay a link out in columns."""
    terms = version.terms
    return {
        "permit": version.permit,
        "version": version.version,
        "move": version.move,
        "state": version.state,
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "document_form": terms.document_form,
        "by_promise": terms.by_promise,
        "particulars": terms.particulars,
        "basis": version.basis,
        "grounds": version.grounds,
        "document": version.document,
        "effective_at": version.record.effective_at,
        "recorded_at": version.record.recorded_at,
        "recorded_by": version.record.recorded_by,
    }
