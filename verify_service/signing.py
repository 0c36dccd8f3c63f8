"""The issuer's key in a token, as the service uses it: it may be away, and the rest goes on.

What the token cannot do is refused by one name, so that nothing half done stays: who signs does so
inside the transaction. When it goes and when it is back is said once, in the log and in /health.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from credential.signer import Signer, Suite, VerificationKey
from keys.errors import Fault, KeyFileError
from verify_service.errors import ServiceError

if TYPE_CHECKING:
    from keys.hsm import HsmSigner

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class Signing(StrEnum):
    """Whether this service can sign; a word of /health."""

    READY = "ready"
    UNAVAILABLE = "unavailable"  # its token is away, or refuses
    NONE = "none"  # it has no key: it verifies


@dataclass(eq=False, kw_only=True)
class SignerUnavailableError(ServiceError):
    """``fault`` is what is wrong with the token, ``told`` the key's own message."""

    fault: Fault
    told: dict[str, str]

    def message(self) -> dict[str, str]:
        return {
            "zh": f"签名密钥暂不可用，未作改动，仍可核验：{self.told['zh']}",
            "en": "the signing key is not available now; nothing was changed, and verifying goes"
            f" on: {self.told['en']}",
        }


class TokenSigner:
    """A `Signer` whose key is in a token. Everything raises `SignerUnavailableError`."""

    def __init__(self, signer: "HsmSigner") -> None:
        self._signer = signer
        self._lock = threading.Lock()
        self._available: bool | None = None  # None: nobody has looked yet

    @property
    def available(self) -> bool:
        """Whether it could be used when somebody last tried."""
        return bool(self._available)

    @property
    def suite(self) -> Suite:
        return self.verification_key.suite

    @property
    def key_id(self) -> bytes:
        return self.verification_key.key_id

    @property
    def verification_key(self) -> VerificationKey:
        # Known from the first opening on, so it tells nothing of where the token is now.
        return self._refusing(lambda signer: signer.verification_key)

    def sign(self, message: bytes) -> bytes:
        return self._asked(lambda signer: signer.sign(message))

    def look(self) -> None:
        """Make sure that token and key are there, without a signature."""
        self._asked(lambda signer: signer.look())

    def _asked(self, what: "Callable[[HsmSigner], _Result]") -> _Result:
        result = self._refusing(what)
        if self._turned(to=True):
            _log.warning("签名密钥可用 / the signing key is available")
        return result

    def _refusing(self, what: "Callable[[HsmSigner], _Result]") -> _Result:
        try:
            return what(self._signer)
        except KeyFileError as error:
            if self._turned(to=False):
                _log.error(
                    "签名密钥不可用，只能核验 / the signing key is not available,"
                    " this service only verifies: %s",
                    error,
                )
            raise SignerUnavailableError(fault=error.fault, told=error.message()) from None

    def _turned(self, *, to: bool) -> bool:
        with self._lock:
            turned, self._available = self._available is not to, to
        return turned


def look_for(signer: Signer) -> None:
    """Make sure that a key can sign, before it costs anything. Raises `SignerUnavailableError`."""
    if isinstance(signer, TokenSigner):
        signer.look()


def signing_of(signer: Signer | None) -> Signing:
    """Whether a service with this key can sign, as far as is known."""
    match signer:
        case None:
            return Signing.NONE
        case TokenSigner(available=False):
            return Signing.UNAVAILABLE
    return Signing.READY
