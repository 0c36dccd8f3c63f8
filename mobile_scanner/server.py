"""Asks the service over HTTP: one bounded answer within one deadline, and nothing is followed.

What comes back is not believed for coming from there: lists are signed, and a verdict can only be
stricter than what was proved here (`combining`).
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from threading import Thread
from typing import TYPE_CHECKING, Final

from mobile_scanner.list_errors import (
    ServerAddressError,
    ServerAnswerError,
    ServerUnreachableError,
)

if TYPE_CHECKING:
    from http.client import HTTPConnection

_LOOPBACK: Final = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]+")
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the service is: an origin, and a path that its own are below (`""` or `/…`)."""

    secure: bool
    host: str
    port: int | None
    prefix: str

    @property
    def url(self) -> str:
        scheme = "https" if self.secure else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{scheme}://{host}{port}{self.prefix}"


def parse_server(url: str) -> Server:
    """Read an address: https, or http where nobody else listens.

    Raises:
        ServerAddressError: another scheme, or anything in it beside host, port and path.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ServerAddressError(server=repr(url), cause=str(error)) from None
    prefix = parts.path.rstrip("/")
    if parts.scheme not in ("http", "https"):
        cause = "no https://"
    elif parts.username is not None or parts.query or parts.fragment or "?" in url or "#" in url:
        cause = "name, query or fragment in it"
    elif not _HOST.fullmatch(host) or port == 0 or not _PREFIX.fullmatch(prefix) or ".." in prefix:
        cause = "malformed"
    elif parts.scheme == "http" and not _LOOPBACK.fullmatch(host):
        cause = "http to another machine"
    else:
        return Server(secure=parts.scheme == "https", host=host, port=port, prefix=prefix)
    raise ServerAddressError(server=repr(url), cause=cause)


def ask(
    server: Server, path: str, *, limit: int, seconds: float, body: bytes | None = None
) -> bytes:
    """Get `path` below the server, or post a JSON body to it; at most `limit` bytes come back.

    Raises:
        ServerUnreachableError: no connection, or no whole answer within `seconds`.
        ServerAnswerError: another status than 200, a redirect, too long, or no HTTP.
    """
    exchange = _Exchange(server, path, limit, body, _connection(server, seconds))
    # A socket's timeout is for each of its reads anew, and looking up a name has none at all:
    # a thread can be left behind, and a person at a door cannot be kept.
    worker = Thread(target=exchange.run, daemon=True)
    worker.start()
    worker.join(seconds)
    if exchange.answer is None and exchange.error is None:
        exchange.hang_up()
        raise ServerUnreachableError(server=server.url, cause=f"no answer in {seconds:g} s")
    if exchange.error is not None:
        raise exchange.error
    assert exchange.answer is not None
    return exchange.answer


@dataclass(slots=True)
class _Exchange:
    """One request and its answer, which another thread can end."""

    server: Server
    path: str
    limit: int
    body: bytes | None
    connection: "HTTPConnection"
    answer: bytes | None = None
    error: ServerUnreachableError | ServerAnswerError | None = None
    talking: socket | None = None

    def run(self) -> None:
        from http.client import HTTPException

        try:
            self.connection.connect()
            self.talking = self.connection.sock  # http.client forgets it before its last byte
            self.answer = self._hold()
        except (ServerUnreachableError, ServerAnswerError) as error:
            self.error = error
        except OSError as error:
            reason = " ".join((error.strerror or str(error) or type(error).__name__).split())
            self.error = ServerUnreachableError(server=self.server.url, cause=reason[:200])
        except (HTTPException, ValueError) as error:  # ValueError: of TLS that was hung up on
            self.error = self._bad(f"no HTTP: {error!r}"[:200])
        finally:
            self.connection.close()

    def hang_up(self) -> None:
        if self.talking is not None:
            with suppress(OSError):
                self.talking.shutdown(SHUT_RDWR)

    def _hold(self) -> bytes:
        headers = {"User-Agent": "mobile-scanner", "Accept-Encoding": "identity"}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        method = "GET" if self.body is None else "POST"
        path = self.server.prefix + self.path
        self.connection.request(method, path, body=self.body, headers=headers)
        with self.connection.getresponse() as response:
            if response.status != 200:
                # A redirect too: who answers is who was asked, or nobody.
                raise self._bad(f"HTTP {response.status}")
            data = response.read(self.limit + 1)
            if len(data) > self.limit:
                raise self._bad(f"longer than {self.limit} bytes")
            if response.length:
                raise ServerUnreachableError(server=self.server.url, cause="the answer was cut")
            return data

    def _bad(self, cause: str) -> ServerAnswerError:
        return ServerAnswerError(server=self.server.url, cause=f"{self.path}: {cause}")


def _connection(server: Server, seconds: float) -> "HTTPConnection":
    from http.client import HTTPConnection, HTTPSConnection

    if not server.secure:
        return HTTPConnection(server.host, server.port, timeout=seconds)
    import ssl

    # The system's certificates, and its names checked; TLS 1.2 or later.
    context = ssl.create_default_context()
    return HTTPSConnection(server.host, server.port, timeout=seconds, context=context)
