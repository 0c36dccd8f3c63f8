"""Finds where symbols may be: three finder patterns that stand as those of a symbol do.

A finder pattern is searched for as what it is from all sides, rings of dark and light; blur, dirt and
scratches take less from the correlation with those than from the runs of 1:1:3:1:1 pixels that
readers look for line by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mobile_scanner.pictures.layout import FINDER_PATTERN

Levels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

_TEMPLATE_SIDE: Final = 15
"""In pixels; a finder pattern with its separator has nine modules."""
_TEMPLATE_MODULE: Final = _TEMPLATE_SIDE / 9
_LEAST_MODULE: Final = 2.0
_STEP: Final = 1.3
"""From one size to the next."""
_TURNS: Final = (0.0, 22.5, 45.0, 67.5)
"""Degrees by which the pattern is turned; a quarter turn is none."""
_PIXELS: Final = 900_000
"""Of the largest picture that is searched through: beyond, small modules are not looked for."""
_FOUND: Final = 0.5
_PEAKS: Final = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Triple:
    """Centers of three finder patterns, shape (3, 2): upper left, upper right, lower left.

    `module` is a module's size in pixels, `score` the sum of what was found of each.
    """

    centers: Points
    module: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Peak:
    x: float
    y: float
    module: float
    score: float


def find_triples(levels: Levels, *, limit: int = 10) -> list[Triple]:
    """Find what may be symbols, the most likely first."""
    peaks = _peaks(levels)
    if len(peaks) < 3:
        return []
    points = np.array([(peak.x, peak.y) for peak in peaks])
    modules = np.array([peak.module for peak in peaks])
    scores = np.array([peak.score for peak in peaks])
    chosen = np.array(list(combinations(range(len(peaks)), 3)))
    # Each of the three may be the corner between the other two.
    chosen = np.vstack([chosen, chosen[:, (1, 2, 0)], chosen[:, (2, 0, 1)]])
    corner, one, other = (points[chosen[:, at]] for at in range(3))
    first, second = one - corner, other - corner
    lengths = np.hypot(*first.T), np.hypot(*second.T)
    cosine = np.abs((first * second).sum(axis=1)) / (lengths[0] * lengths[1])
    uneven = np.abs(np.log(lengths[0] / lengths[1]))
    sizes = modules[chosen]
    spread = np.log(sizes.max(axis=1) / sizes.min(axis=1))
    reach = np.sqrt(lengths[0] * lengths[1]) / sizes.mean(axis=1)
    likely = (cosine < 0.7) & (uneven < 0.8) & (spread < 0.7) & (reach > 11) & (reach < 190)
    rank = scores[chosen].sum(axis=1) - 0.4 * cosine - 0.4 * uneven - 0.3 * spread
    order = np.flatnonzero(likely)
    order = order[np.argsort(-rank[order])][:limit]
    found = []
    for at in order:
        # Clockwise in the picture: from the upper right to the lower left.
        turn = first[at, 0] * second[at, 1] - first[at, 1] * second[at, 0]
        ends = (one[at], other[at]) if turn > 0 else (other[at], one[at])
        found.append(
            Triple(
                centers=np.array([corner[at], *ends]),
                module=float(sizes[at].mean()),
                score=float(rank[at]),
            )
        )
    return found


def _peaks(levels: Levels) -> list[_Peak]:
    height, width = levels.shape
    templates = [_template(turn) for turn in _TURNS]
    module = max(_LEAST_MODULE, _TEMPLATE_MODULE * np.sqrt(height * width / _PIXELS))
    largest = min(height, width) / 21
    peaks: list[_Peak] = []
    half = _TEMPLATE_SIDE / 2
    small = levels
    while module <= largest:
        scale = _TEMPLATE_MODULE / module
        kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        size = max(24, round(width * scale)), max(24, round(height * scale))
        # Each from the one before: to shrink the whole picture again takes longer than to search.
        small = np.asarray(cv2.resize(small, size, interpolation=kind), np.uint8)
        fits = cv2.matchTemplate(small, templates[0], cv2.TM_CCOEFF_NORMED)
        for template in templates[1:]:
            np.maximum(fits, cv2.matchTemplate(small, template, cv2.TM_CCOEFF_NORMED), out=fits)
        tops = cv2.dilate(fits, np.ones((7, 7), np.uint8))
        rows, columns = np.nonzero((fits >= tops) & (fits >= _FOUND))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            peaks.append(
                _Peak(
                    x=(column + vertex(fits[row, :], column) + half) * width / size[0],
                    y=(row + vertex(fits[:, column], row) + half) * height / size[1],
                    module=module,
                    score=float(fits[row, column]),
                )
            )
        module *= _STEP
    peaks.sort(key=lambda peak: -peak.score)
    kept: list[_Peak] = []
    for peak in peaks:
        if all(_apart(peak, other) for other in kept):
            kept.append(peak)
            if len(kept) == _PEAKS:
                break
    return kept


def _apart(one: _Peak, other: _Peak) -> bool:
    larger, smaller = max(one.module, other.module), min(one.module, other.module)
    away = np.hypot(one.x - other.x, one.y - other.y)
    return bool(away > 3.5 * larger or larger > 1.5 * smaller)


def vertex(values: npt.ArrayLike, at: int) -> float:
    """How far from index `at` the highest value would be, by a parabola through its neighbors."""
    line = np.asarray(values, np.float64)
    if not 0 < at < len(line) - 1:
        return 0.0
    before, here, after = line[at - 1 : at + 2].tolist()
    bend = before - 2 * here + after
    return float(0.5 * (before - after) / bend) if bend < 0 else 0.0


@lru_cache(maxsize=4)
def _template(turn: float) -> Levels:
    """A finder pattern with its separator, turned by so many degrees."""
    fine = 15
    large = np.kron(1.0 - FINDER_PATTERN, np.ones((fine, fine))).astype(np.float32)
    middle = large.shape[0] / 2 - 0.5
    turned = cv2.warpAffine(
        large,
        cv2.getRotationMatrix2D((middle, middle), turn, 1.0),
        large.shape,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0.6,
    )
    side = (_TEMPLATE_SIDE, _TEMPLATE_SIDE)
    small = cv2.resize(turned, side, interpolation=cv2.INTER_AREA)
    return np.asarray(np.rint(cv2.GaussianBlur(small, (0, 0), 0.6) * 255), dtype=np.uint8)
