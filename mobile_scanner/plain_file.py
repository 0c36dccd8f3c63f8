"""Reads plain files and nothing else: a pipe or a device in a file's place holds nobody up."""

import errno
import os
import sys
from pathlib import Path
from stat import S_ISREG
from typing import Final

_NO_WAIT: Final = 0 if sys.platform == "win32" else os.O_NONBLOCK


class NotPlainFileError(OSError):
    """A pipe, a device, a socket; a folder has an error of its own by the system."""

    def __init__(self, name: str) -> None:
        super().__init__(errno.EINVAL, "not a plain file", name)


def read_plain_file(path: Path, *, limit: int) -> bytes:
    """Read at most `limit` bytes.

    Raises:
        NotPlainFileError: it is none, and is not waited for.
        OSError: the system does not let us.
    """
    _refuse_others(path.stat().st_mode, path)
    with open(path, "rb", opener=_open) as file:
        _refuse_others(os.fstat(file.fileno()).st_mode, path)  # it may have been exchanged
        return file.read(limit)


def _refuse_others(mode: int, path: Path) -> None:
    if not S_ISREG(mode):
        raise NotPlainFileError(str(path))


def _open(name: str, flags: int) -> int:
    return os.open(name, flags | _NO_WAIT)
