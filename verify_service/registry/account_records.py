"""What the registry takes and gives of accounts and sessions: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AccountRole(StrEnum):
    """What a person may do at the desk."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person; ``password_hash`` is Argon2id's own spelling, with its parameters."""

    login: str
    name: str
    role: AccountRole
    department: str | None
    kinds: frozenset[str]
    password_hash: str
    password_set_at: datetime
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that has logged in: never its id, only the SHA-256 of it."""

    id_digest: bytes
    login: str
    form_secret: bytes
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
