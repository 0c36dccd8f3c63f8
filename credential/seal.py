"""Sealing: from a license to the text of its symbol. Deterministic with a deterministic signer."""

from dataclasses import dataclass, replace
from typing import Final

from credential import days
from credential.barcode import MAX_MESSAGE_BYTES, encode_digits
from credential.citycode import DEFAULT_LAYOUT, CityCode, format_city_code
from credential.claims import License, encode_license, encode_reference
from credential.envelope import sign1
from credential.errors import SealingError
from credential.signer import Signer

CODE_SYSTEM: Final = "01"
ATTRIBUTE: Final = "ZHXK"  # 综合许可


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed license: the symbol's text, the signed message in it, and the claims set."""

    text: str
    message: bytes
    claims: bytes


def full_url(host: str) -> str:
    """What the text of profile full begins with."""
    return f"HTTPS://{host}/L/"


def city_code_url(host: str) -> str:
    """What the text of profile city-code begins with: its guiding URL."""
    return f"HTTPS://{host}/C/"


def seal(license: License, signer: Signer, *, host: str) -> Sealed:
    """Seal a license in profile full; `host` is upper case, as the trust list has it.

    Raises:
        SealingError: the license holds something that the format cannot.
    """
    _check_host(host)
    claims = encode_license(license)
    message = sign1(claims, signer)
    if len(message) > MAX_MESSAGE_BYTES:
        raise SealingError(f"message of {len(message)} bytes, at most {MAX_MESSAGE_BYTES} allowed")
    return Sealed(full_url(host) + encode_digits(message), message, claims)


def seal_city_code(license: License, signer: Signer, *, host: str, generated_at: int) -> Sealed:
    """Seal a license in profile city-code; `generated_at` is in Unix seconds.

    Raises:
        SealingError: as `seal`, or an extension field that would be too long.
    """
    _check_host(host)
    url = city_code_url(host)
    minutes = (generated_at - days.seconds_at(0)) // 60
    if not 0 <= minutes < 10**10:
        raise SealingError("time of generation is before 2020 or beyond its ten digits")
    fields = CityCode(
        code_system=CODE_SYSTEM,
        authorization=license.issuer,
        attribute=ATTRIBUTE,
        message=b"",
        generated=f"{minutes:010d}",
        validity=f"{license.expiry_day or 0:05d}",
    )
    authenticated = fields.authenticated(url, DEFAULT_LAYOUT)
    message = sign1(encode_reference(license), signer, external_aad=authenticated)
    text = format_city_code(url, replace(fields, message=message))
    return Sealed(text, message, encode_license(license))


def _check_host(host: str) -> None:
    if not host or host != host.upper() or not set(host) <= _HOST:
        raise SealingError(f"host {host!r} is not in upper case, digits, dots and hyphens")


_HOST: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
