"""Why a table is refused as a whole: nothing was done with any of its rows.

TableError                  ``line`` counts from 1 as an editor does, 0 where there is none
├── TableTooLargeError      bytes, rows, columns, or what a workbook unpacks to
├── FormatUnknownError      none of the three, or not what its name says
├── EncodingRefusedError    neither UTF-8 nor GB18030 that can be told
├── TableEmptyError         no names, or no row
├── TableCutError           the end is missing
├── CsvMalformedError       quotes, or an endless cell
├── JsonMalformedError      a line that is no object, or has a key twice
├── WorkbookRefusedError    an old format, a password, a part missing
├── SheetMissingError       no sheet of this name, or none that shows
├── MergedCellsError        it is not said which row a value belongs to
├── ColumnUnknownError      a name in the header that nobody knows
├── ColumnTwiceError        a column that is there twice
└── ColumnMissingError      a column that the table needs

What is wrong with one cell refuses its row alone: `cells`.
"""

from dataclasses import dataclass
from typing import ClassVar

from verify_service.errors import ServiceError
from verify_service.intake.columns import title_of


@dataclass(eq=False, kw_only=True)
class TableError(ServiceError):
    """The file is refused; nothing was done."""

    line: int = 0


@dataclass(eq=False, kw_only=True)
class TableTooLargeError(TableError):
    """``what`` is ``bytes``, ``rows``, ``columns``, ``line-bytes``, ``unpacked-bytes`` or
    ``elements``."""

    what: str
    most: int

    _WORDS: ClassVar[dict[str, tuple[str, str]]] = {
        "bytes": ("字节", "bytes"),
        "rows": ("行", "rows"),
        "columns": ("列", "columns"),
        "line-bytes": ("字节（一行）", "bytes in a line"),
        "unpacked-bytes": ("字节（解压后）", "bytes unpacked"),
        "elements": ("个 XML 元素", "elements of XML"),
    }

    def message(self) -> dict[str, str]:
        zh, en = self._WORDS[self.what]
        return {
            "zh": f"文件过大：超过 {self.most} {zh}，请分成几份",
            "en": f"the file is too large: more than {self.most} {en}; send it in parts",
        }


@dataclass(eq=False, kw_only=True)
class FormatUnknownError(TableError):
    """``named`` is what the name or the content type said; ``found``, what the bytes look like:
    ``workbook``, ``no-workbook``, or ``unread`` where they were not looked at."""

    named: str
    found: str

    _FOUND: ClassVar[dict[str, tuple[str, str]]] = {
        "workbook": ("（内容是工作簿）", ", which is a workbook"),
        "no-workbook": ("（内容不是工作簿）", ", which is no workbook"),
        "unread": ("", ""),
    }

    def message(self) -> dict[str, str]:
        zh, en = self._FOUND[self.found]
        return {
            "zh": f"不能识别的文件格式：{self.named}{zh}；请提供 CSV、XLSX 或 JSON Lines",
            "en": f"not a format that is read: {self.named}{en}; CSV, XLSX or JSON lines",
        }


@dataclass(eq=False, kw_only=True)
class EncodingRefusedError(TableError):
    """``found`` is ``utf-16``, or ``unknown`` with the line of the first byte that is no UTF-8."""

    found: str

    zh = "第 {line} 行不是 UTF-8，也不能确认为 GB18030（{found}）；请另存为“CSV UTF-8”"
    en = 'line {line} is not UTF-8, nor GB18030 for certain ({found}); save it as "CSV UTF-8"'


class TableEmptyError(TableError):
    zh = "文件中没有表头或没有数据行"
    en = "there is no header in the file, or no row below it"


@dataclass(eq=False, kw_only=True)
class TableCutError(TableError):
    """``reason``: ``no-line-end``, ``quote-open``, ``object-open`` or ``archive-damaged``."""

    reason: str

    _WORDS: ClassVar[dict[str, tuple[str, str]]] = {
        "no-line-end": ("末行没有换行", "its last line has no end"),
        "quote-open": ("引号未闭合", "a quote is open"),
        "object-open": ("对象未闭合", "an object is open"),
        "archive-damaged": ("压缩包损坏", "the archive is damaged"),
    }

    def message(self) -> dict[str, str]:
        zh, en = self._WORDS[self.reason]
        at = (f"，第 {self.line} 行", f", line {self.line}") if self.line else ("", "")
        return {
            "zh": f"文件不完整（{zh}{at[0]}）：可能未传完，请重新导出",
            "en": f"the file is not whole ({en}{at[1]}): export it again",
        }


@dataclass(eq=False, kw_only=True)
class CsvMalformedError(TableError):
    detail: str

    zh = "第 {line} 行不是正确的 CSV：{detail}"
    en = "line {line} is no CSV: {detail}"


@dataclass(eq=False, kw_only=True)
class JsonMalformedError(TableError):
    """``detail``: ``no-object``, ``key-twice`` or the parser's own words."""

    detail: str

    zh = "第 {line} 行不是正确的 JSON 对象：{detail}"
    en = "line {line} is no JSON object: {detail}"


@dataclass(eq=False, kw_only=True)
class WorkbookRefusedError(TableError):
    """``detail``: ``old-or-encrypted``, ``doctype``, or the part of the workbook."""

    detail: str

    zh = "工作簿不能读取：{detail}（不支持 .xls 和加密的工作簿，请另存为 .xlsx）"
    en = "the workbook cannot be read: {detail} (no .xls, no password; save it as .xlsx)"


@dataclass(eq=False, kw_only=True)
class SheetMissingError(TableError):
    """``sheet`` is what was asked for, empty for the first that shows."""

    sheet: str
    found: tuple[str, ...]

    def message(self) -> dict[str, str]:
        listed = "、".join(self.found)
        return {
            "zh": f"工作簿中没有可用的工作表“{self.sheet}”，现有：{listed}",
            "en": f"no sheet {self.sheet!r} that shows; there are: {', '.join(self.found)}",
        }


@dataclass(eq=False, kw_only=True)
class MergedCellsError(TableError):
    """``cells`` is the range, such as ``B3:B5``."""

    cells: str

    zh = "单元格 {cells} 已合并，无法判断属于哪一行；请取消合并并逐行填写"
    en = "the cells {cells} are merged: unmerge them and fill in each row"


@dataclass(eq=False, kw_only=True)
class ColumnUnknownError(TableError):
    """``column`` is its place, as a spreadsheet letters it; ``title`` what stands there."""

    column: str
    title: str

    zh = "第 {line} 行 {column} 列：不认识的列名“{title}”"
    en = "line {line}, column {column}: no column is called {title!r}"


@dataclass(eq=False, kw_only=True)
class ColumnTwiceError(TableError):
    column: str
    title: str

    zh = "第 {line} 行 {column} 列：列“{title}”重复"
    en = "line {line}, column {column}: the column {title!r} is there twice"


@dataclass(eq=False, kw_only=True)
class ColumnMissingError(TableError):
    """``title`` is the column's English name."""

    title: str

    def message(self) -> dict[str, str]:
        return {
            "zh": f"缺少列：{title_of(self.title)}",
            "en": f"the column {self.title} is missing",
        }
