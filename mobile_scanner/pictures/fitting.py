"""Finds the modules of a symbol whose corners are known about: version, perspective, bent paper.

A place in the symbol is (x, y) in modules from its upper left corner; a place in the picture in
pixels, the middle of the first one at (0.5, 0.5). What is known of a symbol before it is read (its
finder, timing and alignment patterns) is searched for where it should be, and the map from symbol to
picture is fitted to where it was found: first a homography, then a thin-plate spline over it
(Bookstein, IEEE PAMI 11 (6), 1989) for paper that is not flat.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from mobile_scanner.pictures.layout import (
    ALIGNMENT_PATTERN,
    FINDER_CENTER,
    FINDER_PATTERN,
    VERSIONS,
    alignment_centers,
    function_modules,
    side_of,
)
from mobile_scanner.pictures.locating import vertex
from mobile_scanner.pictures.mapping import (
    Matrix,
    Points,
    module_px,
    moved,
    spline,
    square_to,
    transform,
    weighted_homography,
)

Levels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

_SCALE: Final = 6
"""Samples a module, when patterns are searched for."""
_MARGIN: Final = 3
_FAR_MARGIN: Final = 8
_FAR_REACH: Final = 6.0
"""Modules that a symbol may have moved from one frame to the next; a hand's trembling is two or three."""
_FINDER_REACH: Final = 2.5
_ALIGNMENT_REACH: Final = 1.75
_FOUND: Final = 0.55
"""The correlation from which a pattern counts as found: chance gives up to 0.4."""
_NEARNESS: Final = (-0.5, 0.9)
"""How much farther away one end of a symbol may be than the other, or nearer: 60° at arm's length."""
_LIKELY: Final = 0.3
"""The same of all finder and timing patterns together, before anything is fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A symbol's version, and the picture's pixel for the middle of each module.

    `x` and `y` have shape (side, side). `score` is how well the fixed patterns are seen at their
    places, the correlation of what is there with what should be: 1 at best.
    """

    version: int
    x: Floats
    y: Floats
    homography: Matrix
    score: float


def fit_to_corners(levels: Levels, corners: Points) -> Grid | None:
    """Fit a grid to a symbol's corners, pixels of shape (4, 2): top left, then clockwise.

    `None` where nothing in that place looks like a symbol's fixed patterns.
    """
    starts = (_Start(version, square_to(corners, side_of(version))) for version in VERSIONS)
    return _fit(levels, starts)


def fit_to_centers(levels: Levels, centers: Points, *, module: float) -> Grid | None:
    """Fit a grid to the centers of finder patterns, pixels of shape (3, 2).

    They are the upper left one, then the upper right, then the lower left; a module has about
    `module` pixels. How the symbol is tilted is found by its timing patterns.
    """
    reach = np.linalg.norm(centers[1:] - centers[0], axis=1)
    guessed = (float(np.sqrt(reach[0] * reach[1])) / module + 7 - 17) / 4
    span = max(1.5, 0.3 * guessed)
    likely = [version for version in VERSIONS if abs(version - guessed) <= span]
    return _fit(levels, (_tilted(levels, centers, version) for version in likely))


def fit_again(levels: Levels, grid: Grid) -> Grid | None:
    """Fit a grid to the same symbol in another frame, in which it is a few modules away."""
    side = side_of(grid.version)
    far = side - FINDER_CENTER
    finders = ((FINDER_CENTER, FINDER_CENTER), (far, FINDER_CENTER), (FINDER_CENTER, far))
    flat = _flatten(levels, grid.homography, side, _SCALE, margin=_FAR_MARGIN)
    known, found = [], []
    for x, y in finders:
        place, score = _search(flat, _template("finder"), x, y, _FAR_REACH, margin=_FAR_MARGIN)
        if score >= _FOUND:
            known.append((x, y))
            found.append(place)
    motion = moved(np.array(known), np.array(found))
    if motion is None:
        return None
    return _fit(levels, [_Start(grid.version, grid.homography @ motion)])


def _fit(levels: Levels, starts: Iterable[_Start]) -> Grid | None:
    start = _best(levels, starts)
    if start is None:
        return None
    version, homography = start.version, start.homography
    side = side_of(version)
    lower_right = transform(homography, np.array([[side, side]], np.float64))
    for reach in (1.0, 0.5):
        anchors = _find_patterns(levels, homography, version, reach=reach)
        fitted = _fit_homography(anchors, lower_right, version)
        if fitted is None:
            break
        homography = fitted
    return _bend(levels, homography, version)


class _Start(NamedTuple):
    version: int
    homography: Matrix


def sample(levels: Levels, x: Floats, y: Floats) -> Floats:
    """The picture's levels at those pixels, between them interpolated."""
    seen = cv2.remap(
        levels,
        np.asarray(x - 0.5, np.float32),
        np.asarray(y - 0.5, np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, dtype=np.float32)


def score_of(values: Floats, version: int) -> float:
    """The correlation of modules' levels with the fixed patterns; dark is low."""
    pattern, fixed = function_modules(version)
    return _correlation(values[fixed], pattern[fixed])


def _best(levels: Levels, starts: Iterable[_Start]) -> _Start | None:
    """The one whose finder and timing patterns are best seen."""
    best, best_score = None, _LIKELY
    for start in starts:
        places, pattern = _fixed_places(start.version)
        pixels = transform(start.homography, places).astype(np.float32)
        values = sample(levels, pixels[None, :, 0], pixels[None, :, 1])[0]
        score = _correlation(values, pattern)
        if score > best_score:
            best, best_score = start, score
    return best


def _tilted(levels: Levels, centers: Points, version: int) -> _Start:
    """The homography through three centers under which the timing patterns are seen best.

    How much nearer one end of a line is than the other is one number for each of the two lines.
    """
    side = side_of(version)
    span = side - 2 * FINDER_CENTER
    index = np.arange(8, side - 8)
    along = (index + 0.5 - FINDER_CENTER) / span
    beside = (6.5 - FINDER_CENTER) / span
    light = np.where(index % 2 == 0, -1.0, 1.0)
    light -= light.mean()
    step = max(0.01, 0.6 / side)
    nearness = step * np.arange(round(_NEARNESS[0] / step), round(_NEARNESS[1] / step))
    corner, chosen = centers[0], [0.0, 0.0]
    for axis in (0, 1):
        near, other = nearness[:, None], chosen[1 - axis]
        ahead = (1 + nearness)[:, None, None] * centers[1 + axis] - corner
        aside = (1 + other) * centers[2 - axis] - corner
        upper = corner + along[None, :, None] * ahead + beside * aside
        pixels = upper / (1 + near * along + other * beside)[:, :, None]
        lines = pixels.astype(np.float32)
        values = sample(levels, lines[:, :, 0], lines[:, :, 1])
        values -= values.mean(axis=1, keepdims=True)
        norms = np.maximum(1e-6, np.linalg.norm(values, axis=1))
        fits = values @ light / norms - 0.1 * np.abs(nearness)  # of equals, the plainest
        chosen[axis] = float(nearness[int(np.argmax(fits))])
    return _Start(version, _through(centers, version, (chosen[0], chosen[1])))


def _through(centers: Points, version: int, tilt: tuple[float, float]) -> Matrix:
    """A homography by three finder patterns' centers; `tilt` is 0 where nothing is nearer."""
    span = side_of(version) - 2 * FINDER_CENTER
    corner = centers[0]
    right = ((1 + tilt[0]) * centers[1] - corner) / span
    down = ((1 + tilt[1]) * centers[2] - corner) / span
    last = np.array([tilt[0] / span, tilt[1] / span])
    matrix = np.array(
        [[right[0], down[0], corner[0]], [right[1], down[1], corner[1]], [last[0], last[1], 1.0]]
    )
    shift = np.array([[1, 0, -FINDER_CENTER], [0, 1, -FINDER_CENTER], [0, 0, 1]])
    return np.asarray(matrix @ shift)


@lru_cache(maxsize=40)
def _fixed_places(version: int) -> tuple[Points, Levels]:
    """The middles of the finder and timing patterns' modules, and what they should be."""
    pattern, fixed = function_modules(version)
    side = side_of(version)
    chosen = np.zeros_like(fixed)
    for down, across in (
        (slice(0, 8), slice(0, 8)),
        (slice(0, 8), slice(side - 8, side)),
        (slice(side - 8, side), slice(0, 8)),
        (slice(6, 7), slice(0, side)),
        (slice(0, side), slice(6, 7)),
    ):
        chosen[down, across] = True
    chosen &= fixed
    rows, columns = np.nonzero(chosen)
    return np.column_stack([columns + 0.5, rows + 0.5]), pattern[chosen]


def _correlation(values: Floats, pattern: Levels) -> float:
    light = 1.0 - pattern - (1.0 - pattern).mean()
    spread = values - values.mean()
    norm = float(np.linalg.norm(light) * np.linalg.norm(spread))
    return float(light @ spread) / norm if norm > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchors:
    """Patterns that were found: `symbol` where they belong, `picture` where they are, `weight`."""

    symbol: Points
    picture: Points
    weight: npt.NDArray[np.float64]


def _find_patterns(levels: Levels, homography: Matrix, version: int, *, reach: float) -> _Anchors:
    """Look for the finder and alignment patterns around their places, `reach` times as far as usual."""
    side = side_of(version)
    scale = _SCALE
    flat = _flatten(levels, homography, side, scale)
    far = side - FINDER_CENTER
    finders = ((FINDER_CENTER, FINDER_CENTER), (far, FINDER_CENTER), (FINDER_CENTER, far))
    symbol, found, weight = [], [], []
    for x, y in finders:
        place, score = _search(flat, _template("finder"), x, y, _FINDER_REACH * reach)
        symbol.append((x, y))
        found.append(place)
        weight.append(4 * score if score >= _FOUND else 0.0)
    for row, column in alignment_centers(version):
        x, y = column + 0.5, row + 0.5
        place, score = _search(flat, _template("alignment"), x, y, _ALIGNMENT_REACH * reach)
        symbol.append((x, y))
        found.append(place)
        weight.append(score if score >= _FOUND else 0.0)
    return _Anchors(
        symbol=np.array(symbol),
        picture=transform(homography, np.array(found)),
        weight=np.array(weight),
    )


def _flatten(
    levels: Levels, homography: Matrix, side: int, scale: int, *, margin: int = _MARGIN
) -> Levels:
    """The symbol seen from the front, with a margin around it."""
    across = (side + 2 * margin) * scale
    to_symbol = np.array([[1 / scale, 0, -margin], [0, 1 / scale, -margin], [0, 0, 1]])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    back = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    flat = cv2.warpPerspective(
        levels,
        back @ homography @ to_symbol @ half,
        (across, across),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(flat, dtype=np.uint8)


@lru_cache(maxsize=2)
def _template(name: str) -> Levels:
    pattern = FINDER_PATTERN if name == "finder" else ALIGNMENT_PATTERN
    large = np.kron(1 - pattern, np.ones((_SCALE, _SCALE), np.uint8)) * np.uint8(255)
    return np.asarray(cv2.GaussianBlur(large, (0, 0), _SCALE / 3), dtype=np.uint8)


def _search(
    flat: Levels,
    template: Levels,
    x: float,
    y: float,
    reach: float,
    *,
    margin: int = _MARGIN,
) -> tuple[tuple[float, float], float]:
    """Where around (x, y) the template fits best, in modules, and how well."""
    half = template.shape[0] / 2
    left = round((x + margin - reach) * _SCALE - half)
    top = round((y + margin - reach) * _SCALE - half)
    across = round(2 * reach * _SCALE) + template.shape[0]
    left, top = max(0, left), max(0, top)
    window = flat[top : top + across, left : left + across]
    if window.shape[0] < template.shape[0] or window.shape[1] < template.shape[1]:
        return (x, y), 0.0
    fits = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
    _, score, _, (column, row) = cv2.minMaxLoc(fits)
    across_x = column + vertex(fits[row, :], column)
    across_y = row + vertex(fits[:, column], row)
    found_x = (left + across_x + half) / _SCALE - margin
    found_y = (top + across_y + half) / _SCALE - margin
    return (found_x, found_y), float(score)


def _fit_homography(anchors: _Anchors, lower_right: Points, version: int) -> Matrix | None:
    """Fit to what was found; where too little was, the corner that has no finder stands in."""
    side = side_of(version)
    symbol, picture, weight = anchors.symbol, anchors.picture, anchors.weight
    if np.count_nonzero(weight) < 4 or not weight[3:].any():
        if np.count_nonzero(weight[:3]) < 3:
            return None
        symbol = np.vstack([symbol, [(side, side)]])
        picture = np.vstack([picture, lower_right])
        weight = np.append(weight, 1.0)
    fitted = None
    for _ in range(4):
        fitted = weighted_homography(symbol, picture, weight)
        if fitted is None:
            return None
        away = np.linalg.norm(transform(fitted, symbol) - picture, axis=1)
        module = max(1e-6, module_px(fitted, side))
        weight = np.where(weight > 0, weight / (1 + (away / (0.5 * module)) ** 2), 0)
    return fitted


def _bend(levels: Levels, homography: Matrix, version: int) -> Grid:
    """The middle of each module, with what the paper's bending adds to the homography."""
    side = side_of(version)
    middles = np.arange(side) + 0.5
    x, y = np.meshgrid(middles, middles)
    places = np.column_stack([x.ravel(), y.ravel()])
    anchors = _find_patterns(levels, homography, version, reach=0.5)
    kept = anchors.weight > 0
    pixels = transform(homography, places)
    straight = _grid(levels, pixels, homography, version)
    if np.count_nonzero(kept) < 5:
        return straight
    offsets = anchors.picture[kept] - transform(homography, anchors.symbol[kept])
    bent = pixels + spline(anchors.symbol[kept], offsets, places, stiffness=0.02 * side)
    curved = _grid(levels, bent, homography, version)
    return curved if curved.score > straight.score else straight


def _grid(levels: Levels, pixels: Points, homography: Matrix, version: int) -> Grid:
    side = side_of(version)
    x, y = (pixels[:, axis].reshape(side, side).astype(np.float32) for axis in (0, 1))
    score = score_of(sample(levels, x, y), version)
    return Grid(version=version, x=x, y=y, homography=homography, score=score)
