"""Symbols' texts, one a line, as a hand scanner types them: each is given as soon as its line ends.

Hand scanners end a line with CR, LF or both. Blank lines hold no code and are passed over.
"""

import re
from collections.abc import Iterator
from typing import Final, Protocol

from credential.barcode import MAX_TEXT_CHARACTERS

MAX_LINE_BYTES: Final = 4 * MAX_TEXT_CHARACTERS
"""What comes beyond is dropped up to the end of its line: no symbol is that long."""
_END: Final = re.compile(rb"[\r\n]")
_CHUNK: Final = 1 << 16
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Typing(Protocol):
    """A stream of bytes that gives what is there: standard input, or a file."""

    def read1(self, size: int, /) -> bytes: ...


def read_texts(stream: Typing) -> Iterator[str]:
    """Give the lines that are not blank; bytes that are no UTF-8 come as U+FFFD."""
    line = b""
    is_first = True
    while chunk := stream.read1(_CHUNK):
        *whole, rest = _END.split(chunk)
        for part in whole:
            line = _longer(line, part)
            text, line = _text(line, is_first=is_first), b""
            is_first = False
            if text:
                yield text
        line = _longer(line, rest)
    if text := _text(line, is_first=is_first):
        yield text


def _longer(line: bytes, part: bytes) -> bytes:
    return (line + part)[:MAX_LINE_BYTES]


def _text(line: bytes, *, is_first: bool) -> str:
    if is_first:
        line = line.removeprefix(_BYTE_ORDER_MARK)
    text = line.decode("utf-8", errors="replace")
    return text if text.strip() else ""
