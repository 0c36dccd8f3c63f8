"""The composition root of the web side: routes, problems and the guard around one service."""

import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import anyio
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from verify_service.bulk import endpoints as bulk
from verify_service.clock import Clock, system_clock
from verify_service.desk.login_pages import Hashing
from verify_service.desk.routes import FILE_PATHS as DESK_FILE_PATHS
from verify_service.desk.routes import routes as desk_routes
from verify_service.desk.writing import DeskPages
from verify_service.errors import ServiceError
from verify_service.issuing import endpoints as issuing
from verify_service.lifecycle import endpoints as lifecycle
from verify_service.lifecycle import event_endpoints as events
from verify_service.lifecycle import task_endpoints as tasks
from verify_service.pages import endpoints as pages
from verify_service.pages.writing import Pages, load_assets
from verify_service.problems import Problems
from verify_service.publishing import endpoints as publishing
from verify_service.publishing import well_known
from verify_service.publishing.list_ages import ListAge, Urgency, list_ages, refuse_old, shout
from verify_service.reconciliation import endpoints as reconciliation
from verify_service.registry import endpoints as registry
from verify_service.replay import endpoints as replay
from verify_service.service import Service
from verify_service.signing import SignerUnavailableError, TokenSigner, signing_of
from verify_service.verification import endpoints as verification
from verify_service.verification.endpoints import VERIFY_PATH
from verify_service.verification.photographs import PhotographReader, terms_of
from verify_service.web_access import now_of, service_of
from verify_service.web_guard import Guard
from verify_service.web_openapi import DESCRIPTION, TAGS, describe

RENEW_EVERY: Final = 600.0  # seconds between looks at whether a list has to be signed again
SWEEP_EVERY: Final = timedelta(hours=1)  # between looks at what has run out
CATCH_UP_EVERY: Final = 2.0  # seconds between looks at what was announced and is due
LOOK_EVERY: Final = 15.0  # seconds between looks at whether the key's token is there
COUNT_EVERY: Final = 60.0  # seconds between writings of how often alarms were shown again

_log = logging.getLogger(__name__)


class VerifyApp(FastAPI):
    """The application, with one address answered ahead of the router.

    Nine requests in ten are `POST /api/v1/verify`. The route of that name documents it and would
    answer the same; going there through FastAPI's layers and routers takes as long as a registry
    read does.
    """

    hot: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.hot is not None and scope["type"] == "http" and scope["path"] == VERIFY_PATH:
            scope["app"] = self
            await self.hot(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(service: Service, *, clock: Clock = system_clock) -> FastAPI:
    """Make the application around an open service; `clock` gives aware instants."""
    settings = service.settings
    assets = load_assets()
    app = VerifyApp(
        title="综合许可凭证核验服务 · Composite license verification",
        description=DESCRIPTION,
        version="1",
        openapi_tags=TAGS,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its pages load scripts from another host
        redoc_url=None,
        lifespan=_lifespan,
        # An address has one spelling; a redirect would go to whatever host was asked for.
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.clock = clock
    app.state.assets = assets
    app.state.pages = Pages(service.office, assets=assets, upload_bytes=settings.photograph_bytes)
    app.state.photographs = PhotographReader(
        terms_of(settings), workers=settings.photograph_workers, queue=settings.photograph_queue
    )
    app.state.desk_pages = DeskPages(service.office, assets=assets)
    app.state.hashing = Hashing(settings.argon2_at_once)
    problems = Problems(base=settings.public_url, page=pages.problem_page)
    problems.install(app)
    app.add_middleware(
        Guard,
        problems=problems,
        file_bytes=settings.table_bytes,
        file_paths=frozenset({bulk.IMPORT_PATH, reconciliation.RECONCILE_PATH, *DESK_FILE_PATHS}),
        body_bytes=settings.request_bytes,
        form_bytes=settings.photograph_bytes,
    )
    app.hot = Guard(
        verification.answer,
        problems=problems,
        body_bytes=settings.request_bytes,
        form_bytes=settings.photograph_bytes,
    )
    app.include_router(verification.verify_router)
    for router in (
        verification.details_router,
        registry.router,
        issuing.router,
        bulk.router,
        reconciliation.router,
        lifecycle.router,
        replay.router,
        tasks.router,
        events.router,
        publishing.router,
        well_known.router,
    ):
        app.include_router(router)
    # Ahead of the API's: these few are matched at once, and one of them is what people see.
    desk = desk_routes() if settings.desk_enabled else []
    app.router.routes[:0] = [
        *pages.routes(),
        Route("/health", health),
        Route("/health/lists", health_of_lists),
        *desk,
    ]
    describe(app)
    return app


async def health(request: Request) -> Response:
    """Answer once the registry can be read and a trust list is in use; 503 otherwise."""
    service = service_of(request)
    trusted = await run_in_threadpool(service.lists.refresh)
    document: dict[str, Any] = {
        "status": "ok",
        "now": now_of(request).isoformat(),
        "trust_list": trusted.trust.number,
        # Told, and no reason for 503: without it, verifying goes on.
        "signing": signing_of(service.office.signer),
        "status_lists": _told(await _ages(request)),
    }
    return JSONResponse(document, headers={"cache-control": "no-store"})


async def health_of_lists(request: Request) -> Response:
    """Answer while scanners will believe our status lists for a while; refuse otherwise.

    For monitoring, and at an address of its own: old lists are old in every process of a service,
    and a balancer that took them all away for it would end what still goes on, verifying online.
    """
    ages = await _ages(request)
    refuse_old(ages, urgency=Urgency.ENDING)
    document = {"now": now_of(request).isoformat(), "status_lists": _told(ages)}
    return JSONResponse(document, headers={"cache-control": "no-store"})


async def _ages(request: Request) -> tuple[ListAge, ...]:
    service = service_of(request)
    return await run_in_threadpool(list_ages, service.database, service.office, at=now_of(request))


def _told(ages: tuple[ListAge, ...]) -> dict[str, object]:
    return {"count": len(ages), "oldest": ages[0].as_dict() if ages else None}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep lists fresh and alarms counted while the application runs, then end its processes."""
    service: Service = app.state.service
    clock: Clock = app.state.clock
    try:
        async with _publishing_later(service, clock), anyio.create_task_group() as group:
            group.start_soon(_renew, service, clock)
            group.start_soon(_sweep, service, clock)
            group.start_soon(_deliver, service, clock)
            group.start_soon(_count_alarms, service)
            group.start_soon(_look_for_token, service, clock)
            if service.settings.desk_enabled:
                group.start_soon(run_in_threadpool, service.login.passwords.prepare)
            yield
            group.cancel_scope.cancel()
    finally:
        try:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(service.verifier.alarms.write)
        finally:
            app.state.photographs.close()


@asynccontextmanager
async def _publishing_later(service: Service, clock: Clock) -> AsyncIterator[None]:
    """Lists are signed behind the requests; the last ones before the application has ended."""
    with ExitStack() as stack:
        stack.enter_context(service.publisher.publishing_later(clock))
        try:
            yield
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(stack.close)


async def _count_alarms(service: Service) -> None:
    while True:
        await anyio.sleep(COUNT_EVERY)
        try:
            await run_in_threadpool(service.verifier.alarms.write)
        except Exception:  # noqa: BLE001 - a fault of ours once is not to be the last look
            _log.exception("alarms could not be counted")


async def _renew(service: Service, clock: Clock) -> None:
    while True:
        await anyio.sleep(RENEW_EVERY)
        try:
            await run_in_threadpool(service.prepare, at=clock())
        except Exception:  # noqa: BLE001 - the next look may succeed; until then lists grow old
            _log.exception("lists could not be renewed")
        await _watch(service, clock)


async def _watch(service: Service, clock: Clock) -> None:
    """Shout where lists are not being signed, whatever the reason."""
    try:
        shout(await run_in_threadpool(list_ages, service.database, service.office, at=clock()))
    except ServiceError:
        _log.exception("nobody knows how old the status lists are")


async def _sweep(service: Service, clock: Clock) -> None:
    """Record what time has done: soon after a day is over, and when an announced change is due."""
    swept_at: datetime | None = None
    while True:
        try:
            if swept_at is None or clock() >= swept_at + SWEEP_EVERY:
                await run_in_threadpool(service.sweep, clock=clock)
                swept_at = clock()
            else:
                await run_in_threadpool(service.announcements.catch_up, at=clock())
        except Exception:  # noqa: BLE001 - as in `_renew`; whoever asks computes it meanwhile
            _log.exception("what has run out could not be recorded")
        await anyio.sleep(CATCH_UP_EVERY)


async def _deliver(service: Service, clock: Clock) -> None:
    """Send events to those who want them."""
    while True:
        try:
            arrived = await run_in_threadpool(service.deliveries.deliver, clock=clock)
        except Exception:  # noqa: BLE001 - as in `_renew`
            arrived = 0
            _log.exception("events could not be delivered")
        await anyio.sleep(0.0 if arrived else CATCH_UP_EVERY)


async def _look_for_token(service: Service, clock: Clock) -> None:
    """Notice a token that goes and comes, also when nobody issues; sign what had to wait for it."""
    signer = service.office.signer
    while isinstance(signer, TokenSigner):
        await anyio.sleep(LOOK_EVERY)
        was_away = not signer.available
        try:
            await run_in_threadpool(signer.look)
            if was_away:
                await run_in_threadpool(service.prepare, at=clock())
        except SignerUnavailableError:  # the signer has said so, once
            continue
        except Exception:  # noqa: BLE001 - as in `_renew`
            _log.exception("lists could not be signed with the token back")
