"""What an event looks like, in the feed and in a webhook."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import Field

from credential.days import SHANGHAI
from verify_service.registry.events import Event
from verify_service.registry.schemas import Exact

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class EventPermit(Exact):
    kind: str
    number: str
    department: str


class EventDocument(Exact):
    """Something that was recorded; ``data`` depends on ``type`` (docs/spec/lifecycle.md)."""

    seq: int
    at: datetime
    type: Annotated[str, Field(examples=["permit.changed"])]
    permit: EventPermit | None
    license: str | None
    effective_at: datetime | None
    data: Mapping[str, Any]
    hash: Annotated[str, Field(description="The ledger's hash of this entry, hex.")]


class EventsDocument(Exact):
    """``next``: what to ask ``after`` next time, also where nothing was for this party."""

    events: Sequence[EventDocument]
    next: int


def event_document(event: Event) -> EventDocument:
    """Lay an event out for a party."""
    permit = event.permit
    return EventDocument(
        seq=event.seq,
        at=event.at.astimezone(SHANGHAI),
        type=event.type,
        permit=None
        if permit is None
        else EventPermit(kind=permit.kind, number=permit.number, department=permit.department),
        license=event.license,
        effective_at=None if event.effective_at is None else _instant(event.effective_at),
        data=event.data,
        hash=event.hash.hex(),
    )


def _instant(microseconds: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(SHANGHAI)
