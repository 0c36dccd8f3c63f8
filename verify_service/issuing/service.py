"""Issuing and reissuing: one transaction from the rules to what is stored (R1, R5, R8).

The status block is reserved before, in a transaction of its own, so that a block whose issuing
was killed is never handed out again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from credential.days import SHANGHAI, date_of
from credential.envelope import digest
from verify_service.access import Principal, require_bureau
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.identifiers import LicenseNumber
from verify_service.issuing.application import Application, Grounds, PermitName, examine
from verify_service.issuing.errors import (
    LicenseStandsError,
    NothingToReissueError,
    PermitsChangedError,
)
from verify_service.issuing.left_out import LeftOut, left_out_of
from verify_service.issuing.sealing import check_sealable, license_of, seal_with_proof
from verify_service.issuing.sheet import TEMPLATE
from verify_service.lifecycle.announcing import Announcements
from verify_service.office import Office
from verify_service.publishing.errors import NoSignerError
from verify_service.publishing.service import Publisher
from verify_service.publishing.trusted_lists import TrustedLists
from verify_service.registry.chains import written_of
from verify_service.registry.licenses import (
    ALIVE,
    add_license,
    append_license_version,
    get_license,
    latest_license_version,
    license_standing_at,
    next_serial,
)
from verify_service.registry.moves import LicenseState, PermitState
from verify_service.registry.policies import remember_policy
from verify_service.registry.records import (
    GatheredPermit,
    License,
    LicenseStanding,
    LicenseVersion,
    Record,
    ReissueOutcome,
    StateChange,
    StatusBlock,
)
from verify_service.registry.reissues import close_reissues
from verify_service.registry.requests import RequestId, find_result, store_result
from verify_service.registry.states import append_license_state, license_standing
from verify_service.registry.status import FIRST_STATUS_LIST, reserve_status_block
from verify_service.signing import look_for


class ReissueReason(StrEnum):
    """Why the bureau issues a license anew."""

    ON_APPLICATION = "on-application"
    PERMIT_CHANGED = "permit-changed"
    SHEET_LOST = "sheet-lost"
    SHEET_DAMAGED = "sheet-damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A version of a license that is in force, and its symbol's text."""

    number: str
    version: int
    text: str
    issued_on: date
    left_out: tuple[LeftOut, ...] = ()

    def as_result(self) -> Mapping[str, object]:
        return {
            "number": self.number,
            "version": self.version,
            "text": self.text,
            "issued_on": self.issued_on.isoformat(),
            "left_out": [each._asdict() for each in self.left_out],
        }


class IssuingDesk:
    """The bureau's desk: issues licenses and reissues them.

    A license is of the instant at which its transaction has the registry for itself.
    """

    def __init__(
        self,
        database: Database,
        office: Office,
        lists: TrustedLists,
        publisher: Publisher,
        announcements: Announcements,
    ) -> None:
        self._database = database
        self._office = office
        self._lists = lists
        self._publisher = publisher
        self._announcements = announcements

    def issue(
        self, application: Application, *, principal: Principal, request_key: str, clock: Clock
    ) -> Issued:
        """Issue a new license; the same request again gives the same license.

        Raises:
            AccessError, IssuingError, CatalogError, RegistryError, SignerUnavailableError:
                nothing was issued.
        """
        require_bureau(principal)
        return self._issue(application, None, None, principal, request_key, clock)

    def reissue(
        self,
        number: str,
        *,
        permits: tuple[PermitName, ...] | None = None,
        applied_for: tuple[str, ...] = (),
        why: ReissueReason = ReissueReason.ON_APPLICATION,
        principal: Principal,
        request_key: str,
        clock: Clock,
    ) -> Issued:
        """Issue the next version of a license; the version before it is superseded.

        A lost sheet reads as superseded from then on, wherever it hangs.

        Raises:
            As `issue`, and NothingToReissueError for a license that is void.
        """
        require_bureau(principal)
        with self._database.reading() as connection:
            registered = get_license(connection, number)
        application = Application(
            holder=registered.holder,
            premises=registered.premises,
            industry=registered.industry,
            permits=permits,
            applied_for=applied_for,
        )
        return self._issue(application, registered, why, principal, request_key, clock)

    def _issue(
        self,
        application: Application,
        registered: License | None,
        why: ReissueReason | None,
        principal: Principal,
        request_key: str,
        clock: Clock,
    ) -> Issued:
        body = application.digest() + (registered.number.encode() if registered else b"")
        if why not in (None, ReissueReason.ON_APPLICATION):  # keys of older programs stay good
            body += f"\n{why}".encode()
        request = RequestId(actor=principal.party, key=request_key, body_digest=digest(body))
        asked_at = clock()
        self._announcements.catch_up(at=asked_at)
        with self._database.reading() as connection:
            known = find_result(connection, request)
            if known is not None:
                return _issued(known)
            # What can be refused is refused here, before it costs a block of the status list.
            if self._office.signer is None:
                raise NoSignerError
            look_for(self._office.signer)
            if registered is not None:
                _standing_to_supersede(connection, registered.number)
            grounds = self._examine(connection, application, on=_day(asked_at))
            _refuse_second(connection, grounds, application, registered, on=_day(asked_at))
            size = 1 + len(grounds.permits)
            check_sealable(
                self._office,
                registered or self._number(connection, application, _day(asked_at)),
                grounds,
                block=StatusBlock(status_list=FIRST_STATUS_LIST, start=0, size=size),
                at=asked_at,
            )
        block = reserve_status_block(
            self._database, size=size, capacity=self._office.status_list_capacity, at=asked_at
        )
        with self._database.writing() as connection:
            known = find_result(connection, request)
            if known is not None:  # another worker was faster; the block stays unused for good
                return _issued(known)
            at = clock()
            self._announcements.apply_due(connection, at=at)
            issued = self._store(
                connection, application, registered, why, block, principal, request_key, at
            )
            store_result(connection, request, result=issued.as_result(), at=at)
        self._publisher.republish(at=at)
        return issued

    def _store(
        self,
        connection: Connection,
        application: Application,
        registered: License | None,
        why: ReissueReason | None,
        block: StatusBlock,
        principal: Principal,
        request_key: str,
        at: datetime,
    ) -> Issued:
        on = _day(at)
        record = Record(effective_at=at, recorded_at=at, recorded_by=principal.recorded_by)
        grounds = self._examine(connection, application, on=on)
        policy = self._office.policies.on(on)
        remember_policy(connection, policy.id, digest=policy.digest, written=written_of(record))
        _refuse_second(connection, grounds, application, registered, on=on)
        if 1 + len(grounds.permits) != block.size:
            raise PermitsChangedError(before=block.size - 1, found=len(grounds.permits))
        if registered is None:
            registered = self._number(connection, application, on)
            add_license(connection, registered, written=written_of(record))
            version = 1
            left_out: tuple[LeftOut, ...] = ()
        else:
            version = self._supersede(connection, registered.number, why, record)
            left_out = left_out_of(
                connection, registered.number, version - 1, grounds.permits, on=on
            )
        license = license_of(self._office, registered, grounds, version=version, block=block, at=at)
        sealed = seal_with_proof(self._office, license, trusted=self._lists.current(), at=at)
        assert self._office.signer is not None  # `seal_with_proof` has signed with it
        append_license_version(
            connection,
            LicenseVersion(
                number=registered.number,
                version=version,
                catalog_version=str(self._office.catalog.version),
                issued_on=on,
                expires_on=None if license.expiry_day is None else date_of(license.expiry_day),
                block=block,
                kid=self._office.signer.key_id,
                credential=sealed.message,
                text=sealed.text,
                claims_digest=digest(sealed.claims),
                told=_told(grounds, at),
                template_version=TEMPLATE,
                permits=tuple(
                    GatheredPermit(
                        permit=permit.id,
                        version=permit.current.version,
                        mandatory=permit.id in grounds.mandatory,
                    )
                    for permit in grounds.permits
                ),
                pending=grounds.pending,
                record=record,
                request_key=request_key,
                policy=policy.id,
            ),
        )
        return Issued(
            number=registered.number,
            version=version,
            text=sealed.text,
            issued_on=on,
            left_out=left_out,
        )

    def _number(self, connection: Connection, application: Application, on: date) -> License:
        office = self._office
        serial = next_serial(
            connection, issuer=office.code, industry=application.industry, year=on.year
        )
        number = LicenseNumber(
            prefix=office.number_prefix,
            industry=application.industry,
            year=on.year,
            serial=serial,
        )
        return License(
            number=str(number),
            issuer=office.code,
            industry=application.industry,
            year=on.year,
            serial=serial,
            holder=application.holder,
            premises=application.premises,
        )

    def _examine(self, connection: Connection, application: Application, *, on: date) -> Grounds:
        return examine(
            connection,
            application,
            catalog=self._office.catalog,
            policy=self._office.policies.on(on),
            on=on,
        )

    def _supersede(
        self, connection: Connection, number: str, why: ReissueReason | None, record: Record
    ) -> int:
        standing = _standing_to_supersede(connection, number)
        append_license_state(
            connection,
            number,
            standing.version,
            StateChange(state=LicenseState.SUPERSEDED, reason=_reason_of(why), record=record),
            expected_seq=standing.seq,
        )
        close_reissues(
            connection,
            number=number,
            version=standing.version,
            outcome=ReissueOutcome.REISSUED,
            written=written_of(record),
        )
        return standing.version + 1


def _reason_of(why: ReissueReason | None) -> str:
    return "reissued" if why in (None, ReissueReason.ON_APPLICATION) else str(why)


def _refuse_second(
    connection: Connection,
    grounds: Grounds,
    application: Application,
    registered: License | None,
    *,
    on: date,
) -> None:
    """One business at one place has one license of an industry; the next supersedes it (R8)."""
    standing = license_standing_at(
        connection,
        premises=grounds.premises,
        industry=application.industry,
        on=on,
        apart_from="" if registered is None else registered.number,
    )
    if standing is not None:
        raise LicenseStandsError(standing=standing.number, state=standing.state)


def _standing_to_supersede(connection: Connection, number: str) -> LicenseStanding:
    version = latest_license_version(connection, number)
    standing = license_standing(connection, number, version)
    if standing.state not in ALIVE:
        raise NothingToReissueError(number=number, state=standing.state)
    return standing


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _told(grounds: Grounds, at: datetime) -> Mapping[str, object]:
    return {"at": at.isoformat(), "departments": list(grounds.told)}


def _issued(result: Mapping[str, object]) -> Issued:
    number, version, text, issued_on = (
        result[name] for name in ("number", "version", "text", "issued_on")
    )
    assert isinstance(version, int)
    left_out = result.get("left_out", [])  # a result of an older program has none
    assert isinstance(left_out, list)
    return Issued(
        number=str(number),
        version=version,
        text=str(text),
        issued_on=date.fromisoformat(str(issued_on)),
        left_out=tuple(
            LeftOut(each["kind"], each["number"], PermitState(each["state"])) for each in left_out
        ),
    )
