"""The same bytes in other alphabets, behind the same URL."""

from typing import Final

from credential.barcode import encode_41, encode_digits
from tests.bench.sizes.carried import Carried
from tests.bench.sizes.symbols import Mode, Segment

ALPHABET_45: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
ALPHABET_64_URL: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

_CHUNK: Final = 7
_CHUNK_DIGITS: Final = (0, 3, 5, 8, 10, 13, 15, 17)  # for so many bytes


def as_digits(message: bytes, url: str) -> Carried:
    """Ours: the whole message one decimal number."""
    return _behind(url, message, Segment(Mode.NUMERIC, encode_digits(message)))


def as_chunked_digits(message: bytes, url: str) -> Carried:
    """7 bytes (little-endian) to 17 digits, as CTAP 2.2 §11.5.1 (hybrid transports) does."""
    return _behind(url, message, Segment(Mode.NUMERIC, encode_chunked_digits(message)))


def as_41(message: bytes, url: str) -> Carried:
    """The 41 characters of QR's alphanumeric set that a URL path carries unescaped."""
    return Carried(message, (Segment(Mode.ALPHANUMERIC, url + encode_41(message)),))


def as_45(message: bytes, url: str) -> Carried:
    """Base45; not safe in a path (blank, %, /), here for its size alone."""
    return Carried(message, (Segment(Mode.ALPHANUMERIC, url + encode_45(message)),))


def as_64_url(message: bytes, url: str) -> Carried:
    """Base64url, which only QR's byte mode carries."""
    return _behind(url, message, Segment(Mode.BYTE, encode_64_url(message)))


def as_bytes(message: bytes) -> Carried:
    """The bytes themselves, which no camera opens as a page: the least there is."""
    return Carried(message, (Segment(Mode.BYTE, message.decode("latin-1")),))


def encode_chunked_digits(data: bytes) -> str:
    """Write bytes as decimal digits, chunk by chunk."""
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    return "".join(
        f"{int.from_bytes(chunk, 'little'):0{_CHUNK_DIGITS[len(chunk)]}d}" for chunk in chunks
    )


def encode_45(data: bytes) -> str:
    """Write bytes in base45 (RFC 9285 §4)."""
    characters = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 45)
            characters.append(ALPHABET_45[digit])
    return "".join(characters)


def encode_64_url(data: bytes) -> str:
    """Write bytes in base64url without padding (RFC 4648 §5)."""
    bits = int.from_bytes(data, "big") << (-8 * len(data) % 6)
    count = (8 * len(data) + 5) // 6
    return "".join(ALPHABET_64_URL[bits >> 6 * at & 63] for at in range(count - 1, -1, -1))


def _behind(url: str, message: bytes, segment: Segment) -> Carried:
    return Carried(message, (Segment(Mode.ALPHANUMERIC, url), segment))
