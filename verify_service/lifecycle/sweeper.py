"""The sweeper: records what time alone has done, and lets the licenses follow (R7).

Nothing depends on it for being true: whoever computes (page, API, list, scanner) says lapsed from
the day after the last one. It opens the tasks, and makes a license void whose grace is over.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from credential.days import SHANGHAI
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.lifecycle.announcing import Announcements
from verify_service.lifecycle.applying import apply_change
from verify_service.lifecycle.cascade import Cascade
from verify_service.lifecycle.following import civil_day
from verify_service.office import Office
from verify_service.registry.ledger import CLOCK, Written
from verify_service.registry.moves import Basis, Move
from verify_service.registry.permits import get_permit, permits_run_out
from verify_service.registry.records import LicenseStanding, Permit, PermitChange, Record
from verify_service.registry.states import lapsed_permits_of_suspended, last_recorded

AT_ONCE: Final = 200
"""Permits of one transaction: other writers wait no longer than for these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many permits were recorded as lapsed, and which states of licenses followed."""

    lapsed: int
    licenses: tuple[LicenseStanding, ...]


class Sweeper:
    """Brings the record up to the day."""

    def __init__(self, database: Database, office: Office, announcements: Announcements) -> None:
        self._database = database
        self._announcements = announcements
        self._cascade = Cascade(office)

    def sweep(self, *, clock: Clock) -> Swept:
        """Apply what was announced, record what has run out, end what is past its grace.

        Safe to be stopped at any time, and to be run by several processes.

        Raises:
            DatabaseError: what was not recorded is recorded by the next sweep.
        """
        self._announcements.catch_up(at=clock())
        lapsed = 0
        licenses: tuple[LicenseStanding, ...] = ()
        while True:
            found, followed = self._record_lapses(clock)
            lapsed, licenses = lapsed + found, licenses + followed
            if found < AT_ONCE:
                break
        return Swept(lapsed=lapsed, licenses=licenses + self._end_graces(clock))

    def _record_lapses(self, clock: Clock) -> tuple[int, tuple[LicenseStanding, ...]]:
        with self._database.writing() as connection:
            at = clock()
            permits = permits_run_out(connection, before=civil_day(at), limit=AT_ONCE)
            licenses: tuple[LicenseStanding, ...] = ()
            for permit in permits:
                recorded_at = max(at, last_recorded(connection, permit.id))
                followed = apply_change(
                    connection, self._cascade, permit, _lapse(permit, recorded_at)
                )
                licenses += followed.states
        return len(permits), licenses

    def _end_graces(self, clock: Clock) -> tuple[LicenseStanding, ...]:
        with self._database.writing() as connection:
            at = clock()
            licenses: tuple[LicenseStanding, ...] = ()
            for permit in lapsed_permits_of_suspended(connection):
                recorded_at = max(at, last_recorded(connection, permit))
                followed = self._cascade.follow(
                    connection,
                    get_permit(connection, permit),
                    written=Written(at=recorded_at, by=CLOCK),
                )
                licenses += followed.states
        return licenses


def _lapse(permit: Permit, at: datetime) -> PermitChange:
    last_day = permit.current.terms.valid_until
    assert last_day is not None  # it has run out
    return PermitChange(
        move=Move.LAPSED,
        basis=Basis.TERM_OVER,
        grounds=f"有效期至 {last_day.isoformat()}",
        record=Record(effective_at=_end_of(last_day), recorded_at=at, recorded_by=CLOCK),
    )


def _end_of(day: date) -> datetime:
    """The first instant after a civil day in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
