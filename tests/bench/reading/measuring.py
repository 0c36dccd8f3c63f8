"""Every decoder on every picture, and what that comes to for each class."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from tests.bench.reading.corpus import Photograph
from tests.bench.reading.decoders import DECODERS, Result


@dataclass(slots=True)
class Score:
    """What one decoder made of one class; seconds are those of each picture."""

    symbols: int = 0
    read: int = 0
    misread: int = 0
    seconds: list[float] = field(default_factory=list)
    failed_seconds: list[float] = field(default_factory=list)
    by: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        return 100 * self.read / self.symbols if self.symbols else 0.0

    def add(self, result: Result, texts: tuple[str, ...]) -> None:
        got = {text for text, _ in result.read}
        self.symbols += len(texts)
        self.read += len(got & set(texts))
        self.misread += len(got - set(texts))
        self.seconds.append(result.seconds)
        if not got >= set(texts):
            self.failed_seconds.append(result.seconds)
        for reader, (text, _) in zip(result.by, result.read, strict=False):
            self.by[reader] += text in texts


Scores = dict[str, dict[str, Score]]
"""By class, then by decoder."""


def measure(photographs: Iterable[Photograph]) -> Scores:
    """Have all decoders read the pictures, each picture by one right after the other."""
    cv2.setNumThreads(1)
    scores: Scores = defaultdict(lambda: {name: Score() for name in DECODERS})
    order = list(DECODERS.items())
    for photograph in photographs:
        levels = cv2.imdecode(np.frombuffer(photograph.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert levels is not None
        order.append(order.pop(0))  # who comes first finds the picture in no cache
        for name, decode in order:
            result = decode(np.asarray(levels, np.uint8), photograph.texts)
            scores[photograph.kind][name].add(result, photograph.texts)
    return scores


def total(scores: Scores, decoder: str) -> Score:
    """All classes together."""
    whole = Score()
    for of_class in scores.values():
        score = of_class[decoder]
        whole.symbols += score.symbols
        whole.read += score.read
        whole.misread += score.misread
        whole.seconds += score.seconds
        whole.failed_seconds += score.failed_seconds
        whole.by += score.by
    return whole


def table(scores: Scores) -> str:
    """A line a class: rates, then the median milliseconds of ours and of zxing-cpp."""
    head = f"{'class':12}{'symbols':>8}" + "".join(f"{name:>11}" for name in DECODERS)
    lines = [f"{head}{'ms ours':>10}{'zxing':>8}{'failure':>9}"]
    whole = {name: total(scores, name) for name in DECODERS}
    for kind, of_class in [*scores.items(), ("all", whole)]:
        rates = "".join(f"{of_class[name].rate:10.1f}%" for name in DECODERS)
        mine, other = of_class["ours"], of_class["zxing-cpp"]
        failure = f"{_ms(mine.failed_seconds):9.0f}" if mine.failed_seconds else f"{'–':>9}"
        times = f"{_ms(mine.seconds):10.1f}{_ms(other.seconds):8.1f}{failure}"
        lines.append(f"{kind:12}{mine.symbols:8}{rates}{times}")
    misread = "".join(f"{whole[name].misread:11}" for name in DECODERS)
    lines.append(f"{'misread':12}{'':8}{misread}")
    return "\n".join(lines)


def _ms(seconds: list[float]) -> float:
    return 1000 * statistics.median(seconds)
