"""What is found in a picture: symbols that were read, and places of those that were not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import dist
from time import monotonic
from typing import Protocol

from mobile_scanner.pictures.picture import Picture

Point = tuple[int, int]
Corners = tuple[Point, Point, Point, Point]
"""In the picture's pixels, in the symbol's own order: top left, top right, bottom right, bottom left.

That is clockwise, except for a symbol seen in a mirror.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSymbol:
    """One QR symbol and its text.

    `exact` is false where the symbol's bytes are not UTF-8, or the reader does not show them: then
    `text` is the reader's guess, good for telling a person what it might be, and for nothing else.
    """

    text: str
    exact: bool
    corners: Corners
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadSymbol:
    """A symbol that was located and not read: too dirty, too blurred, too small."""

    corners: Corners


@dataclass(slots=True, kw_only=True)
class Search:
    """A picture, and what the readers before have found in it.

    `deadline` is an instant of `time.monotonic`; who works in steps looks at `is_over` between them.
    `pace` is the seconds that the first reader has taken, 0 while it has not been asked: a measure
    of this picture on this machine.
    """

    picture: Picture
    limit: int
    deadline: float = float("inf")
    pace: float = 0.0
    symbols: list[ReadSymbol] = field(default_factory=list)
    unread: list[Corners] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return monotonic() >= self.deadline

    def has_time_for(self, passes: float) -> bool:
        """Whether what takes so many times as long as the first reader would end in time."""
        return monotonic() + passes * self.pace < self.deadline


class Read(Protocol):
    """Finds symbols; raises `ReaderUnavailableError`."""

    def __call__(self, search: Search, /) -> Iterator[ReadSymbol | UnreadSymbol]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolReader:
    """A reader's name, what it finds, and how many times as long as the first one it takes at least."""

    name: str
    read: Read
    passes: float = 0.0


def is_same_place(one: Corners, other: Corners) -> bool:
    """Whether the centers are less than half a side apart: two symbols on paper never are."""
    side = max(dist(one[0], one[1]), dist(one[1], one[2]), dist(other[0], other[1]))
    return dist(_center(one), _center(other)) < side / 2


def _center(corners: Corners) -> tuple[float, float]:
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
