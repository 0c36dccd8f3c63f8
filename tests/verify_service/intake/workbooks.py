"""Workbooks for tests, written by openpyxl as an office would save them, and spoilt afterwards."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook


def workbook(
    rows: Sequence[Sequence[Any]], *, spoil: Callable[[Workbook], object] | None = None
) -> bytes:
    """Return a workbook with these rows in its first sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if spoil is not None:
        spoil(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(data: bytes, path: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one of its parts changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == path else content)
    return stream.getvalue()


def with_shared_texts(data: bytes) -> bytes:
    """Return the workbook as Excel keeps it: each text once, in pieces of other looks, beside the
    sheet, with the reading that an input method left there."""
    texts: list[bytes] = []

    def shared(match: re.Match[bytes]) -> bytes:
        texts.append(match[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb't="inlineStr"><is><t[^>]*>([^<]*)</t></is>', shared, parts[sheet])
    items = b"".join(
        b"<si><r><t>%s</t></r><r><rPr><b/></rPr><t>%s</t></r><rPh><t>du</t></rPh></si>"
        % (each.decode()[:1].encode(), each.decode()[1:].encode())
        for each in texts
    )
    head = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    parts["xl/sharedStrings.xml"] = head + items + b"</sst>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()
