"""What a cell means: each function takes a cell that is there, and raises a `CellError`."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final, NamedTuple, TypeGuard, TypeVar

from credential.days import SHANGHAI
from verify_service.catalog import Form, PermitKind
from verify_service.intake.cells import (
    Cell,
    CellError,
    CellTooLongError,
    DayMalformedError,
    DigitsLostError,
    ErrorValueError,
    FormulaError,
    InstantMalformedError,
    Kind,
    NotTextError,
    NumberMalformedError,
    Odd,
    UnseenCharactersError,
    WordUnknownError,
)
from verify_service.intake.columns import Column
from verify_service.registry import chinese
from verify_service.registry.moves import Move, PermitState

MAX_WORDS: Final = 500  # characters of what a person writes down, as everywhere
_SHOWN: Final = 40
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SCIENTIFIC: Final = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]{1,3}")
_DAY: Final = re.compile(
    r"([12][0-9]{3})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日"
    r"|([0-9]{2})([0-9]{2}))"
)
_TIME: Final = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9:]{4,5})?"
)
_ENDLESS: Final = ("长期", "长期有效", "endless")
_FIRST_YEAR: Final = 1970

MOVES: Final[Mapping[str, Move]] = {move.value: move for move in Move} | {
    "核发": Move.GRANTED,
    "变更": Move.AMENDED,
    "准予许可": Move.GRANTED,
    "受理延续": Move.RENEWING,
    "受理延续申请": Move.RENEWING,
    "延续": Move.RENEWED,
    "暂停": Move.SUSPENDED,
    "恢复": Move.RESUMED,
    "注销": Move.CANCELLED,
    "撤销": Move.ANNULLED,
    "吊销": Move.REVOKED,
    "失效": Move.LAPSED,
    "撤回": Move.WITHDRAWN,
}
STATES: Final[Mapping[str, PermitState]] = {state.value: state for state in PermitState} | {
    "有效": PermitState.IN_FORCE,
    "暂停": PermitState.SUSPENDED,
    "注销": PermitState.CANCELLED,
    "撤销": PermitState.ANNULLED,
    "吊销": PermitState.REVOKED,
    "失效": PermitState.LAPSED,
    "撤回": PermitState.WITHDRAWN,
}
FORMS: Final[Mapping[str, Form]] = {form.value: form for form in Form} | {
    form.text.zh: form for form in Form
}
BASES: Final[Mapping[str, str]] = {zh: basis for basis, zh in chinese.BASES.items()}
TRUTHS: Final = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}


T = TypeVar("T")


class Until(NamedTuple):
    """A last day that was written down; ``day`` is None where there is no end."""

    day: date | None


def plain_text(cell: Cell, column: Column, *, most: int = MAX_WORDS) -> str:
    """Return a cell that has to be a text, with nothing in it that does not show."""
    if isinstance(cell, Odd):
        raise _no_text(cell, column)
    assert cell is not None
    if len(cell) > most:
        raise CellTooLongError(column=column, most=most)
    if not cell.isprintable():
        unseen = {each for each in cell if unicodedata.category(each) in _UNSEEN}
        if unseen:
            named = " ".join(f"U+{ord(each):04X}" for each in sorted(unseen)[:8])
            raise UnseenCharactersError(column=column, characters=named)
    return cell


def identifier(cell: Cell, column: Column, *, most: int) -> str:
    """Return a number that is a text: a spreadsheet has to have left it alone."""
    text = plain_text(cell, column, most=most)
    if _SCIENTIFIC.fullmatch(text):
        raise DigitsLostError(column=column, shown=text)
    return text


def permit_kind(cell: Cell, kinds: Mapping[str, PermitKind]) -> str:
    """Return the id of a kind by its id or its Chinese name."""
    text = plain_text(cell, Column.KIND)
    if text in kinds:
        return text
    name = text.removeprefix("《").removesuffix("》")
    for kind in kinds.values():
        if kind.name.zh == name:
            return kind.id
    raise WordUnknownError(column=Column.KIND, shown=text[:_SHOWN])


def basis(cell: Cell, column: Column) -> str:
    """Return the legal basis by its word; which of them a move may rest on, the registry says."""
    text = plain_text(cell, column)
    return BASES.get(text, text)


def word_of(cell: Cell, column: Column, words: Mapping[str, T]) -> T:
    """Return what one of the words stands for."""
    text = cell.text if _is(cell, Kind.FLAG) else plain_text(cell, column)
    if text not in words:
        raise WordUnknownError(column=column, shown=text[:_SHOWN])
    return words[text]


def ordinal(cell: Cell, column: Column) -> int:
    """Return a number that counts from 1, such as a row's or a version's."""
    text = cell.text if _is(cell, Kind.NUMBER) else plain_text(cell, column)
    digits = text.lstrip("0")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 11 and int(digits) < 2**31):
        raise NumberMalformedError(column=column, shown=text[:_SHOWN])
    return int(digits)


def day(cell: Cell, column: Column) -> date:
    """Return a civil day."""
    text = cell.text if _is(cell, Kind.DATE) else plain_text(cell, column)
    found = read_day(text)
    if found is None:
        raise DayMalformedError(column=column, shown=text[:_SHOWN])
    return found


def last_day(cell: Cell, column: Column) -> Until:
    """Return a last day, or that there is none."""
    return Until(None) if cell in _ENDLESS else Until(day(cell, column))


def instant(cell: Cell, column: Column) -> datetime:
    """Return an instant; Beijing time where no zone is given, its first moment for a day alone."""
    text = cell.text if _is(cell, Kind.DATE) else plain_text(cell, column)
    found = read_instant(text)
    if found is None:
        raise InstantMalformedError(column=column, shown=text[:_SHOWN])
    return found


# A file has thousands of rows and a few hundred days.
@lru_cache(maxsize=4096)
def read_day(text: str) -> date | None:
    """Return the day that a text names, None if it names none."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, of_month = (int(each) for each in match.groups() if each and each.isdecimal())
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """Return the instant that a text names, None if it names none."""
    written, _, clock = text.replace("T", " ", 1).partition(" ")
    found = read_day(written)
    if found is None or found.year < _FIRST_YEAR:
        return None
    if not clock:
        return datetime.combine(found, time(), SHANGHAI).astimezone(UTC)
    match = _TIME.fullmatch(clock.strip())
    if match is None:
        return None
    zone = (match[4] or "+08:00").replace("Z", "+00:00")
    spelled = f"{found.isoformat()}T{match[1]:>02}:{match[2]}:{match[3] or '00'}{zone}"
    try:
        at = datetime.fromisoformat(spelled).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year >= _FIRST_YEAR else None


def _is(cell: Cell, kind: Kind) -> TypeGuard[Odd]:
    return isinstance(cell, Odd) and cell.kind is kind


def _no_text(cell: Odd, column: Column) -> CellError:
    shown = cell.text[:_SHOWN]
    match cell.kind:
        case Kind.FORMULA:
            return FormulaError(column=column)
        case Kind.ERROR:
            return ErrorValueError(column=column, shown=shown)
        case _:
            if _SCIENTIFIC.fullmatch(shown):
                return DigitsLostError(column=column, shown=shown)
            return NotTextError(column=column, kind=cell.kind, shown=shown)
