"""Brings a store up to date from a service, or from a bundle on a stick.

Nothing is believed for where it comes from: every file is verified under the pinned roots, and
against what the store holds, so that nothing older comes back (rollback), and against the clock, so
that nothing from the future comes to stay: whatever is signed later would be older. What is refused
is named, and the rest is taken; the store changes once, as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from credential.days import instant_text, seconds_of
from credential.errors import CredentialError
from credential.rules import Policy
from credential.signer import VerificationKey
from credential.trust import TrustList
from credential.trusted import TrustedSet
from mobile_scanner.bundle import TRUST_LIST, BundleFiles, ListPath, read_folder
from mobile_scanner.list_errors import (
    BundleError,
    BundleMissingError,
    BundleUntrustedError,
    ListAheadError,
    ListChangedError,
    ListOlderError,
    ListRefusedError,
    ListUntrustedError,
    RootsDifferError,
    RootsNeededError,
)
from mobile_scanner.manifest import Entry
from mobile_scanner.offline import HeldLists, admit, issued_at_of, load_lists, open_lists
from mobile_scanner.roots import parse_roots, read_roots
from mobile_scanner.sources import BundleSource, FolderSource
from mobile_scanner.store import ROOTS, SERVER, commit, lock_store, write_server


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did. `dropped` no longer verified under the new trust list."""

    source: str
    lists: HeldLists
    brought: tuple[ListPath, ...]
    unchanged: tuple[ListPath, ...]
    refused: tuple[ListRefusedError, ...]
    dropped: tuple[ListRefusedError, ...]


_TOLERANCE = Policy().clock_tolerance


def sync_store(
    store: Path, source: BundleSource, *, at: datetime, roots: Path | None = None
) -> SyncReport:
    """Bring what is new from a source into a store, and write it.

    Raises:
        RootsError: no roots for the first time, or others than the store's.
        BundleError: nothing at the source can be used.
        ServerUnreachableError: nothing was changed.
        StoreError: another sync is writing, or the system does not let us.
    """
    given = None if roots is None else read_roots(roots)
    if given is None and not (store / ROOTS).exists():
        raise RootsNeededError(store=str(store))
    with lock_store(store):
        pem, keys = _pinned(store, given, str(roots))
        held = _held(store)
        bringing = _Bringing(keys, held, source, seconds_of(at))
        bringing.bring()
        files = {str(path): bringing.files[path] for path in bringing.brought}
        if source.server is not None and bringing.is_believed:
            files[SERVER] = write_server(source.server)
        if not (store / ROOTS).exists():
            files[ROOTS] = pem
        removed = [error.path for error in bringing.dropped]
        if files or removed:
            commit(store, files, remove=removed)
        return bringing.report()


def lay_on_top(store: Path, stick: Path, roots: Sequence[VerificationKey]) -> HeldLists:
    """The store's lists and what is newer in a stick's, in memory: neither of the two is changed.

    A list that is dated ahead of the clock is taken, for it stays nowhere: it makes every verdict
    say that the clock is implausible, and leaving it out would not.

    Raises:
        BundleError: there is no bundle, or the store's own trust list is spoilt.
    """
    load_lists(store, roots)  # without its memory it would not be known what is older
    bringing = _Bringing(roots, _held(store), FolderSource.read(stick), now=None)
    bringing.bring()
    report = bringing.report()
    return HeldLists(trusted=report.lists.trusted, left_out=(*report.refused, *report.dropped))


def pinned_roots(store: Path, given: Path | None) -> tuple[VerificationKey, ...]:
    """The store's roots, which those in a file that is given too have to be.

    Raises:
        RootsError: they are others, or cannot be read.
    """
    pem = None if given is None else read_roots(given)
    return _pinned(store, pem, str(given))[1]


def _pinned(
    store: Path, given: bytes | None, source: str
) -> tuple[bytes, tuple[VerificationKey, ...]]:
    """The store's roots, which those given now have to be; the ones given, the first time."""
    path = store / ROOTS
    if not path.exists():
        assert given is not None
        return given, parse_roots(given, source=source)
    pem = read_roots(path)
    keys = parse_roots(pem, source=str(path))
    if given is not None:
        others = parse_roots(given, source=source)
        if {key.public for key in others} != {key.public for key in keys}:
            raise RootsDifferError(store=str(store))
    return pem, keys


def _held(store: Path) -> Mapping[ListPath, bytes]:
    try:
        return read_folder(store).files
    except BundleMissingError:
        return {}


@dataclass(slots=True)
class _Bringing:
    """One sync at work: the files as they will be, and what becomes of each.

    `now` refuses lists that are dated ahead of it; None where nothing comes to stay.
    """

    roots: Sequence[VerificationKey]
    held: Mapping[ListPath, bytes]
    source: BundleSource
    now: int | None
    files: dict[ListPath, bytes] = field(default_factory=dict)
    brought: list[ListPath] = field(default_factory=list)
    unchanged: list[ListPath] = field(default_factory=list)
    refused: list[ListRefusedError] = field(default_factory=list)
    dropped: list[ListRefusedError] = field(default_factory=list)
    lists: HeldLists | None = None

    def bring(self) -> None:
        contents = self.source.contents()
        self.refused += contents.refused
        entries = {entry.path: entry for entry in contents.entries}
        self.files = dict(self.held)
        trusted = self._bring_trust_list(entries.pop(TRUST_LIST, None))
        for path, data in self.held.items():
            if path != TRUST_LIST:
                try:
                    trusted = admit(trusted, path, data)
                except ListRefusedError as error:
                    self.dropped.append(error)
                    del self.files[path]
        for entry, data in self._fetched(entries.values()):
            try:
                after = admit(trusted, entry.path, data)
                self._refuse_ahead(entry.path, issued_at_of(after, entry.path) or 0)
            except ListRefusedError as error:
                self.refused.append(error)
                continue
            if after is trusted:  # signed anew at the same instant
                self.unchanged.append(entry.path)
                continue
            trusted = after
            self._take(entry.path, data)
        brought = set(map(str, self.brought))
        self.dropped = [error for error in self.dropped if error.path not in brought]
        self.lists = HeldLists(trusted=trusted)

    @property
    def is_believed(self) -> bool:
        """Whether the source stands by the trust list that is held now."""
        return TRUST_LIST in (*self.brought, *self.unchanged)

    def report(self) -> SyncReport:
        assert self.lists is not None
        return SyncReport(
            source=self.source.name,
            lists=self.lists,
            brought=tuple(self.brought),
            unchanged=tuple(self.unchanged),
            refused=tuple(self.refused),
            dropped=tuple(self.dropped),
        )

    def _bring_trust_list(self, entry: Entry | None) -> TrustedSet:
        """The trust list first: everything else is verified under it."""
        held = self._open_held()
        try:
            for _, data in self._fetched([] if entry is None else [entry]):
                trusted = self._admit_trust_list(held, data)
                self._take(TRUST_LIST, data)
                return trusted
        except ListRefusedError as error:
            self.refused.append(error)
        if held is not None:
            return held
        causes = [error.en for error in self.refused if error.path == str(TRUST_LIST)]
        if causes:
            raise BundleUntrustedError(source=self.source.name, cause=causes[-1])
        raise BundleMissingError(source=self.source.name)

    def _open_held(self) -> TrustedSet | None:
        """The store's own trust list; one that was damaged there is as good as none."""
        if TRUST_LIST not in self.held:
            return None
        try:
            only = BundleFiles(files={TRUST_LIST: self.held[TRUST_LIST]})
            return open_lists(only, self.roots, source="").trusted
        except BundleError:
            del self.files[TRUST_LIST]
            return None

    def _admit_trust_list(self, held: TrustedSet | None, data: bytes) -> TrustedSet:
        path = str(TRUST_LIST)
        try:
            offered = TrustedSet.start(data, self.roots)
            self._refuse_ahead(TRUST_LIST, offered.trust.issued_at)
            if held is None:
                return offered
            if _age(offered.trust) <= _age(held.trust):
                raise ListOlderError(
                    path=path, offered=_edition(offered.trust), held=_edition(held.trust)
                )
            return held.admit_trust_list(data, self.roots)
        except CredentialError as error:
            raise ListUntrustedError(path=path, cause=str(error)) from None

    def _fetched(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Fetch what the store has not already, and hold it against what was promised."""
        for entry in entries:
            held = self.files.get(entry.path)
            if held is not None and sha256(held).hexdigest() == entry.sha256:
                self.unchanged.append(entry.path)
                continue
            try:
                data = self.source.fetch(entry)
            except ListRefusedError as error:
                self.refused.append(error)
                continue
            if len(data) != entry.size or sha256(data).hexdigest() != entry.sha256:
                self.refused.append(ListChangedError(path=str(entry.path)))
                continue
            yield entry, data

    def _refuse_ahead(self, path: ListPath, issued_at: int) -> None:
        if self.now is not None and issued_at > self.now + _TOLERANCE:
            offered, now = instant_text(issued_at), instant_text(self.now)
            raise ListAheadError(path=str(path), offered=offered, now=now)

    def _take(self, path: ListPath, data: bytes) -> None:
        self.files[path] = data
        self.brought.append(path)


def _age(listed: TrustList) -> tuple[int, int]:
    return listed.number, listed.issued_at


def _edition(listed: TrustList) -> str:
    return f"No. {listed.number}, {instant_text(listed.issued_at)}"
