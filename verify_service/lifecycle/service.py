"""A department writes its permits, and in the same transaction the licenses follow (R6, R7).

A change that takes effect later is announced, and made at its instant (`announcing`). What follows
a change is in `cascade`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from verify_service.access import Principal, require_kind, require_owner
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.lifecycle.announcing import Announcements
from verify_service.lifecycle.applying import apply_change
from verify_service.lifecycle.cascade import Cascade
from verify_service.lifecycle.entrance import (
    Change,
    NewPermit,
    check_change,
    check_new,
    decide,
    granted,
    is_announced,
)
from verify_service.office import Office
from verify_service.publishing.service import Publisher
from verify_service.registry.announcements import (
    announce,
    announced_of,
    get_announced,
    settle,
)
from verify_service.registry.errors import (
    MoveRefusedError,
    NotRegisteredError,
)
from verify_service.registry.ledger import Written
from verify_service.registry.notes import notes_of
from verify_service.registry.permits import add_permit, find_permit, get_permit, permit_chain
from verify_service.registry.records import (
    AnnouncedChange,
    AnnouncementOutcome,
    LicenseNote,
    LicenseStanding,
    Permit,
    PermitChange,
)
from verify_service.registry.requests import RequestId, find_result, store_result
from verify_service.registry.states import license_states

__all__ = ["Change", "Changed", "NewPermit", "PermitDesk"]


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
        check_new(self._office.catalog, new, principal=principal)
        with self._database.writing() as connection:
            written = Written(at=clock(), by=principal.recorded_by)
            permit = add_permit(
                connection,
                kind=new.kind,
                number=new.number,
                department=new.department,
                holder=new.holder,
                premises=new.premises,
                granted=granted(new, written=written),
            )
            self._cascade.entered(connection, permit, written=written)
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
        self._announcements.catch_up(at=clock())
        with self._database.writing() as connection:
            known = None if request is None else find_result(connection, request)
            if known is not None:
                return _changed(connection, known)
            at = clock()
            is_due = self._announcements.apply_due(connection, at=at)
            permit = find_permit(connection, kind=kind, number=number)
            if permit is None:
                raise NotRegisteredError(entity="permit", key=f"{kind} {number}")
            check_change(self._office.catalog, permit, change, principal=principal)
            written = Written(at=at, by=principal.recorded_by)
            changed = self._change(connection, permit, decide(permit, change, written=written))
            if request is not None:
                store_result(connection, request, result=changed.as_result(), at=at)
        self._announcements.look_again()
        if is_due or changed.announced is None:
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
        self._announcements.catch_up(at=clock())
        with self._database.writing() as connection:
            at = clock()
            is_due = self._announcements.apply_due(connection, at=at)
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
        if is_due:
            self._publisher.republish(at=at)
        return settled

    def _change(self, connection: Connection, permit: Permit, decided: PermitChange) -> Changed:
        if is_announced(decided):
            return Changed(permit=permit, announced=announce(connection, permit.id, decided))
        followed = apply_change(connection, self._cascade, permit, decided)
        return Changed(
            permit=get_permit(connection, permit.id),
            licenses=followed.states,
            noted=followed.noted,
        )


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
