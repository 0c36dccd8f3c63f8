"""A department writes its permits, and in the same transaction the licenses follow (R6, R7).

The literal reading of the plan: whatever way a permit ends, every license in force that gathers
it is void at once, and a recall task is opened for the department. A suspension suspends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from credential.days import MAX_DAY, SHANGHAI, date_of
from verify_service.access import Principal, require_kind, require_owner
from verify_service.catalog import Form, NotInCatalogError
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.office import Office
from verify_service.publishing.service import Publisher
from verify_service.registry.errors import DayOutOfRangeError, NotRegisteredError
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.moves import LicenseState, Move, PermitState, has_ended
from verify_service.registry.permits import (
    add_permit,
    append_permit_version,
    find_permit,
    get_permit,
    permit_chain,
)
from verify_service.registry.recalls import open_recall
from verify_service.registry.records import (
    IncludedPermit,
    LicenseStanding,
    Permit,
    PermitChange,
    PermitTerms,
    PermitVersion,
    Record,
    StateChange,
)
from verify_service.registry.requests import RequestId, find_result, store_result
from verify_service.registry.states import (
    append_license_state,
    license_states,
    licenses_of_permit,
)

_LAST_DAY = date_of(MAX_DAY)
_STANDING = (LicenseState.IN_FORCE, LicenseState.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPermit:
    """A permit that its department has granted."""

    kind: str
    number: str
    department: str
    holder: str
    premises: int
    terms: PermitTerms
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a department does to a permit; ``terms`` None where they stay as they were."""

    move: Move
    grounds: str
    document: str | None = None
    terms: PermitTerms | None = None
    effective_at: datetime | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A permit as it stands after a change, and the license versions that followed it."""

    permit: Permit
    licenses: tuple[LicenseStanding, ...]

    def as_result(self) -> Mapping[str, object]:
        """Name the links that were appended: chains keep them for good."""
        return {
            "permit": self.permit.id,
            "version": self.permit.current.version,
            "licenses": [[each.number, each.version, each.seq] for each in self.licenses],
        }


class PermitDesk:
    """Where departments enter, change and end their permits.

    Its steps read the clock when they have the registry for themselves: what is recorded later
    has the later instant, however long anybody waited.
    """

    def __init__(self, database: Database, office: Office, publisher: Publisher) -> None:
        self._database = database
        self._office = office
        self._publisher = publisher

    def enter(self, new: NewPermit, *, principal: Principal, clock: Clock) -> Permit:
        """Register a permit.

        Raises:
            AccessError: another department's kind, or in another department's name.
            NotInCatalogError: no such kind, department and form together.
            RegistryError: known already, or of nobody's premises.
        """
        require_owner(principal, kind=new.kind, department=new.department)
        self._check_terms(new.kind, new.department, new.terms)
        with self._database.writing() as connection:
            return add_permit(
                connection,
                kind=new.kind,
                number=new.number,
                department=new.department,
                holder=new.holder,
                premises=new.premises,
                granted=PermitChange(
                    move=Move.GRANTED,
                    terms=new.terms,
                    grounds="granted",
                    document=new.document,
                    record=_record(principal, clock(), None),
                ),
            )

    def answered(self, request: RequestId) -> Changed | None:
        """Return what came of a request that was made before, None for one that is new.

        Raises:
            RequestMismatchError: its key was used for another one.
        """
        with self._database.reading() as connection:
            known = find_result(connection, request)
            return None if known is None else _changed(connection, known)

    def change(
        self,
        kind: str,
        number: str,
        change: Change,
        *,
        principal: Principal,
        clock: Clock,
        request: RequestId | None = None,
    ) -> Changed:
        """Change or end a permit; licenses follow in the same transaction, lists right after.

        The same ``request`` again gives what came of it the first time, and does nothing.

        Raises:
            AccessError, NotInCatalogError, RegistryError: refused, and nothing was written.
        """
        require_kind(principal, kind)
        with self._database.writing() as connection:
            known = None if request is None else find_result(connection, request)
            if known is not None:
                return _changed(connection, known)
            at = clock()
            record = _record(principal, at, change.effective_at)
            permit = find_permit(connection, kind=kind, number=number)
            if permit is None:
                raise NotRegisteredError(entity="permit", key=f"{kind} {number}")
            require_owner(principal, kind=kind, department=permit.department)
            if change.terms is not None:
                self._check_terms(kind, permit.department, change.terms)
            expected = change.expected_version
            version = append_permit_version(
                connection,
                permit.id,
                PermitChange(
                    move=change.move,
                    terms=change.terms,
                    grounds=change.grounds,
                    document=change.document,
                    record=record,
                ),
                expected_version=permit.current.version if expected is None else expected,
            )
            followed = self._follow(connection, permit, version, record)
            changed = Changed(permit=get_permit(connection, permit.id), licenses=followed)
            if request is not None:
                store_result(connection, request, result=changed.as_result(), at=at)
        self._publisher.republish(at=at)
        return changed

    def _check_terms(self, kind: str, department: str, terms: PermitTerms) -> None:
        """Refuse what no license could name: days out of range, a form that is not this
        department's for the kind."""
        for day in (terms.valid_from, terms.valid_until):
            if day is not None and day > _LAST_DAY:
                raise DayOutOfRangeError(day=day.isoformat(), last=_LAST_DAY.isoformat())
        form = terms.document_form
        if form not in set(Form):
            raise NotInCatalogError(what="document form", key=form)
        self._office.catalog.permit_code(kind, department=department, form=Form(form))

    def _follow(
        self, connection: Connection, permit: Permit, version: PermitVersion, record: Record
    ) -> tuple[LicenseStanding, ...]:
        cause = IncludedPermit(permit=permit.id, version=version.version)
        # The license's own chain takes effect when it is recorded: it cannot fall before it stood.
        now = Record(
            effective_at=record.recorded_at,
            recorded_at=record.recorded_at,
            recorded_by=record.recorded_by,
        )
        followed = []
        for standing in licenses_of_permit(connection, permit.id):
            state = _license_state(connection, standing, permit.id, version.state)
            if standing.state not in _STANDING or state is standing.state:
                continue
            reason = "resumed" if state is LicenseState.IN_FORCE else f"permit-{version.state}"
            after = append_license_state(
                connection,
                standing.number,
                standing.version,
                StateChange(state=state, reason=reason, cause=cause, record=now),
                expected_seq=standing.seq,
            )
            if state is LicenseState.VOID:
                due = record.recorded_at + timedelta(days=self._office.recall_days)
                open_recall(
                    connection,
                    cause=after,
                    department=permit.department,
                    due_on=due.astimezone(SHANGHAI).date(),
                    at=record.recorded_at,
                )
            followed.append(after)
        return tuple(followed)


def _license_state(
    connection: Connection, standing: LicenseStanding, changed: int, state: PermitState
) -> LicenseState:
    """What becomes of a license whose permit ``changed`` is now in ``state``."""
    if has_ended(state):
        return LicenseState.VOID
    if state is PermitState.SUSPENDED:
        return LicenseState.SUSPENDED
    others = get_license_version(connection, standing.number, standing.version).permits
    suspended = any(
        get_permit(connection, other.permit).current.state is PermitState.SUSPENDED
        for other in others
        if other.permit != changed
    )
    return LicenseState.SUSPENDED if suspended else LicenseState.IN_FORCE


def _changed(connection: Connection, result: Mapping[str, object]) -> Changed:
    """Read again what came of a change; later ones do not show in it."""
    identity, version, licenses = (result[name] for name in ("permit", "version", "licenses"))
    assert isinstance(identity, int)
    assert isinstance(version, int)
    assert isinstance(licenses, list)
    return Changed(
        permit=replace(
            get_permit(connection, identity),
            current=permit_chain(connection, identity)[version - 1],
        ),
        licenses=tuple(
            license_states(connection, number, issued)[seq - 1] for number, issued, seq in licenses
        ),
    )


def _record(principal: Principal, at: datetime, effective_at: datetime | None) -> Record:
    return Record(
        effective_at=effective_at or at, recorded_at=at, recorded_by=principal.recorded_by
    )
