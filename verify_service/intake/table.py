"""A table as it was read: its columns, and its rows with the lines that they stand on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from verify_service.intake.cells import (
    Cell,
    CellError,
    CellSuperfluousError,
    RowUnevenError,
    letter_of,
)
from verify_service.intake.columns import Column, Use, column_called
from verify_service.intake.errors import (
    ColumnMissingError,
    ColumnTwiceError,
    ColumnUnknownError,
    TableEmptyError,
    TableTooLargeError,
)

MAX_BYTES: Final = 64 << 20
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 64
MAX_CELL: Final = 131_072  # characters; what the csv module allows, four times a spreadsheet's


class Format(StrEnum):
    """What a table is written in."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"


class RawRow(NamedTuple):
    """A row before anybody knows what its cells mean. ``uneven`` holds the number of its cells
    against the header's; a spreadsheet leaves out those at the end."""

    line: int
    cells: Sequence[Cell]


class Row(NamedTuple):
    """A row: the cells in the order of the table's columns, and what is wrong with its shape."""

    line: int
    cells: tuple[Cell, ...]
    fault: CellError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``digest`` is the SHA-256 of the file, ``encoding`` ``utf-8`` or ``gb18030``; ``sheet`` names
    the one that was read."""

    digest: bytes
    format: Format
    encoding: str
    sheet: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def lay_out(
    raw: Iterable[RawRow], use: Use, *, is_even: bool
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Find the header and put the rows below it into the order of its columns.

    ``is_even``: every row has as many cells as the header, as in CSV. Raises `TableEmptyError`,
    `TableTooLargeError`, and what is wrong with the header.
    """
    filled = (row for row in raw if any(cell is not None for cell in row.cells))
    header = next(filled, None)
    if header is None:
        raise TableEmptyError
    places = _places(header, use)
    rows = tuple(_limited(_arranged(row, header, places, is_even=is_even) for row in filled))
    if not rows:
        raise TableEmptyError
    return tuple(places), rows


def _limited(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise TableTooLargeError(line=row.line, what="rows", most=MAX_ROWS)
        yield row


def _places(header: RawRow, use: Use) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for place, cell in enumerate(header.cells):
        if cell is None:
            continue
        title = cell if isinstance(cell, str) else cell.text
        column = column_called(title, use) if isinstance(cell, str) else None
        if column is None or column in places:
            fault = ColumnUnknownError if column is None else ColumnTwiceError
            raise fault(line=header.line, column=letter_of(place), title=title[:40])
        places[column] = place
    check_needed(places, use, line=header.line)
    return places


def check_needed(columns: Iterable[Column], use: Use, *, line: int) -> None:
    """Refuse a table that lacks a column; raises `ColumnMissingError`."""
    for needed in use.needed:
        if needed not in columns:
            raise ColumnMissingError(line=line, title=needed)


def _arranged(row: RawRow, header: RawRow, places: dict[Column, int], *, is_even: bool) -> Row:
    width, cells = len(header.cells), row.cells
    fault: CellError | None = None
    if is_even and len(cells) != width:
        fault = RowUnevenError(column=letter_of(width), expected=width, found=len(cells))
    elif sum(cell is not None for cell in cells) > sum(
        place < len(cells) and cells[place] is not None for place in places.values()
    ):
        stray = next(
            place
            for place, cell in enumerate(cells)
            if cell is not None and place not in places.values()
        )
        fault = CellSuperfluousError(column=letter_of(stray))
    arranged = tuple(cells[place] if place < len(cells) else None for place in places.values())
    return Row(row.line, arranged, fault)
