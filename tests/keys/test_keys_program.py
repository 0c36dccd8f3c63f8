"""``python -m keys`` from the first key to a trust list that somebody else can look into."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from keys.__main__ import main
from keys.files import load_publics

ROOT = Path(__file__).parents[2]
SOURCE = """
[[issuers]]
code = "110105"
name = "北京市朝阳区政务服务局"
name_en = "Chaoyang District Government Services Bureau"
host = "yz.chaoyang.example"
number_prefix = "朝综许"
[[issuers.keys]]
public = "issuer.pub.pem"
state = "active"
from = 2030-01-01
until = 2033-01-01
[[issuers.scopes]]
from = 2030-01-01
"""


def run(*arguments: object, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "keys", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("root_suite", "suite"), [("Ed25519", "ES256"), ("SM2", "SM2")])
def test_the_ceremony_from_end_to_end(root_suite: str, suite: str, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    for arguments in (
        ("create", "root.pem", "--suite", root_suite, "--passphrase-file", "passphrase"),
        ("create", "issuer.pem", *(("--suite", suite) if suite != "ES256" else ())),
    ):
        done = run(*arguments, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert arguments[1] in done.stdout
    assert stat.S_IMODE((tmp_path / "root.pem").stat().st_mode) == 0o600
    assert "ENCRYPTED" in (tmp_path / "root.pem").read_text()

    root = "file:root.pem?passphrase-file=passphrase"
    shown = run("public", root, folder=tmp_path)
    assert shown.stdout == (tmp_path / "root.pub.pem").read_text()

    (tmp_path / "trust-list.toml").write_text(SOURCE, "utf-8")
    offer = ("trust-list", "trust-list.toml", "--root", root, "--number", 3)
    signed = run(*offer, "--days", 30, "--output", "trust-list.cbor", folder=tmp_path)
    assert (signed.returncode, signed.stderr) == (0, "")
    assert "number 3" in signed.stdout

    inspected = run("inspect", "trust-list.cbor", "--roots", "root.pub.pem", folder=tmp_path)
    (key,) = load_publics(tmp_path / "issuer.pub.pem")
    assert inspected.returncode == 0
    assert "number 3" in inspected.stdout
    assert "110105 北京市朝阳区政务服务局" in inspected.stdout
    assert f"{key.key_id.hex()} {suite} active 2030-01-01 … 2033-01-01" in inspected.stdout


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert main(["create", "root.pem"]) == 0
    assert main(["create", "issuer.pem"]) == 0
    (tmp_path / "trust-list.toml").write_text(SOURCE, "utf-8")
    return tmp_path


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said of arguments that are refused: in Chinese and in English, and no traceback."""
    capsys.readouterr()
    assert main(list(arguments)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("错误 / error: ")
    assert "Traceback" not in said.err
    return said.err


SIGN = ["trust-list", "trust-list.toml", "--root", "file:root.pem", "--output", "trust-list.cbor"]


def test_a_key_is_not_made_over_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "root.pem").read_bytes()
    assert "the file exists" in refusal(capsys, "create", "root.pem")
    assert (folder / "root.pem").read_bytes() == before


def test_a_key_is_not_made_over_the_public_half_of_another(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a lost key has signed is verified with its public half for years."""
    (folder / "issuer.pem").unlink()
    before = (folder / "issuer.pub.pem").read_bytes()
    assert "issuer.pub.pem" in refusal(capsys, "create", "issuer.pem")
    assert (folder / "issuer.pub.pem").read_bytes() == before
    assert not (folder / "issuer.pem").exists()


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_passphrase_makes_no_unlocked_key(
    content: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = folder / "passphrase"
    secret.write_text(content)
    secret.chmod(0o600)
    said = refusal(capsys, "create", "new.pem", "--passphrase-file", "passphrase")
    assert "passphrase" in said
    assert not (folder / "new.pem").exists()


def test_what_is_missing_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "missing.pem" in refusal(capsys, "public", "file:missing.pem")
    assert "missing.toml" in refusal(
        capsys, "trust-list", "missing.toml", *SIGN[2:], "--number", "1"
    )
    assert "missing.cbor" in refusal(capsys, "inspect", "missing.cbor", "--roots", "root.pub.pem")
    nowhere = refusal(capsys, "create", "missing/new.pem")
    assert "missing/new.pem" in nowhere


def test_a_malformed_source_is_told_by_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "trust-list.toml").write_text(SOURCE.replace("active", "lost"), "utf-8")
    said = refusal(capsys, *SIGN, "--number", "1")
    assert "trust-list.toml" in said
    assert "issuers[1]" in said
    assert not (folder / "trust-list.cbor").exists()


@pytest.mark.parametrize("options", [["--number", "0"], ["--number", "1", "--days", "-1"]])
def test_a_number_or_lifetime_out_of_range_is_told(
    options: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "out of range" in refusal(capsys, *SIGN, *options)
    assert not (folder / "trust-list.cbor").exists()


def test_a_trust_list_of_another_root_is_not_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SIGN, "--number", "1"]) == 0
    said = refusal(capsys, "inspect", "trust-list.cbor", "--roots", "issuer.pub.pem")
    assert "no pinned root" in said


def test_no_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2


@pytest.mark.parametrize("number", ["7", "6"])
def test_a_trust_list_takes_the_place_of_a_lower_number_alone(
    number: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SIGN, "--number", "7"]) == 0
    before = (folder / "trust-list.cbor").read_bytes()
    said = refusal(capsys, *SIGN, "--number", number)
    assert "trust-list.cbor (number 7)" in said
    assert (folder / "trust-list.cbor").read_bytes() == before
    assert main([*SIGN, "--number", "8"]) == 0
    assert (folder / "trust-list.cbor").read_bytes() != before


def test_a_trust_list_is_not_written_over_a_key(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "issuer.pem").read_bytes()
    assert "issuer.pem" in refusal(capsys, *SIGN[:-1], "issuer.pem", "--number", "1")
    assert (folder / "issuer.pem").read_bytes() == before


@pytest.mark.parametrize("name", ["issuer.pub.pem", "trust-list.toml"])
def test_a_pipe_in_the_place_of_a_file_of_the_ceremony_is_named(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Opening it would wait for ever: nobody writes into it."""
    (folder / name).unlink()
    os.mkfifo(folder / name)
    said = refusal(capsys, *SIGN, "--number", "1")
    assert name in said
    assert "not a plain file" in said
