"""The scanner's store: a bundle, the pinned root and the server's address, in one folder.

    trust-list.cbor  roots/…  status/…  catalogs/…     as in a bundle
    root.cbor  memory.json  server.json                what it came under, was, and is from
    .incoming/                                         a change that is being written

A change comes whole or not at all. It is written beside the store, and counts from the moment at
which `.incoming/complete.json` stands there; moving its files into place can be done again by
whoever comes next. A program that is killed leaves the store as it was or as it was to be.

A store may have been carried, or written to by others: nothing in it leads to a file outside. Names
are read by the bundle's closed grammar, and no link is followed.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from shutil import rmtree
from stat import S_ISREG
from typing import Final

from mobile_scanner.bundle import UnsafePathError, parse_path
from mobile_scanner.list_errors import StoreBusyError, StoreUnwritableError
from mobile_scanner.plain_file import NotPlainFileError, read_plain_file

ROOT: Final = "root.cbor"
SERVER: Final = "server.json"
MEMORY: Final = "memory.json"
_INCOMING: Final = ".incoming"
_FILES: Final = "files"
_COMPLETE: Final = "complete.json"
_LOCK: Final = ".lock"
_NO_LINK: Final = 0 if sys.platform == "win32" else os.O_NOFOLLOW
_MAX_NOTE: Final = 1 << 20
_PATIENCE: Final = 25  # times a fiftieth of a second


def default_store(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The platform's place for a person's data (XDG Base Directory, Known Folders)."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~"))
    if platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or home / "AppData/Local")
    elif platform == "darwin":
        base = home / "Library/Application Support"
    else:
        named = Path(environ.get("XDG_DATA_HOME", ""))
        base = named if named.is_absolute() else home / ".local/share"  # the rule of its spec
    return base / "mobile-scanner"


def read_server(store: Path) -> str | None:
    """The address of the last sync with a server; None where there was none."""
    try:
        held = json.loads(read_plain_file(store / SERVER, limit=_MAX_NOTE))
        url = held["url"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return url if isinstance(url, str) else None


def write_server(url: str) -> bytes:
    """What `read_server` reads."""
    return json.dumps({"url": url}).encode() + b"\n"


@contextmanager
def lock_store(store: Path) -> Iterator[None]:
    """Keep other syncs out, and finish what one that was killed had begun.

    Raises:
        StoreBusyError: another sync is at it.
        StoreUnwritableError: the system does not let us write.
    """
    with _writing(store):
        store.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(store / _LOCK, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
    try:
        if not _try_lock(lock):
            raise StoreBusyError(store=str(store))
        with _writing(store):
            _finish(store)
        yield
    finally:
        os.close(lock)


def finish_interrupted(store: Path) -> None:
    """Finish a change that was complete when its program was killed; a reader's first step.

    A sync that is at this very step is waited for. Where nothing can be finished, on a disk that
    is read only, the store is read as it stands: every list in it is verified by itself.
    """
    for _ in range(_PATIENCE):
        if not (store / _INCOMING / _COMPLETE).exists():
            return
        try:
            with lock_store(store):
                return
        except StoreBusyError:
            time.sleep(0.02)
        except StoreUnwritableError:
            return


def commit(store: Path, files: Mapping[str, bytes], *, remove: Iterable[str] = ()) -> None:
    """Replace files of the store, by their path in it; within `lock_store`.

    Raises:
        StoreUnwritableError: nothing was changed, or the next program finishes it.
    """
    for name in files:
        if (store / name).is_dir():  # nothing could ever be moved there
            raise StoreUnwritableError(store=str(store), cause=f"{name} in it is a folder")
    with _writing(store):
        incoming = store / _INCOMING
        for name, data in files.items():
            _write(incoming / _FILES / name, data)
        for folder in [path for path in incoming.rglob("*") if path.is_dir()]:
            _sync_folder(folder)
        _write(incoming / "complete.part", json.dumps({"remove": list(remove)}).encode())
        os.replace(incoming / "complete.part", incoming / _COMPLETE)
        _sync_folder(incoming)
        _finish(store)


def _finish(store: Path) -> None:
    """Move what is complete into place, and clear away what is not. Can be repeated anywhere."""
    incoming = store / _INCOMING
    complete = incoming / _COMPLETE
    if not _is_own_folder(store, _INCOMING):
        return
    if complete.exists():
        staged, removed = _staged(store), _removals(complete)
        for name in (*staged, *removed):
            for parent in PurePosixPath(name).parents:
                _is_own_folder(store, str(parent))
        touched = {store}
        for name in staged:
            target = store / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(incoming / _FILES / name, target)
            touched |= {target.parent, target.parent.parent}
        for name in removed:
            (store / name).unlink(missing_ok=True)
        for folder in touched:
            _sync_folder(folder)
        complete.unlink()
    rmtree(incoming)


def _is_own_folder(store: Path, name: str) -> bool:
    """Whether a folder is there; through a link, files of others would be changed.

    Raises:
        StoreUnwritableError: it is a link, or no folder.
    """
    path = store / name
    if path == store or not os.path.lexists(path):
        return path == store  # the store itself is wherever its owner has put it
    if path.is_dir() and path.resolve() == store.resolve() / name:
        return True
    raise StoreUnwritableError(store=str(store), cause=f"{name} in it is a link, or no folder")


def _removals(complete: Path) -> list[str]:
    try:
        names = json.loads(read_plain_file(complete, limit=_MAX_NOTE))["remove"]
    except (
        NotPlainFileError,
        ValueError,
        LookupError,
        TypeError,
        RecursionError,
    ):  # a file too many does no harm
        return []
    return [name for name in names if _is_list(name)] if isinstance(names, list) else []


def _staged(store: Path) -> list[str]:
    """The names that are to be put in place; no sync writes any others, and links are none.

    What is remembered comes last: at no moment is it more than what is there.
    """
    files = store / _INCOMING / _FILES
    found = []
    if _is_own_folder(store, f"{_INCOMING}/{_FILES}"):
        for folder, _, names in os.walk(files):  # which follows no links
            found += [Path(folder) / name for name in names]
    known = ((path, path.relative_to(files).as_posix()) for path in sorted(found))
    names = [
        name
        for path, name in known
        if S_ISREG(path.lstat().st_mode) and (name in (ROOT, MEMORY, SERVER) or _is_list(name))
    ]
    return sorted(names, key=lambda name: name == MEMORY)


def _is_list(name: object) -> bool:
    """Whether a name is a list's by the closed grammar, which leads nowhere else."""
    with suppress(UnsafePathError):
        return isinstance(name, str) and parse_path(name) is not None
    return False


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:  # new in `.incoming`, which was cleared: what is there is a trap
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make renames last through a loss of power, where the system has a way to."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _try_lock(handle: int) -> bool:
    """Take the lock if it is free; the system lets go of it when the program ends, however."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _writing(store: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise StoreUnwritableError(store=str(store), cause=cause) from None
