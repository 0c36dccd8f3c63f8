"""The unified social credit code (GB 32100-2015) in twelve bytes.

Its division code (characters 3 to 8, digits) takes half a byte each, the other twelve characters six
bits each, so that a reader in Python is two calls into C. Both check characters are carried and not
computed again by a reader: nothing is packed in which one of them is wrong.
"""

from binascii import b2a_base64
from operator import mul
from typing import Final

from credential.errors import ClaimsError, SealingError

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PACKED_BYTES: Final = 12

_BITS: Final = 6
_DIVISION: Final = slice(2, 8)
_DIVISION_BYTES: Final = 3
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_ORG_VALUE: Final = [int(character, 36) for character in ALPHABET]
_WEIGHTS: Final = [pow(3, place, 31) for place in range(17)]
_ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_CHECKS: Final = "0123456789X"
_NONE: Final = "!"  # what six bits above 30 stand for
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CHARACTERS: Final = bytes.maketrans(_BASE64, ALPHABET.ljust(64, _NONE).encode())


def pack_uscc(code: str) -> bytes:
    """Write a code in 12 bytes.

    Raises:
        SealingError: wrong length, character or check character.
    """
    try:
        values = [_VALUE[character] for character in code]
    except KeyError:
        raise SealingError(f"USCC {code!r} holds a character outside GB 32100") from None
    if len(values) != 18 or not code[_DIVISION].isdigit() or _complete(values[:16]) != code:
        raise SealingError(f"USCC {code!r} has a wrong length, division or check character")
    number = 0
    for value in (*values[: _DIVISION.start], *values[_DIVISION.stop :]):
        number = number << _BITS | value
    return bytes.fromhex(code[_DIVISION]) + number.to_bytes(PACKED_BYTES - _DIVISION_BYTES, "big")


def unpack_uscc(data: bytes) -> str:
    """Read the code that `pack_uscc` wrote.

    Raises:
        ClaimsError: bits that stand for no character.
    """
    division = data[:_DIVISION_BYTES].hex()
    others = b2a_base64(data[_DIVISION_BYTES:], newline=False).translate(_CHARACTERS).decode()
    if not division.isdigit() or _NONE in others:
        raise ClaimsError("packed USCC holds bits without meaning")
    return others[:2] + division + others[2:]


def _complete(values: list[int]) -> str:
    org = map(_ORG_VALUE.__getitem__, values[8:])
    org_check = _ORG_CHECKS[-sum(map(mul, _ORG_WEIGHTS, org)) % 11]
    whole = [*values, _VALUE[org_check]]
    check = -sum(map(mul, _WEIGHTS, whole)) % 31
    return "".join(map(ALPHABET.__getitem__, [*whole, check]))
