"""How far a long command has come, on standard error: a bar for people, plain lines otherwise."""

import sys
from typing import TextIO

_WIDTH = 30
_STEPS = 10  # plain lines in all


class Progress:
    """Is told rows done and rows in all, and shows them."""

    def __init__(self, words: str, stream: TextIO | None = None) -> None:
        self._words = words
        self._stream = sys.stderr if stream is None else stream
        self._step = 0

    def __call__(self, done: int, total: int) -> None:
        if self._stream.isatty():
            full = _WIDTH * done // max(total, 1)
            bar = "█" * full + "░" * (_WIDTH - full)
            end = "\n" if done == total else ""
            print(f"\r{self._words} {bar} {done}/{total}", end=end, file=self._stream, flush=True)
            return
        step = _STEPS * done // max(total, 1)
        if step > self._step:
            self._step = step
            print(f"{self._words} {done}/{total}", file=self._stream, flush=True)
