"""The runbooks' commands, run as they are written: each `sh` block in order, in one shell."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.softhsm import find_softhsm

pytestmark = pytest.mark.slow

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FALL = "## 9. Does a license fall?"


def commands(text: str) -> str:
    return "\n".join(_BLOCK.findall(text))


def read(name: str) -> str:
    return (RUNBOOKS / name).read_text("utf-8")


def run(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script in a shell that stops at the first command that fails."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("VERIFY_")
    }
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment["HOME"] = str(folder)
    return subprocess.run(
        ["bash", "-eu", "-c", script], cwd=folder, env=environment, capture_output=True, text=True
    )


def assert_runs(script: str, folder: Path) -> None:
    done = run(script, folder)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


# What the others go on from, once: seven steps are as slow as all the rest.
_STARTED = """
cd ..
declare -f field sign_list > shell
declare -p NUMBER TODAY VERIFY_SERVICE_SETTINGS >> shell
"""
# With the umask of an ordinary shell, so that a runbook has to see to its secrets itself.
_GO_ON = "umask 022\nsource shell\ncd service\n"
_SECRETS = ("*.passphrase", "*.pin", "*.token", "*.sqlite3*", "*.pem")


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district after the first seven steps of its runbook."""
    folder = tmp_path_factory.mktemp("started")
    first, _ = read("first-district.md").split(_FALL)
    assert_runs(commands(first) + _STARTED, folder)
    return folder


@pytest.fixture
def district(started: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(started, tmp_path / "district"))


def test_the_first_district_falls_with_its_permit(district: Path) -> None:
    _, last = read("first-district.md").split(_FALL)
    assert_runs(_GO_ON + commands(last), district)


@pytest.mark.parametrize(
    "name",
    [
        *("trust-list.md", "root-ceremony.md", "lost-key.md"),
        *("key-rotation.md", "key-compromise.md", "backup-and-restore.md", "recognition.md"),
    ],
)
def test_a_runbook_runs_to_its_end(name: str, district: Path) -> None:
    assert_runs(_GO_ON + commands(read(name)), district)
    assert readable_by_others(district) == []


def test_a_key_moves_into_an_hsm_and_from_there_to_another(district: Path) -> None:
    find_softhsm()
    assert_runs(_GO_ON + commands(read("hsm.md")), district)
    assert readable_by_others(district) == []


def readable_by_others(folder: Path) -> list[str]:
    """The secrets below a folder that somebody else on the machine could read."""
    return [
        path.relative_to(folder).as_posix()
        for pattern in _SECRETS
        for path in folder.rglob(pattern)
        if path.stat().st_mode & 0o077 and not is_public(path)
    ]


def is_public(path: Path) -> bool:
    return path.suffix == ".pem" and "PRIVATE" not in path.read_text("ascii")


def test_a_secret_that_others_can_read_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "scjg.token").touch(0o644)
    (tmp_path / "bureau.token").touch(0o600)
    assert readable_by_others(tmp_path) == ["scjg.token"]


def test_a_command_that_fails_would_be_noticed(tmp_path: Path) -> None:
    broken = "true\nfalse\ntouch went-on\n"
    assert run(broken, tmp_path).returncode != 0
    assert not (tmp_path / "went-on").exists()


def test_every_runbook_has_commands_and_is_run() -> None:
    names = {path.name for path in RUNBOOKS.glob("*.md")}
    assert names == {
        *("first-district.md", "trust-list.md", "root-ceremony.md", "lost-key.md"),
        *("key-rotation.md", "key-compromise.md", "backup-and-restore.md"),
        *("hsm.md", "recognition.md"),
    }
    assert all(commands(read(name)) for name in names)
