"""Makes a bundle's files into lists that were verified; what does not verify is left out, by name.

Nothing is fetched and nothing is written here. The trust list is opened under the pinned root or the
last of those that follow it, and everything else by the keys in it (`credential.trusted`).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from credential.days import instant_text
from credential.errors import CredentialError, SuiteUnavailableError
from credential.roots import Root
from credential.trusted import TrustedSet
from mobile_scanner.bundle import (
    TRUST_LIST,
    BundleFiles,
    ListKind,
    ListPath,
    list_names,
    read_folder,
)
from mobile_scanner.list_errors import (
    BundleUntrustedError,
    ListMisplacedError,
    ListOlderError,
    ListRefusedError,
    ListUncheckedError,
    ListUntrustedError,
    ToldError,
)
from mobile_scanner.roots import RootChain, roots_in


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLists:
    """What a scanner verifies with, and which files of its bundle it does not believe."""

    trusted: TrustedSet
    left_out: tuple[ListRefusedError, ...] = ()


def load_lists(folder: Path, pin: Root) -> HeldLists:
    """Read a folder and verify what is in it.

    Raises:
        BundleMissingError: no folder, or no trust list in it.
        BundleUntrustedError: the trust list cannot be read, or does not open under the last root.
        RootForkError: the pin's holders have signed another root of its number.
    """
    return open_lists(read_folder(folder), pin, source=str(folder))


def open_lists(bundle: BundleFiles, pin: Root, *, source: str) -> HeldLists:
    """Verify a bundle that was read, under its own trust list."""
    if refusal := bundle.refusal(TRUST_LIST):
        raise BundleUntrustedError(source=source, cause=refusal.en)
    roots = roots_in(bundle.files)
    chain = RootChain(roots=(pin,))
    chain.refuse_fork(roots, source=source)
    chain = chain.extend(roots)
    try:
        trusted = TrustedSet.start(chain.last, bundle.files[TRUST_LIST])
    except CredentialError as error:
        cause = f"under root {chain.last.number}, the last that was reached: {error}"
        if chain.broken is not None:
            cause += f" ({chain.broken.path}: {chain.broken.cause})"
        raise BundleUntrustedError(source=source, cause=cause) from None
    left_out = [*bundle.refused, *chain.beyond(roots)]
    for path, data in bundle.files.items():
        if path.stands_alone:
            try:
                trusted = admit(trusted, path, data)
            except ListRefusedError as error:
                left_out.append(error.as_data())
    for path, data in bundle.files.items():
        if path.kind is ListKind.DELTA:
            base = bundle.files.get(path.beside(ListKind.BASE))
            base = base or bundle.files.get(path.beside(ListKind.STATUS))
            try:
                trusted = admit_delta(trusted, path, data, base=base)
            except ListOlderError:  # a base and a delta that the list beside them is ahead of
                continue
            except ListRefusedError as error:
                left_out.append(error.as_data())
    return HeldLists(trusted=trusted, left_out=tuple(left_out))


def admit(trusted: TrustedSet, path: ListPath, data: bytes) -> TrustedSet:
    """Take a status list or a code list that stands at a path of a bundle.

    Gives the same set where the list is as old as the one held.

    Raises:
        ListUntrustedError: it does not verify.
        ListUncheckedError: this device cannot compute its signature's suite.
        ListMisplacedError: it is another list than its path says.
        ListOlderError: older than the one held.
    """
    held = issued_at_of(trusted, path)
    after = _admit(trusted, path, data)
    if issued_at_of(after, path) != held:
        return after
    # Nothing has come to this place: the list belongs elsewhere, or is not newer.
    alone = _admit(trusted.without_lists(), path, data)
    offered = issued_at_of(alone, path)
    if offered is None:
        raise ListMisplacedError(path=str(path), found=", ".join(map(str, paths_of(alone))))
    assert held is not None  # else it had come
    if offered < held:
        raise ListOlderError(path=str(path), offered=instant_text(offered), held=instant_text(held))
    return trusted


def admit_delta(
    trusted: TrustedSet, path: ListPath, data: bytes, *, base: bytes | None
) -> TrustedSet:
    """Take a delta that stands at a path of a bundle, with the list that it is to be of.

    Gives the same set where the two are as old as the list held.

    Raises:
        ListUntrustedError: they do not verify, or do not fit; there is no base.
        ListUncheckedError: this device cannot compute the suite of a signature.
        ListOlderError: older than the list held.
    """
    if base is None:
        raise ListUntrustedError(
            path=str(path), cause="there is no status list that it could be of"
        )
    try:
        alone = trusted.without_lists().admit_status_pair(base, data, number=path.number)
        offered = issued_at_of(alone, path)
        if offered is None:
            raise ListMisplacedError(path=str(path), found=", ".join(map(str, paths_of(alone))))
        held = issued_at_of(trusted, path)
        if held is not None and offered < held:
            at = {"offered": instant_text(offered), "held": instant_text(held)}
            raise ListOlderError(path=str(path), **at)
        return trusted.admit_status_pair(base, data, number=path.number)
    except SuiteUnavailableError as error:
        raise ListUncheckedError(path=str(path), suite=error.suite, cause=error.cause) from None
    except CredentialError as error:
        raise ListUntrustedError(path=str(path), cause=str(error)) from None


def paths_of(trusted: TrustedSet) -> tuple[ListPath, ...]:
    """The places of the lists in a set, the trust list's left out."""
    return (
        *(ListPath(ListKind.STATUS, *key) for key in trusted.status),
        *(ListPath(ListKind.CATALOG, *key) for key in trusted.code_lists),
    )


def issued_at_of(trusted: TrustedSet, path: ListPath) -> int | None:
    """When the list at a place was signed (Unix seconds); None where there is none."""
    held = trusted.code_lists if path.kind is ListKind.CATALOG else trusted.status
    listed = held.get((path.issuer, path.number))
    return None if listed is None else listed.issued_at


def follow_lists(load: Callable[[], HeldLists], *folders: Path) -> Callable[[], HeldLists]:
    """Give a function that loads again whenever a sync has changed a folder in the meantime.

    A folder that has become unusable changes nothing: what was loaded goes on aging.
    """
    seen = [_stamp(folder) for folder in folders]
    lists = load()

    def current() -> HeldLists:
        nonlocal seen, lists
        now = [_stamp(folder) for folder in folders]
        if now != seen:
            with suppress(ToldError):
                lists = load()
                seen = now
        return lists

    return current


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    stamps = []
    for name in list_names(folder):
        with suppress(OSError):  # replaced at this moment
            found = (folder / name).stat()
            stamps.append((name, found.st_mtime_ns, found.st_size))
    return tuple(stamps)


def _admit(trusted: TrustedSet, path: ListPath, data: bytes) -> TrustedSet:
    try:
        if path.kind is ListKind.STATUS:
            return trusted.admit_status_list(data, number=path.number)
        return trusted.admit_code_list(data)
    except SuiteUnavailableError as error:
        raise ListUncheckedError(path=str(path), suite=error.suite, cause=error.cause) from None
    except CredentialError as error:
        raise ListUntrustedError(path=str(path), cause=str(error)) from None
