"""Access tokens as they are kept. What they allow is in `verify_service.access`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from verify_service.registry.books import AccessTokenRow
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError
from verify_service.registry.records import Role, StoredToken


def add_token(connection: Connection, token: StoredToken) -> None:
    """Keep a new token; raises `AlreadyRegisteredError`."""
    if find_token(connection, token.id) is not None:
        raise AlreadyRegisteredError(entity="token", key=token.id)
    values: dict[str, object] = {
        name: getattr(token, name) for name in StoredToken.__dataclass_fields__
    }
    values["kinds"] = " ".join(sorted(token.kinds))
    connection.execute(insert(AccessTokenRow).values(values))


def find_token(connection: Connection, identity: str) -> StoredToken | None:
    """Return the token with this id, expired and revoked ones too, None if there is none."""
    query = select(AccessTokenRow.__table__).where(AccessTokenRow.id == identity)
    row = connection.execute(query).first()
    return None if row is None else _token(row)


def list_tokens(connection: Connection) -> tuple[StoredToken, ...]:
    """Return all tokens, oldest first."""
    query = select(AccessTokenRow.__table__)
    order = (AccessTokenRow.created_at, AccessTokenRow.id)
    return tuple(_token(row) for row in connection.execute(query.order_by(*order)))


def revoke_token(connection: Connection, identity: str, *, at: datetime) -> None:
    """Revoke a token; revoked twice, the first time stands. Raises `NotRegisteredError`."""
    if find_token(connection, identity) is None:
        raise NotRegisteredError(entity="token", key=identity)
    connection.execute(
        update(AccessTokenRow)
        .where(AccessTokenRow.id == identity, AccessTokenRow.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def _token(row: Row[Any]) -> StoredToken:
    return StoredToken(
        id=row.id,
        secret_digest=row.secret_digest,
        role=Role(row.role),
        department=row.department,
        kinds=frozenset(row.kinds.split()),
        label=row.label,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
