"""Signing with a private key inside a token (HSM, smart card, SoftHSM) through PKCS#11.

Opened when it is first needed, and again after the token was away: threads share one session, and
a child process makes its own. Attempts have a pause between them.
"""

import time
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from pkcs11.exceptions import PKCS11Error

from credential.signer import Suite, VerificationKey
from keys.errors import Fault, KeyFileError
from keys.pin import Ask, PinSource, ask_at_terminal
from keys.pkcs11_module import module_of
from keys.pkcs11_uri import TokenUri
from keys.token_key import TokenKey, find_token, log_in, open_key

PAUSE_SECONDS: Final = 5.0  # between two attempts to open; to begin a module anew takes a while

_Result = TypeVar("_Result")


class HsmSigner:
    """A `Signer` whose private key never leaves its token.

    Everything here raises `KeyFileError` while the token cannot be used; a fault of `GONE` may
    pass by itself.
    """

    def __init__(
        self, uri: TokenUri, *, ask: Ask = ask_at_terminal, pause: float = PAUSE_SECONDS
    ) -> None:
        self._uri = uri
        self._pins = PinSource(uri, ask=ask)
        self._pause = pause
        self._module = module_of(uri)
        self._key: TokenKey | None = None
        self._known: VerificationKey | None = None
        self._beginning = 0  # of the module, when the key was opened or could not be
        self._failed: tuple[float, KeyFileError] | None = None

    @property
    def suite(self) -> Suite:
        return self.verification_key.suite

    @property
    def key_id(self) -> bytes:
        return self.verification_key.key_id

    @property
    def verification_key(self) -> VerificationKey:
        if self._known is None:
            self.look()
        assert self._known is not None
        return self._known

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature in its canonical form; other bytes each time (ES256)."""
        return self._use(lambda key: key.sign(message))

    def look(self) -> None:
        """Make sure that the token and its key are there, without a signature."""
        self._use(TokenKey.look)

    def _use(self, what: Callable[[TokenKey], _Result]) -> _Result:
        with self._module.lock:
            try:
                return what(self._opened())
            except PKCS11Error:  # a session that has ended, or a token that was put in again
                self._key = None
            try:
                return what(self._opened())
            except PKCS11Error as error:
                self._key = None
                self._fail(error)

    def _opened(self) -> TokenKey:
        if self._key is not None and self._beginning == self._module.beginning:
            return self._key
        if self._failed is not None and time.monotonic() < self._failed[0] + self._pause:
            raise self._again(self._failed[1])
        try:
            self._key = self._open()
        except KeyFileError as error:
            self._failed = (time.monotonic(), error)
            raise
        except PKCS11Error as error:
            self._fail(error)
        finally:
            self._beginning = self._module.beginning
        self._failed = None
        return self._key

    def _open(self) -> TokenKey:
        token = find_token(self._module.begin(after=self._beginning), self._uri)
        key = open_key(token, log_in(token, self._uri, self._pins), self._uri)
        if self._known is not None and key.verification_key.public != self._known.public:
            # What was signed with the other one is published under its id.
            raise KeyFileError(self._uri.text, Fault.ANOTHER_KEY, key.verification_key.key_id.hex())
        self._known = key.verification_key
        return key

    def _fail(self, error: PKCS11Error) -> NoReturn:
        detail = " ".join(filter(None, (type(error).__name__, str(error))))
        fault = KeyFileError(self._uri.text, Fault.TOKEN_FAILED, detail)
        self._failed = (time.monotonic(), fault)
        raise fault from None

    @staticmethod
    def _again(error: KeyFileError) -> KeyFileError:
        """The same once more: one that was raised before carries where it went."""
        return KeyFileError(error.path, error.fault, error.detail)
