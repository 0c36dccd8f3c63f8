"""Where pictures come from: files, folders and standard input, one in memory at a time."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import BinaryIO

from mobile_scanner.errors import SourceError, SourceMissingError, SourceUnreadableError
from mobile_scanner.picture import DEFAULT_LIMITS, Picture, PictureLimits, load_picture

STANDARD_INPUT = "-"

PICTURE_SUFFIXES = frozenset(
    {".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".mpo", ".png", ".tif", ".tiff", ".webp"}
    # Pictures that are not read are named to their owner one by one, not passed over in silence.
    | {".avif", ".heic", ".heif", ".jxl"}
)
"""What is taken from a folder. A file that is named itself is read whatever its suffix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSources:
    """The names of pictures in the order asked for, and what in their folders is not taken."""

    pictures: tuple[str, ...]
    skipped: tuple[str, ...] = ()


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
    names: Iterable[str],
    *,
    standard_input: BinaryIO | None = None,
    limits: PictureLimits = DEFAULT_LIMITS,
) -> Iterator[Picture | SourceError]:
    """Open the pictures one by one; one that cannot be had comes as its error, and the rest follow."""
    for name in names:
        try:
            if name == STANDARD_INPUT:
                stream = sys.stdin.buffer if standard_input is None else standard_input
                content = stream.read(limits.file_bytes + 1)
                yield load_picture(content, name=name, limits=limits)
            else:
                yield load_picture(Path(name), name=name, limits=limits)
        except SourceError as error:
            yield error


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
