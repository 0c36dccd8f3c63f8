"""One entrance: the bytes of a file, and what it is said to be, to a table."""

from hashlib import sha256
from typing import Final

from verify_service.intake.columns import Use
from verify_service.intake.csv_lines import csv_rows, decode_table
from verify_service.intake.errors import FormatUnknownError, TableEmptyError, TableTooLargeError
from verify_service.intake.json_lines import json_rows
from verify_service.intake.table import MAX_BYTES, Format, Table, lay_out
from verify_service.intake.xlsx_package import OLE2, Package
from verify_service.intake.xlsx_sheet import sheet_rows

MEDIA_TYPES: Final = {
    "text/csv": Format.CSV,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Format.XLSX,
    "application/jsonl": Format.JSON_LINES,
    "application/x-ndjson": Format.JSON_LINES,
}
SUFFIXES: Final = {
    ".csv": Format.CSV,
    ".xlsx": Format.XLSX,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
}
_ZIP: Final = b"PK\x03\x04"


def format_of_name(name: str) -> Format:
    """Return the format that a file's name says; raises `FormatUnknownError`."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix not in SUFFIXES:
        raise FormatUnknownError(named=name[-40:], found="unread")
    return SUFFIXES[suffix]


def format_of_type(media_type: str) -> Format:
    """Return the format that a content type says; raises `FormatUnknownError`."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain not in MEDIA_TYPES:
        raise FormatUnknownError(named=plain[:80], found="unread")
    return MEDIA_TYPES[plain]


def read_table(data: bytes, format: Format, use: Use, *, sheet: str | None = None) -> Table:
    """Read a whole table; raises a `TableError`, and nothing of it is to be used then.

    What is wrong with single cells is told by `changes` and `extracts`, which know their meaning.
    """
    if len(data) > MAX_BYTES:
        raise TableTooLargeError(what="bytes", most=MAX_BYTES)
    if not data.strip():
        raise TableEmptyError
    is_zip = data.startswith(_ZIP)
    if is_zip and format is not Format.XLSX:
        raise FormatUnknownError(named=format.value, found="workbook")
    if format is Format.XLSX and not is_zip and not data.startswith(OLE2):
        raise FormatUnknownError(named=format.value, found="no-workbook")
    encoding, shown = "utf-8", None
    match format:
        case Format.CSV:
            text, encoding = decode_table(data, use)
            columns, rows = lay_out(csv_rows(text), use, is_even=True)
        case Format.JSON_LINES:
            columns, rows = json_rows(data, use)
        case Format.XLSX:
            package = Package(data)
            part = package.sheet(sheet)
            shown = part.name
            columns, rows = lay_out(sheet_rows(package, part), use, is_even=False)
    return Table(
        digest=sha256(data).digest(),
        format=format,
        encoding=encoding,
        sheet=shown,
        columns=columns,
        rows=rows,
    )
