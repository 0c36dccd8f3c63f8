"""The symbol's text: a URL whose path carries the signed bytes in an alphabet that QR packs well.

    full        HTTPS://HOST/L/ and the bytes as one decimal number
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

ALPHABET_41: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-:"
_VALUE_41: Final = {character: value for value, character in enumerate(ALPHABET_41)}

SHAPE: Final = re.compile(r"(HTTPS://([A-Z0-9.-]{1,253})/)([LC])/(.*)", re.DOTALL)
# Blanks are Unicode's; case is ASCII's alone, (?a:…): U+017F is no s, U+212A no k.
_LOOSE: Final = re.compile(
    r"\s*(?a:https?://)([^/\s]{1,255})(?a:/([lc])/([0-9A-Z$*+.:-]{24,}))\s*", re.IGNORECASE
)
_URL: Final = re.compile(r"\s*(?a:[a-z][a-z0-9+.-]*)://", re.IGNORECASE)


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
    r"\s*(?a:wxp://|https?://(qr\.alipay\.com|qr\.95516\.com|wx\.tenpay\.com|payapp\.weixin\.qq\.com"
    r"|qr\.chinaums\.com)(/|$)|alipays?://|weixin://wxpay|000201)",
    re.IGNORECASE,
)
_REGISTRATION: Final = re.compile(
    r"\s*(?a:https?://([a-z0-9-]+\.)*(gsxt\.gov\.cn|scjgj\.beijing\.gov\.cn)(/|$))", re.IGNORECASE
)


_DIGITS: Final = frozenset("0123456789")


def encode_digits(data: bytes) -> str:
    """Write bytes as one decimal number (big-endian) in the digits that their count needs."""
    return f"{int.from_bytes(data, 'big'):0{digits_for(len(data))}d}" if data else ""


def decode_digits(digits: str) -> bytes:
    """Read what `encode_digits` wrote.

    Raises:
        TextError: other characters, a length or a value that no byte string has.
    """
    size = _BYTES_FOR.get(len(digits))
    if size is None:
        raise TextError(f"{len(digits)} digits are no whole number of bytes")
    # int() takes more than digits: those of other scripts, a sign or blanks at an end, and
    # underscores within. To look for just these is quicker than to look at every character.
    if not (
        digits.isascii() and digits[0] in _DIGITS and digits[-1] in _DIGITS and "_" not in digits
    ):
        raise TextError("the path holds something else than decimal digits")
    try:
        return int(digits).to_bytes(size, "big")
    except ValueError:
        raise TextError("the path holds something else than decimal digits") from None
    except OverflowError:
        raise TextError("the number is larger than its bytes can hold") from None


def digits_for(size: int) -> int:
    """How many decimal digits the largest number of so many bytes has."""
    return 8 * size * 30_103 // 100_000 + 1  # log10(2); exact below 12,500 bytes


_BYTES_FOR: Final = {digits_for(size): size for size in range(1, MAX_MESSAGE_BYTES + 1)}


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
    if _URL.match(text):
        return OtherCode.URL
    return OtherCode.TEXT


def not_a_license(text: str) -> NotALicenseError:
    """The refusal of a text that has not the shape of a license's symbol."""
    kind = other_code(text)
    return NotALicenseError(f"a code of another kind ({kind})", kind)
