"""Clocks for tests: one that stands still."""

from datetime import datetime

from verify_service.clock import Clock


def stopped(at: datetime) -> Clock:
    """Return a clock that always shows this instant."""
    return lambda: at
