"""Laying what was signed where a service reads it: roots, and the trust list under the last of them.

Both in one step that can be done again; a root that is there is never written over, and no list by
an older one.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from credential.days import instant_text
from credential.roots import MAX_BYTES as MAX_ROOT_BYTES
from credential.roots import Root, follow_roots, open_root
from credential.trust import TrustList
from credential.trust_list import MAX_BYTES, first_that_opens, is_rollback, open_trust_list
from keys.errors import CeremonyError, Fault, KeyFileError, Trouble
from keys.plain_files import read_plain, write_plain


def read_root_file(path: Path) -> Root:
    """Open a root under itself: who gives its name has compared its fingerprint.

    Raises:
        KeyFileError: it cannot be read.
        RootError: it is none, or too few have signed it.
    """
    return open_root(_read(path, MAX_ROOT_BYTES))


def publish(folder: Path, data: bytes, roots: Mapping[int, bytes]) -> Root:
    """Write roots (`roots/NUMBER.cbor`) and the trust list under the last of them; gives that root.

    Raises:
        CeremonyError: what is there is as new, or another root of a number.
        CredentialError: the list does not open under the last root, or one is no successor.
        KeyFileError: something cannot be read or written.
    """
    numbers = sorted(roots)
    root = follow_roots(open_root(roots[numbers[0]]), roots)
    if root.number != numbers[-1]:
        raise CeremonyError(Trouble.NO_ROOT_GIVEN, str(root.number + 1))
    listed = open_trust_list(data, root)
    target = folder / "trust-list.cbor"
    _refuse_older(target, listed, root, ever=map(open_root, roots.values()))
    for number in numbers:
        path = folder / "roots" / f"{number}.cbor"
        if path.exists():
            if read_root_file(path).fingerprint != open_root(roots[number]).fingerprint:
                raise CeremonyError(Trouble.NOT_NEWER, str(path))
            continue
        write_whole(path, roots[number], within=folder)
    write_whole(target, data)
    return root


def write_whole(path: Path, data: bytes, *, within: Path | None = None) -> None:
    """Write a file whole or not at all, through no link below `within` (`plain_files`).

    Raises:
        KeyFileError: it cannot be written.
    """
    try:
        write_plain(path, data, within=within)
    except OSError as error:
        raise KeyFileError(error.filename, Fault.UNREADABLE, error.strerror or "") from None


def _refuse_older(target: Path, listed: TrustList, root: Root, *, ever: Iterable[Root]) -> None:
    """Hold a list against the one there, under any of the roots given or laid there before."""
    if not target.exists():
        return
    beside = sorted(target.parent.glob("roots/*.cbor"))
    laid = (read_root_file(path) for path in beside if path.stem.isdecimal())
    there = first_that_opens(_read(target, MAX_BYTES), chain(ever, laid))
    if there is None or there == listed:  # of a root that is no more, or done once already
        return
    if there.number == listed.number or is_rollback(listed, there, root):
        edition = f"{there.number}, {instant_text(there.issued_at)}"
        raise CeremonyError(Trouble.NOT_NEWER, f"{target}: {edition}")


def _read(path: Path, most: int) -> bytes:
    try:
        return read_plain(path, most=most)
    except FileNotFoundError:
        raise KeyFileError(str(path), Fault.MISSING) from None
    except OSError as error:
        raise KeyFileError(str(path), Fault.UNREADABLE, error.strerror or "") from None
