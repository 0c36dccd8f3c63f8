"""``python -m keys`` with keys in a token, and what is said where there is no module for one."""

import _ctypes
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from credential.roots import open_root
from credential.trust_list import open_trust_list
from keys.files import load_publics
from tests.keys.test_keys_program import SOURCE
from tests.softhsm import PIN, SoftToken, make_token

ROOT = Path(__file__).parents[2]


@pytest.fixture
def apart(tmp_path: Path) -> SoftToken:
    """A token for programs alone: this process never begins the module for it."""
    return make_token(tmp_path / "softhsm")


def run(token: SoftToken, *arguments: object, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "keys", *map(str, arguments)],
        cwd=token.folder,
        env=token.environment | {"PYTHONPATH": str(ROOT)} | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def refusal(token: SoftToken, *arguments: object, **more: str) -> str:
    done = run(token, *arguments, **more)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("错误 / error: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_ceremony_whose_root_is_in_a_token(apart: SoftToken) -> None:
    folder = apart.folder
    for name in ("root", "issuer"):
        made = run(apart, "create", apart.uri(name), "--public", f"{name}.pub.pem")
        assert (made.returncode, made.stderr) == (0, "")
        (key,) = load_publics(folder / f"{name}.pub.pem")
        assert made.stdout == f"{name}.pub.pem: ES256 {key.key_id.hex()}\n"
    shown = run(apart, "public", apart.uri("root"))
    assert shown.stdout == (folder / "root.pub.pem").read_text()

    (folder / "trust-list.toml").write_text(SOURCE, "utf-8")
    holder = ("--holder", "token=root.pub.pem", "--threshold", 1)
    for arguments in (
        ("root", *holder, "--output", "root.draft"),
        ("sign", "root.draft", "--key", apart.uri("root"), "--output", "root.signed"),
        ("combine", "root.draft", "root.signed", "--output", "root.cbor"),
        ("trust-list", "trust-list.toml", "--root", "root.cbor", "--output", "draft"),
        ("sign", "draft", "--key", apart.uri("root"), "--output", "signed"),
        ("combine", "draft", "signed", "--root", "root.cbor", "--output", "trust-list.cbor"),
    ):
        signed = run(apart, *arguments)
        assert (signed.returncode, signed.stderr) == (0, "")
    root = open_root((folder / "root.cbor").read_bytes())
    assert open_trust_list((folder / "trust-list.cbor").read_bytes(), root).number == 1


def test_a_pin_is_typed_at_a_terminal_and_not_shown(apart: SoftToken) -> None:
    assert run(apart, "create", apart.uri(), "--public", "issuer.pem").returncode == 0
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(apart.folder)
        command = [sys.executable, "-m", "keys", "public", apart.uri(pin=False)]
        os.execve(sys.executable, command, apart.environment | {"PYTHONPATH": str(ROOT)})
    shown = b""
    while b"PIN (bureau): " not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, f"{PIN}\n".encode())
    while b"END PUBLIC KEY" not in shown:
        shown += os.read(terminal, 1024)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert PIN.encode() not in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--public", "there.pem"), "the file exists"),
        ((), "needs a file for its public half"),
        (("--public", "new.pem", "--passphrase-file", "pin"), "has no passphrase"),
    ],
)
def test_a_key_in_a_token_is_made_with_a_new_file_for_its_public_half(
    arguments: tuple[str, ...], words: str, apart: SoftToken
) -> None:
    (apart.folder / "there.pem").touch()
    assert words in refusal(apart, "create", apart.uri(), *arguments)
    assert "no such private key" in refusal(apart, "public", apart.uri())
    assert not (apart.folder / "new.pem").exists()


def test_a_key_without_a_name_is_not_made(apart: SoftToken) -> None:
    said = refusal(apart, "create", apart.uri(object=None), "--public", "new.pem")
    assert "(object)" in said


def test_the_module_is_named_by_the_uri_or_the_environment(apart: SoftToken) -> None:
    assert run(apart, "create", apart.uri(), "--public", "issuer.pem").returncode == 0
    short = f"pkcs11:token=bureau?pin-source=file:{apart.pin_file}"
    assert run(apart, "public", short, PKCS11_MODULE_PATH=str(apart.module)).returncode == 0
    assert run(apart, "public", f"{short}&module-name=softhsm2").returncode == 0
    assert "PKCS11_MODULE_PATH" in refusal(apart, "public", short, PKCS11_MODULE_PATH="")


def test_a_module_that_cannot_be_loaded_is_named(apart: SoftToken) -> None:
    text = apart.folder / "text.so"
    text.write_text("no program")
    other = _ctypes.__file__  # a library, and no PKCS#11 module
    for path, word in (
        (apart.folder / "missing.so", "missing.so"),
        (apart.folder, str(apart.folder)),
        (text, "text.so"),
        (other, "C_GetFunctionList"),
    ):
        assert word in refusal(apart, "public", f"pkcs11:?module-path={path}")
    assert "(nothing)" in refusal(apart, "public", "pkcs11:?module-name=nothing")


WITHOUT_BINDING = """
import sys
sys.modules["pkcs11"] = None  # as where the extra is not installed
from keys.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_without_the_binding_it_is_named_and_files_still_open(tmp_path: Path) -> None:
    def call(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", WITHOUT_BINDING, *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert call("create", "issuer.pem").returncode == 0
    for arguments in (
        ("public", "pkcs11:token=bureau"),
        ("create", "pkcs11:token=bureau;object=a", "--public", "a.pem"),
    ):
        refused = call(*arguments)
        assert refused.returncode == 1
        assert "python-pkcs11 is not installed" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_the_extra_for_keys_is_in_the_services(tmp_path: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert set(extras["keys"]) <= set(extras["service"])
