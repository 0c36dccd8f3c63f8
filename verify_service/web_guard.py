"""The outermost layer: request id, security headers, size limit, and silence about our own faults.

Pure ASGI, so that it costs next to nothing on the hot path. It sits inside Starlette's own error
layer and outside everything else.
"""

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

_log = logging.getLogger(__name__)


class BodyTooLargeError(HTTPException):
    """Raised where the body is read, so that nothing of the rest is."""

    def __init__(self) -> None:
        super().__init__(413)


class Guard:
    """Wraps the application. `form_bytes` limits multipart bodies, `body_bytes` all others."""

    def __init__(
        self, app: ASGIApp, *, problems: Problems, body_bytes: int, form_bytes: int
    ) -> None:
        self._app = app
        self._problems = problems
        self._body_bytes = body_bytes
        self._form_bytes = form_bytes
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
                message["headers"] = [*message["headers"], *headers]
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
        """Hold the announced length against the limit now, and the real one while it is read."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return receive
        headers = Headers(scope=scope)
        is_form = headers.get("content-type", "").lower().startswith("multipart/form-data")
        limit = self._form_bytes if is_form else self._body_bytes
        announced = headers.get("content-length")
        if announced is not None:
            # The server lets no more through than was announced (RFC 9112 §6.3).
            if not announced.isdecimal() or int(announced) > limit:
                raise BodyTooLargeError
            return receive
        left = limit

        async def receive_limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise BodyTooLargeError
            return message

        return receive_limited


def _raw(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers]
