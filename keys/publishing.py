"""Laying what was signed where a service reads it: roots, and the trust list under the last of them.

Both in one step that can be done again; a root that is there is never written over, and no list by
an older one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from credential.days import instant_text
from credential.errors import CredentialError, TrustListError
from credential.roots import MAX_BYTES as MAX_ROOT_BYTES
from credential.roots import Root, open_root, succeed_root
from credential.trust import TrustList
from credential.trust_list import MAX_BYTES, first_that_opens, is_rollback, open_trust_list
from keys.changes import hasty_changes
from keys.errors import CeremonyError, Fault, KeyFileError, Trouble
from keys.plain_files import read_plain, write_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was laid out, and what whoever did it has to know."""

    root: Root
    let_through: tuple[tuple[Trouble, str], ...]
    passed_over: tuple[Path, ...]
    is_compared: bool


def read_root_file(path: Path) -> Root:
    """Open a root under itself: who gives its name has compared its fingerprint.

    Raises:
        KeyFileError: it cannot be read.
        RootError: it is none, or too few have signed it.
    """
    return open_root(_read(path, MAX_ROOT_BYTES))


def publish(
    folder: Path, data: bytes, roots: Mapping[int, bytes], *, emergency: str | None = None
) -> Published:
    """Write roots (`roots/NUMBER.cbor`) and the trust list under the last root given or there.

    Of the roots that are there, only those count that the given ones lead to or come from: others
    may write into the folder. `emergency` says why a change may be made that whoever holds the list
    there suffers from (`keys.changes`).

    Raises:
        CeremonyError: what is there is as new, another root of a number, or a root that does not
            open the list; or a change that would break scanners.
        CredentialError: the list does not open under the last root, or one is no successor.
        KeyFileError: something cannot be read or written.
    """
    given = _follow(roots)
    after = [*_roots_after(folder, given[-1])]
    before = [*_roots_before(folder, given[0], roots[given[0].number])]
    known = [*before, *given, *after]
    listed = _open_under_last(data, folder, given[-1], after)
    target = folder / "trust-list.cbor"
    there = None
    if target.exists():
        there = first_that_opens(_read(target, MAX_BYTES), reversed(known))
    hasty: tuple[tuple[Trouble, str], ...] = ()
    if there is not None and there != listed:  # else it is done once already
        hasty = _held_against(there, listed, known[-1], target, emergency=emergency)
    published = Published(
        root=known[-1],
        let_through=hasty,
        passed_over=tuple(_passed_over(folder, known)),
        is_compared=there is not None or not target.exists(),
    )
    _lay_out(folder, {root.number: (root, roots[root.number]) for root in given})
    write_whole(target, data)
    return published


def write_whole(path: Path, data: bytes, *, within: Path | None = None) -> None:
    """Write a file whole or not at all, through no link below `within` (`plain_files`).

    Raises:
        KeyFileError: it cannot be written.
    """
    try:
        write_plain(path, data, within=within)
    except OSError as error:
        raise KeyFileError(error.filename, Fault.UNREADABLE, error.strerror or "") from None


def _follow(roots: Mapping[int, bytes]) -> list[Root]:
    first, *numbers = sorted(roots)
    given = [open_root(roots[first])]
    for number in numbers:
        if number != given[-1].number + 1:
            raise CeremonyError(Trouble.NO_ROOT_GIVEN, str(given[-1].number + 1))
        given.append(succeed_root(given[-1], roots[number]))
    return given


def _roots_after(folder: Path, root: Root) -> Iterator[Root]:
    """The successors that are there, as a verifier would follow them."""
    while True:
        try:
            root = succeed_root(root, _read(_place(folder, root.number + 1), MAX_ROOT_BYTES))
        except (CredentialError, KeyFileError):
            return
        yield root


def _roots_before(folder: Path, root: Root, message: bytes) -> Iterator[Root]:
    """The predecessors that are there, the last one first.

    Who knows the holders' public keys can make one that fits: it may keep a list out, and lets none
    in.
    """
    while True:
        try:
            data = _read(_place(folder, root.number - 1), MAX_ROOT_BYTES)
            earlier = open_root(data)
            succeed_root(earlier, message)
        except (CredentialError, KeyFileError):
            return
        root, message = earlier, data
        yield root


def _passed_over(folder: Path, known: Iterable[Root]) -> Iterator[Path]:
    places = {_place(folder, root.number) for root in known}
    for path in sorted(folder.glob("roots/*.cbor")):
        if path.stem.isdecimal() and path not in places:
            yield path


def _open_under_last(data: bytes, folder: Path, given: Root, after: list[Root]) -> TrustList:
    if not after:
        return open_trust_list(data, given)
    try:
        return open_trust_list(data, after[-1])
    except TrustListError as error:
        detail = f"{_place(folder, after[-1].number)}: {error}"
        raise CeremonyError(Trouble.ROOT_SUCCEEDED, detail) from None


def _held_against(
    there: TrustList, listed: TrustList, root: Root, target: Path, *, emergency: str | None
) -> tuple[tuple[Trouble, str], ...]:
    """Hold a list against the one there, which scanners have; gives what an emergency lets through."""
    if there.number == listed.number or is_rollback(listed, there, root):
        edition = f"{there.number}, {instant_text(there.issued_at)}"
        raise CeremonyError(Trouble.NOT_NEWER, f"{target}: {edition}")
    changes = tuple(hasty_changes(there, listed))
    if changes and not emergency:
        trouble, detail = changes[0]
        lists = f"{target}: {there.number} → {listed.number}"
        between = ""
        if listed.number > there.number + 1:
            between = "先发布其间各名单 publish the lists between first, or "
        raise CeremonyError(trouble, f"{detail} ({lists}; {between}publish --emergency WHY)")
    return changes


def _lay_out(folder: Path, roots: Mapping[int, tuple[Root, bytes]]) -> None:
    """Write the roots that are not there; nothing, where another one is."""
    missing = {}
    for number, (root, data) in roots.items():
        path = _place(folder, number)
        if not path.exists():
            missing[path] = data
        elif not _is_root(path, root):
            raise CeremonyError(Trouble.NOT_NEWER, str(path))
    for path, data in missing.items():
        write_whole(path, data, within=folder)


def _is_root(path: Path, root: Root) -> bool:
    try:
        return read_root_file(path).fingerprint == root.fingerprint
    except CredentialError:
        return False


def _place(folder: Path, number: int) -> Path:
    return folder / "roots" / f"{number}.cbor"


def _read(path: Path, most: int) -> bytes:
    try:
        return read_plain(path, most=most)
    except FileNotFoundError:
        raise KeyFileError(str(path), Fault.MISSING) from None
    except OSError as error:
        raise KeyFileError(str(path), Fault.UNREADABLE, error.strerror or "") from None
