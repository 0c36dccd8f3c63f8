"""The past over HTTP, as far as it is the bureau's: a license's story, a scanner's verdicts.

What everybody may ask is where the present is asked: `registry.endpoints`, `pages`.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from verify_service.replay.answering import review_all
from verify_service.replay.schemas import ReviewsDocument, TimelineDocument, timeline_document
from verify_service.web_access import Bureau, Now, Serving

router = APIRouter(prefix="/api/v1", tags=["the past"])


@router.get("/licenses/{number}/timeline", summary="Tell a license's whole story (bureau)")
def timeline(number: str, service: Serving, _: Bureau, at: Now) -> TimelineDocument:
    """List all that was recorded of a license and its permits, in the order of recording: who did
    what, on what grounds, with effect from when."""
    service.announcements.catch_up(at=at)
    return timeline_document(number, service.replay.timeline(number), at=at)


@router.post("/replay", summary="Hold verdicts of the past against the books (bureau)")
def replay(
    body: Annotated[
        Any,
        Body(
            description="A verdict; one with its `text`; the answer to a photograph; or the list that"
            " `mobile-scanner scan --json` prints."
        ),
    ],
    service: Serving,
    _: Bureau,
    at: Now,
) -> ReviewsDocument:
    """Say of each verdict what the registry knew at its instants, what was true, and whether it was
    right by each."""
    service.announcements.catch_up(at=at)
    return review_all(service.replay, body, now=at)
