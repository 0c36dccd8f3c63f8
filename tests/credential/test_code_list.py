"""Code lists: names travel signed, by their issuer, and a reader takes nothing malformed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.code_list import (
    MAX_BYTES,
    MEDIA_TYPE,
    CodeList,
    CodeListError,
    Name,
    PermitCode,
    open_code_list,
    read_code_list,
    seal_code_list,
)
from credential.days import LAST_INSTANT
from credential.envelope import sign1
from tests.vectors.district import CATALOG, CATALOG_LIST, CHAOYANG_KEY, HAIDIAN_KEY

KEY = CHAOYANG_KEY.verification_key

_names = st.builds(Name, st.text(max_size=9), st.text(max_size=9))
_lists = st.builds(
    CodeList,
    issuer=st.just("110105"),
    edition=st.integers(2000, 2255),
    issued_at=st.integers(1, LAST_INSTANT),
    industries=st.dictionaries(st.integers(1, 99).map("{:02d}".format), _names, max_size=4),
    permits=st.dictionaries(
        st.integers(1, 127),
        st.builds(PermitCode, st.text(max_size=9), _names, _names),
        max_size=4,
    ),
)


@given(_lists)
def test_any_code_list_comes_back(listed: CodeList) -> None:
    data = seal_code_list(listed, CHAOYANG_KEY)
    assert open_code_list(data, KEY, issuer="110105") == listed


@given(st.binary(max_size=80))
def test_any_bytes_are_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(CodeListError):
        open_code_list(data, KEY, issuer="110105")


@given(st.binary(max_size=60))
def test_any_signed_payload_is_a_code_list_or_a_typed_refusal(payload: bytes) -> None:
    with pytest.raises(CodeListError):
        open_code_list(sign1(payload, CHAOYANG_KEY, type=MEDIA_TYPE), KEY, issuer="110105")


@pytest.mark.parametrize("issued_at", [1, LAST_INSTANT])
def test_a_code_list_of_the_first_and_of_the_last_second_opens(issued_at: int) -> None:
    listed = replace(CATALOG, issued_at=issued_at)
    assert open_code_list(seal_code_list(listed, CHAOYANG_KEY), KEY, issuer="110105") == listed


@pytest.mark.parametrize("issued_at", [-1, 0, LAST_INSTANT + 1])
def test_a_code_list_of_a_second_that_no_calendar_shows_is_refused(issued_at: int) -> None:
    listed = replace(CATALOG, issued_at=issued_at)
    with pytest.raises(CodeListError):
        open_code_list(seal_code_list(listed, CHAOYANG_KEY), KEY, issuer="110105")


def test_another_issuer_s_codes_are_refused() -> None:
    assert open_code_list(CATALOG_LIST, KEY, issuer="110105") == CATALOG
    with pytest.raises(CodeListError):
        open_code_list(CATALOG_LIST, KEY, issuer="110108")


def test_another_key_does_not_open() -> None:
    with pytest.raises(CodeListError):
        open_code_list(CATALOG_LIST, HAIDIAN_KEY.verification_key, issuer="110105")


def test_a_message_beyond_its_bound_is_not_looked_into() -> None:
    data = sign1(bytes(MAX_BYTES), CHAOYANG_KEY, type=MEDIA_TYPE)
    with pytest.raises(CodeListError, match="at most"):
        read_code_list(data)
