"""Deterministic CBOR (RFC 8949 §4.2.1) within bounds: one value, one encoding.

Reading is decode, encode again, compare: it refuses indefinite lengths, long forms, unsorted and
duplicate keys and trailing bytes in one step, whatever the decoder below would let pass.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import cbor2

from credential.errors import CborError

# What the formats here hold: no floats, tags, or other simple values.
Item: TypeAlias = int | bytes | str | bool | None | tuple["Item", ...] | Mapping["Key", "Item"]
Key: TypeAlias = int | str

MAX_DEPTH: Final = 8
_HEAD: Final = 1 << 64


def encode(item: Item) -> bytes:
    """Write one item."""
    return cbor2.dumps(_ordered(item))


def decode(data: bytes, *, max_bytes: int) -> Item:
    """Read exactly one item of at most `max_bytes` bytes; maps come back as mappings.

    Raises:
        CborError: too long, too deep, malformed, of another type, or not deterministic.
    """
    plain = _plain(_load(data, max_bytes))
    if cbor2.dumps(plain) != data:
        raise CborError("CBOR is not in its deterministic encoding")
    return plain


def decode_loosely(data: bytes, *, max_bytes: int) -> object:
    """Read one item in a third of the time, for lists of a thousand items that are checked anyway.

    The caller holds the type of every item and the order of each map's keys to its format, and
    adds up the sizes (`integers_size` and its like): lengths are definite and nothing is shared, so
    that an encoding of just that size is the shortest, and the only one.

    Raises:
        CborError: too long, too deep, malformed, with duplicate keys or references.
    """
    return _load(data, max_bytes, semantic_decoders=_NOTHING_SHARED)


def integers_size(numbers: Iterable[int | None]) -> int:
    """Bytes of integers and nulls (RFC 8949 §3).

    Raises:
        CborError: one is beyond eight bytes.
    """
    return sum(map(_SIZES.__getitem__, numbers))


def texts_size(texts: Iterable[str]) -> int:
    """Bytes of texts."""
    return strings_size(map(str.encode, texts))


def strings_size(strings: Iterable[bytes]) -> int:
    """Bytes of byte strings."""
    sizes = [*map(len, strings)]
    return sum(sizes) + integers_size(sizes)


def _refuse_sharing(*_: object) -> object:
    raise CborError("CBOR reference has no place here")


class _Sizes(dict[int | None, int]):
    """Bytes of an integer's head, those of every day kept."""

    def __missing__(self, number: int | None) -> int:
        assert number is not None
        argument = number if number >= 0 else -1 - number
        for size, bound in ((1, 24), (2, 1 << 8), (3, 1 << 16), (5, 1 << 32), (9, _HEAD)):
            if argument < bound:
                return size
        raise CborError("CBOR bignum has no place here")


_NOTHING_SHARED: Final = dict.fromkeys((25, 28, 29, 256), _refuse_sharing)
_SIZES: Final = _Sizes({None: 1})
_SIZES.update({number: _SIZES[number] for number in range(-100, 8192)})  # days of two decades


def _load(data: bytes, max_bytes: int, **options: Any) -> object:
    if len(data) > max_bytes:
        raise CborError(f"CBOR of {len(data)} bytes, at most {max_bytes} allowed")
    try:
        item: object = cbor2.loads(
            data,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            immutable=True,
            **options,
        )
    except (cbor2.CBORDecodeError, ValueError, OverflowError, TypeError) as error:
        raise CborError(f"malformed CBOR: {error}") from None
    return item


def has_boolean(*items: Item) -> bool:
    """Whether `true` or `false` stands among them: Python's `int()` patterns take both."""
    return any(isinstance(item, bool) for item in items)


def _ordered(item: Item) -> Item:
    """Put the keys of maps into the bytewise order of their encodings."""
    match item:
        case tuple():
            return tuple(map(_ordered, item))
        case Mapping():
            keys = sorted(item, key=cbor2.dumps)
            return {key: _ordered(item[key]) for key in keys}
    return item


def _plain(item: object) -> Item:
    match item:
        case int() if not -_HEAD <= item < _HEAD:  # tags 2 and 3
            raise CborError("CBOR bignum has no place here")
        case None | bool() | int() | bytes() | str():
            return item
        case tuple():
            return tuple(map(_plain, item))
        case Mapping():
            keys = sorted(map(_key, item), key=cbor2.dumps)
            return {key: _plain(item[key]) for key in keys}
    raise CborError(f"CBOR item of type {type(item).__name__} has no place here")


def _key(key: object) -> Key:
    if isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)):
        return key
    raise CborError("CBOR map key that is neither an integer nor a text")
