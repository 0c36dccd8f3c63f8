"""Every way in which the core refuses, one class per reason that somebody can act on.

CredentialError
├── NotALicenseError        a text that is no license of this kind (``kind`` says what it looks like)
├── FormatError             bytes or text that claim to be ours and break the format
│   ├── TextError           the symbol's text
│   ├── CborError           not deterministic CBOR within the bounds
│   ├── EnvelopeError       not a COSE_Sign1 message of the profile
│   └── ClaimsError         claims that the spec does not allow
├── KeyUnknownError         no such key in the trust list
├── KeyNotUsableError       the key is known and may not be believed for this (``state``)
├── SuiteError              the message names another suite than its key's
├── SuiteUnavailableError   the key is of a suite that is not to be had here
├── SignatureError          the signature does not verify
│   └── MalleatedError      … and is the other one of the two that ECDSA would accept (high s)
├── ThresholdError          fewer holders have signed than have to
├── RootError               a root that may not be used
├── TrustListError          a trust list that may not be used
├── OfferError              a district's offer that may not be taken
├── StatusListError         a status list that may not be used, or an index outside it
│   └── StatusDeltaError    … a delta of one, or one that does not fit the list held
└── SealingError            content that may not be signed

Not frozen, unlike other values: Python writes ``__traceback__`` into an exception on its way.
"""

from dataclasses import dataclass


@dataclass(eq=False)
class CredentialError(Exception):
    """Base of all refusals; ``detail`` is for logs, never for deciding."""

    detail: str

    def __str__(self) -> str:
        return self.detail


@dataclass(eq=False)
class NotALicenseError(CredentialError):
    """The text is something else; ``kind`` is a word of `barcode.OtherCode`."""

    kind: str


class FormatError(CredentialError):
    """Claims to be ours, and breaks the format."""


class TextError(FormatError):
    """The symbol's text is not canonical."""


class CborError(FormatError):
    """Not deterministic CBOR (RFC 8949 §4.2.1), or beyond the bounds."""


class EnvelopeError(FormatError):
    """Not a COSE_Sign1 message (RFC 9052 §4.2) of the profile."""


class ClaimsError(FormatError):
    """Signed, and its claims are not what the spec allows."""


@dataclass(eq=False)
class KeyUnknownError(CredentialError):
    """No key with this id in the trust list."""

    key_id: bytes


@dataclass(eq=False)
class KeyNotUsableError(CredentialError):
    """The key exists and may not be believed here; ``state`` says why."""

    key_id: bytes
    state: str


class SuiteError(CredentialError):
    """The message names another suite than the one that its key is bound to."""


@dataclass(eq=False)
class SuiteUnavailableError(CredentialError):
    """`suite` is not to be had here: unknown to this program, or its system's library lacks it."""

    suite: str
    cause: str = ""


class SignatureError(CredentialError):
    """The signature does not verify."""


class MalleatedError(SignatureError):
    """An ECDSA signature with the larger s of the two that verify: anybody can make it of the other."""


@dataclass(eq=False)
class ThresholdError(CredentialError):
    """`signed` holders of the `threshold` that have to."""

    signed: int
    threshold: int


class RootError(CredentialError):
    """The root is forged, malformed, or not the next one."""


class TrustListError(CredentialError):
    """The trust list is forged, expired, older than the one held, or malformed."""


class OfferError(CredentialError):
    """The offer is malformed, or not signed with every key that it names."""


class StatusListError(CredentialError):
    """The status list is forged, of another place, or too short for the index."""


class StatusDeltaError(StatusListError):
    """The delta of a status list is forged, malformed, or not of the base that is held."""


class SealingError(CredentialError):
    """The content may not be signed."""
