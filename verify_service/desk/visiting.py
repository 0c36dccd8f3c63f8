"""Who is at a page, and whether a form may be looked at; what is told to whoever may not."""

import re
from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from verify_service.catalog.errors import CatalogError
from verify_service.desk.accounts import principal_of_account
from verify_service.desk.errors import CrossSiteError, FormStaleError, SessionMissingError
from verify_service.desk.forms import Form, read_form
from verify_service.desk.guessing import counted_address
from verify_service.desk.visit import Visit
from verify_service.desk.writing import DeskPages
from verify_service.errors import ServiceError
from verify_service.issuing.sheet import SheetError
from verify_service.pages.languages import Language, language_of
from verify_service.problems import Problem, problem_of
from verify_service.web_access import now_of, path_of, service_of

COOKIE: Final = "__Host-desk"
HOME: Final = "/desk"
LOGIN: Final = "/desk/login"
TOLD: Final = (ServiceError, CatalogError, SheetError)
"""What a page tells; anything else is a fault of ours."""
# A path under /desk, as `quote` and browsers write it: no scheme, no host, no line end fits in, and
# no segment of dots, by which a browser would leave it.
_OURS: Final = re.compile(
    r"/desk(?:/(?!\.|%2[Ee])[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*(?:\?[A-Za-z0-9._~%=&+-]*)?"
)
_MOST_NEXT: Final = 1000


Show = Callable[[Request, Visit], Response]
Do = Callable[[Request, Visit, Form], Response]


def showing(show: Show) -> Callable[[Request], Response]:
    """Make an endpoint of a page: whoever has no session is led to the login."""

    def endpoint(request: Request) -> Response:
        visit = None
        try:
            visit = visit_of(request)
            service_of(request).announcements.catch_up(at=visit.at)
            return show(request, visit)
        except SessionMissingError:
            return to_login(request)
        except TOLD as error:
            return tell(request, error, visit)

    return endpoint


def doing(do: Do) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of what a form does, looked at once it is known whose it is."""

    async def endpoint(request: Request) -> Response:
        check_same_site(request)
        form = await read_form(request)
        return await run_in_threadpool(
            doing_with, request, form, lambda visit: do(request, visit, form)
        )

    return endpoint


def doing_with(request: Request, form: Form, do: Callable[[Visit], Response]) -> Response:
    """Do what a form asks for, if it is of the session that sends it."""
    visit = None
    try:
        visit = visit_of(request)
        check_token(visit, form)
        return do(visit)
    except SessionMissingError:
        return to_login(request)
    except TOLD as error:
        return tell(request, error, visit)


def visit_of(request: Request) -> Visit:
    """Return who has logged in; raises `SessionMissingError`."""
    at = now_of(request)
    session, account = service_of(request).login.resume(request.cookies.get(COOKIE, ""), at=at)
    return Visit(
        account=account,
        principal=principal_of_account(account),
        session=session,
        language=language_of(request),
        at=at,
    )


def check_same_site(request: Request) -> None:
    """Refuse a form that a page of another site has sent; raises `CrossSiteError`.

    Browsers say where a form comes from, and no page can make them say otherwise. One of the two
    headers has to be there: what neither has is no browser of this decade.
    """
    site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
    ours = {request.headers.get("host", "").lower(), service_of(request).office.host.lower()}
    try:
        netloc = None if origin is None else urlsplit(origin.lower()).netloc
    except ValueError:
        netloc = ""
    if (site, netloc) == (None, None):
        raise CrossSiteError
    if site not in (None, "same-origin") or (netloc is not None and netloc not in ours - {""}):
        raise CrossSiteError


def check_token(visit: Visit, form: Form) -> None:
    """Refuse a form of another session; raises `FormStaleError`."""
    if not compare_digest(
        form.text("token").encode("utf-8", "surrogatepass"), visit.token.encode()
    ):
        raise FormStaleError


def address_of(request: Request) -> str:
    """Return where a request comes from, as it is counted."""
    service = service_of(request)
    name = service.settings.desk_address_header
    peer = request.client.host if request.client else ""
    told = request.headers.getlist(name)[-1:] if name else []
    return counted_address(told[0].rpartition(",")[2] if told else peer)


def next_of(text: str) -> str:
    """Return where to go on to: a page of the desk, or else its home."""
    if len(text) > _MOST_NEXT or not _OURS.fullmatch(text) or text.startswith(LOGIN):
        return HOME
    return text


def to_login(request: Request) -> Response:
    """Lead to the login, and from there to where it was wanted to go."""
    wanted = quote(path_of(request), safe="/")
    query = request.scope["query_string"].decode("latin-1")
    if request.method == "GET" and query:
        wanted = f"{wanted}?{query}"
    return redirect(LOGIN, language_of(request), {"next": next_of(wanted)})


def redirect(path: str, language: Language, query: Mapping[str, str] | None = None) -> Response:
    """Lead on with a GET (303): what was sent is not sent again by reloading."""
    return Response(status_code=303, headers={"location": link(path, language, query)} | HEADERS)


def link(path: str, language: Language, query: Mapping[str, str] | None = None) -> str:
    """Write the address of a page in a language."""
    return f"{quote(path)}?{urlencode({**(query or {}), 'lang': language.value})}"


HEADERS: Final = {
    "cache-control": "no-store",
    # Under no-referrer a browser says of a form that it comes from nowhere.
    "referrer-policy": "same-origin",
}


def html(page: str, language: Language, *, status: int = 200) -> Response:
    headers = {"content-language": language.tag, "vary": "accept-language, cookie"}
    return HTMLResponse(page, status, HEADERS | headers)


def pages_of(request: Request) -> DeskPages:
    pages: DeskPages = request.app.state.desk_pages
    return pages


def told_of(request: Request, error: Exception) -> Problem:
    """Say an error for a page; what is a fault of ours is raised again."""
    problem = problem_of(error, request_id=request.state.request_id)
    if problem.kind.status >= 500:
        raise error
    return problem


def tell(request: Request, error: Exception, visit: Visit | None) -> Response:
    """Answer an error with a page of the desk."""
    problem = told_of(request, error)
    language = language_of(request)
    page = pages_of(request).problem(problem, language, visit=visit)
    return html(page, language, status=problem.kind.status)
