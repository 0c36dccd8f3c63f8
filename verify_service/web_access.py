"""Who is asking, for the endpoints that want to know: bearer tokens (RFC 6750) and request keys."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from verify_service.access import AccessError, Principal, identify, require_bureau
from verify_service.clock import Clock
from verify_service.service import Service

_bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="vs_<id>_<secret>",
    description="An access token of the bureau, or of a department for its own permit kinds. "
    "Verifying needs none.",
)


class TokenMissingError(AccessError):
    zh = "此接口需要访问令牌（Authorization: Bearer …）"
    en = "this needs an access token (Authorization: Bearer …)"


def service_of(request: Request) -> Service:
    """Return the service that the application was made with."""
    service: Service = request.app.state.service
    return service


def path_of(request: Request) -> str:
    """Return the path as it was asked for; ``request.url.path`` has been through a parser that
    drops tabs and line ends."""
    path: str = request.scope["path"]
    return path


def clock_of(request: Request) -> Clock:
    """Return the clock that the application was made with, for what is written."""
    clock: Clock = request.app.state.clock
    return clock


def now_of(request: Request) -> datetime:
    """Read the clock, once a request, for what is only read."""
    return clock_of(request)()


def principal_of(
    shown: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    service: Annotated[Service, Depends(service_of)],
    at: Annotated[datetime, Depends(now_of)],
) -> Principal:
    """Return who the token speaks for; raises `TokenMissingError`, `TokenRefusedError`."""
    if shown is None:
        raise TokenMissingError
    with service.database.reading() as connection:
        return identify(connection, shown.credentials, at=at)


def bureau_of(principal: Annotated[Principal, Depends(principal_of)]) -> Principal:
    """Return the principal if it is the bureau; raises `BureauRequiredError`."""
    require_bureau(principal)
    return principal


async def bureau_of_request(request: Request) -> Principal:
    """Return the bureau, for an endpoint that takes the request as it came.

    Raises:
        TokenMissingError, TokenRefusedError, BureauRequiredError: it is not who asks.
    """
    shown = await _bearer(request)
    at = now_of(request)
    return bureau_of(await run_in_threadpool(principal_of, shown, service_of(request), at))


async def body_digest_of(request: Request) -> bytes:
    """Return the SHA-256 of method, path and body: what a request key stands for.

    With the path, so that one key cannot mean a change of one permit and then of another.
    """
    head = f"{request.method} {path_of(request)}\n".encode()
    return sha256(head + await request.body()).digest()


Serving = Annotated[Service, Depends(service_of)]
Now = Annotated[datetime, Depends(now_of)]
Ticking = Annotated[Clock, Depends(clock_of)]
Anyone = Annotated[Principal, Depends(principal_of)]
"""Whoever holds a good token."""
Bureau = Annotated[Principal, Depends(bureau_of)]
BodyDigest = Annotated[bytes, Depends(body_digest_of)]
RequestKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="Chosen by the caller, new for each new request (a UUID, say). The same key "
        "with the same body gives the same answer again and does nothing twice; with another "
        "body it is refused.",
    ),
]
