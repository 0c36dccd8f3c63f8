"""The cascade: in the transaction in which a permit changes, its licenses follow (R7, R8).

What becomes of a license is decided by `consequences`, which is pure; here it is read for and
written: the license's state, its note, tasks, and what the holder is to be told.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from credential.days import SHANGHAI
from verify_service.lifecycle.consequences import (
    ALIVE,
    Consequence,
    Gathered,
    NoticeKind,
    Reissue,
    consequence,
)
from verify_service.lifecycle.policy import LicensePolicy
from verify_service.lifecycle.wording import Addressed, permit_notice
from verify_service.office import Office
from verify_service.registry.ledger import Written
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import versions_pending
from verify_service.registry.moves import LicenseState, PermitState
from verify_service.registry.notes import add_note, notes_of
from verify_service.registry.notices import make_notice
from verify_service.registry.permits import get_permit, is_renewing
from verify_service.registry.policies import remember_policy
from verify_service.registry.recalls import open_recall
from verify_service.registry.records import (
    IncludedPermit,
    LicenseNote,
    LicenseStanding,
    Permit,
    Record,
    ReissueOutcome,
    StateChange,
)
from verify_service.registry.reissues import close_reissues, open_reissue
from verify_service.registry.states import append_license_state, licenses_of_permit


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What followed a permit's change: states of licenses, and licenses that were noted."""

    states: tuple[LicenseStanding, ...]
    noted: tuple[LicenseNote, ...] = ()


class Cascade:
    """Writes what follows a permit's change, within the transaction of the change."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def follow(self, connection: Connection, permit: Permit, *, written: Written) -> Followed:
        """Let every license follow that gathers ``permit``, which is read after its change.

        Raises:
            NoPolicyError: no policy is in force; nothing may be written.
        """
        policy = self._policy(connection, written)
        states: list[LicenseStanding] = []
        noted: list[LicenseNote] = []
        for standing in licenses_of_permit(connection, permit.id):
            if standing.state not in ALIVE:
                continue
            found = self._decide(connection, policy, standing, permit, written=written)
            after = self._write(connection, policy, standing, permit, found, written=written)
            if after is not None:
                states.append(after)
            if found.is_noted:
                noted.append(self._note(connection, policy, standing, permit, written=written))
        return Followed(states=tuple(states), noted=tuple(noted))

    def entered(self, connection: Connection, permit: Permit, *, written: Written) -> None:
        """Ask for the reissue of licenses on which a permit that was just entered is pending."""
        for standing in versions_pending(connection, premises=permit.premises, kind=permit.kind):
            if standing.state in ALIVE:
                found = Consequence(
                    reissue=Reissue.PENDING_GRANTED, notice=NoticeKind.LICENSE_TO_REISSUE
                )
                policy = self._policy(connection, written)
                self._write(connection, policy, standing, permit, found, written=written)

    def _policy(self, connection: Connection, written: Written) -> LicensePolicy:
        policy = self._office.policies.on(civil_day(written.at))
        remember_policy(connection, policy.id, digest=policy.digest, written=written)
        return policy

    def _decide(
        self,
        connection: Connection,
        policy: LicensePolicy,
        standing: LicenseStanding,
        permit: Permit,
        *,
        written: Written,
    ) -> Consequence:
        gathered = gather(connection, standing.number, standing.version)
        return consequence(
            policy,
            standing=standing.state,
            changed=gathered.pop(permit.id),
            others=tuple(gathered.values()),
            on=civil_day(written.at),
        )

    def _write(
        self,
        connection: Connection,
        policy: LicensePolicy,
        standing: LicenseStanding,
        permit: Permit,
        found: Consequence,
        *,
        written: Written,
    ) -> LicenseStanding | None:
        cause = IncludedPermit(permit=permit.id, version=permit.current.version)
        after = None
        if found.state is not None:
            after = append_license_state(
                connection,
                standing.number,
                standing.version,
                StateChange(
                    state=found.state,
                    reason=found.reason,
                    cause=cause,
                    policy=policy.id,
                    record=_now(written),
                ),
                expected_seq=standing.seq,
            )
        if after is not None and after.state is LicenseState.VOID:
            due = self._due(written, self._office.recall_days)
            open_recall(
                connection, cause=after, department=permit.department, due_on=due, written=written
            )
            close_reissues(
                connection,
                number=standing.number,
                version=standing.version,
                outcome=ReissueOutcome.LICENSE_ENDED,
                written=written,
            )
        if found.reissue is not None:
            open_reissue(
                connection,
                number=standing.number,
                version=standing.version,
                reason=found.reissue,
                cause=cause,
                due_on=self._due(written, self._office.reissue_days),
                written=written,
            )
        if found.notice is not None:
            make_notice(
                connection,
                holder=permit.holder,
                number=standing.number,
                version=standing.version,
                kind=found.notice,
                words=permit_notice(
                    found.notice,
                    Addressed(number=standing.number, version=standing.version),
                    permit=permit,
                    cause=permit.current,
                    catalog=self._office.catalog,
                ),
                written=written,
            )
        return after

    def _note(
        self,
        connection: Connection,
        policy: LicensePolicy,
        standing: LicenseStanding,
        permit: Permit,
        *,
        written: Written,
    ) -> LicenseNote:
        note = LicenseNote(
            number=standing.number,
            version=standing.version,
            permit=permit.id,
            permit_version=permit.current.version,
            policy=policy.id,
            record=_now(written),
        )
        add_note(connection, note)
        return note

    def _due(self, written: Written, days: int) -> date:
        return civil_day(written.at + timedelta(days=days))


def gather(connection: Connection, number: str, version: int) -> dict[int, Gathered]:
    """Return the permits of a version of a license as they stand, by id in the license's order."""
    noted = {note.permit for note in notes_of(connection, number, version)}
    gathered = {}
    for included in get_license_version(connection, number, version).permits:
        current = get_permit(connection, included.permit).current
        lapsed = current.state is PermitState.LAPSED
        gathered[included.permit] = Gathered(
            current=current,
            mandatory=included.mandatory,
            noted=included.permit in noted,
            renewing=lapsed and is_renewing(connection, included.permit),
        )
    return gathered


def civil_day(at: datetime) -> date:
    """Return the civil day of an instant in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).date()


def _now(written: Written) -> Record:
    """A license's own chain takes effect when it is recorded: it cannot fall before it stood."""
    return Record(effective_at=written.at, recorded_at=written.at, recorded_by=written.by)
