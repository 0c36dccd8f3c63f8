"""What happens to a sheet that hangs in a shop: dirt, scratches, stickers.

Each is made of a share (of the symbol's side or area) and a source of chance, and changes a page's
light around its symbol alone.
"""

import cv2
import numpy as np

from tests.bench.reading.camera import Area, Damage, Floats


def dirt(share: float, random: np.random.Generator) -> Damage:
    """Spots of grease and paint, dark ones and light ones, over that share of the symbol's area."""

    def change(paper: Floats, area: Area) -> Floats:
        paper = paper.copy()
        covered, wanted = 0.0, share * area.side**2
        while covered < wanted:
            radius = area.module * float(random.uniform(0.6, 2.6))
            radius = min(radius, np.sqrt((wanted - covered) / np.pi) + 1)
            x, y = area.left + area.side * random.random(), area.top + area.side * random.random()
            tone = 0.05 if random.random() < 0.7 else 0.7
            _paint(paper, _blob(x, y, radius, random), tone, opacity=float(random.uniform(0.7, 1)))
            covered += np.pi * radius**2
        return paper

    return change


def scratches(count: int, random: np.random.Generator) -> Damage:
    """Lines across the symbol, from a hair's breadth to more than a module; white, or dark."""

    def change(paper: Floats, area: Area) -> Floats:
        paper = paper.copy()
        for _ in range(count):
            start, end = (
                (
                    area.left + area.side * float(random.uniform(-0.1, 1.1)),
                    area.top + area.side * float(random.uniform(-0.1, 1.1)),
                )
                for _ in range(2)
            )
            width = max(1, round(area.module * float(random.uniform(0.3, 1.3))))
            tone = 0.75 if random.random() < 0.7 else 0.06
            points = np.array([_fixed(start), _fixed(end)])
            cv2.polylines(paper, [points], False, tone, width, cv2.LINE_AA, shift=4)
        return paper

    return change


def sticker(share: float, random: np.random.Generator) -> Damage:
    """Something square pasted over that share of the symbol's area; off its finder patterns."""

    def change(paper: Floats, area: Area) -> Floats:
        paper = paper.copy()
        long = float(random.uniform(1, 2.2))
        width, height = area.side * np.sqrt(share * long), area.side * np.sqrt(share / long)
        if random.random() < 0.5:
            width, height = height, width
        free = 8.5 * area.module
        x = area.left + float(random.uniform(free, area.side - width / 2))
        y = area.top + float(random.uniform(free, area.side - height / 2))
        corners = cv2.boxPoints(((x, y), (width, height), float(random.uniform(-25, 25))))
        points = np.rint(corners * 16).astype(np.int32)
        cv2.fillPoly(paper, [points], float(random.uniform(0.3, 0.85)), cv2.LINE_AA, shift=4)
        # Printed on, as stickers are.
        for _ in range(3):
            dot = _fixed(
                (x + width * random.uniform(-0.3, 0.3), y + height * random.uniform(-0.3, 0.3))
            )
            cv2.circle(paper, dot, round(area.module * 16), 0.1, -1, cv2.LINE_AA, shift=4)
        return paper

    return change


def _blob(x: float, y: float, radius: float, random: np.random.Generator) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    reach = radius * random.uniform(0.75, 1.25, 12)
    return np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)])


def _paint(paper: Floats, outline: np.ndarray, tone: float, *, opacity: float) -> None:
    left, top = np.maximum(np.floor(outline.min(axis=0)).astype(int) - 2, 0)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 3
    part = paper[top:bottom, left:right]
    if not part.size:
        return
    cover = np.zeros(part.shape, np.float32)
    points = np.rint((outline - (left, top)) * 16).astype(np.int32)
    cv2.fillPoly(cover, [points], opacity, cv2.LINE_AA, shift=4)
    part += cover * (tone - part)


def _fixed(point: tuple[float, float]) -> tuple[int, int]:
    """With OpenCV's four binary places."""
    return round(point[0] * 16), round(point[1] * 16)
