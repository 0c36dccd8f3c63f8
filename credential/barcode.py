"""The symbol's text: a URL whose path carries the signed bytes in an alphabet that QR packs well.

    full        HTTPS://HOST/L/ and decimal digits, 7 bytes to 17 (CTAP 2.2 §11.5)
    city-code   HTTPS://HOST/C/ and the fields of `citycode`

Both are exact: upper case, no port, no query, no leading or trailing blanks. One text, one byte
string, and back.
"""

import re
from enum import StrEnum
from typing import Final

from credential.errors import NotALicenseError, TextError

MAX_TEXT_CHARACTERS: Final = 2953  # what the largest QR symbol can hold in bytes
MAX_MESSAGE_BYTES: Final = 1024

_CHUNK_BYTES: Final = 7
_CHUNK_DIGITS: Final = 17
_TAIL_DIGITS: Final = (0, 3, 5, 8, 10, 13, 15)  # by the number of bytes left
_TAIL_BYTES: Final = {digits: size for size, digits in enumerate(_TAIL_DIGITS)}
_DIGITS: Final = re.compile("[0-9]+")

ALPHABET_41: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-:"
_VALUE_41: Final = {character: value for value, character in enumerate(ALPHABET_41)}

SHAPE: Final = re.compile(r"(HTTPS://([A-Z0-9.-]{1,253})/)([LC])/(.*)", re.DOTALL)
_LOOSE: Final = re.compile(r"\s*https?://([^/\s]{1,255})/([lc])/([0-9A-Z$*+.:-]{24,})\s*", re.I)


class OtherCode(StrEnum):
    """What a text that is no license looks like."""

    PAYMENT = "payment"
    BUSINESS_REGISTRATION = "business-registration"
    LOOK_ALIKE = "look-alike"
    RETYPED = "retyped"
    URL = "url"
    TEXT = "text"
    EMPTY = "empty"


_PAYMENT: Final = re.compile(
    r"\s*(wxp://|https?://(qr\.alipay\.com|qr\.95516\.com|wx\.tenpay\.com|payapp\.weixin\.qq\.com"
    r"|qr\.chinaums\.com)(/|$)|alipays?://|weixin://wxpay|000201)",
    re.I,
)
_REGISTRATION: Final = re.compile(
    r"\s*(https?://([a-z0-9-]+\.)*(gsxt\.gov\.cn|scjgj\.beijing\.gov\.cn)(/|$))", re.I
)


def encode_digits(data: bytes) -> str:
    """Write bytes as decimal digits, 7 bytes (big-endian) to 17."""
    whole = len(data) - len(data) % _CHUNK_BYTES
    digits = [
        f"{int.from_bytes(data[at : at + _CHUNK_BYTES], 'big'):017d}"
        for at in range(0, whole, _CHUNK_BYTES)
    ]
    tail = data[whole:]
    if tail:
        digits.append(f"{int.from_bytes(tail, 'big'):0{_TAIL_DIGITS[len(tail)]}d}")
    return "".join(digits)


def decode_digits(digits: str) -> bytes:
    """Read what `encode_digits` wrote.

    Raises:
        TextError: other characters, a length or a value that no byte string has.
    """
    if not digits.isascii() or not digits.isdecimal():
        raise TextError("the path holds something else than decimal digits")
    tail_digits = len(digits) % _CHUNK_DIGITS
    tail_bytes = _TAIL_BYTES.get(tail_digits)
    if tail_bytes is None:
        raise TextError(f"{len(digits)} digits are no whole number of bytes")
    whole = len(digits) - tail_digits
    try:
        parts = [
            int(digits[at : at + _CHUNK_DIGITS]).to_bytes(_CHUNK_BYTES, "big")
            for at in range(0, whole, _CHUNK_DIGITS)
        ]
        if tail_digits:
            parts.append(int(digits[whole:]).to_bytes(tail_bytes, "big"))
    except OverflowError:
        raise TextError("a group of digits is larger than its bytes can hold") from None
    return b"".join(parts)


def encode_41(data: bytes) -> str:
    """Write bytes in 41 characters: 2 bytes (big-endian) to 3, a last one to 2."""
    characters = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 41)
            characters.append(ALPHABET_41[digit])
    return "".join(characters)


def decode_41(text: str) -> bytes:
    """Read what `encode_41` wrote (least significant character first, as RFC 9285).

    Raises:
        TextError: other characters, a length or a value that no byte string has.
    """
    if len(text) % 3 == 1:
        raise TextError(f"{len(text)} characters are no whole number of bytes")
    parts = []
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        value = 0
        for character in reversed(group):
            digit = _VALUE_41.get(character)
            if digit is None:
                raise TextError(f"character {character!r} is not of the alphabet")
            value = value * 41 + digit
        try:
            parts.append(value.to_bytes(len(group) - 1, "big"))
        except OverflowError:
            raise TextError("a group of characters is larger than its bytes can hold") from None
    return b"".join(parts)


def other_code(text: str) -> OtherCode:
    """Say what a text that is no license looks like; nothing is ever opened."""
    if not text.strip():
        return OtherCode.EMPTY
    if _PAYMENT.match(text):
        return OtherCode.PAYMENT
    if _REGISTRATION.match(text):
        return OtherCode.BUSINESS_REGISTRATION
    if SHAPE.fullmatch(text):
        return OtherCode.LOOK_ALIKE
    if _LOOSE.fullmatch(text):
        return OtherCode.RETYPED
    if re.match(r"\s*[a-z][a-z0-9+.-]*://", text, re.I):
        return OtherCode.URL
    return OtherCode.TEXT


def not_a_license(text: str) -> NotALicenseError:
    """The refusal of a text that has not the shape of a license's symbol."""
    kind = other_code(text)
    return NotALicenseError(f"a code of another kind ({kind})", kind)
