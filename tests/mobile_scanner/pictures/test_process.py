"""Pictures are read in a process that a hostile one takes down alone, and never for long."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from mobile_scanner.pictures.errors import (
    PictureReaderDiedError,
    PictureSideTooLongError,
    PictureTooHeavyError,
    PictureTooManyScansError,
    PictureTooSlowError,
)
from mobile_scanner.pictures.process import PictureProcess
from mobile_scanner.pictures.terms import ReadingTerms
from tests.hostile_pictures import finder_tile, jpeg_of_scans, line, saved
from tests.mobile_scanner.district import png, side_by_side, symbol
from tests.processes import is_running, on_linux, wait_until

TEXT = "HTTPS://LICENSE.EXAMPLE.CN/L/0123456789"
GOOD = png(symbol(TEXT))
TILE = finder_tile()
on_posix = pytest.mark.skipif(os.name != "posix", reason="signals, and which processes there are")


def texts(process: PictureProcess, content: bytes = GOOD) -> list[str]:
    """What the first reader reads."""
    reading = next(process.read(content, name="good").readings)
    return [found.text for found in reading.symbols]


def pid_of(process: PictureProcess) -> int:
    assert process._process is not None
    return process._process.pid


def has_ended(pid: int) -> bool:
    """Whether a child of ours is gone, and was not left behind as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_picture_gives_its_size_and_what_each_reader_finds() -> None:
    with PictureProcess(ReadingTerms(seconds=120)) as process:
        picture = process.read(png(side_by_side(TEXT, "another")), name="two")
        assert picture.size == side_by_side(TEXT, "another").size
        first, *others = picture.readings
    assert {found.text for found in first.symbols} == {TEXT, "another"}
    assert not any(reading.symbols for reading in others)


def test_one_process_reads_one_picture_after_the_other() -> None:
    with PictureProcess(ReadingTerms()) as process:
        process.start()
        first = pid_of(process)
        assert [texts(process) for _ in range(3)] == [[TEXT]] * 3
        assert pid_of(process) == first


def test_only_the_readers_that_were_asked_for_are_run() -> None:
    with PictureProcess(ReadingTerms(readers=("zxing-cpp",))) as process:
        blank = process.read(saved(Image.new("L", (90, 90), 255), "PNG"), name="blank")
        assert [reading.reader for reading in blank.readings] == ["zxing-cpp"]


@on_posix
def test_a_picture_that_takes_minutes_is_killed_at_its_deadline_and_the_next_is_read() -> None:
    with PictureProcess(ReadingTerms(seconds=5)) as process:
        assert texts(process) == [TEXT]
        killed = pid_of(process)
        picture = process.read(TILE, name="tile.png")
        with pytest.raises(PictureTooSlowError) as caught:
            list(picture.readings)
        assert (caught.value.source, caught.value.seconds) == ("tile.png", 5)
        assert has_ended(killed)
        assert texts(process) == [TEXT]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(jpeg_of_scans(400), PictureTooManyScansError), (line(), PictureSideTooLongError)],
    ids=["scans", "side"],
)
def test_what_is_refused_by_its_head_costs_no_process(
    content: bytes, kind: type[Exception]
) -> None:
    with PictureProcess(ReadingTerms()) as process:
        process.start()
        first = pid_of(process)
        with pytest.raises(kind):
            process.read(content, name="hostile")
        assert texts(process) == [TEXT]
        assert pid_of(process) == first


@on_linux
def test_a_picture_that_needs_too_much_memory_is_refused_and_the_next_is_read() -> None:
    heavy = saved(Image.new("RGBA", (6000, 6000)), "PNG", compress_level=1)
    with PictureProcess(ReadingTerms(mebibytes=100)) as process:
        with pytest.raises(PictureTooHeavyError) as caught:
            process.read(heavy, name="heavy.png")
        assert (caught.value.source, caught.value.mebibytes) == ("heavy.png", 100)
        assert texts(process) == [TEXT]
    with PictureProcess(ReadingTerms(seconds=120)) as process:
        assert process.read(heavy, name="heavy.png").size == (6000, 6000)


@on_posix
def test_a_process_that_dies_over_a_picture_costs_that_picture_alone() -> None:
    with PictureProcess(ReadingTerms(seconds=600)) as process:
        picture = process.read(TILE, name="tile.png")
        threading.Timer(0.2, os.kill, (pid_of(process), signal.SIGSEGV)).start()
        with pytest.raises(PictureReaderDiedError) as caught:
            list(picture.readings)
        assert (caught.value.source, caught.value.cause) == ("tile.png", "SIGSEGV")
        assert texts(process) == [TEXT]


@on_posix
def test_a_process_that_died_between_two_pictures_costs_none() -> None:
    with PictureProcess(ReadingTerms()) as process:
        assert texts(process) == [TEXT]
        assert process._process is not None
        os.kill(pid_of(process), signal.SIGKILL)
        process._process.wait()
        assert texts(process) == [TEXT]


def test_a_process_that_cannot_be_started_is_told_of_each_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with PictureProcess(ReadingTerms()) as process:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        for _ in range(2):
            with pytest.raises(PictureReaderDiedError, match="not started") as caught:
                process.read(GOOD, name="good.png")
            assert caught.value.source == "good.png"
        monkeypatch.undo()
        assert texts(process) == [TEXT]


def test_readings_that_were_left_alone_disturb_no_other_picture() -> None:
    with PictureProcess(ReadingTerms()) as process:
        process.read(png(symbol("another")), name="left alone")
        begun = process.read(png(symbol("a third")), name="begun").readings
        next(begun)
        assert texts(process) == [TEXT]
        assert list(begun) == []


@on_posix
def test_a_terminals_control_c_reaches_the_program_alone() -> None:
    with PictureProcess(ReadingTerms()) as process:
        assert texts(process) == [TEXT]
        assert os.getpgid(pid_of(process)) != os.getpgid(0)


@on_posix
def test_closing_ends_the_process_also_while_it_reads() -> None:
    process = PictureProcess(ReadingTerms(seconds=600))
    picture = process.read(TILE, name="tile.png")
    reading = pid_of(process)
    threading.Timer(0.2, process.close).start()
    with pytest.raises(PictureReaderDiedError):
        list(picture.readings)
    assert has_ended(reading)
    with pytest.raises(PictureReaderDiedError):
        process.read(GOOD, name="later")


@on_linux
def test_a_process_whose_program_was_killed_ends_with_its_standard_input() -> None:
    program = """
import time
from mobile_scanner.pictures.process import PictureProcess
from mobile_scanner.pictures.terms import ReadingTerms
process = PictureProcess(ReadingTerms())
process.start()
print(process._process.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]
    ) as asking:
        assert asking.stdout is not None
        reader = int(asking.stdout.readline())
        asking.kill()
    wait_until(lambda: not is_running(reader))
