"""The unified social credit code in ten bytes, its two check characters computed again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import ClaimsError, SealingError
from credential.uscc import ALPHABET, PACKED_BYTES, pack_uscc, unpack_uscc

PUBLISHED = "91350100M000100Y43"  # the example that GB 32100-2015 is explained by
SAMPLES = (PUBLISHED, "91110105MAXX00015X", "91110105MAXX00023Q")

_packed = st.integers(0, 31**16 - 1).map(lambda number: number.to_bytes(PACKED_BYTES, "big"))


@pytest.mark.parametrize("code", SAMPLES)
def test_a_valid_code_comes_back(code: str) -> None:
    packed = pack_uscc(code)
    assert len(packed) == PACKED_BYTES
    assert unpack_uscc(packed) == code


@given(_packed)
def test_every_number_below_31_to_the_16_is_one_code(packed: bytes) -> None:
    code = unpack_uscc(packed)
    assert len(code) == 18
    assert set(code) <= {*ALPHABET, "X"}
    assert pack_uscc(code) == packed


@given(st.binary(min_size=PACKED_BYTES, max_size=PACKED_BYTES))
def test_any_ten_bytes_are_a_code_or_a_typed_refusal(packed: bytes) -> None:
    if int.from_bytes(packed, "big") < 31**16:
        unpack_uscc(packed)
    else:
        with pytest.raises(ClaimsError):
            unpack_uscc(packed)


def test_the_first_number_beyond_the_range_is_refused() -> None:
    assert unpack_uscc((31**16 - 1).to_bytes(10, "big")).startswith("Y" * 16)
    with pytest.raises(ClaimsError):
        unpack_uscc((31**16).to_bytes(10, "big"))


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
