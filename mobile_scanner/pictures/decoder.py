"""Reads the QR symbols in a picture, one reader after the other for as long as the caller asks.

zxing-cpp reads most, in a twentieth of the others' time. What it locates and cannot correct is decoded
softly, module by module; so is what other views of the picture show, and what has finder patterns
that it does not find. pyzbar comes last. numpy, OpenCV and zbar are loaded only when it comes to them.
No reader is believed: a text is a candidate, and what verifies it is its signature.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from mobile_scanner.pictures.errors import ReaderUnavailableError
from mobile_scanner.pictures.libraries import (
    PYZBAR,
    ZXING,
    importing,
    read_with_pyzbar,
    read_with_zxing,
)
from mobile_scanner.pictures.picture import Picture
from mobile_scanner.pictures.symbols import (
    Corners,
    ReadSymbol,
    Search,
    SymbolReader,
    UnreadSymbol,
    is_same_place,
)

MAX_SYMBOLS: Final = 64
"""A wall of sheets has a dozen; a picture made of thousands of codes must not hold up an inspector."""
PATIENCE: Final = 1.5
"""Seconds after which no further step is begun; on a common machine most failures take a quarter."""


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


def _read_located(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    if not search.unread:
        return
    with importing("soft"):
        from mobile_scanner.pictures.deep import read_located
    yield from read_located(search)


def _read_views(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    with importing("views"):
        from mobile_scanner.pictures.deep import read_views
    yield from read_views(search)


def _read_finders(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    with importing("finders"):
        from mobile_scanner.pictures.deep import read_finders
    yield from read_finders(search)


READERS: Final = (
    SymbolReader(name=ZXING, read=read_with_zxing),
    SymbolReader(name="soft", read=_read_located),
    SymbolReader(name="views", read=_read_views),
    SymbolReader(name="finders", read=_read_finders),
    SymbolReader(name=PYZBAR, read=read_with_pyzbar, passes=12),
)
"""In the order of what they read per second of computing."""


def read_symbols(
    picture: Picture,
    *,
    readers: Sequence[SymbolReader] = READERS,
    limit: int = MAX_SYMBOLS,
    patience: float = PATIENCE,
) -> Iterator[Reading]:
    """Give what each reader finds, in turn; going on with the iteration asks the next one.

    A caller that is content stops: the readers after that are neither run nor loaded. No text is
    given twice for one place, and at most `limit` symbols in all; where there are more, no other
    reader is asked: it could add nothing but to their count. As many places at most are told as
    unread. A reader that is not installed is a `Reading` that says so. After `patience` seconds of
    this function's own time no other reader is asked, nor one that would take longer.
    """
    search = Search(picture=picture, limit=limit)
    spent = 0.0
    for reader in readers:
        begun = monotonic()
        search.deadline = begun + patience - spent
        if not search.has_time_for(reader.passes):
            continue
        reading = _ask(reader, search)
        took = monotonic() - begun
        search.pace = search.pace or took
        spent += took
        yield reading
        if reading.left_out:
            return


def _ask(reader: SymbolReader, search: Search) -> Reading:
    symbols: list[ReadSymbol] = []
    unread: list[Corners] = []
    left_out = 0
    unavailable = None
    try:
        for found in reader.read(search):
            if isinstance(found, UnreadSymbol):
                unread.append(found.corners)
            elif any(_is_same(found, other) for other in search.symbols):
                continue
            elif len(search.symbols) == search.limit:
                left_out += 1
            else:
                search.symbols.append(found)
                symbols.append(found)
    except ReaderUnavailableError as error:
        unavailable = error
    still = [corners for corners in unread if not _is_read(corners, search)]
    search.unread = [each for each in search.unread if not _is_read(each, search)]
    search.unread += still[: search.limit]
    left_out += len(still[search.limit :])
    return Reading(
        reader=reader.name,
        symbols=tuple(symbols),
        unread=tuple(still[: search.limit]),
        left_out=left_out,
        unavailable=unavailable,
    )


def _is_read(corners: Corners, search: Search) -> bool:
    return any(is_same_place(corners, other.corners) for other in search.symbols)


def _is_same(one: ReadSymbol, other: ReadSymbol) -> bool:
    return one.text == other.text and is_same_place(one.corners, other.corners)
