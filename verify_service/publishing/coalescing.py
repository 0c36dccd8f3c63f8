"""Publishing behind the requests: one signing for all changes of a moment, within seconds of each.

A request that changed a permit does not wait for the lists to be signed, and a thousand changes in
a minute are not a thousand signings.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from verify_service.clock import Clock
from verify_service.errors import ServiceError

WITHIN: Final = 5.0  # seconds from a change to its publication, where lists can be signed
_PAUSE: Final = 1.0  # at least, between two signings: lists are told apart by their second
_LONGEST_PAUSE: Final = 2.0
_LONGEST_RETREAT: Final = 300.0  # where signing fails again and again
_log = logging.getLogger(__name__)


class Coalescing:
    """A thread that publishes after changes; safe to be asked by many others."""

    def __init__(self, publish: Callable[[datetime], bool], clock: Clock) -> None:
        self._publish = publish
        self._clock = clock
        self._state = threading.Condition()
        self._asked = False
        self._closing = False
        self._idle = True
        self._thread = threading.Thread(target=self._run, name="publishing", daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Have what has changed published soon; returns at once."""
        with self._state:
            self._asked = True
            self._state.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait until all that was asked for is published; says whether it was in time."""
        with self._state:
            return self._state.wait_for(lambda: self._idle and not self._asked, timeout)

    def close(self) -> None:
        """Publish what is still asked for, without a pause, and end the thread."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        self._thread.join()

    def _run(self) -> None:
        failures = 0
        while True:
            with self._state:
                self._state.wait_for(lambda: self._asked or self._closing)
                if not self._asked:
                    return
                self._asked = self._idle = False
            began = time.monotonic()
            if self._publish_once():
                failures = 0
                pause = min(max(_PAUSE, 2 * (time.monotonic() - began)), _LONGEST_PAUSE)
            else:
                pause = min(_LONGEST_PAUSE * 2**failures, _LONGEST_RETREAT)
                failures += 1
            with self._state:
                self._idle = not failures
                if failures and not self._closing:
                    self._asked = True  # as if by whoever asked: it is not done
                self._state.notify_all()
                self._state.wait_for(lambda: self._closing, pause)

    def _publish_once(self) -> bool:
        try:
            return self._publish(self._clock())
        except ServiceError:
            _log.exception("status lists could not be published after a change")
        except Exception:  # noqa: BLE001 - a fault of ours once is not to be the last publication
            _log.exception("status lists could not be published after a change: a fault")
        return False
