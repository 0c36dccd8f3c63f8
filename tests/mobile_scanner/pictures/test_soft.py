"""Modules are found on paper that is tilted and bent, and read where many are in doubt."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mobile_scanner.pictures.fitting import Grid, fit_to_centers, fit_to_corners, sample, score_of
from mobile_scanner.pictures.layout import FINDER_CENTER, function_modules, side_of
from mobile_scanner.pictures.locating import find_triples
from mobile_scanner.pictures.mapping import square_to, transform
from mobile_scanner.pictures.soft import (
    SoftReader,
    by_deviation,
    by_extremes,
    equalize,
    module_levels,
    read_softly,
)
from tests.mobile_scanner.pictures.test_layout import made

Levels = npt.NDArray[np.uint8]

FLAT = np.array([[60, 80], [460, 70], [480, 470], [50, 450]], np.float64)
"""Corners of a symbol that is a little askew."""
TILTED = np.array([[60, 60], [460, 120], [450, 370], [70, 470]], np.float64)


def drawn(version: int, corners: np.ndarray, *, blur: float = 0.8, level: str = "M") -> Levels:
    """A symbol seen in perspective, on white, 520 pixels square."""
    modules, _ = made(version, level)
    fine = 16
    large = np.kron(255 * (1 - modules), np.ones((fine, fine))).astype(np.uint8)
    padded = np.pad(large, 4 * fine, constant_values=255)
    to_picture = square_to(corners, side_of(version))
    from_large = np.array([[1 / fine, 0, -4], [0, 1 / fine, -4], [0, 0, 1]])
    seen = cv2.warpPerspective(
        padded, to_picture @ from_large, (520, 520), flags=cv2.INTER_AREA, borderValue=255
    )
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), blur), dtype=np.uint8)


def worst(grid: Grid, corners: np.ndarray) -> float:
    """How far a module's middle is from where it should be, in pixels."""
    side = side_of(grid.version)
    middles = np.arange(side) + 0.5
    x, y = np.meshgrid(middles, middles)
    places = np.column_stack([x.ravel(), y.ravel()])
    expected = transform(square_to(corners, side), places)
    found = np.column_stack([grid.x.ravel(), grid.y.ravel()])
    return float(np.linalg.norm(found - expected, axis=1).max())


@pytest.mark.parametrize("corners", [FLAT, TILTED], ids=["askew", "tilted"])
@pytest.mark.parametrize("version", [1, 2, 6, 7, 11, 14, 22])
def test_a_grid_is_fitted_to_corners_that_are_not_quite_known(
    version: int, corners: np.ndarray
) -> None:
    module = 400 / side_of(version)
    spread = module if version > 1 else module / 2  # it has no pattern in its fourth corner
    guessed = corners + spread * np.array([[0.3, -0.3], [-0.3, 0.2], [0.5, 0.5], [-0.2, 0.3]])
    grid = fit_to_corners(drawn(version, corners), guessed)
    assert grid is not None
    assert grid.version == version
    assert worst(grid, corners) < (0.3 if version > 1 else 0.5) * module


@pytest.mark.parametrize("corners", [FLAT, TILTED], ids=["askew", "tilted"])
@pytest.mark.parametrize("version", [2, 7, 11, 14])
def test_a_grid_is_fitted_to_three_finder_patterns(version: int, corners: np.ndarray) -> None:
    side = side_of(version)
    far = side - FINDER_CENTER
    centers = np.array([[FINDER_CENTER, FINDER_CENTER], [far, FINDER_CENTER], [FINDER_CENTER, far]])
    known = transform(square_to(corners, side), centers) + 0.5
    levels = drawn(version, corners)
    grid = fit_to_centers(levels, known, module=380 / side)
    assert grid is not None
    assert grid.version == version
    assert worst(grid, corners) < 0.35 * 400 / side


@pytest.mark.parametrize("turns", range(4))
def test_finder_patterns_are_found_however_the_symbol_is_turned(turns: int) -> None:
    side = side_of(11)
    far = side - FINDER_CENTER
    corners = np.roll(FLAT, turns, axis=0)
    levels = drawn(11, corners)
    centers = np.array([[FINDER_CENTER, FINDER_CENTER], [far, FINDER_CENTER], [FINDER_CENTER, far]])
    expected = transform(square_to(corners, side), centers)
    found = find_triples(levels)[:4]
    assert min(np.abs(each.centers - expected).max() for each in found) < 400 / side


def test_in_white_and_in_noise_there_are_no_symbols() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 400), dtype=np.uint8)
    for levels in (np.full((400, 400), 255, np.uint8), noise):
        assert find_triples(levels) == []
    square = np.array([[50, 50], [350, 50], [350, 350], [50, 350]], np.float64)
    assert fit_to_corners(noise, square) is None


def test_the_fixed_patterns_are_seen_in_full_or_not_at_all() -> None:
    pattern, fixed = function_modules(5)
    levels = np.where(fixed, 200.0 - 150 * pattern, 125).astype(np.float32)
    assert score_of(levels, 5) == pytest.approx(1)
    assert score_of(255 - levels, 5) == pytest.approx(-1)
    assert score_of(np.full_like(levels, 99), 5) == 0


def test_levels_are_interpolated_between_the_middles_of_pixels() -> None:
    levels = np.array([[0, 100], [200, 40]], np.uint8)
    x, y = (np.array([[value]], np.float32) for value in (1.0, 0.5))
    assert sample(levels, x, y)[0, 0] == pytest.approx(50)


def modules_read(levels: Levels, corners: np.ndarray) -> list[list[int]] | None:
    grid = fit_to_corners(levels, corners)
    found = None if grid is None else read_softly(levels, grid)
    return None if found is None else found.modules.tolist()


@pytest.mark.parametrize("version", [1, 5, 11, 20])
def test_a_clean_symbol_is_read_to_the_last_module(version: int) -> None:
    modules, _ = made(version, "M")
    assert modules_read(drawn(version, TILTED), TILTED) == modules.tolist()


def test_a_quarter_of_a_symbol_may_be_covered() -> None:
    modules, _ = made(11, "M")
    levels = drawn(11, FLAT)
    levels[250:445, 260:455] = 150
    assert modules_read(levels, FLAT) == modules.tolist()


def test_blur_of_a_whole_module_is_undone() -> None:
    modules, _ = made(11, "M")
    assert modules_read(drawn(11, FLAT, blur=0.62 * 400 / 61), FLAT) == modules.tolist()


def test_a_symbol_that_is_covered_by_half_is_not_made_up() -> None:
    levels = drawn(11, FLAT)
    levels[120:400, 130:400] = np.random.default_rng(3).integers(0, 256, (280, 270))
    assert modules_read(levels, FLAT) is None


def test_a_module_is_dark_or_light_by_what_is_around_it() -> None:
    modules, _ = made(7, "M")
    shade = np.linspace(1.0, 0.2, modules.shape[0])[None, :]
    values = ((60 + 180 * (1.0 - modules)) * shade).astype(np.float32)
    for darkness in (by_extremes(values), by_deviation(values)):
        right = (darkness > 0) == (modules == 1)
        assert right.mean() > 0.98


def test_nothing_is_sure_where_there_is_no_contrast() -> None:
    modules, _ = made(7, "M")
    values = (60 + 180 * (1.0 - modules)).astype(np.float32)
    values[14:38, 14:38] = 235
    assert np.abs(by_extremes(values)[22:30, 22:30]).max() < 0.3


def test_what_is_known_teaches_to_undo_blur() -> None:
    modules, _ = made(11, "M")
    sharp = (2.0 * modules - 1).astype(np.float32)
    blurred = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 0.65), np.float32)
    wrong = ((blurred > 0) != (modules == 1)).mean()
    undone = equalize(blurred, SoftReader(11).known)
    assert ((undone > 0) != (modules == 1)).mean() < wrong / 4


def test_levels_of_modules_are_those_of_their_middles() -> None:
    modules, _ = made(7, "M")
    grid = fit_to_corners(drawn(7, FLAT, blur=0.3), FLAT)
    assert grid is not None
    values = module_levels(drawn(7, FLAT, blur=0.3), grid)
    assert values[modules == 1].max() < 90
    assert values[modules == 0].min() > 165
