"""One sync at work: what a source offers, held against what the store holds, the roots and the clock.

Root and trust list come first and together; everything else is verified under them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from credential.days import instant_text
from credential.errors import CredentialError
from credential.roots import Root
from credential.rules import Policy
from credential.trust import TrustList
from credential.trust_list import is_rollback
from credential.trusted import MAX_LISTS, TrustedSet
from mobile_scanner.bundle import TRUST_LIST, ListKind, ListPath
from mobile_scanner.list_errors import (
    BundleMissingError,
    BundleUntrustedError,
    ListAheadError,
    ListChangedError,
    ListOlderError,
    ListRefusedError,
    ListTooManyError,
    ListUntrustedError,
    PairIncompleteError,
)
from mobile_scanner.manifest import Entry
from mobile_scanner.offline import HeldLists, admit, admit_delta, issued_at_of
from mobile_scanner.roots import RootChain, root_path, roots_in
from mobile_scanner.sources import BundleSource


@dataclass(frozen=True, slots=True)
class Pin:
    """The pinned root, and its message as it is kept."""

    root: Root
    message: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did. `dropped` no longer verified under the new trust list; `spoilt` had come to
    harm in the store; `is_first`: the root was pinned by it."""

    source: str
    is_first: bool
    lists: HeldLists
    brought: tuple[ListPath, ...]
    unchanged: tuple[ListPath, ...]
    refused: tuple[ListRefusedError, ...]
    dropped: tuple[ListRefusedError, ...]
    spoilt: tuple[ListRefusedError, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was refused, lost or found spoilt."""
        return not (self.refused or self.dropped or self.spoilt)


_TOLERANCE = Policy().clock_tolerance


@dataclass(slots=True)
class Bringing:
    """One sync at work: the files as they will be, and what becomes of each.

    `now` refuses lists that are dated ahead of it; None where nothing comes to stay. `before` is
    what was held, where it could be opened.
    """

    chain: RootChain
    pin: Pin
    held: Mapping[ListPath, bytes]
    source: BundleSource
    now: int | None
    files: dict[ListPath, bytes] = field(default_factory=dict)
    brought: list[ListPath] = field(default_factory=list)
    unchanged: list[ListPath] = field(default_factory=list)
    refused: list[ListRefusedError] = field(default_factory=list)
    dropped: list[ListRefusedError] = field(default_factory=list)
    spoilt: list[ListRefusedError] = field(default_factory=list)
    before: TrustedSet | None = None
    lists: HeldLists | None = None

    def bring(self) -> None:
        contents = self.source.contents()
        self.refused += contents.refused
        entries = {entry.path: entry for entry in contents.entries}
        self.files = {root_path(self.pin.root.number): self.pin.message, **self.held}
        roots = [entries.pop(path) for path in [*entries] if path.kind is ListKind.ROOT]
        trusted = self._bring_trust(roots, entries.pop(TRUST_LIST, None))
        trusted = self._admit_held(trusted)
        alone = [entry for entry in entries.values() if entry.path.stands_alone]
        for entry in [*alone]:
            after = self._bring_by_delta(trusted, entry, entries)
            if after is not None:
                trusted = after
                alone.remove(entry)
        for entry, data in self._fetched(alone):
            try:
                after = admit(trusted, entry.path, data)
                self._refuse_ahead(entry.path, issued_at_of(after, entry.path) or 0)
            except ListRefusedError as error:
                self.refused.append(error.as_data())
                continue
            if after is trusted:  # signed anew at the same instant
                self.unchanged.append(entry.path)
                continue
            trusted = after
            self._take(entry.path, data)
            if entry.path.kind is ListKind.STATUS:  # what was held with the one before
                self.files.pop(entry.path.beside(ListKind.DELTA), None)
        brought = set(map(str, self.brought))
        for path in self.brought:  # a delta goes with the list that it was of
            if path.kind is ListKind.STATUS:
                brought.add(str(path.beside(ListKind.DELTA)))
        self.dropped = [error for error in self.dropped if error.path not in brought]
        self.lists = HeldLists(trusted=trusted)

    def _admit_held(self, trusted: TrustedSet) -> TrustedSet:
        """Verify what is held again, under the trust list that holds now."""
        for path in sorted(self.held, key=lambda path: not path.stands_alone):
            if not path.hangs_on_an_issuer:
                continue
            data = self.held[path]
            try:
                if path.stands_alone:
                    trusted = admit(trusted, path, data)
                elif path.kind is ListKind.DELTA:
                    base = self.files.get(path.beside(ListKind.STATUS))
                    trusted = admit_delta(trusted, path, data, base=base)
                else:  # a store has a base in its list's own place
                    del self.files[path]
            except ListRefusedError as error:
                self.dropped.append(error.as_data())
                del self.files[path]
        return trusted

    def _bring_by_delta(
        self, trusted: TrustedSet, entry: Entry, entries: Mapping[ListPath, Entry]
    ) -> TrustedSet | None:
        """Bring a status list by its base and delta; None where it is to be fetched as it is.

        A store that holds the base fetches the delta alone, a few hundred bytes; another one both,
        and the delta alone from then on.
        """
        base = entries.get(entry.path.beside(ListKind.BASE))
        delta = entries.get(entry.path.beside(ListKind.DELTA))
        held = self.files.get(entry.path)
        digest = None if held is None else sha256(held).hexdigest()
        if entry.path.kind is not ListKind.STATUS or base is None or delta is None:
            return None
        if digest == entry.sha256 or (held is None and self._is_full(entry.path)):
            return None
        message = held if digest == base.sha256 else self._fetch_one(base)
        data = self.files.get(delta.path)
        if data is not None and digest == base.sha256 and sha256(data).hexdigest() == delta.sha256:
            self.unchanged.append(delta.path)
            return trusted
        data = None if message is None else self._fetch_one(delta)
        if message is None or data is None:
            return None
        try:
            after = admit_delta(trusted, delta.path, data, base=message)
            self._refuse_ahead(delta.path, issued_at_of(after, entry.path) or 0)
        except ListRefusedError as error:
            self.refused.append(error.as_data())
            return None
        if after is trusted:
            self.unchanged.append(delta.path)
            return trusted
        if message is not held:
            self._take(entry.path, message)
        self._take(delta.path, data)
        return after

    @property
    def is_believed(self) -> bool:
        """Whether the source stands by the trust list that is held now."""
        return TRUST_LIST in (*self.brought, *self.unchanged)

    def report(self, *, is_first: bool = False) -> SyncReport:
        assert self.lists is not None
        return SyncReport(
            source=self.source.name,
            is_first=is_first,
            lists=self.lists,
            brought=tuple(self.brought),
            unchanged=tuple(self.unchanged),
            refused=tuple(self.refused),
            dropped=tuple(self.dropped),
            spoilt=tuple(self.spoilt),
        )

    def _bring_trust(self, roots: list[Entry], entry: Entry | None) -> TrustedSet:
        """Root and trust list first: everything else is verified under them.

        Successors of the root are taken with a list that opens under the last of them. A list that
        opens under the root held is taken without them.
        """
        held = self.before = self._open_held()
        offered = {each.path.number: data for each, data in self._fetched(roots)}
        self.chain.refuse_fork(offered, source=self.source.name)
        longer = self.chain.extend(offered)
        self.refused += longer.beyond(offered)
        fetched = [data for _, data in self._fetched([] if entry is None else [entry])]
        listed = fetched[0] if fetched else self.files.get(TRUST_LIST)
        trusted = None
        if listed is not None and longer.last is not self.chain.last:
            trusted = self._succeed(longer, offered, listed, held, is_new=bool(fetched))
        if trusted is None and fetched:
            trusted = self._replace(fetched[0], held)
        if trusted is None:
            trusted = held
        if trusted is not None:
            return trusted
        causes = [error.en for error in self.refused if error.path == str(TRUST_LIST)]
        if causes:
            raise BundleUntrustedError(source=self.source.name, cause=causes[-1])
        raise BundleMissingError(source=self.source.name)

    def _open_held(self) -> TrustedSet | None:
        """The store's own trust list, and what was spoilt there: no measure for what comes."""
        for error in self.chain.beyond(roots_in(self.held)):
            self.spoilt.append(error)
            self.files = {at: data for at, data in self.files.items() if str(at) != error.path}
        if TRUST_LIST not in self.held:
            return None
        try:
            return TrustedSet.start(self.chain.last, self.held[TRUST_LIST])
        except CredentialError as error:
            self.spoilt.append(ListUntrustedError(path=str(TRUST_LIST), cause=str(error)))
            del self.files[TRUST_LIST]
            return None

    def _succeed(
        self,
        longer: RootChain,
        offered: Mapping[int, bytes],
        listed: bytes,
        held: TrustedSet | None,
        *,
        is_new: bool,
    ) -> TrustedSet | None:
        """Take successors with the list under them, or name them as not taken."""
        new = [root.number for root in longer.roots if root.number > self.chain.last.number]
        try:
            trusted = self._admit(longer.last, listed, held, is_new=is_new)
        except (ListRefusedError, CredentialError):
            self.refused += [
                PairIncompleteError(path=str(root_path(number)), other=str(TRUST_LIST))
                for number in new
            ]
            return None
        self.chain = longer
        for number in new:
            self._take(root_path(number), offered[number])
        if is_new:
            self._take(TRUST_LIST, listed)
        return trusted

    def _replace(self, data: bytes, held: TrustedSet | None) -> TrustedSet | None:
        """Take a list under the root that is held, or name it as refused."""
        try:
            trusted = self._admit(self.chain.last, data, held, is_new=True)
            if held is not None and trusted.trust == held.trust:  # signed by others of the holders
                self.unchanged.append(TRUST_LIST)
                return held
        except ListRefusedError as error:
            self.refused.append(error.as_data())
        except CredentialError as error:
            self.refused.append(ListUntrustedError(path=str(TRUST_LIST), cause=str(error)))
        else:
            self._take(TRUST_LIST, data)
            return trusted
        return None

    def _admit(
        self, root: Root, data: bytes, held: TrustedSet | None, *, is_new: bool
    ) -> TrustedSet:
        """Open a list under a root, against the list held and the clock.

        Raises:
            CredentialError: it does not open.
            ListAheadError, ListOlderError: dated ahead, or no newer than the one held.
        """
        offered = TrustedSet.start(root, data)
        self._refuse_ahead(TRUST_LIST, offered.trust.issued_at)
        if held is None or not is_new or offered.trust == held.trust:
            return offered
        if is_rollback(offered.trust, held.trust, root) or _age(offered) == _age(held):
            raise ListOlderError(
                path=str(TRUST_LIST),
                offered=_edition(offered.trust),
                held=_edition(held.trust),
            )
        return offered

    def _fetched(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Fetch what the store has not already, and hold it against what was promised."""
        for entry in entries:
            held = self.files.get(entry.path)
            if held is not None and sha256(held).hexdigest() == entry.sha256:
                self.unchanged.append(entry.path)
                continue
            try:
                self._refuse_too_many(entry.path)
            except ListRefusedError as error:
                self.refused.append(error.as_data())
                continue
            data = self._fetch_one(entry)
            if data is not None:
                yield entry, data

    def _fetch_one(self, entry: Entry) -> bytes | None:
        """What was promised, or None: then it is named why not."""
        try:
            data = self.source.fetch(entry)
        except ListRefusedError as error:
            self.refused.append(error.as_data())
            return None
        if len(data) != entry.size or sha256(data).hexdigest() != entry.sha256:
            self.refused.append(ListChangedError(path=str(entry.path)))
            return None
        return data

    def _is_full(self, path: ListPath) -> bool:
        """Whether there is no room for one list more of an issuer."""
        beside = [p for p in self.files if (p.kind, p.issuer) == (path.kind, path.issuer)]
        return len(beside) >= MAX_LISTS

    def _refuse_too_many(self, path: ListPath) -> None:
        """Leave out what would be one list too many of its issuer, in the store as it will be."""
        if path in self.files or not path.hangs_on_an_issuer:
            return
        if self._is_full(path):
            raise ListTooManyError(path=str(path), most=MAX_LISTS)

    def _refuse_ahead(self, path: ListPath, issued_at: int) -> None:
        if self.now is not None and issued_at > self.now + _TOLERANCE:
            offered, now = instant_text(issued_at), instant_text(self.now)
            raise ListAheadError(path=str(path), offered=offered, now=now)

    def _take(self, path: ListPath, data: bytes) -> None:
        self.files[path] = data
        self.brought.append(path)


def _age(trusted: TrustedSet) -> tuple[int, int]:
    return trusted.trust.number, trusted.trust.issued_at


def _edition(listed: TrustList) -> str:
    return f"No. {listed.number}, {instant_text(listed.issued_at)}"
