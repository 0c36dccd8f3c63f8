"""The outermost layer: headers on every answer, limits before reading, silence about faults."""

import asyncio
import logging
from collections.abc import AsyncIterator
from itertools import count

import pytest
from fastapi import FastAPI

from tests.verify_service.web.browser import code_of
from tests.verify_service.web.conftest import Counter, Sample
from tests.verify_service.web.desks import FOOD, get, issued
from verify_service import app as app_module
from verify_service.service import Service
from verify_service.web_guard import SECURITY_HEADERS

ADDRESSES = (
    "/",
    "/L/12",
    "/nowhere",
    "/health",
    "/trust-list",
    "/api/v1/bundle",
    "/api/v1/nowhere",
    "/api/v1/verify",
    "/api/v1/alarms",
    "/assets/style.css",
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_has_the_security_headers_once(sample: Sample, path: str) -> None:
    answer = sample.browser.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get_list(name) == [value]


def test_the_policy_allows_no_script_no_inline_style_and_no_frame() -> None:
    policy = dict(
        directive.split(" ", 1)
        for directive in SECURITY_HEADERS["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert "script-src" not in policy
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert SECURITY_HEADERS["referrer-policy"] == "no-referrer"
    assert SECURITY_HEADERS["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        *("/L", "/C", "/verify/", "/lookup/", "/health/", "/trust-list/", "/assets/style.css/"),
        *("/api/v1/alarms/", "/api/v1/licenses/x/", "/api/v1/openapi.json/"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_with_or_without_a_slash_too_many_leads_nowhere(
    sample: Sample, method: str, path: str
) -> None:
    """A redirect would name whatever host a stranger asked for."""
    answer = sample.browser.request(method, path, headers={"host": "elsewhere.example"})
    assert answer.status_code in (401, 404, 405)
    assert "location" not in answer.headers
    assert "elsewhere" not in answer.text


def test_what_is_on_file_and_what_a_token_shows_is_kept_by_no_cache(counter: Counter) -> None:
    number = issued(counter)["number"]
    for path in (f"/licenses/{number}", f"/permits/food_business/{FOOD}", "/alarms", "/recalls"):
        answer = get(counter, path, "bureau")
        assert (answer.status_code, answer.headers.get_list("cache-control")) == (200, ["no-store"])
    assert counter.browser.get("/nowhere").headers.get_list("cache-control") == ["no-store"]
    # What is published says itself how it may be kept.
    kept = counter.browser.get("/trust-list").headers.get_list("cache-control")
    assert kept == ["public, no-cache"]


def test_a_look_that_fails_is_not_the_last(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours, once or twice, does not let the published lists grow old for good."""
    looks = count()

    async def live() -> None:
        loop, went_on = asyncio.get_running_loop(), asyncio.Event()

        def prepare(*_: object, **__: object) -> None:
            if next(looks) < 2:
                raise ZeroDivisionError
            loop.call_soon_threadsafe(went_on.set)

        monkeypatch.setattr(app_module, "RENEW_EVERY", 0.001)
        monkeypatch.setattr(Service, "prepare", prepare)
        async with counter.browser.app.router.lifespan_context(counter.browser.app):
            await asyncio.wait_for(went_on.wait(), 60)

    with caplog.at_level(logging.ERROR):
        asyncio.run(live())
    assert caplog.text.count("lists could not be renewed") == 2


def test_every_answer_has_a_number_of_its_own(sample: Sample) -> None:
    shown = {"x-request-id": "chosen-by-a-stranger"}
    numbers = {
        sample.browser.get(path, headers=shown).headers["x-request-id"] for path in ADDRESSES
    }
    assert len(numbers) == len(ADDRESSES)
    assert "chosen-by-a-stranger" not in numbers


@pytest.mark.parametrize("path", ["/api/v1/verify", "/api/v1/holders", "/verify"])
def test_a_body_that_announces_too_much_is_refused_unread(counter: Counter, path: str) -> None:
    limit = counter.service.settings.request_bytes
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(True)
        yield b"x"

    headers = {"content-type": "application/json", "content-length": str(limit + 1)}
    answer = counter.browser.post(path, content=body(), headers=headers)
    assert answer.status_code == 413
    assert code_of(answer) == "body-too-large"


@pytest.mark.parametrize("path", ["/api/v1/verify", "/api/v1/holders"])
def test_a_body_that_grows_too_large_is_refused_while_it_is_read(
    counter: Counter, path: str
) -> None:
    limit = counter.service.settings.request_bytes
    headers = counter.headers("bureau") | {"content-type": "application/json"}
    answer = counter.browser.post(path, content=_endless(limit), headers=headers)
    assert answer.status_code == 413
    assert code_of(answer) == "body-too-large"


def test_a_form_that_grows_too_large_is_refused_while_it_is_read(counter: Counter) -> None:
    limit = counter.service.settings.photograph_bytes
    head = b'--b\r\nContent-Disposition: form-data; name="photograph"; filename="a"\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = counter.browser.post(
        "/api/v1/verify", content=_endless(limit, head=head), headers=headers
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "", "٣"])
def test_a_length_that_is_no_number_is_refused(counter: Counter, length: str) -> None:
    """No server lets one through; behind another one it is not trusted either."""
    assert _ask_directly(counter.browser.app, length) == 413


def test_an_unexpected_error_tells_the_outside_its_number_and_nothing_else(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "the cellar key is under the mat"

    async def fail() -> None:
        raise RuntimeError(secret)

    counter.browser.app.get("/api/v1/broken")(fail)
    with caplog.at_level(logging.ERROR):
        answer = counter.browser.get("/api/v1/broken")
    assert answer.status_code == 500
    assert code_of(answer) == "internal-error"
    assert secret not in answer.text
    assert "RuntimeError" not in answer.text
    assert secret in caplog.text
    assert answer.headers["x-request-id"] in caplog.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_an_unexpected_error_of_the_hot_path_is_told_the_same_way(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.service.database.close()
    folder = counter.service.database.path
    assert folder is not None
    for file in folder.parent.glob(f"{folder.name}*"):
        file.unlink()
    answer = counter.browser.post("/api/v1/verify", json={"text": "x" * 10})
    assert answer.status_code in (200, 503)  # the lists may still be fresh in memory
    health = counter.browser.get("/health")
    assert health.status_code == 503
    assert code_of(health) == "registry-unavailable"
    assert str(folder) not in health.text
    assert health.headers["retry-after"] == "30"


def test_health_says_which_trust_list_is_in_use(sample: Sample) -> None:
    answer = sample.browser.get("/health")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["trust_list"]) == ("ok", 2)


async def _endless(limit: int, head: bytes = b"") -> AsyncIterator[bytes]:
    yield head
    sent = 0
    while sent <= 2 * limit:
        yield b" " * 65_536
        sent += 65_536


def _ask_directly(app: FastAPI, length: str) -> int:
    """Ask as a server would, with a header that httpx would not send."""
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        raise AssertionError("the body was read")

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/verify",
        "raw_path": b"/api/v1/verify",
        "query_string": b"",
        "headers": [(b"content-length", length.encode("latin-1", "replace"))],
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # a hand-made server
    return statuses[0]
