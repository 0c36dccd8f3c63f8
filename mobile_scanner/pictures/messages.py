"""What a program and the process that reads its pictures say to each other: a line of JSON each.

Not pickle: whoever takes that process over with a hostile picture can say this, and no more. So
what comes from there is read member by member.
"""

import json
from base64 import b64decode, b64encode
from typing import Final

from mobile_scanner.pictures.decoder import Reading
from mobile_scanner.pictures.errors import (
    CameraLostError,
    CameraMissingError,
    CameraRefusedError,
    FilmUnreadableError,
    NotAPictureError,
    PictureAnimatedError,
    PictureDamagedError,
    PictureEmptyError,
    PictureFileTooLargeError,
    PictureFormatUnsupportedError,
    PictureLockedError,
    PictureSideTooLongError,
    PictureTooHeavyError,
    PictureTooLargeError,
    PictureTooManyPagesError,
    PictureTooManyScansError,
    ReaderUnavailableError,
    SourceError,
)
from mobile_scanner.pictures.frames import FRAMES, FilmEnd, Frame
from mobile_scanner.pictures.symbols import Corners, ReadSymbol

MAX_LINE_BYTES: Final = 4 << 20
"""64 symbols of 2,953 bytes, written with six characters a byte, are 1.1 MB."""
_MAX_PIXEL: Final = 1 << 31
_MAX_PAGES: Final = 100_000
_MAX_WORD_CHARACTERS: Final = 500
"""Of what is shown to people: a format's name, a system's complaint."""

Form = dict[str, object]

_REFUSALS: Final = {
    kind.code: kind
    for kind in (
        CameraLostError,
        CameraMissingError,
        CameraRefusedError,
        FilmUnreadableError,
        NotAPictureError,
        PictureAnimatedError,
        PictureDamagedError,
        PictureEmptyError,
        PictureFileTooLargeError,
        PictureFormatUnsupportedError,
        PictureLockedError,
        PictureSideTooLongError,
        PictureTooHeavyError,
        PictureTooLargeError,
        PictureTooManyPagesError,
        PictureTooManyScansError,
    )
}


class MessageError(ValueError):
    """What was said is none of these messages."""


def write_line(form: Form) -> bytes:
    return json.dumps(form).encode() + b"\n"


def read_line(line: bytes) -> Form:
    """Take a line apart; raises `MessageError`."""
    try:
        form = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MessageError(repr(error)) from None
    if not isinstance(form, dict):
        raise MessageError("no object")
    return form


def write_refusal(error: SourceError) -> Form:
    data = {
        name: value for name, value in vars(error).items() if name not in ("source", "zh", "en")
    }
    return {"refused": error.code, "data": data}


def write_reading(reading: Reading) -> Form:
    return {
        "reader": reading.reader,
        "symbols": [_symbol_form(symbol) for symbol in reading.symbols],
        "unread": reading.unread,
        "left_out": reading.left_out,
        "unavailable": reading.unavailable and reading.unavailable.cause,
    }


def read_opened(form: Form, *, source: str) -> tuple[int, int] | int:
    """Read the size of a picture that was decoded, or how many pages a document has.

    Raises as `read_size` does.
    """
    match form:
        case {"pages": int(pages)} if 0 < pages <= _MAX_PAGES:
            return pages
    return read_size(form, source=source)


def read_size(form: Form, *, source: str) -> tuple[int, int]:
    """Read the size of a picture that was decoded.

    Raises:
        PictureRefusedError: it was refused; `source` is the name to tell it by.
        MessageError: this says neither.
    """
    match form:
        case {"size": [int(width), int(height)]} if (
            min(width, height) > 0 and max(width, height) <= _MAX_PIXEL
        ):
            return width, height
        case {"refused": str(code), "data": dict(data)} if code in _REFUSALS:
            raise _refusal(code, data, source)
    raise MessageError("neither a size nor a refusal")


def read_reading(form: Form, *, source: str, most: int) -> Reading | None:
    """Read what one reader has found, `None` where there was none left to ask.

    Raises:
        PictureRefusedError: it cannot be read on; `source` is the name to tell it by.
        MessageError: this says neither.
    """
    match form:
        case {"end": True}:
            return None
        case {"refused": str(code), "data": dict(data)} if code in _REFUSALS:
            raise _refusal(code, data, source)
        case {
            "reader": str(reader),
            "symbols": list(symbols),
            "unread": list(unread),
            "left_out": int(left_out),
            "unavailable": str() | None as cause,
        } if max(len(symbols), len(unread)) <= most and left_out >= 0:
            return Reading(
                reader=reader,
                symbols=tuple(_symbol(symbol, reader) for symbol in symbols),
                unread=tuple(_corners(corners) for corners in unread),
                left_out=left_out,
                unavailable=None
                if cause is None
                else ReaderUnavailableError(reader=reader, cause=cause[:_MAX_WORD_CHARACTERS]),
            )
    raise MessageError("neither a reading nor the end")


def write_frame(frame: Frame) -> Form:
    shown = None if frame.shown is None else b64encode(frame.shown).decode("ascii")
    return {
        "frame": frame.number,
        "size": frame.size,
        "symbols": [_symbol_form(symbol) for symbol in frame.symbols],
        "unread": frame.unread,
        "shown": shown,
    }


def read_frame(form: Form, *, source: str) -> Frame | FilmEnd:
    """Read what a film's next frame shows, or that there is none.

    Raises:
        SourceError: there should have been one; `source` is the name to tell it by.
        MessageError: this says neither.
    """
    match form:
        case {"end": True, "missing": int(missing)} if missing >= 0:
            return FilmEnd(missing=missing)
        case {"refused": str(code), "data": dict(data)} if code in _REFUSALS:
            raise _refusal(code, data, source)
        case {
            "frame": int(number),
            "size": [int(width), int(height)],
            "symbols": list(symbols),
            "unread": list(unread),
            "shown": str() | None as shown,
        } if min(number, width, height) > 0 and max(width, height) <= _MAX_PIXEL:
            return Frame(
                number=number,
                size=(width, height),
                symbols=tuple(_symbol(symbol, FRAMES) for symbol in symbols),
                unread=tuple(_corners(corners) for corners in unread),
                shown=None if shown is None else _bytes(shown),
            )
    raise MessageError("neither a frame nor the end")


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise MessageError(repr(error)) from None


def _refusal(code: str, data: dict[str, object], source: str) -> SourceError:
    size = data.get("size")
    if isinstance(size, list):
        data = {**data, "size": tuple(size)}
    if any(isinstance(value, str) and len(value) > _MAX_WORD_CHARACTERS for value in data.values()):
        raise MessageError("a word without end")
    try:
        return _REFUSALS[code](source=source, **data)  # type: ignore[arg-type]  # or it raises
    except (TypeError, ValueError) as error:
        raise MessageError(repr(error)) from None


def _symbol_form(symbol: ReadSymbol) -> Form:
    return {"text": symbol.text, "exact": symbol.exact, "corners": symbol.corners}


def _symbol(form: object, reader: str) -> ReadSymbol:
    match form:
        case {"text": str(text), "exact": bool(exact), "corners": corners}:
            return ReadSymbol(text=text, exact=exact, corners=_corners(corners), reader=reader)
    raise MessageError("no symbol")


def _corners(form: object) -> Corners:
    match form:
        case [
            [int(a), int(b)],
            [int(c), int(d)],
            [int(e), int(f)],
            [int(g), int(h)],
        ] if all(abs(value) <= _MAX_PIXEL for value in (a, b, c, d, e, f, g, h)):
            return ((a, b), (c, d), (e, f), (g, h))
    raise MessageError("no four corners")
