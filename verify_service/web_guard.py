"""The outermost layer: request id, security headers, limits on a body, silence about our faults.

Pure ASGI, so that it costs next to nothing on the hot path. It sits inside Starlette's own error
layer and outside everything else.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from verify_service.problems import Problems

SECURITY_HEADERS: Final = {
    # No script at all, no inline style, nothing from elsewhere, no framing (clickjacking).
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # The address of a verdict's page holds the whole license: it is told to nobody.
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

BODY_SECONDS: Final = 30.0  # for a body to come, and for a photograph or a file
FORM_SECONDS: Final = 120.0
# What is not said to be kept is not: what is on file, and what a token alone may see.
_NO_STORE: Final = (b"cache-control", b"no-store")
_DIGITS: Final = 18  # of a length; a number of thousands would be no number

_log = logging.getLogger(__name__)


class BodyTooLargeError(HTTPException):
    """Raised where the body is read, so that nothing of the rest is."""

    def __init__(self) -> None:
        super().__init__(413)


class BodyTooSlowError(HTTPException):
    """A body that was not there in time; what is left of the connection is of no use."""

    def __init__(self) -> None:
        super().__init__(408, headers={"connection": "close"})


class Guard:
    """Wraps the application. `form_bytes` limits multipart bodies, `file_bytes` those at the
    addresses that take a department's file, `body_bytes` all others."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        problems: Problems,
        body_bytes: int,
        form_bytes: int,
        file_bytes: int = 0,
        file_paths: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._problems = problems
        self._body_bytes = body_bytes
        self._form_bytes = form_bytes
        self._file_bytes = file_bytes
        self._file_paths = file_paths
        self._headers = _raw(SECURITY_HEADERS.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        headers = [*self._headers, (b"x-request-id", request_id.encode())]
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = message["headers"]
                names = {name for name, _ in given}  # what an answer says itself stands
                message["headers"] = [*given, *(each for each in headers if each[0] not in names)]
                if b"cache-control" not in names:
                    message["headers"].append(_NO_STORE)
            await send(message)

        try:
            limited = self._limit(scope, receive)
        except BodyTooLargeError as error:
            response = self._problems.respond(Request(scope), error)
            await response(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, limited, send_guarded)
        except Exception as error:
            if started:  # too late for another answer: the connection is cut
                _log.exception("request %s failed while it was answered", request_id)
                raise
            response = self._problems.respond(Request(scope), error)
            await response(scope, receive, send_guarded)

    def _limit(self, scope: Scope, receive: Receive) -> Receive:
        """Hold the announced length against the limit now, the real one and the time while it is
        read."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return receive
        headers = Headers(scope=scope)
        is_form = headers.get("content-type", "").lower().startswith("multipart/form-data")
        is_file = scope["path"] in self._file_paths
        limit = self._form_bytes if is_form else self._body_bytes
        if is_file:
            limit = self._file_bytes
        announced = headers.get("content-length")
        if announced is not None and not (
            announced.isdecimal() and len(announced) <= _DIGITS and int(announced) <= limit
        ):
            raise BodyTooLargeError
        seconds = FORM_SECONDS if is_form or is_file else BODY_SECONDS
        deadline = asyncio.get_running_loop().time() + seconds
        left, more = limit, True

        async def receive_limited() -> Message:
            nonlocal left, more
            if not more:  # the body is here: what is waited for now is that the client leaves
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise BodyTooSlowError from None
            more = message.get("more_body", False)
            left -= len(message.get("body", b""))
            if left < 0:
                raise BodyTooLargeError
            return message

        return receive_limited


def _raw(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers]
