"""Who is asked: our cascade as the scanner asks it, and three libraries on the picture as it is."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from pyzbar import pyzbar

from mobile_scanner.pictures.decoder import read_symbols
from mobile_scanner.pictures.picture import Picture

Levels = npt.NDArray[np.uint8]
Place = tuple[float, float]

PATIENCE: Final = 0.28
"""Seconds after which ours begins no further step: a failure may take 0.4."""
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Texts that were read, each with the middle of its symbol, and the seconds that it took.

    `by` says which of our readers had each.
    """

    read: tuple[tuple[str, Place], ...]
    seconds: float
    by: tuple[str, ...] = ()


Decoder = Callable[[Levels, Collection[str] | None], Result]
"""Reads a picture; texts that it is told are those that a signature would prove."""


def ours(levels: Levels, proved: Collection[str] | None) -> Result:
    """Ask our readers in turn, until all symbols are read that a signature proves.

    Without such texts all readers are asked, as the scanner does where nothing is a license.
    """
    height, width = levels.shape
    picture = Picture(name="picture", width=width, height=height, pixels=levels.tobytes())
    read: list[tuple[str, Place]] = []
    by: list[str] = []
    begun = perf_counter()
    for reading in read_symbols(picture, patience=PATIENCE):
        for symbol in reading.symbols:
            x, y = zip(*symbol.corners, strict=True)
            read.append((symbol.text, (sum(x) / 4, sum(y) / 4)))
            by.append(symbol.reader)
        if proved is not None and {text for text, _ in read} >= set(proved):
            break
    return Result(read=tuple(read), seconds=perf_counter() - begun, by=tuple(by))


def zxing(levels: Levels, _: Collection[str] | None) -> Result:
    begun = perf_counter()
    found = zxingcpp.read_barcodes(levels, formats=_QR)
    seconds = perf_counter() - begun
    return _result([(one.text, _corners(one.position)) for one in found], seconds)


def zbar(levels: Levels, _: Collection[str] | None) -> Result:
    begun = perf_counter()
    found = pyzbar.decode(levels, symbols=[pyzbar.ZBarSymbol.QRCODE])
    seconds = perf_counter() - begun
    return _result([(one.data.decode(errors="replace"), one.polygon) for one in found], seconds)


def opencv(levels: Levels, _: Collection[str] | None) -> Result:
    read: list[tuple[str, Sequence[Place]]] = []
    begun = perf_counter()
    try:
        found = cv2.QRCodeDetector().detectAndDecodeBytesMulti(levels)
    except cv2.error:  # assertions within its geometry
        found = None
    seconds = perf_counter() - begun
    if found is not None and found[2] is not None:
        for content, corners in zip(found[1], np.asarray(found[2]).tolist(), strict=True):
            if content:
                read.append((bytes(content).decode("utf-8", errors="replace"), corners))
    return _result(read, seconds)


DECODERS: Final[dict[str, Decoder]] = {
    "ours": ours,
    "zxing-cpp": zxing,
    "zbar": zbar,
    "OpenCV": opencv,
}


def _corners(place: zxingcpp.Position) -> list[Place]:
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return [(point.x, point.y) for point in points]


def _result(found: Sequence[tuple[str, Sequence[Place]]], seconds: float) -> Result:
    read = []
    for text, corners in found:
        x, y = zip(*corners, strict=True)
        read.append((text, (sum(x) / len(x), sum(y) / len(y))))
    return Result(read=tuple(read), seconds=seconds)
