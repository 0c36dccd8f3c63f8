"""Status lists: entries by index, and a bound on inflating that holds before it is reached."""

import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.days import LAST_INSTANT
from credential.envelope import sign1
from credential.errors import StatusListError
from credential.status import (
    MAX_BYTES,
    MAX_ENTRIES,
    MEDIA_TYPE,
    StatusList,
    open_status_list,
    pack_entries,
    read_status_list,
    seal_status_list,
)
from tests.vectors.district import CHAOYANG_KEY, status_list

URI = "https://yz.chaoyang.example/status/0"
KEY = CHAOYANG_KEY.verification_key

_values = st.dictionaries(st.integers(0, 99), st.integers(0, 15), max_size=30)


@given(_values, st.integers(100, 200))
def test_every_entry_comes_back_through_a_signed_list(values: dict[int, int], size: int) -> None:
    listed = StatusList(URI, 1, 2, 1, pack_entries(values, size=size))
    opened = open_status_list(seal_status_list(listed, CHAOYANG_KEY), KEY, uri=URI)
    assert opened == listed
    assert opened.read(0, size) == tuple(values.get(index, 0) for index in range(size))


@given(_values, st.integers(0, 110), st.integers(0, 110))
def test_a_block_is_read_whole_or_refused(values: dict[int, int], at: int, count: int) -> None:
    listed = StatusList(URI, 1, 2, 1, pack_entries(values, size=100))
    if at + count <= 100:
        assert listed.read(at, count) == tuple(values.get(at + i, 0) for i in range(count))
    else:
        with pytest.raises(StatusListError):
            listed.read(at, count)


def test_an_index_below_0_is_refused() -> None:
    with pytest.raises(StatusListError):
        StatusList(URI, 1, 2, 1, bytes(8)).read(-1, 1)


def test_the_low_half_of_a_byte_is_the_even_entry() -> None:
    assert pack_entries({0: 1, 1: 2, 3: 15}, size=4) == b"\x21\xf0"


@pytest.mark.parametrize("values", [{8: 0}, {-1: 0}, {0: 16}, {0: -1}])
def test_an_entry_that_does_not_fit_is_not_written(values: dict[int, int]) -> None:
    with pytest.raises(StatusListError):
        pack_entries(values, size=8)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(StatusListError):
        open_status_list(data, KEY, uri=URI)


@given(st.binary(max_size=80))
def test_any_compressed_bytes_are_entries_or_a_typed_refusal(packed: bytes) -> None:
    try:
        opened = open_status_list(status_list(packed=packed), KEY, uri=URI)
    except StatusListError:
        return
    assert opened.entries == zlib.decompress(packed)


def test_the_largest_list_opens_and_one_byte_more_does_not() -> None:
    largest = zlib.compress(bytes(MAX_ENTRIES // 2), 9)
    opened = open_status_list(status_list(packed=largest), KEY, uri=URI)
    assert opened.read(MAX_ENTRIES - 1, 1) == (0,)
    with pytest.raises(StatusListError):
        open_status_list(
            status_list(packed=zlib.compress(bytes(MAX_ENTRIES // 2 + 1), 9)), KEY, uri=URI
        )


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    deflater = zlib.compressobj(9)
    packed = b"".join(deflater.compress(bytes(1 << 20)) for _ in range(64)) + deflater.flush()
    data = status_list(packed=packed)  # 64 MiB in 64 kB, truly signed
    assert len(data) < MAX_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(StatusListError):
            open_status_list(data, KEY, uri=URI)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def test_a_message_beyond_its_bound_is_not_looked_into() -> None:
    data = sign1(bytes(MAX_BYTES), CHAOYANG_KEY, type=MEDIA_TYPE)
    with pytest.raises(StatusListError, match="at most"):
        read_status_list(data)


@pytest.mark.parametrize(
    ("issued_at", "expires_at", "ttl"),
    [
        (0, 2, 1),
        (-1, 2, 1),
        (2, 2, 1),
        (3, 2, 1),
        (1, LAST_INSTANT + 1, 1),
        (1 << 62, 1 << 63, 1),
        (1, 2, 0),
        (1, 2, -1),
    ],
)
def test_times_out_of_order_or_range_are_refused(issued_at: int, expires_at: int, ttl: int) -> None:
    data = seal_status_list(StatusList(URI, issued_at, expires_at, ttl, b""), CHAOYANG_KEY)
    with pytest.raises(StatusListError):
        open_status_list(data, KEY, uri=URI)


def test_the_last_instant_is_taken() -> None:
    listed = StatusList(URI, 1, LAST_INSTANT, 1, b"")
    assert open_status_list(seal_status_list(listed, CHAOYANG_KEY), KEY, uri=URI) == listed


def test_a_list_looked_up_elsewhere_is_refused() -> None:
    data = status_list()
    assert open_status_list(data, KEY, uri=URI).uri == URI
    for uri in (URI + "0", URI.upper(), "", URI.replace("/0", "/1")):
        with pytest.raises(StatusListError):
            open_status_list(data, KEY, uri=uri)
