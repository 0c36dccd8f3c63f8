"""Reading plain files alone, and not without end; writing them whole, and nobody else's.

Folders and sticks come from others, and others write into a shared folder too. To open a pipe is to
wait for whoever writes into it, a device such as ``/dev/zero`` has no end, and to write to a name
that can be foreseen is to write through the link that somebody has put there.
"""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_CLOSED: Final = getattr(os, "O_CLOEXEC", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _CLOSED


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
    descriptor = os.open(path, os.O_RDONLY | _CLOSED | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _not_plain(path)
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(most + 1)
    finally:
        os.close(descriptor)
    if len(data) > most:
        words = f"文件超过 {most} 字节 / larger than {most} bytes"
        raise FileTooLargeError(errno.EFBIG, words, str(path))
    return data


def write_plain(
    path: Path,
    data: bytes,
    *,
    within: Path | None = None,
    mode: int = 0o666,
    prove: Callable[[Path], object] | None = None,
) -> None:
    """Write a file whole or not at all, through no link.

    `within` is the folder that was named to us, wherever that is; what is missing below it is made.
    A link in the file's own place is replaced. `mode` is subject to the umask. `prove` looks at the
    new file before it counts, and raises what it likes.

    Raises:
        PlainFileError: a folder lies in the file's place, or a folder on the way to it from `within`
            is a link, or no folder.
        OSError: the system does not let us write.
    """
    within = path.parent if within is None else within
    names = path.relative_to(within).parts
    part = f".{path.name}.{secrets.token_hex(8)}.part"
    try:
        with _folder_below(within, names[:-1]) as folder:
            # On Windows there is no working from an open folder, and hardly a link.
            new, place = (path.with_name(part), path) if folder is None else (part, path.name)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | _CLOSED
            descriptor = os.open(new, flags, mode, dir_fd=folder)
            try:
                with open(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(descriptor)
                if prove is not None:
                    prove(path.with_name(part))
                os.replace(new, place, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(new, dir_fd=folder)
                raise
            if folder is not None:
                os.fsync(folder)
    except PlainFileError:
        raise
    except IsADirectoryError:
        raise _not_plain(path) from None
    except OSError as error:  # a full disk's names no file, and others a name alone
        error.filename, error.filename2 = str(path), None
        raise


def refuse_links(path: Path, *, within: Path) -> None:
    """Refuse, before anything is written, a path to which a link below `within` would lead.

    Raises:
        PlainFileError: a folder on the way is a link.
    """
    for parent in path.relative_to(within).parents[:-1]:
        if (within / parent).is_symlink():
            raise _astray(within / parent)


@contextmanager
def _folder_below(within: Path, names: Sequence[str]) -> Iterator[int | None]:
    """Open a folder, made where it is missing; nobody can put a link in its place any more."""
    within.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        within.joinpath(*names).mkdir(parents=True, exist_ok=True)
        yield None
        return
    folder = os.open(within, _FOLDER)
    try:
        for depth, name in enumerate(names, start=1):
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=folder)
            try:
                inner = os.open(name, _FOLDER | _NO_LINK, dir_fd=folder)
            except OSError as error:
                if error.errno in (errno.ENOTDIR, errno.ELOOP):
                    raise _astray(within.joinpath(*names[:depth])) from None
                raise
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _not_plain(path: Path) -> PlainFileError:
    return PlainFileError(errno.EINVAL, "不是普通文件 / not a plain file", str(path))


def _astray(path: Path) -> PlainFileError:
    words = "不是文件夹，或是指向别处的链接 / a link to elsewhere, or no folder"
    return PlainFileError(errno.ELOOP, words, str(path))
