"""Ten frames a second's third of a camera that is held before a sheet, none of them a good one.

A hand trembles: each frame is a little elsewhere. What spoils them changes from one to the next: the
focus that is being looked for, the shake, the place of a lamp's mirror image.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tests.bench.reading import lighting
from tests.bench.reading.camera import Scene, take
from tests.bench.reading.corpus import Chance, everyday
from tests.bench.reading.sheets import Sheet

FRAMES: Final = 10

Filmed = Callable[[Scene, float, int, Chance], Scene]
"""From a steady scene, a severity and a frame's number to the scene of that frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """`frames` are JPEGs in their order; `text` is the symbol's."""

    name: str
    kind: str
    text: str
    frames: tuple[bytes, ...]


def _unfocused(scene: Scene, severity: float, _: int, random: Chance) -> Scene:
    return replace(scene, defocus=0.55 + 0.45 * severity + 0.45 * float(random.random()))


def _shaken(scene: Scene, severity: float, _: int, random: Chance) -> Scene:
    length = 1.2 + 1.6 * severity + 1.2 * float(random.random())
    return replace(scene, motion=length, shake=180 * float(random.random()))


def _glaring(scene: Scene, severity: float, frame: int, random: Chance) -> Scene:
    way = 0.3 * (frame / (FRAMES - 1) - 0.5)
    at = 0.5 + way + 0.02 * float(random.normal()), 0.5 + 0.6 * way
    spot = lighting.glare(3.0, 0.09 + 0.09 * severity, at, random)
    return replace(scene, lighting=(*scene.lighting, spot))


KINDS: Final[dict[str, tuple[int, Filmed]]] = {
    "defocus": (40, _unfocused),
    "motion": (40, _shaken),
    "moving glare": (40, _glaring),
}


def bursts(sheets: tuple[Sheet, ...]) -> Iterator[Burst]:
    """Film all of them, one at a time; the same bytes every time."""
    for kind, (count, filmed) in KINDS.items():
        for index in range(count):
            random = np.random.default_rng([*kind.encode(), index, FRAMES])
            sheet = sheets[index % len(sheets)]
            steady = everyday(random)
            frames = []
            for number in range(FRAMES):
                x, y, turn, tilt = (float(value) for value in random.normal(0, 1, 4))
                held = replace(
                    steady,
                    shift=(steady.shift[0] + 0.006 * x, steady.shift[1] + 0.006 * y),
                    turn=steady.turn + 0.6 * turn,
                    tilt=max(0.0, steady.tilt + 0.8 * tilt),
                )
                scene = filmed(held, (index + 0.5) / count, number, random)
                frames.append(take(sheet, scene, random))
            yield Burst(
                name=f"{kind}-{index:02}", kind=kind, text=sheet.texts[0], frames=tuple(frames)
            )
