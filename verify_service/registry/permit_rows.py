"""How permits and their versions are read from rows."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import aliased

from verify_service.registry.models import PermitRow, PermitVersionRow
from verify_service.registry.moves import Basis, Move, PermitState
from verify_service.registry.records import Permit, PermitTerms, PermitVersion, Record


def current_permits() -> Select[Any]:
    """Select permits by kind and number, each with the last version of its chain."""
    later = aliased(PermitVersionRow)
    last = select(func.max(later.version)).where(later.permit == PermitRow.id).scalar_subquery()
    return (
        select(
            PermitRow.id,
            PermitRow.kind,
            PermitRow.number,
            PermitRow.department,
            PermitRow.holder,
            PermitRow.premises,
            *PermitVersionRow.__table__.columns,
        )
        .join(PermitVersionRow, PermitVersionRow.permit == PermitRow.id)
        .where(PermitVersionRow.version == last)
        .order_by(PermitRow.kind, PermitRow.number)
    )


def read_permits(connection: Connection, query: Select[Any]) -> tuple[Permit, ...]:
    """Run a narrowed `current_permits`."""
    return tuple(
        Permit(
            id=row.id,
            kind=row.kind,
            number=row.number,
            department=row.department,
            holder=row.holder,
            premises=row.premises,
            current=permit_version_from(row),
        )
        for row in connection.execute(query)
    )


def permits_by_id(connection: Connection, identities: Collection[int]) -> dict[int, Permit]:
    """Return permits as they are, by their ids; nothing for an id that is none."""
    query = current_permits().where(PermitRow.id.in_(identities))
    return {permit.id: permit for permit in read_permits(connection, query)}


def permit_version_from(row: Row[Any]) -> PermitVersion:
    """Make a version of a row that has the columns of ``permit_versions``."""
    return PermitVersion(
        permit=row.permit,
        version=row.version,
        move=Move(row.move),
        state=PermitState(row.state),
        terms=PermitTerms(
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            document_form=row.document_form,
            by_promise=row.by_promise,
            particulars=row.particulars,
        ),
        basis=None if row.basis is None else Basis(row.basis),
        grounds=row.grounds,
        document=row.document,
        record=Record(
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        ),
    )
