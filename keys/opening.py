"""Opening a signer by URI: ``file:PATH`` or ``file:PATH?passphrase-file=PATH``."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from keys.errors import Fault, KeyFileError
from keys.files import FileSigner, load_private, read_passphrase


def open_signer(uri: str) -> FileSigner:
    """Open the private key that a URI names.

    Raises:
        KeyFileError: another scheme, or a key that cannot be used.
    """
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise KeyFileError(uri, Fault.UNKNOWN_SCHEME, str(error)) from None
    if parts.scheme != "file" or not parts.path or parts.netloc:
        raise KeyFileError(uri, Fault.UNKNOWN_SCHEME)
    passphrase = None
    for name, values in parse_qs(parts.query, keep_blank_values=True).items():
        if name != "passphrase-file":
            raise KeyFileError(uri, Fault.UNKNOWN_SCHEME, name)
        passphrase = read_passphrase(Path(values[-1]))
    return load_private(Path(unquote(parts.path)), passphrase=passphrase)
