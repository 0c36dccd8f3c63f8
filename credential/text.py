"""Packed text: names, addresses and permit numbers in about a third of their UTF-8 bytes.

Byte-oriented, with fixed tables and no adaptive state, so that a reader is a loop of ten lines in
any language and its output is bounded by its input (20 characters a byte at the most).
docs/spec/credential.md, "Packed text".
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from credential.errors import ClaimsError, SealingError
from credential.phrases import (
    CHARACTERS,
    CODE_POINT,
    IDEOGRAPHS,
    ONE_BYTE,
    OTHER,
    PHRASES_TWO,
    SEPARATOR,
    TWO_BYTE,
)
from credential.printable import UNPRINTABLE

_FIRST_IDEOGRAPH: Final = 0x4E00
_LAST_IDEOGRAPH: Final = 0x9FFF
_MARK: Final = "\x00"


_SINGLE: Final = (
    _MARK,
    *(f"{value:02d}" for value in range(100)),
    *map(str, range(10)),
    *ONE_BYTE,
)


# What two bytes stand for: for each first byte from IDEOGRAPHS on, a row to be indexed by the second.
# Rows of ideographs are strings, one piece of memory each: twenty thousand small objects would be
# read at random. The first bytes that stand alone have no row.
_ROWS: Final[tuple[Sequence[str], ...]] = (
    *("" for _ in range(IDEOGRAPHS)),
    *(
        "".join(map(chr, range(first, first + 256)))
        for first in range(_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH, 256)
    ),
    TWO_BYTE,
    OTHER,
)


def _phrase_codes() -> dict[str, bytes]:
    codes = {text: bytes([code]) for code, text in enumerate(_SINGLE) if code != SEPARATOR}
    for lead, row in ((PHRASES_TWO, TWO_BYTE), (CHARACTERS, OTHER)):
        for trail, text in enumerate(row):
            if not _is_ideograph(text):
                codes.setdefault(text, bytes([lead, trail]))
    return codes


def _is_ideograph(text: str) -> bool:
    return len(text) == 1 and _FIRST_IDEOGRAPH <= ord(text) <= _LAST_IDEOGRAPH


_CODES: Final = _phrase_codes()
_LONGEST: Final = max(map(len, _CODES))


def pack_text(text: str) -> bytes:
    """Write one string in the fewest bytes that the tables allow (the first such way, by length).

    Raises:
        SealingError: not in NFC, or holds a control, surrogate, private-use or unassigned character.
    """
    _refuse_unprintable(text)
    best: list[bytes] = [b""] * (len(text) + 1)
    for start in range(len(text) - 1, -1, -1):
        options = [_escape(text[start]) + best[start + 1]]
        for end in range(start + 1, min(start + _LONGEST, len(text)) + 1):
            code = _code(text[start:end])
            if code is not None:
                options.append(code + best[end])
        best[start] = min(reversed(options), key=len)
    return best[0]


def pack_texts(texts: Sequence[str]) -> bytes:
    """Write several strings, a separator between each two."""
    return bytes([SEPARATOR]).join(map(pack_text, texts))


def unpack_texts(data: bytes) -> list[str]:
    """Read the strings that `pack_texts` wrote.

    Raises:
        ClaimsError: a code that has no meaning, or an end in the middle of one.
    """
    rest, single, rows = iter(data), _SINGLE, _ROWS
    parts: list[str] = []
    try:
        if CODE_POINT in data:  # one written out, or an ideograph that ends in this byte
            return _unpack_slowly(rest).split(_MARK)
        for code in rest:
            parts.append(single[code] if code < IDEOGRAPHS else rows[code][next(rest)])  # noqa: PERF401  # a comprehension is a call more
    except (IndexError, StopIteration, ValueError, OverflowError):
        raise ClaimsError("packed text holds a code without meaning") from None
    return "".join(parts).split(_MARK)


def _unpack_slowly(rest: Iterator[int]) -> str:
    return "".join(
        [
            _SINGLE[code]
            if code < IDEOGRAPHS
            else _ROWS[code][next(rest)]
            if code < CODE_POINT
            else _code_point(rest)
            for code in rest
        ]
    )


def _code(text: str) -> bytes | None:
    code = _CODES.get(text)
    if code is None and _is_ideograph(text):
        row, trail = divmod(ord(text) - _FIRST_IDEOGRAPH, 256)
        return bytes([IDEOGRAPHS + row, trail])
    return code


def _escape(character: str) -> bytes:
    return bytes([CODE_POINT]) + ord(character).to_bytes(3, "big")


def _code_point(rest: Iterator[int]) -> str:
    text = chr(next(rest) << 16 | next(rest) << 8 | next(rest))
    if unicodedata.category(text) in UNPRINTABLE:
        raise ValueError(text)
    return text


def _refuse_unprintable(text: str) -> None:
    if not unicodedata.is_normalized("NFC", text):
        raise SealingError(f"text is not in Unicode NFC: {text!r}")
    for character in text:
        if unicodedata.category(character) in UNPRINTABLE:
            raise SealingError(f"text holds the unprintable character U+{ord(character):04X}")
