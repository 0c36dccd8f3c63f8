"""Cells as they were found, and what can be wrong with one: then its row alone is refused.

CellError                ``column`` is the English name, or the letter where there is none
├── FormulaError         it is computed somewhere, which proves nothing
├── DigitsLostError      a number in scientific notation: its digits are gone
├── NotTextError         a number, date or truth value where a text belongs
├── ErrorValueError      ``#N/A`` and the like
├── CellMissingError     the row needs it
├── CellSuperfluousError the row has no use for it
├── RowUnevenError       more or fewer cells than the header has
├── CellTooLongError     longer than what is kept
├── UnseenCharactersError characters that do not show
├── WordUnknownError     none of the words that may stand there
├── DayMalformedError    no day as one is written
├── InstantMalformedError no instant, likewise
├── NumberMalformedError no number that counts from 1
└── RowTwiceError        an extract has this permit already
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from verify_service.errors import ServiceError
from verify_service.intake.columns import title_of


class Kind(StrEnum):
    """What a cell holds that is no text."""

    NUMBER = "number"
    DATE = "date"  # ISO 8601, with a time where the spreadsheet's number has one
    FLAG = "flag"
    FORMULA = "formula"
    ERROR = "error"
    NESTED = "nested"  # a list or an object in JSON


class Odd(NamedTuple):
    """A cell that is no text: its kind, and how it is written."""

    kind: Kind
    text: str


Cell = str | Odd | None
"""A text without blanks around it, something else, or nothing."""

_KINDS = {
    Kind.NUMBER: "数字",
    Kind.DATE: "日期",
    Kind.FLAG: "真假值",
    Kind.FORMULA: "公式",
    Kind.ERROR: "错误值",
    Kind.NESTED: "嵌套数据",
}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(eq=False, kw_only=True)
class CellError(ServiceError):
    """One cell is not as it should be."""

    column: str

    def message(self) -> dict[str, str]:
        """Return the message; in Chinese the column and what it holds have their Chinese names."""
        told = vars(self) | {"column": title_of(self.column)}
        if "kind" in told:
            told |= {"kind": _KINDS[told["kind"]]}
        return {"zh": self.zh.format_map(told), "en": self.en.format_map(vars(self))}


class FormulaError(CellError):
    zh = "{column}列是公式；请粘贴为数值（文本）后再提交"
    en = "{column} is a formula: paste it as a value"


@dataclass(eq=False, kw_only=True)
class DigitsLostError(CellError):
    shown: str

    zh = "“{shown}”已被表格软件改成科学计数，原编号不可复原；请将该列设为文本后重新填写"
    en = "{shown!r} is in scientific notation, its digits are lost: make the column text, enter it anew"


@dataclass(eq=False, kw_only=True)
class NotTextError(CellError):
    """``kind`` is a word of `Kind`."""

    kind: str
    shown: str

    zh = "{column}列不是文本（{kind}：{shown}），前导零可能已丢失；请将该列设为文本后重新填写"
    en = "{column} is no text but a {kind} ({shown}), leading zeros may be lost: make the column text"


@dataclass(eq=False, kw_only=True)
class ErrorValueError(CellError):
    shown: str

    zh = "{column}列是表格错误值 {shown}"
    en = "{column} holds the spreadsheet's error {shown}"


class CellMissingError(CellError):
    zh = "缺少{column}"
    en = "{column} is missing"


class CellSuperfluousError(CellError):
    zh = "{column}列此处不应填写"
    en = "nothing belongs in {column} here"


@dataclass(eq=False, kw_only=True)
class RowUnevenError(CellError):
    expected: int
    found: int

    zh = "本行有 {found} 格，表头有 {expected} 格"
    en = "the row has {found} cells, the header {expected}"


@dataclass(eq=False, kw_only=True)
class CellTooLongError(CellError):
    most: int

    zh = "{column}过长，最多 {most} 个字符"
    en = "{column} is too long: at most {most} characters"


@dataclass(eq=False, kw_only=True)
class UnseenCharactersError(CellError):
    """``characters`` names them, as ``U+0009``."""

    characters: str

    zh = "{column}含有不可见字符 {characters}"
    en = "{column} has characters that do not show: {characters}"


@dataclass(eq=False, kw_only=True)
class WordUnknownError(CellError):
    shown: str

    zh = "{column}：不认识“{shown}”"
    en = "{column}: {shown!r} is not among its words"


@dataclass(eq=False, kw_only=True)
class DayMalformedError(CellError):
    shown: str

    zh = "{column}：“{shown}”不是日期，请写作 2031-05-20"
    en = "{column}: {shown!r} is no day; write 2031-05-20"


@dataclass(eq=False, kw_only=True)
class InstantMalformedError(CellError):
    shown: str

    zh = "{column}：“{shown}”不是时间，请写作 2031-05-20 14:30"
    en = "{column}: {shown!r} is no instant; write 2031-05-20 14:30"


@dataclass(eq=False, kw_only=True)
class NumberMalformedError(CellError):
    shown: str

    zh = "{column}：“{shown}”不是从 1 起的整数"
    en = "{column}: {shown!r} is no whole number from 1 on"


@dataclass(eq=False, kw_only=True)
class RowTwiceError(CellError):
    """``first`` is the line that has the same permit."""

    first: int

    zh = "该许可证在第 {first} 行已出现"
    en = "line {first} has the same permit"


def code_of(error: Exception) -> str:
    """Return the stable word of an error's class: ``version-conflict`` of `VersionConflictError`."""
    return _WORD.sub("-", type(error).__name__.removesuffix("Error")).lower()


def letter_of(place: int) -> str:
    """Return how a spreadsheet letters the column at a place, which counts from 0."""
    letters = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
