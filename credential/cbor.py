"""Deterministic CBOR (RFC 8949 §4.2.1) within bounds: one value, one encoding.

Reading is decode, encode again, compare: it refuses indefinite lengths, long forms, unsorted and
duplicate keys and trailing bytes in one step, whatever the decoder below would let pass.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

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


def decode_unchecked(data: bytes, *, max_bytes: int) -> object:
    """Read one item at a tenth of the time: whoever calls this checks every type and the keys' order.

    For long lists whose form is checked item by item anyway. Lengths are definite and in their
    shortest form, and nothing trails; the order of a map's keys is as it came.

    Raises:
        CborError: too long, too deep, malformed, or not in the shortest form.
    """
    item = _load(data, max_bytes)
    if cbor2.dumps(item) != data:
        raise CborError("CBOR is not in its deterministic encoding")
    return item


def _load(data: bytes, max_bytes: int) -> object:
    if len(data) > max_bytes:
        raise CborError(f"CBOR of {len(data)} bytes, at most {max_bytes} allowed")
    try:
        item: object = cbor2.loads(
            data,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            immutable=True,
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
