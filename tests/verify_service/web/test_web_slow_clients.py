"""Clients that keep a server waiting are given up, and nobody else waits for them.

The real server, on this machine's own address, with its patience cut to a second; every deadline of
a test is far longer than what it waits for.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.demo.district import open_bare_service
from verify_service import web_server
from verify_service.cli import main

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0  # seconds until a test gives up; the server's is one
MOST = 20

SERVING = f"""
import sys
from verify_service import cli, web_guard, web_server

web_server.HEAD_SECONDS = web_server.WRITE_SECONDS = 1.0
web_server.MOST_CONNECTIONS = {MOST}
web_guard.BODY_SECONDS = web_guard.FORM_SECONDS = 1.0
sys.exit(cli.main(["--settings", sys.argv[1], "serve", "--port", "0"]))
"""
HEAD = b"POST /api/v1/verify HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\n"
Drip = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of a service with an empty registry, of today: the program reads the clock."""
    folder = tmp_path_factory.mktemp("slow") / "service"
    open_bare_service(folder, at=datetime.now(UTC)).close()
    return folder / "settings.toml"


@pytest.fixture(scope="module")
def address(settings: Path) -> Iterator[tuple[str, int]]:
    """Where the server listens."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVING, str(settings)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        url = urlsplit(process.stdout.readline().strip())
        assert url.hostname is not None
        assert url.port is not None
        yield url.hostname, url.port
        process.terminate()
    assert process.returncode in (0, -15)


def connect(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=PATIENCE)


def is_answered(address: tuple[str, int]) -> bool:
    """Whether somebody else gets an answer just now."""
    answer = httpx.get(f"http://{address[0]}:{address[1]}/health", timeout=PATIENCE)
    return answer.status_code == 200


def drip_until_cut(connection: socket.socket, piece: bytes) -> bytes:
    """Send a piece now and then until the server has hung up; gives what it said."""
    heard = b""
    connection.settimeout(0.05)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            connection.sendall(piece)
            data = connection.recv(65_536)
        except TimeoutError:
            continue
        except OSError:  # reset, or a pipe without a reader
            return heard
        if not data:
            return heard
        heard += data
    raise AssertionError("the server still waits")


@pytest.mark.parametrize(
    ("said", "piece"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: a.example\r\nX: ", b"a"),
        (b"", b"\r\n"),
        (b"GET /", b"a"),
        (HEAD, b"X-Header: 1\r\n"),
    ],
    ids=["nothing", "a header's value", "blank lines", "an address", "headers"],
)
def test_a_head_that_does_not_come_is_not_waited_for(
    said: bytes, piece: bytes, address: tuple[str, int]
) -> None:
    with connect(address) as connection:
        connection.sendall(said)
        assert is_answered(address)
        assert drip_until_cut(connection, piece) == b""
        assert is_answered(address)


def test_between_two_requests_nobody_is_waited_for_either(address: tuple[str, int]) -> None:
    with connect(address) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: a.example\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        drip_until_cut(connection, b"\r\n")


def test_a_head_that_grows_without_end_is_refused(address: tuple[str, int]) -> None:
    line = b"X: " + b"a" * 1019 + b"\r\n"  # 1 kB
    with connect(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + line * (web_server.HEAD_BYTES // len(line)))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 431")
        assert connection.recv(1) == b""
        assert is_answered(address)


def test_the_largest_symbols_address_is_no_such_head(address: tuple[str, int]) -> None:
    assert web_server.HEAD_BYTES > 4 * 2_953
    url = f"http://{address[0]}:{address[1]}/L/{'7' * 2_900}"
    assert httpx.get(url, timeout=PATIENCE).status_code == 200


@pytest.mark.parametrize(
    "length", [b"Content-Length: 200000\r\n", b"Transfer-Encoding: chunked\r\n"]
)
def test_a_body_that_drips_is_given_up_by_name(length: bytes, address: tuple[str, int]) -> None:
    piece = b"1\r\n \r\n" if b"chunked" in length else b" "
    with connect(address) as connection:
        connection.sendall(HEAD + length + b"\r\n")
        heard = drip_until_cut(connection, piece)
    assert heard.startswith(b"HTTP/1.1 408")
    assert b"body-too-slow" in heard
    assert b"connection: close" in heard
    assert is_answered(address)


def test_a_body_that_goes_on_after_its_refusal_is_given_up(address: tuple[str, int]) -> None:
    with connect(address) as connection:
        connection.sendall(HEAD + b"Content-Length: 99999999999\r\n\r\n")
        assert drip_until_cut(connection, b" ").startswith(b"HTTP/1.1 413")


def test_an_answer_that_nobody_reads_is_given_up(address: tuple[str, int]) -> None:
    asked = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
    with connect(address) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert ask_without_end(connection, asked * 100)
        assert is_answered(address)


def ask_without_end(connection: socket.socket, asked: bytes) -> bool:
    """Ask and never read; say whether the server has hung up at last."""
    connection.settimeout(1.0)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            connection.sendall(asked)
        except TimeoutError:  # it has stopped reading, too
            continue
        except OSError:
            return True
    return False


def test_of_more_connections_than_there_are_places_the_last_are_refused(
    address: tuple[str, int],
) -> None:
    answered = 0
    with ExitStack() as stack:
        for connection in [stack.enter_context(connect(address)) for _ in range(2 * MOST)]:
            with suppress(OSError):  # hung up on
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: a.example\r\n\r\n")
                answered += connection.recv(65_536).startswith(b"HTTP/1.1 200")
        assert answered <= MOST
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(httpx.HTTPError):
            assert is_answered(address)
            return
    raise AssertionError("the places did not become free")


def test_an_address_that_is_taken_is_named(
    address: tuple[str, int], settings: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--settings", str(settings), "serve", "--port", str(address[1])]) == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert f"127.0.0.1:{address[1]}" in told.err


@pytest.mark.parametrize("port", ["65536", "-1", "x", "99999", ""])
def test_a_port_that_is_none_is_wrong_usage(port: str, settings: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--settings", str(settings), "serve", "--port", port])
    assert ended.value.code == 2
