"""The libraries that read symbols, each asked in its own way; none is loaded before it is asked."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import atan2
from typing import Any, Final

from mobile_scanner.pictures.errors import ReaderUnavailableError
from mobile_scanner.pictures.symbols import Corners, ReadSymbol, Search, UnreadSymbol

ZXING: Final = "zxing-cpp"
PYZBAR: Final = "pyzbar"


def read_with_zxing(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Read with zxing-cpp the picture as it is."""
    yield from zxing_symbols(search.picture.rows)


def zxing_symbols(
    levels: object, *, scale: float = 1.0, reader: str = ZXING
) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Ask zxing-cpp, for QR Model 2 alone: its plain `QRCode` also reads, and misreads, Micro QR.

    `levels` is a buffer of shape (height, width) whose pixels are `scale` times those of the
    picture that corners are told in.
    """
    with importing(ZXING):
        import zxingcpp
    for found in zxingcpp.read_barcodes(
        levels,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),
        return_errors=True,
    ):
        corners = _zxing_corners(found.position, scale)
        if not found.valid:
            yield UnreadSymbol(corners=corners)
            continue
        text, exact = _text(found.bytes)
        yield ReadSymbol(text=text, exact=exact, corners=corners, reader=reader)


def read_with_pyzbar(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Read with pyzbar, which needs the system's library libzbar (Debian: `libzbar0`)."""
    with importing(PYZBAR):
        from pyzbar import pyzbar
    picture = search.picture
    for found in pyzbar.decode(
        (picture.pixels, picture.width, picture.height), symbols=[pyzbar.ZBarSymbol.QRCODE]
    ):
        # zbar guesses an encoding and gives UTF-8 of its guess; only ASCII comes through as it was.
        yield ReadSymbol(
            text=found.data.decode("utf-8", errors="replace"),
            exact=found.data.isascii(),
            corners=_corners_of_hull(found.polygon, found.rect, found.orientation),
            reader=PYZBAR,
        )


@contextmanager
def importing(reader: str) -> Iterator[None]:
    try:
        yield
    except (ImportError, OSError) as error:  # OSError: a shared library that does not load
        raise ReaderUnavailableError(reader=reader, cause=str(error)) from error


def _text(content: bytes) -> tuple[str, bool]:
    """The text, and whether it is exact; what older codes in China carry otherwise is GB 18030."""
    try:
        return content.decode("utf-8"), True
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), False
    except UnicodeDecodeError:
        return content.decode("latin-1"), False


def _zxing_corners(place: Any, scale: float) -> Corners:
    clockwise = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return corners_of((point.x / scale, point.y / scale) for point in clockwise)


def corners_of(points: Iterable[tuple[float, float]]) -> Corners:
    """Four points as whole pixels."""
    a, b, c, d = ((round(x), round(y)) for x, y in points)
    return (a, b, c, d)


def _corners_of_hull(
    hull: Sequence[tuple[int, int]], box: tuple[int, int, int, int], orientation: str | None
) -> Corners:
    """Put zbar's four corners, which come in no order, into the symbol's own.

    zbar knows the symbol's upper side to a quarter turn, in versions that tell it at all.
    """
    left, top, width, height = box
    if len(hull) != 4:
        right, bottom = left + width, top + height
        hull = [(left, top), (right, top), (right, bottom), (left, bottom)]
    center_x = sum(x for x, _ in hull) / 4
    center_y = sum(y for _, y in hull) / 4
    clockwise = sorted(hull, key=lambda point: atan2(point[1] - center_y, point[0] - center_x))
    first = min(range(4), key=lambda index: sum(clockwise[index]))
    quarter_turns = {"RIGHT": 1, "DOWN": 2, "LEFT": 3}.get(orientation or "UP", 0)
    return corners_of(clockwise[(first + quarter_turns + index) % 4] for index in range(4))
