"""The feed of events over HTTP."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from verify_service.lifecycle.event_schemas import EventsDocument, event_document
from verify_service.registry.events import read_events
from verify_service.registry.records import Role
from verify_service.web_access import Anyone, Now, Serving

router = APIRouter(prefix="/api/v1", tags=["events"])

MAX_EVENTS: Final = 1000
_MOST_SEQ: Final = 2**63 - 1


@router.get("/events", summary="Follow what was recorded")
def events(
    service: Serving,
    principal: Anyone,
    at: Now,
    after: Annotated[int, Query(ge=0, le=_MOST_SEQ)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_EVENTS)] = 100,
) -> EventsDocument:
    """Give a department what was recorded of its permits and of the licenses that gather them,
    the bureau everything, in the order of recording."""
    service.announcements.catch_up(at=at)
    department = None if principal.role is Role.BUREAU else principal.department
    with service.database.reading() as connection:
        page = read_events(connection, after=after, limit=limit, department=department)
    return EventsDocument(events=tuple(map(event_document, page.events)), next=page.next)
