"""The program over pictures that were made to hold it up: each ends in a word, and alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mobile_scanner.cli import main
from tests.hostile_pictures import finder_tile, jpeg_of_scans, line
from tests.mobile_scanner.program import BUNDLE, PROGRAM, Run, environment, scan
from tests.processes import children_of, is_running, on_linux, seconds_worked, wait_until

TILE = finder_tile()


@pytest.fixture
def hostile(folder: Path) -> Path:
    """The folder with hostile pictures between good ones."""
    pictures = folder / "pictures"
    (pictures / "a-tile.png").write_bytes(TILE)
    (pictures / "b-scans.jpg").write_bytes(jpeg_of_scans(400))
    (pictures / "c-wide.png").write_bytes(line(65_536, 100))
    (pictures / "d-high.png").write_bytes(line(100, 65_536))
    return folder


def refusals(ended: Run) -> dict[str, str | None]:
    """The code of each picture's error."""
    return {
        Path(found["picture"]).stem: found.get("error", {}).get("code") for found in ended.found
    }


def test_each_hostile_picture_is_refused_by_name_and_the_good_one_is_read(hostile: Path) -> None:
    ended = scan(hostile, "pictures", "--json", "--time-limit", "5")
    assert refusals(ended) == {
        "a-tile": "picture-too-slow",
        "b-scans": "picture-too-many-scans",
        "c-wide": "picture-side-too-long",
        "d-high": "picture-side-too-long",
        "valid": None,
    }
    assert ended.outcomes == [[], [], [], [], ["valid"]]
    assert ended.status == 1
    assert "Traceback" not in ended.told
    told = ended.told.splitlines()
    assert len(told) == 4
    for name, sentence in zip(("a-tile", "b-scans", "c-wide", "d-high"), told, strict=True):
        assert sentence.startswith(f"pictures/{name}")
        assert any("一" <= letter <= "龥" for letter in sentence)


def test_a_picture_that_takes_too_long_alone_is_as_one_that_cannot_be_read(hostile: Path) -> None:
    ended = scan(hostile, "pictures/a-tile.png", "--time-limit", "1.5")
    assert ended.status == 2
    assert "识读超过 1.5 秒，已停止" in ended.shown
    assert "took longer than 1.5 s" in ended.shown


def test_where_no_process_can_be_started_each_picture_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert main(["scan", "pictures", "pictures/valid.png", *BUNDLE]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.count("not started") for line in told] == [2, 2]  # in two languages


@contextmanager
def reading_for_minutes(folder: Path, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The program while its process is busy with the tile."""
    program = subprocess.Popen(
        [*PROGRAM, "scan", "pictures/a-tile.png", *options, *BUNDLE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment(folder),
        process_group=0,
    )
    with program:
        wait_until(lambda: bool(children_of(program.pid)))
        (reader,) = children_of(program.pid)
        wait_until(lambda: seconds_worked(reader) > 1)
        yield program
    wait_until(lambda: not is_running(reader))


@on_linux
def test_control_c_ends_the_program_and_what_reads_for_it(hostile: Path) -> None:
    with reading_for_minutes(hostile, "--time-limit", "600") as program:
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to all in the foreground
        assert program.stderr is not None
        assert program.stderr.read() == b""
        assert program.wait() == 130


@on_linux
def test_control_c_while_it_waits_for_a_picture_ends_it_without_a_word(folder: Path) -> None:
    program = subprocess.Popen(
        [*PROGRAM, "scan", "pictures/valid.png", "-", "--json", *BUNDLE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment(folder),
        process_group=0,
    )
    with program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline().startswith(b"[{")
        (reader,) = children_of(program.pid)
        os.killpg(program.pid, signal.SIGINT)
        assert program.stderr.read() == b""
        assert program.wait() == 130
    assert not is_running(reader)


@on_linux
def test_a_killed_program_leaves_no_process_that_reads_on(hostile: Path) -> None:
    with reading_for_minutes(hostile, "--time-limit", "8") as program:
        program.kill()


def test_no_module_beside_the_pictures_is_run(folder: Path) -> None:
    """A stick may hold anything, and people open a terminal where the pictures are."""
    trap = "import pathlib; pathlib.Path('sprung').touch()\n"
    for name in ("PIL", "zxingcpp", "json", "mobile_scanner", "re", "numpy"):
        (folder / f"{name}.py").write_text(trap)
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "mobile_scanner", "scan", "pictures", "--json", *BUNDLE],
        capture_output=True,
        cwd=folder,
        env=environment(folder),
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert len(json.loads(ended.stdout)) == 1
    assert not (folder / "sprung").exists()


@pytest.mark.skipif(os.name != "posix", reason="there are no closed streams to be started with")
@pytest.mark.parametrize("closed", ["2>&-", "<&-", "<&- 2>&-"])
def test_closed_streams_keep_no_picture_from_being_read(folder: Path, closed: str) -> None:
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *PROGRAM, "scan", "pictures", "--json", *BUNDLE],
        stdout=subprocess.PIPE,
        cwd=folder,
        env=environment(folder),
        check=False,
    )
    assert ended.returncode == 0
    assert json.loads(ended.stdout)[0]["codes"][0]["verdict"]["outcome"] == "valid"
