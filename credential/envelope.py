"""The envelope of everything signed: COSE_Sign1 (RFC 9052 §4.2), one encoding only.

    d2 84  bstr(protected)  a0  bstr(payload)  58 40 signature

The protected header holds the algorithm (1), the key id (4) and, for all but a license, the type
of the message (16, RFC 9596), so that no message passes for one of another kind. The unprotected
header is empty: nothing travels unsigned.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from credential import cbor
from credential.errors import CborError, EnvelopeError, SuiteError
from credential.named import named
from credential.signer import KEY_ID_BYTES, Signer, VerificationKey

ALGORITHM: Final = 1
KEY_ID: Final = 4
TYPE: Final = 16
SIGN1: Final = b"\xd2\x84"  # tag 18, array of four
MAX_PROTECTED_BYTES: Final = 128

_SIGNATURE1: Final = b"\x84\x6aSignature1"  # Sig_structure, RFC 9052 §4.4
_EMPTY_MAP: Final = b"\xa0"
_EMPTY_BSTR: Final = b"\x40"
_SIGNATURE_HEAD: Final = b"\x58\x40"  # of 64 bytes, as both suites have them
_SHORTEST: Final = 96  # bytes; the first three heads of a longer message lie inside it
_HEADS: Final = tuple(
    bytes((0x40 | size,) if size < 24 else (0x58, size)) for size in range(256)
)  # of byte strings, by size


class Header(NamedTuple):
    """What the protected header says, still unverified; `signed` is how it stands in what is signed."""

    algorithm: int
    key_id: bytes
    type: str | None
    signed: bytes


class UnverifiedSign1(NamedTuple):
    """A well-formed message whose signature nobody has looked at."""

    protected: bytes
    header: Header
    unverified_payload: bytes
    signature: bytes

    def open(self, key: VerificationKey, *, external_aad: bytes = b"") -> bytes:
        """Give the payload, once the signature was checked.

        Raises:
            SuiteError: the header names another suite than the key's (algorithm confusion).
            SignatureError: the signature does not verify.
            SuiteUnavailableError: this system cannot compute the suite.
        """
        _, (algorithm, _, _, signed), payload, signature = self
        if algorithm != key.suite.algorithm:
            raise SuiteError(f"header names algorithm {algorithm}")
        aad = bstr(external_aad) if external_aad else _EMPTY_BSTR
        size = len(payload)
        body = _HEADS[size] + payload if size < 0x100 else bstr(payload)
        key.verify(signature, signed + aad + body)
        return payload


def sign1(
    payload: bytes, signer: Signer, *, type: str | None = None, external_aad: bytes = b""
) -> bytes:
    """Seal a payload."""
    header: dict[cbor.Key, cbor.Item] = {
        ALGORITHM: signer.suite.algorithm,
        KEY_ID: signer.key_id,
    }
    if type is not None:
        header[TYPE] = type
    protected = cbor.encode(header)
    signature = signer.sign(sig_structure(protected, external_aad, payload))
    return b"".join((SIGN1, bstr(protected), _EMPTY_MAP, bstr(payload), bstr(signature)))


def read_sign1(data: bytes, *, max_bytes: int) -> UnverifiedSign1:
    """Take a message apart without believing any of it.

    Raises:
        EnvelopeError: not exactly the encoding above, or longer than `max_bytes`.
    """
    size = len(data)
    if size > max_bytes:
        raise EnvelopeError(f"message of {size} bytes, at most {max_bytes} allowed")
    if data[:2] != SIGN1:
        raise EnvelopeError("not a COSE_Sign1 message with its tag")
    if size > _SHORTEST and 0x40 <= data[2] < 0x58:  # nearly always: one look at each head
        start = data[2] - 0x3D  # of the unprotected header
        body = start + 3
        end = body + data[start + 2]
        if (
            data[start] == 0xA0
            and data[start + 1] == 0x58
            and end - body >= 24
            and data[end : end + 2] == _SIGNATURE_HEAD
            and size == end + 66
        ):
            protected = data[3:start]
            fields = (protected, read_header(protected), data[body:end], data[end + 2 :])
            return named(UnverifiedSign1, fields)
    protected, at = read_bstr(data, 2)
    if data[at : at + 1] != _EMPTY_MAP:
        raise EnvelopeError("unprotected header is not empty")
    payload, at = read_bstr(data, at + 1)
    signature, at = read_bstr(data, at)
    if at != len(data):
        raise EnvelopeError(f"{len(data) - at} bytes after the message")
    return named(UnverifiedSign1, (protected, read_header(protected), payload, signature))


@lru_cache(maxsize=256)  # one entry a key and type
def read_header(protected: bytes) -> Header:
    """Read a protected header that holds just what the profile allows.

    Raises:
        EnvelopeError: another label, type or length than the profile's.
    """
    try:
        header = cbor.decode(protected, max_bytes=MAX_PROTECTED_BYTES)
    except CborError as error:
        raise EnvelopeError(f"protected header: {error}") from None
    if not isinstance(header, Mapping) or not {ALGORITHM, KEY_ID} <= set(header) <= {
        ALGORITHM,
        KEY_ID,
        TYPE,
    }:
        raise EnvelopeError("protected header does not hold just algorithm, key id and type")
    algorithm, key_id, type = header[ALGORITHM], header[KEY_ID], header.get(TYPE)
    if (
        not isinstance(algorithm, int)
        or isinstance(algorithm, bool)
        or not isinstance(key_id, bytes)
        or len(key_id) != KEY_ID_BYTES
        or not (type is None or isinstance(type, str))
        or (TYPE in header and type is None)
    ):
        raise EnvelopeError("protected header holds a value of the wrong type")
    return Header(algorithm, key_id, type, _SIGNATURE1 + bstr(protected))


def sig_structure(protected: bytes, external_aad: bytes, payload: bytes) -> bytes:
    """The bytes that are signed: ["Signature1", protected, external_aad, payload]."""
    return _SIGNATURE1 + bstr(protected) + bstr(external_aad) + bstr(payload)


def bstr(data: bytes) -> bytes:
    """Write a byte string with its shortest head (RFC 8949 §3.1, major type 2)."""
    size = len(data)
    if size < 0x100:
        return _HEADS[size] + data
    if size < 0x10000:
        return b"\x59" + size.to_bytes(2, "big") + data
    return b"\x5a" + size.to_bytes(4, "big") + data


def read_bstr(data: bytes, at: int) -> tuple[bytes, int]:
    """Read the byte string at an offset; give it and the offset behind it.

    Raises:
        EnvelopeError: another type, a head longer than need be, or an end too early.
    """
    try:
        head = data[at]
        if head == 0x58 and (size := data[at + 1]) >= 24:
            start = at + 2
            end = start + size
        elif 0x40 <= head < 0x58:
            start = at + 1
            end = start + head - 0x40
        elif head == 0x59 and data[at + 1]:
            start = at + 3
            end = start + int.from_bytes(data[at + 1 : start], "big")
        elif head == 0x5A and (data[at + 1] or data[at + 2]):
            start = at + 5
            end = start + int.from_bytes(data[at + 1 : start], "big")
        else:
            raise EnvelopeError(f"no byte string in its shortest form at offset {at}")
    except IndexError:
        raise EnvelopeError(f"message ends at offset {at}") from None
    if end > len(data):
        raise EnvelopeError(f"byte string at offset {at} ends outside the message")
    return data[start:end], end


def digest(data: bytes) -> bytes:
    """SHA-256, the only digest of the formats here."""
    return hashlib.sha256(data).digest()
