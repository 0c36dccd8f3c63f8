"""How often it was tried to log in, by subject, and where accounts have logged in."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from verify_service.registry.account_books import LoginAttemptRow, LoginPlaceRow

Wait = Callable[[int], timedelta]
"""How long is to be waited after so many attempts."""


def free_at(connection: Connection, subjects: Sequence[str]) -> datetime | None:
    """Return when the last of the subjects may try again, None if none of them was counted."""
    query = select(func.max(LoginAttemptRow.free_at)).where(LoginAttemptRow.subject.in_(subjects))
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def count_attempt(
    connection: Connection, subject: str, *, at: datetime, memory: timedelta, wait: Wait
) -> None:
    """Count one attempt more; what is older than ``memory`` is forgotten, of all subjects."""
    connection.execute(delete(LoginAttemptRow).where(LoginAttemptRow.last_at <= at - memory))
    query = select(LoginAttemptRow.times).where(LoginAttemptRow.subject == subject)
    known = connection.execute(query).scalar_one_or_none()
    times = (known or 0) + 1
    values = {"times": times, "last_at": at, "free_at": at + wait(times)}
    if known is None:
        connection.execute(insert(LoginAttemptRow).values(subject=subject, **values))
    else:
        connection.execute(
            update(LoginAttemptRow).where(LoginAttemptRow.subject == subject).values(values)
        )


def take_back_attempt(connection: Connection, subject: str, *, at: datetime, wait: Wait) -> None:
    """Count one attempt less: it was none of guessing."""
    query = select(LoginAttemptRow.times).where(LoginAttemptRow.subject == subject)
    known = connection.execute(query).scalar_one_or_none()
    if known is None:
        return
    if known == 1:
        forget_attempts(connection, subject)
        return
    connection.execute(
        update(LoginAttemptRow)
        .where(LoginAttemptRow.subject == subject)
        .values(times=known - 1, free_at=at + wait(known - 1))
    )


def forget_attempts(connection: Connection, subject: str) -> None:
    """Forget what was counted for a subject."""
    connection.execute(delete(LoginAttemptRow).where(LoginAttemptRow.subject == subject))


def has_logged_in(connection: Connection, login: str, address: str, *, since: datetime) -> bool:
    """Say whether an account has logged in at an address, at ``since`` or later."""
    query = select(LoginPlaceRow.login).where(
        LoginPlaceRow.login == login,
        LoginPlaceRow.address == address,
        LoginPlaceRow.last_at >= since,
    )
    return connection.execute(query).first() is not None


def keep_place(
    connection: Connection, login: str, address: str, *, at: datetime, memory: timedelta
) -> None:
    """Note that an account has logged in at an address; forget its places older than ``memory``."""
    connection.execute(
        delete(LoginPlaceRow).where(
            LoginPlaceRow.login == login,
            (LoginPlaceRow.address == address) | (LoginPlaceRow.last_at < at - memory),
        )
    )
    connection.execute(insert(LoginPlaceRow).values(login=login, address=address, last_at=at))
