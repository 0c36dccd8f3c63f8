"""What a store remembers to have held: the number of its root, and the edition of its trust list.

A file that was spoilt is no measure for what comes. Against this, a sync sees that what it would
fall back to is older than what was there, and a scan that it would verify with less
(docs/spec/bundle.md).
"""

import json
from collections.abc import Container
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from credential.days import LAST_INSTANT, instant_text
from credential.roots import MAX_NUMBER, Root
from credential.trusted import TrustedSet
from mobile_scanner.bundle import MAX_FILES, TRUST_LIST, ListPath
from mobile_scanner.list_errors import BundleMissingError, ListGoneError, StoreSpoiltError
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

    def is_behind(self, other: "Memory") -> bool:
        """Whether this would be a step back from the other. Under a later root, a list's number may
        count anew, and its instant does not (docs/spec/trust-list.md, "Taking one in")."""
        if self.root != other.root:
            return self.root < other.root or self.issued < other.issued
        return (self.list, self.issued) < (other.list, other.issued)


def read_memory(store: Path) -> Memory | None:
    """What the store remembers; None where it has nothing that makes sense."""
    try:
        held = json.loads(read_plain_file(store / MEMORY, limit=_LIMIT))
        numbers = [held[name] for name in Memory.__slots__]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    if not all(type(number) is int for number in numbers):
        return None
    memory = Memory(*numbers)
    bounds = (memory.root, MAX_NUMBER), (memory.list, MAX_NUMBER), (memory.issued, LAST_INSTANT)
    return memory if all(0 < number <= most for number, most in bounds) else None


def write_memory(memory: Memory) -> bytes:
    """What `read_memory` reads."""
    return json.dumps(asdict(memory)).encode() + b"\n"


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
    remembered = read_memory(store)
    try:
        lists = load_lists(store, pin)
    except BundleMissingError:
        if remembered is None:
            raise
        raise StoreSpoiltError(store=str(store), held=str(remembered), left="—") from None
    refuse_spoilt(store, lists.trusted, remembered)
    return lists
