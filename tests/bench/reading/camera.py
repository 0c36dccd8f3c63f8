"""A phone's camera in front of a sheet, in gray: where it stands, what its lens and sensor do.

Light is linear, 0 to 1, until the sensor; then come noise, sRGB levels and JPEG.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
import numpy.typing as npt

from tests.bench.reading.sheets import PX_PER_MM, WALL, Sheet

Floats = npt.NDArray[np.float32]
Levels = npt.NDArray[np.uint8]
Damage = Callable[[Floats, "Area"], Floats]
"""From a page's light to that of the page damaged."""
Lighting = Callable[[Floats], Floats]
"""From the light that comes from the wall to what comes to the lens; in the picture's pixels."""

LENS = 0.72
"""Focal length in units of the frame's longer side: the main camera of most phones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where the symbol lies on a page, in the page's pixels; `module` is the size of one."""

    left: float
    top: float
    side: float
    module: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture of one sheet, aimed at its symbol.

    `module_px` is a module's size in the middle of the symbol, before it is tilted; `tilt` degrees
    about the axis that lies `axis` degrees from the horizontal; `turn` degrees clockwise; `shift` in
    shares of the frame. `curl_mm` is the radius of the roll that the paper was, `inf` for flat.
    `defocus` is the radius of the circle of confusion, `motion` the length of a shake, both in
    modules; `shake` its angle. `exposure` is the share of the sensor's well that white paper fills
    (what is beyond 1 is lost), `noise` the standard deviation at white in shares of it, which grows
    as the gain does that makes up for a low exposure. `quality` is JPEG's.
    """

    size: tuple[int, int] = (960, 720)
    module_px: float = 5.0
    tilt: float = 0.0
    axis: float = 90.0
    turn: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    curl_mm: float = float("inf")
    damage: tuple[Damage, ...] = ()
    lighting: tuple[Lighting, ...] = ()
    defocus: float = 0.0
    motion: float = 0.0
    shake: float = 0.0
    exposure: float = 0.8
    noise: float = 0.01
    quality: int = 88
    supersample: int = 2


def take(sheet: Sheet, scene: Scene, random: np.random.Generator) -> bytes:
    """Photograph a sheet, as a JPEG."""
    return develop(expose(sheet, scene, random), scene, random)


def expose(sheet: Sheet, scene: Scene, random: np.random.Generator) -> Floats:
    """The light that falls on the sensor, shape (height, width), before it is too much for it."""
    light = _seen(sheet, scene, random)
    for change in scene.lighting:
        light = change(light)
    for kernel in _blurs(scene):
        blurred = cv2.filter2D(light, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        light = np.asarray(blurred, dtype=np.float32)
    # No lens is sharper than this, whatever is in focus.
    return np.asarray(cv2.GaussianBlur(light, (0, 0), 0.6), dtype=np.float32)


def _blurs(scene: Scene) -> Iterator[Floats]:
    if scene.defocus:
        yield disc(scene.defocus * scene.module_px)
    if scene.motion:
        yield streak(scene.motion * scene.module_px, scene.shake)


def develop(light: Floats, scene: Scene, random: np.random.Generator) -> bytes:
    """What the phone makes of it: noise of the photons and of the gain, levels, sharpening, JPEG."""
    collected = np.clip(light * scene.exposure, 0, 1)
    gain = min(16.0, max(1.0, 0.7 / scene.exposure))
    spread = scene.noise * np.sqrt(np.maximum(collected, 0) / gain + 0.02 / gain) * gain
    seen = collected * gain + spread * random.standard_normal(light.shape, dtype=np.float32)
    levels = _srgb(np.clip(seen, 0, 1))
    levels += 0.35 * (levels - cv2.GaussianBlur(levels, (0, 0), 1.4))
    picture = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, scene.quality])
    assert done
    return jpeg.tobytes()


def projection(sheet: Sheet, scene: Scene) -> npt.NDArray[np.float64]:
    """The 3 × 3 homography from millimeters on the sheet, from its top left corner, to pixels."""
    width, height = scene.size
    focal = LENS * max(scene.size)
    distance = focal * sheet.module_mm / scene.module_px
    tilt, axis, turn = (radians(angle) for angle in (scene.tilt, scene.axis, scene.turn))
    along = np.array([cos(axis), sin(axis), 0.0])
    cross = np.array([[0, -along[2], along[1]], [along[2], 0, -along[0]], [-along[1], along[0], 0]])
    lean = np.eye(3) + sin(tilt) * cross + (1 - cos(tilt)) * cross @ cross
    roll = np.array([[cos(turn), -sin(turn), 0], [sin(turn), cos(turn), 0], [0, 0, 1]])
    pose = lean @ roll
    middle = (width * (0.5 + scene.shift[0]), height * (0.5 + scene.shift[1]))
    camera = np.array([[focal, 0, middle[0]], [0, focal, middle[1]], [0, 0, 1]])
    plane = np.column_stack([pose[:, 0], pose[:, 1], [0, 0, distance]])
    aim_x, aim_y = sheet.aim_mm
    from_corner = np.array([[1, 0, -aim_x], [0, 1, -aim_y], [0, 0, 1]])
    return np.asarray(camera @ plane @ from_corner)


def disc(radius: float) -> Floats:
    """A circle of confusion as a kernel, its rim anti-aliased; `radius` in pixels."""
    reach = max(1, int(np.ceil(radius)))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def streak(length: float, angle: float) -> Floats:
    """A straight shake as a kernel; `length` in pixels, `angle` in degrees."""
    reach = max(1, int(np.ceil(length / 2)) + 1)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    along = x * cos(radians(angle)) + y * sin(radians(angle))
    aside = y * cos(radians(angle)) - x * sin(radians(angle))
    kernel = np.clip(length / 2 + 0.5 - np.abs(along), 0, 1) * np.clip(1 - np.abs(aside), 0, 1)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _seen(sheet: Sheet, scene: Scene, random: np.random.Generator) -> Floats:
    width, height = (side * scene.supersample for side in scene.size)
    inverse = np.linalg.inv(projection(sheet, scene)).astype(np.float32)
    columns = (np.arange(width, dtype=np.float32)[None, :] + 0.5) / scene.supersample
    rows = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / scene.supersample
    x, y, scale = (row[0] * columns + row[1] * rows + row[2] for row in inverse)
    behind = scale <= 1e-6
    scale = np.where(behind, 1, scale)
    x, y = x / scale, y / scale
    shade: Floats | float = 1.0
    if np.isfinite(scene.curl_mm):
        # Rolled about an upright axis beside the symbol, and seen from the front.
        middle = sheet.aim_mm[0] + 0.2 * scene.curl_mm
        away = (x - middle) / scene.curl_mm
        behind |= np.abs(away) > 0.97
        around = np.clip(away, -0.97, 0.97)
        x = middle + scene.curl_mm * np.arcsin(around)
        shade = np.sqrt(1 - around * around) ** 0.7
    paper, px_per_mm = _page(sheet, scene)
    seen = cv2.remap(
        paper,
        x * px_per_mm - 0.5,
        y * px_per_mm - 0.5,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    wide, high = sheet.size_mm
    on_sheet = (x >= 0) & (x < wide) & (y >= 0) & (y < high) & ~behind
    seen = np.where(on_sheet, seen * shade, WALL).astype(np.float32)
    if scene.supersample > 1:
        seen = cv2.resize(seen, scene.size, interpolation=cv2.INTER_AREA)
    grain = cv2.resize(
        random.standard_normal((scene.size[1] // 6, scene.size[0] // 6), dtype=np.float32),
        scene.size,
        interpolation=cv2.INTER_CUBIC,
    )
    return np.asarray(seen * (1 + 0.01 * grain), dtype=np.float32)


def _page(sheet: Sheet, scene: Scene) -> tuple[Floats, float]:
    """The page's light at about the picture's resolution, so that sampling it does not alias."""
    px_per_mm = min(PX_PER_MM, scene.supersample * scene.module_px / sheet.module_mm)
    paper = sheet.page
    if px_per_mm < PX_PER_MM:
        width, height = sheet.size_mm
        size = round(width * px_per_mm), round(height * px_per_mm)
        smaller = cv2.resize(paper, size, interpolation=cv2.INTER_AREA)
        paper = np.asarray(smaller, dtype=np.float32)
    area = Area(
        left=sheet.corner_mm[0] * px_per_mm,
        top=sheet.corner_mm[1] * px_per_mm,
        side=sheet.side_mm * px_per_mm,
        module=sheet.module_mm * px_per_mm,
    )
    for change in scene.damage:
        paper = change(paper, area)
    return np.asarray(paper, dtype=np.float32), px_per_mm


def _srgb(light: Floats) -> Floats:
    """Levels 0 to 255 (IEC 61966-2-1)."""
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(255 * curve, dtype=np.float32)
