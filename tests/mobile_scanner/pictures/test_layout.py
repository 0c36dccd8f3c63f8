"""Where a symbol's bits stand, held against symbols that segno has made and the tables that it has."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import segno
from segno import consts

from mobile_scanner.pictures.layout import (
    LEVELS,
    VERSIONS,
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
from mobile_scanner.pictures.reed_solomon import syndromes_of

TABLE: Any = consts.ECC
SEGNO_LEVELS = {
    "L": consts.ERROR_LEVEL_L,
    "M": consts.ERROR_LEVEL_M,
    "Q": consts.ERROR_LEVEL_Q,
    "H": consts.ERROR_LEVEL_H,
}


def made(version: int, level: str) -> tuple[npt.NDArray[np.uint8], int]:
    """A symbol's modules, and its mask."""
    symbol = segno.make("123", version=version, error=level, micro=False, boost_error=False)
    return np.array([list(row) for row in symbol.matrix], np.uint8), int(symbol.mask)


@pytest.mark.parametrize("level", LEVELS)
def test_blocks_are_those_of_the_standards_table(level: str) -> None:
    for version in VERSIONS:
        blocks = blocks_of(version, level)
        expected = [
            (each.num_total, each.num_total - each.num_data)
            for each in TABLE[version][SEGNO_LEVELS[level]]
            for _ in range(each.num_blocks)
        ]
        assert [(len(block), blocks.check) for block in blocks.members] == expected
        assert sorted(at for block in blocks.members for at in block) == list(
            range(len(data_places(version)[0]) // 8)
        )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_module_of_a_symbol_is_where_it_should_be(version: int) -> None:
    for level in LEVELS:
        modules, mask = made(version, level)
        assert modules.shape == (side_of(version), side_of(version))
        pattern, fixed = function_modules(version)
        assert np.array_equal(modules[fixed], pattern[fixed])
        words, meanings = format_words()
        word = words[meanings.index((level, mask))].tolist()
        for copy in format_places(version):
            assert [int(modules[place]) for place in copy] == word
        for copy in version_places(version):
            assert tuple(int(modules[place]) for place in copy) == version_word(version)
        bits = (modules ^ mask_of(version, mask))[data_places(version)]
        codewords = np.packbits(bits)
        blocks = blocks_of(version, level)
        for block in blocks.members:
            content = [int(codewords[at]) for at in block]
            assert not any(syndromes_of(content, check=blocks.check))


def test_the_format_words_are_seven_bits_apart() -> None:
    words, _ = format_words()
    apart = (words[:, None] != words[None, :]).sum(axis=2)
    assert apart[~np.eye(32, dtype=bool)].min() == 7
