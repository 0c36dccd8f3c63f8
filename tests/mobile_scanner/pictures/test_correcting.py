"""Blocks are corrected as far as the code can, by codewords and by bits, and no farther."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_scanner.pictures.layout import blocks_of
from mobile_scanner.pictures.ordered import correct_bits
from mobile_scanner.pictures.reed_solomon import correct, multiply, power_of, syndromes_of


def encode(data: list[int], *, check: int) -> list[int]:
    """Divide by the generator polynomial, the slow and plain way."""
    generator = [1]
    for root in range(check):
        grown = [*generator, 0]
        for at, value in enumerate(generator):
            grown[at + 1] ^= multiply(value, power_of(root))
        generator = grown
    rest = data + [0] * check
    for at in range(len(data)):
        lead = rest[at]
        for step, value in enumerate(generator):
            rest[at + step] ^= multiply(lead, value)
    return data + rest[len(data) :]


@st.composite
def damaged(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], int]:
    """A codeword, the same damaged, the places that are known to be, and the check codewords."""
    check = draw(st.sampled_from([7, 10, 16, 22, 26, 30]))
    data = draw(st.lists(st.integers(0, 255), min_size=1, max_size=90))
    whole = encode(data, check=check)
    erased = draw(st.integers(0, min(check, len(whole))))
    wrong = draw(st.integers(0, (check - erased) // 2))
    count = min(len(whole), erased + wrong)
    places = draw(st.permutations(range(len(whole))))[:count]
    spoilt = whole.copy()
    for order, at in enumerate(places):
        change = draw(st.integers(0 if order < erased else 1, 255))
        spoilt[at] ^= change
    return whole, spoilt, places[:erased], check


@given(damaged())
def test_what_the_code_can_bear_is_corrected(
    case: tuple[list[int], list[int], list[int], int],
) -> None:
    whole, spoilt, erased, check = case
    assert not any(syndromes_of(whole, check=check))
    assert correct(spoilt, check=check, erasures=erased) == whole


@given(st.randoms(use_true_random=False), st.sampled_from([10, 22, 30]))
def test_what_is_given_is_a_codeword_within_the_distance_asked_for(
    random: Random, check: int
) -> None:
    received = [random.randrange(256) for _ in range(check + 40)]
    erased = random.sample(range(len(received)), random.randrange(check))
    found = correct(received, check=check, erasures=erased, spare=2)
    if found is not None:  # chance
        assert not any(syndromes_of(found, check=check))
        changed = {at for at in range(len(received)) if found[at] != received[at]}
        assert 2 * len(changed - set(erased)) + len(erased) <= check - 2


def test_spare_check_codewords_refuse_what_would_use_them() -> None:
    whole = encode(list(range(40)), check=20)
    spoilt = [value ^ (1 if at < 10 else 0) for at, value in enumerate(whole)]
    assert correct(spoilt, check=20) == whole
    assert correct(spoilt, check=20, spare=1) is None
    assert correct(spoilt, check=20, erasures=range(10), spare=10) == whole
    assert correct(spoilt, check=20, erasures=range(11), spare=10) is None


def soft_of(codewords: list[int], sure: float = 1.0) -> np.ndarray:
    bits = np.unpackbits(np.array(codewords, np.uint8))
    return sure * (2.0 * bits - 1)


@pytest.mark.parametrize("seed", range(8))
def test_a_stain_over_a_bit_of_nearly_every_codeword_is_corrected_by_bits(seed: int) -> None:
    random = np.random.default_rng(seed)
    check, length = 26, 69
    whole = encode([int(value) for value in random.integers(0, 256, length - check)], check=check)
    soft = soft_of(whole) * random.uniform(0.6, 1.2, 8 * length)
    # Two bits of each of 60 codewords are not known: far more erasures than 26.
    for at in random.permutation(length)[:60]:
        bits = 8 * at + random.permutation(8)[:2]
        soft[bits] = random.uniform(-0.2, 0.2, 2)
    soft[8 * int(random.integers(length))] *= -0.7  # and one sure bit is wrong
    hard = [int(value) for value in np.packbits(soft > 0)]
    assert correct(hard, check=check) is None
    found = correct_bits(soft, check=check)
    assert found.codewords == whole
    assert found.sigma >= 7


@pytest.mark.parametrize("seed", range(20))
def test_of_noise_a_codeword_is_found_and_not_thought_anything_of(seed: int) -> None:
    random = np.random.default_rng(seed)
    found = correct_bits(random.normal(0, 1, 8 * 70), check=28)
    assert not any(syndromes_of(found.codewords, check=28))
    assert found.sigma < 6


def test_the_blocks_of_our_symbols_have_checks_that_both_ways_know() -> None:
    blocks = blocks_of(11, "M")
    whole = encode(list(range(len(blocks.members[0]) - blocks.check)), check=blocks.check)
    assert correct_bits(soft_of(whole), check=blocks.check).codewords == whole
