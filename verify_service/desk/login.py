"""Logging in and out: from a name and a password to a session, and from its id to who is there.

Three steps, so that a server can take the slow one elsewhere: `begin` counts the try, `Passwords`
looks at the password, `complete` makes the session.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes, token_urlsafe
from typing import Final

from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.desk.accounts import principal_of_account, read_login
from verify_service.desk.errors import (
    LoginRefusedError,
    PasswordRefusedError,
    SessionMissingError,
)
from verify_service.desk.guessing import Attempt, attempt_of, check_free, count, take_back
from verify_service.desk.passwords import Passwords, check_password
from verify_service.errors import DatabaseLockedError
from verify_service.registry.account_records import Account, Session
from verify_service.registry.accounts import find_account, replace_hash, set_password
from verify_service.registry.ledger import Written
from verify_service.registry.sessions import (
    add_session,
    clear_sessions,
    end_session,
    find_session,
    use_session,
)
from verify_service.registry.staged_files import clear_staged_files

_ID_BYTES: Final = 32
_USED_EVERY: Final = timedelta(minutes=1)  # how often a session's use is written

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A try that was counted, and the account that it names, None if there is none."""

    attempt: Attempt
    account: Account | None

    @property
    def known_hash(self) -> str | None:
        """What the password is held against; nobody's for an account that cannot log in."""
        if self.account is None or self.account.disabled_at is not None:
            return None
        return self.account.password_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A new session; ``id`` is for the browser and kept by nobody else."""

    id: str
    session: Session


class LoginDesk:
    """Where people come in. Sessions end after ``idle`` without use, and after ``lifetime``."""

    def __init__(
        self, database: Database, passwords: Passwords, *, idle: timedelta, lifetime: timedelta
    ) -> None:
        self._database = database
        self._idle = idle
        self._lifetime = lifetime
        self.passwords = passwords

    def begin(self, name: str, *, address: str, clock: Clock) -> Begun:
        """Count a try to log in.

        Raises:
            LoginTooOftenError: within the wait; nothing was counted or written.
        """
        login = read_login(name)
        with (
            self._database.reading() as connection
        ):  # a flood waits for no writer and writes nothing
            at = clock()
            attempt = attempt_of(connection, login, address, at=at)
            check_free(connection, attempt, at=at)
        with self._database.writing() as connection:
            at = clock()
            attempt = attempt_of(connection, login, address, at=at)
            check_free(connection, attempt, at=at)
            count(connection, attempt, at=at)
            return Begun(attempt=attempt, account=find_account(connection, attempt.login))

    def complete(
        self, begun: Begun, *, matched: bool, stronger: str | None, shown: str, clock: Clock
    ) -> Entered:
        """Open a session, if the password was the account's.

        ``stronger`` is a hash of the same password at today's cost, where the known one is
        cheaper. A session whose id is ``shown`` at login ends: it is never taken over.

        Raises:
            LoginRefusedError
        """
        account = begun.account
        if not matched or account is None:
            _log.warning("a login was refused from %s", begun.attempt.address)
            raise LoginRefusedError
        with self._database.writing() as connection:
            at = clock()
            now = find_account(connection, account.login)
            if now is None or now.disabled_at is not None:
                raise LoginRefusedError
            if now.password_hash != account.password_hash:  # a new one was set meanwhile
                raise LoginRefusedError
            if stronger is not None:
                replace_hash(
                    connection,
                    account.login,
                    known=account.password_hash,
                    stronger=stronger,
                    written=_written(account, at),
                )
            take_back(connection, begun.attempt, at=at)
            clear_sessions(connection, at=at, idle=self._idle)
            clear_staged_files(connection, before=at - self._lifetime)
            end_session(connection, _digest(shown))
            identity = token_urlsafe(_ID_BYTES)
            session = Session(
                id_digest=_digest(identity),
                login=account.login,
                form_secret=token_bytes(_ID_BYTES),
                created_at=at,
                last_used_at=at,
                expires_at=at + self._lifetime,
            )
            add_session(connection, session)
        return Entered(id=identity, session=session)

    def resume(self, identity: str, *, at: datetime) -> tuple[Session, Account]:
        """Return the session of an id, and whose it is.

        Raises:
            SessionMissingError: there is none, or it is over.
        """
        with self._database.reading() as connection:
            session = find_session(connection, _digest(identity))
            account = None if session is None else find_account(connection, session.login)
        if session is None or account is None or account.disabled_at is not None:
            raise SessionMissingError
        if at >= session.expires_at or at >= session.last_used_at + self._idle:
            raise SessionMissingError
        if at >= session.last_used_at + _USED_EVERY:
            self._use(session, at)
        return session, account

    def leave(self, identity: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            end_session(connection, _digest(identity))

    def change_password(
        self, session: Session, account: Account, *, old: str, new: str, address: str, clock: Clock
    ) -> None:
        """Set a new password; all other sessions of the account end. Slow: two hashes.

        The old one is counted as a try to log in: a session left open is no place to guess at.

        Raises:
            LoginTooOftenError, LoginRefusedError: the old password is wrong.
            PasswordRefusedError: the new one is too easily guessed.
        """
        check_password(new, login=account.login)
        if new == old:
            raise PasswordRefusedError(reason="the-old-one")
        begun = self.begin(account.login, address=address, clock=clock)
        if not self.passwords.matches(old, begun.known_hash):
            raise LoginRefusedError
        hashed = self.passwords.hash(new)
        with self._database.writing() as connection:
            at = clock()
            take_back(connection, begun.attempt, at=at)
            set_password(
                connection,
                account.login,
                password_hash=hashed,
                keep=session.id_digest,
                written=_written(account, at),
            )

    def _use(self, session: Session, at: datetime) -> None:
        """Note the use of a session; where others are writing, the next use is noted."""
        try:
            with self._database.writing() as connection:
                use_session(connection, session.id_digest, at=at)
        except DatabaseLockedError:
            _log.warning("the use of a session was not noted: others are writing")


def _written(account: Account, at: datetime) -> Written:
    return Written(at=at, by=principal_of_account(account).recorded_by)


def _digest(identity: str) -> bytes:
    return sha256(identity.encode("utf-8", "surrogatepass")).digest()
