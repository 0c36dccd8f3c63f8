"""A verifier as a child process: one question a line, one answer a line, none waited for without end.

Reading and writing have threads of their own, so that one that neither reads nor answers holds up
nobody; what it says is held in a queue of few lines, so that one that floods fills no memory.
"""

import json
import os
import queue
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Final, Self

from .differences import printable, shown
from .errors import EndedError, FloodError, GarbledError, NotStartedError, SilentError

PROTOCOL: Final = 1
MAX_LINE: Final = 1 << 20  # bytes; a verdict has some thousand
STARTING: Final = "start"
_ENDING: Final = "end"
_READ: Final = 1 << 16
_LINES_AHEAD: Final = 4
_LAST_WORDS: Final = 2_000  # bytes of standard error
_POSIX: Final = os.name == "posix"


class Verifier:
    """A running verifier; as a context it is ended with all that it has started."""

    def __init__(self, command: str, *, deadline: float, start_deadline: float) -> None:
        self._command = command
        self._deadline = deadline
        self._start_deadline = start_deadline
        self._asked = 0
        self._said: queue.Queue[bytes | None] = queue.Queue(_LINES_AHEAD)
        self._to_say: queue.Queue[bytes | None] = queue.Queue()
        self._last_words = b""
        self.name = ""
        self.suites: frozenset[int] = frozenset()
        self.takes: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        try:
            arguments = shlex.split(self._command, posix=_POSIX)
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=_POSIX,
            )
        except (OSError, ValueError, IndexError) as error:
            raise NotStartedError(about=STARTING, cause=str(error) or "no command") from None
        stdin, stdout, stderr = (
            self._process.stdin,
            self._process.stdout,
            self._process.stderr,
        )
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        self._threads = [
            threading.Thread(target=work, args=(stream,), daemon=True)
            for work, stream in (
                (self._write, stdin),
                (self._read, stdout),
                (self._read_last_words, stderr),
            )
        ]
        for thread in self._threads:
            thread.start()
        try:
            self._introduce(self._hear(STARTING, self._start_deadline))
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, question: Mapping[str, Any], *, about: str) -> Mapping[str, Any]:
        """Put a question and wait for its answer.

        Raises:
            VerifierError: there is none.
        """
        self._asked += 1
        line = json.dumps({"id": self._asked, **question}) + "\n"
        self._to_say.put(line.encode("ascii"))
        answer = self._hear(about, self._deadline)
        if answer.get("id") != self._asked or isinstance(answer.get("id"), bool):
            detail = f"it has the id {shown(answer.get('id'))}, not {self._asked}"
            raise GarbledError(about=about, detail=detail)
        return answer

    def finish(self) -> None:
        """Say that there are no more questions, and wait for its end.

        Raises:
            VerifierError: it says something more, goes on, or ends with another status than 0.
        """
        self._to_say.put(None)
        line = self._line(_ENDING, self._deadline)
        if line is not None:
            raise GarbledError(about=_ENDING, detail=f"{_cut(line)}, unasked")
        try:
            status = self._process.wait(self._deadline)
        except subprocess.TimeoutExpired:
            raise SilentError(about=_ENDING, seconds=self._deadline) from None
        if status:
            raise self._ended(_ENDING)

    def _introduce(self, said: Mapping[str, Any]) -> None:
        name, suites, takes = said.get("name"), said.get("suites"), said.get("takes", [])
        if said.get("protocol") != PROTOCOL or isinstance(said.get("protocol"), bool):
            detail = f"protocol {shown(said.get('protocol'))}, this kit has {PROTOCOL}"
            raise GarbledError(about=STARTING, detail=detail)
        if (
            not isinstance(name, str)
            or not isinstance(suites, list)
            or not {type(label) for label in suites} <= {int}
        ):
            raise GarbledError(about=STARTING, detail="it has to tell its name and its suites")
        if not isinstance(takes, list) or not {type(word) for word in takes} <= {str}:
            raise GarbledError(about=STARTING, detail="what it takes has to be an array of texts")
        self.name, self.suites, self.takes = printable(name), frozenset(suites), frozenset(takes)

    def _hear(self, about: str, seconds: float) -> dict[str, Any]:
        line = self._line(about, seconds)
        if line is None:
            with suppress(subprocess.TimeoutExpired):  # it has closed its output, and lives on
                self._process.wait(self._deadline)
            raise self._ended(about)
        try:
            answer = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise GarbledError(about=about, detail=f"{_cut(line)} is no JSON") from None
        if not isinstance(answer, dict):
            raise GarbledError(about=about, detail=f"{_cut(line)} is no object")
        return answer

    def _line(self, about: str, seconds: float) -> bytes | None:
        """The next line that it says; None at its end."""
        try:
            line = self._said.get(timeout=seconds)
        except queue.Empty:
            raise SilentError(about=about, seconds=seconds) from None
        if line is not None and len(line) > MAX_LINE:
            raise FloodError(about=about, most=MAX_LINE)
        return line

    def _ended(self, about: str) -> EndedError:
        status = self._process.poll()
        self._threads[2].join(1)
        words = self._last_words.decode("utf-8", "replace").strip().splitlines()
        return EndedError(
            about=about,
            status=-1 if status is None else status,
            last_words="\n".join(f"  | {printable(line)}" for line in words[-12:]),
        )

    def _read(self, stream: IO[bytes]) -> None:
        rest = b""
        while chunk := stream.read(_READ):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._said.put(line)
            if len(rest) > MAX_LINE:
                break
        if rest:
            self._said.put(rest)
        self._said.put(None)

    def _read_last_words(self, stream: IO[bytes]) -> None:
        while chunk := stream.read(_READ):
            self._last_words = (self._last_words + chunk)[-_LAST_WORDS:]

    def _write(self, stream: IO[bytes]) -> None:
        with suppress(OSError):  # it reads no more: its end, or its silence, tells so
            while (data := self._to_say.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[stream.write(view) :]
        with suppress(OSError):
            stream.close()

    def _end(self) -> None:
        """End it, what it has started, and the threads around it."""
        with suppress(ProcessLookupError, PermissionError):
            if _POSIX:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._to_say.put(None)
        until = time.monotonic() + self._deadline
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < until:
            with suppress(queue.Empty):
                self._said.get(timeout=0.02)  # makes room for the thread that reads
        if not any(thread.is_alive() for thread in self._threads):
            for stream in (self._process.stdout, self._process.stderr):
                assert stream is not None
                stream.close()


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _cut(line: bytes) -> str:
    return shown(line[:200].decode("utf-8", "replace"))
