"""SM2 with SM3 (GB/T 32918.2-2016, GB/T 32905-2016) on the recommended curve of GB/T 32918.5-2017.

What can be refused without arithmetic on the curve is refused here; the rest is OpenSSL's, which is
loaded when the first signature has to be looked at. The identity is GM/T 0009's default.
"""

import base64
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature

from credential import der
from credential.errors import SuiteUnavailableError

if TYPE_CHECKING:
    from credential import libcrypto

PRIME: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
COEFFICIENT: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93  # b; a = -3
ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_ORDER_BYTES: Final = ORDER.to_bytes(32, "big")
_ZERO: Final = bytes(32)

# SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of an uncompressed point: id-ecPublicKey
# (1.2.840.10045.2.1) with the curve as its parameter (1.2.156.10197.1.301), as OpenSSL writes it.
_SPKI_HEAD: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_PEM_BEGIN: Final = b"-----BEGIN PUBLIC KEY-----"
_PEM_END: Final = b"-----END PUBLIC KEY-----"


class PublicKey:
    """A point of the curve, whose key inside OpenSSL is made when it is first needed."""

    __slots__ = ("_loaded", "point")

    def __init__(self, point: bytes) -> None:
        self.point = point
        self._loaded: libcrypto.PublicKey | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.point == self.point

    def __hash__(self) -> int:
        return hash(self.point)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check r‖s.

        Raises:
            InvalidSignature: it is not this key's signature of this message.
            SuiteUnavailableError: this system has no OpenSSL with SM2.
        """
        r, s = signature[:32], signature[32:]
        # Compared as bytes, which are in the order of the numbers. GB/T 32918.2-2016 §7.1, B1 and B2;
        # what remains there (t ≠ 0, the equation itself) is OpenSSL's.
        if not (_ZERO < r < _ORDER_BYTES and _ZERO < s < _ORDER_BYTES):
            raise InvalidSignature
        loaded = self._loaded
        if loaded is None:
            # Two threads at once make two keys, of which one is dropped and freed.
            loaded = self._loaded = _load(self.point)
        if not loaded.verify(der.signature(r, s), message):
            raise InvalidSignature


def load_public(point: bytes) -> PublicKey:
    """Take 04 ‖ x ‖ y. The curve's cofactor is 1, so each of its points will do.

    Raises:
        ValueError: no point of the curve in this form; infinity has none.
    """
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if len(point) != 65 or point[0] != 4 or x >= PRIME or y >= PRIME:
        raise ValueError("not an uncompressed point")
    if (y * y - x * x * x + 3 * x - COEFFICIENT) % PRIME:
        raise ValueError("a point off the curve")
    return PublicKey(point)


def verify(key: PublicKey, signature: bytes, message: bytes) -> None:
    """Check a signature, as `PublicKey.verify`."""
    key.verify(signature, message)


def is_available() -> bool:
    """Whether this system can compute it; looks for its library, and tries it."""
    from credential import libcrypto  # noqa: PLC0415 - ctypes costs a verdict's time

    try:
        libcrypto.find_libcrypto()
    except SuiteUnavailableError:
        return False
    return True


def write_pem(point: bytes) -> bytes:
    """The point's SubjectPublicKeyInfo in PEM (RFC 7468)."""
    body = base64.b64encode(_SPKI_HEAD + point)
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return b"\n".join((_PEM_BEGIN, *lines, _PEM_END, b""))


def read_pem(block: bytes) -> bytes | None:
    """The point in a PEM block; None for another kind of key, form, or anything else."""
    _, begin, rest = block.partition(_PEM_BEGIN)
    body, end, _ = rest.partition(_PEM_END)
    try:
        data = base64.b64decode(b"".join(body.split()), validate=True)
    except ValueError:
        return None
    head, point = data[: len(_SPKI_HEAD)], data[len(_SPKI_HEAD) :]
    return point if begin and end and head == _SPKI_HEAD and len(point) == 65 else None


def _load(point: bytes) -> "libcrypto.PublicKey":
    from credential import libcrypto  # noqa: PLC0415 - ctypes and OpenSSL, for SM2 alone

    return libcrypto.PublicKey(libcrypto.find_libcrypto(), _SPKI_HEAD + point)
