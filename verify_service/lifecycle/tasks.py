"""The bureau's own desk: sheets come back, licenses are voided by the bureau itself, tasks close."""

from datetime import timedelta

from verify_service.access import Principal, require_bureau
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.lifecycle.consequences import NoticeKind
from verify_service.lifecycle.following import civil_day
from verify_service.lifecycle.wording import Addressed, OwnReason, own_notice
from verify_service.office import Office
from verify_service.publishing.service import Publisher
from verify_service.registry.ledger import Written
from verify_service.registry.licenses import get_license, latest_license_version
from verify_service.registry.moves import LicenseState
from verify_service.registry.notices import give_notice, make_notice
from verify_service.registry.policies import remember_policy
from verify_service.registry.recalls import close_recall, get_recall, open_recall
from verify_service.registry.records import (
    LicenseStanding,
    Notice,
    RecallOutcome,
    RecallTask,
    Record,
    ReissueOutcome,
    ReissueTask,
    Role,
    StateChange,
)
from verify_service.registry.reissues import close_reissue, close_reissues
from verify_service.registry.requests import RequestId, find_result, store_result
from verify_service.registry.states import (
    append_license_state,
    license_standing,
    license_states,
)


class TaskDesk:
    """Where the bureau closes tasks and ends licenses; each step is one transaction."""

    def __init__(self, database: Database, office: Office, publisher: Publisher) -> None:
        self._database = database
        self._office = office
        self._publisher = publisher

    def close_recall(
        self,
        identity: int,
        *,
        outcome: RecallOutcome,
        note: str | None = None,
        principal: Principal,
        clock: Clock,
    ) -> RecallTask:
        """Record what became of a sheet; one that was taken back makes its license recalled.

        Closed twice, the first time stands.

        Raises:
            AccessError, NotRegisteredError
        """
        require_bureau(principal)
        with self._database.writing() as connection:
            if get_recall(connection, identity).closed_at is not None:
                return get_recall(connection, identity)
            written = Written(at=clock(), by=principal.recorded_by)
            task = close_recall(connection, identity, outcome=outcome, note=note, written=written)
            standing = license_standing(connection, task.cause.number, task.cause.version)
            if outcome is RecallOutcome.TAKEN_BACK and standing.state is LicenseState.VOID:
                append_license_state(
                    connection,
                    standing.number,
                    standing.version,
                    StateChange(
                        state=LicenseState.RECALLED, reason="taken-back", record=_now(written)
                    ),
                    expected_seq=standing.seq,
                )
        return task

    def close_reissue(
        self, identity: int, *, note: str, principal: Principal, clock: Clock
    ) -> ReissueTask:
        """Close a reissue task without reissuing; closed twice, the first time stands.

        Raises:
            AccessError, NotRegisteredError
        """
        require_bureau(principal)
        with self._database.writing() as connection:
            written = Written(at=clock(), by=principal.recorded_by)
            return close_reissue(connection, identity, note=note, written=written)

    def give_notice(
        self, identity: int, *, means: str, principal: Principal, clock: Clock
    ) -> Notice:
        """Record that a holder was told; given twice, the first time stands.

        Raises:
            AccessError, NotRegisteredError
        """
        require_bureau(principal)
        with self._database.writing() as connection:
            written = Written(at=clock(), by=principal.recorded_by)
            return give_notice(connection, identity, means=means, written=written)

    def void(
        self,
        number: str,
        *,
        reason: OwnReason,
        principal: Principal,
        clock: Clock,
        request: RequestId | None = None,
    ) -> LicenseStanding:
        """Void the latest version of a license, and open the task to take its sheet back.

        The same ``request`` again gives what came of it the first time.

        Raises:
            AccessError, NotRegisteredError
            MoveRefusedError: it is void already.
        """
        require_bureau(principal)
        with self._database.writing() as connection:
            known = None if request is None else find_result(connection, request)
            if known is not None:
                return license_states(connection, str(known["number"]), _int(known["version"]))[
                    _int(known["seq"]) - 1
                ]
            written = Written(at=clock(), by=principal.recorded_by)
            policy = self._office.policies.on(civil_day(written.at))
            remember_policy(connection, policy.id, digest=policy.digest, written=written)
            registered = get_license(connection, number)
            standing = license_standing(
                connection, number, latest_license_version(connection, number)
            )
            after = append_license_state(
                connection,
                number,
                standing.version,
                StateChange(
                    state=LicenseState.VOID,
                    reason=reason,
                    policy=policy.id,
                    record=_now(written),
                ),
                expected_seq=standing.seq,
            )
            due = civil_day(written.at + timedelta(days=self._office.recall_days))
            open_recall(
                connection, cause=after, department=Role.BUREAU, due_on=due, written=written
            )
            close_reissues(
                connection,
                number=number,
                version=standing.version,
                outcome=ReissueOutcome.LICENSE_ENDED,
                written=written,
            )
            make_notice(
                connection,
                holder=registered.holder,
                number=number,
                version=standing.version,
                kind=NoticeKind.LICENSE_VOID,
                words=own_notice(reason, Addressed(number=number, version=standing.version)),
                written=written,
            )
            if request is not None:
                result = {"number": number, "version": after.version, "seq": after.seq}
                store_result(connection, request, result=result, at=written.at)
        self._publisher.republish(at=written.at)
        return after


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _now(written: Written) -> Record:
    return Record(effective_at=written.at, recorded_at=written.at, recorded_by=written.by)
