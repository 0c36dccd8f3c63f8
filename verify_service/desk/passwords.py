"""Passwords: which may be one, and their Argon2id hashes (RFC 9106).

Computing a hash takes some tenths of a second and 64 MiB, on purpose. Who calls from a server does it
in a thread and bounds how many there are at once (`login.LoginDesk`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from unicodedata import normalize

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from verify_service.desk.errors import PasswordRefusedError

LEAST, MOST = 12, 256
_FEWEST_DIFFERENT: Final = 5
_COMMON: Final = Path(__file__).with_name("common-passwords.txt")
_REPEATED: Final = re.compile(r"(.{1,6})\1+.{0,5}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a hash costs: memory, and passes over it."""

    mebibytes: int
    passes: int


class Passwords:
    """Hashes passwords and holds them against hashes, at one cost."""

    def __init__(self, cost: Cost) -> None:
        self._cost = cost
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.mebibytes << 10, parallelism=1, type=Type.ID
        )
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        """Return the hash of a password, with a fresh salt and the cost in it."""
        return self._hasher.hash(normalize("NFC", password))

    def matches(self, password: str, known: str | None) -> bool:
        """Say whether a password is the one of a hash, in the same time for ``None``.

        A hash of nobody's is computed then, so that an unknown name is told by no clock.
        """
        if len(password) > MOST:
            password = ""
        text = normalize("NFC", password).encode("utf-8", "surrogatepass")
        try:
            matched = self._hasher.verify(known or self._nobody(), text)
        except (VerificationError, InvalidHashError):
            return False
        return matched and known is not None

    def is_cheaper(self, known: str) -> bool:
        """Say whether a hash was made at a lower cost than today's."""
        made = extract_parameters(known)
        return made.memory_cost < self._cost.mebibytes << 10 or made.time_cost < self._cost.passes

    def prepare(self) -> None:
        """Compute nobody's hash now, so that the first unknown name does not take twice as long."""
        self._nobody()

    def _nobody(self) -> str:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash(b"")
        return self._nobodys


def check_password(password: str, *, login: str) -> None:
    """Refuse a new password that is too easily guessed; raises `PasswordRefusedError`."""
    reason = next(_faults(normalize("NFC", password), login), None)
    if reason is not None:
        raise PasswordRefusedError(reason=reason)


def _faults(password: str, login: str) -> Iterator[str]:
    if len(password) < LEAST:
        yield "too-short"
    if len(password) > MOST:
        yield "too-long"
        return  # of which nothing more is looked at
    if not password.isprintable():
        yield "not-text"
    plain = password.casefold()
    if login in plain:
        yield "login-name"
    if len(set(plain)) < _FEWEST_DIFFERENT:
        yield "too-plain"
    if _REPEATED.fullmatch(plain):
        yield "repeated"
    if plain in _common():
        yield "common"


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text("utf-8").split())
