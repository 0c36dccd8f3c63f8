"""Status lists: the state of every license and permit of an issuer, 4 bits each, in one message.

Token Status List (draft-ietf-oauth-status-list, CWT form) with 4 bits, so that the way in which a
permit ended travels offline too: 0–2 are registered, 3 and 11–15 are left to applications.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from credential import cbor, days
from credential.envelope import UnverifiedSign1, digest, read_sign1, sign1
from credential.errors import CredentialError, StatusListError, SuiteUnavailableError
from credential.signer import Signer, VerificationKey

MEDIA_TYPE: Final = "application/statuslist+cwt"
BITS: Final = 4
MAX_ENTRIES: Final = 1 << 20
MAX_BYTES: Final = 1 << 20  # of a signed list
_MAX_INFLATED: Final = MAX_ENTRIES * BITS // 8


class Status(IntEnum):
    """What an entry says of a license or of a permit."""

    VALID = 0
    INVALID = 1  # a license: void; a permit: lapsed
    SUSPENDED = 2
    SUPERSEDED = 3
    GIVEN_UP = 11  # 注销, and the license stands without it
    CANCELLED = 12  # 注销
    ANNULLED = 13  # 撤销
    REVOKED = 14  # 吊销
    WITHDRAWN = 15  # 撤回


class Claim(IntEnum):
    """Claim labels (RFC 8392 §4; the draft, §5.2 and §14)."""

    SUBJECT = 2
    EXPIRES = 4
    ISSUED = 6
    STATUS_LIST = 65533
    TIME_TO_LIVE = 65534


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list whose signature and place were checked. Instants are Unix seconds.

    `digest` is the SHA-256 of its message, by which a delta names it; of a list that was put
    together of a base and a delta it is empty, and `base` is there (`credential.status_delta`).
    """

    uri: str
    issued_at: int
    expires_at: int
    ttl: int
    entries: bytes
    digest: bytes = field(default=b"", compare=False, repr=False)
    base: "StatusList | None" = field(default=None, compare=False, repr=False)

    def read(self, index: int, count: int) -> tuple[int, ...]:
        """The values of a block.

        Raises:
            StatusListError: the block ends outside the list.
        """
        entries = self.entries
        if index < 0 or index + count > 2 * len(entries):
            raise StatusListError(f"entries {index}+{count} are outside the list")
        if not any(entries[index >> 1 : (index + count + 1) >> 1]):  # as nearly always
            return (0,) * count
        return tuple(
            [entries[at >> 1] >> ((at & 1) << 2) & 15 for at in range(index, index + count)]
        )


def pack_entries(values: Mapping[int, int], *, size: int) -> bytes:
    """Lay out `size` entries, all valid but those given (index to value)."""
    entries = bytearray((size + 1) // 2)
    for index, value in values.items():
        if not 0 <= index < size or not 0 <= value < 1 << BITS:
            raise StatusListError(f"entry {index} = {value} is outside a list of {size}")
        entries[index >> 1] |= value << ((index & 1) << 2)
    return bytes(entries)


def seal_status_list(listed: StatusList, signer: Signer) -> bytes:
    """Sign a status list."""
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.SUBJECT.value: listed.uri,
        Claim.EXPIRES.value: listed.expires_at,
        Claim.ISSUED.value: listed.issued_at,
        Claim.TIME_TO_LIVE.value: listed.ttl,
        Claim.STATUS_LIST.value: {"bits": BITS, "lst": zlib.compress(listed.entries, 9)},
    }
    return sign1(cbor.encode(claims), signer, type=MEDIA_TYPE)


def read_status_list(data: bytes) -> UnverifiedSign1:
    """Take a signed list apart, to learn which key it names.

    Raises:
        StatusListError: not a message of this type.
    """
    try:
        message = read_sign1(data, max_bytes=MAX_BYTES)
    except CredentialError as error:
        raise StatusListError(f"status list: {error}") from None
    if message.header.type != MEDIA_TYPE:
        raise StatusListError(f"message is of type {message.header.type!r}, no status list")
    return message


def open_status_list(data: bytes, key: VerificationKey, *, uri: str) -> StatusList:
    """Check a signed list and unfold it; `uri` is where it was looked up.

    Raises:
        StatusListError: forged, malformed, of another place, or larger than the bounds.
        SuiteUnavailableError: this system cannot compute its key's suite.
    """
    message = read_status_list(data)
    try:
        claims = cbor.decode(message.open(key), max_bytes=MAX_BYTES)
    except SuiteUnavailableError:
        raise
    except CredentialError as error:
        raise StatusListError(f"status list: {error}") from None
    if not isinstance(claims, Mapping) or len(claims) != len(Claim):
        raise StatusListError("status list does not hold just its claims")
    match claims:
        case {
            2: str(subject),
            4: int(expires_at),
            6: int(issued_at),
            65534: int(ttl),
            65533: {"bits": 4, "lst": bytes(packed)},
        } if not cbor.has_boolean(expires_at, issued_at, ttl):
            pass
        case _:
            raise StatusListError("status list holds a claim of the wrong type")
    if subject != uri:
        raise StatusListError(f"status list is of {subject!r}, not of {uri!r}")
    if not 0 < issued_at < expires_at <= days.LAST_INSTANT or ttl <= 0:
        raise StatusListError("status list has its times the wrong way round or out of range")
    message_digest = digest(data)
    return StatusList(subject, issued_at, expires_at, ttl, _inflate(packed), message_digest)


def _inflate(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        entries = inflater.decompress(packed, _MAX_INFLATED + 1)
    except zlib.error as error:
        raise StatusListError(f"status list does not inflate: {error}") from None
    if len(entries) > _MAX_INFLATED or inflater.unconsumed_tail:
        raise StatusListError("status list inflates beyond its bound")
    if not inflater.eof or inflater.unused_data:
        raise StatusListError("status list is cut or has bytes after its end")
    return entries
