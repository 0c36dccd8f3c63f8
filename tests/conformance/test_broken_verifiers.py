"""A verifier that hangs, crashes, floods or talks nonsense ends in a clear message and status 2."""

import shlex
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.conformance.__main__ import main
from tests.conformance.errors import (
    EndedError,
    FloodError,
    GarbledError,
    NotStartedError,
    SilentError,
    VerifierError,
)
from tests.conformance.verifier import MAX_LINE, Verifier
from tests.processes import is_running, on_linux, wait_until

LONG: Final = 300.0  # seconds, for what comes at once on an idle machine
SHORT: Final = 0.5  # for what never comes

HELLO: Final = """
import json, sys, time
def say(document):
    sys.stdout.write(json.dumps(document) + "\\n")
    sys.stdout.flush()
say({"protocol": 1, "name": "broken", "suites": [-7, -8]})
"""
BROKEN: Final[dict[str, tuple[str, type[VerifierError]]]] = {
    "ends before it says anything": ("import sys; sys.exit('no such library')", EndedError),
    "ends at the first question": (HELLO + "sys.stdin.readline(); sys.exit(3)", EndedError),
    "raises in the middle": (
        HELLO + "sys.stdin.readline(); raise OSError('disk full')",
        EndedError,
    ),
    "kills itself": (
        HELLO + "import os; sys.stdin.readline(); os.kill(os.getpid(), 9)",
        EndedError,
    ),
    "answers no JSON": (
        HELLO + "sys.stdin.readline(); print('Traceback', flush=True)",
        GarbledError,
    ),
    "answers no object": (HELLO + "sys.stdin.readline(); say([1])", GarbledError),
    "answers NaN": (
        HELLO + "sys.stdin.readline(); print('{\"id\": NaN}', flush=True)",
        GarbledError,
    ),
    "answers in no encoding": (
        HELLO
        + "sys.stdin.readline(); sys.stdout.buffer.write(b'\\xff\\xfe\\n'); sys.stdout.flush()",
        GarbledError,
    ),
    "answers nested without end": (
        HELLO + "sys.stdin.readline(); print('[' * 500_000, flush=True)",
        GarbledError,
    ),
    "answers another question": (HELLO + "sys.stdin.readline(); say({'id': 2})", GarbledError),
    "answers with true for its id": (
        HELLO + "sys.stdin.readline(); say({'id': True})",
        GarbledError,
    ),
    "answers before it is asked": (HELLO + "say({'id': 0}); sys.stdin.read()", GarbledError),
    "floods with lines": (HELLO + "while True: say({'id': None})", GarbledError),
    "floods with one line": (
        HELLO + "sys.stdin.readline()\nwhile True: sys.stdout.write('x' * 65536)",
        FloodError,
    ),
    "speaks another protocol": (
        'print(\'{"protocol": 2, "name": "new", "suites": []}\', flush=True)',
        GarbledError,
    ),
    "tells no suites": ('print(\'{"protocol": 1, "name": "x"}\', flush=True)', GarbledError),
    "tells suites by name": (
        'print(\'{"protocol": 1, "name": "x", "suites": ["ES256"]}\', flush=True)',
        GarbledError,
    ),
}


def command(program: str) -> str:
    return shlex.join([sys.executable, "-c", program])


def ask_once(program: str, *, deadline: float = LONG, start_deadline: float = LONG) -> None:
    with Verifier(command(program), deadline=deadline, start_deadline=start_deadline) as verifier:
        verifier.ask({"ask": "verdict"}, about="text/empty")


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_verifier_is_told_by_what_is_broken(how: str) -> None:
    program, kind = BROKEN[how]
    with pytest.raises(VerifierError) as caught:
        ask_once(program)
    assert type(caught.value) is kind
    assert str(caught.value)


def test_one_that_ends_is_told_with_its_status_and_last_words() -> None:
    with pytest.raises(EndedError) as caught:
        ask_once(HELLO + "sys.stdin.readline(); sys.exit('no \\x1b[2Jlibrary')")
    assert (caught.value.about, caught.value.status) == ("text/empty", 1)
    assert caught.value.last_words == "  | no \\x1b[2Jlibrary"


@pytest.mark.parametrize(
    "program",
    [
        HELLO + "time.sleep(3600)",
        HELLO + "sys.stdin.readline(); time.sleep(3600)",
        HELLO + "import os; os.close(0); time.sleep(3600)",
    ],
    ids=["reads nothing", "reads and is silent", "has closed its input"],
)
def test_one_that_never_answers_is_given_up_at_its_deadline(program: str) -> None:
    with pytest.raises(SilentError) as caught:
        ask_once(program, deadline=SHORT)
    assert (caught.value.about, caught.value.seconds) == ("text/empty", SHORT)


def test_one_that_never_begins_is_given_up_at_its_deadline() -> None:
    with pytest.raises(SilentError) as caught:
        ask_once("import time; time.sleep(3600)", start_deadline=SHORT)
    assert (caught.value.about, caught.value.seconds) == ("start", SHORT)


def test_a_question_that_is_not_read_holds_nobody_up() -> None:
    huge = "0" * (MAX_LINE * 4)  # more than a pipe holds
    with (
        Verifier(
            command(HELLO + "time.sleep(3600)"), deadline=SHORT, start_deadline=LONG
        ) as verifier,
        pytest.raises(SilentError),
    ):
        verifier.ask({"ask": "verdict", "text": huge}, about="text/huge")


@pytest.mark.parametrize("line", ["", "/no/such/program", "'unclosed"])
def test_a_program_that_is_not_there_is_told(line: str) -> None:
    with (
        pytest.raises(NotStartedError),
        Verifier(line, deadline=LONG, start_deadline=LONG),
    ):
        pass


@on_linux
def test_whatever_the_verifier_has_started_ends_with_it() -> None:
    program = HELLO + (
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])\n"
        "line = json.loads(sys.stdin.readline())\n"
        "say({'id': line['id'], 'child': child.pid})\n"
        "time.sleep(3600)"
    )
    with Verifier(command(program), deadline=LONG, start_deadline=LONG) as verifier:
        child = verifier.ask({"ask": "verdict"}, about="text/empty")["child"]
        assert is_running(child)
    wait_until(lambda: not is_running(child))


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())
    for program in (HELLO + "while True: say({'id': None})", HELLO + "time.sleep(3600)"):
        with pytest.raises(VerifierError):
            ask_once(program, deadline=SHORT)
    wait_until(lambda: set(threading.enumerate()) <= before)


Answers = Callable[[str], str]


@pytest.fixture
def program(tmp_path: Path) -> Answers:
    """Writes a program down and gives the command that runs it."""

    def written(text: str) -> str:
        path = tmp_path / "verifier.py"
        path.write_text(text, "utf-8")
        return shlex.join([sys.executable, str(path)])

    return written


def test_the_kit_ends_with_2_and_names_the_vector(
    program: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = program(HELLO + "sys.stdin.readline(); raise OSError('disk full')")
    assert main(["--verifier", broken, "--only", "status/no-list"]) == 2
    told = capsys.readouterr().out
    assert "status/no-list" in told
    assert "disk full" in told


def test_one_that_says_more_or_ends_badly_after_the_last_answer_is_told_and_has_passed(
    program: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = "from credential.__main__ import main\nmain()\n"
    for more, told in (("print('bye')", "bye"), ("raise SystemExit(7)", "7")):
        arguments = ["--verifier", program(ours + more), "--only", "status"]
        assert main(arguments) == 0
        assert told in capsys.readouterr().out
