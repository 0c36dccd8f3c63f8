"""Maps from a symbol to a picture: homographies, and a spline over them for what is not flat.

A place in the symbol is (x, y) in modules from its upper left corner, one in the picture in pixels, the
middle of the first one at (0.5, 0.5). Points have shape (n, 2), homographies (3, 3).
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]


def square_to(corners: Points, side: int) -> Matrix:
    """The homography from a symbol's modules to the pixels that its corners have."""
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    found = cv2.getPerspectiveTransform(square, corners.astype(np.float32))
    return np.asarray(found, dtype=np.float64)


def transform(homography: Matrix, points: Points) -> Points:
    """Map points of shape (n, 2)."""
    mapped = points @ homography[:, :2].T + homography[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:], dtype=np.float64)


def moved(known: Points, found: Points) -> Matrix | None:
    """The plainest motion that takes the known places to those that were found."""
    if not len(known):
        return None
    if len(known) == 1:
        shift = found[0] - known[0]
        return np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])
    fitted, _ = cv2.estimateAffinePartial2D(known, found, method=cv2.LMEDS)
    if len(known) == 3:
        fitted = cv2.getAffineTransform(known.astype(np.float32), found.astype(np.float32))
    if fitted is None:
        return None
    return np.vstack([np.asarray(fitted, np.float64), [0, 0, 1]])


def weighted_homography(symbol: Points, picture: Points, weight: Matrix) -> Matrix | None:
    """The direct linear transformation, in normalized coordinates (Hartley, IEEE PAMI 19 (6), 1997)."""
    kept = weight > 0
    if np.count_nonzero(kept) < 4:
        return None
    symbol, picture, weight = symbol[kept], picture[kept], np.sqrt(weight[kept])
    to_one, from_one = _normalizing(symbol), _normalizing(picture)
    a, b = transform(to_one, symbol), transform(from_one, picture)
    ones, zeros = np.ones(len(a)), np.zeros((len(a), 3))
    places = np.column_stack([a, ones])
    upper = np.hstack([places, zeros, -b[:, :1] * places]) * weight[:, None]
    lower = np.hstack([zeros, places, -b[:, 1:] * places]) * weight[:, None]
    _, _, rows = np.linalg.svd(np.vstack([upper, lower]))
    fitted = np.linalg.inv(from_one) @ rows[-1].reshape(3, 3) @ to_one
    if not np.isfinite(fitted).all() or abs(fitted[2, 2]) < 1e-12:
        return None
    return np.asarray(fitted / fitted[2, 2], dtype=np.float64)


def _normalizing(points: Points) -> Matrix:
    middle = points.mean(axis=0)
    spread = max(1e-9, float(np.sqrt(((points - middle) ** 2).sum(axis=1).mean() / 2)))
    return np.array(
        [[1 / spread, 0, -middle[0] / spread], [0, 1 / spread, -middle[1] / spread], [0, 0, 1]]
    )


def module_px(homography: Matrix, side: int) -> float:
    middle = np.array([[side / 2, side / 2], [side / 2 + 1, side / 2], [side / 2, side / 2 + 1]])
    mapped = transform(homography, middle)
    return float(np.linalg.norm(mapped[1:] - mapped[0], axis=1).mean())


def spline(known: Points, offsets: Points, wanted: Points, *, stiffness: float) -> Points:
    """A thin-plate spline through offsets at known places, smoothed, at the wanted ones."""
    count = len(known)
    kernel = _radial(np.linalg.norm(known[:, None] - known[None, :], axis=2))
    affine = np.column_stack([np.ones(count), known])
    system = np.block([[kernel + stiffness * np.eye(count), affine], [affine.T, np.zeros((3, 3))]])
    right = np.vstack([offsets, np.zeros((3, 2))])
    solved, *_ = np.linalg.lstsq(system, right, rcond=None)
    away = _radial(np.linalg.norm(wanted[:, None] - known[None, :], axis=2))
    flat = np.column_stack([np.ones(len(wanted)), wanted])
    return np.asarray(away @ solved[:count] + flat @ solved[count:], dtype=np.float64)


def _radial(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        values = distance**2 * np.log(distance)
    return np.nan_to_num(values)
