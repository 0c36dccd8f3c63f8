"""The draft's lists of 2^20 entries (Appendix C) and its signed Status List Token (Section 5.2)."""

import json
import zlib
from pathlib import Path
from typing import Any, Final

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from credential import cbor
from credential.envelope import SIGN1, bstr, read_sign1, sig_structure, sign1
from credential.errors import CborError, EnvelopeError, SignatureError, StatusListError
from credential.signer import ES256, P256_ORDER, PrivateKeySigner, VerificationKey
from credential.status import (
    BITS,
    MAX_ENTRIES,
    MEDIA_TYPE,
    Claim,
    StatusList,
    open_status_list,
    pack_entries,
)

EXTERNAL: Final = Path(__file__).parents[2] / "vectors" / "external" / "token-status-list"
LISTS: Final[list[dict[str, Any]]] = json.loads((EXTERNAL / "long-lists.json").read_text("utf-8"))[
    "lists"
]
TOKEN: Final[dict[str, Any]] = json.loads((EXTERNAL / "token.json").read_text("utf-8"))
KEY: Final = VerificationKey.load(
    ES256, bytes.fromhex("04" + TOKEN["key"]["x"] + TOKEN["key"]["y"])
)
SIGNER: Final = PrivateKeySigner.hold(
    ec.derive_private_key(int(TOKEN["key"]["d"], 16), ec.SECP256R1())
)
URI: Final[str] = TOKEN["claims"]["2"]
BY_BITS: Final = pytest.mark.parametrize(
    "listed", LISTS, ids=[f"{listed['bits']}-bit" for listed in LISTS]
)


def read_by_the_draft(data: bytes, *, bits: int, index: int) -> int:
    """Entries fill each byte from its least significant bit upward (Section 4.1, step 3)."""
    at = index * bits
    return data[at // 8] >> (at % 8) & ((1 << bits) - 1)


def packed_list(listed: dict[str, Any]) -> bytes:
    """The compressed bytes, read by cbor2 alone: the draft has its keys in another order."""
    packed: bytes = cbor2.loads(bytes.fromhex(listed["encoded"]))["lst"]
    return packed


def signed(*, bits: int, packed: bytes) -> bytes:
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.SUBJECT.value: URI,
        Claim.EXPIRES.value: TOKEN["claims"]["4"],
        Claim.ISSUED.value: TOKEN["claims"]["6"],
        Claim.TIME_TO_LIVE.value: TOKEN["claims"]["65534"],
        Claim.STATUS_LIST.value: {"bits": bits, "lst": packed},
    }
    return sign1(cbor.encode(claims), SIGNER, type=MEDIA_TYPE)


def test_no_list_is_lost() -> None:
    assert [(listed["bits"], len(listed["statuses"])) for listed in LISTS] == [
        (1, 11),
        (2, 11),
        (4, 15),
        (8, 256),
    ]
    assert sorted(path.name for path in EXTERNAL.glob("*.json")) == [
        "long-lists.json",
        "short-lists.json",
        "token.json",
    ]


@BY_BITS
def test_the_draft_s_rule_gives_the_published_statuses_and_zero_elsewhere(
    listed: dict[str, Any],
) -> None:
    bits, data = listed["bits"], zlib.decompress(packed_list(listed))
    assert len(data) * 8 == listed["entries"] * bits
    for index, status in listed["statuses"]:
        assert read_by_the_draft(data, bits=bits, index=index) == status
    others = bytearray(data)
    for index, _ in listed["statuses"]:
        others[index * bits // 8] &= ~(((1 << bits) - 1) << (index * bits % 8)) & 0xFF
    assert not any(others)


@BY_BITS
def test_a_published_list_is_what_we_write_but_for_the_order_of_its_keys(
    listed: dict[str, Any],
) -> None:
    published = bytes.fromhex(listed["encoded"])
    with pytest.raises(CborError):  # «bits» before «lst», which is shorter
        cbor.decode(published, max_bytes=len(published))
    ours = cbor.encode({"bits": listed["bits"], "lst": packed_list(listed)})
    bits = b"\x64bits" + bytes([listed["bits"]])
    assert published == b"\xa2" + bits + ours[1 : -len(bits)]
    assert ours.endswith(bits)


def test_the_core_opens_the_list_of_4_bits_and_reads_each_published_status() -> None:
    (listed,) = (listed for listed in LISTS if listed["bits"] == BITS)
    assert listed["entries"] == MAX_ENTRIES  # the largest that the core takes
    opened = open_status_list(signed(bits=BITS, packed=packed_list(listed)), KEY, uri=URI)
    statuses = dict(listed["statuses"])
    for index, status in statuses.items():
        assert opened.read(index, 1) == (status,)
        block = range(max(index - 3, 0), min(index + 4, MAX_ENTRIES))
        expected = tuple(statuses.get(at, 0) for at in block)
        assert opened.read(block.start, len(block)) == expected
    assert opened.entries == pack_entries(statuses, size=MAX_ENTRIES)
    assert opened.read(MAX_ENTRIES - 1, 1) == (0,)
    with pytest.raises(StatusListError):
        opened.read(MAX_ENTRIES, 1)


@pytest.mark.parametrize("bits", [1, 2, 8])
def test_a_long_list_of_another_width_is_refused(bits: int) -> None:
    (listed,) = (listed for listed in LISTS if listed["bits"] == bits)
    with pytest.raises(StatusListError):
        open_status_list(signed(bits=bits, packed=packed_list(listed)), KEY, uri=URI)


def test_a_list_of_twice_the_bound_is_not_inflated() -> None:
    # The list of 8 bits has 2^20 bytes, twice what the core takes, whatever its width claims.
    (listed,) = (listed for listed in LISTS if listed["bits"] == 8)
    with pytest.raises(StatusListError):
        open_status_list(signed(bits=BITS, packed=packed_list(listed)), KEY, uri=URI)


def test_the_signed_token_is_its_parts_in_our_encoding() -> None:
    assert bytes.fromhex(TOKEN["message"]) == b"".join(
        (
            SIGN1,
            bstr(bytes.fromhex(TOKEN["protected"])),
            cbor.encode({4: bytes.fromhex(TOKEN["key"]["kid"])}),
            bstr(bytes.fromhex(TOKEN["payload"])),
            bstr(bytes.fromhex(TOKEN["signature"])),
        )
    )
    assert cbor.encode({1: ES256.algorithm, 16: TOKEN["type"]}).hex() == TOKEN["protected"]
    assert TOKEN["type"] == MEDIA_TYPE


def test_the_signed_token_verifies_in_its_low_s_form_alone() -> None:
    protected, payload, signature = (
        bytes.fromhex(TOKEN[part]) for part in ("protected", "payload", "signature")
    )
    message = sig_structure(protected, b"", payload)
    with pytest.raises(SignatureError):
        KEY.verify(signature, message)
    s = P256_ORDER - int.from_bytes(signature[32:], "big")
    twin = signature[:32] + s.to_bytes(32, "big")
    KEY.verify(twin, message)
    with pytest.raises(SignatureError):
        KEY.verify(twin, message[:-1])


def test_the_signed_token_itself_is_refused() -> None:
    # Its key id is unsigned, its claims are not in their deterministic order, its width is 1.
    with pytest.raises(EnvelopeError):
        read_sign1(bytes.fromhex(TOKEN["message"]), max_bytes=1024)
    with pytest.raises(CborError):
        cbor.decode(bytes.fromhex(TOKEN["payload"]), max_bytes=1024)
    with pytest.raises(StatusListError):
        open_status_list(bytes.fromhex(TOKEN["message"]), KEY, uri=URI)
    packed = bytes.fromhex(TOKEN["claims"]["65533"]["lst"]["hex"])
    with pytest.raises(StatusListError):
        open_status_list(signed(bits=1, packed=packed), KEY, uri=URI)


def test_the_claims_of_the_signed_token_are_those_that_the_core_reads() -> None:
    claims = TOKEN["claims"]
    packed = bytes.fromhex(claims["65533"]["lst"]["hex"])
    assert {int(label) for label in claims} == set(Claim)
    opened = open_status_list(signed(bits=BITS, packed=packed), KEY, uri=URI)
    assert opened == StatusList(
        claims["2"], claims["6"], claims["4"], claims["65534"], zlib.decompress(packed)
    )
    assert cbor2.loads(bytes.fromhex(TOKEN["payload"])) == {
        **{int(label): value for label, value in claims.items()},
        65533: {"bits": 1, "lst": packed},
    }
