"""The unified social credit code in twelve bytes, its two check characters among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import ClaimsError, SealingError
from credential.uscc import ALPHABET, PACKED_BYTES, pack_uscc, unpack_uscc
from tests.credential.licenses import completed, usccs

PUBLISHED = "91350100M000100Y43"  # the example that GB 32100-2015 is explained by
SAMPLES = (PUBLISHED, "91110105MAXX00015X", "91110105MAXX00023Q")


@pytest.mark.parametrize("code", SAMPLES)
def test_a_valid_code_comes_back(code: str) -> None:
    packed = pack_uscc(code)
    assert len(packed) == PACKED_BYTES
    assert unpack_uscc(packed) == code


@given(usccs)
def test_any_code_comes_back(code: str) -> None:
    packed = pack_uscc(code)
    assert len(packed) == PACKED_BYTES
    assert unpack_uscc(packed) == code


def test_the_published_code_is_completed_as_the_standard_does() -> None:
    assert completed(PUBLISHED[:16]) == PUBLISHED


@given(st.binary(min_size=PACKED_BYTES, max_size=PACKED_BYTES))
def test_any_twelve_bytes_are_characters_or_a_typed_refusal(packed: bytes) -> None:
    bits = f"{int.from_bytes(packed[3:], 'big'):072b}"
    others = [int(bits[at : at + 6], 2) for at in range(0, 72, 6)]
    if packed[:3].hex().isdecimal() and max(others) < len(ALPHABET):
        code = unpack_uscc(packed)
        assert code[2:8] == packed[:3].hex()
        assert code[:2] + code[8:] == "".join(ALPHABET[value] for value in others)
    else:
        with pytest.raises(ClaimsError):
            unpack_uscc(packed)


@pytest.mark.parametrize("at", range(12))
def test_six_bits_that_stand_for_no_character_are_refused(at: int) -> None:
    values = [30] * 12
    assert unpack_uscc(_packed(values)) == "YY110105" + "Y" * 10
    values[at] = 31
    with pytest.raises(ClaimsError):
        unpack_uscc(_packed(values))


@pytest.mark.parametrize("at", range(6))
def test_half_bytes_that_are_no_digit_are_refused(at: int) -> None:
    division = "1" * at + "a" + "1" * (5 - at)
    with pytest.raises(ClaimsError):
        unpack_uscc(bytes.fromhex(division) + bytes(9))


def _packed(values: list[int]) -> bytes:
    """The spec's words: the division code in half bytes, 12 numbers of six bits."""
    bits = "".join(f"{value:06b}" for value in values)
    return bytes.fromhex("110105") + int(bits, 2).to_bytes(9, "big")


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
