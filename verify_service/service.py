"""The service put together: one place where settings become objects that work with each other."""

import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from credential.errors import RootError
from credential.roots import MAX_BYTES as MAX_ROOT_BYTES
from credential.roots import Root, open_root
from credential.rules import Policy
from credential.signer import Signer
from keys.errors import Fault, KeyFileError
from keys.opening import await_token, is_in_token, open_signer
from keys.plain_files import read_plain
from verify_service.bulk.service import BulkDesk
from verify_service.catalog import builtin_catalog, load_catalog
from verify_service.clock import Clock
from verify_service.database import Database, open_database
from verify_service.desk.login import LoginDesk
from verify_service.desk.passwords import Cost, Passwords
from verify_service.errors import ServiceError
from verify_service.issuing.doubtful import DoubtfulKeys
from verify_service.issuing.service import IssuingDesk
from verify_service.issuing.sheets import SheetRoom
from verify_service.lifecycle.announcing import Announcements
from verify_service.lifecycle.deliveries import Deliveries
from verify_service.lifecycle.policy import builtin_policies, load_policies
from verify_service.lifecycle.service import PermitDesk
from verify_service.lifecycle.sweeper import Sweeper, Swept
from verify_service.lifecycle.tasks import TaskDesk
from verify_service.office import Office
from verify_service.publishing.bundle_folder import MAX_LIST_BYTES
from verify_service.publishing.errors import ListRefusedError
from verify_service.publishing.service import Publisher
from verify_service.publishing.trusted_lists import TrustedLists
from verify_service.reconciliation.service import ReconciliationDesk
from verify_service.registry.policies import policies_used
from verify_service.replay.service import Replay
from verify_service.settings import Settings
from verify_service.signing import SignerUnavailableError, TokenSigner
from verify_service.verification.service import Verifier

_ROOT_FILE: Final = re.compile(r"[1-9][0-9]{0,8}\.cbor")
_log = logging.getLogger(__name__)


@dataclass(eq=False, kw_only=True)
class KeyRefusedError(ServiceError):
    """A key file that the settings name cannot be used; ``detail`` is its own message."""

    detail: dict[str, str]

    def message(self) -> dict[str, str]:
        return self.detail


@dataclass(eq=False, kw_only=True)
class RootRefusedError(ServiceError):
    """The pinned root cannot be used; ``cause`` is the system's or the core's sentence."""

    path: str
    cause: str

    zh = "固定的根不能使用：{path}（{cause}）"
    en = "the pinned root cannot be used: {path}: {cause}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that an entrance (HTTP, command line) can ask for."""

    settings: Settings
    database: Database
    office: Office
    lists: TrustedLists
    publisher: Publisher
    verifier: Verifier
    replay: Replay
    issuing: IssuingDesk
    doubtful_keys: DoubtfulKeys
    permits: PermitDesk
    bulk: BulkDesk
    reconciliation: ReconciliationDesk
    tasks: TaskDesk
    announcements: Announcements
    sweeper: Sweeper
    deliveries: Deliveries
    sheets: SheetRoom
    login: LoginDesk

    def prepare(self, *, at: datetime) -> None:
        """Publish what has to be there before the first question: trust, codes, status.

        Raises:
            ListRefusedError: the trust list does not verify.
            StaleArtifactError: it is older than the one published.
        """
        self.take_in_trust(at=at)
        self.announcements.catch_up(at=at)
        try:
            if self.office.signer is None:
                _log.warning(
                    "没有密钥 %s，本服务只能核验，不签任何名单 / no key there: nothing is signed",
                    self.settings.issuer_key,
                )
            else:
                self.publisher.publish_code_list(at=at)
                self.publisher.renew_before_expiry(at=at)
        except SignerUnavailableError as error:
            # What is published stays, and is verified with; it is signed again with the token back.
            _log.warning("lists were not signed: %s", error)
        self.take_in_peers(at=at)

    def take_in_trust(self, *, at: datetime) -> None:
        """Take the trust list of the settings into use, if there is one; nothing is signed.

        Raises:
            ListRefusedError, StaleArtifactError: as `prepare`.
        """
        path = self.settings.trust_list
        if path.exists():
            data = read_plain(path, most=MAX_LIST_BYTES)
            self.publisher.publish_trust_list(data, roots=read_roots(self.settings), at=at)

    def take_in_peers(self, *, at: datetime) -> None:
        """Take in the lists of other districts from the peers' folder (laid out as a bundle).

        What does not verify is left out and named in the log: another district's broken file
        keeps nobody from verifying here.
        """
        folder = self.settings.peers
        for path in sorted(folder.glob("*/*/*.cbor")) if folder.is_dir() else ():
            name = path.relative_to(folder).as_posix()
            try:
                self.publisher.take_in(name, read_plain(path, most=MAX_LIST_BYTES), at=at)
            except (ListRefusedError, OSError):
                _log.exception("left out %s", path)

    def sweep(self, *, clock: Clock) -> Swept:
        """Record what has run out, and sign what that changes.

        Raises:
            DatabaseError: as `Sweeper.sweep`.
        """
        swept = self.sweeper.sweep(clock=clock)
        if swept.lapsed or swept.licenses:
            self.publisher.republish(at=clock())
        return swept

    def close(self) -> None:
        self.database.close()


def open_service(settings: Settings) -> Service:
    """Open the registry and the keys, and put the service together.

    Raises:
        DatabaseError: the registry cannot be used.
        KeyRefusedError: the private key cannot be used.
        RootRefusedError: the pinned root cannot be used.
        CatalogError: the catalog's file is malformed.
        PolicyError: the policies are, or one that was in use is not there any more.
    """
    try:
        signer = _signer(settings)
    except KeyFileError as error:
        raise KeyRefusedError(detail=error.message()) from None
    pin = _pin(settings)
    catalog = (
        load_catalog(settings.catalog_file)
        if settings.catalog_file
        else builtin_catalog(settings.catalog_edition)
    )
    office = Office(
        code=settings.issuer,
        host=settings.public_host,
        number_prefix=settings.number_prefix,
        uscc=settings.issuer_uscc,
        e_license_type=settings.e_license_type,
        catalog=catalog,
        signer=signer,
        status_list_capacity=settings.status_list_capacity,
        list_lifetime=settings.list_lifetime,
        list_ttl=settings.list_ttl,
        recall_days=settings.recall_days,
        reissue_days=settings.reissue_days,
        policies=(
            load_policies(settings.policy_file) if settings.policy_file else builtin_policies()
        ),
    )
    policy = Policy(expiring_days=settings.expiring_days, place_limit_m=settings.place_limit_m)
    database = open_database(settings.database)
    lists = TrustedLists(database, pin)
    publisher = Publisher(database, office, lists, pin)
    announcements = Announcements(database, office, applied=lambda at: publisher.republish(at=at))
    issuing = IssuingDesk(database, office, lists, publisher, announcements)
    verifier = Verifier(database, office, lists, policy, announcements)
    _check_policies(database, office)
    return Service(
        settings=settings,
        database=database,
        office=office,
        lists=lists,
        publisher=publisher,
        verifier=verifier,
        replay=Replay(database, office, lists, policy, verifier),
        issuing=issuing,
        doubtful_keys=DoubtfulKeys(database, office, lists, issuing),
        permits=PermitDesk(database, office, publisher, announcements),
        bulk=BulkDesk(database, office, publisher, announcements),
        reconciliation=ReconciliationDesk(database, office, publisher, announcements),
        tasks=TaskDesk(database, office, publisher),
        announcements=announcements,
        sweeper=Sweeper(database, office, announcements),
        deliveries=Deliveries(database),
        sheets=SheetRoom(database, office, settings.sheet_use),
        login=LoginDesk(
            database,
            Passwords(Cost(mebibytes=settings.argon2_mebibytes, passes=settings.argon2_passes)),
            idle=settings.desk_idle,
            lifetime=settings.desk_lifetime,
        ),
    )


def _check_policies(database: Database, office: Office) -> None:
    with database.reading() as connection:
        used = policies_used(connection)
    try:
        office.policies.check_used(used)
    except BaseException:
        database.close()
        raise


def read_roots(settings: Settings) -> dict[int, bytes]:
    """The pinned root and those in the folder of its successors, by their numbers.

    What has no root's name there is none, and is in nobody's way.

    Raises:
        ListRefusedError: one of them cannot be read.
    """
    roots = {}
    for path in sorted(settings.roots.glob("*")) if settings.roots.is_dir() else ():
        if not _ROOT_FILE.fullmatch(path.name):
            _log.warning("passed over %s: a root is called NUMBER.cbor", path)
            continue
        try:
            roots[int(path.stem)] = read_plain(path, most=MAX_ROOT_BYTES)
        except OSError as error:
            raise ListRefusedError(name=str(path), detail=error.strerror or "") from None
    message = read_plain(settings.root, most=MAX_ROOT_BYTES)
    return {open_root(message).number: message, **roots}


def _pin(settings: Settings) -> Root:
    try:
        return open_root(read_plain(settings.root, most=MAX_ROOT_BYTES))
    except OSError as error:
        raise RootRefusedError(path=str(settings.root), cause=error.strerror or "") from None
    except RootError as error:
        raise RootRefusedError(path=str(settings.root), cause=str(error)) from None


def _signer(settings: Settings) -> Signer | None:
    """The private key, or None where its file is not there: then the service only verifies.

    One in a token that is away is waited for: with it back, the service signs.
    """
    if is_in_token(settings.issuer_key):
        signer = TokenSigner(await_token(settings.issuer_key))
        with suppress(SignerUnavailableError):  # it is in the log
            signer.look()
        return signer
    try:
        return open_signer(settings.issuer_key)
    except KeyFileError as error:
        if error.fault is Fault.MISSING:
            return None
        raise
