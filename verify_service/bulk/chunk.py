"""A chunk of rows: seen at once, planned one after another, written at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from verify_service.access import Principal
from verify_service.bulk.planning import RowPlanner
from verify_service.bulk.refusing import refusal_of_cell, refusal_of_row
from verify_service.catalog import NotInCatalogError
from verify_service.errors import ServiceError
from verify_service.intake.changes import ChangeRow, Fault
from verify_service.lifecycle.cascade import Cascade
from verify_service.office import Office
from verify_service.registry.intake_records import Refusal
from verify_service.registry.ledger import Written
from verify_service.registry.moves import Move
from verify_service.registry.plan import Plan
from verify_service.registry.sight import Sight

MOST_FAULTS: Final = 5
"""Of a row that are told: who mends these sends it again."""

ReadRow = ChangeRow | tuple[Fault, ...]
"""A row as far as its cells can say, or what is wrong with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a chunk; ``licenses`` counts the states of licenses that followed.

    ``relists``: a permit was changed, so that the status lists may have to say something else.
    """

    accepted: int
    licenses: int
    relists: bool
    refusals: Sequence[Refusal]


class ChunkPlanner:
    """Holds rows against the registry by the rules of the single entrance."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._cascade = Cascade(office)

    def plan(
        self,
        connection: Connection,
        rows: Sequence[ReadRow],
        *,
        principal: Principal,
        sight: Sight,
        plan: Plan,
        written: Written,
    ) -> Outcome:
        """Plan rows in their order; what is refused does not stop the others.

        Raises:
            NoPolicyError
        """
        asked = [row for row in rows if isinstance(row, ChangeRow)]
        planner = self._planner(
            connection, asked, principal=principal, sight=sight, plan=plan, written=written
        )
        accepted, licenses = 0, 0
        refusals: list[Refusal] = []
        for row in rows:
            if not isinstance(row, ChangeRow):
                refusals += map(refusal_of_cell, row[:MOST_FAULTS])
                continue
            try:
                licenses += planner.plan(row)
            except (ServiceError, NotInCatalogError) as error:
                refusals.append(refusal_of_row(row.line, error))
            else:
                accepted += 1
        changed = any(version.move is not Move.GRANTED for version in plan.versions)
        return Outcome(accepted=accepted, licenses=licenses, relists=changed, refusals=refusals)

    def do(
        self,
        connection: Connection,
        rows: Sequence[ReadRow],
        *,
        principal: Principal,
        written: Written,
    ) -> Outcome:
        """Plan rows and write what is accepted, within a writer's transaction."""
        plan = Plan()
        outcome = self.plan(
            connection, rows, principal=principal, sight=Sight(), plan=plan, written=written
        )
        self._cascade.write(connection, plan, written=written)
        return outcome

    def apply(
        self,
        connection: Connection,
        rows: Sequence[ChangeRow],
        *,
        principal: Principal,
        written: Written,
    ) -> None:
        """Do all of these rows or nothing, within a writer's transaction.

        Raises:
            AccessError, NotInCatalogError, RegistryError: one of them is refused.
        """
        plan = Plan()
        planner = self._planner(
            connection, rows, principal=principal, sight=Sight(), plan=plan, written=written
        )
        for row in rows:
            planner.plan(row)
        self._cascade.write(connection, plan, written=written)

    def _planner(
        self,
        connection: Connection,
        rows: Sequence[ChangeRow],
        *,
        principal: Principal,
        sight: Sight,
        plan: Plan,
        written: Written,
    ) -> RowPlanner:
        entering = [row for row in rows if row.move is Move.GRANTED]
        sight.see_permits(connection, {(row.kind, row.number) for row in rows})
        places = {row.premises for row in entering if row.premises}
        sight.see_premises(connection, places)
        sight.see_pending(connection, places)
        following = self._cascade.following(sight, plan, written=written)
        _ = following.policy  # without one nothing may be written, whatever the rows ask for
        return RowPlanner(
            self._office,
            principal,
            sight=sight,
            plan=plan,
            following=following,
            written=written,
        )
