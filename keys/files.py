"""Keys in files: PKCS #8 (RFC 5958) in PEM, mode 0600, with or without a passphrase.

A passphrase comes from a file, never from an argument that a process list would show.
"""

import os
import stat
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from credential import sm2
from credential.errors import SealingError, TrustListError
from credential.signer import ED25519, ES256, SM2, PrivateKey, PrivateKeySigner, VerificationKey
from keys import sm2_files
from keys.errors import Fault, KeyFileError
from keys.plain_files import FileTooLargeError, read_plain
from keys.sm2 import Sm2Signer

FileSigner: TypeAlias = PrivateKeySigner | Sm2Signer

_MAX_BYTES = 1 << 16
_OF_A_SECRET = {
    Fault.MISSING: Fault.PASSPHRASE,
    Fault.READABLE_BY_OTHERS: Fault.SECRET_READABLE_BY_OTHERS,
}
_PEM_END = b"-----END PUBLIC KEY-----"


def create_key(path: Path, *, suite: str, passphrase: bytes | None = None) -> FileSigner:
    """Make a key of a suite (ES256, Ed25519 or SM2) in a new file.

    Raises:
        KeyFileError: the file exists or cannot be written, there is no such suite, this system
            lacks it, or the passphrase is empty or too long.
    """
    if suite == SM2.name:
        signer, data = sm2_files.make(path, passphrase)
        _write_new(path, data, mode=0o600)
        return signer
    if suite == ES256.name:
        private: PrivateKey = ec.generate_private_key(ec.SECP256R1())
    elif suite == ED25519.name:
        private = ed25519.Ed25519PrivateKey.generate()
    else:
        raise KeyFileError(str(path), Fault.UNKNOWN_SUITE, suite)
    try:
        encryption = (
            serialization.NoEncryption()
            if passphrase is None
            else serialization.BestAvailableEncryption(passphrase)
        )
        data = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        )
    except ValueError as error:
        raise KeyFileError(str(path), Fault.PASSPHRASE, str(error)) from None
    _write_new(path, data, mode=0o600)
    return PrivateKeySigner.hold(private)


def write_public(path: Path, key: VerificationKey) -> None:
    """Write a public key into a new file; the half of an older key is never overwritten.

    Raises:
        KeyFileError: the file exists or cannot be written.
    """
    _write_new(path, public_pem(key), mode=0o644)


def read_passphrase(path: Path) -> bytes:
    """Read a passphrase, without the blanks around it.

    Raises:
        KeyFileError: missing, readable by others, or empty.
    """
    try:
        passphrase = _read_private(path).strip()
    except KeyFileError as error:
        # These are said of a key alone: a service without one only verifies.
        fault = _OF_A_SECRET.get(error.fault, error.fault)
        raise KeyFileError(error.path, fault, error.detail) from None
    if not passphrase:
        raise KeyFileError(str(path), Fault.PASSPHRASE)
    return passphrase


def load_private(path: Path, *, passphrase: bytes | None = None) -> FileSigner:
    """Open a private key.

    Raises:
        KeyFileError: missing, readable by others, no key, of an unknown suite or one that this
            system lacks, or locked by another passphrase.
    """
    data = _read_private(path)
    try:
        private = serialization.load_pem_private_key(data, passphrase)
    except TypeError:
        raise KeyFileError(str(path), Fault.PASSPHRASE) from None
    except UnsupportedAlgorithm:
        return sm2_files.read(path, data, passphrase)
    except ValueError:
        locked = passphrase is not None and b"ENCRYPTED" in data
        raise KeyFileError(str(path), Fault.PASSPHRASE if locked else Fault.NOT_A_KEY) from None
    if not isinstance(private, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise KeyFileError(str(path), Fault.UNKNOWN_SUITE)
    try:
        return PrivateKeySigner.hold(private)
    except SealingError as error:
        raise KeyFileError(str(path), Fault.UNKNOWN_SUITE, str(error)) from None


def public_pem(key: VerificationKey) -> bytes:
    """The public key as SubjectPublicKeyInfo in PEM (RFC 5280 §4.1.2.7)."""
    if isinstance(key.loaded, sm2.PublicKey):
        return sm2.write_pem(key.public)
    return key.loaded.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def load_publics(path: Path) -> tuple[VerificationKey, ...]:
    """Read the public keys of a PEM file, one or more.

    Raises:
        KeyFileError: missing, no public key, or of an unknown suite.
    """
    blocks = _read(path).split(_PEM_END)
    keys = []
    for block in blocks[:-1]:
        block += _PEM_END + b"\n"
        try:
            if point := sm2.read_pem(block):
                keys.append(VerificationKey.load(SM2, point))
                continue
            public = serialization.load_pem_public_key(block)
        except (ValueError, UnsupportedAlgorithm, TrustListError):
            raise KeyFileError(str(path), Fault.NOT_A_KEY) from None
        keys.append(_verification_key(path, public))
    if not keys:
        raise KeyFileError(str(path), Fault.NOT_A_KEY)
    return tuple(keys)


def load_public(path: Path) -> VerificationKey:
    """Read the one public key of a PEM file.

    Raises:
        KeyFileError: as `load_publics`, and there are several.
    """
    key, *more = load_publics(path)
    if more:
        raise KeyFileError(str(path), Fault.NOT_ONE_KEY, str(1 + len(more)))
    return key


def _verification_key(path: Path, public: object) -> VerificationKey:
    match public:
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            raw = public.public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
            return VerificationKey.load(ES256, raw)
        case ed25519.Ed25519PublicKey():
            try:
                return VerificationKey.load(ED25519, public.public_bytes_raw())
            except TrustListError as error:
                raise KeyFileError(str(path), Fault.NOT_A_KEY, str(error)) from None
    raise KeyFileError(str(path), Fault.UNKNOWN_SUITE)


def _read_private(path: Path) -> bytes:
    data = _read(path)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileError(str(path), Fault.READABLE_BY_OTHERS)
    return data


def _read(path: Path) -> bytes:
    try:
        return read_plain(path, most=_MAX_BYTES)
    except FileNotFoundError:
        raise KeyFileError(str(path), Fault.MISSING) from None
    except FileTooLargeError as error:
        raise KeyFileError(str(path), Fault.NOT_A_KEY, error.strerror or "") from None
    except OSError as error:
        raise KeyFileError(str(path), Fault.UNREADABLE, error.strerror or "") from None
    except ValueError as error:  # a path with a NUL
        raise KeyFileError(str(path), Fault.UNREADABLE, str(error)) from None


def _write_new(path: Path, data: bytes, *, mode: int) -> None:
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            try:
                file.write(data)
                file.flush()
            except OSError:
                path.unlink()  # a full disk leaves no half of a key
                raise
    except FileExistsError:
        raise KeyFileError(str(path), Fault.EXISTS) from None
    except OSError as error:
        raise KeyFileError(str(path), Fault.UNREADABLE, error.strerror or "") from None
