"""Reconciliations: what extracts and registry said differently, and what was made of it (R10)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, insert, select, update
from sqlalchemy.orm import aliased

from verify_service.registry.errors import AlreadySettledError, NotRegisteredError
from verify_service.registry.intake_books import DifferenceRow, ReconciliationRow
from verify_service.registry.intake_records import (
    Difference,
    DifferenceOutcome,
    DifferenceWhat,
    NewDifference,
    Reconciliation,
)
from verify_service.registry.models import PermitRow, PermitVersionRow
from verify_service.registry.permit_rows import read_permits
from verify_service.registry.records import Permit

_AT_ONCE: Final = 5000


def permits_then(
    connection: Connection, keys: Collection[tuple[str, str]], *, at: datetime
) -> Iterator[Permit]:
    """Yield permits by kind and number, each with the version that held at an instant.

    As it is known now; one that takes effect only later comes with its first version.
    """
    numbers: dict[str, list[str]] = {}
    for kind, number in keys:
        numbers.setdefault(kind, []).append(number)
    for kind, listed in numbers.items():
        rest = iter(listed)
        while some := tuple(islice(rest, _AT_ONCE)):
            query = _then(at).where(PermitRow.kind == kind, PermitRow.number.in_(some))
            yield from read_permits(connection, query)


def permits_of_department(
    connection: Connection, department: str, kinds: Collection[str], *, at: datetime
) -> tuple[Permit, ...]:
    """Return a department's permits of some kinds, each with the version that held at an instant."""
    query = _then(at).where(PermitRow.department == department, PermitRow.kind.in_(kinds))
    return read_permits(connection, query)


def store_reconciliation(
    connection: Connection,
    *,
    department: str,
    digest: bytes,
    sheet: str,
    full_kinds: Sequence[str],
    as_of: datetime,
    rows: int,
    agreed: int,
    differences: Sequence[NewDifference],
    at: datetime,
    by: str,
) -> Reconciliation:
    """Keep a comparison with its differences, which get their numbers here."""
    values = {
        "department": department,
        "digest": digest,
        "sheet": sheet,
        "full_kinds": " ".join(full_kinds),
        "as_of": as_of,
        "rows": rows,
        "agreed": agreed,
        "made_at": at,
        "made_by": by,
    }
    new = insert(ReconciliationRow).values(values).returning(ReconciliationRow.id)
    identity = connection.execute(new).scalar_one()
    if differences:
        connection.execute(
            insert(DifferenceRow),
            [_difference_row(identity, each) for each in differences],
        )
    return get_reconciliation(connection, identity)


def get_reconciliation(connection: Connection, identity: int) -> Reconciliation:
    """Return the reconciliation; raises `NotRegisteredError`."""
    query = select(ReconciliationRow.__table__).where(ReconciliationRow.id == identity)
    row = connection.execute(query).first()
    if row is None:
        raise NotRegisteredError(entity="reconciliation", key=str(identity))
    return _reconciliation(row)


def reconciliations(
    connection: Connection, *, department: str | None, limit: int
) -> tuple[Reconciliation, ...]:
    """Return the latest reconciliations, of one department or of all."""
    query = select(ReconciliationRow.__table__).order_by(ReconciliationRow.id.desc())
    if department is not None:
        query = query.where(ReconciliationRow.department == department)
    return tuple(map(_reconciliation, connection.execute(query.limit(limit))))


def differences_of(
    connection: Connection, reconciliation: int, *, after: int = 0, limit: int
) -> tuple[Difference, ...]:
    """Return up to ``limit`` differences of a reconciliation, those numbered above ``after``."""
    row = DifferenceRow
    query = select(row.__table__).where(row.reconciliation == reconciliation, row.id > after)
    return tuple(map(_difference, connection.execute(query.order_by(row.id).limit(limit))))


def open_differences(connection: Connection, *, department: str | None) -> dict[str, int]:
    """Return how many differences nobody has settled, by department: of one or of all."""
    query = (
        select(ReconciliationRow.department, func.count())
        .join(DifferenceRow, DifferenceRow.reconciliation == ReconciliationRow.id)
        .where(DifferenceRow.settled_at.is_(None))
        .group_by(ReconciliationRow.department)
        .order_by(ReconciliationRow.department)
    )
    if department is not None:
        query = query.where(ReconciliationRow.department == department)
    return {each: int(number) for each, number in connection.execute(query)}


def number_open(connection: Connection, reconciliation: int) -> int:
    """Return how many differences of a reconciliation nobody has settled."""
    return numbers_open(connection, (reconciliation,)).get(reconciliation, 0)


def numbers_open(connection: Connection, reconciliations: Collection[int]) -> dict[int, int]:
    """Return how many differences nobody has settled, by reconciliation; nothing for none."""
    row = DifferenceRow
    query = (
        select(row.reconciliation, func.count())
        .where(row.reconciliation.in_(reconciliations), row.settled_at.is_(None))
        .group_by(row.reconciliation)
    )
    return {identity: int(number) for identity, number in connection.execute(query)}


def get_difference(connection: Connection, identity: int) -> Difference:
    """Return the difference; raises `NotRegisteredError`."""
    query = select(DifferenceRow.__table__).where(DifferenceRow.id == identity)
    row = connection.execute(query).first()
    if row is None:
        raise NotRegisteredError(entity="difference", key=str(identity))
    return _difference(row)


def close_difference(
    connection: Connection,
    identity: int,
    *,
    outcome: DifferenceOutcome,
    grounds: str,
    at: datetime,
    by: str,
) -> Difference:
    """Say what was made of a difference; raises `NotRegisteredError`, `AlreadySettledError`."""
    known = get_difference(connection, identity)
    if known.outcome is not None:
        raise AlreadySettledError(difference=identity, outcome=known.outcome)
    values = {"outcome": outcome, "grounds": grounds, "settled_at": at, "settled_by": by}
    connection.execute(update(DifferenceRow).where(DifferenceRow.id == identity).values(values))
    return get_difference(connection, identity)


def _then(at: datetime) -> Select[Any]:
    """Select permits, each with the last version whose effect had begun, or with its first."""
    then = aliased(PermitVersionRow)
    held = (
        select(func.coalesce(func.max(then.version), 1))
        .where(then.permit == PermitRow.id, then.effective_at <= at)
        .scalar_subquery()
    )
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
        .where(PermitVersionRow.version == held)
        .order_by(PermitRow.kind, PermitRow.number)
    )


def _difference_row(reconciliation: int, found: NewDifference) -> dict[str, object]:
    return {
        "reconciliation": reconciliation,
        "what": found.what,
        "kind": found.kind,
        "number": found.number,
        "line": found.line,
        "permit": found.permit,
        "permit_version": found.permit_version,
        "registered": found.registered,
        "extracted": found.extracted,
        "outcome": None,
        "settled_at": None,
        "settled_by": None,
        "grounds": None,
    }


def _reconciliation(row: Row[Any]) -> Reconciliation:
    return Reconciliation(
        id=row.id,
        department=row.department,
        digest=row.digest,
        sheet=row.sheet,
        full_kinds=tuple(row.full_kinds.split()),
        as_of=row.as_of,
        rows=row.rows,
        agreed=row.agreed,
        made_at=row.made_at,
        made_by=row.made_by,
    )


def _difference(row: Row[Any]) -> Difference:
    return Difference(
        id=row.id,
        reconciliation=row.reconciliation,
        found=NewDifference(
            what=DifferenceWhat(row.what),
            kind=row.kind,
            number=row.number,
            line=row.line,
            permit=row.permit,
            permit_version=row.permit_version,
            registered=row.registered,
            extracted=row.extracted,
        ),
        outcome=None if row.outcome is None else DifferenceOutcome(row.outcome),
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        grounds=row.grounds,
    )
