"""CSV (RFC 4180) as numbered rows, in UTF-8 or in a GB18030 that can be told."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from verify_service.intake.cells import Cell, Kind, Odd
from verify_service.intake.columns import Use, column_called
from verify_service.intake.errors import (
    CsvMalformedError,
    EncodingRefusedError,
    TableCutError,
    TableTooLargeError,
)
from verify_service.intake.table import MAX_COLUMNS, RawRow

UTF_8, GB18030 = "utf-8", "gb18030"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_table(data: bytes, use: Use) -> tuple[str, str]:
    """Return the text and its encoding; raises `EncodingRefusedError`.

    Most bytes that are no UTF-8 read as some GB18030. It is believed where a Chinese name in the
    header comes out right; a header in English proves nothing about what follows.
    """
    if data.startswith(_UTF_16):
        raise EncodingRefusedError(line=1, found="utf-16")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode(UTF_8), UTF_8
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    try:
        text = data.decode(GB18030)
    except UnicodeDecodeError:
        raise EncodingRefusedError(line=line, found="unknown") from None
    header = next((each for each in text.splitlines() if each.strip(" ,\"'")), "")
    titles = [title.strip(' "') for title in header.split(",")]
    if not any(not title.isascii() and column_called(title, use) for title in titles):
        raise EncodingRefusedError(line=line, found="unknown")
    return text, GB18030


def csv_rows(text: str) -> Iterator[RawRow]:
    """Yield the rows with the lines that they begin on.

    Raises `TableCutError`, `CsvMalformedError`, `TableTooLargeError`.
    """
    if text and not text.endswith(("\n", "\r")):
        raise TableCutError(line=text.count("\n") + 1, reason="no-line-end")
    # Not splitlines(), which also ends lines where RFC 4180 does not.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _csv_fault(error, begun=line, at=reader.line_num) from None
        if cells is None:
            return
        if len(cells) > MAX_COLUMNS:
            raise TableTooLargeError(line=line, what="columns", most=MAX_COLUMNS)
        yield RawRow(line, tuple(map(text_cell, cells)))
        line = reader.line_num + 1


def text_cell(text: str) -> Cell:
    """Return the cell of a text: one that begins with ``=`` is what a spreadsheet computes."""
    text = text.strip()
    if not text:
        return None
    return Odd(Kind.FORMULA, text) if text.startswith("=") else text


def _csv_fault(error: csv.Error, *, begun: int, at: int) -> CsvMalformedError | TableCutError:
    if str(error) == "unexpected end of data":
        return TableCutError(line=begun, reason="quote-open")
    return CsvMalformedError(line=at, detail=str(error))
