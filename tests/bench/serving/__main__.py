"""``python -m tests.bench.serving``: verifications a second at 100,000 licenses, one worker.

The yardstick is an empty FastAPI endpoint of the same application in the same server; the two are
asked in turn, several rounds, and the median of the rounds' ratios counts.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.serving.filling import fill, moment
from tests.bench.serving.load import rate, request
from tests.demo.district import open_bare_service

LIMIT = 0.4
ROUNDS = 5
SECONDS = 3.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--licenses", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        at = moment()
        service = open_bare_service(folder, at=at)
        began = time.perf_counter()
        texts = fill(service, licenses=options.licenses, sealed=500, at=at)
        service.publisher.publish_status_lists(at=at)
        service.close()
        print(f"{options.licenses} licenses written in {time.perf_counter() - began:.0f} s")
        return _measure(folder, texts)


def _measure(folder: Path, texts: list[str]) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.serving.server", str(folder), str(port)],
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),
    )
    try:
        os.sched_setaffinity(0, {1} if (os.cpu_count() or 1) > 1 else {0})
        _wait(port)
        empty = [request("/empty")]
        verify = [request("/api/v1/verify", json.dumps({"text": text}).encode()) for text in texts]
        raw = [request("/raw", json.dumps({"text": text}).encode()) for text in texts]
        rate(port, verify, seconds=1.0)
        rows = [
            tuple(rate(port, each, seconds=SECONDS) for each in (empty, verify, raw))
            for _ in range(ROUNDS)
        ]
    finally:
        process.terminate()
        process.wait(timeout=30)
    rates = [statistics.median(row[place] for row in rows) for place in range(3)]
    ratios = [statistics.median(row[place] / row[0] for row in rows) for place in range(3)]
    for place, what in (
        (0, "empty FastAPI endpoint"),
        (2, "reads the same body, answers nothing"),
        (1, "POST /api/v1/verify"),
    ):
        print(f"{what:44}{rates[place]:9.0f} /s   {ratios[place]:.2f}")
    ratio = ratios[1]
    print(f"to reach: {LIMIT}")
    return 0 if ratio >= LIMIT else 1


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
