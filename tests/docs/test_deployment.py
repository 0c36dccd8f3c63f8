"""The example units are what systemd can read, and what they start does what the page says."""

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "deployment.md").read_text("utf-8")
BACKUP = (REPOSITORY / "docs" / "runbooks" / "backup-and-restore.md").read_text("utf-8")
UNITS = {
    Path(path).name: text
    for path, text in re.findall(r"^```ini\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
}


def started_by(unit: str, word: str = "ExecStart") -> str:
    """A unit's command, as systemd hands it on."""
    (command,) = re.findall(rf"^{word}=(.*)$", UNITS[unit], re.MULTILINE)
    return str(command).replace("$$", "$").replace("%%", "%")


def with_our_python(command: str) -> str:
    return command.replace("/opt/composite-license/.venv/bin", str(Path(sys.executable).parent))


def test_there_are_three_units() -> None:
    assert set(UNITS) == {"verify-service.service", "verify-backup.service", "verify-backup.timer"}
    assert PAGE.count("```ini") == 3


def test_systemd_finds_no_fault_in_them(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze: the example units were NOT VERIFIED")
    for name, text in UNITS.items():
        ours = with_our_python(text).replace("User=verify", "User=root")
        (tmp_path / name).write_text(ours, "utf-8")
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
    )
    assert [line for line in done.stderr.splitlines() if "verify-" in line] == []
    assert done.returncode == 0, done.stderr


def test_the_service_is_started_by_a_command_that_is_one() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{with_our_python(started_by('verify-service.service'))} --help"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_the_timer_makes_a_copy_with_the_time_in_its_name(tmp_path: Path) -> None:
    (script,) = re.findall(
        r"^cat > back-up\.py <<'PY'\n(.*?)^PY$", BACKUP, re.MULTILINE | re.DOTALL
    )
    (tmp_path / "back-up.py").write_text(script, "utf-8")
    with sqlite3.connect(tmp_path / "registry.sqlite3") as registry:
        registry.execute("CREATE TABLE licenses (number TEXT)")
    registry.close()
    unit = "verify-backup.service"
    for word in ("ExecStartPre", "ExecStart", "ExecStartPost"):
        command = with_our_python(started_by(unit, word))
        subprocess.run(["bash", "-euc", command], cwd=tmp_path, check=True)
    (copy,) = (tmp_path / "backups").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{6}\.sqlite3", copy.name)
    assert copy.stat().st_mode & 0o077 == 0
