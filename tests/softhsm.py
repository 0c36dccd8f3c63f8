"""SoftHSM2 for tests: a token of a test's own, in a folder of its own, taken away and put back.

SoftHSM is a PKCS#11 module whose tokens are folders. It reads ``SOFTHSM2_CONF`` when it is begun
(C_Initialize), and the folders then and no more.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from keys.pkcs11_module import module_of
from keys.pkcs11_uri import parse_token_uri

PIN: Final = "1234-pin"
SO_PIN: Final = "5678-so"
_PLACES: Final = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    Path("/usr/local/lib/softhsm/libsofthsm2.so"),
    Path("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
)


def find_module() -> Path | None:
    """The module, None where SoftHSM2 is not installed."""
    return next((place for place in _PLACES if place.is_file()), None)


def find_softhsm() -> Path:
    """The module; where there is none the test is skipped, and fails in CI."""
    if (place := find_module()) is not None:
        return place
    words = "SoftHSM2 is missing (Debian: softhsm2): nothing about keys in tokens was tested"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftToken:
    """An initialized token, with its PIN in a file."""

    label: str
    folder: Path
    module: Path
    pin_file: Path

    @property
    def configuration(self) -> Path:
        return self.folder / "softhsm2.conf"

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens"

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to see this token."""
        return os.environ | {"SOFTHSM2_CONF": str(self.configuration)}

    def uri(self, object: str | None = "issuer", *, pin: bool = True, more: str = "") -> str:
        """The URI of a key in here; ``more`` is further attributes of its path."""
        named = "" if object is None else f";object={object}"
        source = f"pin-source=file:{self.pin_file}&" if pin else ""
        return f"pkcs11:token={self.label}{named}{more}?{source}module-path={self.module}"

    def take_away(self) -> None:
        """Pull the token: whoever uses it fails, and begun anew the module has no such token."""
        self.tokens.joinpath(self._own()).rename(self.folder / "away")

    def put_back(self) -> None:
        (self.folder / "away").rename(self.tokens / "back")

    def break_module(self) -> None:
        """Take away all that SoftHSM stands on: it cannot even be begun, as without its network."""
        self.tokens.rename(self.folder / "tokens-away")

    def mend_module(self) -> None:
        (self.folder / "tokens-away").rename(self.tokens)

    def begin_anew(self) -> None:
        """Let this process see what other programs have changed in the token."""
        module = module_of(parse_token_uri(self.uri()))
        module.begin(after=module.beginning)

    def util(self, *arguments: str) -> None:
        """Run ``softhsm2-util``."""
        done = subprocess.run(
            ["softhsm2-util", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _own(self) -> str:
        (name,) = os.listdir(self.tokens)
        return name


def make_token(folder: Path, *, label: str = "bureau") -> SoftToken:
    """Make a token in a folder, for the programs that a test starts."""
    module = find_softhsm()
    token = SoftToken(label=label, folder=folder, module=module, pin_file=folder / "pin")
    token.tokens.mkdir(parents=True)
    token.configuration.write_text(
        f"directories.tokendir = {token.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    token.pin_file.touch(mode=0o600)
    token.pin_file.write_text(f"{PIN}\n")
    init_token(token, label)
    return token


def init_token(token: SoftToken, label: str) -> None:
    """Initialize one more token beside a first one."""
    token.util("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN)


def use_token(folder: Path, environment: pytest.MonkeyPatch) -> SoftToken:
    """Make a token in a folder, and let this process see it and no other one."""
    token = make_token(folder)
    environment.setenv("SOFTHSM2_CONF", str(token.configuration))
    token.begin_anew()
    return token


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """A token for this process."""
    return use_token(tmp_path / "softhsm", monkeypatch)
