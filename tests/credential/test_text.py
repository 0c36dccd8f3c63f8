"""Packed text: any printable text in NFC comes back, and nothing else comes out."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credential.errors import ClaimsError, SealingError
from credential.phrases import ONE_BYTE, OTHER, TWO_BYTE
from credential.text import pack_text, pack_texts, unpack_texts
from tests.credential.licenses import texts


@given(texts(max_size=60))
def test_any_text_comes_back(text: str) -> None:
    assert unpack_texts(pack_text(text)) == [text]


@given(st.lists(texts(max_size=20) | st.just(""), min_size=1, max_size=8))
def test_several_texts_come_back_in_their_order(several: list[str]) -> None:
    assert unpack_texts(pack_texts(several)) == several


@given(st.binary(max_size=60))
@example(b"\xff\x00\x00\x00")
@example(b"\xff\xff\xff\xff")
def test_any_bytes_are_texts_or_a_typed_refusal(data: bytes) -> None:
    try:
        found = unpack_texts(data)
    except ClaimsError:
        return
    assert len("".join(found)) <= 6 * len(data)
    assert all(character.isprintable() for character in "".join(found) if character != "\u3000")


@given(texts(max_size=40))
def test_no_text_takes_more_than_four_bytes_a_character(text: str) -> None:
    assert len(pack_text(text)) <= 4 * len(text)


@given(texts(max_size=12), texts(max_size=12))
def test_two_texts_together_never_take_more_than_apart(one: str, other: str) -> None:
    try:
        together = pack_text(one + other)
    except SealingError:  # the joint is not in NFC
        return
    assert len(together) <= len(pack_text(one)) + len(pack_text(other))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("有限公司", 1),
        ("北京市朝阳区", 2),
        ("朝", 2),
        ("7", 1),
        ("2026", 2),
        ("20260", 3),
        ("a", 2),
        ("\u4dff", 4),
        ("\u4e00", 2),  # the first and the last ideograph that has a code of two bytes
        ("\u9fff", 2),
        ("\ua000", 4),
        ("☕", 4),
        ("", 0),
    ],
)
def test_a_text_takes_the_bytes_that_its_code_has(text: str, size: int) -> None:
    assert len(pack_text(text)) == size


def test_no_phrase_stands_twice_in_the_tables() -> None:
    # OTHER has all of ASCII in its order, the few characters of ONE_BYTE among them.
    for listed in ([*ONE_BYTE, *TWO_BYTE], [*OTHER]):
        assert len(set(listed)) == len(listed)
    assert (len(ONE_BYTE), len(TWO_BYTE), len(OTHER)) == (60, 256, 154)


def test_every_phrase_comes_back_in_two_bytes_at_the_most() -> None:
    for phrase in (*ONE_BYTE, *TWO_BYTE, *OTHER):
        assert len(pack_text(phrase)) <= 2
        assert unpack_texts(pack_text(phrase)) == [phrase]


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        "a\u0000b",
        "\u202e北京",
        "\u200b",
        "\ud800",
        "\ue000",
        "\u2028",
        "\ufeff",
        "e\u0301",
        "\u0378",
    ],
    ids=lambda text: "-".join(f"{ord(character):04x}" for character in text),
)
def test_what_makes_a_screen_lie_is_not_written(text: str) -> None:
    with pytest.raises(SealingError):
        pack_text(text)
