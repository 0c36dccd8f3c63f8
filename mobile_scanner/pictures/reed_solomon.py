"""Corrects a block of a symbol's codewords, errors and erasures together (ISO/IEC 18004:2015, 7.5.2).

The field is GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1, the code's roots are the powers of its generator
from 0 on. The key equation is solved by Berlekamp and Massey's algorithm, begun with the erasures'
locator (Blahut, Algebraic Codes for Data Transmission, 2003, section 7.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

_PRIMITIVE: Final = 0x11D
_ORDER: Final = 255


def _powers() -> tuple[list[int], list[int]]:
    exponentials, logarithms = [0] * (2 * _ORDER), [0] * 256
    value = 1
    for power in range(_ORDER):
        exponentials[power] = exponentials[power + _ORDER] = value
        logarithms[value] = power
        value = value << 1 ^ (_PRIMITIVE if value & 0x80 else 0)
    return exponentials, logarithms


_EXP, _LOG = _powers()
_EXP_ARRAY: Final = np.array(_EXP, np.uint8)
_LOG_ARRAY: Final = np.array(_LOG, np.intp)


def power_of(exponent: int) -> int:
    """A power of the field's generator."""
    return _EXP[exponent % _ORDER]


def syndromes_of(received: Sequence[int], *, check: int) -> list[int]:
    """The values of the received polynomial at the code's roots; all 0 for a codeword."""
    values = np.asarray(received, np.uint8)
    filled = np.flatnonzero(values)
    powers = _LOG_ARRAY[values[filled]][None, :] + _root_powers(len(values), check)[:, filled]
    terms = _EXP_ARRAY[powers % _ORDER]
    return [int(value) for value in np.bitwise_xor.reduce(terms, axis=1)]


def correct(
    received: Sequence[int],
    *,
    check: int,
    erasures: Sequence[int] = (),
    syndromes: list[int] | None = None,
    spare: int = 0,
) -> list[int] | None:
    """Give the codeword that is near enough to what was received, `None` where there is none.

    Near enough: twice its errors and its erasures are together at most `check - spare`. `check` is
    the number of check codewords, `erasures` the indices of bytes that are not to be believed,
    `syndromes` are those of `received` where they are known.
    """
    if syndromes is None:
        syndromes = syndromes_of(received, check=check)
    if not any(syndromes):
        return list(received)
    if len(erasures) > check - spare:
        return None
    locator = _locator(syndromes, check, [len(received) - 1 - at for at in erasures])
    degree = len(locator) - 1
    if 2 * degree - len(erasures) > check - spare:
        return None
    places = _roots(locator, len(received))
    if len(places) != degree:
        return None
    corrected = list(received)
    added = _magnitudes(syndromes, locator, check, places, len(received))
    for at, value in zip(places, added, strict=True):
        corrected[at] ^= value
    if any(syndromes_of(corrected, check=check)):
        return None
    return corrected


@lru_cache(maxsize=64)
def _root_powers(length: int, check: int) -> npt.NDArray[np.intp]:
    degrees = np.arange(length - 1, -1, -1)
    return np.asarray(np.arange(check)[:, None] * degrees[None, :] % _ORDER, dtype=np.intp)


def multiply(one: int, other: int) -> int:
    """The product in the field."""
    return _EXP[_LOG[one] + _LOG[other]] if one and other else 0


def _locator(syndromes: list[int], check: int, erased: list[int]) -> list[int]:
    """The polynomial whose roots are the inverse places, lowest power first, without zeros above."""
    locator = [1]
    for power in erased:
        grown = [*locator, 0]
        for at, value in enumerate(locator):
            grown[at + 1] ^= multiply(value, _EXP[power])
        locator = grown
    previous = locator.copy()
    length = len(erased)
    for step in range(len(erased), check):
        discrepancy = 0
        for at in range(min(len(locator), step + 1)):
            discrepancy ^= multiply(locator[at], syndromes[step - at])
        previous = [0, *previous]
        if not discrepancy:
            continue
        if len(locator) < len(previous):
            locator += [0] * (len(previous) - len(locator))
        updated = locator.copy()
        for at, value in enumerate(previous):
            updated[at] ^= multiply(discrepancy, value)
        if 2 * length <= step + len(erased):
            length = step + 1 + len(erased) - length
            inverse = _EXP[_ORDER - _LOG[discrepancy]]
            previous = [multiply(inverse, value) for value in locator]
        locator = updated
    while len(locator) > 1 and not locator[-1]:
        locator.pop()
    return locator


def _roots(locator: list[int], length: int) -> list[int]:
    """The indices of the received bytes that the locator names."""
    coefficients = np.asarray(locator, np.uint8)
    filled = np.flatnonzero(coefficients)
    degrees = np.arange(length - 1, -1, -1)  # of index 0, 1, …
    powers = _LOG_ARRAY[coefficients[filled]][:, None] - filled[:, None] * degrees[None, :]
    values = np.bitwise_xor.reduce(_EXP_ARRAY[powers % _ORDER], axis=0)
    return [int(at) for at in np.flatnonzero(values == 0)]


def _magnitudes(
    syndromes: list[int], locator: list[int], check: int, places: list[int], length: int
) -> list[int]:
    """What is to be added at each place (Forney's formula)."""
    evaluator = [0] * check
    for at, value in enumerate(locator):
        for power in range(check - at):
            evaluator[at + power] ^= multiply(value, syndromes[power])
    magnitudes = []
    for at in places:
        degree = length - 1 - at
        above = below = 0
        for power, value in enumerate(evaluator):
            above ^= multiply(value, _EXP[-power * degree % _ORDER])
        for power in range(1, len(locator), 2):
            below ^= multiply(locator[power], _EXP[-(power - 1) * degree % _ORDER])
        above = multiply(above, _EXP[degree % _ORDER])
        magnitudes.append(_EXP[(_LOG[above] - _LOG[below]) % _ORDER] if above and below else 0)
    return magnitudes
