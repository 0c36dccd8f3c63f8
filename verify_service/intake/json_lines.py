"""JSON lines as rows: one object a line, its keys the columns' names."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from verify_service.intake.cells import Cell, Kind, Odd
from verify_service.intake.columns import Column, Use, column_called
from verify_service.intake.csv_lines import text_cell
from verify_service.intake.errors import (
    ColumnTwiceError,
    ColumnUnknownError,
    EncodingRefusedError,
    JsonMalformedError,
    TableCutError,
    TableEmptyError,
    TableTooLargeError,
)
from verify_service.intake.table import MAX_CELL, MAX_ROWS, Row, check_needed

MAX_LINE: Final = 1 << 20  # bytes: lists in lists of a longer one would fill the memory


def json_rows(data: bytes, use: Use) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Return the columns that occur and the rows; raises a `TableError`."""
    rows = []
    occurring: set[Column] = set()
    for line, text in _lines(data):
        cells = _columns(_object(text, line), line, use)
        occurring.update(cells)
        rows.append((line, cells))
        if len(rows) > MAX_ROWS:
            raise TableTooLargeError(line=line, what="rows", most=MAX_ROWS)
    if not rows:
        raise TableEmptyError
    check_needed(occurring, use, line=rows[0][0])
    columns = tuple(column for column in use.columns if column in occurring)
    return columns, tuple(
        Row(line, tuple(cells.get(column) for column in columns), None) for line, cells in rows
    )


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    data = data.removeprefix(codecs.BOM_UTF8)
    if data and not data.endswith(b"\n"):
        raise TableCutError(line=data.count(b"\n") + 1, reason="no-line-end")
    last = data.count(b"\n")
    for line, raw in enumerate(data.split(b"\n"), start=1):
        if len(raw) > MAX_LINE:
            raise TableTooLargeError(line=line, what="line-bytes", most=MAX_LINE)
        if raw.strip():
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                raise EncodingRefusedError(line=line, found="unknown") from None
            if line == last and not text.rstrip().endswith("}"):
                raise TableCutError(line=line, reason="object-open")
            yield line, text


def _object(text: str, line: int) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise JsonMalformedError(line=line, detail="key-twice")
        return found

    def refuse(word: str) -> NoReturn:
        raise JsonMalformedError(line=line, detail=word)

    try:
        # Numbers stay as they are written: 1E15 is to be seen as that.
        found = json.loads(
            text,
            object_pairs_hook=once,
            parse_int=_number,
            parse_float=_number,
            parse_constant=refuse,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        detail = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise JsonMalformedError(line=line, detail=detail) from None
    if not isinstance(found, dict):
        raise JsonMalformedError(line=line, detail="no-object")
    return found


def _number(text: str) -> Odd:
    return Odd(Kind.NUMBER, text[:MAX_CELL])


def _columns(found: dict[str, Any], line: int, use: Use) -> dict[Column, Cell]:
    cells: dict[Column, Cell] = {}
    for place, (key, value) in enumerate(found.items(), start=1):
        column = column_called(key, use)
        if column is None or column in cells:
            fault = ColumnUnknownError if column is None else ColumnTwiceError
            raise fault(line=line, column=str(place), title=key[:40])
        cells[column] = _cell(value)
    return cells


def _cell(value: Any) -> Cell:
    match value:
        case None | Odd():
            return value
        case bool():
            return Odd(Kind.FLAG, "true" if value else "false")
        case str():
            return text_cell(value)
        case _:
            return Odd(Kind.NESTED, "…")
