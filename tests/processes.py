"""Which processes another one has started, and whether they are gone (Linux: read from /proc)."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")
PATIENCE = 60.0
"""Seconds for what happens at once on an idle machine."""


def children_of(pid: int) -> list[int]:
    """The processes that one has started, and that are there still."""
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found += map(int, children.read_text().split())
    return found


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended may still wait for somebody to ask how."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def seconds_worked(pid: int) -> float:
    """How long a process has computed."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that will be; fails when it is not for a minute."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it has not come to be"
        time.sleep(0.02)
