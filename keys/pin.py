"""The PIN of a token: from a file for its owner alone, or typed at a terminal; never an argument.

A token locks itself after a few wrong PINs. So one that was refused is not tried again, by this
process, until another stands in the file.
"""

import getpass
import sys
from collections.abc import Callable

from keys.errors import Fault, KeyFileError
from keys.files import read_passphrase
from keys.pkcs11_uri import TokenUri

Ask = Callable[[TokenUri], str]
"""Asks a person for a PIN."""


class PinSource:
    """Where the PIN of a token comes from, each time that somebody has to log in."""

    def __init__(self, uri: TokenUri, *, ask: Ask) -> None:
        self._uri = uri
        self._ask = ask
        self._typed: str | None = None
        self._refused: tuple[str, str] | None = None

    def read(self) -> str:
        """Read the PIN.

        Raises:
            KeyFileError: there is none, others can read it, or the token has refused it before.
        """
        pin = self._from_file() if self._uri.pin_file is not None else self._from_person()
        if self._refused is not None and pin == self._refused[0]:
            raise KeyFileError(self._uri.text, Fault.PIN_REFUSED, self._refused[1])
        return pin

    def refuse(self, pin: str, *, why: str) -> KeyFileError:
        """Remember that the token has refused a PIN; gives what there is to be raised."""
        self._refused = (pin, why)
        self._typed = None
        return KeyFileError(self._uri.text, Fault.PIN_REFUSED, why)

    def _from_file(self) -> str:
        assert self._uri.pin_file is not None
        try:
            return read_passphrase(self._uri.pin_file).decode("utf-8")
        except UnicodeDecodeError:
            raise KeyFileError(str(self._uri.pin_file), Fault.PIN_MISSING, "UTF-8") from None
        except KeyFileError as error:
            fault = Fault.PIN_MISSING if error.fault is Fault.PASSPHRASE else error.fault
            raise KeyFileError(error.path, fault, error.detail) from None

    def _from_person(self) -> str:
        if self._typed is None:
            self._typed = self._ask(self._uri)
        return self._typed


def ask_at_terminal(uri: TokenUri) -> str:
    """Ask at the terminal, without showing what is typed.

    Raises:
        KeyFileError: there is no terminal, or nothing was typed.
    """
    if not sys.stdin.isatty():
        raise KeyFileError(uri.text, Fault.PIN_MISSING)
    pin = getpass.getpass(f"PIN ({uri.token or uri.text}): ")
    if not pin:
        raise KeyFileError(uri.text, Fault.PIN_MISSING)
    return pin


def ask_nobody(uri: TokenUri) -> str:
    """Ask nobody: a service has no terminal. Raises `KeyFileError`."""
    raise KeyFileError(uri.text, Fault.PIN_MISSING)
