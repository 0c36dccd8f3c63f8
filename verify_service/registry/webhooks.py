"""Webhooks as they are kept: where to send, how far it was sent, and when to try again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from verify_service.registry.books import LedgerRow, WebhookRow
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """``department`` None: the bureau. Events up to ledger entry ``after`` were delivered."""

    id: str
    department: str | None
    url: str
    secret: bytes
    created_at: datetime
    after: int
    failures: int = 0
    last_error: str | None = None
    next_try_at: datetime
    stopped_at: datetime | None = None


def add_webhook(connection: Connection, webhook: Webhook) -> None:
    """Keep a new webhook; raises `AlreadyRegisteredError`."""
    known = select(WebhookRow.id).where(WebhookRow.id == webhook.id)
    if connection.execute(known).first() is not None:
        raise AlreadyRegisteredError(entity="webhook", key=webhook.id)
    values = {
        "id": webhook.id,
        "department": webhook.department,
        "url": webhook.url,
        "secret": webhook.secret,
        "created_at": webhook.created_at,
        "after_seq": webhook.after,
        "failures": webhook.failures,
        "last_error": webhook.last_error,
        "next_try_at": webhook.next_try_at,
        "stopped_at": webhook.stopped_at,
    }
    connection.execute(insert(WebhookRow).values(values))


def list_webhooks(connection: Connection) -> tuple[Webhook, ...]:
    """Return all webhooks, stopped ones too, oldest first."""
    query = select(WebhookRow.__table__).order_by(WebhookRow.created_at, WebhookRow.id)
    return tuple(map(_webhook, connection.execute(query)))


def claim_due(connection: Connection, *, at: datetime, until: datetime) -> tuple[Webhook, ...]:
    """Take the webhooks that are due for this process alone: until then no other gets them."""
    claimed = (
        update(WebhookRow)
        .where(*_due(at))
        .values(next_try_at=until)
        .returning(*WebhookRow.__table__.columns)
    )
    return tuple(map(_webhook, connection.execute(claimed).all()))


def any_due(connection: Connection, *, at: datetime) -> bool:
    """Say whether a webhook is to be looked at."""
    query = select(WebhookRow.id).where(*_due(at))
    return connection.execute(query.limit(1)).first() is not None


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Not stopped, its time has come, and something was recorded since."""
    last = select(func.max(LedgerRow.seq)).scalar_subquery()
    return (
        WebhookRow.stopped_at.is_(None),
        WebhookRow.next_try_at <= at,
        WebhookRow.after_seq < last,
    )


def delivered(connection: Connection, identity: str, *, after: int, next_try_at: datetime) -> None:
    """Record that events up to an entry have arrived, or that none were for this party."""
    _update(
        connection,
        identity,
        after_seq=after,
        failures=0,
        last_error=None,
        next_try_at=next_try_at,
    )


def failed(
    connection: Connection, identity: str, *, failures: int, error: str, next_try_at: datetime
) -> None:
    """Record that a delivery did not arrive, and when to try again."""
    _update(connection, identity, failures=failures, last_error=error, next_try_at=next_try_at)


def stop_webhook(connection: Connection, identity: str, *, at: datetime) -> None:
    """Send nothing more there; raises `NotRegisteredError`."""
    _update(connection, identity, stopped_at=at)


def _update(connection: Connection, identity: str, **values: Any) -> None:
    statement = update(WebhookRow).where(WebhookRow.id == identity).values(values)
    if connection.execute(statement).rowcount == 0:
        raise NotRegisteredError(entity="webhook", key=identity)


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        department=row.department,
        url=row.url,
        secret=row.secret,
        created_at=row.created_at,
        after=row.after_seq,
        failures=row.failures,
        last_error=row.last_error,
        next_try_at=row.next_try_at,
        stopped_at=row.stopped_at,
    )
