"""SM2 keys in PEM files: what `keys.files` hands on, because `cryptography` cannot read them."""

import base64
import re
from pathlib import Path

from credential.errors import SuiteUnavailableError
from keys.errors import Fault, KeyFileError
from keys.sm2 import Sm2KeyError, Sm2Signer, generate, open_private

_LONGEST_PASSPHRASE = 1023  # bytes, as `cryptography` has it for the other suites
_PLAIN, _ENCRYPTED = b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY"
_BLOCK = re.compile(
    rb"-----BEGIN ((?:ENCRYPTED )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]*)-----END \1-----"
)


def make(path: Path, passphrase: bytes | None) -> tuple[Sm2Signer, bytes]:
    """Make a key, and give what its file is to hold.

    Raises:
        KeyFileError: the passphrase is empty or too long, or this system has no SM2.
    """
    if passphrase is not None and not 0 < len(passphrase) <= _LONGEST_PASSPHRASE:
        raise KeyFileError(str(path), Fault.PASSPHRASE)
    try:
        signer = generate()
        return signer, _pem(signer.private_der(passphrase), locked=passphrase is not None)
    except SuiteUnavailableError as error:
        raise KeyFileError(str(path), Fault.SUITE_UNAVAILABLE, error.cause) from None


def read(path: Path, pem: bytes, passphrase: bytes | None) -> Sm2Signer:
    """Open what the file holds.

    Raises:
        KeyFileError: no SM2 key, locked by another passphrase, or this system has no SM2.
    """
    block = _BLOCK.search(pem)
    if block is None:
        raise KeyFileError(str(path), Fault.UNKNOWN_SUITE)
    if (block[1] == _ENCRYPTED) is (passphrase is None):
        raise KeyFileError(str(path), Fault.PASSPHRASE)
    try:
        return open_private(base64.b64decode(block[2]), passphrase)
    except Sm2KeyError as error:
        raise KeyFileError(str(path), error.fault) from None
    except SuiteUnavailableError as error:
        raise KeyFileError(str(path), Fault.SUITE_UNAVAILABLE, error.cause) from None


def _pem(der: bytes, *, locked: bool) -> bytes:
    label = _ENCRYPTED if locked else _PLAIN
    body = base64.b64encode(der)
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return b"\n".join((b"-----BEGIN %b-----" % label, *lines, b"-----END %b-----" % label, b""))
