"""The process that reads pictures: what runs in it. Its other end is `process.PictureProcess`.

It decodes what strangers made, in native code that nothing can interrupt, so it bounds itself: its
memory, and by an alarm of the system the time of each answer, should the program that asked be
gone. It leaves nothing behind: no file, no core dump.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final

from mobile_scanner.pictures.decoder import READERS, Reading, read_symbols
from mobile_scanner.pictures.errors import PictureRefusedError, PictureTooHeavyError
from mobile_scanner.pictures.messages import (
    Form,
    read_line,
    write_line,
    write_reading,
    write_refusal,
)
from mobile_scanner.pictures.picture import load_picture
from mobile_scanner.pictures.terms import ReadingTerms

_GRACE: Final = 2.0
"""Seconds by which the alarm comes after the deadline: it is for when nobody is left to hold it."""


def main() -> None:
    """Answer until standard input ends; the terms are the first argument."""
    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    # What a library writes to standard output is no answer.
    os.dup2(2, 1)
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # whatever the program does with it
    terms = ReadingTerms.of_json(sys.argv[1])
    _bound_memory(terms.mebibytes)
    # Whatever is missing here is missed, and told, where it is needed.
    with suppress(ImportError, OSError):
        import PIL.Image  # noqa: F401
        import zxingcpp  # noqa: F401
    readings: Iterator[Reading] = iter(())
    while line := questions.readline():
        question = read_line(line)
        with _alarm(question):
            try:
                if "length" in question:
                    answer, readings = _begin(question, questions, terms)
                else:
                    answer = _go_on(readings)
            except PictureRefusedError as error:
                answer = write_refusal(error)
            except MemoryError:
                answer = write_refusal(PictureTooHeavyError(source="", mebibytes=terms.mebibytes))
            answers.write(write_line(answer))
            answers.flush()


def _begin(
    question: Form, questions: BinaryIO, terms: ReadingTerms
) -> tuple[Form, Iterator[Reading]]:
    length = question["length"]
    assert isinstance(length, int)
    picture = load_picture(questions.read(length), limits=terms.limits)
    readers = [reader for reader in READERS if reader.name in terms.readers]
    readings = read_symbols(
        picture, readers=readers, limit=terms.max_symbols, patience=terms.patience
    )
    return {"size": [picture.width, picture.height]}, readings


def _go_on(readings: Iterator[Reading]) -> Form:
    reading = next(readings, None)
    return {"end": True} if reading is None else write_reading(reading)


@contextmanager
def _alarm(question: Form) -> Iterator[None]:
    """Have the system end this process when an answer is overdue, whatever native code it is in."""
    seconds = question["seconds"]
    assert isinstance(seconds, int | float)
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


def _bound_memory(mebibytes: int) -> None:
    """Bound what this process can write to, not its address space: that is mostly reserved."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = mebibytes << 20
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
