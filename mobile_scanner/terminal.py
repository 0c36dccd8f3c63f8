"""Lines for a terminal: how wide they are, in which color, and with nothing in them that commands.

A code's text, a file's name and a server's sentence come from strangers; what a terminal would
obey or a reader be misled by (escape sequences, changes of direction) is shown as U+FFFD.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TextIO

from credential.printable import clean

FALLBACK_WIDTH: Final = 80
MIN_WIDTH: Final = 60
MAX_WIDTH: Final = 100
_WORD: Final = re.compile(r"[!-~]{1,24} *|.")
"""A word, an ideograph, or a piece of a number so long that it may be broken anywhere."""
_NO_LINE_START: Final = frozenset("，。；：？！、）》」』〕…")


class Ink(StrEnum):
    """SGR parameters (ECMA-48 §8.3.117). Color repeats what words and marks say."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    GREEN = "1;32"
    YELLOW = "1;33"
    RED = "1;31"
    BLUE = "1;34"


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one color."""

    text: str
    ink: Ink = Ink.PLAIN


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What the output can show: `width` in columns, `color`, and signs outside of ASCII."""

    width: int = FALLBACK_WIDTH
    color: bool = False
    signs: bool = True

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str]) -> "Terminal":
        """Look at where the output goes: color on a terminal alone, unless NO_COLOR is set."""
        width = FALLBACK_WIDTH
        is_terminal = stream.isatty()
        if is_terminal:
            try:
                width = os.get_terminal_size(stream.fileno()).columns or FALLBACK_WIDTH
            except OSError:
                pass
        plain = environ.get("NO_COLOR") or environ.get("TERM", "") in ("", "dumb")
        return cls(
            width=max(MIN_WIDTH, min(width, MAX_WIDTH)),
            color=is_terminal and not plain,
            signs=_can_show(stream.encoding, "✔✘━┃"),
        )

    def render(self, lines: Iterable[Line]) -> Iterator[str]:
        for line in lines:
            yield "".join(map(self._paint, line)).rstrip()

    def _paint(self, span: Span) -> str:
        text = clean(span.text)
        return f"\x1b[{span.ink}m{text}\x1b[0m" if self.color and span.ink else text


def columns(text: str) -> int:
    """How many columns a text takes (Unicode Standard Annex 11)."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def pad(text: str, width: int) -> str:
    """The text with blanks behind it, to at least so many columns."""
    return text + " " * (width - columns(text))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most so many columns, broken between words or ideographs."""
    lines = [""]
    used = 0
    for word in _WORD.findall(clean(text)):
        size = columns(word.rstrip())
        if used and used + size > width and word not in _NO_LINE_START:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            used = 0
        lines[-1] += word
        used = columns(lines[-1])
    return lines


def _can_show(encoding: str, signs: str) -> bool:
    try:
        signs.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
