"""A delta: what a status list says otherwise than an earlier one, its base, in one small message.

A delta is always of one base and tells all that has changed since: who holds the base needs the last
delta alone. Base and delta together are the full list of the delta's instant, entry for entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from credential import cbor, days
from credential.envelope import UnverifiedSign1, read_sign1, sign1
from credential.errors import CredentialError, StatusDeltaError, SuiteUnavailableError
from credential.signer import Signer, VerificationKey
from credential.status import BITS, MAX_ENTRIES, Claim, StatusList

MEDIA_TYPE: Final = "application/vnd.composite-license.status-delta+cwt"
MAX_BYTES: Final = 16 << 10  # of a signed delta
STATUS_DELTA: Final = -65544  # its claim's label, of private use
_DIGEST_BYTES: Final = 32
_CLAIMS: Final = 5
_SLICE: Final = 1024  # bytes of two lists that are compared at once
_NUMBERS_OF_A_RUN: Final = 3


class Run(NamedTuple):
    """Entries from `start` on, `length` of them, that are all `value` now."""

    start: int
    length: int
    value: int


@dataclass(frozen=True, slots=True)
class StatusDelta:
    """A delta whose signature and place were checked. Instants are Unix seconds.

    `base_digest` is the SHA-256 of the base's message; `size` the entries of the full list.
    """

    uri: str
    issued_at: int
    expires_at: int
    ttl: int
    base_digest: bytes
    base_issued_at: int
    size: int
    runs: tuple[Run, ...]


def make_delta(base: StatusList, listed: StatusList) -> StatusDelta:
    """Return what makes `listed` of `base`, which was opened from its message.

    Raises:
        StatusDeltaError: it is of another place, not newer, or shorter.
    """
    if listed.uri != base.uri or listed.issued_at <= base.issued_at:
        raise StatusDeltaError("a delta is of a list and of an earlier one in its place")
    if len(listed.entries) < len(base.entries):
        raise StatusDeltaError("status list is shorter than its base")
    return StatusDelta(
        listed.uri,
        listed.issued_at,
        listed.expires_at,
        listed.ttl,
        base.digest,
        base.issued_at,
        2 * len(listed.entries),
        tuple(_runs(base.entries, listed.entries)),
    )


def seal_status_delta(delta: StatusDelta, signer: Signer) -> bytes:
    """Sign a delta."""
    numbers: list[int] = []
    end = 0
    for run in delta.runs:
        numbers += (run.start - end, run.length, run.value)
        end = run.start + run.length
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.SUBJECT.value: delta.uri,
        Claim.EXPIRES.value: delta.expires_at,
        Claim.ISSUED.value: delta.issued_at,
        Claim.TIME_TO_LIVE.value: delta.ttl,
        STATUS_DELTA: (delta.base_digest, delta.base_issued_at, delta.size, tuple(numbers)),
    }
    return sign1(cbor.encode(claims), signer, type=MEDIA_TYPE)


def read_status_delta(data: bytes) -> UnverifiedSign1:
    """Take a signed delta apart, to learn which key it names.

    Raises:
        StatusDeltaError: not a message of this type.
    """
    try:
        message = read_sign1(data, max_bytes=MAX_BYTES)
    except CredentialError as error:
        raise StatusDeltaError(f"status delta: {error}") from None
    if message.header.type != MEDIA_TYPE:
        raise StatusDeltaError(f"message is of type {message.header.type!r}, no status delta")
    return message


def open_status_delta(data: bytes, key: VerificationKey, *, uri: str) -> StatusDelta:
    """Check a signed delta and read it; `uri` is that of the list where it was looked up.

    Raises:
        StatusDeltaError: forged, malformed, of another place, or beyond its bounds.
        SuiteUnavailableError: this system cannot compute its key's suite.
    """
    message = read_status_delta(data)
    try:
        claims = cbor.decode(message.open(key), max_bytes=MAX_BYTES)
    except SuiteUnavailableError:
        raise
    except CredentialError as error:
        raise StatusDeltaError(f"status delta: {error}") from None
    if not isinstance(claims, Mapping) or len(claims) != _CLAIMS:
        raise StatusDeltaError("status delta does not hold just its claims")
    match claims.get(STATUS_DELTA), claims:
        case (
            (bytes(digest), int(base_issued_at), int(size), tuple(numbers)),
            {2: str(subject), 4: int(expires_at), 6: int(issued_at), 65534: int(ttl)},
        ) if not cbor.has_boolean(base_issued_at, size, expires_at, issued_at, ttl):
            pass
        case _:
            raise StatusDeltaError("status delta holds a claim of the wrong type")
    if subject != uri:
        raise StatusDeltaError(f"status delta is of {subject!r}, not of {uri!r}")
    if not 0 < base_issued_at < issued_at < expires_at <= days.LAST_INSTANT or ttl <= 0:
        raise StatusDeltaError("status delta has its times the wrong way round or out of range")
    if len(digest) != _DIGEST_BYTES or not 0 <= size <= MAX_ENTRIES or size % 2:
        raise StatusDeltaError("status delta is of no list that there can be")
    runs = _read_runs(numbers, size)
    return StatusDelta(subject, issued_at, expires_at, ttl, digest, base_issued_at, size, runs)


def apply_delta(base: StatusList, delta: StatusDelta) -> StatusList:
    """Return the full list of the delta's instant.

    Raises:
        StatusDeltaError: it is of another base, or says of an entry what the base says.
    """
    if delta.base_digest != base.digest or delta.base_issued_at != base.issued_at:
        raise StatusDeltaError("status delta is of another base than the one held")
    if delta.uri != base.uri or delta.size < 2 * len(base.entries):
        raise StatusDeltaError("status delta is of a shorter list than its base")
    entries = bytearray(base.entries).ljust(delta.size // 2, b"\0")
    added = 2 * len(base.entries)  # from here on every entry has to be told
    for start, count, value in delta.runs:
        end = start + count
        for index in range(start, min(end, 2 * len(base.entries))):
            if entries[index >> 1] >> ((index & 1) << 2) & 15 == value:
                raise StatusDeltaError(f"status delta tells of entry {index} what its base does")
        _fill(entries, start, end, value)
        if end > added:
            if start > added:
                break
            added = end
    if added < delta.size:
        raise StatusDeltaError(f"status delta does not tell entry {added}, which it adds")
    return StatusList(
        base.uri,
        delta.issued_at,
        delta.expires_at,
        delta.ttl,
        bytes(entries),
        base=base,
    )


def _read_runs(numbers: Sequence[object], size: int) -> tuple[Run, ...]:
    """Runs in their one order: none empty, none that goes on in the next."""
    if len(numbers) % _NUMBERS_OF_A_RUN:
        raise StatusDeltaError("status delta has half a run")
    runs: list[Run] = []
    end, before = 0, -1
    for at in range(0, len(numbers), _NUMBERS_OF_A_RUN):
        match numbers[at : at + _NUMBERS_OF_A_RUN]:
            case (int(gap), int(count), int(value)) if not cbor.has_boolean(gap, count, value):
                pass
            case _:
                raise StatusDeltaError("status delta has a run of no numbers")
        if gap < 0 or count < 1 or not 0 <= value < 1 << BITS:
            raise StatusDeltaError("status delta has a run out of range")
        if gap == 0 and value == before:
            raise StatusDeltaError("status delta has a run in two pieces")
        start, before = end + gap, value
        end = start + count
        if end > size:
            raise StatusDeltaError(f"status delta tells entry {end - 1} of a list of {size}")
        runs.append(Run(start, count, value))
    return tuple(runs)


def _runs(before: bytes, now: bytes) -> list[Run]:
    runs: list[Run] = []
    for first in range(0, len(now), _SLICE):
        old, new = before[first : first + _SLICE], now[first : first + _SLICE]
        if old == new:
            continue
        for at, byte in enumerate(new, first):
            known = before[at] if at < len(before) else None
            if byte == known:
                continue
            for half in (0, 4):
                value = byte >> half & 15
                if known is not None and value == known >> half & 15:
                    continue
                index = 2 * at + half // 4
                last = runs[-1] if runs else None
                if last and last.start + last.length == index and last.value == value:
                    runs[-1] = Run(last.start, last.length + 1, value)
                else:
                    runs.append(Run(index, 1, value))
    return runs


def _fill(entries: bytearray, start: int, end: int, value: int) -> None:
    """Set entries to one value; whole bytes at once, for a run may be as long as the list."""
    if start & 1:
        entries[start >> 1] = entries[start >> 1] & 15 | value << 4
        start += 1
    if start < end and end & 1:
        end -= 1
        entries[end >> 1] = entries[end >> 1] & 0xF0 | value
    if start < end:
        entries[start >> 1 : end >> 1] = bytes([value << 4 | value]) * ((end - start) >> 1)
