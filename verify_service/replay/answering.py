"""Verdicts of the past, read, held against the books and laid out: for the API and the program."""

from datetime import datetime
from typing import Final

from verify_service.errors import ServiceError
from verify_service.registry.errors import NotRegisteredError
from verify_service.replay.errors import InstantInFutureError, NothingToHoldError, NotOursError
from verify_service.replay.reviewing import Review
from verify_service.replay.schemas import (
    ReviewDocument,
    ReviewsDocument,
    refused_document,
    review_document,
)
from verify_service.replay.service import Replay
from verify_service.replay.shown import Shown, read_shown

_NO_LISTS: Final = "no-lists-then"
# What is no reason to refuse the other verdicts that came with it.
_OF_ONE: Final[dict[type[ServiceError], str]] = {
    InstantInFutureError: "instant-in-future",
    NotOursError: "not-ours",
    NothingToHoldError: "nothing-to-hold",
    NotRegisteredError: "not-registered",
}


def review_all(replay: Replay, document: object, *, now: datetime) -> ReviewsDocument:
    """Hold each verdict of a document against the books.

    Raises:
        NoVerdictError: it is none, nor a list of some.
    """
    shown = read_shown(document)
    return ReviewsDocument(verdicts=tuple(_one(replay, each, now) for each in shown))


def _one(replay: Replay, shown: Shown, now: datetime) -> ReviewDocument:
    try:
        review = replay.review(shown, now=now)
    except tuple(_OF_ONE) as error:
        refused = refused_document(_OF_ONE[type(error)], error)
        return review_document(Review(shown=shown), refused=refused)
    lacking = review.not_judged
    refused_text = None if lacking is None else refused_document(_NO_LISTS, lacking)
    return review_document(review, refused=refused_text)
