"""How large a symbol gets: bits, version and modules from lengths alone (ISO/IEC 18004, 7.4).

Choosing a mask takes a symbol's maker 25 ms and changes no size; the tests hold what is computed
here against real symbols.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from segno import consts

Level = Literal["L", "M", "Q"]
LEVELS: Final[tuple[Level, ...]] = ("L", "M", "Q")
QUIET_ZONE: Final = 4

_LEVEL: Final[Mapping[str, int]] = {
    "L": consts.ERROR_LEVEL_L,
    "M": consts.ERROR_LEVEL_M,
    "Q": consts.ERROR_LEVEL_Q,
}


class Mode(StrEnum):
    """How a segment packs its characters."""

    NUMERIC = "numeric"
    ALPHANUMERIC = "alphanumeric"
    BYTE = "byte"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters in one mode; bytes are given as Latin-1."""

    mode: Mode
    text: str


# Bits of the character count in versions 1–9, 10–26 and 27–40 (table 3).
_COUNT_BITS: Final = {
    Mode.NUMERIC: (10, 12, 14),
    Mode.ALPHANUMERIC: (9, 11, 13),
    Mode.BYTE: (8, 16, 16),
}
_MODE_BITS: Final = 4


class NoSymbolError(Exception):
    """More than a symbol of version 40 can hold."""


def version_for(segments: tuple[Segment, ...], level: Level) -> int:
    """The smallest version that holds the segments.

    Raises:
        NoSymbolError: there is none.
    """
    for version in range(1, 41):
        if _bits(segments, version) <= _capacity(version, level):
            return version
    raise NoSymbolError


def modules(version: int) -> int:
    """Modules along a side, without the quiet zone."""
    return 17 + 4 * version


def module_mm(version: int, side_mm: float) -> float:
    """The side of one module when the symbol with its quiet zone is `side_mm` wide."""
    return side_mm / (modules(version) + 2 * QUIET_ZONE)


def _capacity(version: int, level: Level) -> int:
    bits = consts.SYMBOL_CAPACITY[version][_LEVEL[level]]  # type: ignore[index]  # the stub's object
    assert isinstance(bits, int)
    return bits


def _bits(segments: tuple[Segment, ...], version: int) -> int:
    column = (version >= 10) + (version >= 27)
    return sum(
        _MODE_BITS + _COUNT_BITS[segment.mode][column] + _data_bits(segment) for segment in segments
    )


def _data_bits(segment: Segment) -> int:
    length = len(segment.text)
    match segment.mode:
        case Mode.NUMERIC:
            return 10 * (length // 3) + (0, 4, 7)[length % 3]
        case Mode.ALPHANUMERIC:
            return 11 * (length // 2) + 6 * (length % 2)
        case Mode.BYTE:
            return 8 * length
