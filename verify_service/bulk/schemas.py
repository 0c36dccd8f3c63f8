"""What is answered to a file of changes, over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from verify_service.registry.schemas import Exact


class RefusalDocument(Exact):
    line: int
    column: Annotated[str | None, Field(description="English name; null: the row as a whole.")]
    code: str
    zh: str
    en: str


class DoubtDocument(Exact):
    line: int
    code: str
    zh: str
    en: str


class ReportDocument(Exact):
    """``refused`` counts rows; a row can have several faults."""

    run: Annotated[int | None, Field(description="null: nothing of the file was done yet.")]
    dry_run: bool
    finished: bool
    sha256: str
    format: str
    encoding: str
    sheet: str | None
    rows: int
    done: int
    accepted: int
    refused: int
    licenses: Annotated[int, Field(description="States of licenses that followed.")]
    refusals: Sequence[RefusalDocument]
    left_out: Annotated[int, Field(description="Refused rows that are not listed here.")]
    doubts: Annotated[
        Sequence[DoubtDocument],
        Field(description="Of the numbers of new permits; nothing is refused for them."),
    ]


class RunDocument(Exact):
    """A run of a file, with refused rows from a line on."""

    run: int
    party: str
    sha256: str
    sheet: str | None
    rows: int
    done: int
    accepted: int
    refused: int
    licenses: int
    started_at: datetime
    finished_at: datetime | None
    refusals: Sequence[RefusalDocument]
    next: Annotated[int | None, Field(description="`after` of the next page; null: no more.")]
