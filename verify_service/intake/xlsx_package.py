"""A workbook's parts (ECMA-376 Part 2): bounded before they are unpacked, named by the workbook."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from verify_service.intake.errors import (
    SheetMissingError,
    TableCutError,
    TableTooLargeError,
    WorkbookRefusedError,
)
from verify_service.intake.xlsx_elements import Element, Pieces, elements

MAX_UNPACKED: Final = 256 << 20  # bytes of all parts, by the archive's directory
MAX_BESIDE: Final = 128 << 20  # bytes of the parts that are held in memory, each
OLE2: Final = bytes.fromhex("D0CF11E0A1B11AE1")  # .xls, and every workbook with a password
_WORKBOOK: Final = "xl/workbook.xml"
_MAX_FORMAT: Final = 255  # characters of a number format, as spreadsheets keep it


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """The sheet that is read, and what its cells refer to."""

    name: str
    path: str
    texts: tuple[str, ...]
    date_styles: frozenset[int]
    is_1904: bool


class Package:
    """The archive of a workbook. Raises `TableTooLargeError`, `TableCutError`,
    `WorkbookRefusedError`."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(OLE2):
            raise WorkbookRefusedError(detail="old-or-encrypted")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise TableCutError(reason="archive-damaged") from None
        self._sizes = {info.filename: info.file_size for info in self._archive.infolist()}
        # zipfile unpacks no more of a part than the directory says, so a lie gains nothing.
        if sum(info.file_size for info in self._archive.infolist()) > MAX_UNPACKED:
            raise TableTooLargeError(what="unpacked-bytes", most=MAX_UNPACKED)

    def sheet(self, named: str | None) -> SheetPart:
        """Find the sheet of this name, or the first that shows; raises `SheetMissingError`."""
        sheets, is_1904 = self._sheets()
        shown = [name for name, (_, state) in sheets.items() if state == "visible"]
        name = named if named is not None else next(iter(shown), None)
        if name is None or name not in sheets:
            raise SheetMissingError(sheet=named or "", found=tuple(sheets))
        path = self._targets().get(sheets[name][0])
        if path is None or path not in self._sizes:
            raise WorkbookRefusedError(detail=f"sheet {name[:40]}")
        return SheetPart(
            name=name,
            path=path,
            texts=tuple(self._shared_texts()),
            date_styles=frozenset(self._date_styles()),
            is_1904=is_1904,
        )

    @contextmanager
    def part(self, path: str) -> Iterator[IO[bytes]]:
        """Open a part; what is wrong with the archive or the XML leaves as a `TableError`."""
        try:
            with self._archive.open(path) as stream:
                yield stream
        except KeyError:
            raise WorkbookRefusedError(detail=path) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
            raise TableCutError(reason="archive-damaged") from None
        except expat.ExpatError as error:
            raise WorkbookRefusedError(detail=f"{path}: {error}") from None
        except (RuntimeError, NotImplementedError, ValueError):  # a password, a method, a number
            raise WorkbookRefusedError(detail=path) from None

    def _beside(self, path: str) -> Iterator[Element]:
        if self._sizes.get(path, 0) > MAX_BESIDE:
            raise TableTooLargeError(what="unpacked-bytes", most=MAX_BESIDE)
        with self.part(path) as stream:
            yield from elements(stream)

    def _sheets(self) -> tuple[dict[str, tuple[str, str]], bool]:
        sheets, is_1904 = {}, False
        for each in self._beside(_WORKBOOK):
            if each.name == "sheet" and each.opens:
                found = each.attributes
                sheets[found.get("name", "")] = (found.get("id", ""), found.get("state", "visible"))
            elif each.name == "workbookPr" and each.opens:
                is_1904 = each.attributes.get("date1904") in ("1", "true")
        return sheets, is_1904

    def _targets(self) -> dict[str, str]:
        return {
            each.attributes.get("Id", ""): posixpath.normpath(
                posixpath.join("/xl", each.attributes.get("Target", ""))
            ).removeprefix("/")
            for each in self._beside("xl/_rels/workbook.xml.rels")
            if each.name == "Relationship" and each.opens
        }

    def _shared_texts(self) -> Iterator[str]:
        """The texts that cells refer to, readings (``rPh``) left out."""
        if "xl/sharedStrings.xml" not in self._sizes:
            return
        text = Pieces()
        reading = False
        for each in self._beside("xl/sharedStrings.xml"):
            if each.name == "rPh":
                reading = each.opens
            elif each.opens:
                continue
            elif each.name == "t" and not reading:
                text.add(each.text)
            elif each.name == "si":
                yield text.joined()
                text = Pieces()

    def _date_styles(self) -> Iterator[int]:
        """The numbers of the cell styles that show a number as a date."""
        if "xl/styles.xml" not in self._sizes:
            return
        formats: dict[str, str] = {}
        known: dict[str, bool] = {}
        place, inside = 0, False
        for each in self._beside("xl/styles.xml"):
            if each.name == "numFmt" and each.opens:
                formats[each.attributes.get("numFmtId", "")] = each.attributes.get("formatCode", "")
            elif each.name == "cellXfs":
                inside = each.opens
            elif each.name == "xf" and each.opens and inside:
                number = each.attributes.get("numFmtId", "0")
                if number not in known:
                    known[number] = _is_date(number, formats)
                if known[number]:
                    yield place
                place += 1


def _is_date(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        # openpyxl's expression takes the square of its length.
        if len(formats[number]) > _MAX_FORMAT:
            raise WorkbookRefusedError(detail="a number format without end")
        return bool(is_date_format(formats[number]))
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        return False
    builtin = int(number)
    # 27 to 36 and 50 to 58 are dates in Chinese, and in no table of openpyxl's.
    if 27 <= builtin <= 36 or 50 <= builtin <= 58:
        return True
    format = BUILTIN_FORMATS.get(builtin)
    return format is not None and bool(is_date_format(format))
