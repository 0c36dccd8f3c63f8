"""The PIN of a token: from whom it comes, who may read it, and how often a wrong one is tried."""

import struct
from pathlib import Path

import pytest
from pkcs11 import TokenFlag

from keys.errors import Fault, KeyFileError
from keys.hsm import HsmSigner
from keys.hsm_making import create_token_key
from keys.opening import await_token, open_signer
from keys.pkcs11_module import module_of
from keys.pkcs11_uri import parse_token_uri
from tests.softhsm import PIN, SO_PIN, SoftToken

_TOKEN_FLAGS = struct.pack(">QQ", 0x8000534B, 2)  # CKA_OS_TOKENFLAGS, an integer


def made(token: SoftToken) -> None:
    create_token_key(parse_token_uri(token.uri()), suite="ES256")
    token.begin_anew()  # nobody is logged in


def fault_of(uri: str) -> Fault:
    with pytest.raises(KeyFileError) as caught:
        open_signer(uri)
    return caught.value.fault


def wrong_tries(token: SoftToken) -> bool:
    """Whether the token has seen a wrong PIN since the last right one."""
    token.begin_anew()
    library = module_of(parse_token_uri(token.uri())).begin(after=0)
    found = library.get_token(token_label=token.label)
    return bool(found.flags & TokenFlag.USER_PIN_COUNT_LOW)


def forget_wrong_tries(token: SoftToken) -> None:
    library = module_of(parse_token_uri(token.uri())).begin(after=0)
    library.get_token(token_label=token.label).open(user_pin=PIN).close()
    assert not wrong_tries(token)


def test_a_wrong_pin_is_told(token: SoftToken) -> None:
    made(token)
    token.pin_file.write_text("9999")
    with pytest.raises(KeyFileError) as caught:
        open_signer(token.uri())
    assert (caught.value.fault, caught.value.detail) == (Fault.PIN_REFUSED, "PinIncorrect")
    assert "9999" not in str(caught.value)
    assert wrong_tries(token)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_pin_that_others_can_read_is_refused(mode: int, token: SoftToken) -> None:
    made(token)
    token.pin_file.chmod(mode)
    assert fault_of(token.uri()) is Fault.SECRET_READABLE_BY_OTHERS


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff"])
def test_a_pin_file_without_a_pin_is_named(content: bytes | None, token: SoftToken) -> None:
    made(token)
    if content is None:
        token.pin_file.unlink()
    else:
        token.pin_file.write_bytes(content)
    with pytest.raises(KeyFileError) as caught:
        open_signer(token.uri())
    assert (caught.value.fault, caught.value.path) == (Fault.PIN_MISSING, str(token.pin_file))


def test_a_refused_pin_is_not_tried_again_until_the_file_has_another(token: SoftToken) -> None:
    """A few wrong ones, and a token locks itself."""
    made(token)
    signer = HsmSigner(parse_token_uri(token.uri()), pause=0)
    token.pin_file.write_text("9999")
    with pytest.raises(KeyFileError):
        signer.sign(b"x")
    forget_wrong_tries(token)
    for _ in range(3):
        with pytest.raises(KeyFileError) as caught:
            signer.sign(b"x")
        assert caught.value.fault is Fault.PIN_REFUSED
    assert not wrong_tries(token)

    token.pin_file.write_text(PIN)
    signer.verification_key.verify(signer.sign(b"x"), b"x")


def test_the_last_try_of_a_pin_is_left_to_a_person(token: SoftToken) -> None:
    """SoftHSM counts no tries, so its file is told that one is left."""
    made(token)
    (file,) = token.tokens.glob("*/token.object")
    data = file.read_bytes()
    at = data.index(_TOKEN_FLAGS) + len(_TOKEN_FLAGS)
    (flags,) = struct.unpack_from(">Q", data, at)
    flags |= TokenFlag.USER_PIN_FINAL_TRY
    file.write_bytes(data[:at] + struct.pack(">Q", flags) + data[at + 8 :])
    token.begin_anew()
    assert fault_of(token.uri()) is Fault.PIN_LAST_TRY
    assert not wrong_tries(token)


def test_a_pin_that_was_changed_is_taken_from_its_file(token: SoftToken) -> None:
    made(token)
    signer = HsmSigner(parse_token_uri(token.uri()), pause=0)
    signer.sign(b"x")
    library = module_of(parse_token_uri(token.uri())).begin(after=0)
    session = library.get_token(token_label=token.label).open(rw=True)
    session.set_pin(PIN, "another-pin")
    token.pin_file.write_text("another-pin")
    token.begin_anew()
    signer.verification_key.verify(signer.sign(b"x"), b"x")


def test_without_a_terminal_and_a_file_there_is_no_pin(
    token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(token)
    with Path("/dev/null").open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert fault_of(token.uri(pin=False)) is Fault.PIN_MISSING


def test_a_service_asks_nobody_for_a_pin(token: SoftToken) -> None:
    with pytest.raises(KeyFileError) as caught:
        await_token(token.uri(pin=False))
    assert caught.value.fault is Fault.PIN_MISSING


def test_a_typed_pin_is_asked_for_once(token: SoftToken) -> None:
    made(token)
    asked: list[str] = []

    def ask(uri: object) -> str:
        asked.append(PIN)
        return PIN

    signer = HsmSigner(parse_token_uri(token.uri(pin=False)), ask=ask, pause=0)
    signer.sign(b"x")
    token.begin_anew()
    signer.sign(b"x")
    assert len(asked) == 1


def test_a_pin_that_the_security_officer_has_reset_is_refused(token: SoftToken) -> None:
    made(token)
    library = module_of(parse_token_uri(token.uri())).begin(after=0)
    with library.get_token(token_label=token.label).open(rw=True, so_pin=SO_PIN) as session:
        session.init_pin("reset-by-the-officer")
    token.begin_anew()
    assert fault_of(token.uri()) is Fault.PIN_REFUSED
