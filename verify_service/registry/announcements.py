"""Announced changes: decisions of departments that take effect later."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from verify_service.registry.books import AnnouncedChangeRow
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.ledger import Written, insert_row, note_changes
from verify_service.registry.moves import Basis, Move, basis_of
from verify_service.registry.records import (
    AnnouncedChange,
    AnnouncementOutcome,
    PermitChange,
    PermitTerms,
)


def announce(connection: Connection, permit: int, change: PermitChange) -> AnnouncedChange:
    """Keep a change until it takes effect; its record is effective after it is recorded.

    Raises `BasisRefusedError`.
    """
    written = Written(at=change.record.recorded_at, by=change.record.recorded_by)
    values = announced_row(permit, change)
    identity = insert_row(connection, AnnouncedChangeRow, values, written=written)
    return get_announced(connection, identity)


def announced_row(permit: int, change: PermitChange) -> dict[str, object]:
    """Lay an announced change out in columns; raises `BasisRefusedError`."""
    return {
        "permit": permit,
        "move": change.move,
        "basis": basis_of(change.move, change.basis),
        "terms": None if change.terms is None else _terms_document(change.terms),
        "grounds": change.grounds,
        "document": change.document,
        "effective_at": change.record.effective_at,
        "announced_at": change.record.recorded_at,
        "announced_by": change.record.recorded_by,
    }


def settle(
    connection: Connection,
    identity: int,
    *,
    outcome: AnnouncementOutcome,
    detail: Mapping[str, object] | None = None,
    written: Written,
) -> AnnouncedChange:
    """Say what became of an announced change; settled twice, the first time stands.

    Raises `NotRegisteredError`.
    """
    get_announced(connection, identity)
    settle_all(connection, (identity,), outcome=outcome, detail=detail, written=written)
    return get_announced(connection, identity)


def settle_all(
    connection: Connection,
    identities: Collection[int],
    *,
    outcome: AnnouncementOutcome,
    detail: Mapping[str, object] | None = None,
    written: Written,
) -> None:
    """Say what became of announced changes; what is settled stays as it is."""
    row = AnnouncedChangeRow
    settled = (
        update(row)
        .where(row.id.in_(identities), row.settled_at.is_(None))
        .values(settled_at=written.at, settled_by=written.by, outcome=outcome, detail=detail)
        .returning(*row.__table__.columns)
    )
    rows = sorted(map(dict, connection.execute(settled).mappings()), key=lambda each: each["id"])
    note_changes(connection, row, rows, written=written)


def get_announced(connection: Connection, identity: int) -> AnnouncedChange:
    """Return the announced change; raises `NotRegisteredError`."""
    query = select(AnnouncedChangeRow.__table__).where(AnnouncedChangeRow.id == identity)
    row = connection.execute(query).first()
    if row is None:
        raise NotRegisteredError(entity="announced change", key=str(identity))
    return _announced(row)


def due_announced(
    connection: Connection, *, at: datetime, limit: int
) -> tuple[AnnouncedChange, ...]:
    """Return the first of what was to take effect by ``at`` and is not settled, in the order of
    its effect."""
    row = AnnouncedChangeRow
    query = select(row.__table__).where(row.settled_at.is_(None), row.effective_at <= at)
    ordered = query.order_by(row.effective_at, row.id).limit(limit)
    return tuple(map(_announced, connection.execute(ordered)))


def next_due(connection: Connection) -> datetime | None:
    """Return when the next announced change takes effect, None where none waits."""
    row = AnnouncedChangeRow
    query = select(func.min(row.effective_at)).where(row.settled_at.is_(None))
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def announced_of(connection: Connection, permit: int) -> tuple[AnnouncedChange, ...]:
    """Return what was announced for a permit, settled or not, in the order of announcement."""
    row = AnnouncedChangeRow
    query = select(row.__table__).where(row.permit == permit)
    return tuple(map(_announced, connection.execute(query.order_by(row.id))))


def _terms_document(terms: PermitTerms) -> Mapping[str, object]:
    return {
        "valid_from": terms.valid_from.isoformat(),
        "valid_until": None if terms.valid_until is None else terms.valid_until.isoformat(),
        "document_form": terms.document_form,
        "by_promise": terms.by_promise,
        "particulars": dict(terms.particulars),
    }


def _terms(document: Mapping[str, Any]) -> PermitTerms:
    last = document["valid_until"]
    return PermitTerms(
        valid_from=date.fromisoformat(document["valid_from"]),
        valid_until=None if last is None else date.fromisoformat(last),
        document_form=document["document_form"],
        by_promise=document["by_promise"],
        particulars=document["particulars"],
    )


def _announced(row: Row[Any]) -> AnnouncedChange:
    return AnnouncedChange(
        id=row.id,
        permit=row.permit,
        move=Move(row.move),
        basis=Basis(row.basis),
        terms=None if row.terms is None else _terms(row.terms),
        grounds=row.grounds,
        document=row.document,
        effective_at=row.effective_at,
        announced_at=row.announced_at,
        announced_by=row.announced_by,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        outcome=None if row.outcome is None else AnnouncementOutcome(row.outcome),
        detail=row.detail,
    )
