"""Opening a signer by URI: ``file:PATH[?passphrase-file=PATH]`` or ``pkcs11:…`` (RFC 7512)."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from credential.signer import Signer, VerificationKey
from keys.errors import GONE, Fault, KeyFileError
from keys.files import load_private, read_passphrase
from keys.pin import ask_nobody
from keys.pkcs11_uri import SCHEME, parse_token_uri

if TYPE_CHECKING:
    from keys.hsm import HsmSigner


def open_signer(uri: str) -> Signer:
    """Open the private key that a URI names; asks for a PIN where the URI names no file of it.

    Raises:
        KeyFileError: another scheme, or a key that cannot be used.
    """
    if is_in_token(uri):
        signer = _in_token(uri)
        signer.look()
        return signer
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise KeyFileError(_masked(uri), Fault.UNKNOWN_SCHEME, str(error)) from None
    if parts.scheme != "file" or not parts.path or parts.netloc:
        raise KeyFileError(_masked(uri), Fault.UNKNOWN_SCHEME)
    passphrase = None
    for name, values in parse_qs(parts.query, keep_blank_values=True).items():
        if name != "passphrase-file":
            raise KeyFileError(_masked(uri), Fault.UNKNOWN_SCHEME, "?passphrase-file=PATH")
        passphrase = read_passphrase(Path(values[-1]))
    return load_private(Path(unquote(parts.path)), passphrase=passphrase)


def _masked(uri: str) -> str:
    """A URI for a message, which goes into a journal: a passphrase may stand in its query."""
    path, mark, _ = uri.partition("?")
    return f"{path}{mark}..." if mark else path


def await_token(uri: str) -> "HsmSigner":
    """Open a key in a token for a program that goes on without it, until the token is there.

    Nobody is asked for a PIN: the URI has to name its file.

    Raises:
        KeyFileError: what no waiting mends, such as a refused PIN; never a fault of `GONE`.
    """
    if parse_token_uri(uri).pin_file is None:
        raise KeyFileError(uri, Fault.PIN_MISSING)
    signer = _in_token(uri, attended=False)
    try:
        signer.look()
    except KeyFileError as error:
        if error.fault not in GONE:
            raise
    return signer


def create_in_token(uri: str, *, suite: str) -> VerificationKey:
    """Make a key inside a token; gives its public half. Raises `KeyFileError`."""
    named = parse_token_uri(uri)
    try:
        from keys.hsm_making import create_token_key  # noqa: PLC0415 - as in `_in_token`
    except ImportError as error:
        raise KeyFileError(uri, Fault.NO_BINDING, str(error)) from None
    return create_token_key(named, suite=suite)


def is_in_token(uri: str) -> bool:
    """Say whether a URI names a key in a token."""
    return uri.startswith(SCHEME)


def _in_token(uri: str, *, attended: bool = True) -> "HsmSigner":
    named = parse_token_uri(uri)
    try:  # the binding is an extra, and only keys in tokens need it
        from keys.hsm import HsmSigner  # noqa: PLC0415
    except ImportError as error:
        raise KeyFileError(uri, Fault.NO_BINDING, str(error)) from None
    return HsmSigner(named) if attended else HsmSigner(named, ask=ask_nobody)
