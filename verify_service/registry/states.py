"""The chain of states of each version of a license: the last one recorded is its standing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import aliased

from verify_service.registry.chains import check_record, written_of
from verify_service.registry.errors import NotRegisteredError, VersionConflictError
from verify_service.registry.ledger import insert_rows
from verify_service.registry.models import LicensePermitRow, LicenseStateRow, PermitVersionRow
from verify_service.registry.moves import LicenseState, PermitState, check_license_move
from verify_service.registry.records import IncludedPermit, LicenseStanding, Record, StateChange
from verify_service.registry.status_pages import mark_licenses


def append_first_state(
    connection: Connection, number: str, version: int, change: StateChange
) -> LicenseStanding:
    """Open the chain of a version that is being issued; for `licenses` alone."""
    return _append(connection, number, version, change, seq=1)


def append_license_state(
    connection: Connection, number: str, version: int, change: StateChange, *, expected_seq: int
) -> LicenseStanding:
    """Append a state to the chain of one version of a license.

    ``expected_seq`` is the ``seq`` that the caller saw. Raises `NotRegisteredError`,
    `VersionConflictError`, `MoveRefusedError` (a void license stays void), and what
    `chains.check_record` raises.
    """
    current = license_standing(connection, number, version)
    if current.seq != expected_seq:
        raise VersionConflictError(
            entity="license state",
            key=f"{number} v{version}",
            expected=expected_seq,
            found=current.seq,
        )
    check_license_move(to=change.state, state=current.state)
    check_record(change.record, entity="license", key=number, previous=current.record)
    return _append(connection, number, version, change, seq=current.seq + 1)


def license_standing(connection: Connection, number: str, version: int) -> LicenseStanding:
    """Return the present state of a version; raises `NotRegisteredError`."""
    return license_states(connection, number, version)[-1]


def license_states(
    connection: Connection, number: str, version: int
) -> tuple[LicenseStanding, ...]:
    """Return the chain of a version's states, first to last; raises `NotRegisteredError`."""
    query = (
        select(LicenseStateRow.__table__)
        .where(LicenseStateRow.number == number, LicenseStateRow.version == version)
        .order_by(LicenseStateRow.seq)
    )
    chain = tuple(standing_from(row) for row in connection.execute(query))
    if not chain:
        raise NotRegisteredError(entity="license version", key=f"{number} v{version}")
    return chain


def license_state_as_of(
    connection: Connection, number: str, version: int, *, effective: datetime, recorded: datetime
) -> LicenseStanding | None:
    """Return the state that held at ``effective``, as far as known at ``recorded``."""
    query = (
        select(LicenseStateRow.__table__)
        .where(
            LicenseStateRow.number == number,
            LicenseStateRow.version == version,
            LicenseStateRow.effective_at <= effective,
            LicenseStateRow.recorded_at <= recorded,
        )
        .order_by(LicenseStateRow.seq.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else standing_from(row)


def licenses_of_permit(connection: Connection, permit: int) -> tuple[LicenseStanding, ...]:
    """Return the present standing of every license version that a permit is part of.

    Void and superseded ones too: whoever cascades an ended permit takes those that still stand.
    """
    later = aliased(LicenseStateRow)
    last = (
        select(func.max(later.seq))
        .where(later.number == LicenseStateRow.number, later.version == LicenseStateRow.version)
        .scalar_subquery()
    )
    query = (
        select(LicenseStateRow.__table__)
        .join(
            LicensePermitRow,
            (LicensePermitRow.number == LicenseStateRow.number)
            & (LicensePermitRow.version == LicenseStateRow.version),
        )
        .where(LicensePermitRow.permit == permit, LicenseStateRow.seq == last)
        .order_by(LicenseStateRow.number, LicenseStateRow.version)
    )
    return tuple(standing_from(row) for row in connection.execute(query))


def last_recorded_of(connection: Connection, permits: Collection[int]) -> dict[int, datetime]:
    """Return, by permit, when a link was last recorded of it, or of a license that gathers it.

    What time alone does to them is recorded no earlier: a clock that was ahead for an hour would
    otherwise keep it out of the books for that hour.
    """
    version, state, included = PermitVersionRow, LicenseStateRow, LicensePermitRow
    of_permits = (
        select(version.permit, func.max(version.recorded_at))
        .where(version.permit.in_(permits))
        .group_by(version.permit)
    )
    of_licenses = (
        select(included.permit, func.max(state.recorded_at))
        .join(state, (included.number == state.number) & (included.version == state.version))
        .where(included.permit.in_(permits))
        .group_by(included.permit)
    )
    recorded: dict[int, datetime] = {}
    for query in (of_permits, of_licenses):
        for permit, at in connection.execute(query):
            recorded[permit] = max(at, recorded.get(permit, at))
    return recorded


def lapsed_permits_of_suspended(connection: Connection) -> tuple[int, ...]:
    """Return the lapsed permits of suspended licenses: a renewal of them is waited for."""
    state, later = LicenseStateRow, aliased(LicenseStateRow)
    permit, newer = PermitVersionRow, aliased(PermitVersionRow)
    query = (
        select(LicensePermitRow.permit)
        .join(
            state,
            (state.number == LicensePermitRow.number) & (state.version == LicensePermitRow.version),
        )
        .join(permit, permit.permit == LicensePermitRow.permit)
        .where(
            state.state == LicenseState.SUSPENDED,
            permit.state == PermitState.LAPSED,
            ~select(later.seq)
            .where(
                later.number == state.number,
                later.version == state.version,
                later.seq > state.seq,
            )
            .exists(),
            ~select(newer.version)
            .where(newer.permit == permit.permit, newer.version > permit.version)
            .exists(),
        )
        .distinct()
        .order_by(LicensePermitRow.permit)
    )
    return tuple(connection.execute(query).scalars())


def _append(
    connection: Connection, number: str, version: int, change: StateChange, *, seq: int
) -> LicenseStanding:
    standing = LicenseStanding(
        number=number,
        version=version,
        seq=seq,
        state=change.state,
        reason=change.reason,
        cause=change.cause,
        policy=change.policy,
        record=change.record,
    )
    written = written_of(change.record)
    insert_rows(connection, LicenseStateRow, [state_row(standing)], written=written)
    mark_licenses(connection, [standing])
    return standing


def state_row(standing: LicenseStanding) -> dict[str, object]:
    """Lay a link out in columns."""
    return {
        "number": standing.number,
        "version": standing.version,
        "seq": standing.seq,
        "state": standing.state,
        "reason": standing.reason,
        "cause_permit": standing.cause.permit if standing.cause else None,
        "cause_version": standing.cause.version if standing.cause else None,
        "policy": standing.policy,
        "effective_at": standing.record.effective_at,
        "recorded_at": standing.record.recorded_at,
        "recorded_by": standing.record.recorded_by,
    }


def standing_from(row: Row[Any]) -> LicenseStanding:
    """Make a standing of a row that has the columns of ``license_states``."""
    cause = None
    if row.cause_permit is not None:
        cause = IncludedPermit(permit=row.cause_permit, version=row.cause_version)
    return LicenseStanding(
        number=row.number,
        version=row.version,
        seq=row.seq,
        state=LicenseState(row.state),
        reason=row.reason,
        cause=cause,
        policy=row.policy,
        record=Record(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        ),
    )
