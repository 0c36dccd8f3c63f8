"""The peers' environment: `.venv-peers` with just what peers.lock names, made when it is missing.

Apart from ours, because `cwt` and `pycose` need a cbor2 older than the core's.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from credential.claims import License
from credential.days import seconds_at
from tests.bench.verify.measuring import Cost

ROOT: Final = Path(__file__).parents[3]
FOLDER: Final = ROOT / ".venv-peers"
LOCK: Final = ROOT / "peers.lock"
READY: Final = FOLDER / ".ready"


def measure_peers(license: License) -> dict[str, Cost]:
    """Run the peers on a license's content.

    Raises:
        subprocess.CalledProcessError: their packages cannot be had, or they fail.
    """
    _make_ready()
    done = subprocess.run(
        [_python(), "-m", "tests.bench.verify.peers"],
        cwd=ROOT,
        input=json.dumps(_content(license)),
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        name: Cost(microseconds=microseconds, ratio=ratio, least=least)
        for name, (microseconds, ratio, least) in json.loads(done.stdout).items()
    }


def _make_ready() -> None:
    if READY.exists() and READY.stat().st_mtime >= LOCK.stat().st_mtime:
        return
    print("making .venv-peers …", file=sys.stderr, flush=True)
    venv.create(FOLDER, with_pip=True)
    install = ["-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)]
    subprocess.run([_python(), *install], check=True)
    READY.touch()


def _python() -> str:
    return str(FOLDER / "bin" / "python")


def _content(license: License) -> dict[str, object]:
    """The license as other CWTs would hold it: plain strings and numbers."""
    return {
        "issuer": license.issuer,
        "issued_at": seconds_at(license.issued_day),
        "record": [
            *license[1:9],
            license.position,
            *license[10:14],
            license.permits,
            license.pending,
        ],
    }
