"""Messages that several sign, each in another encoding than the one: all as their holders signed it.

Nothing of an unprotected header is signed, and holders can be asked to sign anything: so each of
these would open if a reader did not look.
"""

from collections.abc import Iterator

from credential import cbor
from credential.envelope import bstr
from credential.multisign import read_sign
from credential.signer import PrivateKeySigner
from credential.trust_list import MEDIA_TYPE
from tests.vectors.admitting import ADMITTED, REFUSED, TRUST, Admission, step
from tests.vectors.district import ROOT_HOLDERS, trust_list

FIRST, SECOND, _ = ROOT_HOLDERS
HEADER = cbor.encode({16: MEDIA_TYPE})
PAYLOAD = read_sign(trust_list(), max_bytes=4096).unverified_payload
TAG, EMPTY = b"\xd8\x62\x84", b"\xa0"
STRANGERS = 15


def admissions() -> Iterator[Admission]:
    null, absent = b"\xf6", b""
    both = (signature(FIRST), signature(SECOND))
    longer = _stranger(0, bytes(96))
    yield Admission(
        name="trust-list-with-a-strangers-signature-of-another-length",
        description="Of a key that is none of the root's nothing is looked at but its header.",
        steps=(step(TRUST, message(longer, *both), ADMITTED),),
    )
    for name, description, data in (
        ("without-its-tag", "The array alone, without tag 98.", b"\x84" + message()[3:]),
        ("under-tag-18", "COSE_Sign1's tag before what several sign.", b"\xd2" + message()[2:]),
        (
            "in-an-array-of-five",
            "One item more than there may be.",
            TAG[:2] + b"\x85" + message()[3:],
        ),
        (
            "with-null-for-its-unprotected-header",
            "It is empty, and a map.",
            message(unprotected=null),
        ),
        ("without-its-unprotected-header", "Three items.", message(unprotected=absent)),
        (
            "with-null-for-a-signers-unprotected-header",
            "The same in a signature.",
            message(signature(FIRST, unprotected=null), both[1]),
        ),
        (
            "with-a-signature-of-four-items",
            "A signature is an array of three.",
            message(signature(FIRST, head=b"\x84"), both[1]),
        ),
        (
            "with-a-label-beside-its-type",
            "The header holds the type and nothing else.",
            message(header=cbor.encode({1: -7, 16: MEDIA_TYPE})),
        ),
        (
            "with-a-type-in-a-signers-header",
            "A signer's header holds algorithm and key id and nothing else.",
            message(signature(FIRST, more={16: MEDIA_TYPE}), both[1]),
        ),
        (
            "with-another-algorithm-signed",
            "A holder has signed that its key is of another suite: the root says of which.",
            message(signature(FIRST, algorithm=-8), both[1]),
        ),
        (
            "with-seventeen-signatures",
            "Two of holders and fifteen of strangers: sixteen are the most.",
            message(*sorted((*both, *map(_stranger, range(STRANGERS))), key=_key_id)),
        ),
        (
            "cut-before-its-signatures",
            "It ends with its payload.",
            message()[: -1 - 2 * len(both[0])],
        ),
        ("cut-in-a-signature", "Its last byte is missing.", message()[:-1]),
        (
            "with-its-signatures-counted-in-two-bytes",
            "A head that is longer than it has to be.",
            message(count=b"\x98\x02"),
        ),
    ):
        yield Admission(
            name=f"trust-list-{name}",
            description=description,
            steps=(step(TRUST, data, REFUSED),),
        )


def message(
    *signatures: bytes,
    header: bytes = HEADER,
    unprotected: bytes = EMPTY,
    count: bytes | None = None,
) -> bytes:
    """A trust list of these signatures, or of those of two holders."""
    signatures = signatures or tuple(
        sorted((signature(FIRST, header=header), signature(SECOND, header=header)), key=_key_id)
    )
    if count is None:
        count = bytes((0x80 + len(signatures),))
    return b"".join((TAG, bstr(header), unprotected, bstr(PAYLOAD), count, *signatures))


def signature(
    signer: PrivateKeySigner,
    *,
    header: bytes = HEADER,
    algorithm: int | None = None,
    more: dict[cbor.Key, cbor.Item] | None = None,
    unprotected: bytes = EMPTY,
    head: bytes = b"\x83",
) -> bytes:
    """One holder's, which verifies over what its header says."""
    own = cbor.encode(
        {
            1: signer.suite.algorithm if algorithm is None else algorithm,
            4: signer.key_id,
            **(more or {}),
        }
    )
    signed = b"\x85\x69Signature" + bstr(header) + bstr(own) + b"\x40" + bstr(PAYLOAD)
    return head + bstr(own) + unprotected + bstr(signer.sign(signed))


def _stranger(at: int, signature: bytes = bytes(64)) -> bytes:
    own = cbor.encode({1: -7, 4: bytes((0, 0, 0, at))})
    return b"\x83" + bstr(own) + EMPTY + bstr(signature)


def _key_id(data: bytes) -> bytes:
    """The last four bytes of a signer's header, which its key id is."""
    return data[7:11]
