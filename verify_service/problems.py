"""Problem documents (RFC 9457): the one table from errors to what the outside is told of them.

HTTP status codes of refusals stand here and nowhere else. An error takes the row of its class, or
of the nearest ancestor that has one; what has none is a fault of ours, and tells the outside
nothing but the number of its request.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from verify_service.errors import ServiceError
from verify_service.problem_table import BY_STATUS, FAULT, FIELDS, TABLE, ProblemKind
from verify_service.web_access import path_of

MEDIA_TYPE: Final = "application/problem+json"
_BEARER: Final = 'Bearer realm="verify-service"'

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem, ready to be told. ``fields`` has an entry for each field that is wrong."""

    kind: ProblemKind
    request_id: str
    zh: str
    en: str
    fields: tuple[Mapping[str, object], ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self, base: str) -> dict[str, object]:
        """Return the document; Chinese in the members of the RFC, English in ours beside them."""
        return {
            "type": f"{base}/problems/{self.kind.code}",
            "title": self.kind.zh,
            "title_en": self.kind.en,
            "status": self.kind.status,
            "detail": self.zh,
            "detail_en": self.en,
            "instance": f"urn:uuid:{self.request_id}",
            **self.data,
            **({"errors": list(self.fields)} if self.fields else {}),
        }


Page = Callable[[Request, Problem], str]
"""Writes a problem as HTML, for a request that came from a browser."""


class Problems:
    """Answers errors: as a document for programs, as a page for people with a browser."""

    def __init__(self, *, base: str, page: Page) -> None:
        self._base = base
        self._page = page

    def install(self, app: FastAPI) -> None:
        """Let an application answer every error of the table, and Starlette's own, this way."""

        async def respond(request: Request, error: Exception) -> Response:
            return self.respond(request, error)

        for handled in (*TABLE, HTTPException, RequestValidationError):
            app.add_exception_handler(handled, respond)

    def respond(self, request: Request, error: Exception) -> Response:
        """Answer an error, whatever it is."""
        problem = problem_of(error, request_id=request.state.request_id)
        kind = problem.kind
        if kind.status >= 500:
            _log.error("request %s: %s", problem.request_id, error, exc_info=error)
        headers = {"cache-control": "no-store", **_headers(error, kind)}
        if _wants_page(request):
            return HTMLResponse(self._page(request, problem), kind.status, headers)
        document = orjson.dumps(problem.as_dict(self._base))
        return Response(document, kind.status, headers, MEDIA_TYPE)


def kind_of(error: type[Exception]) -> ProblemKind:
    """Return the row of an error's class; `FAULT` for what the table does not know."""
    return next((TABLE[kind] for kind in error.__mro__ if kind in TABLE), FAULT)


def problem_of(error: Exception, *, request_id: str) -> Problem:
    """Say an error in the table's words, with the error's own message where it may be told."""
    match error:
        case RequestValidationError():
            return _invalid(error, request_id)
        case HTTPException():
            kind = BY_STATUS.get(error.status_code, FAULT)
            return _generic(kind, request_id)
    kind = kind_of(type(error))
    if kind.advice is not None:
        return _generic(kind, request_id)
    zh, en = _message(error)
    return Problem(kind=kind, request_id=request_id, zh=zh, en=en, data=_data(error))


def _generic(kind: ProblemKind, request_id: str) -> Problem:
    zh, en = kind.advice or (kind.zh, kind.en)
    return Problem(kind=kind, request_id=request_id, zh=zh, en=en)


def _invalid(error: RequestValidationError, request_id: str) -> Problem:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return _generic(BY_STATUS[400], request_id)
    named = tuple(_fault(fault) for fault in faults)
    names = ", ".join(str(fault["field"]) for fault in named)
    return Problem(
        kind=BY_STATUS[422],
        request_id=request_id,
        zh=f"以下内容不符合要求：{names}",
        en=f"these are not as required: {names}",
        fields=named,
    )


def _fault(fault: Mapping[str, object]) -> dict[str, object]:
    """Name a field by where it is and its path, and say what is wrong with it, not what it held."""
    location = fault["loc"]
    assert isinstance(location, tuple)  # pydantic's promise
    place, *path = map(str, location)
    zh = FIELDS.get(str(fault["type"]), "取值不符合要求")
    return {
        "in": place,
        "field": ".".join(path) or place,
        "code": fault["type"],
        "message": {"zh": zh, "en": str(fault["msg"])},
    }


def _message(error: Exception) -> tuple[str, str]:
    if isinstance(error, ServiceError):
        message = error.message()
        return message["zh"], message["en"]
    return str(error), str(error)


def _data(error: Exception) -> dict[str, object]:
    """Return the error's own attributes, as far as they are plain words and numbers."""
    reserved = {"type", "title", "status", "detail", "instance", "errors"}
    return {
        name: value
        for name, value in vars(error).items()
        if name not in reserved and isinstance(value, str | int | float | bool)
    }


def _headers(error: Exception, kind: ProblemKind) -> dict[str, str]:
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if kind.retry_after is not None:
        headers["retry-after"] = str(kind.retry_after)
    if kind.challenge is not None:
        headers["www-authenticate"] = _BEARER + kind.challenge
    return headers


def _wants_page(request: Request) -> bool:
    """A browser's address bar asks for HTML by name; nothing under /api/ ever gives it."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not path_of(request).startswith("/api/")


def kinds() -> Iterable[ProblemKind]:
    """Return every kind of problem once, by its code."""
    every = (*TABLE.values(), *BY_STATUS.values(), FAULT)
    return sorted({kind.code: kind for kind in every}.values(), key=lambda kind: kind.code)
