"""Runs of many changes, and reconciliations, as the registry gives them: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """What makes two runs the same: the party, the SHA-256 of the file, the sheet (or none)."""

    actor: str
    digest: bytes
    sheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRun:
    """A run and how far it has come. ``licenses``: how many versions of licenses followed."""

    id: int
    key: RunKey
    encoding: str
    rows: int
    done: int
    accepted: int
    licenses: int
    started_at: datetime
    started_by: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a row was refused; ``cell`` is the column where it is one cell's fault."""

    line: int
    cell: str | None
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """A file that waits to be done, for the account that brought it.

    ``digest`` is the SHA-256 of ``data``; ``name`` says its format; ``sheet`` is the one that is
    read, empty where there are none.
    """

    login: str
    digest: bytes
    name: str
    sheet: str
    data: bytes
    staged_at: datetime


class DifferenceWhat(StrEnum):
    """How a department's extract differs from the registry."""

    MISSING = "missing"  # in the registry
    EXTRA = "extra"  # in the registry, and not in an extract that is full for its kind
    DATES = "dates"
    STATE = "state"
    HOLDER = "holder"
    PREMISES = "premises"


class DifferenceOutcome(StrEnum):
    """What was made of a difference."""

    SETTLED = "settled"  # the registry was changed
    DISMISSED = "dismissed"  # it was the extract that was wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """An extract that was compared; ``full_kinds`` are those for which it claims to be whole."""

    id: int
    department: str
    digest: bytes
    sheet: str
    full_kinds: tuple[str, ...]
    as_of: datetime
    rows: int
    agreed: int
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDifference:
    """A difference that was found. ``permit_version`` is the one that was compared with."""

    what: DifferenceWhat
    kind: str
    number: str
    line: int | None
    permit: int | None
    permit_version: int | None
    registered: Mapping[str, object] | None
    extracted: Mapping[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A difference as it is listed, and what was made of it."""

    id: int
    reconciliation: int
    found: NewDifference
    outcome: DifferenceOutcome | None
    settled_at: datetime | None
    settled_by: str | None
    grounds: str | None
