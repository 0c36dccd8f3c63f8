"""The addresses that people open: a symbol's own, the home page, and what a browser asks beside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from verify_service.pages.languages import Language, language_of
from verify_service.pages.writing import Asset, Pages
from verify_service.problem_table import ProblemKind
from verify_service.problems import Problem, kinds
from verify_service.registry.as_of import Viewpoint
from verify_service.registry.errors import NotIssuedYetError, NotRegisteredError
from verify_service.registry.filing import file_license
from verify_service.registry.verification import read_license
from verify_service.replay.errors import NotOursError
from verify_service.replay.instants import read_viewpoint
from verify_service.verification.asking import ask
from verify_service.verification.endpoints import PHOTOGRAPH_FIELDS, photograph_of
from verify_service.verification.errors import TextMissingError
from verify_service.verification.photographs import PhotographReader, ReadPhotograph
from verify_service.web_access import now_of, path_of, service_of
from verify_service.web_multipart import read_multipart

_ROBOTS: Final = "User-agent: *\nDisallow: /lookup\nDisallow: /L/\nDisallow: /C/\nDisallow: /api/\n"
_IN_SYMBOLS: Final = "/:$*+"  # beside what a path never escapes
_KINDS: Final = {kind.code: kind for kind in kinds()}


def routes() -> list[Route]:
    """Return the pages' routes; they are no part of the API's description."""
    return [
        Route("/", home),
        Route("/L/{rest:path}", symbol),
        Route("/C/{rest:path}", symbol),
        Route("/verify", verify, methods=["POST"]),
        Route("/lookup", lookup),
        Route("/problems/{code}", problem_kind),
        Route("/assets/{name}", asset),
        Route("/favicon.ico", favicon),
        Route("/robots.txt", robots),
    ]


async def home(request: Request) -> Response:
    """Explain what this is, and take a photograph or a text."""
    language = language_of(request)
    return _html(_pages(request).home(language), language)


async def symbol(request: Request) -> Response:
    """Show the verdict on the symbol whose address was opened.

    Its text is rebuilt with the host of the settings: a phone sends host names in lower case, and
    a proxy may send another one; the signature covers neither.
    """
    service, path = service_of(request), path_of(request)
    language = language_of(request)
    text = f"HTTPS://{service.office.host}{path}"
    now, address = now_of(request), quote(path, safe=_IN_SYMBOLS)
    seen_from = _viewpoint(request, now)
    verdict = await ask(service, text, at=now)
    if seen_from is not None and verdict.genuine is not None:
        genuine = verdict.genuine
        if genuine.issuer.code != service.office.code:
            raise NotOursError(issuer=genuine.issuer.code)
        asked = Asked(
            number=genuine.number,
            version=genuine.content.version,
            seen_from=seen_from,
            now=now,
            present=f"{address}?lang={language}",
        )
        return await run_in_threadpool(_past, request, asked)
    page = _pages(request).verdict(
        verdict, language, path=address, request_id=request.state.request_id
    )
    return _html(page, language)


async def verify(request: Request) -> Response:
    """Show the verdicts on a photograph's symbols, or on a text, that a form has sent."""
    service, at = service_of(request), now_of(request)
    reader: PhotographReader = request.app.state.photographs
    form = await read_multipart(request, fields=PHOTOGRAPH_FIELDS)
    try:
        text, asked = form.get("text"), form.get("lang")
        if isinstance(text, str):
            # A line's end comes along with what is pasted. All else is the text: blanks that were
            # passed over here would be 有效 on this page alone.
            text = text.strip("\r\n")
        content = None if isinstance(text, str) and text else await photograph_of(form)
    finally:
        await form.close()
    photograph = ReadPhotograph()
    if content is not None:
        photograph = await reader.read(content)
        texts = [found.text for found in photograph.symbols]
    elif isinstance(text, str) and text.strip():
        texts = [text]
    else:
        raise TextMissingError
    verdicts = [await ask(service, each, at=at) for each in texts]
    language = Language(asked) if asked in set(Language) else language_of(request)
    page = _pages(request).photograph(
        verdicts,
        language,
        request_id=request.state.request_id,
        unread=len(photograph.unread),
        left_out=photograph.left_out,
    )
    return _html(page, language)


def lookup(request: Request) -> Response:
    """Show what is on file under a number, for a sheet whose symbol cannot be read."""
    service, number = service_of(request), request.query_params.get("number", "").strip()
    now, language = now_of(request), language_of(request)
    seen_from = _viewpoint(request, now)
    service.announcements.catch_up(at=now)
    found = read_license(service.database, number=number)
    if found is None:
        raise NotRegisteredError(entity="license", key=number[:40])
    if seen_from is not None:
        present = f"/lookup?number={quote(number)}&lang={language}"
        asked = Asked(number=number, version=None, seen_from=seen_from, now=now, present=present)
        return _past(request, asked)
    filed = file_license(found, office=service.office, at=now)
    return _html(_pages(request).lookup(filed, language, now=now), language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about the past; ``version`` is None for the latest of then, ``present`` is where
    the page leads to the present."""

    number: str
    version: int | None
    seen_from: Viewpoint
    now: datetime
    present: str


def _viewpoint(request: Request, now: datetime) -> Viewpoint | None:
    query = request.query_params
    return read_viewpoint(query.get("at"), query.get("known"), now=now)


def _past(request: Request, asked: Asked) -> Response:
    """Show what was on file then, or that nothing was; it can never look like a verdict."""
    language, pages = language_of(request), _pages(request)
    try:
        filed = service_of(request).replay.license(
            asked.number, seen_from=asked.seen_from, version=asked.version
        )
    except NotIssuedYetError as error:
        page = pages.not_yet(
            error, language, seen_from=asked.seen_from, now=asked.now, present=asked.present
        )
        return _html(page, language)
    page = pages.lookup(filed, language, now=asked.now, present=asked.present)
    return _html(page, language)


async def problem_kind(request: Request) -> Response:
    """Say what a type of problem means: the page that its URI leads to."""
    kind: ProblemKind | None = _KINDS.get(request.path_params["code"])
    if kind is None:
        raise HTTPException(404)
    zh, en = kind.advice or (kind.zh, kind.en)
    about = Problem(kind=kind, request_id=request.state.request_id, zh=zh, en=en)
    language = language_of(request)
    return _html(_pages(request).problem(about, language), language)


async def asset(request: Request) -> Response:
    """Give the style or the icon."""
    found: Asset | None = request.app.state.assets.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable"}  # its address has a version
    return Response(found.content, headers=headers, media_type=found.media_type)


async def favicon(request: Request) -> Response:
    """Give the icon to a browser that asks where it always did."""
    icon: Asset = request.app.state.assets["favicon.svg"]
    headers = {"cache-control": "public, max-age=86400"}
    return Response(icon.content, headers=headers, media_type=icon.media_type)


async def robots(_: Request) -> Response:
    """Keep verdicts and the API out of search engines."""
    return PlainTextResponse(_ROBOTS)


def problem_page(request: Request, problem: Problem) -> str:
    """Write a problem for a person with a browser."""
    return _pages(request).problem(problem, language_of(request))


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


def _html(page: str, language: Language) -> Response:
    headers = {
        "cache-control": "no-store",  # a verdict is true when it is given
        "content-language": language.tag,
        "vary": "accept-language",
    }
    return HTMLResponse(page, headers=headers)
