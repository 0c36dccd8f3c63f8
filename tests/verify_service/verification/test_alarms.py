"""Alarms are kept before the answer, off the event loop, once for each thing that is shown."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from tests.clocks import stopped
from tests.verify_service.bureau import NOON, Bureau, codes, days
from tests.verify_service.verification.looking import alarms, licensed
from verify_service.app import create_app
from verify_service.database import Database, open_database
from verify_service.verification import alarms as book_module
from verify_service.verification.alarms import AlarmBook, Sighting
from verify_service.verification.asking import ask

ROOT = Path(__file__).parents[3]


def sighting(number: int = 1, *, hours: float = 0) -> Sighting:
    at = NOON + timedelta(hours=hours)
    return Sighting(
        code="registry-unknown",
        shown=b"claims %d" % number,
        number=f"朝综许26-2031-{number:05}",
        text=f"HTTPS://X.EXAMPLE/L/{number}",
        first_at=at,
        last_at=at,
    )


@pytest.fixture
def book(bureau: Bureau) -> AlarmBook:
    return bureau.service.verifier.alarms


@pytest.fixture
def hasty(sqlite_bureau: Bureau) -> Iterator[Database]:
    url = sqlite_bureau.service.settings.database
    with closing(open_database(url, patience=timedelta(milliseconds=20))) as database:
        yield database


def test_only_the_first_sight_has_to_be_written_at_once(bureau: Bureau, book: AlarmBook) -> None:
    assert book.note(sighting())
    assert not book.note(sighting(hours=1))  # is waiting already
    book.write()
    for hours in (2, 3, 4):
        assert not book.note(sighting(hours=hours))
    (alarm,) = alarms(bureau)
    assert (alarm.times, alarm.last_at) == (2, NOON + timedelta(hours=1))
    book.write()
    (alarm,) = alarms(bureau)
    assert (alarm.times, alarm.first_at, alarm.last_at) == (5, NOON, NOON + timedelta(hours=4))
    assert alarm.detail == {"text": "HTTPS://X.EXAMPLE/L/1"}


def test_a_sight_counted_late_does_not_set_the_last_time_back(
    bureau: Bureau, book: AlarmBook
) -> None:
    other = AlarmBook(bureau.service.database)
    book.note(sighting(hours=1))
    other.note(sighting(hours=9))
    other.write()
    book.write()
    (alarm,) = alarms(bureau)
    assert (alarm.times, alarm.last_at) == (2, NOON + timedelta(hours=9))


def test_what_cannot_be_written_waits_and_is_not_lost(
    sqlite_bureau: Bureau, hasty: Database, caplog: pytest.LogCaptureFixture
) -> None:
    book = AlarmBook(hasty)
    with sqlite_bureau.service.database.writing():
        assert book.note(sighting())
        book.write()
        assert not book.note(sighting())  # and is not tried again for each who asks
    assert "朝综许26-2031-00001" in caplog.text
    assert alarms(sqlite_bureau) == ()
    book.write()
    assert [alarm.times for alarm in alarms(sqlite_bureau)] == [2]


def test_without_room_an_alarm_is_told_to_the_log(
    sqlite_bureau: Bureau, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(book_module, "MOST_WAITING", 2)
    book = AlarmBook(sqlite_bureau.service.database)
    assert [book.note(sighting(number)) for number in (1, 2, 3)] == [True, True, False]
    assert "HTTPS://X.EXAMPLE/L/3" in caplog.text
    book.write()
    assert book.note(sighting(3))


def test_what_is_known_is_remembered_to_a_bound(
    sqlite_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_module, "MOST_KNOWN", 2)
    book = AlarmBook(sqlite_bureau.service.database)
    for number in (1, 2, 3):
        book.note(sighting(number))
    book.write()
    assert not book.note(sighting(3))
    assert book.note(sighting(1))  # forgotten: written again, and counted in its row
    book.write()
    assert {alarm.number[-1:]: alarm.times for alarm in alarms(sqlite_bureau) if alarm.number} == {
        "1": 2,
        "2": 1,
        "3": 2,
    }


def test_many_threads_count_every_sight(bureau: Bureau, book: AlarmBook) -> None:
    def show(number: int) -> None:
        if book.note(sighting(number % 3)):
            book.write()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(show, range(120)))
    book.write()
    assert sorted(alarm.times for alarm in alarms(bureau)) == [40, 40, 40]


def test_the_same_text_again_and_again_is_written_once_and_counted(bureau: Bureau) -> None:
    """Nobody fills the disk, or keeps the writers' queue busy, with one forged sheet."""
    _, issued = licensed(bureau)
    forged = bureau.forge(issued, serial=4242).text
    begun: list[object] = []
    writer = bureau.service.database._writer
    event.listen(writer, "begin", begun.append)

    async def show() -> None:
        for _ in range(50):
            verdict = await ask(bureau.service, forged, at=NOON)
            assert codes(verdict) == {"registry-unknown"}

    asyncio.run(show())
    assert len(begun) == 1
    assert [alarm.times for alarm in alarms(bureau)] == [1]
    bureau.service.verifier.alarms.write()
    assert [alarm.times for alarm in alarms(bureau)] == [50]


def test_others_are_answered_while_an_alarm_waits_for_the_writers_lock(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    _, issued = licensed(bureau)
    forged = bureau.forge(issued, serial=4242).text
    app = create_app(bureau.service, clock=stopped(NOON))

    async def visit() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://a.example") as client:

            async def verify(text: str) -> str:
                answer = await client.post("/api/v1/verify", json={"text": text})
                outcome: str = answer.json()["outcome"]
                return outcome

            with bureau.service.database.writing():  # somebody else is at it
                alarm = asyncio.create_task(verify(forged))
                await asyncio.sleep(0)
                assert [await verify(issued.text) for _ in range(3)] == ["valid"] * 3
                assert not alarm.done()
            assert await alarm == "rejected"
        assert [each.code for each in alarms(bureau)] == ["registry-unknown"]  # before its answer

    asyncio.run(visit())


# ---- at the end of a process ----------------------------------------------------------------------

SERVING = """
import sys
from pathlib import Path
import uvicorn
from tests.clocks import stopped
from tests.verify_service.bureau import NOON
from verify_service.app import create_app
from verify_service.service import open_service
from verify_service.settings import load_settings

service = open_service(load_settings(Path(sys.argv[1])))
app = create_app(service, clock=stopped(NOON))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="info", access_log=False)
"""


@pytest.mark.parametrize(
    ("end", "counted"), [(signal.SIGTERM, 5), (signal.SIGKILL, 1)], ids=["ended", "killed"]
)
def test_the_alarm_itself_outlives_its_process_and_its_count_an_orderly_end(
    end: signal.Signals, counted: int, sqlite_bureau: Bureau
) -> None:
    bureau = sqlite_bureau
    _, issued = licensed(bureau)
    forged = bureau.forge(issued, serial=4242).text
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVING, str(bureau.folder / "settings.toml"), str(port)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        while "running on" not in process.stderr.readline():
            assert process.poll() is None
        for _ in range(5):
            url = f"http://127.0.0.1:{port}/api/v1/verify"
            answer = httpx.post(url, json={"text": forged}, timeout=60)
            assert answer.json()["outcome"] == "rejected"
        assert [alarm.times for alarm in alarms(bureau)] == [1]
        process.send_signal(end)
        process.stderr.read()
    assert [alarm.times for alarm in alarms(bureau)] == [counted]
    assert alarms(bureau)[0].first_at == days(0)
