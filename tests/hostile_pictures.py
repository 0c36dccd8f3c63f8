"""Pictures made to do harm: small files, well formed, that take minutes or gigabytes to read."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

START_OF_SCAN, END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"


def finder_tile(patterns: int = 600) -> bytes:
    """A PNG of nothing but finder patterns, that many in a row: any three may be a symbol.

    At 600 it is 72 kB, and zxing-cpp takes three minutes of an idle machine to see that none is.
    """
    pattern = np.full((9, 9), 255, dtype=np.uint8)
    pattern[1:8, 1:8], pattern[2:7, 2:7], pattern[3:6, 3:6] = 0, 255, 0
    return saved(Image.fromarray(np.tile(pattern, (patterns, patterns))), "PNG")


def jpeg_of_scans(scans: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """A progressive JPEG that is drawn that often: its last scan, again and again."""
    content = saved(Image.new("L", size, 128), "JPEG", progressive=True)
    last, end = content.rindex(START_OF_SCAN), content.rindex(END_OF_IMAGE)
    more = scans - content.count(START_OF_SCAN)
    return content[:end] + content[last:end] * more + content[end:]


def line(width: int = 65_536, height: int = 100) -> bytes:
    """A picture of one color, longer than some readers count."""
    return saved(Image.new("L", (width, height), 255), "PNG")


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def saved(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    with io.BytesIO() as file:
        image.save(file, format, **options)
        return file.getvalue()
