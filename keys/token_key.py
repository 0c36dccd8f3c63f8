"""A private key in a token: found, held against what it has to be, and signing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, Session, Token, TokenFlag
from pkcs11.exceptions import (
    AttributeSensitive,
    AttributeTypeInvalid,
    DeviceRemoved,
    FunctionFailed,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    SlotIDInvalid,
    TokenNotPresent,
    TokenNotRecognised,
    UserAlreadyLoggedIn,
    UserPinNotInitialized,
)

from credential.errors import CredentialError
from credential.signer import ED25519, ES256, Suite, VerificationKey, canonical_es256
from keys.errors import Fault, KeyFileError
from keys.pin import PinSource
from keys.pkcs11_uri import TokenUri

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Library  # noqa: N812 - the binding's own spelling

P256: Final = bytes.fromhex("06082a8648ce3d030107")  # OBJECT IDENTIFIER 1.2.840.10045.3.1.7
CURVE25519: Final = bytes.fromhex("06032b6570")  # OBJECT IDENTIFIER 1.3.101.112
_ED25519_CURVES: Final = frozenset(
    (CURVE25519, b"\x13\x0cedwards25519")  # or its name, as PKCS#11 v3.0 §2.3.10 has both
)
_MECHANISMS: Final = {ES256.name: Mechanism.ECDSA, ED25519.name: Mechanism.EDDSA}
# No COSE structure begins like this, so that nobody can make a message of its signature.
_TRIAL: Final = b"composite-license: does this private key fit its public half?"
_PIN_REFUSALS: Final = (
    *(PinIncorrect, PinInvalid, PinLenRange, PinLocked, PinExpired),
    UserPinNotInitialized,
)
_NOT_THERE: Final = (TokenNotPresent, TokenNotRecognised, DeviceRemoved, SlotIDInvalid)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """A private key in an open session, with its public half."""

    verification_key: VerificationKey
    private: Any  # the binding makes the class of an object from what it can do
    mechanism: Mechanism

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature in its canonical form. Raises `PKCS11Error`."""
        return _sign(self.private, self.mechanism, message)

    def look(self) -> None:
        """Ask the token for the key, and for no signature. Raises `PKCS11Error`."""
        self.private[Attribute.KEY_TYPE]


def find_token(library: "Library", uri: TokenUri) -> Token:
    """Find the one token that a URI means.

    Raises:
        KeyFileError: none, or several.
        PKCS11Error: the module fails.
    """
    found = [token for token in _tokens(library) if _is_meant(token, uri)]
    if not found:
        raise KeyFileError(uri.text, Fault.TOKEN_MISSING)
    if len(found) > 1:
        serials = ", ".join(token.serial.decode("utf-8", "replace") for token in found)
        raise KeyFileError(uri.text, Fault.SEVERAL_TOKENS, serials)
    return found[0]


def log_in(token: Token, uri: TokenUri, pins: PinSource, *, rw: bool = False) -> Session:
    """Open a session, with the PIN where the token wants one.

    Raises:
        KeyFileError: there is no PIN, or it was refused.
        PKCS11Error: the token fails.
    """
    if not token.flags & TokenFlag.LOGIN_REQUIRED:
        return token.open(rw=rw)
    if token.flags & TokenFlag.USER_PIN_FINAL_TRY:  # another wrong one, and the token is locked
        raise KeyFileError(uri.text, Fault.PIN_LAST_TRY)
    pin = pins.read()
    try:
        return token.open(rw=rw, user_pin=pin)
    except UserAlreadyLoggedIn:  # for another key of this token; a login is the whole process's
        return token.open(rw=rw)
    except _PIN_REFUSALS as error:
        raise pins.refuse(pin, why=type(error).__name__) from None


def open_key(token: Token, session: Session, uri: TokenUri) -> TokenKey:
    """Find the one private key that a URI means, and prove it.

    Raises:
        KeyFileError: none, several, one that can be read out, one without a public half, or of
            a kind in which token or project cannot sign.
        PKCS11Error: the token fails.
    """
    named = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.TOKEN: True, **naming(uri)}
    found = list(session.get_objects(named))
    if not found:
        raise KeyFileError(uri.text, Fault.KEY_NOT_IN_TOKEN)
    if len(found) > 1:
        raise KeyFileError(uri.text, Fault.SEVERAL_KEYS, str(len(found)))
    (private,) = found
    _refuse_extractable(private, uri)
    suite = _suite_of(private, uri)
    mechanism = _MECHANISMS[suite.name]
    if mechanism not in token.slot.get_mechanisms() or not _attribute(private, Attribute.SIGN):
        raise KeyFileError(uri.text, Fault.NO_MECHANISM, suite.name)
    signature = _sign(private, mechanism, _TRIAL)
    for public in _public_halves(session, private, suite):
        try:
            public.verify(signature, _TRIAL)
        except CredentialError:
            continue
        return TokenKey(verification_key=public, private=private, mechanism=mechanism)
    raise KeyFileError(uri.text, Fault.NO_PUBLIC_HALF)


def naming(uri: TokenUri) -> dict[Attribute, object]:
    """What a key's objects have to be called."""
    named: dict[Attribute, object] = {}
    if uri.object is not None:
        named[Attribute.LABEL] = uri.object
    if uri.id is not None:
        named[Attribute.ID] = uri.id
    return named


def _tokens(library: "Library") -> Iterator[Token]:
    for slot in library.get_slots(token_present=True):
        try:
            token = slot.get_token()
        except _NOT_THERE:
            continue
        if token.flags & TokenFlag.TOKEN_INITIALIZED:
            yield token


def _is_meant(token: Token, uri: TokenUri) -> bool:
    return all(
        wanted is None or wanted == found
        for wanted, found in (
            (uri.token, token.label),
            (uri.serial, token.serial.decode("utf-8", "replace")),
            (uri.manufacturer, token.manufacturer_id),
            (uri.model, token.model),
            (uri.slot_id, token.slot.slot_id),
        )
    )


def _refuse_extractable(private: Any, uri: TokenUri) -> None:
    """Refuse a key that the token would give away; what it does not say counts against it."""
    if not _attribute(private, Attribute.SENSITIVE):
        raise KeyFileError(uri.text, Fault.EXTRACTABLE, "CKA_SENSITIVE")
    if _attribute(private, Attribute.EXTRACTABLE) is not False:
        raise KeyFileError(uri.text, Fault.EXTRACTABLE, "CKA_EXTRACTABLE")


def _suite_of(private: Any, uri: TokenUri) -> Suite:
    kind, curve = private[Attribute.KEY_TYPE], _attribute(private, Attribute.EC_PARAMS)
    if kind == KeyType.EC and curve == P256:
        return ES256
    if kind == KeyType.EC_EDWARDS and curve in _ED25519_CURVES:
        return ED25519
    raise KeyFileError(uri.text, Fault.UNKNOWN_SUITE)


def _attribute(thing: Any, attribute: Attribute) -> Any:
    """An attribute, or None where the token has none of that name or does not tell it."""
    try:
        return thing[attribute]
    except (AttributeSensitive, AttributeTypeInvalid, FunctionFailed):
        return None


def _sign(private: Any, mechanism: Mechanism, message: bytes) -> bytes:
    if mechanism is Mechanism.EDDSA:
        return bytes(private.sign(message, mechanism=mechanism))
    # Hashed here: CKM_ECDSA is everywhere, CKM_ECDSA_SHA256 is not (SoftHSM 2.6 has none).
    raw = bytes(private.sign(hashlib.sha256(message).digest(), mechanism=mechanism))
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return canonical_es256(r, s)


def _public_halves(session: Session, private: Any, suite: Suite) -> Iterator[VerificationKey]:
    """What may be the public half: public keys and certificates of the same id, or label."""
    id, label = _attribute(private, Attribute.ID), _attribute(private, Attribute.LABEL)
    beside = {Attribute.ID: id} if id else {Attribute.LABEL: label}
    for kind, read in (
        (ObjectClass.PUBLIC_KEY, _read_point),
        (ObjectClass.CERTIFICATE, _read_certificate),
    ):
        for thing in list(session.get_objects({Attribute.CLASS: kind, **beside})):
            try:
                yield VerificationKey.load(suite, read(thing, suite))
            except (CredentialError, ValueError):  # another's, or malformed: no half of this key
                continue


def _read_point(thing: Any, suite: Suite) -> bytes:
    """CKA_EC_POINT: an OCTET STRING around the point, or (older modules) the bare point."""
    point = bytes(_attribute(thing, Attribute.EC_POINT) or b"")
    size = suite.public_bytes
    return point[2:] if point[:2] == bytes((4, size)) and len(point) == size + 2 else point


def _read_certificate(thing: Any, suite: Suite) -> bytes:
    der = bytes(_attribute(thing, Attribute.VALUE) or b"")
    match x509.load_der_x509_certificate(der).public_key():
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()) as key if suite is ES256:
            return key.public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        case ed25519.Ed25519PublicKey() as key if suite is ED25519:
            return key.public_bytes_raw()
    raise ValueError("a certificate of another kind of key")
