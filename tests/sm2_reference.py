"""SM3, and SM2 as a signature, in plain Python: slow, not constant in time, for tests alone.

Written from GB/T 32905-2016 and GB/T 32918.2-2016, to check the fast one against and to make vectors
that never change: the nonce is drawn as RFC 6979 §3.2 does, with HMAC-SM3 over the digest e. Any curve
y² = x³ + ax + b will do, since the standard's first example is on another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from credential.signer import SM2, Suite, VerificationKey, key_id

DEFAULT_ID: Final = b"1234567812345678"  # GM/T 0009-2012 §10
_WORD: Final = 0xFFFFFFFF
_START: Final = (
    0x7380166F,
    0x4914B2B9,
    0x172442D7,
    0xDA8A0600,
    0xA96F30BC,
    0x163138AA,
    0xE38DEE4D,
    0xB0FB0E4E,
)


def _rotated(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & _WORD


def _p0(word: int) -> int:
    return word ^ _rotated(word, 9) ^ _rotated(word, 17)


def _p1(word: int) -> int:
    return word ^ _rotated(word, 15) ^ _rotated(word, 23)


def _compressed(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """GB/T 32905-2016 §5.3."""
    w = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for j in range(16, 68):
        w.append(
            _p1(w[j - 16] ^ w[j - 9] ^ _rotated(w[j - 3], 15)) ^ _rotated(w[j - 13], 7) ^ w[j - 6]
        )
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = _rotated(_rotated(a, 12) + e + _rotated(constant, j) & _WORD, 7)
        ss2 = ss1 ^ _rotated(a, 12)
        ff = a ^ b ^ c if j < 16 else a & b | a & c | b & c
        gg = e ^ f ^ g if j < 16 else e & f | ~e & g
        tt1 = ff + d + ss2 + (w[j] ^ w[j + 4]) & _WORD
        tt2 = gg + h + ss1 + w[j] & _WORD
        a, b, c, d = tt1, a, _rotated(b, 9), c
        e, f, g, h = _p0(tt2), e, _rotated(f, 19), g
    return tuple(x ^ y for x, y in zip((a, b, c, d, e, f, g, h), state, strict=True))


def sm3(data: bytes) -> bytes:
    """The digest of 32 bytes (GB/T 32905-2016)."""
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    state: tuple[int, ...] = _START
    for at in range(0, len(padded), 64):
        state = _compressed(state, padded[at : at + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """RFC 2104 with SM3, for keys of at most a block."""
    assert len(key) <= 64
    key = key.ljust(64, b"\x00")
    inner = sm3(bytes(byte ^ 0x36 for byte in key) + data)
    return sm3(bytes(byte ^ 0x5C for byte in key) + inner)


Point = tuple[int, int] | None  # None is infinity


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve of prime order `n` with its base point, in 32-byte fields."""

    p: int
    a: int
    b: int
    base: tuple[int, int]
    n: int

    def add(self, one: Point, other: Point) -> Point:
        if one is None or other is None:
            return one or other
        (x1, y1), (x2, y2) = one, other
        if x1 == x2:
            if (y1 + y2) % self.p == 0:
                return None
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def multiply(self, times: int, point: Point) -> Point:
        total: Point = None
        while times:
            if times & 1:
                total = self.add(total, point)
            point, times = self.add(point, point), times >> 1
        return total


# GB/T 32918.5-2017 §2: the recommended curve.
RECOMMENDED: Final = Curve(
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    a=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    base=(
        0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
        0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    ),
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
)


def _bytes(number: int) -> bytes:
    return number.to_bytes(32, "big")


def identity_digest(point: tuple[int, int], curve: Curve, identity: bytes) -> bytes:
    """Z_A (GB/T 32918.2-2016 §5.5)."""
    numbers = (curve.a, curve.b, *curve.base, *point)
    length = (8 * len(identity)).to_bytes(2, "big")
    return sm3(length + identity + b"".join(map(_bytes, numbers)))


def digest_of(
    message: bytes,
    point: tuple[int, int],
    curve: Curve = RECOMMENDED,
    identity: bytes = DEFAULT_ID,
) -> int:
    """The number e that is signed."""
    return int.from_bytes(sm3(identity_digest(point, curve, identity) + message), "big")


def nonces(private: int, e: int, n: int) -> Callable[[], int]:
    """Numbers from 1 to n - 1, always the same ones (RFC 6979 §3.2; HMAC-SM3, a digest as long as n)."""
    seed = _bytes(private) + _bytes(e % n)
    v, k = b"\x01" * 32, bytes(32)
    for mark in (b"\x00", b"\x01"):
        k = hmac_sm3(k, v + mark + seed)
        v = hmac_sm3(k, v)

    def following() -> int:
        nonlocal v, k
        while True:
            v = hmac_sm3(k, v)
            candidate = int.from_bytes(v, "big")
            k = hmac_sm3(k, v + b"\x00")
            v = hmac_sm3(k, v)
            if 0 < candidate < n:
                return candidate

    return following


def sign_digest(
    e: int, private: int, *, curve: Curve = RECOMMENDED, nonce: Callable[[], int] | None = None
) -> tuple[int, int]:
    """GB/T 32918.2-2016 §6.1, from A3 on."""
    following, n = nonce or nonces(private, e, curve.n), curve.n
    while True:
        k = following()
        point = curve.multiply(k, curve.base)
        assert point is not None
        r = (e + point[0]) % n
        if r == 0 or r + k == n:
            continue
        s = pow(1 + private, -1, n) * (k - r * private) % n
        if s:
            return r, s


def verify_digest(
    e: int, r: int, s: int, public: tuple[int, int], *, curve: Curve = RECOMMENDED
) -> bool:
    """GB/T 32918.2-2016 §7.1, B1, B2 and from B5 on."""
    n = curve.n
    if not (0 < r < n and 0 < s < n) or (r + s) % n == 0:
        return False
    point = curve.add(
        curve.multiply(s, curve.base),
        curve.multiply((r + s) % n, public),
    )
    return point is not None and (e + point[0]) % n == r


@dataclass(frozen=True, slots=True)
class ReferenceSigner:
    """An SM2 key that signs without OpenSSL: the same message gives the same signature."""

    private: int
    point: tuple[int, int]

    @classmethod
    def hold(cls, private: int) -> "ReferenceSigner":
        """Take a private key from 1 to n - 2."""
        assert 0 < private < RECOMMENDED.n - 1
        point = RECOMMENDED.multiply(private, RECOMMENDED.base)
        assert point is not None
        return cls(private, point)

    @property
    def suite(self) -> Suite:
        return SM2

    @property
    def public(self) -> bytes:
        return b"\x04" + b"".join(map(_bytes, self.point))

    @property
    def key_id(self) -> bytes:
        return key_id(SM2, self.public)

    @property
    def verification_key(self) -> VerificationKey:
        return VerificationKey.load(SM2, self.public)

    def sign(self, message: bytes, *, identity: bytes = DEFAULT_ID) -> bytes:
        e = digest_of(message, self.point, identity=identity)
        return b"".join(map(_bytes, sign_digest(e, self.private)))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        return verify_digest(digest_of(message, self.point), r, s, self.point)
