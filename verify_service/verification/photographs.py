"""Symbols in an uploaded photograph, which may be anything that a stranger sends.

It is read by the scanner's reader (docs/adr/0009-one-reader.md), in a process that is killed when
it takes too long. The photograph is looked at in memory and kept nowhere.
"""

import logging
from dataclasses import dataclass
from typing import Final

import anyio.to_thread
from anyio import CapacityLimiter

from mobile_scanner.pictures import errors as pictures
from mobile_scanner.pictures.errors import PictureRefusedError
from mobile_scanner.pictures.picture import PictureLimits
from mobile_scanner.pictures.process import PictureProcess
from mobile_scanner.pictures.symbols import Corners
from mobile_scanner.pictures.terms import ReadingTerms
from verify_service.settings import Settings
from verify_service.verification.errors import (
    NotAPhotographError,
    PhotographAnimatedError,
    PhotographAreaError,
    PhotographDamagedError,
    PhotographEmptyError,
    PhotographError,
    PhotographFormatError,
    PhotographQueueError,
    PhotographReaderDiedError,
    PhotographScansError,
    PhotographSideError,
    PhotographTooHeavyError,
    PhotographTooLargeError,
    PhotographTooSlowError,
)

_log = logging.getLogger(__name__)

MAX_SYMBOLS: Final = 16
"""A wall of sheets has a dozen. Each costs a verification: a picture made of codes is cut off."""
READERS: Final = ("zxing-cpp",)
"""The others take long where there is nothing, and zbar has had holes: not for strangers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSymbol:
    """A QR symbol and its text, which nobody has verified."""

    text: str
    corners: Corners


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPhotograph:
    """What a photograph holds, top to bottom.

    `unread` lists symbols that were located and could not be read, `left_out` counts those beyond
    `MAX_SYMBOLS`.
    """

    symbols: tuple[FoundSymbol, ...] = ()
    unread: tuple[Corners, ...] = ()
    left_out: int = 0


class PhotographReader:
    """Reads `workers` photographs at a time, each in a process; `queue` more may wait.

    The processes are there from the first photographs on, until `close`.
    """

    def __init__(self, terms: ReadingTerms, *, workers: int, queue: int) -> None:
        self._processes = [PictureProcess(terms) for _ in range(workers)]
        self._idle = list(self._processes)
        self._room = workers + queue
        self._limiter: CapacityLimiter | None = None

    async def read(self, content: bytes) -> ReadPhotograph:
        """Return the symbols of a photograph; raises a `PhotographError`."""
        if self._limiter is None:  # made here, because it belongs to the running event loop
            self._limiter = CapacityLimiter(len(self._processes))
        if self._room <= 0:
            raise PhotographQueueError
        self._room -= 1
        try:
            return await anyio.to_thread.run_sync(
                self._read, content, limiter=self._limiter, abandon_on_cancel=False
            )
        finally:
            self._room += 1

    def close(self) -> None:
        """End the processes; a photograph that is being read is refused, and none is read again."""
        for process in self._processes:
            process.close()

    def _read(self, content: bytes) -> ReadPhotograph:
        process = self._idle.pop()  # there is one: as many threads as processes
        try:
            return read_photograph(process, content)
        finally:
            self._idle.append(process)


def terms_of(settings: Settings) -> ReadingTerms:
    """What reading a photograph may cost here."""
    return ReadingTerms(
        limits=PictureLimits(
            file_bytes=settings.photograph_bytes, pixels=settings.photograph_pixels
        ),
        readers=READERS,
        max_symbols=MAX_SYMBOLS,
        seconds=settings.photograph_seconds,
        mebibytes=settings.photograph_mebibytes,
    )


def read_photograph(process: PictureProcess, content: bytes) -> ReadPhotograph:
    """Have a process read a photograph; raises a `PhotographError`."""
    try:
        readings = list(process.read(content, name="photograph").readings)
    except PictureRefusedError as error:
        raise refusal_of(error) from error
    symbols = [
        FoundSymbol(text=symbol.text, corners=symbol.corners)
        for reading in readings
        for symbol in reading.symbols
    ]
    return ReadPhotograph(
        symbols=tuple(sorted(symbols, key=lambda symbol: _height(symbol.corners))),
        unread=tuple(sorted((each for r in readings for each in r.unread), key=_height)),
        left_out=sum(reading.left_out for reading in readings),
    )


def refusal_of(error: PictureRefusedError) -> PhotographError:
    """Say in the service's words why a picture was not read."""
    match error:
        case pictures.PictureEmptyError():
            return PhotographEmptyError()
        case pictures.NotAPictureError():
            return NotAPhotographError()
        case pictures.PictureFormatUnsupportedError(format=format):
            return PhotographFormatError(format=format)
        case pictures.PictureAnimatedError(format=format):
            return PhotographAnimatedError(format=format)
        case pictures.PictureTooLargeError(size=None, limit=limit):
            return PhotographAreaError(limit=limit)
        case pictures.PictureTooLargeError(size=(width, height), limit=limit):
            return PhotographTooLargeError(width=width, height=height, limit=limit)
        case pictures.PictureSideTooLongError(size=(width, height), limit=limit):
            return PhotographSideError(width=width, height=height, limit=limit)
        case pictures.PictureTooManyScansError(limit=limit):
            return PhotographScansError(limit=limit)
        case pictures.PictureDamagedError(format=format):
            return PhotographDamagedError(format=format)
        case pictures.PictureTooSlowError(seconds=seconds):
            return PhotographTooSlowError(seconds=seconds)
        case pictures.PictureTooHeavyError(mebibytes=mebibytes):
            return PhotographTooHeavyError(mebibytes=mebibytes)
        case pictures.PictureReaderDiedError():
            _log.error("a photograph's reading process has ended over it: %s", error.cause)
            return PhotographReaderDiedError()
    raise error  # of more bytes than the form may have, or of a PDF: nothing comes here


def _height(corners: Corners) -> tuple[int, int]:
    left, top = corners[0]
    return top, left
