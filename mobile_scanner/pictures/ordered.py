"""Corrects a block bit by bit, by how sure each bit is (ordered statistics decoding).

Fossorier and Lin, IEEE Trans. Inf. Theory 41 (5), 1995, on the binary image of the Reed–Solomon code:
the bits that are least sure, as many as there are check bits, are computed from all others. A stain
that takes half of the bits of many codewords is more than erasures of codewords can bear, and not too
much for this.

A codeword is always found; `Found.sigma` says whether it is more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from mobile_scanner.pictures.reed_solomon import multiply, power_of

Bits = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]

_PAIRED: Final = 48
"""Of the bits that are thought sure, how many of the least sure are also tried two by two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The nearest codeword that was found.

    `sigma`: of a codeword that has nothing to do with what was seen, half of the computed bits
    would disagree; so many standard deviations (weighted by how sure the bits are) fewer do.
    """

    codewords: list[int]
    sigma: float


def correct_bits(soft: Doubles, *, check: int) -> Found:
    """Find the codeword nearest to a block's bits: above 0 is 1, and how far is how sure.

    `soft` has 8 values a codeword, the most significant bit first, for codewords in the block's
    order; `check` is the number of check codewords.
    """
    hard = (soft > 0).astype(np.uint8)
    sure = np.abs(soft)
    order = np.argsort(sure, kind="stable")
    matrix = parity_checks(len(soft) // 8, check)
    syndrome = (matrix @ hard.astype(np.int64) % 2).astype(np.uint8)
    rows, pivots = _reduce(np.column_stack([matrix[:, order], syndrome]))
    rest = np.ones(len(soft), np.bool_)
    rest[pivots] = False
    columns, flips = rows[:, :-1][:, rest].astype(np.float64), rows[:, -1].astype(np.float64)
    weight = sure[order][pivots]
    others = sure[order][rest]
    # What it costs to flip one of the others: it, and what follows for the computed bits.
    lean = weight * (1 - 2 * flips)
    base = float(weight @ flips)
    single = base + others + lean @ columns
    best = base
    chosen: tuple[int, ...] = ()
    if len(single) and single.min() < best:
        at = int(single.argmin())
        best, chosen = float(single[at]), (at,)
    near = np.arange(min(_PAIRED, len(others)))  # in order: the least sure of the others
    picked = columns[:, near]
    both = (lean[:, None] * picked).T @ picked
    pairs = single[near][:, None] + single[near][None, :] - base - 2 * both
    np.fill_diagonal(pairs, np.inf)
    if pairs.size and pairs.min() < best:
        first, second = np.unravel_index(int(pairs.argmin()), pairs.shape)
        best, chosen = float(pairs.min()), (int(near[first]), int(near[second]))
    turned = flips.astype(np.uint8)
    places = np.flatnonzero(rest)
    corrected = hard[order]
    for at in chosen:
        turned ^= columns[:, at].astype(np.uint8)
        corrected[places[at]] ^= 1
    corrected[pivots] ^= turned
    bits = np.empty_like(hard)
    bits[order] = corrected
    norm = 0.5 * float(np.linalg.norm(weight))
    sigma = (0.5 * float(weight.sum()) - best) / norm if norm > 0 else 0.0
    return Found(codewords=[int(value) for value in np.packbits(bits)], sigma=sigma)


@lru_cache(maxsize=8)
def parity_checks(length: int, check: int) -> Bits:
    """The code's parity checks over single bits, shape (8 × check, 8 × length)."""
    matrix = np.zeros((check, 8, length, 8), np.uint8)
    for root in range(check):
        for at in range(length):
            factor = power_of(root * (length - 1 - at))
            for bit in range(8):
                product = multiply(1 << (7 - bit), factor)
                matrix[root, :, at, bit] = [product >> (7 - row) & 1 for row in range(8)]
    found = matrix.reshape(8 * check, 8 * length)
    found.flags.writeable = False
    return found


def _reduce(matrix: Bits) -> tuple[Bits, npt.NDArray[np.intp]]:
    """Reduce to the identity on the first columns that are independent; the last one is no column.

    Gives the rows and, for each, its column.
    """
    count, width = matrix.shape
    packed = np.packbits(matrix, axis=1)
    padded = np.zeros((count, -(-packed.shape[1] // 8) * 8), np.uint8)
    padded[:, : packed.shape[1]] = packed
    words = padded.view(np.uint64)
    pivots: list[int] = []
    for column in range(width - 1):
        bits = padded[:, column >> 3] >> (7 - (column & 7)) & 1
        below = np.flatnonzero(bits[len(pivots) :])
        if not len(below):
            continue
        at, row = len(pivots) + int(below[0]), len(pivots)
        if at != row:
            words[[row, at]] = words[[at, row]]
            bits[[row, at]] = bits[[at, row]]
        bits[row] = 0
        words[bits.astype(np.bool_)] ^= words[row]
        pivots.append(column)
        if len(pivots) == count:
            break
    return np.unpackbits(padded, axis=1, count=width), np.array(pivots, np.intp)
