"""Serving over HTTP: uvicorn, with an end to every wait for a client.

A client that opens connections and says nothing, sends a request's head or body a byte at a time, or
does not read its answer (Slowloris and its kin) costs memory and a file handle for as long as it is
waited for. Rates are the proxy's in front; that nobody is waited for without end is ours.
"""

import asyncio
import socket
import struct
from asyncio.events import TimerHandle
from contextlib import suppress
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from verify_service.errors import AddressUnusableError

HEAD_SECONDS: Final = (
    10.0  # for a request's line and headers, from the first byte or the connection
)
HEAD_BYTES: Final = 32 << 10  # a symbol's address has up to 3 kB; the parser itself has no limit
IDLE_SECONDS: Final = 5  # between two requests of one connection
WRITE_SECONDS: Final = 30.0  # for a client that has stopped reading to go on
MOST_CONNECTIONS: Final = 900  # below the usual 1,024 file handles: the registry needs some, too
_UNSENT_BYTES: Final = 256 << 10  # that the system holds for a client; it would go to 4 MiB
_AT_ONCE: Final = struct.pack("ii", 1, 0)  # SO_LINGER: drop what is unsent, with a reset
_STOP_SECONDS: Final = 10  # for requests that are being answered when the program is to end
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\n"
    b"content-length: 0\r\n\r\n"
)


def bind(host: str, port: int) -> socket.socket:
    """Take an address to serve at; port 0 is any that is free. Raises `AddressUnusableError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=1024)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT_BYTES)
        return listening
    except (OSError, OverflowError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise AddressUnusableError(address=f"{host}:{port}", cause=cause) from None


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until the program is told to end; requests that are being answered are finished."""
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        server_header=False,
        proxy_headers=False,  # nothing here looks at who is asking
    )
    uvicorn.Server(config).run(sockets=[listening])


class BoundedProtocol(HttpToolsProtocol):
    """One connection, given up by the clock or by its size."""

    _head: TimerHandle | None = None
    _writing: TimerHandle | None = None
    _head_bytes = 0
    _running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_timers()
        self._forget_requests()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()  # whatever comes between two requests is the next one's head
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head is not None and self._head_bytes > HEAD_BYTES:
            self.transport.write(_TOO_LARGE)
            self._give_up()

    def on_headers_complete(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(WRITE_SECONDS, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._give_up()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._head = self.loop.call_later(HEAD_SECONDS, self._abort)

    def _give_up(self) -> None:
        """Close, and do not wait without end for the client to read what is left to send."""
        self.transport.close()
        self._cancel_timers()
        self._writing = self.loop.call_later(WRITE_SECONDS, self._abort)

    def _abort(self) -> None:
        self._cancel_timers()
        self._forget_requests()
        peer = self.transport.get_extra_info("socket")
        if peer is not None:
            with suppress(OSError):  # it has gone by itself
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _forget_requests(self) -> None:
        """Let nobody write to a connection that is gone: uvicorn tells its last request alone."""
        self.pipeline.clear()
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()

    def _cancel_timers(self) -> None:
        for timer in (self._head, self._writing):
            if timer is not None:
                timer.cancel()
        self._head = self._writing = None


def url_of(listening: socket.socket) -> str:
    """Return where a socket listens, as a person opens it."""
    address: tuple[Any, ...] = listening.getsockname()
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    return f"http://{host}:{address[1]}"
