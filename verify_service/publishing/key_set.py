"""An issuer's keys as a JSON Web Key Set (RFC 7517, RFC 8037), for programs that know JOSE.

It is not signed: a verifier of licenses believes the trust list, which it is made of
(docs/spec/api.md).
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from credential.days import nearest_date
from credential.trust import Issuer, TrustedKey

_POINT_BYTES: Final = 65  # 04 ‖ x ‖ y, SEC 1 §2.3.3
_EDWARDS_BYTES: Final = 32
# COSE label: curve and algorithm. Nobody has registered SM2's, with JOSE as little as with COSE.
_ON_A_CURVE: Final[Mapping[int, tuple[str, str]]] = {-7: ("P-256", "ES256"), -65537: ("SM2", "SM2")}
_EDWARDS: Final[Mapping[int, tuple[str, str]]] = {-8: ("Ed25519", "EdDSA")}


def key_set(issuer: Issuer, *, day: int) -> dict[str, Any]:
    """The set, as it stands on a day.

    A compromised key is not in it: whoever reads a key set ignores members that he does not know,
    and would take it for a good one. Nor is a key that JOSE has no form for.
    """
    keys = [
        {**jwk, **_life(trusted, day)}
        for trusted in issuer.keys
        if trusted.compromised_day is None and (jwk := _jwk(trusted)) is not None
    ]
    return {"keys": keys}


def _jwk(trusted: TrustedKey) -> dict[str, str] | None:
    public = trusted.public
    known = {"use": "sig", "kid": trusted.key_id.hex()}
    if trusted.algorithm in _ON_A_CURVE and len(public) == _POINT_BYTES:
        curve, algorithm = _ON_A_CURVE[trusted.algorithm]
        x, y = _base64url(public[1:33]), _base64url(public[33:])
        return known | {"kty": "EC", "crv": curve, "alg": algorithm, "x": x, "y": y}
    if trusted.algorithm in _EDWARDS and len(public) == _EDWARDS_BYTES:
        curve, algorithm = _EDWARDS[trusted.algorithm]
        return known | {"kty": "OKP", "crv": curve, "alg": algorithm, "x": _base64url(public)}
    return None


def _life(trusted: TrustedKey, day: int) -> dict[str, str | None]:
    """Private members (RFC 7517 §4): state and days, both included."""
    return {
        "state": trusted.state_on(day).value,
        "first_day": nearest_date(trusted.from_day).isoformat(),
        "last_day": None
        if trusted.until_day is None
        else nearest_date(trusted.until_day).isoformat(),
    }


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
