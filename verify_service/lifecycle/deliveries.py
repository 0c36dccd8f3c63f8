"""Webhooks: events are sent to where a party wants them, signed, in order, until they arrive.

Signed as Standard Webhooks has it (``webhook-id``, ``webhook-timestamp``, ``webhook-signature``
with HMAC-SHA256): https://github.com/standard-webhooks/standard-webhooks, MIT.
"""

import logging
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import new as hmac
from typing import Final
from urllib.parse import urlsplit

import anyio
import httpx
import orjson

from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.lifecycle.event_schemas import EventsDocument, event_document
from verify_service.registry.events import EventPage, read_events
from verify_service.registry.webhooks import (
    Webhook,
    any_due,
    claim_due,
    delivered,
    failed,
    stop_webhook,
)

AT_ONCE: Final = 100
"""Events of one message."""
SECONDS: Final = 10.0
"""For the whole of one delivery."""
LEASE: Final = timedelta(seconds=60)
FIRST_RETRY: Final = timedelta(seconds=5)
LAST_RETRY: Final = timedelta(hours=1)
_GONE: Final = 410
_log = logging.getLogger(__name__)


class Deliveries:
    """Sends what is due; several processes may, each webhook is one's at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def deliver(self, *, clock: Clock) -> int:
        """Send each webhook that is due its next message; return how many events arrived.

        What does not arrive is tried again, later each time, and nothing behind it goes ahead.
        """
        at = clock()
        with self._database.reading() as connection:
            if not any_due(connection, at=at):
                return 0
        with self._database.writing() as connection:
            due = claim_due(connection, at=at, until=at + LEASE)
        with self._database.reading() as connection:
            pages = [
                read_events(
                    connection, after=webhook.after, limit=AT_ONCE, department=webhook.department
                )
                for webhook in due
            ]
        sending = list(zip(due, pages, strict=True))
        errors = anyio.run(_send_all, sending, clock())
        return sum(
            self._record(webhook, page, error, clock)
            for (webhook, page), error in zip(sending, errors, strict=True)
        )

    def _record(self, webhook: Webhook, page: EventPage, error: str | None, clock: Clock) -> int:
        with self._database.writing() as connection:
            at = clock()
            if error is None:
                delivered(connection, webhook.id, after=page.next, next_try_at=at)
                return len(page.events)
            if error == str(_GONE):
                stop_webhook(connection, webhook.id, at=at)
                _log.error("webhook %s is gone (410) and was stopped", webhook.id)
            else:
                failures = webhook.failures + 1
                _log.warning("webhook %s: %s, failed %d times", webhook.id, error, failures)
                failed(
                    connection,
                    webhook.id,
                    failures=failures,
                    error=error,
                    next_try_at=at + retry_after(failures),
                )
        return 0


def retry_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: twice as long each time, to an hour."""
    doubled: int = 2 ** min(failures - 1, 20)
    return min(FIRST_RETRY * doubled, LAST_RETRY)


def signed_headers(webhook: Webhook, body: bytes, *, identity: str, at: datetime) -> dict[str, str]:
    """Return the headers by which a receiver knows that a message is ours, and of now."""
    timestamp = str(int(at.timestamp()))
    signed = f"{identity}.{timestamp}.".encode() + body
    signature = b64encode(hmac(webhook.secret, signed, sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def is_deliverable(url: str) -> bool:
    """Say whether a webhook may lead there: over https, or to this machine for trying it out."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError:  # a port, brackets or a label that cannot be
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host == "127.0.0.1")


async def _send_all(sending: Sequence[tuple[Webhook, EventPage]], at: datetime) -> list[str | None]:
    """Send the messages side by side: whoever answers slowly keeps nobody waiting.

    Return for each what went wrong, None for what arrived, or where there was nothing to send.
    """
    errors: list[str | None] = [None] * len(sending)

    async def send(place: int, webhook: Webhook, page: EventPage) -> None:
        errors[place] = f"no answer within {SECONDS:g} seconds"
        with anyio.move_on_after(SECONDS):
            errors[place] = await _send(webhook, page, at=at)

    async with anyio.create_task_group() as group:
        for place, (webhook, page) in enumerate(sending):
            if page.events:
                group.start_soon(send, place, webhook, page)
    return errors


async def _send(webhook: Webhook, page: EventPage, *, at: datetime) -> str | None:
    """Send a message; return what went wrong, None once it has arrived."""
    events = EventsDocument(events=tuple(map(event_document, page.events)), next=page.next)
    body = orjson.dumps(events.model_dump(mode="json"))
    first, last = page.events[0].seq, page.events[-1].seq
    headers = signed_headers(webhook, body, identity=f"{webhook.id}-{first}-{last}", at=at)
    try:
        # Not through a proxy of the environment, and nowhere that an answer points to.
        async with httpx.AsyncClient(
            timeout=SECONDS, follow_redirects=False, trust_env=False
        ) as client:
            request = client.build_request("POST", webhook.url, content=body, headers=headers)
            answer = await client.send(request, stream=True)  # its body is nothing to us
            await answer.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # a host that is no name
        return f"{type(error).__name__}: {error}"[:200]
    return None if answer.is_success else str(answer.status_code)
