"""What departments send about their permits, and what they get back, over HTTP."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from credential.claims import MAX_NUMBER
from verify_service.catalog import Form
from verify_service.registry.moves import LicenseState, Move, PermitState
from verify_service.registry.records import PermitTerms
from verify_service.registry.schemas import Exact, Id, Instant, Revision, Uscc

_Text = Annotated[str, Field(min_length=1, max_length=500)]
LaterMove = Literal[
    Move.AMENDED,
    Move.RENEWED,
    Move.SUSPENDED,
    Move.RESUMED,
    Move.CANCELLED,
    Move.ANNULLED,
    Move.REVOKED,
    Move.LAPSED,
    Move.WITHDRAWN,
]


class TermsDocument(Exact):
    """``valid_until`` is the permit's last day, None for one without an end."""

    valid_from: Annotated[date, Field(examples=["2023-04-11"])]
    valid_until: Annotated[date | None, Field(examples=["2028-04-10"])]
    form: Annotated[
        Form | None, Field(description="What was handed out; default: the kind's own form.")
    ] = None
    by_promise: Annotated[bool, Field(description="告知承诺: granted, with its check due.")] = False

    def terms(self, form: Form) -> PermitTerms:
        """Return the terms; `form` stands where none was given. Raises `DatesReversedError`."""
        return PermitTerms(
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            document_form=(self.form or form).value,
            by_promise=self.by_promise,
        )


class NewPermitDocument(Exact):
    kind: Annotated[str, Field(examples=["food_business"])]
    number: Annotated[
        str, Field(min_length=1, max_length=MAX_NUMBER, examples=["JY21105030026657"])
    ]
    holder: Uscc
    premises: Id
    terms: TermsDocument
    document: Annotated[_Text | None, Field(description="The decision's reference.")] = None


class ChangeDocument(Exact):
    """``expected_version``: the version that the department saw, so that nothing is overwritten
    and nothing happens twice."""

    move: LaterMove
    grounds: Annotated[_Text, Field(examples=["经查存在严重违法行为"])]
    expected_version: Revision
    document: _Text | None = None
    terms: Annotated[TermsDocument | None, Field(description="None: as they were.")] = None
    effective_at: Annotated[Instant | None, Field(description="Not after now; default: now.")] = (
        None
    )


class WarningDocument(Exact):
    code: str
    zh: str
    en: str


class PermitDocument(Exact):
    kind: str
    number: str
    department: str
    holder: str
    premises: int
    version: int
    move: Move
    state: PermitState
    valid_from: date
    valid_until: date | None
    form: str
    by_promise: bool
    effective_at: datetime
    recorded_at: datetime


class EnteredDocument(Exact):
    """``warnings`` doubt the number's form; nothing is refused for it."""

    permit: PermitDocument
    warnings: Sequence[WarningDocument]


class FollowedDocument(Exact):
    """A version of a license that has changed with the permit (R7)."""

    number: str
    version: int
    state: LicenseState
    reason: str


class ChangedDocument(Exact):
    permit: PermitDocument
    licenses: Sequence[FollowedDocument]
