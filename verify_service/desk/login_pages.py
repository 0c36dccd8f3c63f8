"""Coming in, going out, and a new password."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import anyio
import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from verify_service.desk.errors import (
    DeskBusyError,
    DeskError,
    LoginRefusedError,
    LoginTooOftenError,
    PasswordRefusedError,
    SessionMissingError,
)
from verify_service.desk.forms import Form, Reading, fault_of, read_form
from verify_service.desk.login import Begun
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import (
    COOKIE,
    HEADERS,
    LOGIN,
    TOLD,
    address_of,
    check_same_site,
    check_token,
    html,
    next_of,
    pages_of,
    redirect,
    showing,
    tell,
    to_login,
    told_of,
    visit_of,
)
from verify_service.desk.words import DONE, WORDS
from verify_service.pages.languages import Language, language_of
from verify_service.web_access import clock_of, service_of

Result = TypeVar("Result")
WAITING: Final = 16  # logins that wait for a place to compute in; the next is asked to come again
_CLEAR: Final = {"clear-site-data": '"cache"'}  # what a shared machine's browser still holds


class Hashing:
    """Bounds how many hashes are computed at once, and how many wait: each takes its memory.

    They wait for places of their own and not for the service's threads, so that nothing else waits.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._inside = 0
        self._places: anyio.CapacityLimiter | None = None  # made in the loop that it is for

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Be one of those who wait or compute; raises `DeskBusyError`."""
        if self._inside >= self._at_once + WAITING:
            raise DeskBusyError
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def compute(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do slow work in a thread, once there is a place for it."""
        if self._places is None:
            self._places = anyio.CapacityLimiter(self._at_once)
        return await anyio.to_thread.run_sync(work, *arguments, limiter=self._places)


def login(request: Request) -> Response:
    """Show where to log in."""
    language = language_of(request)
    done = "logged-out" if request.query_params.get("done") == "logged-out" else None
    return html(_login_page(request, language, done=done), language)


async def log_in(request: Request) -> Response:
    """Take a name and a password; lead on to where it was wanted to go."""
    check_same_site(request)
    form, language = await read_form(request), language_of(request)
    service, clock = service_of(request), clock_of(request)
    desk = service.login
    try:
        hashing = _hashing(request)
        with hashing.waiting():
            address = address_of(request)
            begun = await run_in_threadpool(
                desk.begin, form.text("login")[:64], address=address, clock=clock
            )
            matched, stronger = await hashing.compute(_look, request, begun, form.text("password"))
        entered = await run_in_threadpool(
            desk.complete,
            begun,
            matched=matched,
            stronger=stronger,
            shown=request.cookies.get(COOKIE, ""),
            clock=clock,
        )
    except (LoginRefusedError, LoginTooOftenError) as error:
        return _login_refused(request, form, language, error)
    response = Response(status_code=303, headers={"location": next_of(form.text("next"))} | HEADERS)
    response.set_cookie(COOKIE, entered.id, path="/", secure=True, httponly=True, samesite="strict")
    return response


async def log_out(request: Request) -> Response:
    """End the session, here and in the browser."""
    check_same_site(request)
    form = await read_form(request)

    def leave() -> Response:
        try:
            check_token(visit_of(request), form)
        except SessionMissingError:
            pass  # it is over already
        service_of(request).login.leave(request.cookies.get(COOKIE, ""))
        response = redirect(LOGIN, language_of(request), {"done": "logged-out"})
        response.headers.update(_CLEAR)
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return response

    try:
        return await run_in_threadpool(leave)
    except DeskError as error:
        return tell(request, error, None)


def _password(request: Request, visit: Visit) -> Response:
    return html(_password_page(request, visit), visit.language)


password = showing(_password)


async def change_password(request: Request) -> Response:
    """Set a new password for whoever has logged in; all other sessions end."""
    check_same_site(request)
    form = await read_form(request)
    visit: Visit | None = None
    try:
        visit = await run_in_threadpool(visit_of, request)
        check_token(visit, form)
        hashing = _hashing(request)
        with hashing.waiting():
            return await hashing.compute(_change_password, request, visit, form)
    except SessionMissingError:
        return to_login(request)
    except TOLD as error:
        return tell(request, error, visit)


def _change_password(request: Request, visit: Visit, form: Form) -> Response:
    reading = Reading(form)
    for name in ("old", "new", "repeat"):
        if not form.text(name):
            reading.complain(name, "missing")
    if not reading.faults and form.text("new") != form.text("repeat"):
        reading.complain("repeat", "different")
    status = 422
    if not reading.faults:
        try:
            service_of(request).login.change_password(
                visit.session,
                visit.account,
                old=form.text("old"),
                new=form.text("new"),
                address=address_of(request),
                clock=clock_of(request),
            )
            return redirect("/desk", visit.language, {"done": "password"})
        except (LoginRefusedError, LoginTooOftenError, PasswordRefusedError) as error:
            problem = told_of(request, error)
            field = "new" if isinstance(error, PasswordRefusedError) else "old"
            reading.faults.append(fault_of(problem, field=field))
            status = problem.kind.status
    page = _password_page(request, visit, faults=tuple(reading.faults))
    return html(page, visit.language, status=status)


def _look(request: Request, begun: Begun, password: str) -> tuple[bool, str | None]:
    """Look at a password: whether it is the account's, and a stronger hash where one is due."""
    passwords = service_of(request).login.passwords
    known = begun.known_hash
    matched = passwords.matches(password, known)
    if matched and known is not None and passwords.is_cheaper(known):
        return True, passwords.hash(password)
    return matched, None


def _login_refused(request: Request, form: Form, language: Language, error: Exception) -> Response:
    problem = told_of(request, error)
    page = _login_page(
        request,
        language,
        typed=form.text("login")[:64],
        wanted=form.text("next"),
        faults=(fault_of(problem, field="login"),),
    )
    response = html(page, language, status=problem.kind.status)
    if isinstance(error, LoginTooOftenError):
        response.headers["retry-after"] = str(error.seconds)
    return response


def _login_page(
    request: Request,
    language: Language,
    *,
    typed: str = "",
    wanted: str | None = None,
    faults: tuple[object, ...] = (),
    done: str | None = None,
) -> str:
    return pages_of(request).write(
        "login.html",
        language,
        path=LOGIN,
        visit=None,
        typed=typed,
        next=next_of(request.query_params.get("next", "") if wanted is None else wanted),
        faults=faults,
        labels={},
        done=DONE[done] if done else None,
    )


def _password_page(request: Request, visit: Visit, *, faults: tuple[object, ...] = ()) -> str:
    named = {"old": "old_password", "new": "new_password", "repeat": "repeat_password"}
    labels = {name: visit.language.pick(WORDS[word]) for name, word in named.items()}
    return pages_of(request).write(
        "password.html",
        visit.language,
        path="/desk/password",
        visit=visit,
        faults=faults,
        labels=labels,
    )


def _hashing(request: Request) -> Hashing:
    hashing: Hashing = request.app.state.hashing
    return hashing
