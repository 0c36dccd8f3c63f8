"""What a key has signed that may be in other hands: which licenses, and the same again by another key.

A license of the doubtful period is rejected everywhere as soon as the trust list says so, whoever
issued it; those that are in the books are issued again, with the same permits and pending items.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from credential.days import SHANGHAI, nearest_date
from verify_service.access import Principal, require_bureau
from verify_service.catalog.errors import FactMalformedError, FactsMissingError, NotInCatalogError
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.issuing.application import PermitName
from verify_service.issuing.errors import (
    IssuingError,
    KeyStillSignsError,
    KeyUnknownHereError,
    LicenseSuspendedError,
    NoDoubtfulDayError,
)
from verify_service.issuing.service import Issued, IssuingDesk
from verify_service.issuing.symbol import SymbolError
from verify_service.lettering import LetteringError
from verify_service.office import Office
from verify_service.publishing.errors import NoSignerError
from verify_service.publishing.trusted_lists import TrustedLists
from verify_service.registry.errors import RegistryError, StatusListsExhaustedError
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import ALIVE, latest_license_version
from verify_service.registry.moves import LicenseState
from verify_service.registry.permits import get_permit
from verify_service.registry.signed_by import SignedLicense, has_signed, licenses_signed_by

# What concerns one license: the others go on. All else concerns every license, and ends the run.
REFUSALS = (
    IssuingError,
    RegistryError,
    FactMalformedError,
    FactsMissingError,
    NotInCatalogError,
    LetteringError,
    SymbolError,
)


class Standing(StrEnum):
    """What is to be done with a license of a key."""

    AFFECTED = "affected"  # in force, of the doubtful period: to be reissued
    SUSPENDED = "suspended"  # of the doubtful period too: to be reissued once it is resumed
    BEFORE = "before"  # alive, from before the period: it stays good
    OVER = "over"  # void, or past its last day: nobody believes it anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLicense:
    """A license whose latest version a key has signed. ``doubtful``: in the period, over or not."""

    license: SignedLicense
    doubtful: bool
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLicenses:
    """By number. ``since`` is the first day in doubt, None where nobody doubts the key."""

    key_id: bytes
    since: date | None
    trust_list: int
    licenses: tuple[KeyLicense, ...]

    def standing(self, standing: Standing) -> tuple[SignedLicense, ...]:
        return tuple(each.license for each in self.licenses if each.standing is standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A license that stands without a successor, and why."""

    license: SignedLicense
    why: Exception


class DoubtfulKeys:
    """Finds what a key has signed, and has it issued again by the key in use."""

    def __init__(
        self, database: Database, office: Office, lists: TrustedLists, issuing: IssuingDesk
    ) -> None:
        self._database = database
        self._office = office
        self._lists = lists
        self._issuing = issuing

    def find(self, key_id: bytes, *, since: date | None, at: datetime) -> KeyLicenses:
        """Return what a key has signed; without ``since``, in doubt since the trust list says.

        Raises:
            KeyUnknownHereError: neither our entry of the trust list nor any license has this key.
            ListRefusedError: there is no trust list.
        """
        trust = self._lists.current().trust
        found = trust.find_key(key_id)
        listed = found[0] if found is not None and found[1].code == self._office.code else None
        if since is None and listed is not None and listed.compromised_day is not None:
            since = nearest_date(listed.compromised_day)
        with self._database.reading() as connection:
            if listed is None and not has_signed(connection, key_id):
                raise KeyUnknownHereError(key_id=key_id.hex(), issuer=self._office.code)
            licenses = licenses_signed_by(connection, key_id)
        today = at.astimezone(SHANGHAI).date()
        return KeyLicenses(
            key_id=key_id,
            since=since,
            trust_list=trust.number,
            licenses=tuple(_of_key(each, since=since, today=today) for each in licenses),
        )

    def check_replaceable(self, found: KeyLicenses) -> None:
        """Refuse where reissuing would help nobody, before anything is done.

        Raises:
            NoDoubtfulDayError: neither the caller nor the trust list names a day.
            NoSignerError: this service has no key.
            KeyStillSignsError: its key is the one in doubt.
        """
        if found.since is None:
            raise NoDoubtfulDayError(key_id=found.key_id.hex())
        if self._office.signer is None:
            raise NoSignerError
        if self._office.signer.key_id == found.key_id:
            raise KeyStillSignsError(key_id=found.key_id.hex())

    def reissue(
        self, found: KeyLicenses, *, principal: Principal, clock: Clock
    ) -> Iterator[Issued | Refused | None]:
        """Reissue what is affected, one transaction each; give each result as it comes.

        None: somebody else was faster. Safe to be stopped, and to be run again.

        Raises:
            AccessError, DatabaseError, SignerUnavailableError, StatusListsExhaustedError: no other
                license would be issued either. And as `check_replaceable`.
        """
        require_bureau(principal)
        self.check_replaceable(found)
        for each in found.standing(Standing.AFFECTED):
            try:
                yield self._again(each, found.key_id, principal, clock)
            except StatusListsExhaustedError:
                raise
            except REFUSALS as why:
                yield Refused(license=each, why=why)
        for each in found.standing(Standing.SUSPENDED):
            yield Refused(license=each, why=LicenseSuspendedError(number=each.number))

    def _again(
        self, license: SignedLicense, key_id: bytes, principal: Principal, clock: Clock
    ) -> Issued | None:
        number, version = license.number, license.version
        with self._database.reading() as connection:
            if latest_license_version(connection, number) != version:
                return None
            issued = get_license_version(connection, number, version)
            permits = [get_permit(connection, included.permit) for included in issued.permits]
        return self._issuing.reissue(
            number,
            permits=tuple(PermitName(kind=each.kind, number=each.number) for each in permits),
            applied_for=tuple(item.item for item in issued.pending),
            principal=principal,
            request_key=f"key-{key_id.hex()}/{number}/{version}",
            clock=clock,
        )


def _of_key(license: SignedLicense, *, since: date | None, today: date) -> KeyLicense:
    doubtful = since is not None and license.issued_on >= since
    if license.state not in ALIVE or (
        license.expires_on is not None and license.expires_on < today
    ):
        standing = Standing.OVER
    elif not doubtful:
        standing = Standing.BEFORE
    elif license.state is LicenseState.SUSPENDED:
        standing = Standing.SUSPENDED
    else:
        standing = Standing.AFFECTED
    return KeyLicense(license=license, doubtful=doubtful, standing=standing)
