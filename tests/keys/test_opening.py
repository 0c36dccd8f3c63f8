"""A key is named by a URI, and opened only where the URI says no more than it may."""

from pathlib import Path

import pytest

from keys.errors import Fault, KeyFileError
from keys.files import create_key
from keys.opening import open_signer


def fault_of_uri(uri: str) -> Fault:
    with pytest.raises(KeyFileError) as caught:
        open_signer(uri)
    return caught.value.fault


@pytest.mark.parametrize("suite", ["ES256", "Ed25519"])
def test_a_uri_names_a_key_and_its_passphrase(suite: str, tmp_path: Path) -> None:
    folder = tmp_path / "key folder 密钥"
    folder.mkdir()
    made = create_key(folder / "key.pem", suite=suite, passphrase=b"secret")
    (folder / "passphrase").write_bytes(b"secret\n")
    (folder / "passphrase").chmod(0o600)
    quoted = str(folder).replace(" ", "%20")
    opened = open_signer(f"file:{quoted}/key.pem?passphrase-file={quoted}/passphrase")
    assert opened.verification_key.public == made.public


def test_a_relative_uri_is_relative_to_where_the_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = create_key(Path("key.pem"), suite="ES256")
    assert open_signer("file:key.pem").verification_key.public == made.public
    assert open_signer(f"file://{tmp_path}/key.pem").verification_key.public == made.public


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.com/key.pem",
        "/etc/key.pem",
        "key.pem",
        "file:",
        "file://host/key.pem",
        "file:key.pem?passphrase=secret",
        "file://[",
        "",
    ],
)
def test_another_scheme_is_refused(uri: str) -> None:
    assert fault_of_uri(uri) is Fault.UNKNOWN_SCHEME


@pytest.mark.parametrize(
    "uri",
    [
        "file:key.pem?passphrase=hunter2",
        "file:key.pem?hunter2",
        "file:key.pem?passphrase-file=/nowhere&passphrase=hunter2",
        "file://host/key.pem?passphrase=hunter2",
        "file://[?passphrase=hunter2",
    ],
)
def test_a_passphrase_in_a_uri_is_refused_and_not_shown(uri: str, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_bytes(b"other\n")
    (tmp_path / "passphrase").chmod(0o600)
    with pytest.raises(KeyFileError) as caught:
        open_signer(uri.replace("/nowhere", str(tmp_path / "passphrase")))
    assert caught.value.fault is Fault.UNKNOWN_SCHEME
    assert "hunter2" not in str(caught.value)
    assert caught.value.path.endswith("?...")


def test_a_uri_with_a_nul_is_no_file() -> None:
    assert fault_of_uri("file:key%00.pem") is Fault.UNREADABLE


def test_a_passphrase_file_without_a_name_is_refused(tmp_path: Path) -> None:
    create_key(tmp_path / "key.pem", suite="ES256", passphrase=b"secret")
    assert fault_of_uri(f"file:{tmp_path}/key.pem?passphrase-file=") is Fault.UNREADABLE
