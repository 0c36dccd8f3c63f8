"""The columns that a table may have: one list, names in Chinese and in English."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """A column by its English name."""

    MOVE = "move"
    KIND = "kind"
    NUMBER = "number"
    HOLDER = "holder"
    PREMISES = "premises"
    VALID_FROM = "valid_from"
    VALID_UNTIL = "valid_until"
    FORM = "form"
    BY_PROMISE = "by_promise"
    BASIS = "basis"
    GROUNDS = "grounds"
    DOCUMENT = "document"
    EFFECTIVE_AT = "effective_at"
    EXPECTED_VERSION = "expected_version"
    STATE = "state"
    AS_OF = "as_of"


TITLES: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.MOVE: ("操作", "办理事项"),
    Column.KIND: ("许可种类", "证件种类"),
    Column.NUMBER: ("许可证编号", "证件编号"),
    Column.HOLDER: ("统一社会信用代码",),
    Column.PREMISES: ("场所编号",),
    Column.VALID_FROM: ("有效期起", "有效期自"),
    Column.VALID_UNTIL: ("有效期止", "有效期至"),
    Column.FORM: ("证件形式",),
    Column.BY_PROMISE: ("告知承诺",),
    Column.BASIS: ("依据类型",),
    Column.GROUNDS: ("理由",),
    Column.DOCUMENT: ("文号",),
    Column.EFFECTIVE_AT: ("生效时间",),
    Column.EXPECTED_VERSION: ("版本",),
    Column.STATE: ("状态",),
    Column.AS_OF: ("截至时间",),
}

_CHANGE: Final = tuple(column for column in Column if column not in (Column.STATE, Column.AS_OF))
_EXTRACT: Final = (
    Column.KIND,
    Column.NUMBER,
    Column.HOLDER,
    Column.PREMISES,
    Column.VALID_FROM,
    Column.VALID_UNTIL,
    Column.STATE,
    Column.AS_OF,
)


def title_of(column: str) -> str:
    """Return a column's Chinese title; a letter, where it has no name, stays one."""
    titles = TITLES.get(Column(column)) if column in set(Column) else None
    return titles[0] if titles else column


class Use(StrEnum):
    """What a table is for."""

    CHANGES = "changes"
    EXTRACT = "extract"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that such a table may have."""
        return _CHANGE if self is Use.CHANGES else _EXTRACT

    @property
    def needed(self) -> tuple[Column, ...]:
        """The columns without which it says nothing."""
        if self is Use.CHANGES:
            return (Column.MOVE, Column.KIND, Column.NUMBER)
        optional = (Column.PREMISES, Column.AS_OF)
        return tuple(column for column in _EXTRACT if column not in optional)


def plain_title(title: str) -> str:
    """Return a title as it is compared: without blanks, width and case."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split())


_BY_TITLE: Final[Mapping[str, Column]] = {
    plain_title(title): column for column in Column for title in (column.value, *TITLES[column])
}


def column_called(title: str, use: Use) -> Column | None:
    """Return the column of such a table that has this name in one of the two languages."""
    column = _BY_TITLE.get(plain_title(title))
    return column if column in use.columns else None
