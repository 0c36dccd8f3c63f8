"""Our own two profiles, and where the bytes of profile full go."""

from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from credential import days
from credential.claims import License, encode_license
from credential.seal import city_code_url, full_url, seal, seal_city_code
from credential.signer import P256_ORDER, PrivateKeySigner
from credential.text import pack_text
from tests.bench.sizes.alphabets import as_digits
from tests.bench.sizes.carried import Carried
from tests.bench.sizes.licenses import host_of
from tests.bench.sizes.symbols import Mode, Segment

SIGNER: Final = PrivateKeySigner.hold(
    ec.derive_private_key(
        int.from_bytes(sha256(b"composite-license size benchmark").digest(), "big") % P256_ORDER,
        ec.SECP256R1(),
    )
)
_FIXED_BYTES: Final = 34  # docs/spec/credential.md, "The license record"
_PERMIT_BYTES: Final = 3
_PENDING_BYTES: Final = 1


@lru_cache(maxsize=1024)  # the tables ask for the same ones again and again
def full(license: License) -> Carried:
    """Profile full, as it is issued."""
    sealed = seal(license, SIGNER, host=host_of(license))
    return as_digits(sealed.message, full_url(host_of(license)))


def city_code(license: License) -> Carried:
    """Profile city-code, sealed on the day of issue."""
    host = host_of(license)
    noon = days.seconds_at(license.issued_day) + 43_200
    sealed = seal_city_code(license, SIGNER, host=host, generated_at=noon)
    assert sealed.text.startswith(city_code_url(host))
    return Carried(sealed.message, (Segment(Mode.ALPHANUMERIC, sealed.text),))


def breakdown(license: License) -> dict[str, int]:
    """The bytes of a message of profile full by what they are for; they sum up to its length."""
    sealed = seal(license, SIGNER, host=host_of(license))
    texts = [license.holder, license.address, *(permit.number for permit in license.permits)]
    packed = [len(pack_text(text)) for text in texts]
    record = (
        _FIXED_BYTES
        + _PERMIT_BYTES * len(license.permits)
        + _PENDING_BYTES * len(license.pending)
        + sum(packed)
        + len(texts)
        - 1
    )
    protected = 9  # {1: -7, 4: h'…' of 4 bytes}
    return {
        "signature": SIGNER.suite.signature_bytes,
        "protected header (suite, key id)": protected,
        "frame (COSE_Sign1 and its heads)": len(sealed.message)
        - SIGNER.suite.signature_bytes
        - protected
        - len(sealed.claims),
        "claims head (issuer, label)": len(encode_license(license)) - record,
        "fixed fields": _FIXED_BYTES,
        "permits and pending items": _PERMIT_BYTES * len(license.permits)
        + _PENDING_BYTES * len(license.pending),
        "holder's name": packed[0],
        "address": packed[1],
        "permit numbers": sum(packed[2:]),
        "separators": len(texts) - 1,
    }
