"""Publishing: sign the status lists as the registry stands, and take in what others have signed."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from credential.code_list import MEDIA_TYPE as CODE_LIST_TYPE
from credential.code_list import CodeList, encode_code_list, read_code_list, seal_code_list
from credential.days import seconds_of
from credential.errors import CredentialError
from credential.roots import Root
from credential.signer import Signer
from credential.trusted import MAX_LISTS
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.errors import ServiceError
from verify_service.office import Office, code_list_of
from verify_service.publishing.bundle_folder import WrittenBundle, write_bundle
from verify_service.publishing.coalescing import Coalescing
from verify_service.publishing.errors import (
    ListRefusedError,
    ListTooManyError,
    NoSignerError,
)
from verify_service.publishing.signing_times import CODE_LIST_WAS_WRONG, next_time
from verify_service.publishing.status_publishing import StatusPublisher
from verify_service.publishing.trust_publishing import publish_trust
from verify_service.publishing.trusted_lists import (
    TrustedLists,
    admit_new,
    list_of_delta,
    place_of,
    prove_own,
)
from verify_service.registry.artifacts import (
    artifact_marks,
    find_artifact,
    latest_sequence,
    list_artifacts,
    publish_artifact,
    withdraw_artifacts,
)
from verify_service.registry.records import Artifact

CODE_LIST_AGE = timedelta(days=1)
_log = logging.getLogger(__name__)


class Publisher:
    """Keeps what is published true: after each change, and on a timer before anything expires."""

    def __init__(
        self,
        database: Database,
        office: Office,
        lists: TrustedLists,
        pin: Root,
    ) -> None:
        self._database = database
        self._office = office
        self._lists = lists
        self._pin = pin
        self._status = StatusPublisher(database, office, lists)
        self._later: Coalescing | None = None

    def publish_trust_list(
        self, data: bytes, *, at: datetime, roots: Mapping[int, bytes] | None = None
    ) -> None:
        """Take in a trust list that is newer than the one published, and roots that lead to it.

        Raises:
            ListRefusedError, StaleArtifactError: as `publish_trust`.
        """
        publish_trust(self._database, self._office, self._pin, data, roots=roots or {}, at=at)
        self._lists.refresh()

    def publish_code_list(self, *, at: datetime) -> None:
        """Sign and publish the catalog's code list, unless it is published as it stands.

        It has no end, and is signed again each day all the same: whoever has come to believe our
        key only now takes nothing that was signed before.
        """
        signer = self._signer()
        name = self._office.catalog_name
        published = self.artifact(name)
        if published is not None and published.issued_at <= at + CODE_LIST_WAS_WRONG:
            same = code_list_of(self._office, issued_at=seconds_of(published.issued_at))
            is_of_today = at < published.issued_at + CODE_LIST_AGE
            if is_of_today and _says(published.content, same, by=signer):
                return
        with self._database.writing() as connection:
            issued_at = next_time(at, find_artifact(connection, name), wrong=CODE_LIST_WAS_WRONG)
            data = seal_code_list(
                code_list_of(self._office, issued_at=seconds_of(issued_at)), signer
            )
            prove_own(self._lists.current(), name, data)
            publish_artifact(
                connection,
                name=name,
                uri=f"https://{self._office.host.lower()}/catalogs/{self._office.catalog.version}",
                media_type=CODE_LIST_TYPE,
                content=data,
                issued_at=issued_at,
                expires_at=None,
                sequence=latest_sequence(connection, name) + 1,
            )
        self._lists.refresh()

    def publish_status_lists(self, *, at: datetime) -> None:
        """Sign and publish every status list as the registry stands at this moment.

        Raises:
            NoSignerError, SignerUnavailableError, DatabaseError
            ListRefusedError: the trust list does not know our key, or as another district's.
        """
        self._status.publish_all(at=at)

    def republish(self, *, at: datetime) -> None:
        """Publish the status lists that have changed, after a change that is committed already:
        at once, or soon where this is `publishing_later`.

        Nothing is raised: the change stands, and the registry tells it at once. What could not be
        published is logged, and made up for by the next `renew_before_expiry`.
        """
        if self._later is not None:
            self._later.ask()
            return
        try:
            self._status.publish_changed(at=at)
        except ServiceError:
            _log.exception("status lists could not be published after a change")

    @contextmanager
    def publishing_later(self, clock: Clock) -> Iterator[Coalescing]:
        """Within this block nobody who changes something waits for lists to be signed; at its end
        they are."""
        later = self._later = Coalescing(
            lambda at: self._office.signer is None or self._status.publish_changed(at=at), clock
        )
        try:
            yield later
        finally:
            self._later = None
            later.close()

    def renew_before_expiry(self, *, at: datetime) -> None:
        """Sign the status lists again that are as old as a copy may become, or do not say what the
        registry does: a change was not published, a permit ran out last night."""
        self._status.publish_due(at=at)

    def take_in(self, name: str, data: bytes, *, at: datetime) -> bool:
        """Publish a list that another issuer of the trust list has signed, to verify with it.

        Says whether it was news. One that is older than what is published changes nothing, nor
        does a list of our own: ours come from the registry alone. Nor a base or a delta, which say
        no more than the list beside them.

        Raises:
            ListRefusedError: it does not verify, is not of the issuer that its path names, or is
                dated ahead of the clock.
            ListTooManyError: as many of this issuer and kind are published as are kept.
        """
        if name.split("/")[1:2] == [self._office.code] or list_of_delta(name) is not None:
            return False
        if not self._is_news(name, data, at):
            return False
        with self._database.writing() as connection:
            if not self._is_news(name, data, at):  # another process was faster, with a newer one
                return False
            self._make_room(connection, name, at)
            publish_artifact(
                connection,
                name=name,
                uri=name,
                media_type="application/cbor",
                content=data,
                issued_at=at,
                expires_at=None,
                sequence=latest_sequence(connection, name) + 1,
            )
        self._lists.refresh()
        return True

    def artifact(self, name: str) -> Artifact | None:
        """Return what is published under a path of the bundle, None if nothing is."""
        with self._database.reading() as connection:
            return find_artifact(connection, name)

    def manifest(self) -> tuple[Artifact, ...]:
        """Return everything published, by name."""
        with self._database.reading() as connection:
            return list_artifacts(connection)

    def write_bundle(self, folder: Path, *, at: datetime) -> WrittenBundle:
        """Write everything published as a bundle; what is newer there already stays.

        Raises:
            BundleAheadError: its trust list is newer than ours.
        """
        trusted = self._lists.refresh()
        return write_bundle(folder, self.manifest(), trusted=trusted, at=at)

    def _make_room(self, connection: Connection, name: str, at: datetime) -> None:
        """See to it that one issuer, or the thief of its key, does not fill everybody's bundle.

        What is published of it and does not verify any more, since its key was compromised, say,
        goes first.
        """
        place, trusted = place_of(name), self._lists.refresh()
        assert place is not None  # it was admitted by this name
        beside = {
            each: other
            for each, _ in artifact_marks(connection)
            if (other := place_of(each)) is not None and place.is_beside(other)
        }
        if len(beside) < MAX_LISTS:
            return
        held = place.lists_in(trusted)
        spoilt = [each for each, other in beside.items() if other.key not in held]
        if len(beside) - len(spoilt) >= MAX_LISTS:
            raise ListTooManyError(name=name, detail=str(MAX_LISTS))
        withdraw_artifacts(connection, spoilt, at=at)

    def _is_news(self, name: str, data: bytes, at: datetime) -> bool:
        try:
            held = self._lists.refresh()
            return admit_new(held, name, data, at=at) is not held
        except CredentialError as error:
            raise ListRefusedError(name=name, detail=str(error)) from None

    def _signer(self) -> Signer:
        if self._office.signer is None:
            raise NoSignerError
        return self._office.signer


def _says(content: bytes, listed: CodeList, *, by: Signer) -> bool:
    """Whether a list is signed by a key and says this. Not the same bytes: an HSM never gives
    the same signature twice."""
    try:
        return read_code_list(content).open(by.verification_key) == encode_code_list(listed)
    except CredentialError:
        return False
