"""Reads a symbol's modules one by one, and asks how sure each is (soft decision decoding).

A reader that thresholds decides each module for good; a codeword that a scratch or a lamp has spoilt
then costs two check codewords, and one that is known to be doubtful costs one. Here every module
keeps how far it is from doubt; codewords in doubt are handed to Reed and Solomon's code as erasures,
the most doubtful first, more and more of them (generalized minimum distance decoding: Forney, IEEE
Trans. Inf. Theory 12 (2), 1966). What comes out is written as a symbol again and held against what
was seen, so that it is no accident.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mobile_scanner.pictures.fitting import Floats, Grid, sample
from mobile_scanner.pictures.layout import (
    Blocks,
    Modules,
    blocks_of,
    data_places,
    format_places,
    format_words,
    function_modules,
    mask_of,
    side_of,
    version_places,
    version_word,
)
from mobile_scanner.pictures.ordered import correct_bits
from mobile_scanner.pictures.reed_solomon import correct, syndromes_of

_SPARE: Final = 3
"""Check codewords that are not used to correct, so that chance gives a codeword once in 256³ times."""
_SPARE_ALONE: Final = 4
"""The same where one block is the whole symbol."""
_SIGMA: Final = 7.0
"""From this on a codeword found by its bits is no accident: once in 10¹¹, of the thousands tried."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftSymbol:
    """A symbol that was corrected: its modules as they were written, dark is 1."""

    version: int
    level: str
    mask: int
    modules: Modules


def module_levels(levels: npt.NDArray[np.uint8], grid: Grid) -> Floats:
    """The level of each module, from the middle of it; shape (side, side), 0 to 255."""
    across = np.gradient(grid.x, axis=1), np.gradient(grid.y, axis=1)
    down = np.gradient(grid.x, axis=0), np.gradient(grid.y, axis=0)
    total = np.zeros_like(grid.x)
    for u in (-0.25, 0.0, 0.25):
        for v in (-0.25, 0.0, 0.25):
            total += sample(
                levels, grid.x + u * across[0] + v * down[0], grid.y + u * across[1] + v * down[1]
            )
    return np.asarray(total / 9, dtype=np.float32)


def by_extremes(values: Floats) -> Floats:
    """How dark each module is, -1 to 1, between the lightest and the darkest around it.

    Where the two are near each other (glare, a stain, a sticker) nothing is sure, and all is near 0.
    """
    kernel = np.ones((5, 5), np.uint8)
    light = cv2.GaussianBlur(cv2.dilate(values, kernel), (0, 0), 2.0)
    dark = cv2.GaussianBlur(cv2.erode(values, kernel), (0, 0), 2.0)
    contrast = (light - dark) / 2
    usual = float(np.median(contrast))
    floor = max(2.0, 0.45 * usual)
    return np.clip(((light + dark) / 2 - values) / np.maximum(contrast, floor), -1.5, 1.5)


def by_deviation(values: Floats) -> Floats:
    """The same from the mean around each module and how far levels go from it there."""
    mean = cv2.GaussianBlur(values, (0, 0), 3.0)
    spread = np.sqrt(cv2.GaussianBlur((values - mean) ** 2, (0, 0), 4.0))
    floor = max(1.0, 0.4 * float(np.median(spread)))
    return np.asarray(np.clip((mean - values) / np.maximum(spread, floor), -2.5, 2.5), np.float32)


def equalize(darkness: Floats, known: Floats, *, reach: int = 2, ridge: float = 8.0) -> Floats:
    """Undo what blur has made of each module's neighbors.

    `known` is 1 or -1 where a module is known and 0 elsewhere. A linear filter over the modules
    around is fitted to those (regularized least squares), and applied to all.
    """
    side = darkness.shape[0]
    padded = np.pad(darkness, reach, constant_values=-1.0)
    views = [
        padded[row : row + side, column : column + side]
        for row in range(2 * reach + 1)
        for column in range(2 * reach + 1)
    ]
    features = np.stack([*views, np.ones_like(darkness)], axis=-1).reshape(side * side, -1)
    target = known.ravel()
    trained = target != 0
    inputs, wanted = features[trained], target[trained]
    regular = ridge * np.eye(inputs.shape[1], dtype=np.float32)
    prior = np.zeros(inputs.shape[1], np.float32)
    prior[len(views) // 2] = 1.0
    weights = prior + np.linalg.solve(
        inputs.T @ inputs + regular, inputs.T @ (wanted - inputs @ prior)
    )
    return np.asarray((features @ weights).reshape(side, side), dtype=np.float32)


class SoftReader:
    """Collects what is known of one symbol, from one way of looking at it after another.

    Blocks that were corrected stay so; what they show of the symbol (which modules were wrong, what
    blur does) helps with those that were not.
    """

    def __init__(self, version: int, *, is_over: Callable[[], bool] = lambda: False) -> None:
        self.version = version
        self._is_over = is_over
        self._known = np.zeros((side_of(version), side_of(version)), np.float32)
        pattern, fixed = function_modules(version)
        self._known[fixed] = 2.0 * pattern[fixed] - 1
        for copy in version_places(version):
            for place, bit in zip(copy, version_word(version), strict=True):
                self._known[place] = 2 * bit - 1
        self._format: tuple[str, int] | None = None
        self._corrected: dict[int, list[int]] = {}

    @property
    def known(self) -> Floats:
        """1 or -1 for modules that are known to be dark or light, 0 for the others."""
        return self._known

    def try_reading(self, darkness: Floats) -> SoftSymbol | None:
        """Try to correct what is left with these values; the whole symbol, or `None` so far."""
        for level, mask in self._formats(darkness):
            found = self._try_format(darkness, level, mask)
            if found is not None:
                return found
        return None

    def _formats(self, darkness: Floats) -> list[tuple[str, int]]:
        if self._format is not None:
            return [self._format]
        words, meanings = format_words()
        scores = np.zeros(len(meanings))
        for copy in format_places(self.version):
            rows, columns = np.array(copy).T
            scores += (2.0 * words - 1) @ darkness[rows, columns]
        best = np.argsort(-scores)[:2]
        return [meanings[at] for at in best if scores[at] > 0.6 * scores[best[0]]]

    def _try_format(self, darkness: Floats, level: str, mask: int) -> SoftSymbol | None:
        blocks = blocks_of(self.version, level)
        masked = darkness * (1.0 - 2.0 * mask_of(self.version, mask))
        places = data_places(self.version)
        for _ in range(3):
            sure = masked * self._trust(darkness)
            bits = sure[places].reshape(-1, 8).astype(np.float64)
            before = len(self._corrected)
            self._correct(bits, blocks)
            if len(self._corrected) == len(blocks.members):
                self._remember(blocks, level, mask)
                return SoftSymbol(
                    version=self.version,
                    level=level,
                    mask=mask,
                    # Bits that belong to no codeword are 0 before they are masked.
                    modules=np.where(
                        self._known == 0, mask_of(self.version, mask), self._known > 0
                    ).astype(np.uint8),
                )
            if len(self._corrected) == before:
                return None
            self._remember(blocks, level, mask)
        return None

    def _trust(self, darkness: Floats) -> Floats:
        """How far modules are to be believed, by how many of those near them were wrong."""
        judged = (self._known != 0).astype(np.float32)
        wrong = judged * (darkness * self._known < 0.15)
        near = cv2.GaussianBlur(judged, (0, 0), 1.2)
        share = cv2.GaussianBlur(wrong, (0, 0), 1.2) / np.maximum(near, 0.05)
        return np.asarray(np.clip(1 - 1.8 * share, 0.02, 1), dtype=np.float32)

    def _correct(self, bits: Doubles, blocks: Blocks) -> None:
        codewords = np.packbits(bits > 0, axis=1)[:, 0]
        doubt = np.log1p(np.exp(-5.0 * np.abs(bits))).sum(axis=1)
        for index, members in enumerate(blocks.members):
            if index in self._corrected:
                continue
            if self._is_over():
                return
            found = self._by_codewords(codewords, doubt, members, blocks)
            if found is None:
                nearest = correct_bits(bits[list(members)].ravel(), check=blocks.check)
                found = nearest.codewords if nearest.sigma >= _SIGMA else None
            if found is not None:
                self._corrected[index] = found

    def _by_codewords(
        self,
        codewords: npt.NDArray[np.uint8],
        doubt: Doubles,
        members: tuple[int, ...],
        blocks: Blocks,
    ) -> list[int] | None:
        spare = _SPARE if len(blocks.members) > 1 else _SPARE_ALONE
        received = [int(codewords[at]) for at in members]
        syndromes = syndromes_of(received, check=blocks.check)
        order = sorted(range(len(members)), key=lambda at: -doubt[members[at]])
        for erased in range(0, blocks.check - spare + 1, 4):
            found = correct(
                received,
                check=blocks.check,
                erasures=order[:erased],
                syndromes=syndromes,
                spare=spare,
            )
            if found is not None:
                return found
        return None

    def _remember(self, blocks: Blocks, level: str, mask: int) -> None:
        """Write down the modules of corrected blocks, and of the format information."""
        self._format = level, mask
        words, meanings = format_words()
        word = words[meanings.index((level, mask))]
        for copy in format_places(self.version):
            for place, bit in zip(copy, word, strict=True):
                self._known[place] = 2.0 * bit - 1
        rows, columns = data_places(self.version)
        flips = mask_of(self.version, mask)
        for index, content in self._corrected.items():
            for at, value in zip(blocks.members[index], content, strict=True):
                span = slice(8 * at, 8 * at + 8)
                bits = np.unpackbits(np.array([value], np.uint8))
                row, column = rows[span], columns[span]
                self._known[row, column] = 2.0 * (bits ^ flips[row, column]) - 1


def read_softly(
    levels: npt.NDArray[np.uint8], grid: Grid, *, is_over: Callable[[], bool] = lambda: False
) -> SoftSymbol | None:
    """Read the symbol that a grid was fitted to; `None` where it cannot be corrected.

    `is_over` is asked between blocks whether to give up.
    """
    values = module_levels(levels, grid)
    reader = SoftReader(grid.version, is_over=is_over)
    plain = by_extremes(values)
    looks: tuple[Callable[[], Floats], ...] = (
        lambda: plain,
        lambda: equalize(plain, reader.known),
        lambda: equalize(by_deviation(values), reader.known),
        lambda: equalize(plain, reader.known),
    )
    for look in looks:
        found = reader.try_reading(look())
        if found is not None:
            return found
    return None
