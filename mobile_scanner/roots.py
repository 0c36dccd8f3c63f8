"""The pinned root keys: a PEM file of public keys (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7).

They come to a scanner by hand, apart from every bundle, and are what all trust hangs on.
"""

import re
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from credential import sm2
from credential.errors import TrustListError
from credential.signer import ED25519, ES256, SM2, VerificationKey
from mobile_scanner.list_errors import RootsUnreadableError
from mobile_scanner.plain_file import read_plain_file

MAX_BYTES: Final = 1 << 16
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)


def load_roots(path: Path) -> tuple[VerificationKey, ...]:
    """Read the file of pinned roots.

    Raises:
        RootsUnreadableError: missing, too large, or not just public keys of known suites.
    """
    return parse_roots(read_roots(path), source=str(path))


def read_roots(path: Path) -> bytes:
    """Read the bytes of the file; at most what is reasonable for keys."""
    try:
        data = read_plain_file(path, limit=MAX_BYTES + 1)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise RootsUnreadableError(source=str(path), cause=cause) from None
    if len(data) > MAX_BYTES:
        raise RootsUnreadableError(source=str(path), cause=f"larger than {MAX_BYTES} bytes")
    return data


def parse_roots(pem: bytes, *, source: str) -> tuple[VerificationKey, ...]:
    """Read public keys, in their order; text between the blocks is a comment."""
    keys: dict[bytes, VerificationKey] = {}
    for block in _BLOCK.finditer(pem):
        if block[1] != b"PUBLIC KEY":
            # A private key on an inspector's device is a leak, whoever put it there.
            cause = f"it holds a {block[1].decode()}, not just PUBLIC KEY"
            raise RootsUnreadableError(source=source, cause=cause)
        key = _key(block[0], source)
        if keys.setdefault(key.key_id, key).public != key.public:
            raise RootsUnreadableError(source=source, cause="two of its keys have one key id")
    if not keys:
        raise RootsUnreadableError(source=source, cause="no BEGIN PUBLIC KEY in it")
    return tuple(keys.values())


def _key(block: bytes, source: str) -> VerificationKey:
    try:
        if point := sm2.read_pem(block):
            return VerificationKey.load(SM2, point)
        match public := load_pem_public_key(block):
            case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
                point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
                return VerificationKey.load(ES256, point)
            case ed25519.Ed25519PublicKey():
                return VerificationKey.load(ED25519, public.public_bytes_raw())
    except (ValueError, UnsupportedAlgorithm, TrustListError):
        raise RootsUnreadableError(source=source, cause="a key in it is malformed") from None
    raise RootsUnreadableError(source=source, cause="a key in it is neither P-256, Ed25519 nor SM2")
