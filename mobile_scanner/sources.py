"""Where a bundle comes from: the service's API, or a folder that was carried here.

Two places, one form: a table of contents, and the bytes of one file after the other.
"""

import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from mobile_scanner.bundle import BundleFiles, read_folder
from mobile_scanner.list_errors import (
    ListNotServedError,
    ServerAnswerError,
    ServerUnreachableError,
)
from mobile_scanner.manifest import Entry, Manifest, parse_manifest
from mobile_scanner.server import Server, ask

MANIFEST_BYTES: Final = 1 << 20
SECONDS: Final = 60.0
"""For one file: the largest list, over a mobile network at its worst."""
WHOLE_SECONDS: Final = 900.0
"""For all of them together: a server that gives each at its last second is given up."""


class BundleSource(Protocol):
    """`contents` says what there is, `fetch` gives one file of it."""

    @property
    def name(self) -> str: ...
    @property
    def server(self) -> str | None:
        """The address to ask for verdicts later on."""
        ...

    def contents(self) -> Manifest: ...
    def fetch(self, entry: Entry) -> bytes: ...


@dataclass(slots=True, kw_only=True)
class ServiceSource:
    """The service's API (docs/spec/bundle.md, "Over HTTP"); its time runs from the first question."""

    service: Server
    file_seconds: float = SECONDS
    whole_seconds: float = WHOLE_SECONDS
    _ends: float | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        return self.service.url

    @property
    def server(self) -> str | None:
        return self.service.url

    def contents(self) -> Manifest:
        data = self._ask("/api/v1/bundle", limit=MANIFEST_BYTES)
        return parse_manifest(data, source=self.name)

    def fetch(self, entry: Entry) -> bytes:
        path = f"/api/v1/bundle/{entry.path}"
        try:
            return self._ask(path, limit=entry.size)
        except ServerAnswerError as error:
            raise ListNotServedError(path=str(entry.path), cause=error.cause) from None

    def _ask(self, path: str, *, limit: int) -> bytes:
        """Ask for one file, within its own time and what is left of the whole.

        Raises:
            ServerUnreachableError: one of the two has run out.
        """
        now = time.monotonic()
        if self._ends is None:
            self._ends = now + self.whole_seconds
        left = self._ends - now
        if left <= 0:
            cause = f"not done in {self.whole_seconds:g} s"
            raise ServerUnreachableError(server=self.name, cause=cause)
        return ask(self.service, path, limit=limit, seconds=min(self.file_seconds, left))


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """A bundle that was carried here."""

    folder: Path
    bundle: BundleFiles

    @classmethod
    def read(cls, folder: Path) -> "FolderSource":
        return cls(folder=folder, bundle=read_folder(folder))

    @property
    def name(self) -> str:
        return str(self.folder)

    @property
    def server(self) -> str | None:
        return None

    def contents(self) -> Manifest:
        entries = (
            Entry(path=path, size=len(data), sha256=sha256(data).hexdigest())
            for path, data in self.bundle.files.items()
        )
        return Manifest(entries=tuple(entries), refused=self.bundle.refused)

    def fetch(self, entry: Entry) -> bytes:
        return self.bundle.files[entry.path]
