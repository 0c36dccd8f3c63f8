"""Access tokens: who is writing, and what that party may write.

A token is ``vs_<id>_<secret>``: the prefix lets secret scanners find a leaked one, the id finds its
row, the secret proves it. Kept is the SHA-256 of the secret alone. A slow password hash would add
nothing: the secret is 256 random bits, so there is nothing to guess, and every request would pay.

The bureau issues licenses and never writes a permit; a department writes permits of its own kinds
and nothing else (R6). Verifying needs no token.

AccessError
├── TokenRefusedError          what was shown is no token that is good now (``reason``, for logs)
├── BureauRequiredError        only the bureau does this
├── DepartmentRequiredError    only a department does this
├── KindNotAllowedError        a permit kind that is another department's
└── NotOwnPermitError          a permit that is another department's
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex, token_urlsafe

from sqlalchemy import Connection

from verify_service.errors import ServiceError
from verify_service.registry.records import Role, StoredToken
from verify_service.registry.tokens import find_token

_FORM = re.compile(r"vs_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_SECRET_BYTES = 32
# Compared with when there is no such id, so that an unknown id takes as long as a wrong secret.
_NOBODY = sha256(b"").digest()


class AccessError(ServiceError):
    """What was asked for is not allowed to whoever asks."""


@dataclass(eq=False, kw_only=True)
class TokenRefusedError(AccessError):
    """``reason`` is ``malformed``, ``unknown``, ``revoked``, ``expired`` or ``not-yet``.

    It is for logs: the messages tell nobody which of them it was.
    """

    reason: str

    zh = "访问令牌无效"
    en = "the access token is not valid"


@dataclass(eq=False, kw_only=True)
class BureauRequiredError(AccessError):
    party: str

    zh = "此操作只能由区政务服务局办理，当前为 {party}"
    en = "only the bureau may do this, not {party}"


@dataclass(eq=False, kw_only=True)
class DepartmentRequiredError(AccessError):
    party: str

    zh = "单项许可只能由其审批部门办理，当前为 {party}"
    en = "a permit is written by its department alone, not by {party}"


@dataclass(eq=False, kw_only=True)
class KindNotAllowedError(AccessError):
    party: str
    kind: str

    zh = "{party} 无权办理许可种类 {kind}"
    en = "{party} may not write permits of kind {kind}"


@dataclass(eq=False, kw_only=True)
class NotOwnPermitError(AccessError):
    party: str
    department: str

    zh = "该许可由 {department} 审批，{party} 无权查看或变更"
    en = "the permit is {department}'s: {party} may neither read nor change it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is acting. ``kinds`` are the permit kinds of a department, empty for the bureau."""

    token_id: str
    role: Role
    department: str | None
    kinds: frozenset[str]

    @property
    def party(self) -> str:
        """Return ``bureau`` or ``department:<id>``: what request keys are scoped to."""
        return str(self.role) if self.department is None else f"{self.role}:{self.department}"

    @property
    def recorded_by(self) -> str:
        """Return ``<party>/<token id>``: what the registry's chains are signed with."""
        return f"{self.party}/{self.token_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """``text`` is shown to its owner once and kept by nobody; ``stored`` goes into the registry."""

    text: str
    stored: StoredToken


def mint_token(
    *,
    role: Role,
    label: str,
    created_at: datetime,
    expires_at: datetime,
    department: str | None = None,
    kinds: frozenset[str] = frozenset(),
) -> NewToken:
    """Make a token with a fresh secret; store it with `registry.tokens.add_token`.

    Raises ValueError for a bureau with a department or kinds, a department without both, a kind
    with spaces, or an expiry that is not after the creation.
    """
    of_department = role is Role.DEPARTMENT
    if of_department != bool(department) or of_department != bool(kinds):
        raise ValueError("a department's token has a department and kinds, the bureau's neither")
    if any(not kind or kind.split() != [kind] for kind in kinds):
        raise ValueError("a permit kind is one word")
    if expires_at <= created_at:
        raise ValueError("the token would be expired when it is made")
    identity, secret = token_hex(8), token_urlsafe(_SECRET_BYTES)
    stored = StoredToken(
        id=identity,
        secret_digest=sha256(secret.encode()).digest(),
        role=role,
        department=department,
        kinds=kinds,
        label=label,
        created_at=created_at,
        expires_at=expires_at,
    )
    return NewToken(text=f"vs_{identity}_{secret}", stored=stored)


def identify(connection: Connection, text: str, *, at: datetime) -> Principal:
    """Return who a token speaks for; raises `TokenRefusedError`."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise TokenRefusedError(reason="malformed")
    return check_secret(match[2], stored=find_token(connection, match[1]), at=at)


def check_secret(secret: str, *, stored: StoredToken | None, at: datetime) -> Principal:
    """Hold a secret against the stored token, in constant time; raises `TokenRefusedError`."""
    digest = sha256(secret.encode()).digest()
    if not compare_digest(digest, stored.secret_digest if stored else _NOBODY) or stored is None:
        raise TokenRefusedError(reason="unknown")
    if stored.revoked_at is not None:
        raise TokenRefusedError(reason="revoked")
    if at >= stored.expires_at:
        raise TokenRefusedError(reason="expired")
    if at < stored.created_at:
        raise TokenRefusedError(reason="not-yet")
    return Principal(
        token_id=stored.id,
        role=stored.role,
        department=stored.department,
        kinds=stored.kinds,
    )


def require_bureau(principal: Principal) -> None:
    """Refuse everybody but the bureau; raises `BureauRequiredError`."""
    if principal.role is not Role.BUREAU:
        raise BureauRequiredError(party=principal.party)


def require_department(principal: Principal) -> None:
    """Refuse everybody but a department; raises `DepartmentRequiredError`."""
    if principal.role is not Role.DEPARTMENT:
        raise DepartmentRequiredError(party=principal.party)


def require_kind(principal: Principal, kind: str) -> None:
    """Refuse to write permits of this kind, to the bureau above all.

    Raises `DepartmentRequiredError`, `KindNotAllowedError`.
    """
    if principal.role is not Role.DEPARTMENT:
        raise DepartmentRequiredError(party=principal.party)
    if kind not in principal.kinds:
        raise KindNotAllowedError(party=principal.party, kind=kind)


def require_owner(principal: Principal, *, kind: str, department: str) -> None:
    """Refuse a permit of another department, though it may be of a kind of one's own.

    Raises what `require_kind` raises, and `NotOwnPermitError`.
    """
    require_kind(principal, kind)
    if principal.department != department:
        raise NotOwnPermitError(party=principal.party, department=department)
