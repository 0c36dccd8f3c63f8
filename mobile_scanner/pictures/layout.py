"""Where each bit of a QR Code Model 2 symbol stands (ISO/IEC 18004:2015, clause 7 and Table 9).

All arrays are square, one element a module, row 0 at the top; dark is 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Modules = npt.NDArray[np.uint8]

VERSIONS: Final = range(1, 41)
FINDER: Final = 7
FINDER_CENTER: Final = 3.5
"""From the symbol's edge to a finder pattern's center, in modules."""

LEVELS: Final = "LMQH"
_LEVEL_BITS: Final = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
_CHECK_CODEWORDS: Final = {
    level: tuple(int(number) for number in numbers.split())
    for level, numbers in {
        "L": "7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 28 28 30 30 26 28"
        + 14 * " 30",
        "M": "10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 26" + 19 * " 28",
        "Q": "13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 28 30 30 30 30 28"
        + 14 * " 30",
        "H": "17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 30 24" + 18 * " 30",
    }.items()
}
"""For each block of a symbol of version 1, 2, …."""
_BLOCKS: Final = {
    level: tuple(int(number) for number in numbers.split())
    for level, numbers in {
        "L": "1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8"
        " 8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25",
        "M": "1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16"
        " 17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49",
        "Q": "1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20"
        " 23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68",
        "H": "1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25"
        " 25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81",
    }.items()
}
_FORMAT_GENERATOR: Final = 0b10100110111
_FORMAT_MASK: Final = 0b101010000010010
_VERSION_GENERATOR: Final = 0b1111100100101

FINDER_PATTERN: Final[Modules] = np.pad(
    np.pad(np.pad(np.ones((3, 3), np.uint8), 1), 1, constant_values=1), 1
)
"""With its separator, as all four sides of it may have one: 9 × 9, light outside."""
ALIGNMENT_PATTERN: Final[Modules] = np.pad(
    np.pad(np.ones((1, 1), np.uint8), 1), 1, constant_values=1
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """How a symbol's codewords are shared out: `check` of them guard each block.

    `members` has a row a block: the places of its codewords in the stream, data first.
    """

    check: int
    members: tuple[tuple[int, ...], ...]
    data: int


def side_of(version: int) -> int:
    """The number of modules on a side, without the quiet zone."""
    return 17 + 4 * version


def alignment_centers(version: int) -> tuple[tuple[int, int], ...]:
    """The modules (row, column) in the middle of the alignment patterns, none for version 1."""
    lines = _alignment_lines(version)
    first, last = (lines[0], lines[-1]) if lines else (0, 0)
    corners = {(first, first), (first, last), (last, first)}
    return tuple((row, column) for row in lines for column in lines if (row, column) not in corners)


def _alignment_lines(version: int) -> tuple[int, ...]:
    if version == 1:
        return ()
    count = version // 7 + 2
    step = (version * 8 + count * 3 + 5) // (count * 4 - 4) * 2
    last = side_of(version) - 7
    return (6, *(last - step * back for back in range(count - 2, -1, -1)))


@lru_cache(maxsize=40)
def function_modules(version: int) -> tuple[Modules, npt.NDArray[np.bool_]]:
    """The fixed patterns, and where they are: finders, separators, timing, alignment, the dark module.

    What depends on the symbol (format and version information) counts as fixed by its place alone:
    it is true in neither array. `places_of_data` leaves it out.
    """
    side = side_of(version)
    pattern = np.zeros((side, side), np.uint8)
    fixed = np.zeros((side, side), np.bool_)
    timing = (np.arange(side) + 1) % 2
    pattern[6, :], pattern[:, 6] = timing, timing
    fixed[6, :], fixed[:, 6] = True, True
    for row, column in alignment_centers(version):
        area = slice(row - 2, row + 3), slice(column - 2, column + 3)
        pattern[area], fixed[area] = ALIGNMENT_PATTERN, True
    for rows, columns, cut in (
        (slice(0, 8), slice(0, 8), (slice(1, 9), slice(1, 9))),
        (slice(0, 8), slice(side - 8, side), (slice(1, 9), slice(0, 8))),
        (slice(side - 8, side), slice(0, 8), (slice(0, 8), slice(1, 9))),
    ):
        pattern[rows, columns], fixed[rows, columns] = FINDER_PATTERN[cut], True
    pattern[side - 8, 8], fixed[side - 8, 8] = 1, True
    for array in (pattern, fixed):
        array.flags.writeable = False
    return pattern, fixed


def format_places(version: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The modules of both copies of the format information, most significant bit first."""
    side = side_of(version)
    around = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)]
    around += [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(side - 1 - step, 8) for step in range(7)]
    apart += [(8, side - 8 + step) for step in range(8)]
    return tuple(around), tuple(apart)


def version_places(version: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The same of the version information, which symbols below version 7 have none of."""
    if version < 7:
        return ()
    side = side_of(version)
    lower = [(side - 11 + bit % 3, bit // 3) for bit in range(17, -1, -1)]
    return tuple(lower), tuple((column, row) for row, column in lower)


@lru_cache(maxsize=40)
def data_places(version: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns of the codewords' bits, in the order of the stream, 8 a codeword."""
    side = side_of(version)
    _, fixed = function_modules(version)
    taken = fixed.copy()
    for copy in (*format_places(version), *version_places(version)):
        for place in copy:
            taken[place] = True
    rows: list[int] = []
    columns: list[int] = []
    upward = True
    for right in (*range(side - 1, 6, -2), *range(5, 0, -2)):
        for row in range(side - 1, -1, -1) if upward else range(side):
            for column in (right, right - 1):
                if not taken[row, column]:
                    rows.append(row)
                    columns.append(column)
        upward = not upward
    whole = len(rows) // 8 * 8  # what remains belongs to no codeword
    return np.array(rows[:whole]), np.array(columns[:whole])


@lru_cache(maxsize=8)
def blocks_of(version: int, level: str) -> Blocks:
    """How a symbol's codewords are interleaved (clause 7.6)."""
    total = len(data_places(version)[0]) // 8
    check = _CHECK_CODEWORDS[level][version - 1]
    count = _BLOCKS[level][version - 1]
    short, longer = divmod(total - check * count, count)
    sizes = [short + (index >= count - longer) for index in range(count)]
    members: list[list[int]] = [[] for _ in sizes]
    place = 0
    for codeword in range(max(sizes)):
        for block, size in zip(members, sizes, strict=True):
            if codeword < size:
                block.append(place)
                place += 1
    for _ in range(check):
        for block in members:
            block.append(place)
            place += 1
    return Blocks(
        check=check, members=tuple(tuple(block) for block in members), data=total - check * count
    )


@lru_cache(maxsize=8)
def mask_of(version: int, mask: int) -> Modules:
    """A mask pattern over the whole symbol (Table 10)."""
    side = side_of(version)
    i, j = np.indices((side, side))
    conditions = (
        (i + j) % 2,
        i % 2,
        j % 3,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        i * j % 2 + i * j % 3,
        (i * j % 2 + i * j % 3) % 2,
        ((i + j) % 2 + i * j % 3) % 2,
    )
    return np.asarray(conditions[mask] == 0, dtype=np.uint8)


@lru_cache(maxsize=1)
def format_words() -> tuple[Modules, tuple[tuple[str, int], ...]]:
    """All 32 format words, a row of 15 bits each, and what they say: level and mask."""
    words, meanings = [], []
    for data in range(32):
        word = (data << 10 | _remainder(data << 10, _FORMAT_GENERATOR)) ^ _FORMAT_MASK
        words.append([word >> bit & 1 for bit in range(14, -1, -1)])
        meanings.append((_LEVEL_BITS[data >> 3], data & 7))
    return np.array(words, np.uint8), tuple(meanings)


def version_word(version: int) -> tuple[int, ...]:
    """The 18 bits of the version information."""
    word = version << 12 | _remainder(version << 12, _VERSION_GENERATOR)
    return tuple(word >> bit & 1 for bit in range(17, -1, -1))


def _remainder(value: int, generator: int) -> int:
    degree = generator.bit_length()
    while value.bit_length() >= degree:
        value ^= generator << (value.bit_length() - degree)
    return value
