"""Which passwords are taken, and how their hashes are held."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_service.desk.errors import PasswordRefusedError
from verify_service.desk.passwords import LEAST, Cost, Passwords, check_password

CHEAP = Passwords(Cost(mebibytes=19, passes=2))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too-short"),
        ("elevenchars", "too-short"),
        ("x" * 257, "too-long"),
        ("竹影扫阶尘不动\x00 2031", "not-text"),
        ("竹影扫阶尘\u202e不动 2031", "not-text"),
        ("my name is Zhang.Min", "login-name"),
        ("aaaabbbbaaaabbbb", "too-plain"),
        ("aaaaaaaaaaaaaaaa", "too-plain"),
        ("abcde1abcde1abc", "repeated"),
        ("Password1234", "common"),
        ("QwertyUiop123", "common"),
        ("woaini1314520", "common"),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, reason: str) -> None:
    with pytest.raises(PasswordRefusedError) as caught:
        check_password(password, login="zhang.min")
    assert caught.value.reason == reason
    message = caught.value.message()
    assert message["zh"].startswith("密码不合要求")
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize(
    "password",
    ["竹影扫阶尘不动 2031", "correct horse battery", "qpwoeiruty!7x", "é" * 3 + "abcdefghij"],
)
def test_what_is_long_and_no_pattern_is_taken(password: str) -> None:
    check_password(password, login="zhang.min")


@given(st.text(max_size=300))
def test_nothing_that_is_typed_is_a_fault(password: str) -> None:
    with suppress(PasswordRefusedError):
        check_password(password, login="zhang.min")


def test_every_common_password_is_one_that_only_the_list_refuses() -> None:
    """A shorter one, or a plain one, would be dead weight in it."""
    from verify_service.desk import passwords

    listed = passwords._COMMON.read_text("utf-8").split()
    assert listed == sorted(set(listed))
    for password in listed:
        with pytest.raises(PasswordRefusedError) as caught:
            check_password(password, login="zhang.min")
        assert caught.value.reason == "common", password
        assert len(password) >= LEAST


def test_a_hash_is_of_argon2id_at_the_settings_cost_and_never_twice_the_same() -> None:
    one, other = CHEAP.hash("竹影扫阶尘不动"), CHEAP.hash("竹影扫阶尘不动")
    assert one != other
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", one)
    assert CHEAP.matches("竹影扫阶尘不动", one)
    assert not CHEAP.matches("竹影扫阶尘不动 ", one)
    assert not CHEAP.matches("", one)


def test_a_password_is_the_same_however_its_characters_are_composed() -> None:
    assert CHEAP.matches("Cafe\u0301 au lait 7", CHEAP.hash("Caf\u00e9 au lait 7"))


@pytest.mark.parametrize("password", ["", "x", "\ud800", "\x00", "x" * 100_000])
def test_nobodys_hash_is_matched_by_nothing(password: str) -> None:
    assert not CHEAP.matches(password, None)


def test_a_stored_hash_that_is_none_matches_nothing() -> None:
    assert not CHEAP.matches("竹影扫阶尘不动", "x")
    assert not CHEAP.matches("竹影扫阶尘不动", "$argon2id$")
