"""A bundle as a folder: each file whole or not at all, and nothing newer is written over.

Several districts may publish into one folder. Each has its neighbors' lists as it last took them
in; what lies there may be their own, and newer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from credential.errors import CredentialError
from credential.roots import follow_roots
from credential.trust_list import (
    open_trust_list,
)
from credential.trusted import TrustedSet
from keys.plain_files import read_plain, refuse_links, write_plain
from verify_service.publishing.errors import BundleAheadError, ListAheadError, ListRefusedError
from verify_service.publishing.trusted_lists import (
    TRUST_LIST,
    admit_new,
    is_root,
    roots_among,
    signed_at,
)
from verify_service.registry.records import Artifact

MAX_LIST_BYTES: Final = 1 << 20  # a status list's own bound, the largest


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
            _refuse_newer_trust(path, trusted)
    kept = []
    for artifact, path in paths.items():  # before anything is written
        refuse_links(path, within=folder)
        found = _read(path)
        if _hangs_on_an_issuer(artifact.name) and _is_newer(found, artifact, trusted, at):
            kept.append(path)
    for artifact, path in paths.items():
        if path not in kept:
            write_plain(path, artifact.content, within=folder)
    written = tuple(path for path in paths.values() if path not in kept)
    return WrittenBundle(written=written, kept=tuple(kept))


def _refuse_newer_trust(path: Path, trusted: TrustedSet) -> None:
    """A list there of a higher number, under our root or one that follows it there, is newer."""
    found = _read(path)
    if found is None:
        return
    beside = {
        file.relative_to(path.parent).as_posix(): _read(file) or b""
        for file in sorted(path.parent.glob("roots/*.cbor"))
    }
    try:
        there = open_trust_list(found, follow_roots(trusted.root, roots_among(beside)))
    except CredentialError:
        return  # nothing that anybody believes
    if there.number > trusted.trust.number:
        raise BundleAheadError(
            folder=str(path.parent), found=there.number, ours=trusted.trust.number
        )


def _hangs_on_an_issuer(name: str) -> bool:
    return name != TRUST_LIST and not is_root(name)


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
