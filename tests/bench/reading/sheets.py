"""The sheets that are photographed: a sample district's, printed as its bureau prints them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
import zxingcpp

from tests.demo.district import build_district
from verify_service.issuing.symbol import make_symbol

PX_PER_MM = 12.0
"""A module of our symbols is a millimeter or more: twelve pixels, and nobody's camera sees more."""
GAP_MM = 25.0
INK, PAPER, WALL = 0.02, 0.88, 0.45
"""Shares of the light that they give back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A printed page, as the light that it gives back, and the place of its symbol on it.

    `page` has shape (height, width) and values from 0 to 1, `PX_PER_MM` of them to a millimeter.
    `texts` are those of all symbols on it; `corner_mm` is the upper left corner of the first and
    `side_mm` the length of its side; `aim_mm` is what a camera looks at.
    """

    page: npt.NDArray[np.float32]
    texts: tuple[str, ...]
    corner_mm: tuple[float, float]
    side_mm: float
    modules: int
    aim_mm: tuple[float, float]

    @property
    def module_mm(self) -> float:
        return self.side_mm / self.modules

    @property
    def size_mm(self) -> tuple[float, float]:
        height, width = self.page.shape
        return width / PX_PER_MM, height / PX_PER_MM


def hang(sheets: tuple[Sheet, ...]) -> Sheet:
    """Hang sheets side by side on a wall, and look at their middle."""
    first = sheets[0]
    height = first.page.shape[0]
    gap = np.full((height, round(GAP_MM * PX_PER_MM)), WALL, np.float32)
    parts = [part for sheet in sheets for part in (gap, sheet.page)][1:]
    page = np.hstack(parts)
    return Sheet(
        page=page,
        texts=tuple(text for sheet in sheets for text in sheet.texts),
        corner_mm=first.corner_mm,
        side_mm=first.side_mm,
        modules=first.modules,
        aim_mm=(page.shape[1] / PX_PER_MM / 2, first.aim_mm[1]),
    )


def print_sheets() -> tuple[Sheet, ...]:
    """Issue the sample district's licenses and print their sheets, the same each time.

    The district's keys are drawn anew, so each symbol is printed over by one of as many digits that
    are always the same.
    """
    with TemporaryDirectory() as name:
        district = build_district(Path(name) / "district", at=datetime(2031, 5, 20, 2, tzinfo=UTC))
        try:
            return tuple(
                _sheet(
                    district.service_of(license.business).sheets.sheet(license.issued.number),
                    license.issued.text,
                    index,
                )
                for index, license in enumerate(district.licenses)
            )
        finally:
            district.close()


def _sheet(pdf: bytes, text: str, index: int) -> Sheet:
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=PX_PER_MM * 25.4 / 72).to_pil().convert("L")
    finally:
        document.close()
    page = np.asarray(picture).copy()
    (found,) = zxingcpp.read_barcodes(page)
    if found.text != text:
        raise RuntimeError(f"a sheet's symbol says {found.text}, not {text}")
    left, right = found.position.top_left, found.position.bottom_right
    symbol = make_symbol(_other_digits(text, index))
    side = right.x - left.x
    modules = np.array([list(row) for row in symbol.matrix], np.uint8)
    drawn = cv2.resize(255 * (1 - modules), (side, side), interpolation=cv2.INTER_NEAREST)
    rim = side // symbol.side  # where the old one's edge shows
    page[left.y - rim : left.y + side + rim, left.x - rim : left.x + side + rim] = 255
    page[left.y : left.y + side, left.x : left.x + side] = drawn
    corner = left.x / PX_PER_MM, left.y / PX_PER_MM
    levels = np.linspace(0, 1, 256, dtype=np.float32)
    return Sheet(
        page=(INK + (PAPER - INK) * levels**2.2)[page],
        texts=(symbol.text,),
        corner_mm=corner,
        side_mm=side / PX_PER_MM,
        modules=symbol.side,
        aim_mm=(corner[0] + side / PX_PER_MM / 2, corner[1] + side / PX_PER_MM / 2),
    )


def _other_digits(text: str, index: int) -> str:
    """The same address with other digits, as many."""
    head, _, digits = text.rpartition("/")
    random = np.random.default_rng([index, len(digits)])
    return f"{head}/{''.join(str(digit) for digit in random.integers(0, 10, len(digits)))}"
