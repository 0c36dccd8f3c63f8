"""Long work that leaves the registry to others in between.

SQLite's other writers look for the lock once in a tenth of a second when they have waited for a
while. So it is left free for that long after each second of work: nobody waits for much more.
"""

import time
from typing import Final, Self

_WORK_AT_MOST: Final = 1.0
_PAUSE: Final = 0.105


class Turns:
    """Counts how long a writer has worked since it last let others in: ``with turns: …``."""

    def __init__(self) -> None:
        self._began = self._held = 0.0

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._held += time.monotonic() - self._began

    def pause(self) -> None:
        """Let others in, if it is their turn."""
        if self._held >= _WORK_AT_MOST:
            time.sleep(_PAUSE)
            self._held = 0.0
