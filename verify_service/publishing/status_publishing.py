"""Signing the status lists of this issuer: those that say something else than the registry, or are due.

A list is read and signed without holding up the writers, and published if nobody else has published
it meanwhile.
"""

import logging
from datetime import datetime

from sqlalchemy import Connection

from credential.days import SHANGHAI, seconds_of
from credential.signer import Signer
from credential.status import MEDIA_TYPE, StatusList, read_status_list, seal_status_list
from verify_service.database import Database
from verify_service.office import Office
from verify_service.publishing.entries import entries_of
from verify_service.publishing.errors import NoSignerError
from verify_service.publishing.signing_times import (
    STATUS_LIST_WAS_WRONG,
    is_ahead,
    next_time,
)
from verify_service.publishing.status_deltas import beside, publish_beside
from verify_service.publishing.trusted_lists import TrustedLists, prove_own
from verify_service.registry.artifacts import find_artifact, publish_artifact
from verify_service.registry.errors import StaleArtifactError
from verify_service.registry.status import FIRST_STATUS_LIST, add_status_list, status_lists
from verify_service.registry.status import StatusList as Allocated
from verify_service.registry.status_pages import move_pages

_ATTEMPTS = 5  # of a list that another process publishes at the same time
_log = logging.getLogger(__name__)


class StatusPublisher:
    """Signs and publishes status lists, one after the other."""

    def __init__(self, database: Database, office: Office, lists: TrustedLists) -> None:
        self._database = database
        self._office = office
        self._lists = lists

    def publish_all(self, *, at: datetime) -> None:
        """Sign every list as the registry stands at this moment.

        Raises:
            NoSignerError, SignerUnavailableError, DatabaseError
            ListRefusedError: the trust list does not know our key, or as another district's.
        """
        signer = self._signer()
        for allocated in self._opened():
            self._publish(allocated, signer, at, only_due=False)
        self._lists.refresh()

    def publish_due(self, *, at: datetime) -> None:
        """Sign the lists that say something else than the registry, or are as old as they may
        become. Raises as `publish_all`, unless there is nothing to sign."""
        with self._database.reading() as connection:
            lists = status_lists(connection)
            due = [each for each in lists if self._is_due(connection, each, at)]
        if lists and not due:
            return
        signer = self._signer()
        for allocated in due or self._opened():
            self._publish(allocated, signer, at, only_due=True)
        self._lists.refresh()

    def publish_changed(self, *, at: datetime) -> bool:
        """Sign the lists that are due, but for those that were signed too often in these seconds.

        Says whether none had to wait. Raises as `publish_due`.
        """
        with self._database.reading() as connection:
            waiting = [
                each
                for each in status_lists(connection)
                if is_ahead(at, find_artifact(connection, self._name(each)))
            ]
        if not waiting:
            self.publish_due(at=at)
            return True
        _log.info("status lists are signed ahead of the clock: the next one waits")
        return False

    def _opened(self) -> tuple[Allocated, ...]:
        """Our lists, of which there is always one: a bundle without any says nothing of us."""
        with self._database.reading() as connection:
            lists = status_lists(connection)
        if lists:
            return lists
        with self._database.writing() as connection:
            if not status_lists(connection):
                add_status_list(
                    connection,
                    status_list=FIRST_STATUS_LIST,
                    capacity=self._office.status_list_capacity,
                )
            return status_lists(connection)

    def _publish(
        self, allocated: Allocated, signer: Signer, at: datetime, *, only_due: bool
    ) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._sign(allocated, signer, at)
            except StaleArtifactError:
                if attempt == _ATTEMPTS:
                    raise
                with self._database.reading() as connection:
                    if only_due and not self._is_due(connection, allocated, at):
                        return  # the other has signed what we would have
            else:
                return

    def _sign(self, allocated: Allocated, signer: Signer, at: datetime) -> None:
        number, name = allocated.status_list, self._name(allocated)
        with self._database.reading() as connection:
            before = find_artifact(connection, name)
            issued_at = next_time(at, before, wrong=STATUS_LIST_WAS_WRONG)
            entries = entries_of(connection, allocated, at=issued_at)
            base = find_artifact(connection, self._office.status_base_name(number))
        expires_at = issued_at + self._office.list_lifetime
        listed = StatusList(
            self._office.status_uri(number),
            seconds_of(issued_at),
            seconds_of(expires_at),
            int(self._office.list_ttl.total_seconds()),
            entries,
        )
        content = seal_status_list(listed, signer)
        trusted = self._lists.current()
        prove_own(trusted, name, content)
        made = beside(listed, base, signer, trusted=trusted, key=(self._office.code, int(number)))
        with self._database.writing() as connection:
            publish_artifact(
                connection,
                name=name,
                uri=listed.uri,
                media_type=MEDIA_TYPE,
                content=content,
                issued_at=issued_at,
                expires_at=expires_at,
                sequence=1 if before is None else before.sequence + 1,
            )
            publish_beside(
                connection, self._office, number, listed, content, made, issued_at=issued_at
            )
            move_pages(connection, number, today=issued_at.astimezone(SHANGHAI).date())

    def _is_due(self, connection: Connection, allocated: Allocated, at: datetime) -> bool:
        published = find_artifact(connection, self._name(allocated))
        if published is None or at >= published.issued_at + self._office.sign_again_after:
            return True
        if published.issued_at > at + STATUS_LIST_WAS_WRONG:
            return True
        number = int(allocated.status_list)
        held = self._lists.refresh().status.get((self._office.code, number))
        if held is None:  # it does not verify: signing it again changes that with another key alone
            signed_by = read_status_list(published.content).header.key_id
            return self._office.signer is not None and signed_by != self._office.signer.key_id
        return held.entries != entries_of(connection, allocated, at=at)

    def _name(self, allocated: Allocated) -> str:
        return self._office.status_name(allocated.status_list)

    def _signer(self) -> Signer:
        if self._office.signer is None:
            raise NoSignerError
        return self._office.signer
