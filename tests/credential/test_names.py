"""What people read has nothing in it that a screen obeys; what nobody can read, nobody signs."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.names import is_name, unfit_holders, unfit_words
from credential.printable import clean
from credential.roots import Root, RootKey
from credential.trust import Scope
from tests.vectors.district import CHAOYANG, CHAOYANG_KEY, HAIDIAN

HOSTILE = ["\x1b[2J", "\n", "\r", "\t", "\x9b1A", "\x7f", "\u202e", "\u2066", "\u200f", "\u200b"]
HOSTILE += ["\u2028", "\u2029", "\ufeff", "\x00", "\ue000", "\ud800", "\U000e0001"]


@given(st.text())
def test_a_text_that_is_shown_has_nothing_that_is_not_to_be_seen(text: str) -> None:
    shown = clean(text)
    assert len(shown) == len(text)
    for was, now in zip(text, shown, strict=True):
        unseen = unicodedata.category(was)[0] == "C" or unicodedata.category(was) in ("Zl", "Zp")
        assert now == ("\ufffd" if unseen else was)


@pytest.mark.parametrize(
    "text", ["", "北京市朝阳区", "Chaoyang District, Beijing", "a\u3000b", "é"]
)
def test_a_plain_text_is_shown_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_screen_obeys_is_in_no_name(hostile: str) -> None:
    assert not is_name(f"朝阳{hostile}区")
    assert clean(f"朝阳{hostile}区") == f"朝阳{hostile.translate(UNSEEN)}区"


UNSEEN = {ord(each[0]): "\ufffd" for each in HOSTILE}


@pytest.mark.parametrize("blank", ["", " ", "   ", "\u3000", "\xa0"])
def test_a_blank_is_no_name(blank: str) -> None:
    assert not is_name(blank)


@pytest.mark.parametrize("unseen", ["\u2800", "\u3164", "\u115f", "\u1160", "\uffa0"])
def test_a_letter_that_is_seen_as_a_blank_is_in_no_name(unseen: str) -> None:
    assert not is_name(unseen)
    assert not is_name(f"朝阳{unseen}区")


@pytest.mark.parametrize(
    "name", [" 朝阳", "朝阳 ", "朝  阳", f"Chaoyang){' ' * 80}  互认 recognized"]
)
def test_a_name_has_no_blanks_that_would_set_it_apart(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("name", ["朝", "a b", "北京市朝阳区（试行）", "Überlingen"])
def test_what_can_be_read_is_a_name(name: str) -> None:
    assert is_name(name)


FIT: list[dict[str, Any]] = [
    {},
    {"host": "A"},
    {"host": "YZ-1.EXAMPLE"},
    {"number_prefix": "朝"},
    {"number_prefix": "朝综许朝综许朝综"},
    {"status_uri": "https://yz.haidian.example/status/{list}"},
    {"status_uri": "https://cdn.example/a?n={list}&b=%E4#x"},
    {"scopes": (Scope(from_day=1, industries=("25",), kinds=("food_business",)),)},
]
UNFIT: list[tuple[str, Any]] = [
    *(
        (field, text)
        for field in ("name", "name_en")
        for text in ("", " ", "a\x1b[2Jb", "a\u202eb", " a", "a ", "a  b", "\u2800", "a\u3164")
    ),
    *(
        ("host", text)
        for text in ("", "yz.example", "YZ..EXAMPLE", "YZ.EXAMPLE:80", "YZ.EXAMPLE\n")
    ),
    *(("host", text) for text in ("YZ EXAMPLE", "YZ.例", ".YZ")),
    *(
        ("number_prefix", text)
        for text in ("", "朝1", "朝_", "朝 许", "朝" * 9, "朝\u200b", "朝\n")
    ),
    *(("status_uri", text) for text in ("http://a/{list}", "https://a/", "https://{list}")),
    *(
        ("status_uri", text)
        for text in ("https://a/{list}\n", "https://a/{list} ", "https://例/{list}")
    ),
    *(
        ("status_uri", text)
        for text in ("https://a/{list}/{list}", "https://a/\x1b{list}", "{list}")
    ),
]


@pytest.mark.parametrize("fields", FIT)
def test_an_entry_that_can_be_signed_is_called_nothing_else(fields: dict[str, Any]) -> None:
    for issuer in (CHAOYANG, HAIDIAN):
        assert list(unfit_words(issuer._replace(**fields))) == []


@pytest.mark.parametrize(("field", "text"), UNFIT)
def test_words_that_nobody_is_to_sign_are_named(field: str, text: str) -> None:
    fields: dict[str, Any] = {field: text}
    assert list(unfit_words(CHAOYANG._replace(**fields))) == [(field, text)]


@pytest.mark.parametrize("field", ["industries", "kinds"])
@pytest.mark.parametrize(
    "text",
    ["", "\x1b[2J", "a\u202eb", " 试行 on trial", "255", "2", "Food", "food business", "25\n"],
)
def test_words_of_a_scope_are_looked_at_too(field: str, text: str) -> None:
    fit = {"industries": "25", "kinds": "food"}[field]
    fields: dict[str, Any] = {field: (fit, text)}
    scope = Scope(from_day=1)._replace(**fields)
    issuer = CHAOYANG._replace(scopes=(CHAOYANG.scopes[0], scope))
    assert list(unfit_words(issuer)) == [(field, text)]


def test_a_holder_is_called_something() -> None:
    def root(holder: str) -> Root:
        key = RootKey(holder=holder, key=CHAOYANG_KEY.verification_key)
        return Root(number=1, threshold=1, keys=(key,), issued_at=1, expires_at=2)

    assert list(unfit_holders(root("张 Zhang"))) == []
    for name in ("", "Zhang\x1b[2J", "\u202eZhang", "Zhang ", "Zhang  Li", "\u3164"):
        assert list(unfit_holders(root(name))) == [("holder", name)]
