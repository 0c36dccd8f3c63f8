"""A row of a table of changes: what a department does to one permit, as far as cells can say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from credential.claims import MAX_NUMBER
from verify_service.catalog import Form, PermitKind
from verify_service.errors import ServiceError
from verify_service.identifiers import parse_uscc
from verify_service.identifiers.errors import IdentifierError
from verify_service.intake.cells import (
    Cell,
    CellError,
    CellMissingError,
    CellSuperfluousError,
)
from verify_service.intake.columns import Column
from verify_service.intake.table import Row
from verify_service.intake.values import (
    FORMS,
    MOVES,
    STATES,
    TRUTHS,
    Until,
    basis,
    day,
    identifier,
    instant,
    last_day,
    ordinal,
    permit_kind,
    plain_text,
    word_of,
)
from verify_service.registry.moves import Move

USCC_LENGTH: Final = 18
_ON_GRANT: Final = (Column.HOLDER, Column.PREMISES, Column.VALID_FROM, Column.VALID_UNTIL)
# What is settled when a permit is granted, and an expected version of what is not there yet.
_NEVER_ON_GRANT: Final = (Column.EXPECTED_VERSION, Column.EFFECTIVE_AT)
_NEVER_AFTER: Final = (Column.HOLDER, Column.PREMISES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """What a row asks for; None stands for a cell that was left empty."""

    line: int
    move: Move
    kind: str
    number: str
    holder: str | None = None
    premises: int | None = None
    valid_from: date | None = None
    valid_until: Until | None = None
    form: Form | None = None
    by_promise: bool | None = None
    basis: str | None = None
    grounds: str | None = None
    document: str | None = None
    effective_at: datetime | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a row; ``column`` is None where it is no single cell's fault."""

    line: int
    column: str | None
    error: ServiceError


def read_change(
    row: Row, columns: tuple[Column, ...], kinds: Mapping[str, PermitKind]
) -> ChangeRow | tuple[Fault, ...]:
    """Read a row, or say all that is wrong with its cells."""
    values, faults = read_cells(row, columns, kinds)
    if not faults:
        faults = [Fault(line=row.line, column=e.column, error=e) for e in _lacking(values)]
    return tuple(faults) if faults else ChangeRow(line=row.line, **values)


def read_cells(
    row: Row, columns: tuple[Column, ...], kinds: Mapping[str, PermitKind]
) -> tuple[dict[str, Any], list[Fault]]:
    """Return what the cells of a row mean, by column, and what is wrong with them."""
    if row.fault is not None:
        return {}, [Fault(line=row.line, column=row.fault.column, error=row.fault)]
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, cell in zip(columns, row.cells, strict=True):
        if cell is None:
            continue
        try:
            if column is Column.KIND:
                values[column] = permit_kind(cell, kinds)
            else:
                values[column] = READERS[column](cell, column)
        except (CellError, IdentifierError) as error:
            faults.append(Fault(line=row.line, column=column, error=error))
    return values, faults


def uscc(cell: Cell, column: Column) -> str:
    """Return a unified social credit code, both checks binding."""
    return parse_uscc(identifier(cell, column, most=USCC_LENGTH)).code


def _number(cell: Cell, column: Column) -> str:
    return identifier(cell, column, most=MAX_NUMBER)


READERS: Final[Mapping[Column, Callable[[Cell, Column], object]]] = {
    Column.MOVE: lambda cell, column: word_of(cell, column, MOVES),
    Column.NUMBER: _number,
    Column.HOLDER: uscc,
    Column.PREMISES: ordinal,
    Column.VALID_FROM: day,
    Column.VALID_UNTIL: last_day,
    Column.FORM: lambda cell, column: word_of(cell, column, FORMS),
    Column.BY_PROMISE: lambda cell, column: word_of(cell, column, TRUTHS),
    Column.BASIS: basis,
    Column.GROUNDS: plain_text,
    Column.DOCUMENT: plain_text,
    Column.EFFECTIVE_AT: instant,
    Column.EXPECTED_VERSION: ordinal,
    Column.STATE: lambda cell, column: word_of(cell, column, STATES),
    Column.AS_OF: instant,
}


def _lacking(values: Mapping[str, object]) -> list[CellError]:
    """What a move needs and what it has no use for."""
    faults: list[CellError] = [
        CellMissingError(column=column)
        for column in (Column.MOVE, Column.KIND, Column.NUMBER)
        if column not in values
    ]
    if Column.MOVE not in values:
        return faults
    granted = values[Column.MOVE] is Move.GRANTED
    needed = _ON_GRANT if granted else (Column.GROUNDS,)
    never = _NEVER_ON_GRANT if granted else _NEVER_AFTER
    faults += [CellMissingError(column=column) for column in needed if column not in values]
    faults += [CellSuperfluousError(column=column) for column in never if column in values]
    return faults
