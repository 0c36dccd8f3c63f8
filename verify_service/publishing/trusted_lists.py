"""The trusted set that this service verifies with, kept in step with what is published.

Everything comes from the registry's published artifacts and is checked on the way in, our own
lists too. What does not verify is left out and named; the rest is used.
"""

import logging
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Connection

from credential.claims import MAX_STATUS_LIST
from credential.code_list import CodeList, read_code_list
from credential.days import instant_text, seconds_of
from credential.errors import CredentialError, KeyNotUsableError, KeyUnknownError
from credential.roots import Root, follow_roots, open_root
from credential.rules import Policy
from credential.status import StatusList, read_status_list
from credential.trusted import TrustedSet
from verify_service.database import Database
from verify_service.publishing.errors import (
    ListAheadError,
    ListRefusedError,
    OwnKeyUnfitError,
)
from verify_service.registry.artifacts import artifact_marks, find_artifact, list_artifacts
from verify_service.registry.published_history import published_as_of
from verify_service.registry.records import Artifact

TRUST_LIST: Final = "trust-list.cbor"
CHECK_EVERY: Final = 1.0  # seconds between looks at what is published

_ROOT: Final = re.compile(r"roots/([1-9][0-9]{0,8})\.cbor")
_STATUS: Final = re.compile(r"status/([0-9]{6})/(0|[1-9][0-9]{0,3})\.cbor")
_BESIDE: Final = re.compile(r"(status/[0-9]{6}/(?:0|[1-9][0-9]{0,3}))\.(?:base|delta)\.cbor")
_CATALOG: Final = re.compile(r"catalogs/([0-9]{6})/([1-9][0-9]{3})\.cbor")

_Key = tuple[str, int]
_Listed = TypeVar("_Listed")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which list of an issuer stands at a path of a bundle: a status list, or a code list."""

    is_status: bool
    issuer: str
    number: int

    @property
    def key(self) -> tuple[str, int]:
        return self.issuer, self.number

    def lists_in(self, trusted: TrustedSet) -> Mapping[tuple[str, int], StatusList | CodeList]:
        """Those of its kind."""
        return trusted.status if self.is_status else trusted.code_lists

    def is_beside(self, other: "Place") -> bool:
        """Whether another is of the same issuer and kind, and not the same."""
        return other == replace(self, number=other.number) != self


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A trusted set, and the marks of the artifacts that it was made of."""

    trusted: TrustedSet
    marks: tuple[tuple[str, int], ...]


class TrustedLists:
    """Gives the current trusted set; looks for news at most once a second."""

    def __init__(self, database: Database, pin: Root) -> None:
        self._database = database
        self._pin = pin
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._snapshot: Snapshot | None = None

    def current(self) -> TrustedSet:
        """Return the trusted set.

        Raises:
            ListRefusedError: there is no trust list under the pinned root or one that follows it.
        """
        snapshot = self._snapshot
        if snapshot is not None and time.monotonic() - self._looked_at < CHECK_EVERY:
            return snapshot.trusted
        return self.refresh()

    def refresh(self) -> TrustedSet:
        """Look at what is published now, and take it."""
        with self._lock:
            with self._database.reading() as connection:
                marks = artifact_marks(connection)
                known = self._snapshot
                if known is None or known.marks != marks:
                    trusted = None if known is None else _brought_up(known, marks, connection)
                    if trusted is None:
                        trusted = self._read(list_artifacts(connection))
                    self._snapshot = known = Snapshot(trusted, marks)
            self._looked_at = time.monotonic()
            return known.trusted

    def as_of(self, at: datetime) -> TrustedSet | None:
        """Return what was trusted at an instant of the past, None where no trust list is on record.

        Trust begins at the lowest root published then, which this service believed, or at the pin.
        No status list is in it (docs/spec/replay.md).

        Raises:
            ListRefusedError: what is on record does not verify.
        """
        with self._database.reading() as connection:
            by_name = published_as_of(connection, at)
        if TRUST_LIST not in by_name:
            return None
        roots = roots_among(by_name)
        return _trusted(open_root(roots[min(roots)]) if roots else self._pin, by_name)

    def _read(self, artifacts: Sequence[Artifact]) -> TrustedSet:
        return _trusted(self._pin, {artifact.name: artifact.content for artifact in artifacts})


def _trusted(root: Root, by_name: Mapping[str, bytes]) -> TrustedSet:
    trust_list = by_name.get(TRUST_LIST)
    if trust_list is None:
        raise ListRefusedError(name=TRUST_LIST, detail="not published yet")
    try:
        root = follow_roots(root, roots_among(by_name))
        trusted = TrustedSet.start(root, trust_list)
    except CredentialError as error:
        detail = f"under root {root.number}: {error}"
        raise ListRefusedError(name=TRUST_LIST, detail=detail) from None
    for name, content in by_name.items():
        if name != TRUST_LIST and not is_root(name) and list_of_delta(name) is None:
            trusted = _with(trusted, name, content)
    return trusted


def place_of(name: str) -> Place | None:
    """Read a path of an issuer's list, by the grammar of docs/spec/bundle.md; None for any other."""
    if (found := _STATUS.fullmatch(name)) and int(found[2]) < MAX_STATUS_LIST:
        return Place(is_status=True, issuer=found[1], number=int(found[2]))
    if found := _CATALOG.fullmatch(name):
        return Place(is_status=False, issuer=found[1], number=int(found[2]))
    return None


def root_name(number: int) -> str:
    """The path of a root within a bundle."""
    return f"roots/{number}.cbor"


def is_root(name: str) -> bool:
    """Whether a path of a bundle is a root's."""
    return _ROOT.fullmatch(name) is not None


def list_of_delta(name: str) -> str | None:
    """The path of the status list that a base or a delta is of; None for any other path.

    The list says all that the two do: a service goes by it, and they are for scanners.
    """
    found = _BESIDE.fullmatch(name)
    return None if found is None else f"{found[1]}.cbor"


def roots_among(files: Mapping[str, bytes]) -> dict[int, bytes]:
    """The roots among files of a bundle, by the numbers of their paths."""
    return {int(found[1]): files[name] for name in files if (found := _ROOT.fullmatch(name))}


def admit(trusted: TrustedSet, name: str, content: bytes) -> TrustedSet:
    """Admit a list by its path in a bundle; one that is older changes nothing.

    Raises:
        CredentialError: it does not verify.
        ListRefusedError: no such path, or the path of another issuer or edition.
    """
    place = place_of(name)
    if place is None:
        raise ListRefusedError(name=name, detail="no such place in a bundle")
    is_status, key = place.is_status, place.key
    message = read_status_list(content) if is_status else read_code_list(content)
    signed_by = trusted.trust.find_key(message.header.key_id)
    if signed_by is not None and signed_by[1].code != key[0]:
        raise ListRefusedError(name=name, detail=f"signed with a key of {signed_by[1].code}")
    if is_status:
        return trusted.admit_status_list(content, number=key[1])
    after = trusted.admit_code_list(content)
    if admitted := _changed(trusted.code_lists, after.code_lists) - {key}:
        raise ListRefusedError(name=name, detail=f"it is the list {sorted(admitted)}")
    return after


def prove_own(trusted: TrustedSet, name: str, content: bytes) -> None:
    """Refuse to publish what no verifier would take.

    Raises:
        OwnKeyUnfitError: our key is not in the trust list, or not in use.
        ListRefusedError: anything else.
    """
    try:
        admit(trusted.without_lists(), name, content)
    except (KeyUnknownError, KeyNotUsableError) as error:
        raise OwnKeyUnfitError(name=name, detail=str(error)) from None
    except CredentialError as error:
        raise ListRefusedError(name=name, detail=str(error)) from None


def admit_new(trusted: TrustedSet, name: str, content: bytes, *, at: datetime) -> TrustedSet:
    """Admit a list that has just come; one that is older changes nothing.

    Raises:
        CredentialError, ListRefusedError: as `admit`.
        ListAheadError: it was signed at a time that is yet to come.
    """
    after = admit(trusted, name, content)
    for before, now in ((trusted.status, after.status), (trusted.code_lists, after.code_lists)):
        for key in _changed(before, now):
            refuse_ahead(name, now[key].issued_at, at=at)
    return after


def signed_at(trusted: TrustedSet, name: str) -> int:
    """When the list of a bundle's path was signed (Unix seconds), which has to be in the set."""
    place = place_of(name)
    assert place is not None  # it was admitted by this name
    return place.lists_in(trusted)[place.key].issued_at


def refuse_ahead(name: str, issued_at: int, *, at: datetime) -> None:
    """Refuse what is dated ahead of the clock: it would keep out whatever is signed till then.

    Raises:
        ListAheadError: by more than clocks differ.
    """
    if issued_at > seconds_of(at) + Policy().clock_tolerance:
        raise ListAheadError(name=name, detail=instant_text(issued_at))


def _brought_up(
    known: Snapshot, marks: tuple[tuple[str, int], ...], connection: Connection
) -> TrustedSet | None:
    """What is known, with those lists read again that were published since; None where something
    else has changed, on which they all hang."""
    before, now = dict(known.marks), dict(marks)
    places = {
        name: place_of(name)
        for name in before.keys() | now.keys()
        if before.get(name) != now.get(name) and list_of_delta(name) is None
    }
    trusted = known.trusted
    for name, place in places.items():
        artifact = find_artifact(connection, name)
        if place is None or artifact is None:
            return None
        # What was published last is what counts, be it older: a clock was wrong, and is right now.
        trusted = replace(
            trusted,
            status=_without(trusted.status, place.key if place.is_status else None),
            code_lists=_without(trusted.code_lists, None if place.is_status else place.key),
        )
        trusted = _with(trusted, name, artifact.content)
    return trusted


def _with(trusted: TrustedSet, name: str, content: bytes) -> TrustedSet:
    try:
        return admit(trusted, name, content)
    except (CredentialError, ListRefusedError) as error:
        _log.error("left out %s: %s", name, error)
        return trusted


def _without(lists: Mapping[_Key, _Listed], key: _Key | None) -> dict[_Key, _Listed]:
    return {each: listed for each, listed in lists.items() if each != key}


def _changed(
    before: Mapping[tuple[str, int], object], after: Mapping[tuple[str, int], object]
) -> set[tuple[str, int]]:
    return {key for key, listed in after.items() if listed is not before.get(key)}


def read_published(database: Database, name: str) -> Artifact | None:
    """Return what is published under a path of the bundle."""
    with database.reading() as connection:
        return find_artifact(connection, name)
