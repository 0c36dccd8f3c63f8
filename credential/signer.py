"""Suites and keys: a key is bound to one suite, and the message has no say in it.

ES256 (ECDSA on P-256 with SHA-256, RFC 9053 §2.1), Ed25519 (RFC 8032; COSE's EdDSA, RFC 9053 §2.2)
and SM2 with SM3 (`credential.sm2`). Another suite is one more `Suite` in `SUITES`. Signatures are raw
bytes: r‖s for ECDSA and SM2.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
)

from credential import der, sm2
from credential.errors import MalleatedError, SealingError, SignatureError, TrustListError

KEY_ID_BYTES: Final = 4
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF_ORDER: Final = (P256_ORDER // 2).to_bytes(32, "big")

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | sm2.PublicKey
PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_ECDSA_SHA256: Final = ec.ECDSA(hashes.SHA256())
_ECDSA_SHA256_RFC6979: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class Signer(Protocol):
    """Something that signs with one private key: a file's, or one inside an HSM."""

    @property
    def suite(self) -> "Suite": ...
    @property
    def key_id(self) -> bytes: ...
    @property
    def verification_key(self) -> "VerificationKey": ...
    def sign(self, message: bytes) -> bytes:
        """Return the raw signature of `message`, in the canonical form of the suite."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A signature algorithm with its COSE label, its public keys' form, and its check."""

    name: str
    algorithm: int  # IANA COSE Algorithms; below -65536 of private use
    signature_bytes: int
    public_bytes: int
    load: Callable[[bytes], PublicKey]
    verify: Callable[
        [Any, bytes, bytes], None
    ]  # canonical form and all; Any: what `load` has given
    cose_key: Callable[[bytes], Mapping[int, int | bytes]]


def _load_p256(data: bytes) -> PublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)


def _verify_es256(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> None:
    r, s = signature[:32], signature[32:]
    if s > _HALF_ORDER:
        raise MalleatedError("signature is not in its canonical form (high s)")
    # SEQUENCE { INTEGER r, INTEGER s } (RFC 3279 §2.2.3), by hand: it is on the hot path. Nearly all
    # signatures have 32 bytes that count in each; s is low, so its top bit is clear.
    if r[0] and s[0]:
        head = b"\x30\x44\x02\x20" if r[0] < 0x80 else b"\x30\x45\x02\x21\x00"
        encoded = b"%b%b\x02\x20%b" % (head, r, s)
    else:
        encoded = der.signature(r, s)
    key.verify(encoded, message, _ECDSA_SHA256)


# y of the points of order 1, 2, 4 and 8 (RFC 7748 §7), those of them below 2^255 - p once more with
# p added. Under such a key one signature verifies for many messages, whoever made it.
_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(y)
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def _load_ed25519(data: bytes) -> PublicKey:
    if data[:31] + bytes([data[31] & 0x7F]) in _SMALL_ORDER:  # the top bit is the sign of x
        raise ValueError("a point of small order")
    return ed25519.Ed25519PublicKey.from_public_bytes(data)


def _verify_ed25519(key: ed25519.Ed25519PublicKey, signature: bytes, message: bytes) -> None:
    key.verify(signature, message)  # RFC 8032 §5.1.7 leaves one form, and OpenSSL holds it


ES256: Final = Suite(
    name="ES256",
    algorithm=-7,
    signature_bytes=64,
    public_bytes=65,  # SEC 1 §2.3.3, uncompressed
    load=_load_p256,
    verify=_verify_es256,
    cose_key=lambda point: {1: 2, -1: 1, -2: point[1:33], -3: point[33:]},
)
ED25519: Final = Suite(
    name="Ed25519",
    algorithm=-8,
    signature_bytes=64,
    public_bytes=32,
    load=_load_ed25519,
    verify=_verify_ed25519,
    cose_key=lambda point: {1: 1, -1: 6, -2: point},
)
# Neither label nor curve is registered with IANA, so both are of private use.
SM2: Final = Suite(
    name="SM2",
    algorithm=-65537,
    signature_bytes=64,
    public_bytes=65,  # SEC 1 §2.3.3, uncompressed
    load=sm2.load_public,
    verify=sm2.verify,
    cose_key=lambda point: {1: 2, -1: -65537, -2: point[1:33], -3: point[33:]},
)
SUITES: Final[Mapping[str, Suite]] = {suite.name: suite for suite in (ES256, ED25519, SM2)}


def suite_of(algorithm: int) -> Suite | None:
    """The suite of a COSE algorithm; None where there is none here."""
    return next((suite for suite in SUITES.values() if suite.algorithm == algorithm), None)


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key that is ready to verify, with the suite that it is bound to."""

    suite: Suite
    public: bytes
    loaded: PublicKey
    key_id: bytes

    @classmethod
    def load(cls, suite: Suite, public: bytes) -> "VerificationKey":
        """Take a public key in its raw form.

        Raises:
            TrustListError: not a point of the suite's curve, or one of small order.
        """
        if len(public) != suite.public_bytes:
            raise TrustListError(f"{suite.name} public key of {len(public)} bytes")
        try:
            loaded = suite.load(public)
        except ValueError as error:
            raise TrustListError(
                f"{suite.name} public key is no point to believe: {error}"
            ) from None
        return cls(suite, public, loaded, key_id(suite, public))

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check a raw signature, canonical form and all.

        Raises:
            SignatureError: it is not this key's signature of this message.
            SuiteUnavailableError: this system cannot compute the suite.
        """
        suite = self.suite
        if len(signature) != suite.signature_bytes:
            raise SignatureError(f"signature of {len(signature)} bytes")
        try:
            suite.verify(self.loaded, signature, message)
        except (InvalidSignature, ValueError):
            raise SignatureError("signature does not verify") from None


@dataclass(frozen=True, slots=True)
class PrivateKeySigner:
    """Signs with a private key held in memory; the same message gives the same signature."""

    suite: Suite
    private: PrivateKey
    public: bytes
    key_id: bytes

    @classmethod
    def hold(cls, private: PrivateKey) -> "PrivateKeySigner":
        """Take a private key of a known suite.

        Raises:
            SealingError: another kind of key or curve.
        """
        public = private.public_key()
        match public:
            case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
                suite = ES256
                data = public.public_bytes(
                    serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
                )
            case ed25519.Ed25519PublicKey():
                suite, data = ED25519, public.public_bytes_raw()
            case _:
                raise SealingError("private key is neither on P-256 nor Ed25519")
        return cls(suite, private, data, key_id(suite, data))

    @property
    def verification_key(self) -> VerificationKey:
        return VerificationKey.load(self.suite, self.public)

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(message)
        der = self.private.sign(message, _ECDSA_SHA256_RFC6979)
        return canonical_es256(*decode_dss_signature(der))


def canonical_es256(r: int, s: int) -> bytes:
    """Write a signature as r‖s, with the smaller of the two s that verify (low s)."""
    return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def key_id(suite: Suite, public: bytes) -> bytes:
    """The first bytes of the key's COSE thumbprint (RFC 9679, SHA-256)."""
    cose_key = suite.cose_key(public)
    ordered = {label: cose_key[label] for label in sorted(cose_key, key=cbor2.dumps)}
    return hashlib.sha256(cbor2.dumps(ordered)).digest()[:KEY_ID_BYTES]
