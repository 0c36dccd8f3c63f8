"""JOSE tokens of the same content: a SMART Health Card and a JWT-VC.

Each is made from its public text:
- SMART Health Cards Framework 1.4.0 (spec.smarthealth.cards): header alg, zip, and kid the JWK
  thumbprint (RFC 7638); iss and nbf; `vc` with type and credentialSubject; minified, raw DEFLATE;
  compact JWS; "shc:/" in byte mode and two digits a character (its code less 45) in numeric mode.
  Our content stands where a FHIR bundle would, which is larger.
- Verifiable Credentials Data Model 1.1 §6.3.1 (JWT encoding): iss, sub, jti, nbf, exp instead of
  their counterparts, `vc` with @context, type, credentialSubject and credentialStatus
  (StatusList2021Entry); compact JWS (RFC 7515) in byte mode.
"""

import hashlib
import json
from typing import Final

from credential.claims import License
from tests.bench.sizes.alphabets import encode_64_url
from tests.bench.sizes.carried import Carried
from tests.bench.sizes.content import Value, expires_at, issued_at, lettered, named
from tests.bench.sizes.cose_tokens import deflate
from tests.bench.sizes.licenses import host_of, number_of
from tests.bench.sizes.ours import SIGNER
from tests.bench.sizes.symbols import Mode, Segment

_LOWEST: Final = ord("-")


def smart_health_card(license: License) -> Carried:
    """A health card whose subject is our content."""
    issuer = _issuer(license)
    claims: dict[str, Value] = {
        "iss": issuer,
        "nbf": issued_at(license),
        "exp": expires_at(license),
        "vc": {"type": [f"{issuer}#license"], "credentialSubject": lettered(license)},
    }
    header: dict[str, Value] = {"zip": "DEF", "alg": "ES256", "kid": thumbprint()}
    jws = _jws(header, deflate(_minify(claims)))
    digits = "".join(f"{ord(character) - _LOWEST:02d}" for character in jws)
    return Carried(jws.encode(), (Segment(Mode.BYTE, "shc:/"), Segment(Mode.NUMERIC, digits)))


def jwt_vc(license: License) -> Carried:
    """A verifiable credential as a JWT."""
    issuer = _issuer(license)
    status = f"{issuer}/status/{license.status_list}"
    claims: dict[str, Value] = {
        "iss": issuer,
        "sub": f"urn:uscc:{license.uscc}",
        "jti": f"urn:license:{license.issuer}:{number_of(license)}",
        "nbf": issued_at(license),
        "exp": expires_at(license),
        "vc": {
            "@context": [
                "https://www.w3.org/2018/credentials/v1",
                "https://w3id.org/vc/status-list/2021/v1",
                f"{issuer}/v1",
            ],
            "type": ["VerifiableCredential", "CompositeLicense"],
            "credentialSubject": named(license),
            "credentialStatus": {
                "id": f"{status}#{license.status_index}",
                "type": "StatusList2021Entry",
                "statusPurpose": "revocation",
                "statusListIndex": str(license.status_index),
                "statusListCredential": status,
            },
        },
    }
    jws = _jws({"alg": "ES256", "kid": thumbprint(), "typ": "JWT"}, _minify(claims))
    return Carried(jws.encode(), (Segment(Mode.BYTE, jws),))


def thumbprint() -> str:
    """The key's JWK thumbprint (RFC 7638), base64url."""
    point = SIGNER.public
    jwk = {
        "crv": "P-256",
        "kty": "EC",
        "x": encode_64_url(point[1:33]),
        "y": encode_64_url(point[33:]),
    }
    return encode_64_url(hashlib.sha256(_minify(jwk)).digest())


def _jws(header: dict[str, Value], payload: bytes) -> str:
    signed = f"{encode_64_url(_minify(header))}.{encode_64_url(payload)}"
    return f"{signed}.{encode_64_url(SIGNER.sign(signed.encode()))}"


def _minify(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _issuer(license: License) -> str:
    return f"https://{host_of(license).lower()}"
