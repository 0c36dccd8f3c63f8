"""The rendered photographs hold what was photographed, and are as bad as they were asked to be."""

import io
from dataclasses import replace
from math import dist

import numpy as np
import pytest
import segno
from PIL import Image, ImageDraw

from mobile_scanner.pictures.decoder import read_symbols
from mobile_scanner.pictures.picture import load_picture
from mobile_scanner.pictures.symbols import ReadSymbol
from tests.photographs import (
    DIM,
    PRESETS,
    SHEET_MM,
    STRAIGHT,
    TILTED,
    TWO_SHEETS,
    Shot,
    photograph,
    projection,
)

TEXT = "HTTPS://LICENSE.EXAMPLE.CN/L/" + "0123456789" * 30
OTHER_TEXT = "HTTPS://LICENSE.EXAMPLE.CN/L/" + "9876543210" * 30
DOTS_PER_MM = 150 / 25.4
SYMBOL_MM = (126.0, 210.0, 62.0)
"""Left, top and side of the symbol on the sheet, without its quiet zone."""

SMALL = replace(STRAIGHT, size=(900, 1200))


def stand_in_sheet(text: str = TEXT) -> Image.Image:
    """An A4 page at 150 dpi with a border, lines of print and a symbol of version 11-M."""
    width, height = (round(side * DOTS_PER_MM) for side in SHEET_MM)
    page = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((50, 50, width - 50, height - 50), outline=(170, 30, 30), width=5)
    for line in range(14):
        y = 360 + 60 * line
        for word in range(9):
            left = 130 + 105 * word
            draw.rectangle((left, y, left + 60 + 37 * (line * word % 3) // 2, y + 16), fill="black")
    made = segno.make(text, error="M", micro=False, boost_error=False)
    assert made.designator == "11-M"
    file = io.BytesIO()
    made.save(file, kind="png", border=0, scale=8)
    left, top, side = (round(length * DOTS_PER_MM) for length in SYMBOL_MM)
    drawn = Image.open(file).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    page.paste("white", (left - 24, top - 24, left + side + 24, top + side + 24))
    page.paste(drawn, (left, top))
    return page


def read(jpeg: bytes) -> tuple[ReadSymbol, ...]:
    return next(read_symbols(load_picture(jpeg))).symbols


def brightness(jpeg: bytes) -> float:
    return float(load_picture(jpeg).array().mean())


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_can_be_read(preset: str) -> None:
    pages = [stand_in_sheet(TEXT), stand_in_sheet(OTHER_TEXT)][: 2 if preset == "two_sheets" else 1]
    texts = {found.text for found in read(photograph(*pages, shot=PRESETS[preset]))}
    assert texts == {TEXT, OTHER_TEXT} if preset == "two_sheets" else texts == {TEXT}


def test_the_same_shot_gives_the_same_bytes_and_another_seed_others() -> None:
    page = stand_in_sheet()
    first = photograph(page, shot=SMALL)
    assert photograph(page, shot=SMALL) == first
    assert photograph(page, shot=replace(SMALL, seed=2)) != first


def test_a_photograph_is_a_jpeg_of_the_size_asked_for() -> None:
    image = Image.open(
        io.BytesIO(photograph(stand_in_sheet(), shot=replace(SMALL, size=(640, 480))))
    )
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))


@pytest.mark.parametrize(
    "shot", [SMALL, replace(TILTED, size=(1200, 1600)), replace(SMALL, rotation_degrees=100)]
)
def test_the_symbol_is_where_the_camera_model_puts_it(shot: Shot) -> None:
    (found,) = read(photograph(stand_in_sheet(), shot=shot))
    left, top, side = SYMBOL_MM
    left, top = left - SHEET_MM[0] / 2, top - SHEET_MM[1] / 2
    matrix = projection(shot)
    corners = ((left, top), (left + side, top), (left + side, top + side), (left, top + side))
    for corner, (x, y) in zip(found.corners, corners, strict=True):
        expected = matrix @ (x, y, 1)
        # A module is about four pixels; the sheet hangs a little askew and waves.
        assert dist(corner, expected[:2] / expected[2]) < 12


def test_two_sheets_hang_side_by_side() -> None:
    jpeg = photograph(stand_in_sheet(TEXT), stand_in_sheet(OTHER_TEXT), shot=TWO_SHEETS)
    places = {found.text: found.corners[0][0] for found in read(jpeg)}
    assert places[TEXT] < TWO_SHEETS.size[0] / 2 < places[OTHER_TEXT]


def test_a_gray_array_photographs_like_the_picture_it_was() -> None:
    page = stand_in_sheet().convert("L")
    assert photograph(np.asarray(page), shot=SMALL) == photograph(page, shot=SMALL)


def test_blur_beyond_two_modules_cannot_be_read() -> None:
    assert read(photograph(stand_in_sheet(), shot=replace(SMALL, blur_px=10))) == ()


def test_light_noise_and_compression_are_what_they_say() -> None:
    page = stand_in_sheet()
    plain = photograph(page, shot=SMALL)
    dark = photograph(page, shot=replace(SMALL, light=DIM.light))
    assert brightness(dark) < brightness(plain) / 2
    assert len(photograph(page, shot=replace(SMALL, jpeg_quality=40))) < len(plain) / 2
    calm, noisy = (
        load_picture(photograph(page, shot=replace(SMALL, noise=noise, jpeg_quality=98)))
        .array()[:100, :100]
        .std()
        for noise in (0, 12)
    )
    assert noisy > calm + 4
