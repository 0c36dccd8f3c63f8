"""The worked lists of draft-ietf-oauth-status-list, Section 4.1, and a bridge to the core.

They have 1 and 2 bits an entry, the core has 4. So a reader written from the draft's rule is held
against the published bytes, and the core against that reader.
"""

import json
import zlib
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from credential import cbor
from credential.envelope import sign1
from credential.errors import StatusListError
from credential.signer import PrivateKeySigner
from credential.status import BITS, MEDIA_TYPE, Claim, StatusList, open_status_list, pack_entries

EXTERNAL: Final = Path(__file__).parents[2] / "vectors" / "external" / "token-status-list"
DOCUMENT: Final = json.loads((EXTERNAL / "short-lists.json").read_text("utf-8"))
LISTS: Final[list[dict[str, Any]]] = DOCUMENT["lists"]
URI: Final = "https://example.com/statuslists/1"
SIGNER: Final = PrivateKeySigner.hold(
    ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
)


def read_by_the_draft(data: bytes, *, bits: int, index: int) -> int:
    """Entries fill each byte from its least significant bit upward (Section 4.1, step 3)."""
    at = index * bits
    return data[at // 8] >> (at % 8) & ((1 << bits) - 1)


def signed_list(*, bits: int, packed: bytes) -> bytes:
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.SUBJECT.value: URI,
        Claim.EXPIRES.value: 2,
        Claim.ISSUED.value: 1,
        Claim.TIME_TO_LIVE.value: 1,
        Claim.STATUS_LIST.value: {"bits": bits, "lst": packed},
    }
    return sign1(cbor.encode(claims), SIGNER, type=MEDIA_TYPE)


def test_no_list_is_lost() -> None:
    assert [(listed["bits"], len(listed["statuses"])) for listed in LISTS] == [(1, 16), (2, 12)]


@pytest.mark.parametrize("listed", LISTS, ids=["1-bit", "2-bit"])
def test_the_draft_s_rule_gives_the_published_statuses(listed: dict[str, Any]) -> None:
    data = bytes.fromhex(listed["bytes"])
    read = [
        read_by_the_draft(data, bits=listed["bits"], index=index)
        for index in range(len(listed["statuses"]))
    ]
    assert read == listed["statuses"]
    assert zlib.decompress(bytes.fromhex(listed["compressed"])) == data


@given(st.lists(st.integers(0, 15), min_size=1, max_size=64))
def test_the_core_packs_and_reads_as_the_draft_s_rule_does(statuses: list[int]) -> None:
    entries = pack_entries(dict(enumerate(statuses)), size=len(statuses))
    listed = StatusList(URI, 1, 2, 1, entries)
    by_rule = tuple(
        read_by_the_draft(entries, bits=BITS, index=index) for index in range(len(statuses))
    )
    assert listed.read(0, len(statuses)) == by_rule == tuple(statuses)


@pytest.mark.parametrize("listed", LISTS, ids=["1-bit", "2-bit"])
def test_the_core_inflates_the_published_bytes(listed: dict[str, Any]) -> None:
    token = signed_list(bits=BITS, packed=bytes.fromhex(listed["compressed"]))
    opened = open_status_list(token, SIGNER.verification_key, uri=URI)
    assert opened.entries == bytes.fromhex(listed["bytes"])


@pytest.mark.parametrize("listed", LISTS, ids=["1-bit", "2-bit"])
def test_a_list_of_another_width_is_refused(listed: dict[str, Any]) -> None:
    # The draft allows 1, 2, 4 and 8; read with the wrong width, each state would be another's.
    token = signed_list(bits=listed["bits"], packed=bytes.fromhex(listed["compressed"]))
    with pytest.raises(StatusListError):
        open_status_list(token, SIGNER.verification_key, uri=URI)


@pytest.mark.parametrize("listed", LISTS, ids=["1-bit", "2-bit"])
def test_an_index_outside_the_published_list_is_refused(listed: dict[str, Any]) -> None:
    entries = bytes.fromhex(listed["bytes"])
    opened = StatusList(URI, 1, 2, 1, entries)
    opened.read(0, 2 * len(entries))
    with pytest.raises(StatusListError):
        opened.read(2 * len(entries), 1)
