"""Asks the service over HTTP: one bounded answer within one deadline, and nothing is followed.

What comes back is not believed for coming from there: lists are signed, and a verdict can only be
stricter than what was proved here (`combining`).
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from threading import Timer
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
    server: Server,
    path: str,
    *,
    limit: int,
    seconds: float,
    body: bytes | None = None,
) -> bytes:
    """Get `path` below the server, or post a JSON body to it; at most `limit` bytes come back.

    Raises:
        ServerUnreachableError: no connection, or no whole answer within `seconds`.
        ServerAnswerError: another status than 200, a redirect, too long, or no HTTP.
    """
    from http.client import HTTPException

    connection = _connection(server, seconds)
    conversation = _Conversation(connection)
    hurry = Timer(seconds, conversation.hang_up)
    hurry.daemon = True
    hurry.start()
    try:
        conversation.connect()
        data = conversation.hold(server, path, limit, body)
        if conversation.is_over:
            raise ServerUnreachableError(server=server.url, cause="too slow")
    except OSError as error:
        cause = "too slow" if conversation.is_over else _cause(error)
        raise ServerUnreachableError(server=server.url, cause=cause) from None
    except (HTTPException, ValueError) as error:  # ValueError: of TLS that was hung up on
        if conversation.is_over:
            raise ServerUnreachableError(server=server.url, cause="too slow") from None
        raise ServerAnswerError(server=server.url, cause=f"no HTTP: {error!r}"[:200]) from None
    finally:
        hurry.cancel()
        connection.close()
    if len(data) > limit:
        raise ServerAnswerError(server=server.url, cause=f"{path}: longer than {limit} bytes")
    return data


class _Conversation:
    """One request and its answer, which another thread can end.

    A socket's timeout is for each of its reads anew; a server that drips would never meet it.
    """

    def __init__(self, connection: "HTTPConnection") -> None:
        self._connection = connection
        self._socket: socket | None = None
        self.is_over = False

    def connect(self) -> None:
        self._connection.connect()
        self._socket = self._connection.sock  # http.client lets go of it before its last byte

    def hold(self, server: Server, path: str, limit: int, body: bytes | None) -> bytes:
        headers = {"User-Agent": "mobile-scanner", "Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        method = "GET" if body is None else "POST"
        self._connection.request(method, server.prefix + path, body=body, headers=headers)
        with self._connection.getresponse() as response:
            if response.status != 200:
                # A redirect too: who answers is who was asked, or nobody.
                raise ServerAnswerError(server=server.url, cause=f"{path}: HTTP {response.status}")
            data = response.read(limit + 1)
            if response.length and len(data) <= limit:
                raise ServerUnreachableError(server=server.url, cause="the answer was cut off")
            return data

    def hang_up(self) -> None:
        self.is_over = True
        talking = self._socket or self._connection.sock
        if talking is not None:
            with suppress(OSError):
                talking.shutdown(SHUT_RDWR)


def _connection(server: Server, seconds: float) -> "HTTPConnection":
    from http.client import HTTPConnection, HTTPSConnection

    if not server.secure:
        return HTTPConnection(server.host, server.port, timeout=seconds)
    import ssl

    # The system's certificates, and its names checked; TLS 1.2 or later.
    context = ssl.create_default_context()
    return HTTPSConnection(server.host, server.port, timeout=seconds, context=context)


def _cause(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(reason).split())[:200]
