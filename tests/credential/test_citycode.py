"""The six fields of a city code, exactly as the layout has them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.citycode import (
    DEFAULT_LAYOUT,
    CityCode,
    CityCodeLayout,
    format_city_code,
    parse_city_code,
)
from credential.errors import SealingError, TextError

URL = "HTTPS://YZ.EXAMPLE/C/"
CODE = CityCode(
    code_system="01",
    authorization="110105",
    attribute="ZHXK",
    message=b"\x01\x02\x03",
    generated="0003243560",
    validity="00000",
)


def fields_of(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789ABCXYZ", min_size=size, max_size=size)


_codes = st.builds(
    CityCode,
    code_system=fields_of(2),
    authorization=fields_of(6),
    attribute=fields_of(4),
    message=st.binary(min_size=1, max_size=133),
    generated=fields_of(10),
    validity=fields_of(5),
)


@given(_codes)
def test_any_fields_come_back(code: CityCode) -> None:
    text = format_city_code(URL, code)
    assert parse_city_code(text.removeprefix(URL)) == code
    assert text.startswith(URL)


@given(_codes)
def test_all_but_the_extension_is_authenticated(code: CityCode) -> None:
    fields = format_city_code(URL, code).removeprefix(URL).split(".")
    fields[3] = ""
    assert code.authenticated(URL, DEFAULT_LAYOUT) == (URL + ".".join(fields)).encode()


@given(st.text())
def test_any_text_is_a_code_or_a_typed_refusal(path: str) -> None:
    try:
        code = parse_city_code(path)
    except TextError:
        return
    assert format_city_code(URL, code) == URL + path


@pytest.mark.parametrize(
    "code",
    [
        replace(CODE, code_system="1"),
        replace(CODE, code_system="001"),
        replace(CODE, authorization="11010."),
        replace(CODE, attribute="zhxk"),
        replace(CODE, attribute="综合许可"),
        replace(CODE, generated="-000000005"),
        replace(CODE, validity="000000"),
        replace(CODE, message=b""),
        replace(CODE, message=bytes(134)),
    ],
)
def test_a_field_that_does_not_fit_is_not_written(code: CityCode) -> None:
    with pytest.raises(SealingError):
        format_city_code(URL, code)


def test_lengths_and_separator_are_configuration() -> None:
    layout = CityCodeLayout(separator="-", code_system=3, extension=20)
    code = replace(CODE, code_system="001")
    text = format_city_code(URL, code, layout)
    assert text.count("-") >= 5
    assert parse_city_code(text.removeprefix(URL), layout) == code
    with pytest.raises(TextError):
        parse_city_code(text.removeprefix(URL))
