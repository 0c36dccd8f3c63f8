"""What a file's bytes announce before anything is decoded: its format, and how many scans a JPEG has."""

import re
from typing import Final

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
_STILL_BRANDS: Final = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}

_MARKER: Final = re.compile(rb"\xff+([^\x00\xff])")
"""A JPEG's marker (ITU-T T.81 B.1.1.2), after as many fill bytes as there are; FF 00 is data."""
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_WITHOUT_LENGTH: Final = {*range(0x01, 0xC0), *range(0xD0, 0xD9)}
"""TEM, the restart markers, the start of an image; and what is reserved, which decoders refuse."""


def announced_format(content: bytes) -> str | None:
    """Say by the first bytes what a file claims to be, `None` for no format known here."""
    head = content[:16]
    if head[4:8] == b"ftyp":  # ISO/IEC 14496-12: the brand tells stills from videos
        brand = head[8:12]
        if brand in (b"avif", b"avis"):
            return "AVIF"
        return "HEIC" if brand in _STILL_BRANDS else "MP4"
    if head[:4] == b"RIFF":
        return "WEBP" if head[8:12] == b"WEBP" else None
    return next((format for start, format in _SIGNATURES if head.startswith(start)), None)


def count_scans(jpeg: bytes, *, limit: int) -> int:
    """Count a JPEG's scans (ITU-T T.81 B.2), up to one beyond `limit`, by its markers alone.

    Segments are stepped over by their lengths, as a decoder does: the thumbnail in one of them has
    scans of its own, which are nobody's business.
    """
    scans = 0
    place = 2
    while scans <= limit and (found := _MARKER.search(jpeg, place)):
        marker, place = found[1][0], found.end()
        if marker == _END_OF_IMAGE:
            break
        if marker not in _WITHOUT_LENGTH:
            place += max(2, int.from_bytes(jpeg[place : place + 2]))
        scans += marker == _START_OF_SCAN
    return scans
