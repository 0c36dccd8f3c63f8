"""What the bureau's tasks look like over HTTP, and how they are closed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from verify_service.lifecycle.wording import OwnReason
from verify_service.registry.moves import LicenseState
from verify_service.registry.records import RecallOutcome, ReissueOutcome
from verify_service.registry.schemas import Exact

_Text = Annotated[str, Field(min_length=1, max_length=500)]


class CloseRecall(Exact):
    """``taken-back`` makes the license recalled; it was void before."""

    outcome: RecallOutcome = RecallOutcome.TAKEN_BACK
    note: _Text | None = None


class CloseReissue(Exact):
    note: Annotated[_Text, Field(description="Why the license need not be reissued.")]


class GiveNotice(Exact):
    means: Annotated[_Text, Field(examples=["挂号信 XA12345678911"])]


class VoidDocument(Exact):
    reason: OwnReason


class VoidedDocument(Exact):
    number: str
    version: int
    state: LicenseState
    reason: str


class RecallDocument(Exact):
    """A sheet that has to be taken back (R7), by when, and which department helps."""

    id: int
    number: str
    version: int
    reason: str
    department: str
    opened_at: datetime
    due_on: date
    closed_at: datetime | None
    closed_by: str | None
    outcome: RecallOutcome | None
    note: str | None


class RecallsDocument(Exact):
    recalls: Sequence[RecallDocument]


class ReissueTaskDocument(Exact):
    """A version of a license that does not say any more what its permits do."""

    id: int
    number: str
    version: int
    reason: str
    opened_at: datetime
    due_on: date
    closed_at: datetime | None
    closed_by: str | None
    outcome: ReissueOutcome | None
    note: str | None


class ReissueTasksDocument(Exact):
    reissues: Sequence[ReissueTaskDocument]


class NoticeDocument(Exact):
    """What a holder is to be told, and how it was; ``means`` is null as long as it was not."""

    id: int
    holder: str
    number: str
    version: int
    kind: str
    zh: str
    en: str
    made_at: datetime
    given_at: datetime | None
    given_by: str | None
    means: str | None


class NoticesDocument(Exact):
    notices: Sequence[NoticeDocument]
