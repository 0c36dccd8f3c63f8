"""Making a key inside a token: sensitive, not extractable, for signing alone."""

import secrets
from typing import Final

from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error

from credential.signer import ED25519, ES256, VerificationKey
from keys.errors import Fault, KeyFileError
from keys.hsm import HsmSigner
from keys.pin import Ask, PinSource, ask_at_terminal
from keys.pkcs11_module import module_of
from keys.pkcs11_uri import TokenUri
from keys.token_key import CURVE25519, P256, find_token, log_in, naming

_MAKING: Final = {
    ES256.name: (KeyType.EC, Mechanism.EC_KEY_PAIR_GEN, P256),
    ED25519.name: (KeyType.EC_EDWARDS, Mechanism.EC_EDWARDS_KEY_PAIR_GEN, CURVE25519),
}
_ID_BYTES: Final = 8


def create_token_key(uri: TokenUri, *, suite: str, ask: Ask = ask_at_terminal) -> VerificationKey:
    """Make a key under the name of a URI; gives its public half, once the key has signed.

    Raises:
        KeyFileError: the URI names no object, the token has a key of that name or cannot make
            one, or what it has made cannot be used.
    """
    if uri.object is None:
        raise KeyFileError(uri.text, Fault.MALFORMED_URI, "object")
    if suite not in _MAKING:
        raise KeyFileError(uri.text, Fault.UNKNOWN_SUITE, suite)
    pins = PinSource(uri, ask=ask)
    module = module_of(uri)
    with module.lock:
        try:
            token = find_token(module.begin(after=0), uri)
            kind, mechanism, curve = _MAKING[suite]
            if mechanism not in token.slot.get_mechanisms():
                raise KeyFileError(uri.text, Fault.NO_MECHANISM, suite)
            with log_in(token, uri, pins, rw=True) as session:
                for each in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
                    if list(session.get_objects({Attribute.CLASS: each, **naming(uri)})):
                        raise KeyFileError(uri.text, Fault.KEY_EXISTS)
                session.create_domain_parameters(
                    kind, {Attribute.EC_PARAMS: curve}, local=True
                ).generate_keypair(
                    mechanism=mechanism,
                    id=secrets.token_bytes(_ID_BYTES) if uri.id is None else uri.id,
                    label=uri.object,
                    store=True,
                    capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
                    private_template={
                        Attribute.PRIVATE: True,
                        Attribute.SENSITIVE: True,
                        Attribute.EXTRACTABLE: False,
                    },
                )
        except PKCS11Error as error:
            detail = " ".join(filter(None, (type(error).__name__, str(error))))
            raise KeyFileError(uri.text, Fault.TOKEN_FAILED, detail) from None
    return HsmSigner(uri, ask=lambda _: pins.read()).verification_key
