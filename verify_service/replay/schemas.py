"""What the bureau's questions about the past give, over HTTP and on the command line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from credential.days import SHANGHAI
from credential.reasons import Outcome
from verify_service.errors import ServiceError
from verify_service.registry.schemas import Exact
from verify_service.registry.timeline import Entry, What
from verify_service.replay.differences import Difference
from verify_service.replay.reviewing import Review, View
from verify_service.verification.schemas import VerdictDocument


class WordsDocument(Exact):
    zh: str
    en: str


class EntryDocument(Exact):
    """``version`` is the license's, null for a permit's move; ``data`` is of its kind."""

    what: What
    version: int | None
    effective_at: datetime
    recorded_at: datetime
    recorded_by: str
    ledger: int | None
    data: dict[str, Any]


class TimelineDocument(Exact):
    """All that was recorded of a license, in the order of recording."""

    number: str
    entries: Sequence[EntryDocument]
    as_of: datetime


class DifferenceDocument(Exact):
    code: Literal[
        "license-differs", "permit-differs", "permit-unknown", "holder-differs", "not-issued"
    ]
    permit: str | None
    said: str | None
    was: str | None
    effective_at: datetime | None
    recorded_at: datetime | None
    late: bool | None
    message: WordsDocument


class ViewDocument(Exact):
    """What there was to be said from one point of view; ``right`` is null where the verdict claims
    nothing that the books can tell."""

    known: datetime
    state: str
    in_force: bool
    right: bool | None
    differences: Sequence[DifferenceDocument]


class ShownInstants(Exact):
    now: datetime
    status: datetime | None


class RefusedDocument(Exact):
    code: str
    message: WordsDocument


class ReviewDocument(Exact):
    """One verdict, held against the books from three points of view (docs/spec/replay.md)."""

    number: str | None
    version: int | None
    outcome: Outcome
    rehearsal: bool
    as_of: ShownInstants
    list: ViewDocument | None = None
    then: ViewDocument | None = None
    truth: ViewDocument | None = None
    judged: VerdictDocument | None = Field(
        default=None, description="The text that came with it, judged as of `as_of.now`."
    )
    refused: RefusedDocument | None = Field(
        default=None, description="Why it, or its text, cannot be held against anything."
    )


class ReviewsDocument(Exact):
    verdicts: Sequence[ReviewDocument]


class PastInstants(Exact):
    at: datetime
    known: datetime


class PastVerdictDocument(Exact):
    """A text judged as of then: wrapped, so that nothing takes it for a verdict of now."""

    past: PastInstants
    verdict: VerdictDocument


def timeline_document(number: str, entries: Sequence[Entry], *, at: datetime) -> TimelineDocument:
    return TimelineDocument(
        number=number,
        entries=tuple(
            EntryDocument(
                what=entry.what,
                version=entry.version,
                effective_at=_beijing(entry.record.effective_at),
                recorded_at=_beijing(entry.record.recorded_at),
                recorded_by=entry.record.recorded_by,
                ledger=entry.ledger,
                data=dict(entry.data),
            )
            for entry in entries
        ),
        as_of=_beijing(at),
    )


def review_document(review: Review, *, refused: RefusedDocument | None = None) -> ReviewDocument:
    shown = review.shown
    return ReviewDocument(
        number=None if shown.license is None else shown.license.number,
        version=None if shown.license is None else shown.license.version,
        outcome=shown.outcome,
        rehearsal=shown.rehearsal,
        as_of=ShownInstants(
            now=_beijing(shown.now).replace(microsecond=0),
            status=None if shown.status is None else _beijing(shown.status).replace(microsecond=0),
        ),
        list=_view(review.list),
        then=_view(review.then),
        truth=_view(review.truth),
        judged=None
        if review.judged is None
        else VerdictDocument.model_validate(review.judged.as_dict()),
        refused=refused,
    )


def refused_document(code: str, error: ServiceError) -> RefusedDocument:
    return RefusedDocument(code=code, message=WordsDocument(**error.message()))


def _view(view: View | None) -> ViewDocument | None:
    if view is None:
        return None
    return ViewDocument(
        known=_beijing(view.known),
        state=view.state,
        in_force=view.in_force,
        right=view.right,
        differences=tuple(map(_difference, view.differences)),
    )


def _difference(found: Difference) -> DifferenceDocument:
    return DifferenceDocument.model_validate(
        {
            "code": found.code,
            "permit": found.permit,
            "said": found.said,
            "was": found.was,
            "effective_at": found.effective_at and _beijing(found.effective_at),
            "recorded_at": found.recorded_at and _beijing(found.recorded_at),
            "late": found.late,
            "message": {"zh": found.zh, "en": found.en},
        }
    )


def _beijing(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)
