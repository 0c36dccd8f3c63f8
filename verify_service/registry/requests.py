"""Idempotency: what a request key was used for, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from verify_service.registry.books import RequestRow
from verify_service.registry.errors import AlreadyRegisteredError, RequestMismatchError


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestId:
    """Who asks under which key, and the SHA-256 of what for.

    Keys are per actor, so that nobody can read or block another's.
    """

    actor: str
    key: str
    body_digest: bytes


def find_result(connection: Connection, request: RequestId) -> Mapping[str, object] | None:
    """Return the stored result of the same request, None for one that is new.

    Raises `RequestMismatchError` for the same key with another body.
    """
    query = select(RequestRow.body_digest, RequestRow.result).where(
        RequestRow.actor == request.actor, RequestRow.request_key == request.key
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.body_digest != request.body_digest:
        raise RequestMismatchError(request_key=request.key)
    result: Mapping[str, object] = row.result
    return result


def store_result(
    connection: Connection, request: RequestId, *, result: Mapping[str, object], at: datetime
) -> None:
    """Store the result in the transaction that made it.

    Raises `AlreadyRegisteredError`, and `RequestMismatchError` as `find_result` does.
    """
    if find_result(connection, request) is not None:
        raise AlreadyRegisteredError(entity="request", key=request.key)
    values = {
        "actor": request.actor,
        "request_key": request.key,
        "body_digest": request.body_digest,
        "result": result,
        "recorded_at": at,
    }
    connection.execute(insert(RequestRow).values(values))
