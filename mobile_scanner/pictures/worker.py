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
from typing import TYPE_CHECKING, BinaryIO, Final

from mobile_scanner.pictures.decoder import READERS, Reading, read_symbols
from mobile_scanner.pictures.errors import (
    PictureFileTooLargeError,
    PictureTooHeavyError,
    SourceError,
)
from mobile_scanner.pictures.formats import announced_format
from mobile_scanner.pictures.frames import FilmEnd
from mobile_scanner.pictures.messages import (
    Form,
    read_line,
    write_frame,
    write_line,
    write_reading,
    write_refusal,
)
from mobile_scanner.pictures.picture import Picture, load_picture
from mobile_scanner.pictures.terms import ReadingTerms

if TYPE_CHECKING:
    from mobile_scanner.pictures.documents import Document
    from mobile_scanner.pictures.films import Film

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
    filming = Filming()
    opening = Opening(terms)
    while line := questions.readline():
        question = read_line(line)
        with _alarm(question):
            try:
                if "length" in question:
                    answer, readings = opening.begin(question, questions)
                elif "page" in question:
                    answer, readings = opening.turn(question)
                elif "film" in question:
                    answer = filming.answer(question)
                else:
                    answer = _go_on(readings)
            except SourceError as error:
                answer = write_refusal(error)
            except MemoryError:
                answer = write_refusal(PictureTooHeavyError(source="", mebibytes=terms.mebibytes))
            answers.write(write_line(answer))
            answers.flush()


class Filming:
    """One film at a time: opened by its first question, gone on with by the others."""

    def __init__(self) -> None:
        self._film: Film | None = None

    def answer(self, question: Form) -> Form:
        """Answer with the next frame of the film that is asked for; raises a `SourceError`."""
        from mobile_scanner.pictures.films import Film

        source, side = question["film"], question["side"]
        assert isinstance(source, str)
        assert isinstance(side, int | None)
        if question["first"] or self._film is None:
            if self._film is not None:
                self._film.close()
            self._film = None
            self._film = Film(source)
        found = self._film.next(shown_side=side)
        if isinstance(found, FilmEnd):
            return {"end": True, "missing": found.missing}
        return write_frame(found)


class Opening:
    """One file at a time: a still, or a document whose pages are asked for one by one."""

    def __init__(self, terms: ReadingTerms) -> None:
        self._terms = terms
        self._document: Document | None = None

    def begin(self, question: Form, questions: BinaryIO) -> tuple[Form, Iterator[Reading]]:
        """Take a file's bytes; answer with its size, or with how many pages there are."""
        if self._document is not None:
            self._document.close()
        self._document = None
        length = question["length"]
        assert isinstance(length, int)
        content = questions.read(length)
        limits, most_pages = self._terms.limits, self._terms.max_pages
        if not most_pages or announced_format(content) != "PDF":
            return self._read(load_picture(content, limits=limits))
        if len(content) > limits.file_bytes:
            raise PictureFileTooLargeError(source="", limit=limits.file_bytes)
        from mobile_scanner.pictures.documents import Document

        self._document = Document(content, most_pages=most_pages)
        return {"pages": self._document.pages}, iter(())

    def turn(self, question: Form) -> tuple[Form, Iterator[Reading]]:
        """Answer with the size of a page of the document."""
        number = question["page"]
        assert isinstance(number, int)
        assert self._document is not None
        return self._read(self._document.page(number, limits=self._terms.limits))

    def _read(self, picture: Picture) -> tuple[Form, Iterator[Reading]]:
        terms = self._terms
        readings = read_symbols(
            picture,
            readers=[reader for reader in READERS if reader.name in terms.readers],
            limit=terms.max_symbols,
            patience=terms.patience,
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
