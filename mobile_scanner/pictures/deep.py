"""Reads what was located and not read, and what was not even located: module by module.

What comes out of soft decoding is written down as a symbol without a fault, and read by zxing-cpp: so
that segments and encodings are one reader's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mobile_scanner.pictures.fitting import Grid, fit_to_centers, fit_to_corners
from mobile_scanner.pictures.layout import side_of
from mobile_scanner.pictures.libraries import corners_of, zxing_symbols
from mobile_scanner.pictures.locating import find_triples
from mobile_scanner.pictures.mapping import transform
from mobile_scanner.pictures.picture import Picture
from mobile_scanner.pictures.soft import SoftSymbol, read_softly
from mobile_scanner.pictures.symbols import (
    Corners,
    ReadSymbol,
    Search,
    UnreadSymbol,
    is_same_place,
)
from mobile_scanner.pictures.views import VIEWS

SOFT: Final = "soft"
VIEWED: Final = "views"
FINDERS: Final = "finders"

Levels = npt.NDArray[np.uint8]

_WORTH_READING: Final = 0.5
"""The grid's score from which soft decoding is tried: below, a third of the modules would be wrong."""
_SEEN: Final = 0.7
"""The score from which what was not read is surely a symbol, and told of."""
_DRAWN_MODULE: Final = 4
_QUIET: Final = 4


def read_located(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Decode softly where a reader has located a symbol."""
    levels = levels_of(search.picture)
    for corners in tuple(search.unread):
        if search.is_over:
            return
        yield from _read_at(search, levels, corners, SOFT)


def read_views(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Have zxing-cpp read other views of the picture, and decode softly what it locates there."""
    levels = levels_of(search.picture)
    tried = list(search.unread)
    for view in VIEWS:
        if levels.size > view.most_pixels or not search.has_time_for(view.passes):
            continue
        seen = np.ascontiguousarray(view.change(levels))
        for found in zxing_symbols(seen, scale=view.scale, reader=VIEWED):
            if isinstance(found, ReadSymbol):
                yield found
            elif not any(_is_near(found.corners, other) for other in tried):
                tried.append(found.corners)
                yield from _read_at(search, levels, found.corners, VIEWED)


def read_finders(search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]:
    """Look for symbols by their finder patterns, and decode them softly."""
    levels = levels_of(search.picture)
    known = [one.corners for one in search.symbols]
    for triple in find_triples(levels):
        if search.is_over:
            return
        grid = fit_to_centers(levels, triple.centers, module=triple.module)
        if grid is None or any(is_same_place(corners_of_grid(grid), other) for other in known):
            continue
        for found in _read_grid(search, levels, grid, FINDERS):
            known.append(found.corners)
            yield found


def levels_of(picture: Picture) -> Levels:
    """The picture for OpenCV, which is told to take one thread."""
    cv2.setNumThreads(1)  # more make it no faster, and each takes memory for its own
    return picture.array()


def _read_at(
    search: Search, levels: Levels, corners: Corners, reader: str
) -> Iterator[ReadSymbol | UnreadSymbol]:
    grid = fit_to_corners(levels, np.array(corners, np.float64))
    if grid is not None:
        yield from _read_grid(search, levels, grid, reader)


def _read_grid(
    search: Search, levels: Levels, grid: Grid, reader: str
) -> Iterator[ReadSymbol | UnreadSymbol]:
    if grid.score < _WORTH_READING:
        return
    corrected = read_softly(levels, grid, is_over=lambda: search.is_over)
    text = None if corrected is None else text_of(corrected)
    if text is not None:
        text_, exact = text
        yield ReadSymbol(text=text_, exact=exact, corners=corners_of_grid(grid), reader=reader)
    elif grid.score >= _SEEN:
        yield UnreadSymbol(corners=corners_of_grid(grid))


def text_of(symbol: SoftSymbol) -> tuple[str, bool] | None:
    """What a corrected symbol says; `None` where its segments make no sense."""
    drawn = np.kron(
        1 - np.pad(symbol.modules, _QUIET), np.ones((_DRAWN_MODULE, _DRAWN_MODULE), np.uint8)
    )
    for found in zxing_symbols(np.ascontiguousarray(drawn * np.uint8(255))):
        if isinstance(found, ReadSymbol):
            return found.text, found.exact
    return None


def corners_of_grid(grid: Grid) -> Corners:
    side = side_of(grid.version)
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float64)
    return corners_of((float(x), float(y)) for x, y in transform(grid.homography, square))


def _is_near(one: Corners, other: Corners) -> bool:
    """Whether two places are one seen twice: another guess at its corners may be the better one."""
    away = max(abs(a[axis] - b[axis]) for a, b in zip(one, other, strict=True) for axis in (0, 1))
    side = max(abs(one[0][axis] - one[1][axis]) for axis in (0, 1))
    return away <= 0.02 * side
