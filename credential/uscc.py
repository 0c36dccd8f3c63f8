"""The unified social credit code (GB 32100-2015) in ten bytes.

Of its 18 characters two are check characters: the 17th of the organization code inside (GB 11714,
mod 11), the 18th of the whole (mod 31). Both are left out and computed again by the reader, so a
packed code cannot be wrong in them.
"""

from operator import mul
from typing import Final

from credential.errors import ClaimsError, SealingError

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PACKED_BYTES: Final = 10

_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_ORG_VALUE: Final = [int(character, 36) for character in ALPHABET]
_WEIGHTS: Final = [pow(3, place, 31) for place in range(17)]
_ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_CHECKS: Final = "0123456789X"
_LIMIT: Final = 31**16


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
        number = number * 31 + value
    return number.to_bytes(PACKED_BYTES, "big")


def unpack_uscc(data: bytes) -> str:
    """Read the code that `pack_uscc` wrote.

    Raises:
        ClaimsError: more than 16 characters' worth.
    """
    number = int.from_bytes(data, "big")
    if number >= _LIMIT:
        raise ClaimsError("packed USCC is out of range")
    text, org, whole = "", 0, 0
    for pairs in _UNPACK:
        number, pair = divmod(number, 961)
        characters, org_part, whole_part = pairs[pair]
        text = characters + text
        org += org_part
        whole += whole_part
    org_check = _ORG_CHECKS[-org % 11]
    whole += _WEIGHTS[16] * _VALUE[org_check]
    return f"{text}{org_check}{ALPHABET[-whole % 31]}"


def _complete(values: list[int]) -> str:
    org = map(_ORG_VALUE.__getitem__, values[8:])
    org_check = _ORG_CHECKS[-sum(map(mul, _ORG_WEIGHTS, org)) % 11]
    whole = [*values, _VALUE[org_check]]
    check = -sum(map(mul, _WEIGHTS, whole)) % 31
    return "".join(map(ALPHABET.__getitem__, [*whole, check]))


def _unpacking(place: int) -> list[tuple[str, int, int]]:
    """For each two characters at a place: the characters, and their parts of the two sums."""
    org_weights = (0,) * 8 + _ORG_WEIGHTS
    return [
        (
            ALPHABET[high] + ALPHABET[low],
            org_weights[place] * _ORG_VALUE[high] + org_weights[place + 1] * _ORG_VALUE[low],
            _WEIGHTS[place] * high + _WEIGHTS[place + 1] * low,
        )
        for high in range(31)
        for low in range(31)
    ]


_UNPACK: Final = [_unpacking(place) for place in range(14, -1, -2)]
