"""The sweeper: records what time alone has done, and lets the licenses follow (R7).

Nothing depends on it for being true: whoever computes (page, API, list, scanner) says lapsed from
the day after the last one. It opens the tasks, and makes a license void whose grace is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import Connection

from credential.days import SHANGHAI
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.lifecycle.announcing import Announcements
from verify_service.lifecycle.applying import plan_change
from verify_service.lifecycle.cascade import Cascade
from verify_service.lifecycle.following import civil_day
from verify_service.office import Office
from verify_service.registry.ledger import CLOCK, Written
from verify_service.registry.moves import Basis, Move, PermitState, has_ended
from verify_service.registry.permit_rows import permits_by_id
from verify_service.registry.permits import permits_run_out
from verify_service.registry.plan import Plan
from verify_service.registry.records import LicenseStanding, Permit, PermitChange, Record
from verify_service.registry.sight import Sight
from verify_service.registry.states import (
    lapsed_permits_of_suspended,
    last_recorded_of,
)
from verify_service.turns import Turns

AT_ONCE: Final = 500
"""Lapses of one transaction: other writers wait no longer than for these."""
_GRACES_AT_ONCE: Final = 50


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
        lapsed, licenses = self._record_lapses(clock)
        return Swept(lapsed=lapsed, licenses=licenses + self._end_graces(clock))

    def _record_lapses(self, clock: Clock) -> tuple[int, tuple[LicenseStanding, ...]]:
        with self._database.reading() as connection:
            run_out = permits_run_out(connection, before=civil_day(clock()))
        lapsed, turns = 0, Turns()
        licenses: tuple[LicenseStanding, ...] = ()
        for start in range(0, len(run_out), AT_ONCE):
            with turns, self._database.writing() as connection:
                at = clock()
                found = permits_by_id(connection, run_out[start : start + AT_ONCE])
                # As they are now: one may have been renewed since they were looked for.
                permits = [each for each in found.values() if _has_run_out(each, civil_day(at))]
                recorded = last_recorded_of(connection, [permit.id for permit in permits])
                # All at one instant, but where somebody's clock was ahead.
                for instant, some in groupby(permits, key=lambda each: max(at, recorded[each.id])):
                    written = Written(at=instant, by=CLOCK)
                    licenses += self._lapse(connection, tuple(some), written)
                lapsed += len(permits)
            turns.pause()
        return lapsed, licenses

    def _lapse(
        self, connection: Connection, permits: Sequence[Permit], written: Written
    ) -> tuple[LicenseStanding, ...]:
        sight, plan = Sight(), Plan()
        sight.see_as_read(connection, permits)
        following = self._cascade.following(sight, plan, written=written)
        _ = following.policy  # without one nothing may be written
        licenses: tuple[LicenseStanding, ...] = ()
        for permit in permits:
            _, followed = plan_change(
                permit, _lapse(permit, written.at), plan=plan, following=following
            )
            licenses += followed.states
        self._cascade.write(connection, plan, written=written)
        return licenses

    def _end_graces(self, clock: Clock) -> tuple[LicenseStanding, ...]:
        """End what is past its grace, some permits in a transaction: most of them stay as they are."""
        with self._database.reading() as connection:
            waiting = lapsed_permits_of_suspended(connection)
        licenses: tuple[LicenseStanding, ...] = ()
        turns = Turns()
        for start in range(0, len(waiting), _GRACES_AT_ONCE):
            with turns, self._database.writing() as connection:
                at = clock()
                some = waiting[start : start + _GRACES_AT_ONCE]
                recorded = last_recorded_of(connection, some)
                for permit in permits_by_id(connection, some).values():
                    if permit.current.state is not PermitState.LAPSED:
                        continue  # renewed since they were looked for
                    followed = self._cascade.follow(
                        connection,
                        permit,
                        written=Written(at=max(at, recorded[permit.id]), by=CLOCK),
                    )
                    licenses += followed.states
            turns.pause()
        return licenses


def _has_run_out(permit: Permit, today: date) -> bool:
    last_day = permit.current.terms.valid_until
    return not has_ended(permit.current.state) and last_day is not None and last_day < today


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
