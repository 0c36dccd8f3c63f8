"""Announced changes whose instant has come: planned one after another, written at once.

Thousands may be announced for one midnight, and nobody gets an answer before they are in the
books. So they are applied as a file of changes is, some hundreds in a transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Connection

from verify_service.lifecycle.applying import plan_change
from verify_service.lifecycle.cascade import Cascade
from verify_service.office import Office
from verify_service.registry.announcements import due_announced, settle, settle_all
from verify_service.registry.errors import MoveRefusedError
from verify_service.registry.ledger import CLOCK, Written
from verify_service.registry.permit_rows import permits_by_id
from verify_service.registry.plan import Plan
from verify_service.registry.records import (
    AnnouncedChange,
    AnnouncementOutcome,
    PermitChange,
    Record,
)
from verify_service.registry.sight import Sight
from verify_service.registry.states import last_recorded_of

AT_ONCE: Final = 500
"""Changes of one transaction: other writers wait no longer than for these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """An announced change, and as what it is recorded: a decision of the day when it was announced,
    by whoever announced it."""

    announced: AnnouncedChange
    written: Written


class TakingEffect:
    """Applies what is due, in the order of its effect."""

    def __init__(self, office: Office) -> None:
        self._cascade = Cascade(office)

    def apply_some(self, connection: Connection, *, at: datetime) -> int:
        """Apply the first `AT_ONCE` of what was to take effect by ``at``; return how many there were.

        One that its permit's state does not allow any more is settled as refused.

        Raises:
            NoPolicyError, RegistryError: nothing may be written, and nobody is answered. A decision
                that was dropped would leave a license green.
        """
        found = due_announced(connection, at=at, limit=AT_ONCE)
        recorded = last_recorded_of(connection, {each.permit for each in found})
        due = [
            _Due(
                announced=each,
                written=Written(at=max(at, recorded[each.permit]), by=each.announced_by),
            )
            for each in found
        ]
        # One instant and one party but where somebody's clock was ahead, or several had decided.
        for written, some in groupby(due, key=lambda each: each.written):
            self._apply(connection, [each.announced for each in some], written=written)
        return len(found)

    def _apply(
        self, connection: Connection, changes: Sequence[AnnouncedChange], *, written: Written
    ) -> None:
        permits = permits_by_id(connection, {each.permit for each in changes})
        sight, plan = Sight(), Plan()
        sight.see_as_read(connection, tuple(permits.values()))
        following = self._cascade.following(sight, plan, written=written)
        _ = following.policy  # without one nothing may be written
        by_clock = Written(at=written.at, by=CLOCK)
        applied = []
        for each in changes:
            permit = permits[each.permit]
            try:
                permits[each.permit], _ = plan_change(
                    permit, _change(each, written), plan=plan, following=following
                )
            except MoveRefusedError as refusal:
                settle(
                    connection,
                    each.id,
                    outcome=AnnouncementOutcome.REFUSED,
                    detail=dict(refusal.message()),
                    written=by_clock,
                )
                continue
            applied.append(each.id)
        self._cascade.write(connection, plan, written=written)
        settle_all(connection, applied, outcome=AnnouncementOutcome.APPLIED, written=by_clock)


def _change(announced: AnnouncedChange, written: Written) -> PermitChange:
    return PermitChange(
        move=announced.move,
        terms=announced.terms,
        basis=announced.basis,
        grounds=announced.grounds,
        document=announced.document,
        record=Record(
            effective_at=announced.effective_at, recorded_at=written.at, recorded_by=written.by
        ),
    )
