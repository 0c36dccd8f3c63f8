"""The scanner as a program, in a folder with a bundle, its roots and a few pictures."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.mobile_scanner.district import District

NOW = datetime.now(UTC)
CHAOYANG = District(at=NOW)
TEXT = CHAOYANG.text()
PROJECT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-W", "error", "-m", "mobile_scanner"]
BUNDLE = ["--offline", "--bundle", "bundle", "--root", "root.cbor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a run of the program ended. `told` is its standard error."""

    status: int
    shown: str
    told: str

    @property
    def found(self) -> list[dict[str, Any]]:
        document = json.loads(self.shown)
        assert isinstance(document, list)
        return document

    @property
    def outcomes(self) -> list[list[str]]:
        return [[code["verdict"]["outcome"] for code in found["codes"]] for found in self.found]


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(PROJECT)}


def run(folder: Path, *arguments: str, typed: bytes = b"") -> Run:
    ended = subprocess.run(
        [*PROGRAM, *arguments],
        input=typed,
        capture_output=True,
        check=False,
        cwd=folder,
        env=environment(folder),
        timeout=120,
    )
    return Run(status=ended.returncode, shown=ended.stdout.decode(), told=ended.stderr.decode())


def scan(folder: Path, *arguments: str, typed: bytes = b"") -> Run:
    return run(folder, "scan", *arguments, *BUNDLE, typed=typed)
