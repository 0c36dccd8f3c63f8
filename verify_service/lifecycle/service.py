"""A department writes its permits, and in the same transaction the licenses follow (R6, R7).

A change that takes effect later is announced, and made at its instant (`announcing`). What follows
a change is in `cascade`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from credential.days import MAX_DAY, date_of
from verify_service.access import Principal, require_kind, require_owner
from verify_service.catalog import Form, NotInCatalogError
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.lifecycle.announcing import Announcements
from verify_service.lifecycle.applying import apply_change
from verify_service.lifecycle.cascade import Cascade
from verify_service.office import Office
from verify_service.publishing.service import Publisher
from verify_service.registry.announcements import (
    announce,
    announced_of,
    get_announced,
    settle,
)
from verify_service.registry.chains import written_of
from verify_service.registry.errors import (
    DayOutOfRangeError,
    EffectiveInFutureError,
    MoveRefusedError,
    NotRegisteredError,
    VersionConflictError,
)
from verify_service.registry.ledger import Written
from verify_service.registry.moves import Basis, Move
from verify_service.registry.notes import notes_of
from verify_service.registry.permits import add_permit, find_permit, get_permit, permit_chain
from verify_service.registry.records import (
    AnnouncedChange,
    AnnouncementOutcome,
    LicenseNote,
    LicenseStanding,
    Permit,
    PermitChange,
    PermitTerms,
    Record,
)
from verify_service.registry.requests import RequestId, find_result, store_result
from verify_service.registry.states import license_states

SOONEST: Final = timedelta(minutes=1)
"""What takes effect sooner than this is recorded when it does."""
LATEST: Final = timedelta(days=366)

_LAST_DAY = date_of(MAX_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPermit:
    """A permit that its department has granted."""

    kind: str
    number: str
    department: str
    holder: str
    premises: int
    terms: PermitTerms
    basis: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a department does to a permit; ``terms`` None where they stay as they were.

    ``basis`` None: the move's first (`moves.PERMIT_RULES`). ``effective_at`` None: now.
    """

    move: Move
    grounds: str
    basis: str | None = None
    document: str | None = None
    terms: PermitTerms | None = None
    effective_at: datetime | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A permit as it stands after a change, and what followed it.

    ``noted``: licenses that stand without the permit. ``announced``: what was kept for later; then
    nothing else has changed.
    """

    permit: Permit
    licenses: tuple[LicenseStanding, ...] = ()
    noted: tuple[LicenseNote, ...] = ()
    announced: AnnouncedChange | None = None

    def as_result(self) -> Mapping[str, object]:
        """Name the links that were appended: chains keep them for good."""
        return {
            "permit": self.permit.id,
            "version": self.permit.current.version,
            "licenses": [[each.number, each.version, each.seq] for each in self.licenses],
            "noted": [[each.number, each.version] for each in self.noted],
            "announced": None if self.announced is None else self.announced.id,
        }


class PermitDesk:
    """Where departments enter, change and end their permits.

    Its steps read the clock when they have the registry for themselves: what is recorded later
    has the later instant, however long anybody waited.
    """

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
        self._cascade = Cascade(office)

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
            record = _record(principal, clock(), None)
            permit = add_permit(
                connection,
                kind=new.kind,
                number=new.number,
                department=new.department,
                holder=new.holder,
                premises=new.premises,
                granted=PermitChange(
                    move=Move.GRANTED,
                    terms=new.terms,
                    basis=_granted_on(new),
                    grounds="granted",
                    document=new.document,
                    record=record,
                ),
            )
            self._cascade.entered(connection, permit, written=written_of(record))
            return permit

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
            self._announcements.apply_due(connection, at=at)
            permit = find_permit(connection, kind=kind, number=number)
            if permit is None:
                raise NotRegisteredError(entity="permit", key=f"{kind} {number}")
            require_owner(principal, kind=kind, department=permit.department)
            if change.terms is not None:
                self._check_terms(kind, permit.department, change.terms)
            changed = self._change(connection, permit, change, _record(principal, at, change))
            if request is not None:
                store_result(connection, request, result=changed.as_result(), at=at)
        self._announcements.look_again()
        if changed.announced is None:
            self._publisher.republish(at=at)
        return changed

    def announced(
        self, kind: str, number: str, *, principal: Principal
    ) -> tuple[AnnouncedChange, ...]:
        """Return what was announced for a permit, settled or not.

        Raises:
            AccessError, NotRegisteredError
        """
        with self._database.reading() as connection:
            permit = find_permit(connection, kind=kind, number=number)
            if permit is None:
                raise NotRegisteredError(entity="permit", key=f"{kind} {number}")
            require_owner(principal, kind=kind, department=permit.department)
            return announced_of(connection, permit.id)

    def take_back(self, identity: int, *, principal: Principal, clock: Clock) -> AnnouncedChange:
        """Take an announced change back before it takes effect; taken back twice, it stays so.

        Raises:
            AccessError, NotRegisteredError
            MoveRefusedError: it was applied already, or refused.
        """
        with self._database.writing() as connection:
            at = clock()
            self._announcements.apply_due(connection, at=at)
            found = get_announced(connection, identity)
            permit = get_permit(connection, found.permit)
            require_owner(principal, kind=permit.kind, department=permit.department)
            settled = settle(
                connection,
                identity,
                outcome=AnnouncementOutcome.TAKEN_BACK,
                written=Written(at=at, by=principal.recorded_by),
            )
            if settled.outcome is not AnnouncementOutcome.TAKEN_BACK:
                raise MoveRefusedError(
                    entity="announced change", move="taken back", state=str(settled.outcome)
                )
        self._announcements.look_again()
        return settled

    def _change(
        self, connection: Connection, permit: Permit, change: Change, record: Record
    ) -> Changed:
        expected = change.expected_version
        if expected is not None and expected != permit.current.version:
            raise VersionConflictError(
                entity="permit",
                key=str(permit.id),
                expected=expected,
                found=permit.current.version,
            )
        written = PermitChange(
            move=change.move,
            terms=change.terms,
            basis=change.basis,
            grounds=change.grounds,
            document=change.document,
            record=record,
        )
        ahead = record.effective_at - record.recorded_at
        if ahead > timedelta(0):
            if not SOONEST <= ahead <= LATEST:
                raise EffectiveInFutureError(entity="permit", key=f"{permit.kind} {permit.number}")
            return Changed(permit=permit, announced=announce(connection, permit.id, written))
        followed = apply_change(connection, self._cascade, permit, written)
        return Changed(
            permit=get_permit(connection, permit.id),
            licenses=followed.states,
            noted=followed.noted,
        )

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


def _changed(connection: Connection, result: Mapping[str, object]) -> Changed:
    """Read again what came of a change; later ones do not show in it."""
    identity, version, licenses = (result[name] for name in ("permit", "version", "licenses"))
    noted, announced = result.get("noted", []), result.get("announced")  # none in older results
    assert isinstance(noted, list)
    assert announced is None or isinstance(announced, int)
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
        noted=tuple(
            note
            for number, issued in noted
            for note in notes_of(connection, number, issued)
            if note.permit == identity
        ),
        announced=None if announced is None else get_announced(connection, announced),
    )


def _record(principal: Principal, at: datetime, change: Change | None) -> Record:
    effective_at = None if change is None else change.effective_at
    return Record(
        effective_at=effective_at or at, recorded_at=at, recorded_by=principal.recorded_by
    )


def _granted_on(new: NewPermit) -> str | None:
    """A permit got by promise was granted by promise (R18), unless its department says otherwise."""
    return Basis.BY_PROMISE if new.basis is None and new.terms.by_promise else new.basis
