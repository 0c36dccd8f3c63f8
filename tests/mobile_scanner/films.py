"""Videos of sheets, filmed by a hand that trembles, or not quite videos."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from tests.photographs import Shot, photograph

SIZE = (720, 960)
STEADY = Shot(seed=7, size=SIZE, fill=1.15, aside_degrees=4, below_degrees=5, noise=4, blur_px=1.0)


def sheet_with(symbol: Image.Image) -> Image.Image:
    """An A4 page, 150 dpi, with a symbol of 80 mm on it."""
    page = Image.new("L", (1240, 1754), 255)
    side = round(80 / 25.4 * 150)
    page.paste(symbol.convert("L").resize((side, side), Image.Resampling.LANCZOS), (383, 600))
    return page


def filmed(page: Image.Image, *, frames: int, seed: int = 1) -> list[np.ndarray]:
    """So many frames of a page; one in two is a little different from the one before."""
    random = np.random.default_rng(seed)
    taken: list[np.ndarray] = []
    for number in range(-(-frames // 2)):
        x, y, tilt = random.normal(0, 1, 3)
        shot = replace(
            STEADY,
            seed=number + 1,
            offset=(0.01 * float(x), 0.01 * float(y)),
            aside_degrees=STEADY.aside_degrees + float(tilt),
        )
        jpeg = np.frombuffer(photograph(page, shot=shot), np.uint8)
        frame = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
        assert frame is not None
        taken += [frame, frame]
    return taken[:frames]


def wall(*, frames: int) -> list[np.ndarray]:
    """Nothing but wall."""
    return [np.full((SIZE[1], SIZE[0], 3), 190, np.uint8)] * frames


def write_film(path: Path, frames: Iterable[np.ndarray], *, per_second: int = 10) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), per_second, SIZE)
    assert writer.isOpened()
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path


def spots(frames: Sequence[np.ndarray], *, radius: int) -> list[np.ndarray]:
    """A lamp's mirror image that wanders over the symbol from one frame to the next."""
    lit = []
    for number, frame in enumerate(frames):
        at = round(SIZE[0] * (0.3 + 0.4 * number / len(frames))), round(SIZE[1] * 0.42)
        glare = frame.copy()
        cv2.circle(glare, at, radius, (255, 255, 255), -1)
        lit.append(glare)
    return lit
