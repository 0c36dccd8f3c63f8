"""Announced changes come about at their instant: no question past it is answered before.

Every entrance that answers from the registry first calls `Announcements.catch_up`, which compares
one instant with another, nearly always. What the timer does not do in time is so done by the first
who asks.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from verify_service.database import Database
from verify_service.lifecycle.applying import apply_change
from verify_service.lifecycle.cascade import Cascade
from verify_service.office import Office
from verify_service.registry.announcements import due_announced, next_due, settle
from verify_service.registry.errors import MoveRefusedError
from verify_service.registry.ledger import CLOCK, Written
from verify_service.registry.permits import get_permit
from verify_service.registry.records import (
    AnnouncedChange,
    AnnouncementOutcome,
    PermitChange,
    Record,
)
from verify_service.registry.states import last_recorded

LOOK_EVERY: Final = timedelta(seconds=20)
"""How long this process may not notice what another one has announced. Less than the shortest
notice that is taken (`entrance.SOONEST`), so nothing is missed."""


class Announcements:
    """Knows when the next announced change takes effect, and sees to it that it does.

    ``applied`` is called once something was applied and committed: lists are to be signed.
    """

    def __init__(
        self, database: Database, office: Office, *, applied: Callable[[datetime], None]
    ) -> None:
        self._database = database
        self._cascade = Cascade(office)
        self._applied = applied
        self._lock = threading.Lock()
        self._next: datetime | None = None
        self._looked_at: datetime | None = None

    def catch_up(self, *, at: datetime) -> bool:
        """Apply what has taken effect by ``at``; say whether anything was due.

        Raises:
            DatabaseError: it cannot be written, so nothing may be answered.
        """
        if not self.is_due(at):
            return False
        with self._lock:
            if not self.is_due(at):
                return False
            with self._database.writing() as connection:
                found = self.apply_due(connection, at=at)
                self._next, self._looked_at = next_due(connection), at
        if found:
            self._applied(at)
        return found

    def next_due(self, *, at: datetime) -> datetime | None:
        """Return when the next one takes effect, as this process knows; for whoever sleeps."""
        self._look(at)
        return self._next

    def look_again(self) -> None:
        """Forget what was known: something was announced or taken back just now."""
        self._looked_at = None

    def apply_due(self, connection: Connection, *, at: datetime) -> bool:
        """Apply, within a transaction, what has taken effect by ``at``; say whether there was any.

        One that its permit's state does not allow any more is settled as refused.
        """
        due = due_announced(connection, at=at)
        for announced in due:
            self._apply(connection, announced, at=at)
        return bool(due)

    def is_due(self, at: datetime) -> bool:
        """Say whether anything has to be written before a question at ``at`` is answered."""
        self._look(at)
        return self._next is not None and self._next <= at

    def _look(self, at: datetime) -> None:
        looked_at = self._looked_at
        if looked_at is not None and abs(at - looked_at) < LOOK_EVERY:
            return
        with self._database.reading() as connection:
            self._next = next_due(connection)
        self._looked_at = at

    def _apply(self, connection: Connection, announced: AnnouncedChange, *, at: datetime) -> None:
        permit = get_permit(connection, announced.permit)
        at = max(at, last_recorded(connection, permit.id))
        # It is the department's decision, of the day on which it was announced.
        record = Record(
            effective_at=announced.effective_at,
            recorded_at=at,
            recorded_by=announced.announced_by,
        )
        change = PermitChange(
            move=announced.move,
            terms=announced.terms,
            basis=announced.basis,
            grounds=announced.grounds,
            document=announced.document,
            record=record,
        )
        outcome, detail = AnnouncementOutcome.APPLIED, None
        try:
            apply_change(connection, self._cascade, permit, change)
        except MoveRefusedError as refusal:
            # Raised before anything is written. Any other failure keeps everybody from an answer:
            # a decision that was dropped would leave a license green.
            outcome, detail = AnnouncementOutcome.REFUSED, dict(refusal.message())
        settle(
            connection,
            announced.id,
            outcome=outcome,
            detail=detail,
            written=Written(at=at, by=CLOCK),
        )
