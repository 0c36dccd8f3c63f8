"""``pkcs11:`` URIs are read strictly, and no PIN is ever shown."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import Fault, KeyFileError
from keys.opening import open_signer
from keys.pkcs11_uri import parse_token_uri


def refusal(uri: str) -> KeyFileError:
    with pytest.raises(KeyFileError) as caught:
        parse_token_uri(uri)
    return caught.value


def test_a_uri_with_everything_is_read() -> None:
    uri = parse_token_uri(
        "pkcs11:token=%E6%9C%9D%E9%98%B3%201;serial=d83f;manufacturer=SoftHSM%20project;"
        "model=SoftHSM%20v2;slot-id=40124080;object=issuer;id=%01%FF;type=private"
        "?pin-source=file:/etc/bureau/pin&module-path=/usr/lib/softhsm/libsofthsm2.so"
    )
    assert (uri.token, uri.serial, uri.manufacturer) == ("朝阳 1", "d83f", "SoftHSM project")
    assert (uri.model, uri.slot_id, uri.object, uri.id) == (
        *("SoftHSM v2", 40124080),
        *("issuer", b"\x01\xff"),
    )
    assert uri.pin_file == Path("/etc/bureau/pin")
    assert uri.module_path == Path("/usr/lib/softhsm/libsofthsm2.so")


def test_what_is_not_said_is_left_open() -> None:
    uri = parse_token_uri("pkcs11:?module-name=softhsm2")
    assert (uri.token, uri.object, uri.id, uri.slot_id, uri.pin_file) == (None,) * 5
    assert (uri.module_name, uri.module_path) == ("softhsm2", None)


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:token=bureau?pin-value=hunter2",
        "pkcs11:token=bureau;pin-value=hunter2",
        "pkcs11:object=hunter2;pin-value=x",
        "pkcs11:token=bureau?module-name=hunter2&pin-value=x",
    ],
)
def test_a_pin_in_a_uri_is_refused_and_not_shown(uri: str) -> None:
    """It would be in the process list and the logs; showing it once more makes it no better."""
    with pytest.raises(KeyFileError) as caught:
        open_signer(uri)
    assert caught.value.fault is Fault.PIN_IN_URI
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("pkcs11:token=a;color=hunter2", "color"),
        ("pkcs11:library-manufacturer=hunter2", "library-manufacturer"),
        ("pkcs11:token=a?x-pin=hunter2", "x-pin"),
        ("pkcs11:module-path=/hunter2", "module-path"),  # of the query, and not of the path
        ("pkcs11:token=a?token=hunter2", "token"),
        ("pkcs11:token=a;token=hunter2", "token: twice"),
        ("pkcs11:token=a;object=b;token=a", "token: twice"),
        ("pkcs11:?module-name=hunter2&module-name=b", "module-name: twice"),
        ("pkcs11:?module-name=hunter2&module-path=/b", "one of the two"),
        ("pkcs11:type=public", "type"),
        ("pkcs11:type=cert", "type"),
        ("pkcs11:token=", "token: empty"),
        ("pkcs11:token", "name=value"),
        ("pkcs11:;token=a", "name=value"),
        ("pkcs11:token=a;", "name=value"),
        ("pkcs11:token=a?pin-source=file:p&", "name=value"),
        ("pkcs11:p%69n-value=hunter2", "name=value"),
        ("pkcs11:token=hunter 2", "percent-encoded"),
        ("pkcs11:token=hunter/2", "percent-encoded"),
        ("pkcs11:token=朝阳", "percent-encoded"),
        ("pkcs11:token=hunter%2", "percent-encoded"),
        ("pkcs11:token=hunter%zz", "percent-encoded"),
        ("pkcs11:token=a?module-name=b?c d", "percent-encoded"),
        ("pkcs11:token=%FF", "not UTF-8"),
        ("pkcs11:object=a%00b", "NUL"),
        ("pkcs11:slot-id=0x10", "slot-id"),
        ("pkcs11:slot-id=-1", "slot-id"),
        ("pkcs11:slot-id=%D9%A1", "slot-id"),  # an Arabic digit
        ("pkcs11:?pin-source=hunter2", "pin-source"),
        ("pkcs11:?pin-source=file:", "pin-source"),
        ("pkcs11:?pin-source=|/usr/bin/hunter2", "pin-source"),
        ("pkcs11:?pin-source=https://hunter2", "pin-source"),
        ("pkcs11:?module-name=../hunter2", "module-name"),
    ],
)
def test_what_is_not_understood_is_refused_by_name_and_its_value_not_shown(
    uri: str, named: str
) -> None:
    error = refusal(uri)
    assert error.fault is Fault.MALFORMED_URI
    assert named in error.detail
    assert "hunter" not in str(error)


def test_another_scheme_is_no_token() -> None:
    assert refusal("file:key.pem").fault is Fault.UNKNOWN_SCHEME


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_label_can_be_named(label: str) -> None:
    encoded = "".join(f"%{byte:02x}" for byte in label.encode())
    assert parse_token_uri(f"pkcs11:object={encoded};token={encoded}").object == label


@given(st.text())
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    with suppress(KeyFileError):
        assert parse_token_uri(f"pkcs11:{text}").text == f"pkcs11:{text}"
