"""The bundle: a folder of signed lists, and which path in it holds what (docs/spec/bundle.md).

A path comes from a server's manifest or from a stick, so it is read by a closed grammar: what is
not one of the four shapes never becomes the name of a file here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from credential import code_list, roots, status, status_delta, trust_list
from credential.claims import MAX_STATUS_LIST
from credential.trusted import MAX_LISTS
from mobile_scanner.list_errors import (
    BundleMissingError,
    ListRefusedError,
    ListTooManyError,
    ListUnknownError,
    ListUnreadableError,
)
from mobile_scanner.plain_file import read_plain_file

MAX_FILES: Final = 2048
"""The 400 issuers of a trust list with four status lists and an edition each."""
MAX_FOLDER_BYTES: Final = 64 << 20
"""What is read of a folder in all, before any of it is believed. Of 400 issuers with four status
lists each, of 131,072 places of which every tenth has ended, all files together have 26 MB."""
MAX_PATH: Final = 100
MAX_ROOTS: Final = 64
"""As many as follow one another in a lifetime; what is called a root beyond waits for its turn."""


class ListKind(StrEnum):
    TRUST = "trust"
    ROOT = "root"
    STATUS = "status"
    BASE = "base"
    DELTA = "delta"
    CATALOG = "catalog"


MAX_BYTES: Final[Mapping[ListKind, int]] = {
    ListKind.TRUST: trust_list.MAX_BYTES,
    ListKind.ROOT: roots.MAX_BYTES,
    ListKind.STATUS: status.MAX_BYTES,
    ListKind.BASE: status.MAX_BYTES,
    ListKind.DELTA: status_delta.MAX_BYTES,
    ListKind.CATALOG: code_list.MAX_BYTES,
}
_ROOT: Final = re.compile(r"roots/([1-9][0-9]{0,8})\.cbor")
_STATUS: Final = re.compile(r"status/([0-9]{6})/(0|[1-9][0-9]{0,3})(\.base|\.delta)?\.cbor")
_STATUS_KINDS: Final = {
    None: ListKind.STATUS,
    ".base": ListKind.BASE,
    ".delta": ListKind.DELTA,
}
_CATALOG: Final = re.compile(r"catalogs/([0-9]{6})/([1-9][0-9]{3})\.cbor")
_HARMLESS: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*(\.[a-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class ListPath:
    """Where a list stands; `number` is a root's or a status list's, or an edition of a catalog."""

    kind: ListKind
    issuer: str = ""
    number: int = 0

    @property
    def hangs_on_an_issuer(self) -> bool:
        """Whether a key of the trust list has signed what stands here."""
        return self.kind not in (ListKind.TRUST, ListKind.ROOT)

    @property
    def stands_alone(self) -> bool:
        """Whether it is a list of an issuer by itself: a delta needs its base, and a base is there
        for its delta."""
        return self.kind in (ListKind.STATUS, ListKind.CATALOG)

    def beside(self, kind: ListKind) -> "ListPath":
        """What stands beside a status list, its base or its delta; and the list beside those."""
        return ListPath(kind, self.issuer, self.number)

    def __str__(self) -> str:
        match self.kind:
            case ListKind.TRUST:
                return "trust-list.cbor"
            case ListKind.ROOT:
                return f"roots/{self.number}.cbor"
            case ListKind.STATUS:
                return f"status/{self.issuer}/{self.number}.cbor"
            case ListKind.BASE | ListKind.DELTA:
                return f"status/{self.issuer}/{self.number}.{self.kind}.cbor"
            case ListKind.CATALOG:
                return f"catalogs/{self.issuer}/{self.number}.cbor"


TRUST_LIST: Final = ListPath(ListKind.TRUST)


class UnsafePathError(ValueError):
    """A path that no honest server writes: it may point outside the folder."""


def parse_path(text: str) -> ListPath | None:
    """Read a path of a bundle; None for one that is harmless and of no known kind.

    Raises:
        UnsafePathError: absolute, with dots, backslashes, blanks, or anything else but plain names.
    """
    if len(text) > MAX_PATH or not _HARMLESS.fullmatch(text):
        raise UnsafePathError(repr(text[:MAX_PATH]))
    if text == str(TRUST_LIST):
        return TRUST_LIST
    if found := _ROOT.fullmatch(text):
        return ListPath(ListKind.ROOT, number=int(found[1]))
    if (found := _STATUS.fullmatch(text)) and int(found[2]) < MAX_STATUS_LIST:
        return ListPath(_STATUS_KINDS[found[3]], found[1], int(found[2]))
    if found := _CATALOG.fullmatch(text):
        return ListPath(ListKind.CATALOG, found[1], int(found[2]))
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFiles:
    """The bytes of a bundle, unverified, and what in the folder could not be had."""

    files: Mapping[ListPath, bytes]
    refused: tuple[ListRefusedError, ...] = ()

    def refusal(self, path: ListPath) -> ListRefusedError | None:
        return next((error for error in self.refused if error.path == str(path)), None)


def read_folder(folder: Path) -> BundleFiles:
    """Read a bundle from a folder; nothing in it is believed yet.

    Raises:
        BundleMissingError: no folder, or no trust list in it.
    """
    bundle = read_files(folder)
    if TRUST_LIST not in bundle.files and bundle.refusal(TRUST_LIST) is None:
        raise BundleMissingError(source=str(folder))
    return bundle


def read_files(folder: Path) -> BundleFiles:
    """Read what there is of a bundle; in a store that was damaged, its trust list may not be."""
    places, refused = _places(folder)
    files: dict[ListPath, bytes] = {}
    left = MAX_FOLDER_BYTES
    for turn, path in _in_turns(places):
        name, limit = str(path), MAX_BYTES[path.kind]
        try:
            if path.hangs_on_an_issuer and turn >= MAX_LISTS:
                raise ListTooManyError(path=name, most=MAX_LISTS)
            if len(files) == MAX_FILES:
                raise ListUnreadableError(path=name, cause=f"more than {MAX_FILES} files")
            files[path] = _read_file(folder / name, name=name, limit=limit, left=left)
            left -= len(files[path])
        except ListRefusedError as error:
            refused.append(error.as_data())
    return BundleFiles(files=files, refused=tuple(refused))


def _places(folder: Path) -> tuple[list[ListPath], list[ListRefusedError]]:
    """Where files of a bundle lie in a folder, and what is called otherwise there."""
    places: list[ListPath] = []
    unknown: list[ListRefusedError] = []
    for name in list_names(folder):
        try:
            path = parse_path(name)
        except UnsafePathError:
            path = None
        if path is None:
            unknown.append(ListUnknownError(path=name))
        else:
            places.append(path)
    return places, unknown


def _in_turns(places: Iterable[ListPath]) -> list[tuple[int, ListPath]]:
    """The first file of each issuer and kind (turn 0), then the second of each, and so on.

    Room is given away in this order: no issuer's many lists leave none to another's first. The
    roots that lead to the trust list come with it.
    """
    turns: Counter[tuple[ListKind, str]] = Counter()
    found = []
    for path in sorted(places, key=lambda path: path.number):
        turn = turns[path.kind, path.issuer]
        is_of_chain = path.kind is ListKind.ROOT and turn < MAX_ROOTS
        found.append((0 if is_of_chain else turn, path))
        turns[path.kind, path.issuer] += 1
    kinds = [*ListKind]
    return sorted(found, key=lambda each: (each[0], kinds.index(each[1].kind)))


def _read_file(path: Path, *, name: str, limit: int, left: int) -> bytes:
    """Read a plain file of a bounded size: no device, no pipe, nothing endless.

    Raises:
        ListUnreadableError: it is none, or larger, or than what is left to all files together.
    """
    try:
        data = read_plain_file(path, limit=min(limit, left) + 1)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise ListUnreadableError(path=name, cause=cause) from None
    if len(data) > limit:
        raise ListUnreadableError(path=name, cause=f"larger than {limit} bytes")
    if len(data) > left:
        cause = f"more than {MAX_FOLDER_BYTES} bytes in the folder"
        raise ListUnreadableError(path=name, cause=cause)
    return data


def list_names(folder: Path) -> Iterator[str]:
    """The `.cbor` files where a bundle has its own; what else a stick carries is passed over."""
    for pattern in ("trust-list.cbor", "roots/*.cbor", "status/*/*.cbor", "catalogs/*/*.cbor"):
        for path in sorted(folder.glob(pattern)):
            yield path.relative_to(folder).as_posix()
