"""CBOR within bounds: one value, one encoding, and a typed refusal for all else."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential import cbor
from credential.errors import CborError

_keys = st.integers(-(2**64), 2**64 - 1) | st.text(max_size=5)
_items = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=8)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4).map(tuple) | st.dictionaries(_keys, inner, max_size=4)
    ),
    max_leaves=12,
)


def depth_of(item: cbor.Item) -> int:
    match item:
        case tuple():
            return 1 + max(map(depth_of, item), default=0)
        case Mapping():
            return 1 + max(map(depth_of, item.values()), default=0)
    return 0


def nested(depth: int) -> bytes:
    return b"\x81" * depth + b"\x00"


@given(_items)
def test_any_item_comes_back(item: cbor.Item) -> None:
    data = cbor.encode(item)
    if depth_of(item) <= cbor.MAX_DEPTH:
        assert cbor.decode(data, max_bytes=len(data)) == item
    else:
        with pytest.raises(CborError):
            cbor.decode(data, max_bytes=len(data))


@given(st.binary(max_size=24))
def test_bytes_that_are_read_are_the_only_encoding_of_their_item(data: bytes) -> None:
    try:
        item = cbor.decode(data, max_bytes=24)
    except CborError:
        return
    assert cbor.encode(item) == data


@given(_items, st.data())
def test_a_changed_byte_never_gives_the_same_item(item: cbor.Item, draw: st.DataObject) -> None:
    data = bytearray(cbor.encode(item))
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= draw.draw(st.integers(1, 255))
    try:
        changed = cbor.decode(bytes(data), max_bytes=len(data))
    except CborError:
        return
    assert cbor.encode(changed) != cbor.encode(item)


@pytest.mark.parametrize(
    "data",
    [
        "1800",  # long form
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "5800",
        "9800",
        "b800",
        "5f4100ff",  # indefinite
        "7f6161ff",
        "9f00ff",
        "bf0000ff",
        "a201000100",  # duplicate
        "a202000100",  # unsorted
        "a2616100 0100",
        "0000",  # trailing
        "8200",  # cut
        "a100",
        "5b7fffffffffffffff",
        "9b7fffffffffffffff",
        "bb7fffffffffffffff",
        "f97e00",  # floats
        "fb3ff0000000000000",
        "f7",  # undefined and other simple values
        "e0",
        "f820",
        "ff",
        "c11a00000000",  # tags, those that a library resolves by itself among them
        "c249010000000000000000",
        "c349010000000000000000",
        "c4820001",
        "c5821b7fffffffffffffff01",
        "d81c81d81d00",
        "d82361 28",
        "d825500000000000000000000000000000 0000",
        "d9010281 00",
        "d9d9f700",
        "a1810000",  # keys of other types
        "a1f500",
        "a1f600",
        "a1410000",
        "61ff",  # not UTF-8
        "",
    ],
)
def test_what_is_not_deterministic_or_not_of_these_types_is_refused(data: str) -> None:
    with pytest.raises(CborError):
        cbor.decode(bytes.fromhex(data), max_bytes=100)


def test_eight_levels_are_read_and_nine_are_not() -> None:
    cbor.decode(nested(cbor.MAX_DEPTH), max_bytes=100)
    with pytest.raises(CborError):
        cbor.decode(nested(cbor.MAX_DEPTH + 1), max_bytes=100)
    with pytest.raises(CborError):
        cbor.decode(nested(100_000), max_bytes=200_000)


def test_length_is_held_before_anything_is_read() -> None:
    assert cbor.decode(b"\x41\x00", max_bytes=2) == b"\x00"
    with pytest.raises(CborError):
        cbor.decode(b"\x41\x00", max_bytes=1)


def test_keys_are_written_in_the_order_of_their_encodings() -> None:
    # RFC 8949 §4.2.1's own example, of the keys that are used here.
    written = cbor.encode({"aa": 0, 10: 0, "z": 0, -1: 0, 100: 0})
    assert written.hex() == "a50a001864002000617a0062616100"


@pytest.mark.parametrize("number", [2**64, -(2**64) - 1])
def test_a_number_beyond_64_bits_is_refused(number: int) -> None:
    with pytest.raises(CborError):
        cbor.decode(cbor.encode(number), max_bytes=100)
