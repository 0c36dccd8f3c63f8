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
from verify_service.lifecycle.taking_effect import AT_ONCE, TakingEffect
from verify_service.office import Office
from verify_service.registry.announcements import next_due
from verify_service.turns import Turns

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
        self._taking_effect = TakingEffect(office)
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
            applied, turns = 0, Turns()
            try:
                while True:
                    with turns, self._database.writing() as connection:
                        found = self._taking_effect.apply_some(connection, at=at)
                        upcoming = next_due(connection)
                    applied += found
                    if found < AT_ONCE:
                        break
                    turns.pause()
            finally:
                if applied:
                    self._applied(at)
            self._next, self._looked_at = upcoming, at
        return applied > 0

    def next_due(self, *, at: datetime) -> datetime | None:
        """Return when the next one takes effect, as this process knows; for whoever sleeps."""
        self._look(at)
        return self._next

    def look_again(self) -> None:
        """Forget what was known: something was announced or taken back just now."""
        self._looked_at = None

    def apply_due(self, connection: Connection, *, at: datetime) -> bool:
        """Apply, within a transaction, what has taken effect by ``at``; say whether there was any.

        Who opens the transaction has caught up before: it is for what came due in between.
        """
        applied = 0
        while (found := self._taking_effect.apply_some(connection, at=at)) == AT_ONCE:
            applied += found
        return applied + found > 0

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
