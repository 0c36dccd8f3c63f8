"""The application as it runs: who changes a permit does not wait, and the list follows in seconds."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.verify_service.web.browser import ORIGIN, Browser, code_of
from tests.verify_service.web.conftest import AT, Counter
from tests.verify_service.web.desks import FOOD, issued
from verify_service import app as app_module
from verify_service.app import create_app
from verify_service.clock import Clock
from verify_service.publishing.coalescing import WITHIN
from verify_service.registry.moves import LicenseState
from verify_service.registry.states import license_standing
from verify_service.service import open_service
from verify_service.settings import load_settings


def running_clock() -> Clock:
    """The tests' instant, and on from it."""
    began = time.monotonic()
    return lambda: AT + timedelta(seconds=time.monotonic() - began)


def test_a_change_is_in_the_published_list_within_seconds(counter: Counter) -> None:
    license = issued(counter)
    app = create_app(counter.service, clock=running_clock())
    headers = counter.headers("scjg", key="change-soon-1")
    body = {"move": "revoked", "grounds": "经查存在严重违法行为", "expected_version": 1}

    async def change_and_wait() -> float:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client,
        ):
            before = (await client.get("/status/0")).headers["etag"]
            path = f"/api/v1/permits/food_business/{FOOD}/changes"
            answer = await client.post(path, json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            began = time.monotonic()
            while (await client.get("/status/0")).headers["etag"] == before:
                assert time.monotonic() - began < WITHIN
                await asyncio.sleep(0.05)
            return time.monotonic() - began

    assert asyncio.run(change_and_wait()) < WITHIN
    with counter.service.database.reading() as connection:
        standing = license_standing(connection, license["number"], 1)
    assert standing.state is LicenseState.VOID
    trusted = counter.service.lists.refresh()
    assert trusted.status["110105", 0].read(0, 3) in {(1, 14, 0), (1, 0, 14)}


def test_the_application_publishes_what_is_left_before_it_ends(counter: Counter) -> None:
    issued(counter)
    changes = 20
    app = create_app(counter.service, clock=running_clock())

    async def change_at_the_last_moment() -> None:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client,
        ):
            for number in range(changes):
                answer = await client.post(
                    f"/api/v1/permits/food_business/{FOOD}/changes",
                    json={
                        "move": "resumed" if number % 2 else "suspended",
                        "grounds": "依法办理",
                        "expected_version": number + 1,
                    },
                    headers=counter.headers("scjg", key=f"change-last-{number}"),
                )
                assert answer.status_code == 200, answer.text

    before = counter.service.publisher.artifact("status/110105/0.cbor")
    asyncio.run(change_at_the_last_moment())
    after = counter.service.publisher.artifact("status/110105/0.cbor")
    assert before is not None
    assert after is not None
    assert 0 < after.sequence - before.sequence < changes
    trusted = counter.service.lists.refresh()
    assert trusted.status["110105", 0].read(0, 3) == (0, 0, 0)


# ---- health ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "state", "lists"),
    [(1, "fresh", 200), (40, "aging", 200), (60, "ending", 503), (80, "expired", 503)],
)
def test_old_lists_are_told_and_take_no_process_away(
    counter: Counter, hours: int, state: str, lists: int
) -> None:
    at = AT + timedelta(hours=hours)
    with Browser(create_app(counter.service, clock=lambda: at)) as browser:
        health = browser.get("/health")
        assert health.status_code == 200
        told = health.json()["status_lists"]
        assert (told["count"], told["oldest"]["state"]) == (1, state)
        assert told["oldest"]["age_seconds"] == hours * 3600
        assert told["oldest"]["left_seconds"] == max(72 - hours, 0) * 3600
        answer = browser.get("/health/lists")
        assert answer.status_code == lists
        if lists == 200:
            assert answer.json()["status_lists"] == told
        else:
            assert code_of(answer) == "lists-aging"


def test_the_timer_shouts_where_lists_cannot_be_signed(
    counter: Counter, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is gone for two days and a half, and the service runs on."""
    folder = Path(counter.service.database.path or "").parent
    (folder / "110105.pem").unlink()
    keyless = open_service(load_settings(folder / "settings.toml"))
    monkeypatch.setattr(app_module, "RENEW_EVERY", 0.05)
    app = create_app(keyless, clock=lambda: AT + timedelta(hours=60))

    async def run_for_a_while() -> None:
        async with app.router.lifespan_context(app):
            for _ in range(100):
                await asyncio.sleep(0.05)
                if "(ending)" in caplog.text:
                    return

    asyncio.run(run_for_a_while())
    keyless.close()
    shouted = [each for each in caplog.records if each.levelname == "CRITICAL"]
    assert shouted
    assert "(ending) was not signed for 60.0 h" in caplog.text
