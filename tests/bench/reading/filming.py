"""``python -m tests.bench.reading.filming``: bursts of ten frames, read together and one by one."""

import statistics
import sys
from collections import defaultdict
from time import perf_counter
from typing import Final

import cv2
import numpy as np
import zxingcpp

from mobile_scanner.pictures.bursts import BurstReader
from mobile_scanner.pictures.picture import Picture
from mobile_scanner.pictures.symbols import ReadSymbol
from tests.bench.reading.bursts import Burst, bursts
from tests.bench.reading.sheets import print_sheets

RATE: Final = 92.0
"""Percent of all bursts that are to be read by their tenth frame."""
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


def main() -> int:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    needed: dict[str, list[int]] = defaultdict(list)
    seconds: list[float] = []
    cv2.setNumThreads(1)
    for burst in bursts(print_sheets()):
        frame, misread, spent = read_together(burst)
        one_by_one = _read_one_by_one(burst)
        count = counts[burst.kind]
        count[0] += 1
        count[1] += frame is not None
        count[2] += one_by_one
        count[3] += misread
        seconds += spent
        if frame is not None:
            needed[burst.kind].append(frame)
    print(f"{'burst':16}{'bursts':>8}{'together':>10}{'zxing-cpp':>11}{'misread':>9}{'frames':>8}")
    whole = [sum(count[at] for count in counts.values()) for at in range(4)]
    needed["all"] = [frame for frames in needed.values() for frame in frames]
    for kind, (total, read, single, wrong) in [*counts.items(), ("all", whole)]:
        frames = statistics.median(needed[kind]) if needed[kind] else 0
        rates = f"{100 * read / total:9.1f}%{100 * single / total:10.1f}%"
        print(f"{kind:16}{total:8}{rates}{wrong:9}{frames:8.1f}")
    rate = 100 * whole[1] / whole[0]
    print(f"\nread within ten frames, %{rate:9.1f}   to reach {RATE:g}")
    print(f"a frame, median ms{1000 * statistics.median(seconds):16.1f}")
    return 0 if rate >= RATE and not whole[3] else 1


def read_together(burst: Burst) -> tuple[int | None, int, list[float]]:
    """The frame in which the symbol was read (from 1), misreadings, and each frame's seconds."""
    reader = BurstReader()
    misread = 0
    seconds = []
    for number, jpeg in enumerate(burst.frames, 1):
        levels = _levels(jpeg)
        height, width = levels.shape
        picture = Picture(name=burst.name, width=width, height=height, pixels=levels.tobytes())
        begun = perf_counter()
        texts = {found.text for found in reader.read(picture) if isinstance(found, ReadSymbol)}
        seconds.append(perf_counter() - begun)
        misread += len(texts - {burst.text})
        if burst.text in texts:
            return number, misread, seconds
    return None, misread, seconds


def _read_one_by_one(burst: Burst) -> bool:
    return any(
        found.text == burst.text
        for jpeg in burst.frames
        for found in zxingcpp.read_barcodes(_levels(jpeg), formats=_QR)
    )


def _levels(jpeg: bytes) -> np.ndarray:
    levels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert levels is not None
    return levels


if __name__ == "__main__":
    sys.exit(main())
