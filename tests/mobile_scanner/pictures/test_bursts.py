"""Frames are read together, and only those of one symbol."""

import cv2
import numpy as np
import numpy.typing as npt
import segno

from mobile_scanner.pictures.bursts import BurstReader
from mobile_scanner.pictures.picture import Picture
from mobile_scanner.pictures.symbols import ReadSymbol

Levels = npt.NDArray[np.uint8]

TEXTS = tuple(f"HTTPS://LICENSE.EXAMPLE.CN/L/{digit * 200}" for digit in "12")
MODULE = 6


def symbol(text: str) -> Levels:
    made = segno.make(text, error="M", micro=False, boost_error=False, version=9)
    rows = np.array([list(row) for row in made.matrix_iter(scale=MODULE, border=4)])
    return np.where(rows > 0, 20, 235).astype(np.uint8)


def frame_of(levels: Levels, *, x: int = 60, y: int = 40, noise: int = 0) -> Picture:
    random = np.random.default_rng(noise)
    seen = np.full((520, 640), 200.0)
    seen[y : y + levels.shape[0], x : x + levels.shape[1]] = levels
    seen = cv2.GaussianBlur(seen + random.normal(0, 6, seen.shape), (0, 0), 1.0)
    pixels = np.clip(seen, 0, 255).astype(np.uint8)
    return Picture(name="frame", width=640, height=520, pixels=pixels.tobytes())


def covered(levels: Levels, share: float, *, at: float) -> Levels:
    """With a white disc over that share of its area, from left to right as `at` goes from 0 to 1."""
    spoilt = levels.copy()
    side = levels.shape[0]
    radius = round(side * np.sqrt(share / np.pi))
    cv2.circle(spoilt, (round(side * (0.3 + 0.4 * at)), round(side * 0.56)), radius, 250, -1)
    return spoilt


def read(reader: BurstReader, picture: Picture) -> set[str]:
    return {
        found.text for found in reader.read(picture, seconds=30) if isinstance(found, ReadSymbol)
    }


def test_what_each_frame_lacks_another_has() -> None:
    drawn = symbol(TEXTS[0])
    frames = [
        frame_of(
            covered(drawn, 0.3, at=number / 7), x=60 + 3 * number, y=40 - 2 * number, noise=number
        )
        for number in range(8)
    ]
    assert not any(read(BurstReader(), frame) for frame in frames)
    reader = BurstReader()
    together = [read(reader, frame) for frame in frames]
    assert {TEXTS[0]} in together
    assert set().union(*together) == {TEXTS[0]}


def test_frames_of_different_symbols_are_not_put_together() -> None:
    reader = BurstReader()
    found: set[str] = set()
    for number in range(12):
        drawn = covered(symbol(TEXTS[number % 2]), 0.3, at=0.5)
        found |= read(reader, frame_of(drawn, noise=number))
    assert found <= set(TEXTS)


def test_a_symbol_that_is_read_at_once_is_given_in_each_frame() -> None:
    reader = BurstReader()
    picture = frame_of(symbol(TEXTS[0]))
    assert [read(reader, picture) for _ in range(3)] == [{TEXTS[0]}] * 3


def test_an_empty_wall_gives_nothing() -> None:
    reader = BurstReader()
    blank = Picture(name="wall", width=640, height=480, pixels=bytes([190]) * 640 * 480)
    assert [list(reader.read(blank)) for _ in range(4)] == [[], [], [], []]


def test_a_frame_full_of_symbols_that_nobody_reads_is_left_when_its_time_is_over() -> None:
    drawn = covered(symbol(TEXTS[0]), 0.45, at=0.5)
    wall = np.full((4 * 380, 5 * 380), 200, np.uint8)
    for row in range(4):
        for column in range(5):
            wall[
                row * 380 : row * 380 + drawn.shape[0], column * 380 : column * 380 + drawn.shape[1]
            ] = drawn
    picture = Picture(name="wall", width=wall.shape[1], height=wall.shape[0], pixels=wall.tobytes())
    reader = BurstReader()
    first = len(list(reader.read(picture, seconds=60)))
    assert first > 8
    assert len(list(reader.read(picture, seconds=0.0))) < first
