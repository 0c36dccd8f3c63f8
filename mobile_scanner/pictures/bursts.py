"""Reads frames of a camera together: what one frame does not show of a symbol, the next ones may.

Where a symbol was is where it is looked for first. What each frame says of each module is added up,
module by module, so that a lamp's mirror image that moves, or a focus that is still being looked for,
hides nothing for long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Final

import numpy as np
import numpy.typing as npt

from mobile_scanner.pictures.deep import corners_of_grid, levels_of, text_of
from mobile_scanner.pictures.fitting import Floats, Grid, fit_again, fit_to_centers, fit_to_corners
from mobile_scanner.pictures.frames import FRAMES
from mobile_scanner.pictures.layout import data_places
from mobile_scanner.pictures.libraries import zxing_symbols
from mobile_scanner.pictures.locating import find_triples
from mobile_scanner.pictures.picture import Picture
from mobile_scanner.pictures.soft import (
    SoftReader,
    by_deviation,
    by_extremes,
    equalize,
    module_levels,
)
from mobile_scanner.pictures.symbols import (
    Corners,
    ReadSymbol,
    UnreadSymbol,
    is_same_place,
)

Levels = npt.NDArray[np.uint8]

_WORTH_ADDING: Final = 0.4
"""The grid's score from which a frame has something to say about a symbol's modules."""
_SAME: Final = 0.25
"""The correlation of modules from which two frames show one symbol; of two symbols it is 0 ± 0.03."""
FRAME_SECONDS: Final = 0.3
_FORGET: Final = 12
"""Frames after which a symbol that was not seen again is forgotten."""


@dataclass(slots=True)
class _Track:
    """One symbol that is not read yet: where it was seen last, and what is known of its modules."""

    grid: Grid
    total: Floats
    reader: SoftReader
    last_seen: int
    frames: int = 1


class BurstReader:
    """Reads one frame after another, of one camera that is held before a wall.

    Not for pictures that have nothing to do with each other: what it gives may be put together from
    all frames since a symbol came into sight. A text is a candidate, as any reader's.
    """

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._frame = 0
        self._deadline = 0.0

    def read(
        self, picture: Picture, *, seconds: float = FRAME_SECONDS
    ) -> Iterator[ReadSymbol | UnreadSymbol]:
        """Give what this frame, and those before it, show; raises `ReaderUnavailableError`.

        After so many seconds no further symbol is looked at: the next frame will do.
        """
        self._frame += 1
        self._deadline = monotonic() + seconds
        read: list[Corners] = []
        located: list[Corners] = []
        for found in zxing_symbols(picture.rows):
            (read if isinstance(found, ReadSymbol) else located).append(found.corners)
            if isinstance(found, ReadSymbol):
                yield found
        self._tracks = [
            track
            for track in self._tracks
            if self._frame - track.last_seen <= _FORGET
            and not any(is_same_place(corners_of_grid(track.grid), other) for other in read)
        ]
        if read and not located and not self._tracks:
            return
        levels = levels_of(picture)
        for grid in self._grids(levels, located, read):
            yield from self._add(levels, grid)
            if self._is_over():
                return

    def _is_over(self) -> bool:
        return monotonic() >= self._deadline

    def _grids(self, levels: Levels, located: list[Corners], read: list[Corners]) -> Iterator[Grid]:
        """Where unread symbols are in this frame, each once, the surest places first."""
        seen = list(read)
        for track in tuple(self._tracks):
            grid = fit_again(levels, track.grid)
            if grid is not None and grid.score >= _WORTH_ADDING:
                seen.append(corners_of_grid(grid))
                yield grid
        for corners in located:
            if self._is_over() or any(is_same_place(corners, other) for other in seen):
                continue
            grid = fit_to_corners(levels, np.array(corners, np.float64))
            if grid is not None and grid.score >= _WORTH_ADDING:
                seen.append(corners_of_grid(grid))
                yield grid
        if len(seen) > len(read):
            return
        for triple in find_triples(levels, limit=5):
            if self._is_over():
                return
            grid = fit_to_centers(levels, triple.centers, module=triple.module)
            if grid is None or grid.score < _WORTH_ADDING:
                continue
            place = corners_of_grid(grid)
            if not any(is_same_place(place, other) for other in seen):
                seen.append(place)
                yield grid

    def _add(self, levels: Levels, grid: Grid) -> Iterator[ReadSymbol | UnreadSymbol]:
        values = module_levels(levels, grid)
        plain, even = by_extremes(values), by_deviation(values)
        reader = SoftReader(grid.version, is_over=self._is_over)
        looks = [equalize(even, reader.known), equalize(plain, reader.known)]
        here = np.asarray((looks[0] + looks[1]) / 2, np.float32)
        track = self._track_of(here, grid)
        looks = [np.asarray(track.total / track.frames, np.float32), *looks, plain]
        for number, look in enumerate(looks):
            known = track.reader if number == 0 else reader
            found = known.try_reading(look)
            text = None if found is None else text_of(found)
            if text is not None:
                self._tracks.remove(track)
                yield ReadSymbol(
                    text=text[0], exact=text[1], corners=corners_of_grid(grid), reader=FRAMES
                )
                return
        yield UnreadSymbol(corners=corners_of_grid(grid))

    def _track_of(self, here: Floats, grid: Grid) -> _Track:
        """Add a frame's modules to those of the symbol that they are of."""
        corners = corners_of_grid(grid)
        for track in self._tracks:
            if track.grid.version == grid.version and _are_one(track.total, here, grid.version):
                track.total = track.total + here
                track.frames += 1
                track.grid, track.last_seen = grid, self._frame
                return track
        self._tracks = [
            track
            for track in self._tracks
            if not is_same_place(corners_of_grid(track.grid), corners)
        ]
        track = _Track(
            grid=grid,
            total=here,
            last_seen=self._frame,
            reader=SoftReader(grid.version, is_over=self._is_over),
        )
        self._tracks.append(track)
        return track


def _are_one(total: Floats, here: Floats, version: int) -> bool:
    """Whether two frames show one symbol, by its data: the fixed patterns are alike in all."""
    places = data_places(version)
    correlation = np.corrcoef(total[places], here[places])[0, 1]
    return bool(correlation >= _SAME)
