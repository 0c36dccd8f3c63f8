"""The unified social credit code (GB 32100-2015) in ten bytes: 16 characters of five bits each.

Of its 18 characters two are check characters: the 17th of the organization code inside (GB 11714,
mod 11), the 18th of the whole (mod 31). Both are left out and computed again by the reader, so a
packed code cannot be wrong in them.
"""

from operator import mul
from struct import Struct
from typing import Final

from credential.errors import ClaimsError, SealingError

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PACKED_BYTES: Final = 10

_BITS: Final = 5
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_ORG_VALUE: Final = [int(character, 36) for character in ALPHABET]
_WEIGHTS: Final = [pow(3, place, 31) for place in range(17)]
_ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_CHECKS: Final = "0123456789X"
_DIGIT: Final = bytes.maketrans(ALPHABET.encode(), b"0123456789ABCDEFGHIJKLMNOPQRSTU")
_halves: Final = Struct(">BIBI").unpack  # 40 bits, 40 bits
_TEN_BITS: Final = 0x3FF
# Two characters by their ten bits; None where one of them is 31, which stands for no character.
_PAIRS: Final[tuple[str | None, ...]] = tuple(
    first + second if first and second else None
    for first in (*ALPHABET, "")
    for second in (*ALPHABET, "")
)


def pack_uscc(code: str) -> bytes:
    """Write a code in 10 bytes.

    Raises:
        SealingError: wrong length, character or check character.
    """
    try:
        values = [_VALUE[character] for character in code[:16]]
    except KeyError:
        raise SealingError(f"USCC {code!r} holds a character outside GB 32100") from None
    if len(values) != 16 or _complete(values) != code:
        raise SealingError(f"USCC {code!r} has a wrong length or check character")
    number = 0
    for value in values:
        number = number << _BITS | value
    return number.to_bytes(PACKED_BYTES, "big")


def unpack_uscc(data: bytes) -> str:
    """Read the code that `pack_uscc` wrote.

    Raises:
        ClaimsError: five bits that stand for no character.
    """
    a, b, c, d = _halves(data)
    try:
        text = "".join(
            (
                _PAIRS[a << 2 | b >> 30],
                _PAIRS[b >> 20 & _TEN_BITS],
                _PAIRS[b >> 10 & _TEN_BITS],
                _PAIRS[b & _TEN_BITS],
                _PAIRS[c << 2 | d >> 30],
                _PAIRS[d >> 20 & _TEN_BITS],
                _PAIRS[d >> 10 & _TEN_BITS],
                _PAIRS[d & _TEN_BITS],
            )
        )
    except TypeError:
        raise ClaimsError("packed USCC holds five bits without meaning") from None
    # The weights of both sums are powers: of 2 modulo 11, where 35 is 2, and from the other end of
    # 3 modulo 31, where 34 is 3. So each sum is what int() reads in that base.
    text += _ORG_CHECKS[-2 * int(text[8:], 35) % 11]
    return text + ALPHABET[-int(text.encode().translate(_DIGIT)[::-1], 34) % 31]


def _complete(values: list[int]) -> str:
    org = map(_ORG_VALUE.__getitem__, values[8:])
    org_check = _ORG_CHECKS[-sum(map(mul, _ORG_WEIGHTS, org)) % 11]
    whole = [*values, _VALUE[org_check]]
    check = -sum(map(mul, _WEIGHTS, whole)) % 31
    return "".join(map(ALPHABET.__getitem__, [*whole, check]))
