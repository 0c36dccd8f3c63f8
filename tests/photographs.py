"""Renders what a phone's camera would see of printed sheets hanging on a wall.

A pinhole camera looks at a textured wall; light falls off across it, the lens blurs, the sensor
adds noise, the phone sharpens a little and compresses. The same pages and the same `Shot` give the
same bytes. It is a believable picture to test with, and no measurement: only real photographs are.
"""

from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]
Page = Image.Image | npt.NDArray[np.uint8]

SHEET_MM = (210.0, 297.0)
GAP_MM = 30.0
LENS = 0.72
"""Focal length in units of the frame's longer side: the main camera of most phones, 26 mm of 36."""
TEXTURE_PX = 1024
TEXTURE_MM = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One press of the shutter.

    `size` is (width, height) in pixels; `fill` the share of the frame that the sheets take.
    `aside_degrees` brings the sheet's right side nearer and `below_degrees` its upper edge (both are
    tilt), `rotation_degrees` turns it clockwise; `offset` shifts it by shares of the frame. `light`
    is the linear exposure, `falloff` how much darker the dark side is (0 to 1), `warmth` the lamp's
    color (0 is neutral). `blur_px` and `noise` are standard deviations, in pixels and 255ths.
    """

    seed: int = 1
    size: tuple[int, int] = (1500, 2000)
    fill: float = 0.8
    aside_degrees: float = 0.0
    below_degrees: float = 0.0
    rotation_degrees: float = 0.0
    offset: tuple[float, float] = (0.0, 0.0)
    wall: tuple[int, int, int] = (206, 198, 184)
    light: float = 1.08
    falloff: float = 0.3
    warmth: float = 0.06
    blur_px: float = 0.8
    noise: float = 2.0
    jpeg_quality: int = 85


STRAIGHT = Shot(seed=1, aside_degrees=2, below_degrees=3, rotation_degrees=-1)
TILTED = Shot(
    seed=2, fill=0.7, aside_degrees=34, below_degrees=14, rotation_degrees=9, falloff=0.45
)
FAR = Shot(seed=3, fill=0.45, aside_degrees=-12, below_degrees=8, offset=(0.12, -0.06), blur_px=0.7)
DIM = Shot(
    seed=4, aside_degrees=-8, rotation_degrees=4, light=0.15, falloff=0.6, warmth=0.2, noise=7
)
TWO_SHEETS = Shot(seed=5, size=(2400, 1800), fill=0.86, aside_degrees=-10, below_degrees=4)

PRESETS = {"straight": STRAIGHT, "tilted": TILTED, "far": FAR, "dim": DIM, "two_sheets": TWO_SHEETS}


def photograph(*pages: Page, shot: Shot = STRAIGHT) -> bytes:
    """Photograph A4 pages, hung side by side, as a JPEG.

    A page is a portrait picture of the sheet alone, gray or RGB, at any resolution (150 dpi is
    plenty for most shots).
    """
    random = np.random.default_rng(shot.seed)
    x, y = _wall_positions(shot, sheets=len(pages))
    texture = _plaster(random)
    scene = _wall(shot, x, y, texture)
    for page, hung in zip(pages, _hang(len(pages), random), strict=True):
        _paste(scene, page, *_on_sheet(x, y, hung), px_per_mm=_px_per_mm(shot, len(pages)))
    scene *= _illumination(shot)
    return _develop(scene, shot, random)


def projection(shot: Shot, *, sheets: int = 1) -> npt.NDArray[np.float64]:
    """The 3 × 3 homography from millimeters on the wall, from the center of the sheets, to pixels."""
    width, height = shot.size
    focal = LENS * max(shot.size)
    group = (sheets * SHEET_MM[0] + (sheets - 1) * GAP_MM, SHEET_MM[1])
    distance = focal / shot.fill * max(group[0] / width, group[1] / height)
    a, b, c = (
        radians(angle) for angle in (shot.aside_degrees, shot.below_degrees, shot.rotation_degrees)
    )
    aside = np.array([[cos(a), 0, sin(a)], [0, 1, 0], [-sin(a), 0, cos(a)]])
    below = np.array([[1, 0, 0], [0, cos(b), -sin(b)], [0, sin(b), cos(b)]])
    roll = np.array([[cos(c), -sin(c), 0], [sin(c), cos(c), 0], [0, 0, 1]])
    pose = roll @ below @ aside
    center = (width * (0.5 + shot.offset[0]), height * (0.5 + shot.offset[1]))
    camera = np.array([[focal, 0, center[0]], [0, focal, center[1]], [0, 0, 1]])
    plane = np.column_stack([pose[:, 0], pose[:, 1], [0, 0, distance]])
    return np.asarray(camera @ plane, dtype=np.float64)


def _px_per_mm(shot: Shot, sheets: int) -> float:
    """The scale at the center of the sheets."""
    matrix = projection(shot, sheets=sheets)
    return LENS * max(shot.size) / float(matrix[2, 2])


def _wall_positions(shot: Shot, *, sheets: int) -> tuple[Floats, Floats]:
    """For each pixel, the millimeters on the wall that it sees."""
    width, height = shot.size
    columns, rows = np.meshgrid(
        np.arange(width, dtype=np.float32) + 0.5, np.arange(height, dtype=np.float32) + 0.5
    )
    inverse = np.linalg.inv(projection(shot, sheets=sheets)).astype(np.float32)
    x, y, scale = (row[0] * columns + row[1] * rows + row[2] for row in inverse)
    return x / scale, y / scale


def _plaster(random: np.random.Generator) -> Floats:
    """A height map of painted plaster, unit variance, that repeats without a seam."""
    frequency = np.hypot(np.fft.fftfreq(TEXTURE_PX)[:, None], np.fft.rfftfreq(TEXTURE_PX)[None, :])
    spectrum = np.fft.rfft2(random.standard_normal((TEXTURE_PX, TEXTURE_PX)))
    spectrum *= np.exp(-((frequency / 0.16) ** 2)) / (frequency + 0.02) ** 0.7
    height = np.fft.irfft2(spectrum)
    height -= height.mean()
    return np.asarray(height / height.std(), dtype=np.float32)


def _wall(shot: Shot, x: Floats, y: Floats, texture: Floats) -> Floats:
    # Bumps are seen by their shading: light from the upper left, so the slope along that diagonal.
    slope = texture - np.roll(texture, (3, 3), axis=(0, 1))
    relief = 1 + 0.035 * slope / slope.std() + 0.015 * texture
    scale = TEXTURE_PX / TEXTURE_MM
    seen = cv2.remap(
        relief.astype(np.float32),
        x * scale,
        y * scale,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    paint = _linear(np.array(shot.wall, dtype=np.uint8))
    return np.asarray(seen[:, :, None] * paint, dtype=np.float32)


def _hang(sheets: int, random: np.random.Generator) -> list[tuple[float, float]]:
    """Center (mm from the middle of all) and angle (radians) of each: nobody hangs quite straight."""
    pitch = SHEET_MM[0] + GAP_MM
    angles = random.uniform(-0.008, 0.008, sheets)
    return [((i - (sheets - 1) / 2) * pitch, float(angle)) for i, angle in enumerate(angles)]


def _on_sheet(x: Floats, y: Floats, hung: tuple[float, float]) -> tuple[Floats, Floats]:
    """Millimeters from the sheet's own center; paper waves a little."""
    center, angle = hung
    u = (x - center) * np.float32(cos(angle)) + y * np.float32(sin(angle))
    v = y * np.float32(cos(angle)) - (x - center) * np.float32(sin(angle))
    u += 0.5 * np.sin(v / 90 + 1) * np.sin(u / 70)
    v += 0.5 * np.sin(u / 80 + 2)
    return u, v


def _paste(scene: Floats, page: Page, u: Floats, v: Floats, *, px_per_mm: float) -> None:
    width, height = SHEET_MM
    ramp = np.clip((v / height + 0.5) * 2, 0, 1)  # paper stands off the wall towards its lower edge
    shade = _inside(u - 2 - 2 * ramp, v - 3 - 2 * ramp, edge_mm=5.0)
    scene *= (1 - 0.5 * shade)[:, :, None]
    ink = _linear(_rgb(page, height_px=round(height * px_per_mm * 1.15)))
    paper = 0.02 + 0.86 * ink
    rows, columns = paper.shape[:2]
    seen = cv2.remap(
        paper,
        (u / width + 0.5) * columns - 0.5,
        (v / height + 0.5) * rows - 0.5,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    seen *= (1 + 0.02 * np.sin(u / 45 + v / 160 + 1) - 0.03 * ramp**4)[:, :, None]
    cover = _inside(u, v, edge_mm=1 / px_per_mm)[:, :, None]
    scene += cover * (seen - scene)
    tape = np.array([0.6, 0.53, 0.38], dtype=np.float32)
    for side in (-1, 1):  # a strip over each upper corner
        strip = _inside(u - side * (width / 2 - 14), v + height / 2, (34.0, 15.0), edge_mm=0.6)
        scene += (0.35 * strip)[:, :, None] * (tape - scene)


def _inside(
    u: Floats, v: Floats, size: tuple[float, float] = SHEET_MM, *, edge_mm: float
) -> Floats:
    """1 within the rectangle around the origin, 0 outside, with an edge that soft."""
    across = np.clip((size[0] / 2 - np.abs(u)) / edge_mm + 0.5, 0, 1)
    down = np.clip((size[1] / 2 - np.abs(v)) / edge_mm + 0.5, 0, 1)
    both = across * down
    return np.asarray(both * both * (3 - 2 * both), dtype=np.float32)


def _rgb(page: Page, *, height_px: int) -> npt.NDArray[np.uint8]:
    """The page in RGB, at about the camera's resolution so that sampling it does not alias."""
    pixels = np.asarray(page.convert("RGB") if isinstance(page, Image.Image) else page)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    size = (round(height_px * SHEET_MM[0] / SHEET_MM[1]), height_px)
    smaller = pixels.shape[0] > height_px
    resized = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    return np.asarray(resized, dtype=np.uint8)


def _illumination(shot: Shot) -> Floats:
    """A lamp to the upper left, the lens's vignette, and the color of the light."""
    width, height = shot.size
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    lamp = 1 - shot.falloff * np.clip(((x + 0.5) ** 2 + (y + 0.7) ** 2) / 4.5, 0, 1)
    vignette = 1 / (1 + 0.09 * (x * x + y * y)) ** 2
    color = np.array([1 + shot.warmth, 1, 1 - 1.6 * shot.warmth], dtype=np.float32)
    return np.asarray((shot.light * lamp * vignette)[:, :, None] * color, dtype=np.float32)


def _develop(scene: Floats, shot: Shot, random: np.random.Generator) -> bytes:
    seen = cv2.GaussianBlur(scene, (0, 0), shot.blur_px) if shot.blur_px > 0 else scene
    levels = _SRGB[np.clip(seen * _STEPS, 0, _STEPS).astype(np.uint16)]
    # After noise reduction a phone's noise is coarse in color and fine in brightness.
    height, width = levels.shape[:2]
    grain = random.standard_normal((height, width, 1), dtype=np.float32)
    patches = random.standard_normal((height // 4 + 1, width // 4 + 1, 3), dtype=np.float32)
    blotches = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
    levels += shot.noise * (cv2.GaussianBlur(grain, (0, 0), 0.6)[:, :, None] * 1.8 + 0.5 * blotches)
    levels += 0.35 * (levels - cv2.GaussianBlur(levels, (0, 0), 1.6))
    picture = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    done, jpeg = cv2.imencode(
        ".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, shot.jpeg_quality]
    )
    assert done
    return jpeg.tobytes()


def _linear(levels: npt.NDArray[np.uint8]) -> Floats:
    """Light, 0 to 1, from sRGB levels (IEC 61966-2-1)."""
    share = np.arange(256) / 255
    light = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(light.astype(np.float32)[levels])


def _srgb(steps: int) -> Floats:
    """The table of sRGB levels for light from 0 to 1 in that many steps."""
    light = np.linspace(0, 1, steps + 1)
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(255 * curve, dtype=np.float32)


_STEPS = 2**14
_SRGB = _srgb(_STEPS)
