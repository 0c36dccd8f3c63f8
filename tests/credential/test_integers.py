"""CBOR's true is no integer, though Python's bool is an int: no list takes one for the other."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest

from credential import cbor, roots
from credential import code_list as codes
from credential import status as states
from credential.envelope import read_sign1, sign1
from credential.errors import CredentialError
from credential.multisign import read_sign
from credential.trust import Scope
from credential.trust_list import open_trust_list
from tests.vectors.district import (
    CATALOG_LIST,
    CHAOYANG,
    CHAOYANG_KEY,
    ROOT,
    ROOT_MESSAGE,
    key,
    status_list,
    trust_list,
)
from tests.vectors.scenarios.trust_lists import signed

# Every day that a key and a scope can have, so that each place of an integer is there.
ENTRY: Final = key(CHAOYANG_KEY, end="2026-12-31", compromised="2026-06-01")
ISSUER: Final = CHAOYANG._replace(
    keys=(ENTRY,), scopes=(Scope(from_day=1, until_day=9, industries=("25",)),)
)
KEY: Final = CHAOYANG_KEY.verification_key
Opening = Callable[[bytes], object]
LISTS: Final[dict[str, tuple[bytes, Opening]]] = {
    "trust list": (
        trust_list(ISSUER),
        lambda payload: open_trust_list(signed(payload), ROOT),
    ),
    "root": (
        ROOT_MESSAGE,
        lambda payload: roots.open_root(signed(payload, type=roots.MEDIA_TYPE)),
    ),
    "status list": (
        status_list(),
        lambda payload: states.open_status_list(
            sign1(payload, CHAOYANG_KEY, type=states.MEDIA_TYPE),
            KEY,
            uri=CHAOYANG.status_list_uri(0),
        ),
    ),
    "code list": (
        CATALOG_LIST,
        lambda payload: codes.open_code_list(
            sign1(payload, CHAOYANG_KEY, type=codes.MEDIA_TYPE), KEY, issuer=CHAOYANG.code
        ),
    ),
}


def with_true(item: cbor.Item) -> Iterator[cbor.Item]:
    """The item again and again, each time with `true` for another of its integers."""
    match item:
        case bool():
            return
        case int():
            yield True
        case tuple():
            for at, part in enumerate(item):
                for other in with_true(part):
                    yield (*item[:at], other, *item[at + 1 :])
        case Mapping():
            for name, part in item.items():
                for other in with_true(part):
                    yield {**item, name: other}


def payload_of(message: bytes) -> bytes:
    read = read_sign if message[:2] == b"\xd8\x62" else read_sign1
    return read(message, max_bytes=1 << 18).unverified_payload


CASES: Final = [
    pytest.param(opening, changed, id=f"{name}-{at}")
    for name, (message, opening) in LISTS.items()
    for at, changed in enumerate(with_true(cbor.decode(payload_of(message), max_bytes=1 << 18)))
]


def test_every_integer_of_the_lists_is_tried() -> None:
    # exp, iat, number, an algorithm and days of each district's; exp, iat, number, threshold, three
    # algorithms; exp, iat, ttl, bits; iat, edition.
    assert len(CASES) == (3 + 6 + 3) + 7 + 4 + 2


@pytest.mark.parametrize(("opening", "changed"), CASES)
def test_true_is_taken_for_no_integer(opening: Opening, changed: cbor.Item) -> None:
    with pytest.raises(CredentialError):
        opening(cbor.encode(changed))


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_themselves_open(name: str) -> None:
    message, opening = LISTS[name]
    opening(payload_of(message))
