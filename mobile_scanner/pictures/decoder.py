"""Reads the QR symbols in a picture, one reader after the other for as long as the caller asks.

zxing-cpp reads most, in a twentieth of the others' time. pyzbar and OpenCV read a few that it does
not, and their libraries are loaded only when it comes to them. None of them is believed: a text is
a candidate, and what verifies it is its signature.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import atan2, dist, isfinite

from mobile_scanner.pictures.errors import ReaderUnavailableError
from mobile_scanner.pictures.picture import Picture

MAX_SYMBOLS = 64
"""A wall of sheets has a dozen; a picture made of thousands of codes must not hold up an inspector."""

Point = tuple[int, int]
Corners = tuple[Point, Point, Point, Point]
"""In the picture's pixels, in the symbol's own order: top left, top right, bottom right, bottom left.

That is clockwise, except for a symbol seen in a mirror.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSymbol:
    """One QR symbol and its text.

    `exact` is false where the symbol's bytes are not UTF-8, or the reader does not show them: then
    `text` is the reader's guess, good for telling a person what it might be, and for nothing else.
    """

    text: str
    exact: bool
    corners: Corners
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadSymbol:
    """A symbol that was located and not read: too dirty, too blurred, too small."""

    corners: Corners


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one reader adds to what those before it have found.

    `unread` lists the symbols that this reader located and nobody has read so far; `left_out`
    counts what it read or located beyond the limit; `unavailable` is set when the reader is not
    installed.
    """

    reader: str
    symbols: tuple[ReadSymbol, ...] = ()
    unread: tuple[Corners, ...] = ()
    left_out: int = 0
    unavailable: ReaderUnavailableError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolReader:
    """A reader's name, and what it finds; `read` raises `ReaderUnavailableError`."""

    name: str
    read: Callable[[Picture], Iterator[ReadSymbol | UnreadSymbol]]


def read_with_zxing(picture: Picture) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Read with zxing-cpp, QR Model 2 alone: its plain `QRCode` also reads, and misreads, Micro QR."""
    with _importing("zxing-cpp"):
        import zxingcpp
    for found in zxingcpp.read_barcodes(
        picture.rows,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),
        return_errors=True,
    ):
        place = found.position
        clockwise = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        corners = _corners((point.x, point.y) for point in clockwise)
        if not found.valid:
            yield UnreadSymbol(corners=corners)
            continue
        text, exact = _text(found.bytes)
        yield ReadSymbol(text=text, exact=exact, corners=corners, reader="zxing-cpp")


def read_with_pyzbar(picture: Picture) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Read with pyzbar, which needs the system's library libzbar (Debian: `libzbar0`)."""
    with _importing("pyzbar"):
        from pyzbar import pyzbar
    for found in pyzbar.decode(
        (picture.pixels, picture.width, picture.height), symbols=[pyzbar.ZBarSymbol.QRCODE]
    ):
        # zbar guesses an encoding and gives UTF-8 of its guess; only ASCII comes through as it was.
        yield ReadSymbol(
            text=found.data.decode("utf-8", errors="replace"),
            exact=found.data.isascii(),
            corners=_corners_of_hull(found.polygon, found.rect, found.orientation),
            reader="pyzbar",
        )


def read_with_opencv(picture: Picture) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Read with OpenCV's QRCodeDetector.

    Its search for several symbols loses one that is turned as often as not (15 of 36 angles read),
    its search for one does not (36 of 36): where the first reads nothing, the second is asked.
    """
    with _importing("opencv"):
        import cv2
    cv2.setNumThreads(1)  # more make it no faster, and each takes memory for its own
    detector = cv2.QRCodeDetector()
    levels = picture.array()
    texts: Sequence[bytes] = ()
    try:
        _, texts, places, _ = detector.detectAndDecodeBytesMulti(levels)
        if not any(texts):
            text, places, _ = detector.detectAndDecodeBytes(levels)
            texts = (text,)
    except cv2.error:  # assertions within its geometry, on shapes that are no symbol
        return
    if places is None:
        return
    for content, place in zip(texts, places.tolist(), strict=False):
        if not all(isfinite(value) for point in place for value in point):
            continue
        corners = _corners(place)
        if not content:
            yield UnreadSymbol(corners=corners)
            continue
        # Like zbar, it converts what is not UTF-8 as it guesses.
        yield ReadSymbol(
            text=content.decode("utf-8", errors="replace"),
            exact=content.isascii(),
            corners=corners,
            reader="opencv",
        )


READERS = (
    SymbolReader(name="zxing-cpp", read=read_with_zxing),
    SymbolReader(name="pyzbar", read=read_with_pyzbar),
    SymbolReader(name="opencv", read=read_with_opencv),
)
"""In the order of what they read per second of computing."""


def read_symbols(
    picture: Picture, *, readers: Sequence[SymbolReader] = READERS, limit: int = MAX_SYMBOLS
) -> Iterator[Reading]:
    """Give what each reader finds, in turn; going on with the iteration asks the next one.

    A caller that is content stops: the readers after that are neither run nor loaded. No text is
    given twice for one place, and at most `limit` symbols in all; where there are more, no other
    reader is asked: it could add nothing but to their count. As many places at most are told as
    unread. A reader that is not installed is a `Reading` that says so.
    """
    given: list[ReadSymbol] = []
    for reader in readers:
        symbols: list[ReadSymbol] = []
        unread: list[Corners] = []
        left_out = 0
        unavailable = None
        try:
            for found in reader.read(picture):
                if isinstance(found, UnreadSymbol):
                    unread.append(found.corners)
                elif any(_is_same(found, other) for other in given):
                    continue
                elif len(given) == limit:
                    left_out += 1
                else:
                    given.append(found)
                    symbols.append(found)
        except ReaderUnavailableError as error:
            unavailable = error
        unread = [
            corners
            for corners in unread
            if not any(is_same_place(corners, other.corners) for other in given)
        ]
        left_out += len(unread[limit:])
        yield Reading(
            reader=reader.name,
            symbols=tuple(symbols),
            unread=tuple(unread[:limit]),
            left_out=left_out,
            unavailable=unavailable,
        )
        if left_out:
            return


@contextmanager
def _importing(reader: str) -> Iterator[None]:
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


def _corners(points: Iterable[tuple[float, float]]) -> Corners:
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
    return _corners(clockwise[(first + quarter_turns + index) % 4] for index in range(4))


def _is_same(one: ReadSymbol, other: ReadSymbol) -> bool:
    return one.text == other.text and is_same_place(one.corners, other.corners)


def is_same_place(one: Corners, other: Corners) -> bool:
    """Whether the centers are less than half a side apart: two symbols on paper never are."""
    side = max(dist(one[0], one[1]), dist(one[1], one[2]), dist(other[0], other[1]))
    return dist(_center(one), _center(other)) < side / 2


def _center(corners: Corners) -> tuple[float, float]:
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
