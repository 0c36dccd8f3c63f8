"""Asks the service for its verdict on a text, and for the details that a city code names."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from credential.claims import Position, Reference
from mobile_scanner.list_errors import ServerAnswerError, ServerError, ServerUnreachableError
from mobile_scanner.server import Server, ask
from mobile_scanner.verdict_form import NoVerdictError, VerdictForm, parse_verdict

SECONDS: Final = 5.0
"""An inspector stands at the door; what was proved here is shown without the registry then."""
PAUSE_SECONDS: Final = 30.0
MAX_VERDICT_BYTES: Final = 1 << 18
MAX_CLAIMS_BYTES: Final = 1 << 12


@dataclass(slots=True)
class Service:
    """The service, for one run of the scanner.

    Where it cannot be reached it is left alone for a while, so that a wall of sheets in a basement
    costs one wait and not twenty. `clock` gives seconds that only grow.
    """

    server: Server
    clock: Callable[[], float] = time.monotonic
    _failure: ServerUnreachableError | None = field(default=None, init=False)
    _failed_at: float = field(default=0.0, init=False)

    def verdict(self, text: str, near: Position | None) -> VerdictForm:
        """Ask what the service thinks of a text.

        Raises:
            ServerUnreachableError, ServerAnswerError: it does not say, or nothing that is one.
        """
        place = near and {"latitude": near.latitude, "longitude": near.longitude}
        body = json.dumps({"text": text, "near": place}).encode()
        data = self._ask("/api/v1/verify", MAX_VERDICT_BYTES, body)
        try:
            return parse_verdict(data)
        except NoVerdictError as error:
            raise ServerAnswerError(server=self.server.url, cause=str(error)) from None

    def details(self, reference: Reference) -> bytes | None:
        """The claims set that a reference names, unverified; None where it cannot be had."""
        try:
            return self._ask(f"/api/v1/claims/{reference.digest.hex()}", MAX_CLAIMS_BYTES)
        except ServerError:
            return None

    def _ask(self, path: str, limit: int, body: bytes | None = None) -> bytes:
        if self._failure is not None and self.clock() - self._failed_at < PAUSE_SECONDS:
            raise ServerUnreachableError(server=self._failure.server, cause=self._failure.cause)
        try:
            data = ask(self.server, path, limit=limit, seconds=SECONDS, body=body)
        except ServerUnreachableError as error:
            self._failure, self._failed_at = error, self.clock()
            raise
        self._failure = None
        return data
