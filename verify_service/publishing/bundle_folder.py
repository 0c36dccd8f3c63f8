"""A bundle as a folder: each file whole or not at all, and nothing newer is written over.

Several districts may publish into one folder. Each has its neighbors' lists as it last took them
in; what lies there may be their own, and newer.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from credential import roots
from credential.days import instant_text
from credential.errors import CredentialError
from credential.roots import Root, open_root, succeed_root
from credential.trust import TrustList
from credential.trust_list import first_that_opens, is_rollback
from credential.trusted import TrustedSet
from keys.plain_files import read_plain, refuse_links, write_plain
from verify_service.publishing.errors import BundleAheadError, ListAheadError, ListRefusedError
from verify_service.publishing.trusted_lists import (
    TRUST_LIST,
    admit_new,
    is_root,
    list_of_delta,
    refuse_ahead,
    root_name,
    roots_among,
    signed_at,
)
from verify_service.registry.records import Artifact

MAX_LIST_BYTES: Final = 1 << 20  # a status list's own bound, the largest
MOST_SUCCESSORS: Final = 64  # of our root, beside which somebody else publishes: decades of them


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBundle:
    """The files of a folder: those that were written, and those that were newer already."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def write_bundle(
    folder: Path,
    artifacts: Sequence[Artifact],
    *,
    trusted: TrustedSet,
    at: datetime,
) -> WrittenBundle:
    """Write what is published into a folder.

    Raises:
        BundleAheadError: the trust list there is newer than ours, so that ours cannot say which of
            the other lists are good.
        PlainFileError: a pipe, a folder, a device or a huge file lies in the place of a list, or a
            link in the place of a folder; nothing was written.
    """
    paths = {artifact: folder / artifact.name for artifact in artifacts}
    for artifact, path in paths.items():
        if artifact.name == TRUST_LIST:
            ours = {each.name: each.content for each in artifacts}
            _refuse_newer_trust(path, trusted, ours, at=at)
    kept = []
    for artifact, path in paths.items():  # before anything is written
        refuse_links(path, within=folder)
        found = _read(path)
        if _hangs_on_an_issuer(artifact.name) and _is_newer(found, artifact, trusted, at):
            kept.append(path)
    # A base and a delta go with their list: beside one that is newer they would only be behind it.
    kept += [
        path
        for artifact, path in paths.items()
        if (listed := list_of_delta(artifact.name)) and folder / listed in kept
    ]
    _remove_old_deltas(folder, artifacts, kept)
    for artifact, path in paths.items():
        if path not in kept:
            write_plain(path, artifact.content, within=folder)
    written = tuple(path for path in paths.values() if path not in kept)
    return WrittenBundle(written=written, kept=tuple(kept))


def _remove_old_deltas(folder: Path, artifacts: Sequence[Artifact], kept: Sequence[Path]) -> None:
    """Take away the delta of a list that has a new base now, and no delta of that one yet."""
    names = {artifact.name for artifact in artifacts}
    for name in names:
        listed = list_of_delta(name)
        if listed and folder / listed not in kept:
            delta = f"{listed.removesuffix('.cbor')}.delta.cbor"
            if delta not in names:
                path = folder / delta
                refuse_links(path, within=folder)
                path.unlink(missing_ok=True)


def _refuse_newer_trust(
    path: Path, trusted: TrustedSet, ours: Mapping[str, bytes], *, at: datetime
) -> None:
    """A list there is newer that is under a root that follows ours there, or that ours would roll
    back, whichever of our roots it is under; but for one of days to come, which nobody takes in."""
    found = _read(path)
    if found is None:
        return
    mine = _edition(trusted.trust, trusted.root)
    for root in _following(trusted.root, _roots_beside(path, after=trusted.root.number)):
        there = _of_this_time(found, root, at)
        if there is not None:
            raise BundleAheadError(folder=str(path.parent), found=_edition(there, root), ours=mine)
    for root in (trusted.root, *map(open_root, roots_among(ours).values())):
        there = _of_this_time(found, root, at)
        if there is not None and is_rollback(trusted.trust, there, trusted.root):
            raise BundleAheadError(folder=str(path.parent), found=_edition(there, root), ours=mine)


def _of_this_time(data: bytes, root: Root, at: datetime) -> TrustList | None:
    listed = first_that_opens(data, [root])
    if listed is not None:
        try:
            refuse_ahead(TRUST_LIST, listed.issued_at, at=at)
        except ListAheadError:
            return None
    return listed


def _following(root: Root, offered: Mapping[int, bytes]) -> Iterator[Root]:
    """Each root that follows, as far as they lead; what is none, or not ours, is behind the last."""
    while (data := offered.get(root.number + 1)) is not None:
        try:
            root = succeed_root(root, data)
        except CredentialError:
            return
        yield root


def _roots_beside(path: Path, *, after: int) -> dict[int, bytes]:
    """The next roots beside a trust list, by number. Anybody may have put files there: no more are
    read than ever follow, and what is none, or cannot be read, is passed over."""
    found = {}
    for number in range(after + 1, after + 1 + MOST_SUCCESSORS):
        with suppress(OSError):
            at = path.parent / root_name(number)
            found[number] = read_plain(at, most=roots.MAX_BYTES)
    return found


def _edition(listed: TrustList, root: Root) -> str:
    return f"No. {listed.number}, {instant_text(listed.issued_at)}, root {root.number}"


def _hangs_on_an_issuer(name: str) -> bool:
    return name != TRUST_LIST and not is_root(name) and list_of_delta(name) is None


def _is_newer(found: bytes | None, artifact: Artifact, trusted: TrustedSet, at: datetime) -> bool:
    """Whether what lies there verifies, is of this time, and was signed after ours."""
    if found is None or found == artifact.content:
        return False
    alone = trusted.without_lists()
    try:
        there = signed_at(admit_new(alone, artifact.name, found, at=at), artifact.name)
        ours = signed_at(admit_new(alone, artifact.name, artifact.content, at=at), artifact.name)
    except (CredentialError, ListRefusedError, ListAheadError):
        return False
    return there > ours


def _read(path: Path) -> bytes | None:
    try:
        return read_plain(path, most=MAX_LIST_BYTES)
    except FileNotFoundError:
        return None
