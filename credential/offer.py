"""A district's offer: what it asks to be listed with, signed with every key that it names.

So that nobody is listed with a key that it does not hold. A message that several sign, like the
trust list that takes it over (docs/spec/trust-list.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from credential import cbor, days
from credential.errors import CredentialError, OfferError
from credential.multisign import UnverifiedSign, cosign, draft, read_sign, write_sign
from credential.names import unfit_words
from credential.signer import Signer, VerificationKey
from credential.trust import Issuer
from credential.trust_list import read_issuer

MEDIA_TYPE: Final = "application/vnd.composite-license.offer+cwt"
MAX_BYTES: Final = 1 << 14


class Claim(IntEnum):
    """Claim labels: RFC 8392 §4, and one of private use."""

    ISSUED = 6
    OFFER = -65542


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer whose signatures were checked. What it is recognized for is not for it to say."""

    issued_at: int
    issuer: Issuer


def seal_offer(offer: Offer, signers: Iterable[Signer]) -> bytes:
    """Sign an offer with the keys that it names."""
    message = draft_offer(offer)
    for signer in signers:
        message = cosign(message, signer)
    return write_sign(message)


def draft_offer(offer: Offer) -> UnverifiedSign:
    """Write an offer down, to be signed."""
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.ISSUED.value: offer.issued_at,
        Claim.OFFER.value: tuple(offer.issuer),
    }
    return draft(cbor.encode(claims), type=MEDIA_TYPE)


def open_offer(data: bytes) -> Offer:
    """Check an offer: every key in it that is not compromised has signed it.

    Raises:
        OfferError: malformed, with scopes of its own or a name that nobody can read, or a key has
            not signed.
    """
    try:
        message = read_sign(data, max_bytes=MAX_BYTES)
        if message.type != MEDIA_TYPE:
            raise OfferError(f"message is of type {message.type!r}, no offer")
        offer = read_offer(message.unverified_payload)
        for field, text in unfit_words(offer.issuer):
            raise OfferError(f"offer names what nobody can read: {field} = {text!a}")
        keys: dict[bytes, VerificationKey] = {}
        for entry in offer.issuer.keys:
            if entry.key.key_id != entry.key_id:
                raise OfferError(f"key id {entry.key_id.hex()} is another key's")
            if entry.compromised_day is None:
                keys[entry.key_id] = entry.key
        if len(keys) != len(offer.issuer.keys):
            raise OfferError("offer names a key twice, or one that is compromised")
        message.open(keys, threshold=len(keys))
    except OfferError:
        raise
    except CredentialError as error:
        raise OfferError(f"offer: {error}") from None
    return offer


def read_offer(payload: bytes) -> Offer:
    """What an offer's payload says; who has signed it is not looked at.

    Raises:
        CredentialError: malformed.
    """
    claims = cbor.decode(payload, max_bytes=MAX_BYTES)
    if not isinstance(claims, Mapping) or len(claims) != len(Claim):
        raise OfferError("offer does not hold just its claims")
    match claims:
        case {6: int(issued), Claim.OFFER: tuple(entry)} if not cbor.has_boolean(issued):
            issuer = read_issuer(entry)
        case _:
            raise OfferError("offer holds a claim of the wrong type")
    if not 0 < issued <= days.LAST_INSTANT:
        raise OfferError("offer has its time out of range")
    if issuer.scopes or not issuer.keys:
        raise OfferError("offer names scopes, or no key")
    return Offer(issued_at=issued, issuer=issuer)
