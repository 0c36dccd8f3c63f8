"""The clock at the edge: the system's, and the type of one that is handed in.

What is pure takes an instant. What writes takes a clock, and reads it once it is alone among the
writers: an instant from before the wait would be recorded after a later one.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant, aware."""


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)
