"""What is sent and answered about reconciliations, over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from verify_service.bulk.schemas import RefusalDocument
from verify_service.lifecycle.schemas import LaterMove
from verify_service.registry.intake_records import DifferenceOutcome, DifferenceWhat
from verify_service.registry.moves import PermitState
from verify_service.registry.schemas import Exact, Id, Instant

_Text = Annotated[str, Field(min_length=1, max_length=500)]


class DifferenceDocument(Exact):
    """``registered`` and ``extracted`` are the two sides, null where one has nothing."""

    id: int
    what: DifferenceWhat
    kind: str
    number: str
    line: Annotated[int | None, Field(description="Of the extract; null for what it lacks.")]
    registered: Mapping[str, object] | None
    extracted: Mapping[str, object] | None
    outcome: DifferenceOutcome | None
    settled_at: datetime | None
    settled_by: str | None
    grounds: str | None


class ReconciliationDocument(Exact):
    """``agreed`` counts the rows without a difference, ``open`` the differences not settled yet."""

    id: int
    department: str
    sha256: str
    sheet: str | None
    full_kinds: Sequence[str]
    as_of: datetime
    rows: int
    agreed: int
    made_at: datetime
    open: int
    differences: Sequence[DifferenceDocument]
    next: Annotated[int | None, Field(description="`after` of the next page; null: no more.")]


class ComparedDocument(Exact):
    """``refusals`` are the rows for which the extract could not be compared, at most a thousand."""

    reconciliation: ReconciliationDocument | None
    refusals: Sequence[RefusalDocument]


class SettlementDocument(Exact):
    """``move`` null: the one that the difference means."""

    grounds: _Text
    move: LaterMove | None = None
    basis: _Text | None = None
    document: _Text | None = None
    effective_at: Annotated[Instant | None, Field(description="Default: now.")] = None
    premises: Annotated[
        Id | None, Field(description="Of a missing permit, where the extract has none.")
    ] = None


class DismissalDocument(Exact):
    grounds: _Text


class SettledDocument(Exact):
    difference: DifferenceDocument
    version: int
    state: PermitState
