"""The demo's service on 127.0.0.1, as a process of its own, as an operator would start it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.demo.story import Printed

_PATIENCE = 30.0  # seconds for the server to answer


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the demo's registry on a free port; gives the URL, stops the server afterwards."""
    with started(folder) as (url, _):
        yield url


@contextmanager
def started(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The same, with the server's process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(_command(folder, port))
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield url, process
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


def serve(folder: Path, port: int, printed: tuple[Printed, ...]) -> None:
    """Serve until Ctrl-C, with links to click."""
    url = f"http://127.0.0.1:{port}"
    print("\n核验页面 / pages:")
    for each in printed:
        path = each.text.split("/", 3)[3]
        print(f"  {each.license.business.id} {each.license.business.name}\n      {url}/{path}")
    print(f"  {url}/\nCtrl-C 停止 / stops", flush=True)
    command = _command(folder, port)
    os.execv(command[0], command)  # this process becomes the service: what ends it ends that


def _command(folder: Path, port: int) -> list[str]:
    settings = str(folder / "settings.toml")
    program = [sys.executable, "-m", "verify_service", "--settings", settings]
    return [*program, "serve", "--port", str(port)]


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1) as answer:
                json.load(answer)
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the service did not answer at {url}")
