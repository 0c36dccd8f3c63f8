"""The root: who may say which districts are believed, how many of them together, and until when.

The first is pinned by hand. Each successor is signed by the threshold of its predecessor and by its
own, so that holders change and nobody has to touch a scanner (docs/spec/trust-list.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from credential import cbor, days
from credential.envelope import digest
from credential.errors import CredentialError, RootError, TrustListError
from credential.multisign import MAX_SIGNATURES, UnverifiedSign, draft, read_sign
from credential.signer import VerificationKey, suite_of

MEDIA_TYPE: Final = "application/vnd.composite-license.root+cwt"
MAX_BYTES: Final = 1 << 13
MAX_NUMBER: Final = (1 << 53) - 1  # the last that a browser counts


class Claim(IntEnum):
    """Claim labels: RFC 8392 §4, and one of private use."""

    EXPIRES = 4
    ISSUED = 6
    ROOT = -65541


@dataclass(frozen=True, slots=True, kw_only=True)
class RootKey:
    """A holder and the public half of its key."""

    holder: str
    key: VerificationKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A root whose signatures were checked. Instants are Unix seconds."""

    number: int
    threshold: int
    keys: tuple[RootKey, ...]
    issued_at: int
    expires_at: int
    by_key_id: Mapping[bytes, VerificationKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key_id = {each.key.key_id: each.key for each in self.keys}
        holders = {each.holder for each in self.keys}
        if not len(by_key_id) == len(holders) == len(self.keys):
            raise RootError("two keys of the root have one id or one holder")
        if not 1 <= self.threshold <= len(self.keys) <= MAX_SIGNATURES:
            raise RootError(f"threshold {self.threshold} of {len(self.keys)} keys")
        if not 1 <= self.number <= MAX_NUMBER:
            raise RootError(f"root's number {self.number} is out of range")
        if not 0 < self.issued_at < self.expires_at <= days.LAST_INSTANT:
            raise RootError("root has its times the wrong way round or out of range")
        object.__setattr__(self, "by_key_id", by_key_id)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is signed, in hex: the same whoever has signed it."""
        return digest(_payload(self)).hex()


def draft_root(root: Root) -> UnverifiedSign:
    """Write a root down, for its holders to sign."""
    return draft(_payload(root), type=MEDIA_TYPE)


def open_root(data: bytes) -> Root:
    """Open a root under itself: a first one, which is believed because its fingerprint was compared.

    Raises:
        RootError: malformed, or signed by fewer than its own threshold.
    """
    return _open(data, None)


def succeed_root(held: Root, data: bytes) -> Root:
    """Take the next root: signed by the threshold of the one that is held, and by its own.

    Raises:
        RootError: it is not, or has another number than the next.
    """
    return _open(data, held)


def follow_roots(held: Root, published: Mapping[int, bytes]) -> Root:
    """Go from root to root, as far as what is published (number to message) leads.

    Raises:
        RootError: one of them is not its predecessor's.
    """
    while (data := published.get(held.number + 1)) is not None:
        held = succeed_root(held, data)
    return held


def read_root(payload: bytes) -> Root:
    """What a root's payload says; who has signed it is not looked at.

    Raises:
        RootError: malformed.
    """
    try:
        claims = cbor.decode(payload, max_bytes=MAX_BYTES)
    except CredentialError as error:
        raise RootError(f"root: {error}") from None
    if not isinstance(claims, Mapping) or len(claims) != len(Claim):
        raise RootError("root does not hold just its claims")
    match claims:
        case {
            4: int(expires),
            6: int(issued),
            Claim.ROOT: (int(number), int(threshold), tuple(keys)),
        } if not cbor.has_boolean(expires, issued, number, threshold):
            return Root(
                number=number,
                threshold=threshold,
                keys=tuple(map(_read_key, keys)),
                issued_at=issued,
                expires_at=expires,
            )
    raise RootError("root holds a claim of the wrong type")


def _open(data: bytes, held: Root | None) -> Root:
    try:
        message = read_sign(data, max_bytes=MAX_BYTES)
        if message.type != MEDIA_TYPE:
            raise RootError(f"message is of type {message.type!r}, no root")
        if held is not None:
            message.open(held.by_key_id, threshold=held.threshold)
        root = read_root(message.unverified_payload)
        message.open(root.by_key_id, threshold=root.threshold)
    except RootError:
        raise
    except CredentialError as error:
        raise RootError(f"root: {error}") from None
    if held is not None and root.number != held.number + 1:
        raise RootError(f"root {root.number} is not the next after {held.number}")
    return root


def _payload(root: Root) -> bytes:
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.EXPIRES.value: root.expires_at,
        Claim.ISSUED.value: root.issued_at,
        Claim.ROOT.value: (
            root.number,
            root.threshold,
            tuple((each.holder, each.key.suite.algorithm, each.key.public) for each in root.keys),
        ),
    }
    return cbor.encode(claims)


def _read_key(item: cbor.Item) -> RootKey:
    match item:
        case (str(holder), int(algorithm), bytes(public)) if not cbor.has_boolean(algorithm):
            suite = suite_of(algorithm)
            if suite is None:
                raise RootError(f"root holds a key of algorithm {algorithm}, which is unknown")
            try:
                return RootKey(holder=holder, key=VerificationKey.load(suite, public))
            except TrustListError as error:
                raise RootError(f"root: {error}") from None
    raise RootError("root holds a malformed key")
