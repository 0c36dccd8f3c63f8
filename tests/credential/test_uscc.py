"""The unified social credit code in ten bytes, its two check characters computed again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import ClaimsError, SealingError
from credential.uscc import ALPHABET, PACKED_BYTES, pack_uscc, unpack_uscc

PUBLISHED = "91350100M000100Y43"  # the example that GB 32100-2015 is explained by
SAMPLES = (PUBLISHED, "91110105MAXX00015X", "91110105MAXX00023Q")

_values = st.lists(st.integers(0, 30), min_size=16, max_size=16)


def _pack(values: list[int]) -> bytes:
    """The spec's words: 16 numbers of five bits, the first one on top."""
    return int("".join(f"{value:05b}" for value in values), 2).to_bytes(PACKED_BYTES, "big")


@pytest.mark.parametrize("code", SAMPLES)
def test_a_valid_code_comes_back(code: str) -> None:
    packed = pack_uscc(code)
    assert len(packed) == PACKED_BYTES
    assert unpack_uscc(packed) == code


@given(_values)
def test_any_16_characters_are_one_code(values: list[int]) -> None:
    packed = _pack(values)
    code = unpack_uscc(packed)
    assert code[:16] == "".join(ALPHABET[value] for value in values)
    assert len(code) == 18
    assert set(code) <= {*ALPHABET, "X"}
    assert pack_uscc(code) == packed


@given(st.binary(min_size=PACKED_BYTES, max_size=PACKED_BYTES))
def test_any_ten_bytes_are_a_code_or_a_typed_refusal(packed: bytes) -> None:
    bits = f"{int.from_bytes(packed, 'big'):080b}"
    if "11111" not in (bits[at : at + 5] for at in range(0, 80, 5)):
        unpack_uscc(packed)
    else:
        with pytest.raises(ClaimsError):
            unpack_uscc(packed)


@pytest.mark.parametrize("at", range(16))
def test_five_bits_that_stand_for_no_character_are_refused(at: int) -> None:
    values = [30] * 16
    assert unpack_uscc(_pack(values)).startswith("Y" * 16)
    values[at] = 31
    with pytest.raises(ClaimsError):
        unpack_uscc(_pack(values))


@pytest.mark.parametrize("code", SAMPLES)
def test_no_single_wrong_character_is_packed(code: str) -> None:
    for at, character in enumerate(code):
        for other in ALPHABET:
            if other != character:
                with pytest.raises(SealingError):
                    pack_uscc(code[:at] + other + code[at + 1 :])


@pytest.mark.parametrize("code", SAMPLES)
def test_no_swap_of_two_neighbors_is_packed(code: str) -> None:
    for at in range(17):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        if swapped != code:
            with pytest.raises(SealingError):
                pack_uscc(swapped)


@pytest.mark.parametrize(
    "code",
    [
        "",
        PUBLISHED[:-1],
        PUBLISHED[:16],
        PUBLISHED + "3",
        PUBLISHED.lower(),
        PUBLISHED.replace("Y", "I"),
        " " + PUBLISHED[1:],
        "９" + PUBLISHED[1:],
    ],
)
def test_another_length_or_alphabet_is_refused(code: str) -> None:
    with pytest.raises(SealingError):
        pack_uscc(code)
