"""A real server under photographs made to hold it up: each is refused, alone, and in time."""

import json
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.demo.district import open_bare_service
from tests.demo.serving import started
from tests.hostile_pictures import finder_tile, jpeg_of_scans, line, saved
from tests.mobile_scanner.district import png, symbol
from tests.processes import children_of, is_running, on_linux, seconds_worked, wait_until

SECONDS = 5.0
TILE = finder_tile()
TEXT = "HTTPS://PAY.EXAMPLE/123"
GOOD = png(symbol(TEXT))

pytestmark = on_linux


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    url: str
    process: "subprocess.Popen[bytes]"

    def upload(self, content: bytes, *, path: str = "/api/v1/verify") -> httpx.Response:
        files = {"photograph": ("a.png", content)}
        headers = {"accept": "text/html" if path == "/verify" else "*/*"}
        return httpx.post(self.url + path, files=files, headers=headers, timeout=120)

    def readers(self) -> list[int]:
        """The processes that read photographs."""
        return children_of(self.process.pid)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The program, with two readers and little patience; its lists are dated by the clock it reads."""
    folder = tmp_path / "service"
    open_bare_service(folder, at=datetime.now(UTC).replace(microsecond=0)).close()
    settings = folder / "settings.toml"
    limits = f"photograph_seconds = {SECONDS}\nphotograph_mebibytes = 256\n"
    settings.write_text(limits + settings.read_text("utf-8"))
    with started(folder) as (url, process):
        yield Server(url=url, process=process)


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The document of a refusal, which speaks both languages and tells nothing from inside."""
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == answer.status_code
    assert any("一" <= letter <= "龥" for letter in document["detail"])
    assert document["detail_en"].replace("×", "x").isascii()
    assert not {"cause", "source"} & document.keys()
    return document


def test_photographs_that_take_minutes_are_given_up_and_the_next_are_read(server: Server) -> None:
    with ThreadPoolExecutor() as crowd:
        hostile = [crowd.submit(server.upload, TILE) for _ in range(2)]
        wait_until(lambda: len(server.readers()) == 2)
        waiting = crowd.submit(server.upload, GOOD)
        for answer in (each.result() for each in hostile):
            document = problem(answer)
            assert (answer.status_code, document["seconds"]) == (422, SECONDS)
            assert document["type"].endswith("/problems/photograph-unfinished")
        assert [code["text"] for code in waiting.result().json()["codes"]] == [TEXT]
    assert server.upload(GOOD).status_code == 200
    page = server.upload(TILE, path="/verify")
    assert (page.status_code, "照片未能读完" in page.text) == (422, True)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (jpeg_of_scans(400), 422, "photograph-refused"),
        (line(65_536, 100), 413, "photograph-too-large"),
        (line(100, 65_536), 413, "photograph-too-large"),
    ],
    ids=["scans", "wide", "high"],
)
def test_what_its_head_gives_away_is_refused_and_costs_no_process(
    server: Server, content: bytes, status: int, code: str
) -> None:
    assert server.upload(GOOD).status_code == 200
    readers = server.readers()
    answer = server.upload(content)
    assert answer.status_code == status
    assert problem(answer)["type"].endswith(f"/problems/{code}")
    assert server.upload(GOOD).status_code == 200
    assert server.readers() == readers


def test_a_photograph_that_needs_too_much_memory_takes_down_nothing_but_itself(
    server: Server,
) -> None:
    heavy = saved(Image.new("RGBA", (7900, 7900)), compress_level=1)
    answer = server.upload(heavy)
    document = problem(answer)
    assert (answer.status_code, document["mebibytes"]) == (422, 256)
    assert document["type"].endswith("/problems/photograph-unfinished")
    assert server.upload(GOOD).status_code == 200


def test_a_reading_process_that_dies_is_told_without_its_cause(server: Server) -> None:
    with ThreadPoolExecutor() as crowd:
        answer = crowd.submit(server.upload, TILE)
        wait_until(lambda: bool(server.readers()))
        (reader,) = server.readers()
        subprocess.run(["kill", "-SEGV", str(reader)], check=True)
        assert answer.result().status_code == 422
        assert problem(answer.result())["type"].endswith("/problems/photograph-unfinished")
    assert server.upload(GOOD).status_code == 200


def test_a_charset_that_is_none_is_no_fault_of_ours(server: Server) -> None:
    body = httpx.Request("POST", server.url, files={"photograph": ("a.png", GOOD)})
    kind = body.headers["content-type"].replace(";", "; charset=undefined;", 1)
    answer = httpx.post(
        f"{server.url}/api/v1/verify",
        content=body.read(),
        headers={"content-type": kind},
        timeout=120,
    )
    assert (answer.status_code, len(answer.json()["codes"])) == (200, 1)


def test_the_readers_end_with_the_server(server: Server) -> None:
    assert server.upload(GOOD).status_code == 200
    (reader,) = server.readers()
    server.process.terminate()
    server.process.wait(timeout=60)
    wait_until(lambda: not is_running(reader))


def test_no_reader_outlives_a_server_that_was_killed_while_it_read(server: Server) -> None:
    def send() -> None:
        with pytest.raises(httpx.HTTPError):
            server.upload(TILE)

    sending = threading.Thread(target=send)
    sending.start()
    wait_until(lambda: bool(server.readers()))
    (reader,) = server.readers()
    wait_until(lambda: seconds_worked(reader) > 1)
    server.process.kill()
    server.process.wait(timeout=60)
    sending.join()
    wait_until(lambda: not is_running(reader))


def test_texts_are_verified_while_every_reader_is_held_up(server: Server) -> None:
    with ThreadPoolExecutor() as crowd:
        hostile = [crowd.submit(server.upload, TILE) for _ in range(2)]
        wait_until(lambda: len(server.readers()) == 2)
        answer = httpx.post(f"{server.url}/api/v1/verify", json={"text": TEXT}, timeout=60)
        assert json.loads(answer.text)["outcome"] == "not_a_license"
        assert all(each.result().status_code == 422 for each in hostile)
