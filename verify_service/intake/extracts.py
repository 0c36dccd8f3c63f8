"""A row of a department's extract: how one permit stands in its own books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from verify_service.catalog import PermitKind
from verify_service.intake.cells import CellMissingError
from verify_service.intake.changes import Fault, read_cells
from verify_service.intake.columns import Column, Use
from verify_service.intake.table import Row
from verify_service.intake.values import Until
from verify_service.registry.moves import PermitState


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRow:
    """What a department's own books say of a permit."""

    line: int
    kind: str
    number: str
    holder: str
    premises: int | None = None
    valid_from: date
    valid_until: Until
    state: PermitState
    as_of: datetime | None = None


def read_extract(
    row: Row, columns: tuple[Column, ...], kinds: Mapping[str, PermitKind]
) -> ExtractRow | tuple[Fault, ...]:
    """Read a row, or say all that is wrong with its cells."""
    values, faults = read_cells(row, columns, kinds)
    if not faults:
        faults = [
            Fault(line=row.line, column=column, error=CellMissingError(column=column))
            for column in Use.EXTRACT.needed
            if column not in values
        ]
    return tuple(faults) if faults else ExtractRow(line=row.line, **values)
