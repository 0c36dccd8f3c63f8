"""Taking turns: what several things cost against one of them, whatever else the machine does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import repeat
from statistics import median
from time import perf_counter
from typing import Final

CALLS: Final = 40  # in a batch: short enough to meet the same noise as its neighbours
ROUNDS: Final = 200
WARM_UP: Final = 10  # rounds that are not counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one call costs: in microseconds, and against the measure."""

    microseconds: float  # median of the rounds
    ratio: float  # median of the ratios within a round
    least: float  # the fastest batch against the fastest batch of the measure


def compare(
    measure: Callable[[], object],
    things: Mapping[str, Callable[[], object]],
    *,
    rounds: int = ROUNDS,
    warm_up: int = WARM_UP,
) -> dict[str, Cost]:
    """Run everything in turns; the measure itself is given as ``measure``."""
    taken: dict[str, list[float]] = {name: [] for name in ("measure", *things)}
    for turn in range(warm_up + rounds):
        for name, call in (("measure", measure), *things.items()):
            seconds = _batch(call)
            if turn >= warm_up:
                taken[name].append(seconds)
    against = taken["measure"]
    return {
        name: Cost(
            microseconds=median(seconds) / CALLS * 1e6,
            ratio=median(one / other for one, other in zip(seconds, against, strict=True)),
            least=min(seconds) / min(against),
        )
        for name, seconds in taken.items()
    }


def _batch(call: Callable[[], object]) -> float:
    start = perf_counter()
    for _ in repeat(None, CALLS):
        call()
    return perf_counter() - start
