"""Idempotency: what a request key was used for, and what came of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from verify_service.registry.books import RequestRow
from verify_service.registry.errors import AlreadyRegisteredError, RequestMismatchError


def find_result(
    connection: Connection, *, actor: str, request_key: str, body_digest: bytes
) -> Mapping[str, object] | None:
    """Return the stored result of the same request, None for one that is new.

    Keys are per actor, so that nobody can read or block another's. ``body_digest`` is the SHA-256
    of the body; the same key with another body raises `RequestMismatchError`.
    """
    query = select(RequestRow.body_digest, RequestRow.result).where(
        RequestRow.actor == actor, RequestRow.request_key == request_key
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.body_digest != body_digest:
        raise RequestMismatchError(request_key=request_key)
    result: Mapping[str, object] = row.result
    return result


def store_result(
    connection: Connection,
    *,
    actor: str,
    request_key: str,
    body_digest: bytes,
    result: Mapping[str, object],
    at: datetime,
) -> None:
    """Store the result in the transaction that made it.

    Raises `AlreadyRegisteredError`, and `RequestMismatchError` as `find_result` does.
    """
    known = find_result(connection, actor=actor, request_key=request_key, body_digest=body_digest)
    if known is not None:
        raise AlreadyRegisteredError(entity="request", key=request_key)
    values = {
        "actor": actor,
        "request_key": request_key,
        "body_digest": body_digest,
        "result": result,
        "recorded_at": at,
    }
    connection.execute(insert(RequestRow).values(values))
