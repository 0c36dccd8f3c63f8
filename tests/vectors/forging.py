"""Messages that no honest issuer makes: parts written by hand, records held against no rule.

What a forger, a faulty program or a stolen key could put into a symbol; the vectors are full of it.
"""

from credential.barcode import encode_digits
from credential.claims import decode_claims, encode_license
from credential.envelope import bstr, read_sign1, sig_structure, sign1
from credential.seal import full_url
from credential.text import pack_texts
from credential.uscc import pack_uscc
from tests.vectors.district import CAFE, CHAOYANG, CHAOYANG_KEY, VectorSigner, day

CLAIMS = encode_license(CAFE)
MESSAGE = sign1(CLAIMS, CHAOYANG_KEY)
UNVERIFIED = read_sign1(MESSAGE, max_bytes=1024)
PROTECTED, SIGNATURE = UNVERIFIED.protected, UNVERIFIED.signature
KEY_ID = CHAOYANG_KEY.key_id


def text_of(message: bytes, host: str = CHAOYANG.host) -> str:
    """The text of profile full around any bytes."""
    return full_url(host) + encode_digits(message)


def assembled(
    *,
    head: bytes = b"\xd2\x84",
    protected: bytes = bstr(PROTECTED),
    unprotected: bytes = b"\xa0",
    payload: bytes = bstr(CLAIMS),
    signature: bytes = bstr(SIGNATURE),
    tail: bytes = b"",
) -> str:
    """The text of a message put together from its encoded parts."""
    return text_of(b"".join((head, protected, unprotected, payload, signature, tail)))


def under_header(
    protected: bytes, *, signer: VectorSigner = CHAOYANG_KEY, payload: bytes = CLAIMS
) -> str:
    """The text of a message under any protected header, truly signed over it."""
    signature = signer.sign(sig_structure(protected, b"", payload))
    return assembled(protected=bstr(protected), payload=bstr(payload), signature=bstr(signature))


def header(algorithm: bytes, key_id: bytes = bstr(KEY_ID)) -> bytes:
    """A protected header of two encoded values."""
    return b"\xa2\x01" + algorithm + b"\x04" + key_id


def signed(payload: bytes, *, signer: VectorSigner = CHAOYANG_KEY) -> str:
    """The text of any payload, truly signed."""
    return text_of(sign1(payload, signer))


def claims_set(record: bytes, *, label: bytes = b"\x3a\x00\x01\x00\x00") -> bytes:
    """A claims set of Chaoyang around any encoded record."""
    return b"\xa2\x01\x66" + CHAOYANG.code.encode() + label + record


def license_record(
    *,
    version: int = 1,
    industry: int = 25,
    serial: int = 17,
    uscc: bytes = pack_uscc(CAFE.uscc),
    position: bytes = bytes.fromhex("ffffffffff"),
    issued: int = CAFE.issued_day,
    expiry: int = 0,
    status: int = 8,
    permit_count: int | None = None,
    permits: tuple[tuple[int, int], ...] = ((1, day("2031-03-01")),),
    pending_count: int | None = None,
    pending: bytes = b"",
    text: bytes = pack_texts(["雾屿咖啡", "朝外街道5号", "JY21105260000236"]),
) -> bytes:
    """A license record whose fields are held against nothing."""
    counts = (
        len(permits) if permit_count is None else permit_count,
        len(pending) if pending_count is None else pending_count,
    )
    return b"".join(
        (
            bytes((version, industry, 23, 26)),
            serial.to_bytes(3, "big"),
            uscc,
            position,
            issued.to_bytes(2, "big"),
            expiry.to_bytes(2, "big"),
            status.to_bytes(4, "big"),
            bytes(counts),
            *(bytes((code,)) + last.to_bytes(2, "big") for code, last in permits),
            pending,
            text,
        )
    )


def signed_record(record: bytes) -> str:
    """The text of a license record, truly signed."""
    return signed(claims_set(bstr(record)))


assert decode_claims(CLAIMS) == CAFE
