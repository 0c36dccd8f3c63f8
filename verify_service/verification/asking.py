"""Asking the verifier from the event loop: inline where it is fast, in a thread where it waits."""

from datetime import datetime

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.concurrency import run_in_threadpool

from credential.claims import Position
from credential.verdict import Verdict
from verify_service.service import Service
from verify_service.verification.errors import NearMalformedError


async def ask(
    service: Service, text: str, *, at: datetime, near: Position | None = None
) -> Verdict:
    """Return the verdict on a text.

    With SQLite the registry answers in 20–90 µs, less than the way to a thread and back (115 µs);
    PostgreSQL is a network away, and waiting for it inline would hold up everybody.
    """
    verifier = service.verifier
    waits = service.database.sqlite_readers is None or verifier.announcements.is_due(at)
    if not waits:
        verdict = verifier.judge(text, at=at, near=near)
    else:
        verdict = await run_in_threadpool(verifier.judge, text, at=at, near=near)
    seen = verifier.sighting(verdict, text, at=at)
    if seen is not None and verifier.alarms.note(seen):
        await to_thread.run_sync(verifier.alarms.write, limiter=_one_writer())
    return verdict


_ONE_WRITER: RunVar[CapacityLimiter] = RunVar("one writer of alarms")


def _one_writer() -> CapacityLimiter:
    """One thread at a time, so that many alarms cannot take the threads of everybody else."""
    try:
        return _ONE_WRITER.get()
    except LookupError:
        limiter = CapacityLimiter(1)
        _ONE_WRITER.set(limiter)
        return limiter


def parse_near(text: str) -> Position | None:
    """Read ``LAT,LON`` (degrees, WGS-84), None for an empty text; raises `NearMalformedError`."""
    if not text.strip():
        return None
    latitude, _, longitude = text.partition(",")
    try:
        return checked_position(float(latitude), float(longitude))
    except ValueError:
        raise NearMalformedError from None


def checked_position(latitude: float, longitude: float) -> Position:
    """Return a position on earth; raises `NearMalformedError` for any other (NaN among them)."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise NearMalformedError
    return Position(latitude, longitude)
