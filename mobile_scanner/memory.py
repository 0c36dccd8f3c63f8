"""What a store remembers to have held: the number of its root, and the edition of its trust list.

A file that was spoilt is no measure for what comes. Against this, a sync sees that what it would
fall back to is older than what was there, and a scan that it would verify with less
(docs/spec/bundle.md).
"""

import json
from collections.abc import Container
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Final
from zlib import crc32

from credential.days import LAST_INSTANT, instant_text
from credential.roots import MAX_NUMBER, Root
from credential.trusted import TrustedSet
from mobile_scanner.bundle import MAX_FILES, TRUST_LIST, ListPath
from mobile_scanner.list_errors import (
    BundleMissingError,
    ListGoneError,
    ListUnreadableError,
    StoreSpoiltError,
)
from mobile_scanner.offline import HeldLists, load_lists
from mobile_scanner.plain_file import read_plain_file
from mobile_scanner.roots import root_path
from mobile_scanner.store import MEMORY

_LIMIT: Final = 1 << 10


@dataclass(frozen=True, slots=True)
class Memory:
    """Number of the root, number of the trust list, and when that was signed (Unix seconds)."""

    root: int
    list: int
    issued: int

    @classmethod
    def of(cls, trusted: TrustedSet) -> "Memory":
        return cls(trusted.root.number, trusted.trust.number, trusted.trust.issued_at)

    def __str__(self) -> str:
        return f"root {self.root}, list {self.list} of {instant_text(self.issued)}"

    @property
    def makes_sense(self) -> bool:
        bounds = (self.root, MAX_NUMBER), (self.list, MAX_NUMBER), (self.issued, LAST_INSTANT)
        return all(0 < number <= most for number, most in bounds)

    @property
    def check(self) -> int:
        """CRC-32 of what it says: against a bit that turned over, and nobody who writes on purpose."""
        return crc32(str(astuple(self)).encode())

    def is_behind(self, other: "Memory") -> bool:
        """Whether this would be a step back from the other. Under a later root, a list's number may
        count anew, and its instant does not (docs/spec/trust-list.md, "Taking one in")."""
        if self.root != other.root:
            return self.root < other.root or self.issued < other.issued
        return (self.list, self.issued) < (other.list, other.issued)


def read_memory(store: Path) -> Memory | None:
    """What the store remembers; None for one of an earlier version.

    Raises:
        ListUnreadableError: it makes no sense, or not that of its check.
    """
    try:
        held = json.loads(read_plain_file(store / MEMORY, limit=_LIMIT))
        root, listed, issued, check = (held[name] for name in (*Memory.__slots__, "check"))
        if {*map(type, (root, listed, issued))} == {int}:
            memory = Memory(root, listed, issued)
            if memory.makes_sense and check == memory.check:
                return memory
        cause = "malformed"
    except FileNotFoundError:
        return None
    except OSError as error:
        cause = error.strerror or type(error).__name__
    except (ValueError, LookupError, TypeError, RecursionError):
        cause = "malformed"
    raise ListUnreadableError(path=MEMORY, cause=cause)


def write_memory(memory: Memory) -> bytes:
    """What `read_memory` reads."""
    return json.dumps({**asdict(memory), "check": memory.check}).encode() + b"\n"


def gone(remembered: Memory | None, held: Container[ListPath], pin: Root) -> list[ListGoneError]:
    """Name the trust list and the successors of the pin that were there and are no more."""
    if remembered is None:
        return []
    last = min(remembered.root, pin.number + MAX_FILES)
    roots = map(root_path, range(pin.number + 1, last + 1))
    return [ListGoneError(path=str(path)) for path in (*roots, TRUST_LIST) if path not in held]


def refuse_spoilt(store: Path, trusted: TrustedSet, remembered: Memory | None) -> None:
    """Refuse to go on with less than what the store has held.

    Raises:
        StoreSpoiltError: root or trust list are behind what it remembers.
    """
    left = Memory.of(trusted)
    if remembered is not None and left.is_behind(remembered):
        raise StoreSpoiltError(store=str(store), held=str(remembered), left=str(left))


def load_store(store: Path, pin: Root) -> HeldLists:
    """Read a store and verify what is in it, which has to be all that it remembers.

    Raises:
        BundleError: as `load_lists`.
        StoreSpoiltError: root or trust list are gone, or behind what it remembers.
    """
    try:
        remembered, spoilt = read_memory(store), None
    except ListUnreadableError as error:
        remembered, spoilt = None, error
    try:
        lists = load_lists(store, pin)
    except BundleMissingError:
        if remembered is None:
            raise
        raise StoreSpoiltError(store=str(store), held=str(remembered), left="—") from None
    refuse_spoilt(store, lists.trusted, remembered)
    return lists if spoilt is None else replace(lists, left_out=(*lists.left_out, spoilt))
