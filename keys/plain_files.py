"""Reading plain files alone, and not without end.

Folders and sticks come from others. To open a pipe is to wait for whoever writes into it, and a
device such as ``/dev/zero`` has no end.
"""

import errno
import os
import stat
from pathlib import Path


class PlainFileError(OSError):
    """What lies at a path is no plain file, or a larger one than can be meant."""


class FileTooLargeError(PlainFileError):
    """A larger file than can be meant."""


def read_plain(path: Path, *, most: int) -> bytes:
    """Read a plain file of at most `most` bytes.

    Raises:
        PlainFileError: a pipe, device or folder.
        FileTooLargeError: more than that.
        OSError: missing, or not to be read.
    """
    # O_NONBLOCK: a pipe opens at once, and is looked at instead of waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PlainFileError(errno.EINVAL, "不是普通文件 / not a plain file", str(path))
        data = file.read(most + 1)
    if len(data) > most:
        words = f"文件超过 {most} 字节 / larger than {most} bytes"
        raise FileTooLargeError(errno.EFBIG, words, str(path))
    return data
