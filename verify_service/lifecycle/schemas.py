"""What departments send about their permits, and what they get back, over HTTP."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from credential.claims import MAX_NUMBER
from verify_service.catalog import Form
from verify_service.registry.moves import Basis, LicenseState, Move, PermitState
from verify_service.registry.records import AnnouncementOutcome, PermitTerms
from verify_service.registry.schemas import Exact, Id, Instant, Revision, Uscc

_Text = Annotated[str, Field(min_length=1, max_length=500)]
LaterMove = Literal[
    Move.AMENDED,
    Move.RENEWING,
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
    basis: Annotated[
        Basis | None, Field(description="Default: by-promise for one by promise, else by-decision.")
    ] = None
    document: Annotated[_Text | None, Field(description="The decision's reference.")] = None


class ChangeDocument(Exact):
    """``expected_version``: the version that the department saw, so that nothing is overwritten
    and nothing happens twice. ``If-Match`` with the permit's ``ETag`` says the same."""

    move: LaterMove
    basis: Annotated[
        Basis | None,
        Field(description="What the move rests on; default: the first that it may rest on."),
    ] = None
    grounds: Annotated[_Text, Field(examples=["经查存在严重违法行为"])]
    expected_version: Revision | None = None
    document: _Text | None = None
    terms: Annotated[TermsDocument | None, Field(description="None: as they were.")] = None
    effective_at: Annotated[
        Instant | None,
        Field(
            description="Default: now. Earlier: the change was decided then. A minute to 366 days "
            "later: it is announced, and made then."
        ),
    ] = None


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
    basis: Basis | None
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


class NotedDocument(Exact):
    """A version of a license that stands without the permit, by a policy."""

    number: str
    version: int
    policy: str


class AnnouncedDocument(Exact):
    """A change that takes effect later; ``outcome`` is null as long as it waits."""

    id: int
    move: Move
    basis: Basis
    grounds: str
    document: str | None
    effective_at: datetime
    announced_at: datetime
    settled_at: datetime | None
    outcome: AnnouncementOutcome | None


class AnnouncementsDocument(Exact):
    announced: Sequence[AnnouncedDocument]


class ChangedDocument(Exact):
    """``announced``: the change was kept for later, and nothing has changed yet."""

    permit: PermitDocument
    licenses: Sequence[FollowedDocument]
    noted: Sequence[NotedDocument]
    announced: AnnouncedDocument | None
