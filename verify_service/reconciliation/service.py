"""The reconciliation desk: compare an extract, settle a difference by a move, or dismiss it.

Nothing is settled by itself. What settles a difference goes through the one entrance for changes,
by the department whose permit it is, and marks the difference in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from verify_service.access import Principal, require_department, require_kind, require_owner
from verify_service.bulk.chunk import ChunkPlanner
from verify_service.bulk.refusing import refusal_of_cell, refusal_of_row
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.errors import ServiceError
from verify_service.intake.cells import RowTwiceError
from verify_service.intake.columns import Column
from verify_service.intake.extracts import ExtractRow, read_extract
from verify_service.intake.table import Table
from verify_service.lifecycle.announcing import Announcements
from verify_service.lifecycle.following import civil_day
from verify_service.office import Office
from verify_service.publishing.service import Publisher
from verify_service.reconciliation.comparing import compare, extra
from verify_service.reconciliation.errors import AsOfRefusedError
from verify_service.reconciliation.settling import Settlement, is_settled_already, rows_for
from verify_service.registry.intake_records import (
    Difference,
    DifferenceOutcome,
    NewDifference,
    Reconciliation,
    Refusal,
)
from verify_service.registry.ledger import Written
from verify_service.registry.permits import find_permit
from verify_service.registry.reconciling import (
    close_difference,
    get_difference,
    get_reconciliation,
    permits_of_department,
    permits_then,
    store_reconciliation,
)
from verify_service.registry.records import Permit


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of an extract: a list of differences, or why it could not be compared.

    An extract with a row that cannot be read is not compared at all: what that row was to say
    would look like a difference.
    """

    reconciliation: Reconciliation | None
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A difference that was settled, and the permit as it stands then."""

    difference: Difference
    permit: Permit


class ReconciliationDesk:
    """Where a department's extract is held against the registry."""

    def __init__(
        self,
        database: Database,
        office: Office,
        publisher: Publisher,
        announcements: Announcements,
    ) -> None:
        self._database = database
        self._office = office
        self._publisher = publisher
        self._announcements = announcements
        self._chunks = ChunkPlanner(office)

    def compare(
        self,
        table: Table,
        *,
        principal: Principal,
        clock: Clock,
        full_kinds: Sequence[str] = (),
        as_of: datetime | None = None,
    ) -> Compared:
        """Compare an extract and keep the differences as a numbered list.

        ``full_kinds``: kinds of which the extract claims to have every permit that stands; only of
        those a permit that it does not have is a difference. ``as_of``: when it was so; by default
        what its rows say, or now.

        Raises:
            AccessError: not a department, or a full kind that is another's.
            AsOfRefusedError, DatabaseError
        """
        require_department(principal)
        for kind in full_kinds:
            require_kind(principal, kind)
        at = clock()
        self._announcements.catch_up(at=at)
        rows, refusals = self._rows(table, principal)
        instant = _instant(rows, as_of, at)
        with self._database.reading() as connection:
            keys = {(row.kind, row.number) for row in rows}
            known = {(p.kind, p.number): p for p in permits_then(connection, keys, at=instant)}
            own = permits_of_department(
                connection, principal.department or "", full_kinds, at=instant
            )
        refusals += _of_others(rows, known, principal)
        if refusals:
            return Compared(
                reconciliation=None, refusals=tuple(sorted(refusals, key=lambda each: each.line))
            )
        on = civil_day(instant)
        found: list[NewDifference] = []
        agreed = 0
        for row in rows:
            differing = compare(row, known.get((row.kind, row.number)), on=on)
            agreed += not differing
            found += differing
        found += extra(own, keys, on=on)
        with self._database.writing() as connection:
            kept = store_reconciliation(
                connection,
                department=principal.department or "",
                digest=table.digest,
                sheet=table.sheet or "",
                full_kinds=sorted(set(full_kinds)),
                as_of=instant,
                rows=len(rows),
                agreed=agreed,
                differences=found,
                at=clock(),
                by=principal.recorded_by,
            )
        return Compared(reconciliation=kept, refusals=())

    def settle(
        self, identity: int, settlement: Settlement, *, principal: Principal, clock: Clock
    ) -> Settled:
        """Settle a difference by a move of its department, as the extract has it.

        One that was made good meanwhile is marked as settled, and nothing else is done.

        Raises:
            AccessError: not the department whose permit it is.
            NotRegisteredError, AlreadySettledError
            SettlementUnclearError: the settlement has to say more.
            VersionConflictError: the permit is not any more what was compared; compare anew.
            NotInCatalogError, RegistryError: refused, as by the single entrance.
        """
        require_department(principal)
        self._announcements.catch_up(at=clock())
        with self._database.writing() as connection:
            at = clock()
            written = Written(at=at, by=principal.recorded_by)
            self._announcements.apply_due(connection, at=at)
            difference = get_difference(connection, identity)
            found = difference.found
            owner = get_reconciliation(connection, difference.reconciliation).department
            require_owner(principal, kind=found.kind, department=owner)
            permit = find_permit(connection, kind=found.kind, number=found.number)
            if permit is not None:  # which another department may have entered since
                require_owner(principal, kind=found.kind, department=permit.department)
            closed = close_difference(
                connection,
                identity,
                outcome=DifferenceOutcome.SETTLED,
                grounds=settlement.grounds,
                at=at,
                by=written.by,
            )
            if not is_settled_already(found, permit):
                rows = rows_for(difference, permit, settlement)
                self._chunks.apply(connection, rows, principal=principal, written=written)
                permit = find_permit(connection, kind=found.kind, number=found.number)
        assert permit is not None  # it was there, or has been entered
        self._announcements.look_again()
        self._publisher.republish(at=at)
        return Settled(difference=closed, permit=permit)

    def dismiss(
        self, identity: int, *, grounds: str, principal: Principal, clock: Clock
    ) -> Difference:
        """Note that it was the extract that was wrong; the registry stays as it is.

        Raises:
            AccessError: not the department whose permit it is.
            NotRegisteredError, AlreadySettledError
        """
        require_department(principal)
        with self._database.writing() as connection:
            difference = get_difference(connection, identity)
            owner = get_reconciliation(connection, difference.reconciliation).department
            require_owner(principal, kind=difference.found.kind, department=owner)
            return close_difference(
                connection,
                identity,
                outcome=DifferenceOutcome.DISMISSED,
                grounds=grounds,
                at=clock(),
                by=principal.recorded_by,
            )

    def _rows(self, table: Table, principal: Principal) -> tuple[list[ExtractRow], list[Refusal]]:
        rows: list[ExtractRow] = []
        refusals: list[Refusal] = []
        lines: dict[tuple[str, str], int] = {}
        for raw in table.rows:
            row = read_extract(raw, table.columns, self._office.catalog.permit_kinds)
            if not isinstance(row, ExtractRow):
                refusals += map(refusal_of_cell, row)
                continue
            try:
                require_kind(principal, row.kind)
                first = lines.setdefault((row.kind, row.number), row.line)
                if first != row.line:
                    raise RowTwiceError(column=Column.NUMBER, first=first)
            except ServiceError as error:
                refusals.append(refusal_of_row(row.line, error))
            else:
                rows.append(row)
        return rows, refusals


def _instant(rows: Sequence[ExtractRow], given: datetime | None, now: datetime) -> datetime:
    named = {row.as_of for row in rows if row.as_of is not None}
    if given is not None:
        named.add(given)
    if len(named) > 1:
        raise AsOfRefusedError(reason="mixed")
    instant = named.pop() if named else now
    if instant > now:
        raise AsOfRefusedError(reason="ahead")
    return instant


def _of_others(
    rows: Sequence[ExtractRow], known: dict[tuple[str, str], Permit], principal: Principal
) -> list[Refusal]:
    """Rows of permits that are another department's, though of a kind of one's own."""
    refusals = []
    for row in rows:
        permit = known.get((row.kind, row.number))
        if permit is None:
            continue
        try:
            require_owner(principal, kind=row.kind, department=permit.department)
        except ServiceError as error:
            refusals.append(refusal_of_row(row.line, error))
    return refusals
