"""The sheet's typefaces, and which characters they have.

Noto Serif SC for what is said, Noto Sans SC for what labels it: SIL Open Font License 1.1, from
the wheel `pylopdf-fonts-zh-cn`. Fonts of the system are never looked at, so that a sheet is the
same on every machine.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn

_UNICODE_FULL = (3, 10)  # platform and encoding of a table with all of Unicode (OpenType, cmap)
_SEGMENTED = 12  # its usual format


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The code points that a font has glyphs for, as sorted, disjoint, inclusive ranges."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, character: str) -> bool:
        at = bisect_right(self.starts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.ends[at]


def font_folder() -> Path:
    """Return the folder that holds both fonts, and no other."""
    return pylopdf_fonts_zh_cn.serif_path().parent


@lru_cache(maxsize=1)
def coverages() -> tuple[Coverage, ...]:
    """Read what each font covers, once."""
    paths = (pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path())
    return tuple(read_coverage(path) for path in paths)


def missing_glyphs(text: str) -> str:
    """Return the characters of `text` that neither font has, each once, in order."""
    return "".join(
        character
        for character in dict.fromkeys(text)
        if not any(character in coverage for coverage in coverages())
    )


def read_coverage(path: Path) -> Coverage:
    """Read the `cmap` table of an OpenType font file (ISO/IEC 14496-22, 5.2.1.3.7)."""
    font = path.read_bytes()
    table = _find_table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, table + 2)
    for platform, encoding, offset in struct.iter_unpack(
        ">HHI", font[table + 4 : table + 4 + 8 * count]
    ):
        (kind,) = struct.unpack_from(">H", font, table + offset)
        if (platform, encoding) == _UNICODE_FULL and kind == _SEGMENTED:
            groups = sorted(_read_groups(font, table + offset))
            return Coverage(
                starts=tuple(start for start, _ in groups), ends=tuple(end for _, end in groups)
            )
    raise ValueError(f"{path.name} has no cmap of all of Unicode")


def _find_table(font: bytes, tag: bytes) -> int:
    """Return the offset of a table of a font file that holds one font."""
    (count,) = struct.unpack_from(">H", font, 4)
    for name, _checksum, offset, _length in struct.iter_unpack(
        ">4sIII", font[12 : 12 + 16 * count]
    ):
        if name == tag:
            return int(offset)
    raise ValueError(f"no table {tag.decode('ascii')}")


def _read_groups(font: bytes, subtable: int) -> Iterator[tuple[int, int]]:
    """Read first and last code point of each group, without those that map to no glyph."""
    (count,) = struct.unpack_from(">I", font, subtable + 12)
    groups = font[subtable + 16 : subtable + 16 + 12 * count]
    for first, last, glyph in struct.iter_unpack(">III", groups):
        if glyph:
            yield first, last
