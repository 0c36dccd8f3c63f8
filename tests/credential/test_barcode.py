"""The text's two alphabets are bijective, and other codes are told apart without opening them."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.barcode import (
    ALPHABET_41,
    MAX_MESSAGE_BYTES,
    OtherCode,
    decode_41,
    decode_digits,
    digits_for,
    encode_41,
    encode_digits,
    not_a_license,
    other_code,
)
from credential.errors import TextError


@given(st.binary(min_size=1, max_size=MAX_MESSAGE_BYTES))
def test_bytes_come_back_from_their_digits(data: bytes) -> None:
    digits = encode_digits(data)
    assert len(digits) == digits_for(len(data))
    assert decode_digits(digits) == data


def test_no_bytes_are_no_digits_and_no_digits_are_no_bytes() -> None:
    assert encode_digits(b"") == ""
    with pytest.raises(TextError):
        decode_digits("")


@given(st.text("0123456789", max_size=400))
def test_digits_that_are_read_are_the_only_ones_of_their_bytes(digits: str) -> None:
    try:
        data = decode_digits(digits)
    except TextError:
        return
    assert encode_digits(data) == digits


@given(st.text(max_size=40))
def test_any_text_is_digits_or_a_typed_refusal(text: str) -> None:
    try:
        assert encode_digits(decode_digits(text)) == text
    except TextError:
        pass


@pytest.mark.parametrize("size", [1, 2, 3, 7, 180, MAX_MESSAGE_BYTES])
def test_the_largest_number_of_a_length_is_read_and_the_next_is_not(size: int) -> None:
    largest = (1 << 8 * size) - 1
    assert decode_digits(str(largest)) == b"\xff" * size
    with pytest.raises(TextError):
        decode_digits(str(largest + 1))


def test_every_count_of_bytes_has_its_own_count_of_digits() -> None:
    counts = [digits_for(size) for size in range(1, MAX_MESSAGE_BYTES + 2)]
    assert counts == [len(str(256**size - 1)) for size in range(1, MAX_MESSAGE_BYTES + 2)]
    assert counts == sorted(set(counts))
    with pytest.raises(TextError):
        decode_digits("0" * counts[-1])


@given(st.binary(max_size=200))
def test_bytes_come_back_from_the_41_characters(data: bytes) -> None:
    text = encode_41(data)
    assert len(text) == 3 * (len(data) // 2) + 2 * (len(data) % 2)
    assert decode_41(text) == data


@given(st.text(ALPHABET_41, max_size=60))
def test_a_text_of_the_41_that_is_read_is_the_only_one_of_its_bytes(text: str) -> None:
    try:
        data = decode_41(text)
    except TextError:
        return
    assert encode_41(data) == text


def test_every_pair_and_every_single_byte_comes_back() -> None:
    for value in range(0x10000):
        pair = value.to_bytes(2, "big")
        assert decode_41(encode_41(pair)) == pair
    for value in range(0x100):
        assert decode_41(encode_41(bytes([value]))) == bytes([value])


@pytest.mark.parametrize("text", ["A", "0000", ":::", "::", "00/", "00a", "０００", "00\n"])
def test_a_text_that_no_bytes_have_is_refused(text: str) -> None:
    with pytest.raises(TextError):
        decode_41(text)


@given(st.text())
def test_any_text_looks_like_something(text: str) -> None:
    assert other_code(text) in OtherCode
    assert not_a_license(text).kind == other_code(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("WXP://f2f0", OtherCode.PAYMENT),
        ("  weixin://wxpay/bizpayurl?pr=0", OtherCode.PAYMENT),
        ("alipay://platformapi", OtherCode.PAYMENT),
        ("alipays://platformapi", OtherCode.PAYMENT),
        ("http://wx.tenpay.com/f2f", OtherCode.PAYMENT),
        ("https://payapp.weixin.qq.com/qrpay", OtherCode.PAYMENT),
        ("https://qr.chinaums.com", OtherCode.PAYMENT),
        ("https://qr.alipay.com.test/a", OtherCode.URL),
        ("https://not-qr.95516.com/", OtherCode.URL),
        ("https://gsxt.gov.cn", OtherCode.BUSINESS_REGISTRATION),
        ("https://bj.gsxt.gov.cn/x", OtherCode.BUSINESS_REGISTRATION),
        ("https://scjgj.beijing.gov.cn/x", OtherCode.BUSINESS_REGISTRATION),
        ("https://fakegsxt.gov.cn/", OtherCode.URL),
        ("HTTPS://A.B/L/1", OtherCode.LOOK_ALIKE),
        ("https://a.b/l/" + "1" * 24, OtherCode.RETYPED),
        ("https://a.b/l/" + "1" * 23, OtherCode.URL),
        ("tel:110", OtherCode.TEXT),
        ("geo+x://1", OtherCode.URL),
        ("000201", OtherCode.PAYMENT),
        ("\t\u3000\n", OtherCode.EMPTY),
    ],
)
def test_another_code_is_called_what_it_is(text: str, kind: OtherCode) -> None:
    assert other_code(text) is kind


@pytest.mark.parametrize(
    "text",
    [" " * 2953, "https://" + "a." * 1400, "https://a.b/l/" + "1" * 2900 + "!", "a" * 2953],
    ids=["blanks", "dots", "digits", "letters"],
)
def test_no_text_takes_long_to_name(text: str) -> None:
    # A pattern that backtracks would take minutes for the longest text of a symbol.
    begun = perf_counter()
    other_code(text)
    assert perf_counter() - begun < 2
