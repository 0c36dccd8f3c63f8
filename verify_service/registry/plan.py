"""What changes of permits come down to, before it is written: rows to be, in the order of planning.

Planned in Python by rules that are pure, and written by `plan_writing` with one statement a table,
for one change and for thousands alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from verify_service.registry.records import (
    IncludedPermit,
    LicenseNote,
    LicenseStanding,
    Permit,
    PermitChange,
    PermitVersion,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRecall:
    """A sheet to be taken back; ``cause`` is the state that made it needed."""

    cause: LicenseStanding
    department: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReissue:
    number: str
    version: int
    reason: str
    cause: IncludedPermit
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNotice:
    holder: str
    number: str
    version: int
    kind: str
    words: Mapping[str, str]


@dataclass(slots=True)
class Plan:
    """Permits that are entered have ids below zero until they are written.

    ``voided`` are the versions of licenses whose reissue tasks are to be closed.
    """

    entered: list[Permit] = field(default_factory=list)
    versions: list[PermitVersion] = field(default_factory=list)
    states: list[LicenseStanding] = field(default_factory=list)
    notes: list[LicenseNote] = field(default_factory=list)
    recalls: list[PlannedRecall] = field(default_factory=list)
    reissues: list[PlannedReissue] = field(default_factory=list)
    voided: list[tuple[str, int]] = field(default_factory=list)
    notices: list[PlannedNotice] = field(default_factory=list)
    announced: list[tuple[int, PermitChange]] = field(default_factory=list)

    @property
    def is_by_policy(self) -> bool:
        """Whether a policy has decided anything in it."""
        return bool(self.states or self.notes or self.reissues or self.notices)
