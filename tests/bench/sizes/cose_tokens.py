"""COSE tokens of the same content: plain CWT in several dresses, HCERT, and claim 169.

Each is made from its public text:
- CWT: RFC 8392; COSE_Sign1: RFC 9052 §4.2; ES256: RFC 9053 §2.1.
- HCERT: Electronic Health Certificate Specification 1.0.x (ehn-dcc-development/eu-dcc-hcert-spec,
  hcert_spec.md): alg and an 8-byte kid in the protected header; iss, exp, iat; claim -260 holding
  {1: map with text keys}; zlib; base45 behind "HC1:"; level Q recommended.
- Claim 169: MOSIP "169 - QR Code Specifications" 1.2.2 (mosip/id-claim-169): CWT tag 61 around
  COSE_Sign1, kid in the unprotected header, iss a URI, claim 169 holding a map with integer
  keys (4 full name, 10 address, 21 location code; 75–99 free within an ecosystem), zlib, base45.
"""

import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import cbor2

from credential.claims import License
from credential.days import date_of
from credential.envelope import sig_structure
from credential.seal import full_url
from tests.bench.sizes.alphabets import as_digits, encode_45
from tests.bench.sizes.carried import Carried
from tests.bench.sizes.content import Value, Write, expires_at, issued_at, lettered, numbered
from tests.bench.sizes.licenses import host_of, number_of
from tests.bench.sizes.ours import SIGNER
from tests.bench.sizes.symbols import Mode, Segment

HCERT_PREFIX: Final = "HC1:"

_ALGORITHM, _KEY_ID = 1, 4
_ISSUER, _EXPIRES, _ISSUED = 1, 4, 6
_HCERT: Final = -260
_IDENTITY: Final = 169
_CONTENT: Final = -65537
_SIGN1_TAG, _CWT_TAG = 18, 61
_LONG_KEY_ID: Final = sha256(SIGNER.public).digest()[:8]  # as long as a certificate's


def plain_cwt(license: License) -> Carried:
    """Integer labels, UTF-8 texts, no compression; in our URL and digits, to compare the bytes."""
    return _in_url(license, _sign(cbor2.dumps(compact_claims(license))))


def gb18030_cwt(license: License) -> Carried:
    """The same with texts as byte strings in GB 18030: two bytes a hanzi."""
    write: Write = lambda text: text.encode("gb18030")  # noqa: E731  (named by its type)
    return _in_url(license, _sign(cbor2.dumps(compact_claims(license, write))))


def deflated_cwt(license: License, dictionary: bytes = b"") -> Carried:
    """The same with its claims deflated before signing, against a preset dictionary or none."""
    return _in_url(license, _sign(deflate(cbor2.dumps(compact_claims(license)), dictionary)))


def hcert(license: License) -> Carried:
    """An HCERT whose claim -260 holds our content instead of a health certificate."""
    claims: dict[int, Value] = {
        _ISSUER: "CN",
        _EXPIRES: expires_at(license),
        _ISSUED: issued_at(license),
        _HCERT: {1: {"ver": "1.0.0", **lettered(license)}},
    }
    message = _sign(cbor2.dumps(claims), key_id=_LONG_KEY_ID)
    packed = zlib.compress(message, 9)
    return Carried(packed, (Segment(Mode.ALPHANUMERIC, HCERT_PREFIX + encode_45(packed)),))


def claim_169(license: License) -> Carried:
    """A claim 169 token: registered labels where they fit, 75 and on for the rest."""
    identity: dict[int, Value] = {
        1: number_of(license),
        2: str(license.version),
        4: license.holder,
        10: license.address,
        75: license.issuer,
        76: license.industry,
        77: license.catalog,
        78: license.uscc,
        79: [license.status_list, license.status_index],
        80: [
            [permit.code, permit.number]
            + ([f"{date_of(permit.last_day):%Y%m%d}"] if permit.last_day else [])
            + [True] * permit.by_promise
            for permit in license.permits
        ],
    }
    if license.position:
        identity[21] = ",".join(map(str, license.position))
    if license.pending:
        identity[81] = [[item.code, item.mandatory] for item in license.pending]
    claims: dict[int, Value] = {
        _ISSUER: f"https://{host_of(license).lower()}",
        _EXPIRES: expires_at(license),
        _ISSUED: issued_at(license),
        _IDENTITY: identity,
    }
    payload = cbor2.dumps(claims)
    protected = cbor2.dumps({_ALGORITHM: SIGNER.suite.algorithm})
    sign1 = _sign1(protected, {_KEY_ID: SIGNER.key_id}, payload)
    packed = zlib.compress(cbor2.dumps(cbor2.CBORTag(_CWT_TAG, sign1)), 9)
    return Carried(packed, (Segment(Mode.ALPHANUMERIC, encode_45(packed)),))


def compact_claims(license: License, write: Write = str) -> Mapping[int, Value]:
    """The claims set of the plain CWT."""
    return {
        _ISSUER: license.issuer,
        _EXPIRES: expires_at(license),
        _ISSUED: issued_at(license),
        _CONTENT: numbered(license, write),
    }


def deflate(data: bytes, dictionary: bytes = b"") -> bytes:
    """Raw DEFLATE (RFC 1951), no header and no check."""
    packer = (
        zlib.compressobj(9, wbits=-15, zdict=dictionary)
        if dictionary
        else zlib.compressobj(9, wbits=-15)
    )
    return packer.compress(data) + packer.flush()


def _sign(payload: bytes, key_id: bytes = SIGNER.key_id) -> bytes:
    protected = cbor2.dumps({_ALGORITHM: SIGNER.suite.algorithm, _KEY_ID: key_id})
    return cbor2.dumps(_sign1(protected, {}, payload))


def _sign1(protected: bytes, unprotected: Mapping[int, bytes], payload: bytes) -> cbor2.CBORTag:
    signature = SIGNER.sign(sig_structure(protected, b"", payload))
    return cbor2.CBORTag(_SIGN1_TAG, [protected, unprotected, payload, signature])


def _in_url(license: License, message: bytes) -> Carried:
    return as_digits(message, full_url(host_of(license)))
