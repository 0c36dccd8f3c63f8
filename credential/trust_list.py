"""The trust list's message: what the holders of the root sign together, numbered and expiring.

It is read by columns, one field of all entries at a time: a list of fifty districts has a thousand
items, and is checked whole (docs/spec/trust-list.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import chain, islice, repeat
from typing import Any, Final, TypeAlias

from credential import cbor, days
from credential.errors import CredentialError, TrustListError
from credential.multisign import UnverifiedSign, cosign, draft, read_sign, write_sign
from credential.named import named
from credential.roots import MAX_NUMBER, Root
from credential.signer import KEY_ID_BYTES, Signer
from credential.trust import Issuer, Scope, TrustedKey, TrustList

MEDIA_TYPE: Final = "application/vnd.composite-license.trust-list+cwt"
MAX_BYTES: Final = 1 << 18
MAX_ISSUERS: Final = 400
MAX_KEYS: Final = 64  # of an issuer
MAX_SCOPES: Final = 64


class Claim(IntEnum):
    """Claim labels: RFC 8392 §4, and one of private use."""

    EXPIRES = 4
    ISSUED = 6
    TRUST_LIST = -65539


def draft_trust_list(listed: TrustList) -> UnverifiedSign:
    """Write a trust list down, for the holders of the root to sign."""
    issuers = tuple(map(tuple, listed.issuers))
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.EXPIRES.value: listed.expires_at,
        Claim.ISSUED.value: listed.issued_at,
        Claim.TRUST_LIST.value: (listed.number, issuers),
    }
    return draft(cbor.encode(claims), type=MEDIA_TYPE)


def seal_trust_list(listed: TrustList, holders: Iterable[Signer]) -> bytes:
    """Sign a trust list with the keys of holders that are all at hand."""
    message = draft_trust_list(listed)
    for holder in holders:
        message = cosign(message, holder)
    return write_sign(message)


def open_trust_list(data: bytes, root: Root, *, held: TrustList | None = None) -> TrustList:
    """Check a signed trust list against the root and against the list held so far.

    An expired list opens too: whether it may still be believed depends on the time of asking,
    and is `credential.verify`'s to say.

    Raises:
        TrustListError: forged, malformed, signed by too few, to end after its root does, or older
            than the list held (rollback).
    """
    try:
        message = read_sign(data, max_bytes=MAX_BYTES)
        if message.type != MEDIA_TYPE:
            raise TrustListError(f"message is of type {message.type!r}, no trust list")
        listed = read_trust_list(message.open(root.by_key_id, threshold=root.threshold), data)
    except TrustListError:
        raise
    except CredentialError as error:
        raise TrustListError(f"trust list: {error}") from None
    if listed.expires_at > root.expires_at:
        raise TrustListError(f"trust list is to end after root {root.number} does")
    if not root.by_key_id.keys().isdisjoint(listed.by_key_id):
        raise TrustListError("trust list gives an issuer the key id of a root's key")
    if held is not None and is_rollback(listed, held, root):
        raise TrustListError(f"trust list {listed.number} is older than {held.number} held")
    return listed


def is_rollback(offered: TrustList, held: TrustList, root: Root) -> bool:
    """Whether a list that opens under a root would take a verifier back behind the one held.

    Their numbers say it as long as the list held opens under that root too. Where it does not, a
    thief may have driven its number up, and that is why there is another root (fast-forward); but
    its holders may just have left, so the instants of signing are held against each other instead.
    """
    by_number = (offered.number, offered.issued_at) < (held.number, held.issued_at)
    by_instant = offered.issued_at < held.issued_at
    if by_number is by_instant:  # nothing hangs on it: the list held is not verified once more
        return by_number
    opens = not held.message or first_that_opens(held.message, [root]) is not None
    return by_number if opens else by_instant  # no message: made here, and never sealed


def first_that_opens(data: bytes, roots: Iterable[Root]) -> TrustList | None:
    """The list under whichever of several roots it opens; None where there is none."""
    for root in roots:
        try:
            return open_trust_list(data, root)
        except TrustListError:
            continue
    return None


def read_trust_list(payload: bytes, message: bytes = b"") -> TrustList:
    """What a list's payload says; who has signed it is not looked at.

    Raises:
        TrustListError: malformed.
    """
    try:
        claims = cbor.decode_loosely(payload, max_bytes=MAX_BYTES)
        expires, issued, number, entries = _read_claims(claims)
        issuers, size = _read_issuers(entries)
        head = cbor.integers_size((expires, issued, number, len(entries)))
    except TrustListError:
        raise
    except CredentialError as error:
        raise TrustListError(f"trust list: {error}") from None
    if _FRAME + head + size != len(payload):
        raise TrustListError("trust list is not in its shortest encoding")
    return TrustList(
        number=number, issued_at=issued, expires_at=expires, issuers=issuers, message=message
    )


def read_issuer(entry: object) -> Issuer:
    """An issuer's entry, alone.

    Raises:
        TrustListError: malformed.
    """
    (issuer,), _ = _read_issuers((entry,))
    return issuer


_FRAME: Final = 1 + 1 + 1 + 5 + 1  # the map, its three labels, and the array of two
_OPTIONAL: Final = type(None)
_Types: TypeAlias = set[Any]
_ISSUER: Final[tuple[_Types, ...]] = (*({str},) * 5, {str, _OPTIONAL}, {tuple}, {tuple})
_KEY: Final[tuple[_Types, ...]] = (
    {bytes},
    {int},
    {bytes},
    {int},
    {int, _OPTIONAL},
    {int, _OPTIONAL},
)
_SCOPE: Final[tuple[_Types, ...]] = (
    {int},
    {int, _OPTIONAL},
    {tuple, _OPTIONAL},
    {tuple, _OPTIONAL},
    {bool},
)


def _read_claims(claims: object) -> tuple[int, int, int, tuple[object, ...]]:
    if not isinstance(claims, Mapping) or [*claims] != [4, 6, Claim.TRUST_LIST]:
        raise TrustListError("trust list does not hold just its claims, in their order")
    expires, issued, body = claims.values()
    if type(body) is not tuple or tuple(map(type, (expires, issued, *body))) != (
        int,
        int,
        int,
        tuple,
    ):
        raise TrustListError("trust list holds a claim of the wrong type")
    number, entries = body
    if (
        not 0 < issued < expires <= days.LAST_INSTANT
        or not 1 <= number <= MAX_NUMBER
        or not 0 < len(entries) <= MAX_ISSUERS
    ):
        raise TrustListError("trust list has a number, time or count out of range")
    return expires, issued, number, entries


def _read_issuers(entries: tuple[Any, ...]) -> tuple[tuple[Issuer, ...], int]:
    """Issuers, and the size of their encoding."""
    codes, *words, uris, keys, scopes = _columns("issuer", entries, _ISSUER)
    digits = "".join(codes)
    if {*map(len, codes)} != {6} or not digits.isascii() or not digits.isdecimal():
        raise TrustListError("trust list holds an issuer without a division's code")
    uris = [uri for uri in uris if uri is not None]
    if not all("{list}" in uri for uri in uris):
        raise TrustListError("trust list holds an address of status lists without {list}")
    counts = [*map(len, keys)], [*map(len, scopes)]
    if max(counts[0]) > MAX_KEYS or max(counts[1]) > MAX_SCOPES:
        raise TrustListError("trust list holds an issuer with too many keys or scopes")
    size = len(entries) + cbor.texts_size(chain(codes, *words, uris))
    size += len(entries) - len(uris) + sum(map(cbor.integers_size, counts))
    all_keys, keys_size = _read_keys([*chain.from_iterable(keys)])
    all_scopes, scopes_size = _read_scopes([*chain.from_iterable(scopes)])
    next_keys, next_scopes = iter(all_keys), iter(all_scopes)
    issuers = [
        named(
            Issuer,
            (*entry[:6], (*islice(next_keys, own_keys),), (*islice(next_scopes, own_scopes),)),
        )
        for entry, own_keys, own_scopes in zip(entries, *counts, strict=True)
    ]
    return tuple(issuers), size + keys_size + scopes_size


def _read_keys(entries: list[Any]) -> tuple[list[TrustedKey], int]:
    key_ids, algorithms, publics, *days_ = _columns("key", entries, _KEY)
    if entries and {*map(len, key_ids)} != {KEY_ID_BYTES}:
        raise TrustListError("trust list holds a key id of another length")
    size = len(entries) * (2 + KEY_ID_BYTES) + cbor.strings_size(publics)
    size += cbor.integers_size(chain(algorithms, *days_))
    return [*map(named, repeat(TrustedKey), entries)], size


def _read_scopes(entries: list[Any]) -> tuple[list[Scope], int]:
    first, last, industries, kinds, _ = _columns("scope", entries, _SCOPE)
    lists = [words for words in (*industries, *kinds) if words is not None]
    words = [*chain.from_iterable(lists)]
    if not {*map(type, words)} <= {str}:
        raise TrustListError("trust list holds a scope of something else than words")
    size = 2 * len(entries) + cbor.integers_size((*first, *last))
    size += 2 * len(entries) - len(lists) + cbor.integers_size(map(len, lists))
    return [*map(named, repeat(Scope), entries)], size + cbor.texts_size(words)


def _columns(
    what: str, entries: Sequence[Any], fields: Sequence[_Types]
) -> Sequence[Sequence[Any]]:
    """The fields of all entries, one column each; their exact types: `true` is no integer."""
    if not {*map(type, entries)} <= {tuple} or not {*map(len, entries)} <= {len(fields)}:
        raise TrustListError(f"trust list holds a malformed {what}")
    columns = [*zip(*entries, strict=True)] or [()] * len(fields)
    for column, types in zip(columns, fields, strict=True):
        if not {*map(type, column)} <= types:
            raise TrustListError(f"trust list holds a malformed {what}")
    return columns
