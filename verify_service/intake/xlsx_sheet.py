"""A workbook's sheet (ECMA-376 Part 1, §18.3) as numbered rows; its cells as they are written."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from verify_service.intake.cells import Cell, Kind, Odd
from verify_service.intake.csv_lines import text_cell
from verify_service.intake.errors import (
    MergedCellsError,
    TableTooLargeError,
    WorkbookRefusedError,
)
from verify_service.intake.table import MAX_COLUMNS, RawRow
from verify_service.intake.xlsx_elements import Element, Pieces, elements
from verify_service.intake.xlsx_package import Package, SheetPart

_MAX_LINE: Final = 1 << 20  # the last row that a sheet has
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def sheet_rows(package: Package, part: SheetPart) -> Iterator[RawRow]:
    """Yield the rows that hold anything; raises a `TableError`.

    A merged range is said behind all rows (§18.3.1.55), so it is refused at the end.
    """
    first = 0
    row = _RowReader(part)
    with package.part(part.path) as stream:
        for each in elements(stream):
            if each.name == "mergeCell" and each.opens:
                _check_merged(each.attributes.get("ref", ""), first)
            done = row.take(each)
            if done is not None:
                first = first or done.line
                yield done


def _check_merged(cells: str, first: int) -> None:
    """Refuse what is merged in the header or below; a title above it is in nobody's way."""
    last = _REFERENCE.fullmatch(cells.rpartition(":")[2].replace("$", ""))
    if last is None or int(last[2]) >= first:
        raise MergedCellsError(line=first, cells=cells[:40])


class _RowReader:
    """Takes the elements of a sheet and gives a row when it ends, if it holds anything."""

    def __init__(self, part: SheetPart) -> None:
        self._part = part
        self._calendar = CALENDAR_MAC_1904 if part.is_1904 else CALENDAR_WINDOWS_1900
        self._line = 0
        self._cells: list[Cell] = []
        self._place = 0
        self._begin_cell({})

    def _begin_cell(self, attributes: "dict[str, str]") -> None:
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._value = ""
        self._pieces = Pieces()
        self._is_formula = self._reading = False

    def take(self, element: Element) -> RawRow | None:
        name = element.name
        if name == "c":
            if element.opens:
                self._begin_cell(dict(element.attributes))
                self._place_cell(element.attributes.get("r"))
            else:
                self._put(self._cell())
        elif name == "row":
            if element.opens:
                self._begin_row(element.attributes.get("r"))
            else:
                return self._row()
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._reading = element.opens
        elif name == "v" and not element.opens:
            self._value = element.text
        elif name == "t" and not element.opens and not self._reading:
            self._pieces.add(element.text)
        return None

    def _begin_row(self, number: str | None) -> None:
        line = self._line + 1 if number is None else int(number)
        if not self._line < line:
            raise WorkbookRefusedError(line=self._line, detail="rows out of order")
        if line > _MAX_LINE:
            raise TableTooLargeError(line=self._line, what="rows", most=_MAX_LINE)
        self._line, self._cells, self._place = line, [], 0

    def _place_cell(self, reference: str | None) -> None:
        if reference is None:
            self._place += 1
            return
        match = _REFERENCE.fullmatch(reference)
        place = 0
        for letter in match[1] if match else "":
            place = place * 26 + ord(letter) - ord("A") + 1
        if place <= self._place:
            raise WorkbookRefusedError(line=self._line, detail=f"cell {reference[:20]}")
        self._place = place

    def _put(self, cell: Cell) -> None:
        if cell is None:
            return
        if self._place > MAX_COLUMNS:
            raise TableTooLargeError(line=self._line, what="columns", most=MAX_COLUMNS)
        self._cells.extend([None] * (self._place - 1 - len(self._cells)))
        self._cells.append(cell)

    def _row(self) -> RawRow | None:
        return RawRow(self._line, tuple(self._cells)) if self._cells else None

    def _cell(self) -> Cell:
        value = self._value
        if self._is_formula:
            return Odd(Kind.FORMULA, value)
        match self._type:
            case "inlineStr":
                return text_cell(self._pieces.joined())
            case _ if not value:
                return None
            case "s":
                return text_cell(self._shared(value))
            case "str":
                return text_cell(value)
            case "b":
                return Odd(Kind.FLAG, "true" if value.strip() == "1" else "false")
            case "e":
                return Odd(Kind.ERROR, value[:40])
            case "d":
                return Odd(Kind.DATE, value[:40])
            case _:
                return self._number(value)

    def _shared(self, value: str) -> str:
        texts = self._part.texts
        if not value.isdecimal() or len(value) > 9 or int(value) >= len(texts):
            raise WorkbookRefusedError(line=self._line, detail="a text that is not there")
        return texts[int(value)]

    def _number(self, value: str) -> Odd:
        if not self._style.isdecimal() or int(self._style) not in self._part.date_styles:
            return Odd(Kind.NUMBER, value[:40])
        try:
            shown = from_excel(float(value), self._calendar)
        except (ValueError, OverflowError):
            return Odd(Kind.NUMBER, value[:40])
        if isinstance(shown, datetime) and shown.time() == time():
            shown = shown.date()
        # A time of day alone, or a span of time, is no day.
        return Odd(
            Kind.DATE if isinstance(shown, date) else Kind.NUMBER,
            shown.isoformat() if isinstance(shown, date) else value[:40],
        )
