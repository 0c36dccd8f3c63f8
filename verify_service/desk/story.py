"""A license's story: its versions, their states and its permits' moves, as one list; pure.

In the order in which it was recorded: what was known when. What took effect earlier says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from verify_service.desk.license_file import LicenseFile
from verify_service.registry.records import (
    LicenseNote,
    LicenseStanding,
    Permit,
    PermitVersion,
    Record,
)


class Rank(IntEnum):
    """What comes first of what one transaction has recorded: the cause before what follows."""

    PERMIT = 0
    CHANGED = 1  # of a license's version
    ISSUED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the story: a permit's move, or a state or a note of a license's version."""

    record: Record
    rank: Rank
    permit: Permit | None = None
    permit_version: PermitVersion | None = None
    version: int = 0
    standing: LicenseStanding | None = None
    note: LicenseNote | None = None

    @property
    def took_effect_earlier(self) -> datetime | None:
        """When it took effect, where that was before it was recorded."""
        effective = self.record.effective_at
        return effective if effective < self.record.recorded_at else None

    @property
    def state(self) -> str:
        """The state that it made, empty for a note."""
        if self.permit_version is not None:
            return self.permit_version.state
        return "" if self.standing is None else self.standing.state


def story_of(file: LicenseFile) -> tuple[Line, ...]:
    """Tell it from the first line on."""
    return tuple(
        sorted(_lines(file), key=lambda line: (line.record.recorded_at, line.rank, line.version))
    )


def _lines(file: LicenseFile) -> Iterator[Line]:
    for permit, chain in file.permits:
        for version in chain:
            yield Line(
                record=version.record, rank=Rank.PERMIT, permit=permit, permit_version=version
            )
    for issued, states in file.versions:
        for standing in states:
            yield Line(
                record=standing.record,
                rank=Rank.ISSUED if standing.seq == 1 else Rank.CHANGED,
                version=issued.version,
                standing=standing,
            )
    permits = {permit.id: permit for permit, _ in file.permits}
    for note in file.notes:
        yield Line(
            record=note.record,
            rank=Rank.CHANGED,
            permit=permits[note.permit],
            version=note.version,
            note=note,
        )
