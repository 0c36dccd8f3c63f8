"""What a camera's frame, or a video's, shows of symbols."""

from dataclasses import dataclass
from typing import Final

from mobile_scanner.pictures.symbols import Corners, ReadSymbol

FRAMES: Final = "frames"
"""The reader's name: what it gives may be put together from several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """`number` counts from 1, `size` is width and height in pixels, `unread` as a `Reading`'s.

    `shown` is the frame for a window, as a JPEG, where it was asked for.
    """

    number: int
    size: tuple[int, int]
    symbols: tuple[ReadSymbol, ...] = ()
    unread: tuple[Corners, ...] = ()
    shown: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmEnd:
    """A video is over; `missing` frames that it announces could not be read."""

    missing: int
