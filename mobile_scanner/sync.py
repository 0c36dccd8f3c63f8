"""Brings a store up to date from a service, or from a bundle on a stick.

Nothing is believed for where it comes from: every file is verified under the pinned root or those
that follow it, against what the store holds, so that nothing older comes back (rollback), and
against the clock, so that nothing from the future comes to stay: whatever is signed later would be
older. What is refused or was spoilt is named, and the rest is taken; the store changes once, as a
whole.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from credential.days import seconds_of
from credential.roots import Root
from credential.trusted import TrustedSet
from mobile_scanner.bringing import Bringing, Pin, SyncReport
from mobile_scanner.bundle import ListPath, read_files
from mobile_scanner.list_errors import (
    ListTooManyError,
    ListUnreadableError,
    RootDiffersError,
    RootNeededError,
    StoreLostError,
)
from mobile_scanner.memory import Memory, gone, load_store, read_memory, refuse_spoilt, write_memory
from mobile_scanner.offline import HeldLists
from mobile_scanner.roots import RootChain, parse_root, read_root_file, roots_in
from mobile_scanner.sources import BundleSource, FolderSource
from mobile_scanner.store import MEMORY, ROOT, SERVER, commit, lock_store, write_server


def sync_store(
    store: Path, source: BundleSource, *, at: datetime, root: Path | None = None
) -> SyncReport:
    """Bring what is new from a source into a store, and write it.

    Raises:
        PinError: no root for the first time, or another than the store's.
        BundleError: nothing at the source can be used.
        StoreSpoiltError: the store was spoilt, and the source has nothing as new as was in it.
        StoreLostError: its memory was spoilt, too.
        ServerUnreachableError: nothing was changed.
        StoreError: another sync is writing, or the system does not let us.
    """
    given = None if root is None else read_root_file(root)
    if given is None and not (store / ROOT).exists():
        raise RootNeededError(store=str(store))
    with lock_store(store):
        found = read_files(store)
        held = found.files
        pin = _pin(store, given, str(root))
        is_first = not (store / ROOT).exists()
        bringing = Bringing(_chain(pin, held), pin, held, source, seconds_of(at))
        beyond = [error for error in found.refused if isinstance(error, ListTooManyError)]
        bringing.dropped += beyond
        bringing.spoilt += [e for e in found.refused if isinstance(e, ListUnreadableError)]
        remembered = _recall(store, bringing)
        bringing.bring()
        report = bringing.report(is_first=is_first)
        if not is_first:
            _refuse_way_back(store, bringing, report.lists.trusted, remembered)
        files = {str(path): bringing.files[path] for path in bringing.brought}
        if source.server is not None and bringing.is_believed:
            files[SERVER] = write_server(source.server)
        if is_first:
            files[ROOT] = pin.message
        memory = Memory.of(report.lists.trusted)
        if memory != remembered:
            files[MEMORY] = write_memory(memory)
        removed = [str(path) for path in held if path not in bringing.files]
        removed += [error.path for error in beyond if error.path not in files]
        if files or removed:
            commit(store, files, remove=removed)
        return report


def pinned(store: Path, given: Path) -> Root:
    """The root that is given, which has to be the store's pin or one that followed it.

    Raises:
        PinError: it is another, or cannot be used.
    """
    data = read_root_file(given)
    if (store / ROOT).exists():
        _pin(store, data, str(given))
    return parse_root(data, source=str(given))


def lay_on_top(store: Path, stick: Path, given: Path | None) -> HeldLists:
    """The store's lists and what is newer in a stick's, in memory: neither of the two is changed.

    A list that is dated ahead of the clock is taken, for it stays nowhere: it makes every verdict
    say that the clock is implausible, and leaving it out would not.

    Raises:
        PinError: the root that is given is another than the store's.
        BundleError: there is no bundle, or the store's own trust list is spoilt.
        StoreSpoiltError: as `load_store`.
    """
    pin = _pin(store, None if given is None else read_root_file(given), str(given))
    load_store(store, pin.root)  # without it, it would not be known what is older
    held = read_files(store).files
    bringing = Bringing(_chain(pin, held), pin, held, FolderSource.read(stick), now=None)
    bringing.bring()
    report = bringing.report()
    return HeldLists(trusted=report.lists.trusted, left_out=(*report.refused, *report.dropped))


def _recall(store: Path, bringing: Bringing) -> Memory | None:
    """What the store remembers; what of it is gone, or makes no sense, is named as spoilt."""
    try:
        remembered = read_memory(store)
    except ListUnreadableError as error:
        bringing.spoilt.append(error)
        return None
    bringing.spoilt += gone(remembered, bringing.held, bringing.pin.root)
    return remembered


def _refuse_way_back(
    store: Path, bringing: Bringing, after: TrustedSet, remembered: Memory | None
) -> None:
    """Refuse what a spoilt store would take for new. What is intact is the measure itself
    (`Bringing`), and knows more than what is remembered.

    Raises:
        StoreSpoiltError, StoreLostError: as `sync_store`.
    """
    if remembered is None:  # spoilt, gone, or of an earlier version, whose list opens
        is_root_spoilt = any(error.path.startswith("roots/") for error in bringing.spoilt)
        if bringing.before is None or is_root_spoilt:
            raise StoreLostError(store=str(store))
        return
    if bringing.before is None or Memory.of(bringing.before).is_behind(remembered):
        refuse_spoilt(store, after, remembered)


def _pin(store: Path, given: bytes | None, source: str) -> Pin:
    """The store's pin, of which one given now has to be, or follow; the one given, the first time."""
    path = store / ROOT
    if not path.exists():
        if given is None:
            raise RootNeededError(store=str(store))
        return Pin(parse_root(given, source=source), given)
    message = read_root_file(path)
    pin = Pin(parse_root(message, source=str(path)), message)
    if given is not None:
        other = parse_root(given, source=source)
        if not _chain(pin, read_files(store).files).has(other):
            raise RootDiffersError(store=str(store), number=other.number)
    return pin


def _chain(pin: Pin, held: Mapping[ListPath, bytes]) -> RootChain:
    return RootChain(roots=(pin.root,)).extend(roots_in(held))
