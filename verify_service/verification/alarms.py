"""Alarms on their way into the registry: each is written at its first sight, repeats are counted.

A genuine signature that the registry disowns is kept for the bureau before it is answered. Whoever
shows the same thing again and again moves a counter in memory, written with the next look of the
timer: he can neither fill the disk nor keep the writers' queue busy.
"""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from verify_service.database import Database
from verify_service.errors import ServiceError
from verify_service.registry.alarms import raise_alarm

MOST_WAITING: Final = 4096  # of a few kilobytes each, while the registry cannot be written
MOST_KNOWN: Final = 1 << 16  # of forty bytes each: what was written and is only counted since

_NAMED: Final = 20  # of them in one line of the log

_log = logging.getLogger(__name__)
_Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Something was shown that should not exist, so many times since `first_at`."""

    code: str
    shown: bytes
    number: str
    text: str
    first_at: datetime
    last_at: datetime
    times: int = 1

    @property
    def key(self) -> _Key:
        return self.code, sha256(self.shown).digest()


class AlarmBook:
    """Takes sightings from any thread, and writes them from one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: dict[_Key, Sighting] = {}
        self._known: OrderedDict[_Key, None] = OrderedDict()

    def note(self, seen: Sighting) -> bool:
        """Take a sighting, in no time; say whether it is new, so that it has to be written now."""
        key = seen.key
        with self._lock:
            waiting = self._waiting.get(key)
            if waiting is not None:
                self._waiting[key] = _together(waiting, seen)
                return False
            if len(self._waiting) >= MOST_WAITING:
                _log.error("no room for alarm %s: %s", seen.code, seen.text)
                return False
            self._waiting[key] = seen
            return key not in self._known

    def write(self) -> None:
        """Write what waits; what cannot be written goes on waiting, and is named in the log."""
        with self._writing:
            with self._lock:
                batch = tuple(self._waiting.values())
            if not batch:
                return
            try:
                with self._database.writing() as connection:
                    for seen in batch:
                        raise_alarm(
                            connection,
                            code=seen.code,
                            shown=seen.shown,
                            number=seen.number,
                            detail={"text": seen.text},
                            at=seen.last_at,
                            first_at=seen.first_at,
                            times=seen.times,
                        )
            except ServiceError:
                named = ", ".join(f"{seen.code} {seen.number}" for seen in batch[:_NAMED])
                _log.exception("%d alarms could not be kept yet: %s", len(batch), named)
                return
            self._forget(batch)

    def _forget(self, written: tuple[Sighting, ...]) -> None:
        """Take off what was written, but not what has been counted meanwhile."""
        with self._lock:
            for seen in written:
                left = self._waiting[seen.key]
                if left.times == seen.times:
                    del self._waiting[seen.key]
                else:
                    self._waiting[seen.key] = replace(left, times=left.times - seen.times)
                self._known[seen.key] = None
                self._known.move_to_end(seen.key)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)


def _together(one: Sighting, other: Sighting) -> Sighting:
    return replace(one, times=one.times + other.times, last_at=max(one.last_at, other.last_at))
