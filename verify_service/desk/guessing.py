"""How guessing of passwords is slowed: what is counted for whom, and how long is waited."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Final

from sqlalchemy import Connection

from verify_service.desk.accounts import is_login
from verify_service.desk.errors import LoginTooOftenError
from verify_service.registry.login_attempts import (
    count_attempt,
    forget_attempts,
    free_at,
    has_logged_in,
    keep_place,
    take_back_attempt,
)

MEMORY: Final = timedelta(days=1)  # of a failure
PLACE_MEMORY: Final = timedelta(days=90)  # of an address where an account has logged in
_MOST_DOUBLINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """``free`` attempts, then a second, two, four, up to ``most``."""

    free: int
    most: timedelta

    def wait(self, times: int) -> timedelta:
        """Return how long is to be waited after so many attempts."""
        if times < self.free:
            return timedelta(0)
        doublings = min(times - self.free, _MOST_DOUBLINGS)
        return min(timedelta(seconds=1 << doublings), self.most)


AT_ITS_PLACE: Final = Limit(free=5, most=timedelta(minutes=1))
FROM_ELSEWHERE: Final = Limit(free=5, most=timedelta(minutes=15))
OF_AN_ADDRESS: Final = Limit(free=20, most=timedelta(minutes=15))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to log in; ``login`` is empty where what was typed can be nobody's name. ``counted`` are
    the subjects that it is counted for."""

    login: str
    address: str
    counted: tuple[tuple[str, Limit], ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(subject for subject, _ in self.counted)


def attempt_of(connection: Connection, login: str, address: str, *, at: datetime) -> Attempt:
    """Say what a try is counted for: at a place of the account's own, for nothing else.

    So whoever guesses elsewhere keeps nobody from the own desk.
    """
    # What is typed into the field of the name may be a password: only its digest is kept.
    name = sha256(login.encode("utf-8", "surrogatepass")).hexdigest()
    login = login if is_login(login) else ""  # which is nobody's
    counted: tuple[tuple[str, Limit], ...] = (
        (f"account {name}", FROM_ELSEWHERE),
        (f"address {address}", OF_AN_ADDRESS),
    )
    if has_logged_in(connection, login, address, since=at - PLACE_MEMORY):
        counted = ((f"place {name} {address}", AT_ITS_PLACE),)
    return Attempt(login=login, address=address, counted=counted)


def check_free(connection: Connection, attempt: Attempt, *, at: datetime) -> None:
    """Refuse a try within the wait; raises `LoginTooOftenError`. Nothing is written."""
    free = free_at(connection, attempt.subjects)
    if free is not None and free > at:
        raise LoginTooOftenError(seconds=ceil((free - at).total_seconds()))


def count(connection: Connection, attempt: Attempt, *, at: datetime) -> None:
    """Count a try before its password is looked at: a hundred at once are a hundred."""
    for subject, limit in attempt.counted:
        count_attempt(connection, subject, at=at, memory=MEMORY, wait=limit.wait)


def take_back(connection: Connection, attempt: Attempt, *, at: datetime) -> None:
    """Let a try that succeeded not count, and know its place from now on."""
    for subject, limit in attempt.counted:
        if limit is AT_ITS_PLACE:
            forget_attempts(connection, subject)
        else:
            take_back_attempt(connection, subject, at=at, wait=limit.wait)
    keep_place(connection, attempt.login, attempt.address, at=at, memory=PLACE_MEMORY)


def counted_address(text: str) -> str:
    """Return an address as it is counted: an IPv6 address by its /64; what is none as unknown."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)
