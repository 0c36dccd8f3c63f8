"""Photographs that others have published, read by the same decoders: a check against tuning to ours.

They are brought by hand (docs/benchmarks/reading.md says how), and none is in this repository.
BoofCV's set tells where symbols are, and not what they say; zxing's tells what they say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tests.bench.reading.decoders import DECODERS, Levels, Result

Outline = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPicture:
    """`outlines` are the corners of its symbols, shape (4, 2), where they are told; else `text` is."""

    kind: str
    levels: Levels
    outlines: tuple[Outline, ...] = ()
    text: str | None = None

    @property
    def symbols(self) -> int:
        return len(self.outlines) if self.text is None else 1

    def read_of(self, result: Result) -> int:
        """How many of its symbols a result has."""
        if self.text is not None:
            wanted = _comparable(self.text)
            return int(any(_comparable(text) == wanted for text, _ in result.read))
        return sum(
            any(cv2.pointPolygonTest(outline, place, False) >= 0 for _, place in result.read)
            for outline in self.outlines
        )

    def misread_of(self, result: Result) -> int:
        if self.text is None:
            return 0
        wanted = _comparable(self.text)
        return sum(_comparable(text) != wanted for text, _ in result.read)


def boofcv(folder: Path) -> Iterator[PublishedPicture]:
    """BoofCV's `qrcodes_v3/detection`: a folder a class."""
    for path in sorted([*folder.glob("*/*.jpg"), *folder.glob("*/*.png")]):
        told = path.with_suffix(".txt")
        if told.exists():
            yield PublishedPicture(
                kind=path.parent.name, levels=_gray(path), outlines=_outlines(told)
            )


def zxing_sets(folder: Path) -> Iterator[PublishedPicture]:
    """zxing's `blackbox/qrcode-1` to `-6`, each picture in the four positions that it is tested in."""
    for path in sorted(folder.glob("qrcode-*/*.png")):
        told = path.with_suffix(".txt")
        if not told.exists():
            continue
        levels = _gray(path)
        for quarter in range(4):
            yield PublishedPicture(
                kind=path.parent.name,
                levels=np.ascontiguousarray(np.rot90(levels, quarter)),
                text=told.read_text("utf-8").rstrip("\n"),
            )


def compare_published(name: str, pictures: Iterator[PublishedPicture]) -> dict[str, float]:
    """Print a line a class, and give each decoder's rate over all of them, in percent."""
    cv2.setNumThreads(1)
    symbols: dict[str, int] = {}
    read: dict[str, dict[str, int]] = {}
    misread = dict.fromkeys(DECODERS, 0)
    for picture in pictures:
        symbols[picture.kind] = symbols.get(picture.kind, 0) + picture.symbols
        counts = read.setdefault(picture.kind, dict.fromkeys(DECODERS, 0))
        for decoder, decode in DECODERS.items():
            result = decode(picture.levels, None)
            counts[decoder] += picture.read_of(result)
            misread[decoder] += picture.misread_of(result)
    print(f"{name:14}{'symbols':>8}" + "".join(f"{decoder:>11}" for decoder in DECODERS))
    whole = {decoder: sum(counts[decoder] for counts in read.values()) for decoder in DECODERS}
    for kind, counts in [*read.items(), ("all", whole)]:
        count = sum(symbols.values()) if kind == "all" else symbols[kind]
        rates = "".join(f"{100 * counts[decoder] / count:10.1f}%" for decoder in DECODERS)
        print(f"{kind:14}{count:8}{rates}")
    print(f"{'misread':14}{'':8}" + "".join(f"{misread[decoder]:11}" for decoder in DECODERS))
    return {decoder: 100 * whole[decoder] / sum(symbols.values()) for decoder in DECODERS}


def _comparable(text: str) -> str:
    """What all agree on: ends of lines and encodings (Shift JIS, GB 18030) are guessed differently."""
    return "".join(character for character in text if " " < character < "\x7f")


def _gray(path: Path) -> Levels:
    # BoofCV's outlines are those of the pictures as they are stored.
    levels = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    if levels is None:
        raise ValueError(f"{path} is no picture")
    return np.asarray(levels, dtype=np.uint8)


def _outlines(path: Path) -> tuple[Outline, ...]:
    """A point a line, or, after the word SETS, four of them a line."""
    numbers: list[float] = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#") and line != "SETS":
            numbers += [float(word) for word in line.split()]
    points = np.array(numbers, np.float32).reshape(-1, 4, 2)
    return tuple(points)
