"""A private key opens for its owner alone, and only where it is what it claims to be."""

import os
import resource
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from credential.signer import PrivateKeySigner
from keys.errors import Fault, KeyFileError
from keys.files import (
    create_key,
    load_private,
    load_public,
    load_publics,
    public_pem,
    read_passphrase,
    write_public,
)

SUITES = ["ES256", "Ed25519", "SM2"]
each_suite = pytest.mark.parametrize("suite", SUITES)


def fault_of(do: Callable[..., object], *arguments: object, **named: object) -> Fault:
    with pytest.raises(KeyFileError) as caught:
        do(*arguments, **named)
    assert caught.value.path
    return caught.value.fault


def write_private(path: Path, private: object, *, mode: int = 0o600) -> Path:
    assert isinstance(
        private,
        rsa.RSAPrivateKey
        | ec.EllipticCurvePrivateKey
        | ed25519.Ed25519PrivateKey
        | ed448.Ed448PrivateKey,
    )
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    path.chmod(mode)
    return path


def write_secret(path: Path, content: bytes, *, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


OTHERS: dict[str, Callable[[], object]] = {
    "secp384r1": lambda: ec.generate_private_key(ec.SECP384R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ed448": ed448.Ed448PrivateKey.generate,
}
each_other_kind = pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)


# ---- making and opening -------------------------------------------------------------------------


@each_suite
@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_a_key_that_was_made_opens_and_signs(
    suite: str, passphrase: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    made = create_key(path, suite=suite, passphrase=passphrase)
    opened = load_private(path, passphrase=passphrase)
    assert opened.suite.name == suite
    assert (opened.public, opened.key_id) == (made.public, made.key_id)
    made.verification_key.verify(opened.sign(b"message"), b"message")
    assert (b"ENCRYPTED" in path.read_bytes()) == (passphrase is not None)


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    keys = {create_key(tmp_path / f"{n}.pem", suite=SUITES[n % 3]).public for n in range(6)}
    assert len(keys) == 6


def test_a_new_key_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_key(tmp_path / "key.pem", suite="ES256")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    create_key(path, suite="ES256")
    before = path.read_bytes()
    assert fault_of(create_key, path, suite="ES256") is Fault.EXISTS
    assert path.read_bytes() == before


def test_an_older_public_half_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key.pub.pem"
    key = create_key(tmp_path / "key.pem", suite="ES256").verification_key
    write_public(path, key)
    other = create_key(tmp_path / "other.pem", suite="ES256").verification_key
    assert fault_of(write_public, path, other) is Fault.EXISTS
    assert load_publics(path) == (key,)


def test_a_key_cannot_be_made_where_there_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "key.pem"
    assert fault_of(create_key, path, suite="ES256") is Fault.UNREADABLE


@pytest.mark.parametrize("suite", ["RS256", "es256", "", "sm2"])
def test_another_suite_is_refused_and_nothing_is_written(suite: str, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert fault_of(create_key, path, suite=suite) is Fault.UNKNOWN_SUITE
    assert not path.exists()


# ---- modes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610, 0o601, 0o777])
def test_a_private_key_that_others_can_touch_is_refused(mode: int, tmp_path: Path) -> None:
    path = write_private(tmp_path / "key.pem", ed25519.Ed25519PrivateKey.generate(), mode=mode)
    assert fault_of(load_private, path) is Fault.READABLE_BY_OTHERS


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_private_key_of_its_owners_alone_is_opened(mode: int, tmp_path: Path) -> None:
    path = write_private(tmp_path / "key.pem", ed25519.Ed25519PrivateKey.generate(), mode=mode)
    assert load_private(path).suite.name == "Ed25519"


# ---- passphrases ----------------------------------------------------------------------------------


@each_suite
@pytest.mark.parametrize("passphrase", [None, b"wrong", b""])
def test_a_locked_key_opens_with_its_passphrase_alone(
    suite: str, passphrase: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    create_key(path, suite=suite, passphrase=b"right")
    assert fault_of(load_private, path, passphrase=passphrase) is Fault.PASSPHRASE


def test_a_passphrase_for_a_key_that_has_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    create_key(path, suite="ES256")
    assert fault_of(load_private, path, passphrase=b"needless") is Fault.PASSPHRASE


@pytest.mark.parametrize("passphrase", [b"", b"x" * 2000], ids=["empty", "too long"])
def test_a_passphrase_that_would_not_lock_makes_no_key(passphrase: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert fault_of(create_key, path, suite="ES256", passphrase=passphrase) is Fault.PASSPHRASE
    assert not path.exists()


def test_a_passphrase_is_read_without_the_blanks_around_it(tmp_path: Path) -> None:
    path = write_secret(tmp_path / "passphrase", b"  correct horse \n")
    assert read_passphrase(path) == b"correct horse"


@pytest.mark.parametrize("content", [b"", b"\n", b" \t\r\n"])
def test_an_empty_passphrase_is_refused(content: bytes, tmp_path: Path) -> None:
    path = write_secret(tmp_path / "passphrase", content)
    assert fault_of(read_passphrase, path) is Fault.PASSPHRASE


def test_a_passphrase_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = write_secret(tmp_path / "passphrase", b"secret", mode=0o644)
    assert fault_of(read_passphrase, path) is Fault.SECRET_READABLE_BY_OTHERS


def test_a_missing_passphrase_is_not_taken_for_a_missing_key(tmp_path: Path) -> None:
    """A service without a key only verifies; one that cannot open its key has to say so."""
    assert fault_of(read_passphrase, tmp_path / "missing") is Fault.PASSPHRASE
    assert fault_of(read_passphrase, tmp_path) is Fault.UNREADABLE


# ---- what is no key of ours -----------------------------------------------------------------------


@each_other_kind
def test_a_private_key_of_another_kind_is_refused(
    make: Callable[[], object], tmp_path: Path
) -> None:
    path = write_private(tmp_path / "key.pem", make())
    assert fault_of(load_private, path) is Fault.UNKNOWN_SUITE


@each_other_kind
def test_a_public_key_of_another_kind_is_refused(
    make: Callable[[], rsa.RSAPrivateKey], tmp_path: Path
) -> None:
    path = tmp_path / "key.pub.pem"
    path.write_bytes(
        make()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    assert fault_of(load_publics, path) is Fault.UNKNOWN_SUITE


def test_a_public_key_is_no_private_one_and_the_other_way_round(tmp_path: Path) -> None:
    private = tmp_path / "key.pem"
    key = create_key(private, suite="ES256").verification_key
    public = write_secret(tmp_path / "key.pub.pem", public_pem(key))
    assert fault_of(load_private, public) is Fault.NOT_A_KEY
    assert fault_of(load_publics, private) is Fault.NOT_A_KEY


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\n" + b"A" * 100_000,
    ],
    ids=["empty", "binary", "no private key", "no public key", "long"],
)
def test_what_is_no_key_at_all_is_told(content: bytes, tmp_path: Path) -> None:
    path = write_secret(tmp_path / "key.pem", content)
    assert fault_of(load_private, path) is Fault.NOT_A_KEY
    assert fault_of(load_publics, path) is Fault.NOT_A_KEY


def test_an_ed25519_point_of_small_order_is_no_public_key(tmp_path: Path) -> None:
    path = tmp_path / "key.pub.pem"
    point = ed25519.Ed25519PublicKey.from_public_bytes(bytes(32))
    path.write_bytes(
        point.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    assert fault_of(load_publics, path) is Fault.NOT_A_KEY


def test_a_missing_key_is_told_apart_from_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for load in (load_private, load_publics):
        assert fault_of(load, tmp_path / "missing.pem") is Fault.MISSING
        assert fault_of(load, tmp_path) is Fault.UNREADABLE
        assert fault_of(load, tmp_path / "file" / "key.pem") is Fault.UNREADABLE


def test_a_file_can_hold_several_public_keys(tmp_path: Path) -> None:
    keys = [create_key(tmp_path / f"{n}.pem", suite=SUITES[n]).verification_key for n in (0, 1, 2)]
    path = tmp_path / "roots.pem"
    first, *others = map(public_pem, keys)
    path.write_bytes(b"# root of 2023\n" + first + b"\n" + b"".join(others))
    assert load_publics(path) == tuple(keys)
    assert fault_of(load_public, path) is Fault.NOT_ONE_KEY
    path.write_bytes(public_pem(keys[2]))
    assert load_public(path) == keys[2]


# ---- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_told_in_chinese_and_in_english(fault: Fault) -> None:
    error = KeyFileError("some/key.pem", fault, "detail")
    message = error.message()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message["zh"])
    assert message["en"].isascii()
    for words in message.values():
        assert "some/key.pem" in words
        assert "detail" in words
    assert str(error) == f"{message['zh']} / {message['en']}"


def test_no_message_shows_the_passphrase(tmp_path: Path) -> None:
    create_key(tmp_path / "key.pem", suite="ES256", passphrase=b"right")
    with pytest.raises(KeyFileError) as caught:
        load_private(tmp_path / "key.pem", passphrase=b"hunter2")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_full_disk_leaves_no_half_of_a_key(tmp_path: Path) -> None:
    """It would be taken for the half of an older key, and never be written over."""
    key = PrivateKeySigner.hold(ed25519.Ed25519PrivateKey.generate()).verification_key
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        assert fault_of(write_public, tmp_path / "key.pub.pem", key) is Fault.UNREADABLE
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
