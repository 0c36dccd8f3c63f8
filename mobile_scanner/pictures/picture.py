"""One still picture as gray pixels, refused by name before anything large is decoded.

Nothing here is imported until it is needed: numpy never for reading a clean symbol, and of Pillow
only the plugin of the format that the first bytes announce.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING
from warnings import catch_warnings

from mobile_scanner.pictures.errors import (
    NotAPictureError,
    PictureAnimatedError,
    PictureDamagedError,
    PictureEmptyError,
    PictureFileTooLargeError,
    PictureFormatUnsupportedError,
    PictureRefusedError,
    PictureSideTooLongError,
    PictureTooLargeError,
    PictureTooManyScansError,
)
from mobile_scanner.pictures.formats import announced_format, count_scans

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image
    from PIL.ImageFile import ImageFile

_PLUGINS = {
    "PNG": "PIL.PngImagePlugin",
    "JPEG": "PIL.JpegImagePlugin",
    "WEBP": "PIL.WebPImagePlugin",
    "GIF": "PIL.GifImagePlugin",
    "BMP": "PIL.BmpImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
}
"""The formats that are read. MPO, which many phones write, is a JPEG whose first frame is the still."""

_MODES = frozenset(
    {"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr"}
)
_DEEP_MODES = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I"})

_ORIENTATION = 0x0112  # TIFF 6.0 and Exif 2.32, tag 274


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """What is refused unseen: bytes of the file, pixels in all and on a side, a JPEG's scans.

    No camera's picture comes near `side`, where some readers end (zxing-cpp at 65,535), or near
    `scans`: a progressive JPEG has about ten, and each draws the whole picture once more.
    """

    file_bytes: int = 40 * 2**20
    pixels: int = 64_000_000
    side: int = 20_000
    scans: int = 100


DEFAULT_LIMITS = PictureLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as a person sees it: upright by its EXIF orientation, on white, in 8-bit gray.

    `pixels` has `height` rows of `width` bytes, from the top left, 0 black to 255 white.
    """

    name: str
    width: int
    height: int
    pixels: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or len(self.pixels) != self.width * self.height:
            message = f"{len(self.pixels)} bytes are not {self.width} × {self.height} pixels"
            raise ValueError(message)

    @property
    def rows(self) -> memoryview:
        """The pixels as a buffer of shape (height, width), without a copy."""
        return memoryview(self.pixels).cast("B", shape=(self.height, self.width))

    def array(self) -> npt.NDArray[np.uint8]:
        """The pixels as a read-only numpy array of shape (height, width), without a copy."""
        import numpy as np

        return np.frombuffer(self.pixels, dtype=np.uint8).reshape(self.height, self.width)


def load_picture(
    content: bytes, *, name: str = "picture", limits: PictureLimits = DEFAULT_LIMITS
) -> Picture:
    """Read one still picture from a file's bytes; raises a `PictureRefusedError`.

    What the header says is held against `limits` before any pixel is decoded. A picture within
    them can still take minutes and a gigabyte: strangers' are read by a `PictureProcess`.
    """
    if not content:
        raise PictureEmptyError(source=name)
    if len(content) > limits.file_bytes:
        raise PictureFileTooLargeError(source=name, limit=limits.file_bytes)
    format = announced_format(content)
    if format is None:
        raise NotAPictureError(source=name)
    if format not in _PLUGINS:
        raise PictureFormatUnsupportedError(source=name, format=format)
    if format == "JPEG" and count_scans(content, limit=limits.scans) > limits.scans:
        raise PictureTooManyScansError(source=name, limit=limits.scans)
    gray = _decode(content, name=name, format=format, limits=limits)
    return Picture(name=name, width=gray.width, height=gray.height, pixels=gray.tobytes())


def _decode(content: bytes, *, name: str, format: str, limits: PictureLimits) -> Image.Image:
    from PIL import Image

    try:
        with catch_warnings(action="ignore"), _open(content, format=format) as file:
            if file.width * file.height > limits.pixels:
                raise PictureTooLargeError(source=name, size=file.size, limit=limits.pixels)
            if max(file.size) > limits.side:
                raise PictureSideTooLongError(source=name, size=file.size, limit=limits.side)
            # An MPO's later frames are the same view again: a depth map, a second lens.
            if format != "JPEG" and getattr(file, "is_animated", False):
                raise PictureAnimatedError(source=name, format=format)
            if file.mode not in _MODES | _DEEP_MODES:
                raise PictureFormatUnsupportedError(source=name, format=f"{format} ({file.mode})")
            return _upright_gray(file)
    except (PictureRefusedError, MemoryError):
        raise
    except Image.DecompressionBombError as error:  # Pillow's own limit, which some plugins hold
        raise PictureTooLargeError(source=name, size=None, limit=limits.pixels) from error
    # Pillow's plugins raise nearly every built-in error on hostile bytes (struct.error, KeyError,
    # EOFError, SyntaxError, …), so whatever else comes out of their code means the same here.
    except Exception as error:
        raise PictureDamagedError(source=name, format=format) from error


def _open(content: bytes, *, format: str) -> ImageFile:
    """Parse the header alone.

    Not by `Image.open`: that loads five plugins or all forty, and its limit on pixels is a global
    which warns between one and two times its value.
    """
    from PIL import Image

    import_module(_PLUGINS[format])
    factory, _ = Image.OPEN[format]
    return factory(BytesIO(content), "")


def _upright_gray(file: ImageFile) -> Image.Image:
    from PIL import Image

    # JPEG: only the luma plane is decoded, a third of the memory. No effect on other formats.
    file.draft("L", None)
    file.load()
    gray = _gray(file)
    turn = _turn(file)
    return gray if turn is None else gray.transpose(Image.Transpose(turn))


def _gray(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode in _DEEP_MODES:
        return _gray_of_deep(image)
    if not image.has_transparency_data:
        return image.convert("L")
    # What is transparent in a screenshot or a logo is white on paper.
    if image.mode not in ("LA", "RGBA"):
        image = image.convert("RGBA")
    flat = Image.new("L", image.size, 255)
    flat.paste(image.convert("L"), mask=image.getchannel("A"))
    return flat


def _gray_of_deep(image: Image.Image) -> Image.Image:
    """Stretch 16- or 32-bit samples to 8 bits: cameras fill 10 or 12 of them, and rarely say so."""
    wide = image.convert("I")
    low, high = wide.getextrema()
    assert isinstance(low, int)  # one band
    assert isinstance(high, int)
    scale = 255 / max(high - low, 1)
    return wide.point(lambda value: value * scale - low * scale).convert("L")


def _turn(file: ImageFile) -> int | None:
    """The `Image.Transpose` that the EXIF orientation asks for; broken EXIF asks for none."""
    from PIL import Image

    orientation = None
    with suppress(Exception):  # hostile bytes again; and a symbol reads as well lying on its side
        # A TIFF has none any more: its plugin turns the pixels itself.
        orientation = file.getexif().get(_ORIENTATION)
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return turns.get(orientation) if isinstance(orientation, int) else None
