"""`POST /api/v1/verify`, the one endpoint that everybody asks, and the details behind a digest.

The hot path skips what FastAPI does for a handler's arguments and results (dependencies,
pydantic, thread pool): `DirectRoute` hands the request over as it came, and orjson writes.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from credential.claims import Position
from verify_service.registry.errors import NotRegisteredError
from verify_service.replay.instants import read_viewpoint, told
from verify_service.replay.schemas import PastVerdictDocument
from verify_service.verification.asking import ask, checked_position, parse_near
from verify_service.verification.errors import PhotographMissingError
from verify_service.verification.photographs import PhotographReader
from verify_service.verification.schemas import (
    REQUEST_BODY,
    PhotographDocument,
    VerdictDocument,
)
from verify_service.web_access import Serving, bureau_of_request, now_of, service_of
from verify_service.web_multipart import MULTIPART, read_multipart

VERIFY_PATH: Final = "/api/v1/verify"
JSON: Final = "application/json"
PHOTOGRAPH_FIELDS: Final = 4
_FIELDS: Final = {"text", "near", "at", "known"}
_NUMBERS: Final = (int, float)


class DirectRoute(APIRoute):
    """A route whose handler takes the request itself and gives a response."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


verify_router = APIRouter(route_class=DirectRoute, tags=["verifying"])
details_router = APIRouter(tags=["verifying"])


@verify_router.post(
    VERIFY_PATH,
    summary="Verify a symbol",
    response_model=VerdictDocument | PhotographDocument | PastVerdictDocument,
    response_description="The verdict; for a photograph, one for each symbol read in it; with `at`, the "
    "one of then.",
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def verify(request: Request) -> Response:
    """Say what is to be thought of a symbol's text, or of the symbols in a photograph.

    Status 200 whatever the outcome: the outcome is in the verdict. No token is needed. The
    photograph is looked at in memory and not kept.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == JSON:
        text, near, past = _read(await request.body())
        if past != (None, None):
            return await _verify_then(request, text, near, *past)
        verdict = await ask(service_of(request), text, at=now_of(request), near=near)
        return Response(orjson.dumps(verdict.as_dict()), headers=_FRESH, media_type=JSON)
    if media_type == MULTIPART:
        return await _verify_photograph(request)
    raise HTTPException(415)


async def _verify_then(
    request: Request, text: str, near: Position | None, at: str | None, known: str | None
) -> Response:
    """Judge a text as of an instant of the past: for the bureau alone (docs/spec/replay.md)."""
    await bureau_of_request(request)
    service, now = service_of(request), now_of(request)
    seen_from = read_viewpoint(at, known, now=now)
    assert seen_from is not None  # one of the two was given
    await run_in_threadpool(service.announcements.catch_up, at=now)
    judge = service.replay.judge
    verdict = await run_in_threadpool(judge, text, seen_from=seen_from, near=near)
    past = {"at": told(seen_from.at), "known": told(seen_from.known)}
    document = orjson.dumps({"past": past, "verdict": verdict.as_dict()})
    return Response(document, headers=_FRESH, media_type=JSON)


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `VERIFY_PATH` as an application of its own; errors are for the guard around it."""
    if scope["method"] != "POST":
        raise HTTPException(405, headers={"allow": "POST"})
    response = await verify(Request(scope, receive))
    await response(scope, receive, send)


@details_router.get(
    "/api/v1/claims/{digest}",
    summary="Fetch the claims set that a city code names",
    response_class=Response,
    responses={200: {"content": {"application/cbor": {"schema": {"type": "string"}}}}},
)
def claims(digest: str, service: Serving) -> Response:
    """Give the claims set whose digest (hex, 24 bytes) a code of profile city-code holds."""
    try:
        wanted = bytes.fromhex(digest)
    except ValueError:
        wanted = b""
    found = service.verifier.claims_by_digest(wanted) if len(wanted) == 24 else None
    if found is None:
        raise NotRegisteredError(entity="claims", key=digest)
    # The digest names the content, so that it may be kept for good.
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(found, headers=headers, media_type="application/cbor")


async def photograph_of(form: FormData) -> bytes:
    """Return the bytes of the form's photograph; raises `PhotographMissingError`."""
    photograph = form.get("photograph")
    if not isinstance(photograph, UploadFile):
        raise PhotographMissingError
    return await photograph.read()


async def _verify_photograph(request: Request) -> Response:
    service, at = service_of(request), now_of(request)
    reader: PhotographReader = request.app.state.photographs
    form = await read_multipart(request, fields=PHOTOGRAPH_FIELDS)
    try:
        near = form.get("near", "")
        position = parse_near(near) if isinstance(near, str) else None
        content = await photograph_of(form)
    finally:
        await form.close()
    photograph = await reader.read(content)
    codes = [
        {
            "text": symbol.text,
            "corners": symbol.corners,
            "verdict": (await ask(service, symbol.text, at=at, near=position)).as_dict(),
        }
        for symbol in photograph.symbols
    ]
    answer = {"codes": codes, "unread": photograph.unread, "left_out": photograph.left_out}
    return Response(orjson.dumps(answer), headers=_FRESH, media_type=JSON)


_FRESH: Final = {"cache-control": "no-store"}


_Past = tuple[str | None, str | None]
"""`at` and `known`, as they came."""


def _read(body: bytes) -> tuple[str, Position | None, _Past]:
    """Take the request apart by hand: pydantic would cost a fifth of the whole."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HTTPException(400) from None
    if not isinstance(document, dict):
        raise _invalid("model_attributes_type", "the body should be an object")
    text = document.get("text")
    if not isinstance(text, str):
        kind = "missing" if "text" not in document else "string_type"
        raise _invalid(kind, "the symbol's text, a string", "text")
    if not document.keys() <= _FIELDS:
        unknown = min(document.keys() - _FIELDS)
        raise _invalid("extra_forbidden", "there is no such field", unknown)
    past = document.get("at"), document.get("known")
    for name, value in zip(("at", "known"), past, strict=True):
        if value is not None and not isinstance(value, str):
            raise _invalid("string_type", "an instant with its zone, a string", name)
    return text, _position(document.get("near")), past


def _position(near: object) -> Position | None:
    if near is None:
        return None
    if isinstance(near, dict) and near.keys() == {"latitude", "longitude"}:
        latitude, longitude = near["latitude"], near["longitude"]
        # type(), because True is an int to isinstance and to patterns
        if type(latitude) in _NUMBERS and type(longitude) in _NUMBERS:
            return checked_position(float(latitude), float(longitude))
    raise _invalid("model_attributes_type", "latitude and longitude in degrees", "near")


def _invalid(kind: str, message: str, *path: str) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": ("body", *path), "msg": message}])
