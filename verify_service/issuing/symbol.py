"""The printed symbol: one QR code (ISO/IEC 18004, model 2) for the text of one license.

The text is `HTTPS://HOST/L/` and decimal digits, or wholly in QR's alphanumeric set. It is
encoded in at most two segments, of different modes: where two neighbors have one mode, segno 1.6
joins them bit by bit and yields another number without a word. So every symbol is read back.

    SymbolError
    ├── EmptyText            nothing to encode
    ├── UnencodableText      characters outside the alphanumeric set
    ├── TextTooLong          would need modules too small to be read from the sheet
    └── SymbolMismatch       what a decoder reads is not what was meant
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

import segno
import zxingcpp
from PIL import Image
from segno import consts

from verify_service.issuing.outline import trace

ErrorLevel = Literal["L", "M", "Q", "H"]

ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
QUIET_ZONE = 4
"""Light modules on every side (ISO/IEC 18004, 9.1)."""
LARGEST_VERSION = 25
"""117 modules: 0.6 mm each on the sheet, the least that a camera reads from an arm's length."""

_FEWEST_DIGITS = 10  # a shorter run costs more as a segment of its own than it saves
_PARTS = re.compile(r"(?P<head>.*?)(?P<digits>[0-9]*)", re.DOTALL)
_READ_BACK_SCALE = 3


class SymbolError(Exception):
    """A symbol that must not be printed."""


class EmptyText(SymbolError):
    """There is nothing to encode."""


class UnencodableText(SymbolError):
    """Characters of the text are outside QR's alphanumeric set."""

    def __init__(self, characters: str) -> None:
        super().__init__(f"not in QR's alphanumeric set: {characters!r}")
        self.characters = characters


class TextTooLong(SymbolError):
    """The text needs a version above `LARGEST_VERSION` at the error level asked for."""

    def __init__(self, *, length: int, error: ErrorLevel) -> None:
        super().__init__(f"{length} characters need more than version {LARGEST_VERSION}-{error}")
        self.length = length
        self.error = error


class SymbolMismatch(SymbolError):
    """A decoder read other texts than the one expected, or had to correct modules to read it."""

    def __init__(self, *, expected: str, got: tuple[str, ...], corrected: int) -> None:
        super().__init__(f"expected {expected!r}, read {got!r}, {corrected} of them corrected")
        self.expected = expected
        self.got = got
        self.corrected = corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A QR code without its quiet zone.

    `matrix`: rows from the top, one byte a module, 1 dark and 0 light. `error` is the level
    reached, at least the one asked for.
    """

    text: str
    version: int
    error: str
    mask: int
    matrix: tuple[bytes, ...]

    @property
    def side(self) -> int:
        """Modules along a side."""
        return len(self.matrix)


def make_symbol(text: str, *, error: ErrorLevel = "M") -> Symbol:
    """Encode `text` in the smallest symbol, at the highest error level that this size allows.

    The mask is the standard's choice by penalty: it takes four fifths of the time (some 25 ms),
    and a license is issued far too seldom for that to matter.
    """
    if not text:
        raise EmptyText("a symbol needs a text")
    if foreign := "".join(sorted(set(text) - ALPHABET)):
        raise UnencodableText(foreign)
    try:
        code = segno.make(
            _segments(text),  # type: ignore[arg-type]  # the stub leaves out segments, a documented input
            error=error,
            micro=False,
            boost_error=True,
        )
    except segno.DataOverflowError:
        raise TextTooLong(length=len(text), error=error) from None
    if not isinstance(code.version, int) or code.version > LARGEST_VERSION:
        raise TextTooLong(length=len(text), error=error)
    return Symbol(
        text=text,
        version=code.version,
        error=code.error or error,
        mask=code.mask,
        matrix=tuple(bytes(row) for row in code.matrix),
    )


def read_back(symbol: Symbol) -> None:
    """Raise `SymbolMismatch` unless a decoder reads exactly this text, and nothing was corrected.

    Error correction would hide a wrong module here and be missing later, on a dirty sheet.
    """
    width, pixels = _raster(symbol, scale=_READ_BACK_SCALE)
    view = memoryview(pixels).cast("B", shape=[width, width])
    # Not a constant of the module: the library complains of those when the program ends.
    model_2 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
    found = zxingcpp.read_barcodes(view, formats=model_2)
    got = tuple(code.text for code in found)
    corrected = sum(_needed_correction(code) for code in found)
    if got != (symbol.text,) or corrected:
        raise SymbolMismatch(expected=symbol.text, got=got, corrected=corrected)


def to_svg(symbol: Symbol, *, title: str, description: str = "", side_mm: float = 80.0) -> str:
    """Draw the symbol as one path on white; `side_mm` includes the quiet zone."""
    size = symbol.side + 2 * QUIET_ZONE
    about = f"<title>{escape(title)}</title>"
    if description:
        about += f"<desc>{escape(description)}</desc>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{side_mm:g}mm" '
        f'height="{side_mm:g}mm" viewBox="0 0 {size} {size}">{about}'
        f'<rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path transform="translate({QUIET_ZONE} {QUIET_ZONE})" d="{trace(symbol.matrix)}"/></svg>'
    )


def to_png(symbol: Symbol, *, scale: int = 8) -> bytes:
    """Draw the symbol with its quiet zone, one bit a pixel, `scale` pixels a module."""
    width, pixels = _raster(symbol, scale=scale)
    picture = Image.frombytes("L", (width, width), pixels).convert("1", dither=Image.Dither.NONE)
    with io.BytesIO() as file:
        picture.save(file, "PNG", optimize=True)
        return file.getvalue()


def _segments(text: str) -> list[tuple[str, int]]:
    """Split off a long run of trailing digits; never two segments of one mode."""
    parts = _PARTS.fullmatch(text)
    assert parts is not None  # the pattern matches every string
    head, digits = parts["head"], parts["digits"]
    if head and len(digits) < _FEWEST_DIGITS:
        head, digits = text, ""
    segments = ((head, consts.MODE_ALPHANUMERIC), (digits, consts.MODE_NUMERIC))
    return [segment for segment in segments if segment[0]]


def _needed_correction(code: zxingcpp.Barcode) -> bool:
    """Whether any codeword was repaired: `UEC` is the share of unused error correction."""
    return not (isinstance(code.extra, dict) and code.extra.get("UEC") == 1.0)


def _raster(symbol: Symbol, *, scale: int) -> tuple[int, bytes]:
    """Width and height in pixels, and the picture with its quiet zone, 0 dark and 255 light."""
    width = (symbol.side + 2 * QUIET_ZONE) * scale
    light = b"\xff" * (QUIET_ZONE * scale)
    margin = b"\xff" * width * (QUIET_ZONE * scale)
    ink = (b"\xff" * scale, b"\x00" * scale)
    rows = (light + b"".join(ink[dark] for dark in row) + light for row in symbol.matrix)
    return width, margin + b"".join(row * scale for row in rows) + margin
