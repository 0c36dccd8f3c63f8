"""The corpus: named classes of photographs, each from easy to hopeless, the same bytes every time.

A class is a function from a severity, 0 to 1, and a source of chance to a scene. The pictures of a
class step evenly through the severities, and through the sheets.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tests.bench.reading import damage, lighting
from tests.bench.reading.camera import Damage, Lighting, Scene, take
from tests.bench.reading.sheets import Sheet, hang

Chance = np.random.Generator
Class = Callable[[float, Chance], Scene]

FAR_SIZE: Final = (4000, 3000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """`texts` are those of the symbols on it; `severity` is 0 to 1."""

    name: str
    kind: str
    severity: float
    texts: tuple[str, ...]
    jpeg: bytes


def everyday(random: Chance) -> Scene:
    """An easy picture: somebody who takes care, in a lit shop."""
    return Scene(
        module_px=float(random.uniform(4, 7)),
        tilt=float(random.uniform(0, 14)),
        axis=float(random.uniform(0, 180)),
        turn=float(random.uniform(-8, 8)),
        shift=(float(random.uniform(-0.1, 0.1)), float(random.uniform(-0.08, 0.08))),
        lighting=(lighting.lamp(float(random.uniform(0.05, 0.35)), random),),
        defocus=float(random.uniform(0, 0.15)),
        exposure=float(random.uniform(0.6, 0.95)),
        noise=float(random.uniform(0.006, 0.02)),
        quality=int(random.integers(80, 95)),
    )


def _also(scene: Scene, *lights: Lighting) -> Scene:
    return replace(scene, lighting=(*scene.lighting, *lights))


def clean(_: float, random: Chance) -> Scene:
    return everyday(random)


def small(severity: float, random: Chance) -> Scene:
    return replace(everyday(random), module_px=4 - 2.6 * severity, defocus=0.1)


def tilted(severity: float, random: Chance) -> Scene:
    pixels = float(random.uniform(3.5, 6))
    return replace(everyday(random), tilt=25 + 40 * severity, module_px=pixels)


def turned(severity: float, random: Chance) -> Scene:
    return replace(everyday(random), turn=360 * severity, tilt=float(random.uniform(0, 30)))


def defocused(severity: float, random: Chance) -> Scene:
    return replace(everyday(random), defocus=0.3 + 1.3 * severity)


def shaken(severity: float, random: Chance) -> Scene:
    shake = float(random.uniform(0, 180))
    return replace(everyday(random), motion=0.5 + 2.5 * severity, shake=shake)


def glaring(severity: float, random: Chance) -> Scene:
    at = float(random.uniform(0.35, 0.65)), float(random.uniform(0.35, 0.65))
    spot = lighting.glare(3.0, 0.03 + 0.12 * severity, at, random)
    return _also(everyday(random), spot)


def shaded(severity: float, random: Chance) -> Scene:
    bands = [lighting.shadow(0.5 + 0.47 * severity, random) for _ in range(2)]
    return _also(everyday(random), *bands)


def dark(severity: float, random: Chance) -> Scene:
    scene = _also(everyday(random), lighting.lamp(0.5 * severity, random))
    return replace(scene, exposure=0.12 * (1 - severity) + 0.006, noise=0.02)


def compressed(severity: float, random: Chance) -> Scene:
    quality = round(45 - 39 * severity)
    return replace(everyday(random), quality=quality, module_px=float(random.uniform(3, 5)))


def dirty(severity: float, random: Chance) -> Scene:
    return replace(everyday(random), damage=(damage.dirt(0.02 + 0.16 * severity, random),))


def scratched(severity: float, random: Chance) -> Scene:
    return replace(everyday(random), damage=(damage.scratches(2 + round(26 * severity), random),))


def curled(severity: float, random: Chance) -> Scene:
    return replace(everyday(random), curl_mm=float(140 - 98 * severity))


def behind_glass(severity: float, random: Chance) -> Scene:
    return _also(everyday(random), lighting.glass(0.25 + 1.1 * severity, random))


def stickered(severity: float, random: Chance) -> Scene:
    return replace(everyday(random), damage=(damage.sticker(0.03 + 0.19 * severity, random),))


def on_screen(severity: float, random: Chance) -> Scene:
    pitch = float(random.uniform(1.7, 5.5))
    scene = replace(everyday(random), supersample=1)
    return _also(scene, lighting.screen(pitch, 0.3 + 0.65 * severity, random))


def far(severity: float, random: Chance) -> Scene:
    pixels = 4.5 - 2.8 * severity
    shift = float(random.uniform(-0.3, 0.3)), float(random.uniform(-0.3, 0.3))
    scene = everyday(random)
    return replace(scene, size=FAR_SIZE, module_px=pixels, shift=shift, supersample=1)


def several(severity: float, random: Chance) -> Scene:
    scene = everyday(random)
    pixels = 3.4 - 1.2 * severity
    return replace(scene, size=(1920, 1080), module_px=pixels, shift=(0.0, 0.0), turn=0.0)


def street(severity: float, random: Chance) -> Scene:
    """Somewhat of everything, as it is."""
    amount = 0.2 + 0.8 * severity

    def up_to(most: float, *, chance: float, otherwise: float = 0.0) -> float:
        there, share = random.random() < chance, float(random.random())
        return amount * most * share if there else otherwise

    is_dark = random.random() < 0.3
    scene = replace(
        everyday(random),
        module_px=5.5 - up_to(2.7, chance=1.0),
        tilt=up_to(50, chance=0.6, otherwise=8.0),
        defocus=up_to(0.8, chance=0.5),
        motion=up_to(1.6, chance=0.4),
        shake=180 * float(random.random()),
        curl_mm=140 - up_to(70, chance=1.0) if random.random() < 0.3 else float("inf"),
        quality=int(random.integers(50, 92)),
    )
    if is_dark:
        scene = replace(scene, exposure=0.02 + 0.2 * float(random.random()), noise=0.02)
    harm: list[Damage] = [
        damage.dirt(up_to(0.07, chance=0.4), random),
        damage.scratches(round(up_to(12, chance=0.4)), random),
    ]
    if covered := up_to(0.09, chance=0.2):
        harm.append(damage.sticker(0.01 + covered, random))
    lights: list[Lighting] = [
        lighting.shadow(up_to(0.8, chance=0.3), random),
        lighting.glass(up_to(0.8, chance=0.3), random),
    ]
    if spot := up_to(0.07, chance=0.3):
        at = float(random.uniform(0.3, 0.7)), float(random.uniform(0.3, 0.7))
        lights.append(lighting.glare(2.5, 0.02 + spot, at, random))
    return _also(replace(scene, damage=tuple(harm)), *lights)


CLASSES: Final[dict[str, tuple[int, Class]]] = {
    "clean": (100, clean),
    "small": (90, small),
    "tilted": (90, tilted),
    "turned": (60, turned),
    "defocused": (100, defocused),
    "shaken": (100, shaken),
    "glare": (100, glaring),
    "shadow": (70, shaded),
    "dark": (90, dark),
    "compressed": (80, compressed),
    "dirt": (100, dirty),
    "scratches": (90, scratched),
    "curl": (90, curled),
    "glass": (90, behind_glass),
    "sticker": (100, stickered),
    "screen": (70, on_screen),
    "far": (40, far),
    "several": (40, several),
    "street": (160, street),
}
"""How many pictures each class has, and how they are made."""


def photographs(sheets: tuple[Sheet, ...], kinds: tuple[str, ...] = ()) -> Iterator[Photograph]:
    """Take the pictures of these classes, of all if none is named, one at a time."""
    for kind in kinds or tuple(CLASSES):
        count, make = CLASSES[kind]
        for index in range(count):
            random = np.random.default_rng([*kind.encode(), index])
            severity = (index + 0.5) / count
            sheet = sheets[index % len(sheets)]
            if kind == "several":
                sheet = _group(sheets, index % len(sheets))
            scene = make(severity, random)
            yield Photograph(
                name=f"{kind}-{index:03}",
                kind=kind,
                severity=severity,
                texts=sheet.texts,
                jpeg=take(sheet, scene, random),
            )


def _group(sheets: tuple[Sheet, ...], first: int) -> Sheet:
    return hang(tuple(sheets[(first + step) % len(sheets)] for step in range(3)))
