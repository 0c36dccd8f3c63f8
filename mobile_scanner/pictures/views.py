"""A picture seen otherwise: readers that threshold read one of these where they fail on another.

Which ones are worth their time is what `tests/bench/reading` says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.uint8]

_LARGEST_DOUBLED: Final = 3_000_000
"""Pixels: in larger pictures a symbol of pixels that are too few is too small a part to look for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A way of seeing: `change` the levels, so that `scale` pixels come of one.

    `most_pixels` bounds the pictures that it is for. `passes` is how many times as long as zxing-cpp
    on the picture itself it takes.
    """

    name: str
    change: Callable[[Levels], Levels]
    passes: float
    scale: float = 1.0
    most_pixels: int = 1 << 62


def _equalized(levels: Levels) -> Levels:
    """Contrast of each part raised by itself: shadow, glare, lamps (CLAHE: Zuiderveld, 1994)."""
    return np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(levels), dtype=np.uint8)


def _brightened(levels: Levels) -> Levels:
    """Dark parts spread out: what lies in shade beside what is lit."""
    return _ROOTS[levels]


def _doubled(levels: Levels) -> Levels:
    """Twice as large, and sharpened: modules of fewer than two pixels, and slight blur."""
    large = cv2.resize(levels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(large, (0, 0), 3.0)
    return np.asarray(cv2.addWeighted(large, 2.5, soft, -1.5, 0), dtype=np.uint8)


def _smoothed(levels: Levels) -> Levels:
    """Without what is finer than some pixels: noise, grain, a screen's dots."""
    return np.asarray(cv2.GaussianBlur(levels, (0, 0), 2.0), dtype=np.uint8)


_ROOTS: Final[Levels] = np.rint(255 * np.sqrt(np.arange(256) / 255)).astype(np.uint8)

VIEWS: Final = (
    View(name="equalized", change=_equalized, passes=4),
    View(name="doubled", change=_doubled, passes=12, scale=2.0, most_pixels=_LARGEST_DOUBLED),
    View(name="brightened", change=_brightened, passes=3),
    View(name="smoothed", change=_smoothed, passes=3),
)
"""In the order of what they add for their time."""
