"""Asking the verifier from the event loop: inline where it is fast, in a thread where it waits."""

from datetime import datetime

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
    if service.database.sqlite_readers is not None:
        return service.verifier.verify(text, at=at, near=near)
    return await run_in_threadpool(service.verifier.verify, text, at=at, near=near)


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
