"""The pinned root and those that follow it: who may say which districts are believed.

The pin comes to a scanner by hand, apart from every bundle, its fingerprint compared. Successors
come with a bundle, and each is believed for the signatures of the one before (`credential.roots`).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential.errors import CredentialError, RootError
from credential.multisign import read_sign
from credential.roots import MAX_BYTES, Root, open_root, succeed_root
from mobile_scanner.bundle import ListKind, ListPath
from mobile_scanner.list_errors import (
    ListMisplacedError,
    ListRefusedError,
    ListUntrustedError,
    PrivateKeyGivenError,
    RootForkError,
    RootGapError,
    RootIsPemError,
    RootUnreadableError,
    RootUntrustedError,
)
from mobile_scanner.plain_file import read_plain_file

_PEM: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_GROUPS: Final = 8
"""16 bytes, as much as people compare without a slip; who wants all 32 asks `keys inspect`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootChain:
    """Roots that follow one another from the pinned one, without a gap.

    `broken` is the one at which it ended because its predecessor has not signed it.
    """

    roots: tuple[Root, ...]
    broken: ListUntrustedError | None = None

    @property
    def last(self) -> Root:
        return self.roots[-1]

    def find(self, number: int) -> Root | None:
        return next((root for root in self.roots if root.number == number), None)

    def has(self, root: Root) -> bool:
        """Whether it is one of these: of the same number, and the same is signed."""
        held = self.find(root.number)
        return held is not None and held.fingerprint == root.fingerprint

    def refuse_fork(self, published: Mapping[int, bytes], *, source: str) -> None:
        """Refuse a source that has a fork of a root of ours.

        Who would have had to sign ours has to have signed the other: its predecessor's holders, or
        the pin's own. A stranger can make any root, and `beyond` names it.

        Raises:
            RootForkError: holders have signed two roots of one number.
        """
        for held, offered in self._others(published):
            signers = self.find(held.number - 1) or held
            if offered.number == held.number and _has_signed(signers, published[held.number]):
                raise RootForkError(
                    source=source,
                    path=str(root_path(held.number)),
                    offered=show_fingerprint(offered),
                    held=show_fingerprint(held),
                )

    def extend(self, published: Mapping[int, bytes]) -> "RootChain":
        """Go on from the last, as far as what is published (number to message) leads."""
        roots = list(self.roots)
        while (data := published.get(roots[-1].number + 1)) is not None:
            try:
                roots.append(succeed_root(roots[-1], data))
            except RootError as error:
                path = root_path(roots[-1].number + 1)
                broken = ListUntrustedError(path=str(path), cause=str(error))
                return RootChain(roots=tuple(roots), broken=broken)
        return RootChain(roots=tuple(roots))

    def beyond(self, published: Mapping[int, bytes]) -> Iterator[ListRefusedError]:
        """Name those of what is published that it does not lead to, and those that are not ours."""
        others = {held.number: offered for held, offered in self._others(published)}
        for number in sorted(published):
            path, reached = str(root_path(number)), self.last.number
            if self.broken is not None and path == self.broken.path:
                yield self.broken
            elif number > reached:
                yield RootGapError(path=path, missing=reached + 1)
            elif number in others and others[number].number == number:
                cause = "another root than ours, and not signed by those who would have to"
                yield ListUntrustedError(path=path, cause=cause)
            elif number in others:
                yield ListMisplacedError(path=path, found=str(root_path(others[number].number)))
            elif self.find(number) is not None:
                try:
                    open_root(published[number])
                except RootError as error:  # ours stays; what is no root leads to no other
                    yield ListUntrustedError(path=path, cause=str(error))

    def _others(self, published: Mapping[int, bytes]) -> Iterator[tuple[Root, Root]]:
        """Each of our roots in whose place another one is published, with that one."""
        for held in self.roots:
            if (data := published.get(held.number)) is not None:
                with suppress(RootError):  # what is no root is no other
                    offered = open_root(data)
                    if offered.fingerprint != held.fingerprint:
                        yield held, offered


def _has_signed(root: Root, data: bytes) -> bool:
    """Whether as many of a root's keys as have to have signed a message."""
    try:
        read_sign(data, max_bytes=MAX_BYTES).open(root.by_key_id, threshold=root.threshold)
    except CredentialError:
        return False
    return True


def root_path(number: int) -> ListPath:
    """Where a root stands in a bundle and in a store."""
    return ListPath(ListKind.ROOT, number=number)


def roots_in(files: Mapping[ListPath, bytes]) -> dict[int, bytes]:
    """The roots among the files of a bundle, by their number."""
    return {path.number: data for path, data in files.items() if path.kind is ListKind.ROOT}


def show_fingerprint(root: Root, *, groups: int = _GROUPS) -> str:
    """The beginning of a root's fingerprint, in groups of four for people to compare."""
    digits = root.fingerprint
    return " ".join(digits[at : at + 4] for at in range(0, 4 * groups, 4))


def load_root(path: Path) -> Root:
    """Read the file of a pinned root.

    Raises:
        PinError: as `read_root_file` and `parse_root`.
    """
    return parse_root(read_root_file(path), source=str(path))


def read_root_file(path: Path) -> bytes:
    """Read the bytes of the file; at most what a root may have.

    Raises:
        RootUnreadableError: missing, no plain file, or too large.
    """
    try:
        data = read_plain_file(path, limit=MAX_BYTES + 1)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise RootUnreadableError(source=str(path), cause=cause) from None
    if len(data) > MAX_BYTES and not _PEM.search(data):
        raise RootUnreadableError(source=str(path), cause=f"larger than {MAX_BYTES} bytes")
    return data


def parse_root(data: bytes, *, source: str) -> Root:
    """Open a root under itself: it is believed for having been brought by hand.

    Raises:
        RootIsPemError, PrivateKeyGivenError: keys, where a root is expected.
        RootUntrustedError: no root, or signed by fewer than have to.
    """
    labels = [found[1].decode() for found in _PEM.finditer(data)]
    for label in labels:
        if "PRIVATE" in label:  # on an inspector's device a leak, whoever put it there
            raise PrivateKeyGivenError(source=source, label=label)
    if labels:
        raise RootIsPemError(source=source, label=labels[0])
    try:
        return open_root(data)
    except RootError as error:
        raise RootUntrustedError(source=source, cause=str(error)) from None
