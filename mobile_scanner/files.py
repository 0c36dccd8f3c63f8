"""Where pictures come from: files, folders and standard input, one in memory at a time.

Their bytes alone: what is in them is not looked at here.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR
from typing import BinaryIO

from mobile_scanner.pictures.errors import SourceError, SourceMissingError, SourceUnreadableError
from mobile_scanner.plain_file import read_plain_file

STANDARD_INPUT = "-"

PICTURE_SUFFIXES = frozenset(
    {".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".mpo", ".png", ".tif", ".tiff", ".webp"}
    | {".pdf"}
    # Pictures that are not read are named to their owner one by one, not passed over in silence.
    | {".avif", ".heic", ".heif", ".jxl"}
)
"""What is taken from a folder. A file that is named itself is read whatever its suffix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSources:
    """The names of pictures in the order asked for, and what in their folders is not taken."""

    pictures: tuple[str, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """The bytes of what may be a picture, and the name that it was asked by."""

    name: str
    content: bytes = field(repr=False)


def find_pictures(arguments: Iterable[str]) -> PictureSources:
    """Expand names of files and folders; `-` stands for standard input, which can be read once.

    A folder gives its pictures, sorted by name, and not those of its subfolders. Raises
    `SourceMissingError` or `SourceUnreadableError` before any picture is opened.
    """
    pictures: list[str] = []
    skipped: list[str] = []
    for argument in arguments:
        children = None if argument == STANDARD_INPUT else _children(argument)
        if children is None:
            if argument != STANDARD_INPUT or STANDARD_INPUT not in pictures:
                pictures.append(argument)
            continue
        for child in children:
            is_picture = child.suffix.lower() in PICTURE_SUFFIXES
            (pictures if is_picture else skipped).append(str(child))
    return PictureSources(pictures=tuple(pictures), skipped=tuple(skipped))


def take_pictures(
    names: Iterable[str], *, file_bytes: int, standard_input: BinaryIO | None = None
) -> Iterator[PictureFile | SourceError]:
    """Take the pictures one by one; one that cannot be had comes as its error, and the rest follow.

    Of each at most one byte beyond `file_bytes` is read: enough to refuse it. A pipe or a device
    comes as its error; standard input may be one.
    """
    for name in names:
        try:
            if name == STANDARD_INPUT:
                stream = sys.stdin.buffer if standard_input is None else standard_input
                yield PictureFile(name=name, content=stream.read(file_bytes + 1))
            else:
                yield PictureFile(name=name, content=_read_file(name, limit=file_bytes))
        except SourceError as error:
            yield error


def _read_file(name: str, *, limit: int) -> bytes:
    try:
        return read_plain_file(Path(name), limit=limit + 1)
    except FileNotFoundError:
        raise SourceMissingError(source=name) from None
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise SourceUnreadableError(source=name, cause=cause) from error


def _children(name: str) -> list[Path] | None:
    """What a folder contains, sorted; `None` for a file."""
    path = Path(name)
    try:
        if S_ISDIR(path.stat().st_mode):
            return sorted(path.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        raise SourceMissingError(source=name) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        cause = getattr(error, "strerror", None) or str(error)
        raise SourceUnreadableError(source=name, cause=cause) from error
    return None
