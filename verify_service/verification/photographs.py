"""Symbols in an uploaded photograph, which may be anything that a stranger sends.

Refused by name before any pixel is decoded: what is empty, of no known format, larger than the
limit, or not one still. The photograph is looked at in memory and kept nowhere.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Final
from warnings import catch_warnings

import anyio.to_thread
import zxingcpp
from anyio import CapacityLimiter
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile

from verify_service.verification.errors import (
    NotAPhotographError,
    PhotographAnimatedError,
    PhotographDamagedError,
    PhotographEmptyError,
    PhotographError,
    PhotographFormatError,
    PhotographQueueError,
    PhotographTooLargeError,
)

MAX_SYMBOLS: Final = 16
"""A wall of sheets has a dozen. Each costs a verification: a picture made of codes is cut off."""

_READ: Final = {
    "PNG": "PIL.PngImagePlugin",
    "JPEG": "PIL.JpegImagePlugin",
    "WEBP": "PIL.WebPImagePlugin",
    "GIF": "PIL.GifImagePlugin",
    "BMP": "PIL.BmpImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
}
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF-", "PDF"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
)
_STILL_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MODES: Final = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "I;16", "I"}

Point = tuple[int, int]
Corners = tuple[Point, Point, Point, Point]
"""Pixels of the upright photograph: the symbol's top left, top right, bottom right, bottom left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSymbol:
    """A QR symbol and its text, which nobody has verified."""

    text: str
    corners: Corners


class PhotographReader:
    """Reads photographs in threads, `workers` at a time; `queue` more may wait for their turn."""

    def __init__(self, *, pixels: int, workers: int, queue: int) -> None:
        self._pixels = pixels
        self._workers = workers
        self._room = workers + queue
        self._limiter: CapacityLimiter | None = None

    async def read(self, content: bytes) -> tuple[FoundSymbol, ...]:
        """Return the symbols of a photograph, top to bottom; raises a `PhotographError`."""
        if self._limiter is None:  # made here, because it belongs to the running event loop
            self._limiter = CapacityLimiter(self._workers)
        if self._room <= 0:
            raise PhotographQueueError
        self._room -= 1
        try:
            return await anyio.to_thread.run_sync(
                self._read, content, limiter=self._limiter, abandon_on_cancel=False
            )
        finally:
            self._room += 1

    def _read(self, content: bytes) -> tuple[FoundSymbol, ...]:
        return find_symbols(gray_of(content, pixels=self._pixels))


def gray_of(content: bytes, *, pixels: int) -> Image.Image:
    """Decode one still to 8-bit gray, upright by its EXIF orientation, on white.

    Raises a `PhotographError`; `pixels` is held against what the header says.
    """
    if not content:
        raise PhotographEmptyError
    name = announced_format(content)
    if name is None:
        raise NotAPhotographError
    if name not in _READ:
        raise PhotographFormatError(format=name)
    try:
        with catch_warnings(action="ignore"), _open(content, name) as file:
            if file.width * file.height > pixels:
                raise PhotographTooLargeError(width=file.width, height=file.height, limit=pixels)
            # The later frames of a phone's JPEG (MPO) are the same view: a depth map, a lens more.
            if name != "JPEG" and getattr(file, "is_animated", False):
                raise PhotographAnimatedError(format=name)
            if file.mode not in _MODES:
                raise PhotographFormatError(format=f"{name} ({file.mode})")
            return _upright_gray(file)
    except PhotographError:
        raise
    # Pillow's plugins raise nearly every built-in error on hostile bytes (struct.error, KeyError,
    # SyntaxError, its own bomb error, …): out of their code, they all mean this.
    except Exception as error:
        raise PhotographDamagedError(format=name) from error


def announced_format(content: bytes) -> str | None:
    """Say by the first bytes what a file claims to be, None for no format known here."""
    head = content[:16]
    if head[4:8] == b"ftyp":  # ISO/IEC 14496-12: the brand tells stills from videos
        brand = head[8:12]
        if brand in (b"avif", b"avis"):
            return "AVIF"
        return "HEIC" if brand in _STILL_BRANDS else "MP4"
    if head[:4] == b"RIFF":
        return "WEBP" if head[8:12] == b"WEBP" else None
    return next((name for start, name in _SIGNATURES if head.startswith(start)), None)


def find_symbols(gray: Image.Image) -> tuple[FoundSymbol, ...]:
    """Read every QR symbol (Model 2) of a gray picture, up to `MAX_SYMBOLS`, top to bottom."""
    rows = memoryview(gray.tobytes()).cast("B", shape=[gray.height, gray.width])
    found = zxingcpp.read_barcodes(
        rows,
        # Not a constant of the module: the library complains of those when the program ends.
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),
        text_mode=zxingcpp.TextMode.Plain,
    )
    symbols = [FoundSymbol(text=code.text, corners=_corners(code)) for code in found]
    symbols.sort(key=lambda symbol: (symbol.corners[0][1], symbol.corners[0][0]))
    return tuple(_without_repeats(symbols)[:MAX_SYMBOLS])


def _open(content: bytes, name: str) -> ImageFile:
    """Parse the header alone, with one plugin: `Image.open` tries all of them in turn."""
    import_module(_READ[name])
    factory, _ = Image.OPEN[name]
    return factory(BytesIO(content), "")


def _upright_gray(file: ImageFile) -> Image.Image:
    file.draft("L", None)  # JPEG: decode luma alone, a third of the memory
    file.load()
    gray = _gray(file)
    if file.format == "TIFF":  # whose plugin turns the pixels itself
        return gray
    gray.info["exif"] = file.info.get("exif", b"")
    with suppress(Exception):  # hostile bytes again; a symbol reads as well lying on its side
        gray = ImageOps.exif_transpose(gray)
    return gray


def _gray(file: ImageFile) -> Image.Image:
    if file.mode.startswith("I"):  # 16 bits: stretched, because cameras fill 10 or 12 of them
        wide = file.convert("I")
        low, high = wide.getextrema()
        assert not isinstance(low, tuple)  # one band
        assert not isinstance(high, tuple)
        scale = 255 / max(high - low, 1)
        return wide.point(lambda value: value * scale - low * scale).convert("L")
    if not file.has_transparency_data:
        return file.convert("L")
    # What is transparent in a screenshot is white on paper.
    whole = file.convert("RGBA")
    flat = Image.new("L", whole.size, 255)
    flat.paste(whole.convert("L"), mask=whole.getchannel("A"))
    return flat


def _without_repeats(symbols: Sequence[FoundSymbol]) -> list[FoundSymbol]:
    """Keep one of the readings of a symbol that was located twice, and two equal symbols apart."""
    kept: dict[tuple[str, Corners], FoundSymbol] = {}
    for symbol in symbols:
        kept.setdefault((symbol.text, symbol.corners), symbol)
    return list(kept.values())


def _corners(code: zxingcpp.Barcode) -> Corners:
    place = code.position
    return (
        (place.top_left.x, place.top_left.y),
        (place.top_right.x, place.top_right.y),
        (place.bottom_right.x, place.bottom_right.y),
        (place.bottom_left.x, place.bottom_left.y),
    )
