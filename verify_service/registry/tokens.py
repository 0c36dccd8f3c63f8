"""Access tokens as they are kept. What they allow is in `verify_service.access`."""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from verify_service.registry.books import AccessTokenRow
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError
from verify_service.registry.ledger import Written, insert_rows, note_changes
from verify_service.registry.records import Role, StoredToken


def add_token(connection: Connection, token: StoredToken, *, by: str) -> None:
    """Keep a new token, made by ``by``; raises `AlreadyRegisteredError`."""
    if find_token(connection, token.id) is not None:
        raise AlreadyRegisteredError(entity="token", key=token.id)
    values: dict[str, object] = {
        name: getattr(token, name) for name in StoredToken.__dataclass_fields__
    }
    values["kinds"] = " ".join(sorted(token.kinds))
    written = Written(at=token.created_at, by=by)
    insert_rows(connection, AccessTokenRow, [values], written=written)


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


def revoke_token(connection: Connection, identity: str, *, written: Written) -> None:
    """Revoke a token; revoked twice, the first time stands. Raises `NotRegisteredError`."""
    if find_token(connection, identity) is None:
        raise NotRegisteredError(entity="token", key=identity)
    revoked = (
        update(AccessTokenRow)
        .where(AccessTokenRow.id == identity, AccessTokenRow.revoked_at.is_(None))
        .values(revoked_at=written.at)
        .returning(*AccessTokenRow.__table__.columns)
    )
    rows = connection.execute(revoked).mappings().all()
    note_changes(connection, AccessTokenRow, list(map(dict, rows)), written=written)


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
