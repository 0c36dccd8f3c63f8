"""Reads pictures in a process of its own, which is killed when one takes too long.

Decoders and readers are native code: no thread that runs them can be stopped. The process is
started anew, never forked, so that it is the same on every system and holds nothing of ours.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from signal import Signals
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Event, Timer
from time import monotonic
from types import TracebackType
from typing import Final, Self, TypeVar

from mobile_scanner.pictures.decoder import Reading
from mobile_scanner.pictures.errors import (
    PictureReaderDiedError,
    PictureTooSlowError,
    PictureUnfinishedError,
)
from mobile_scanner.pictures.messages import (
    MAX_LINE_BYTES,
    Form,
    MessageError,
    read_line,
    read_opened,
    read_reading,
    read_size,
    write_line,
)
from mobile_scanner.pictures.terms import ReadingTerms

_Answer = TypeVar("_Answer")

_QUIET: Final = {
    "OPENBLAS_NUM_THREADS": "1",  # for the arithmetic that numpy is not asked for here
    "OPENCV_LOG_LEVEL": "SILENT",  # else its remarks on a picture stand among ours
}
_PROGRAM: Final = "from mobile_scanner.pictures.worker import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPicture:
    """A picture that was decoded: `name`, `size` in pixels, and `readings`, one reader at a time.

    Going on with `readings` asks the next reader, and may raise a `PictureUnfinishedError`. When
    the next picture is read they are over.
    """

    name: str
    size: tuple[int, int]
    readings: Iterator[Reading]


class PictureProcess:
    """Reads one picture after the other, for one thread at a time.

    The process is there from the first picture on, or from `start`, and until `close`. A picture
    that kills it costs the next one the start of another.
    """

    def __init__(self, terms: ReadingTerms) -> None:
        self.terms = terms
        self._process: Popen[bytes] | None = None
        self._is_closed = False
        self._left = 0.0
        self._pictures = 0
        self._started = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process, which makes itself ready while the caller does other things."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._end()
        self._started += 1
        # Where modules are looked for is told by name, and -P keeps the folder out in which we
        # happen to be: pictures come on sticks, and beside them may lie a PIL.py.
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        self._process = Popen(  # noqa: S603 - this interpreter, our own words
            [
                *(sys.executable, *(f"-W{option}" for option in sys.warnoptions), "-P"),
                *("-c", _PROGRAM, self.terms.as_json()),
            ],
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | {"PYTHONPATH": path} | _QUIET,
            # Ctrl-C is for the program, which ends this process in its own order.
            start_new_session=True,
            creationflags=0x200 if sys.platform == "win32" else 0,  # CREATE_NEW_PROCESS_GROUP
        )

    def close(self) -> None:
        """End the process at once, and for good. Safe to call from another thread."""
        self._is_closed = True
        self._end()

    def read(self, content: bytes, *, name: str) -> OpenedPicture:
        """Decode a still, or the first page of a document; `name` is what refusals call it.

        Raises:
            PictureRefusedError: it is not read here, or its time was over (`PictureUnfinishedError`).
        """
        return self.open(content, name=name).page(0)

    def open(self, content: bytes, *, name: str) -> "OpenedFile":
        """Open a file, whose pages are read one by one; a still has one. Raises as `read` does."""
        opened = self.begin(name, {"length": len(content)}, read_opened, content=content)
        return OpenedFile(self, content, name, opened)

    def begin(
        self,
        name: str,
        question: Form,
        read: Callable[..., _Answer],
        *,
        content: bytes = b"",
    ) -> _Answer:
        """Ask something that is no part of what was asked before, with all the time that there is.

        `read` makes the answer of a form; it is told the name as `source`. Raises as `read` does,
        and a `PictureUnfinishedError`.
        """
        if self._is_closed:
            raise PictureReaderDiedError(source=name, cause="closed")
        try:
            self.start()
        except OSError as error:
            raise PictureReaderDiedError(source=name, cause=f"not started: {error}") from error
        self._left = self.terms.seconds
        self._pictures += 1
        return self._understood(name, self._ask(name, question, content), read)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with suppress(OSError):  # what was not written yet is nobody's any more
                pipe.close()

    @property
    def started(self) -> int:
        """How many processes there have been: what one of them has opened the next one has not."""
        return self._started

    def readings(self, name: str) -> Iterator[Reading]:
        """Give what each reader finds in the picture that was decoded last."""
        picture = self._pictures
        for _ in (*self.terms.readers, "and the end"):  # or a process run wild would go on for ever
            if picture != self._pictures:
                return
            reading = self._understood(name, self._ask(name, {}), self._read_reading)
            if reading is None:
                return
            yield reading

    def _read_reading(self, form: Form, *, source: str) -> Reading | None:
        return read_reading(form, source=source, most=self.terms.max_symbols)

    def _ask(self, name: str, question: Form, content: bytes = b"") -> bytes:
        """Say something to the process and wait for its answer, a line, until the time is over."""
        process = self._process
        if process is None:
            raise PictureReaderDiedError(source=name, cause="closed")
        expired = Event()

        def give_up() -> None:
            expired.set()
            process.kill()

        watch = Timer(max(self._left, 0.0), give_up)
        watch.daemon = True
        begun = monotonic()
        watch.start()
        try:
            answer = _exchange(process, write_line({**question, "seconds": self._left}), content)
        except BaseException:  # Ctrl-C: an answer that nobody waits for is no answer to the next
            self._end()
            raise
        finally:
            watch.cancel()
            watch.join()
        self._left = max(0.0, self._left - (monotonic() - begun))
        if expired.is_set():
            self._end()
            raise PictureTooSlowError(source=name, seconds=self.terms.seconds)
        if not answer.endswith(b"\n"):
            with suppress(TimeoutExpired):  # so that its own end is told, and not ours
                process.wait(timeout=1)
            self._end()
            raise PictureReaderDiedError(source=name, cause=_end_of(process))
        return answer

    def _understood(self, name: str, answer: bytes, read: Callable[..., _Answer]) -> _Answer:
        try:
            return read(read_line(answer), source=name)
        except MessageError as error:
            self._end()
            raise PictureReaderDiedError(source=name, cause=f"answered: {error}") from error
        except PictureUnfinishedError:
            self._end()
            raise


class OpenedFile:
    """A file that a process has opened: `pages` of them, to be read in any order."""

    def __init__(
        self, process: PictureProcess, content: bytes, name: str, opened: tuple[int, int] | int
    ) -> None:
        self._process = process
        self._content = content
        self._name = name
        self._size = opened if isinstance(opened, tuple) else None
        self._started = process.started
        self.pages = opened if isinstance(opened, int) else 1

    def page(self, number: int) -> OpenedPicture:
        """Decode a page, counted from 0; raises a `PictureRefusedError`."""
        name = self._name if self.pages == 1 else f"{self._name}#page={number + 1}"
        size = self._size
        if size is None:
            with suppress(OSError):  # told by what is asked next
                self._process.start()
            if self._started != self._process.started:  # the one that had it open has died
                self._process.begin(
                    name, {"length": len(self._content)}, read_opened, content=self._content
                )
                self._started = self._process.started
            size = self._process.begin(name, {"page": number}, read_size)
        return OpenedPicture(name=name, size=size, readings=self._process.readings(name))


def _exchange(process: Popen[bytes], question: bytes, content: bytes) -> bytes:
    """Say and hear; an answer without its line's end where the process has ended over it."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(question)
        process.stdin.write(content)
        process.stdin.flush()
    except OSError:  # it is gone
        return b""
    return process.stdout.readline(MAX_LINE_BYTES)


def _end_of(process: Popen[bytes]) -> str:
    status = process.returncode
    if status >= 0:
        return f"exit status {status}"
    try:
        return Signals(-status).name
    except ValueError:  # one without a name
        return f"signal {-status}"
