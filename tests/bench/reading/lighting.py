"""What light does between a sheet and a lens: shadow, glare, the glass in front, a screen's dots.

Shares are of the light of paper; places are in the picture, in shares of its sides.
"""

import cv2
import numpy as np

from tests.bench.reading.camera import Floats, Lighting
from tests.bench.reading.sheets import PAPER

Place = tuple[float, float]


def lamp(strength: float, random: np.random.Generator) -> Lighting:
    """A light to one side: the other side is darker by that share."""
    angle = float(random.uniform(0, 2 * np.pi))

    def change(light: Floats) -> Floats:
        x, y = _grid(light)
        along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
        return np.asarray(light * (1 - strength * np.clip(along + 0.5, 0, 1)), dtype=np.float32)

    return change


def shadow(depth: float, random: np.random.Generator) -> Lighting:
    """Somebody's arm or a window's bar: a band, its edge sharp or soft, that takes so much light."""
    angle = float(random.uniform(0, np.pi))
    middle = random.uniform(-0.15, 0.15)
    width = random.uniform(0.12, 0.35)
    edge = random.uniform(0.004, 0.06)

    def change(light: Floats) -> Floats:
        x, y = _grid(light)
        along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) - middle
        inside = np.clip((width / 2 - np.abs(along)) / edge + 0.5, 0, 1)
        return np.asarray(light * (1 - depth * inside), dtype=np.float32)

    return change


def glare(strength: float, radius: float, at: Place, random: np.random.Generator) -> Lighting:
    """A lamp mirrored in a film: an ellipse that adds light, with a core that is nothing else."""
    angle = float(random.uniform(0, np.pi))
    flat = float(random.uniform(0.4, 1.0))

    def change(light: Floats) -> Floats:
        height, width = light.shape
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        x, y = (x - at[0] * width) / max(width, height), (y - at[1] * height) / max(width, height)
        u = x * np.cos(angle) + y * np.sin(angle)
        v = (y * np.cos(angle) - x * np.sin(angle)) / flat
        away = np.hypot(u, v) / radius
        added = strength * np.exp(-(away**4)) + 0.25 * strength * np.exp(-(away**2) / 3)
        return np.asarray(light + added, dtype=np.float32)

    return change


def glass(share: float, random: np.random.Generator) -> Lighting:
    """A pane with the street in it: windows, sky, a lamp or two, blurred, over that share of paper."""
    street = np.full((90, 120), 0.25, np.float32)
    for _ in range(14):
        x, y = random.integers(0, 110), random.integers(0, 80)
        wide, high = random.integers(4, 34), random.integers(4, 30)
        street[y : y + high, x : x + wide] = float(random.choice([0.05, 0.4, 0.8, 1.6]))
    blurred = cv2.GaussianBlur(street, (0, 0), float(random.uniform(0.4, 2.0)))

    def change(light: Floats) -> Floats:
        seen = cv2.resize(blurred, light.shape[::-1], interpolation=cv2.INTER_CUBIC)
        return np.asarray(light * 0.92 + share * PAPER * np.maximum(seen, 0), dtype=np.float32)

    return change


def screen(pitch: float, depth: float, random: np.random.Generator) -> Lighting:
    """The sheet on a screen: its dots, `pitch` pixels of the picture apart, turned a little.

    `depth` is how dark it is between them. What the camera's own pixels make of it is the moiré.
    """
    angle = float(random.uniform(-0.2, 0.2))
    phase = random.uniform(0, 2 * np.pi, 2)

    def change(light: Floats) -> Floats:
        height, width = light.shape
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        u = (x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / pitch) + phase[0]
        v = (y * np.cos(angle) - x * np.sin(angle)) * (2 * np.pi / pitch) + phase[1]
        dots = (1 - depth * (0.5 + 0.5 * np.cos(u))) * (1 - 0.6 * depth * (0.5 + 0.5 * np.cos(v)))
        return np.asarray(light * dots + 0.03, dtype=np.float32)

    return change


def _grid(light: Floats) -> tuple[Floats, Floats]:
    height, width = light.shape
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    return x, y
