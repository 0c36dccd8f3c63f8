"""Choices from a seed that are the same under every version of Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Dice:
    """Draws one after the other; `random` keeps its sequences only for some of its functions."""

    seed: str
    thrown: int = 0

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1."""
        self.thrown += 1
        block = sha256(f"{self.seed}/{self.thrown}".encode()).digest()
        return int.from_bytes(block[:16], "big") % bound

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def digits(self, count: int) -> str:
        return f"{self.below(10**count):0{count}d}"
