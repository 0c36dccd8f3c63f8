"""E-license identifiers (电子证照标识, GB/T 36904-2018).

``1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>``: the check character is ISO 7064
MOD 37,36 over everything after the OID root, dots removed. Lengths of the parts are not enforced:
real identifiers differ in them.
"""

import re
from dataclasses import dataclass

from verify_service.identifiers.errors import ELicenseCheckError, ELicenseFormError
from verify_service.identifiers.iso7064 import mod_37_36

OID_ROOT = "1.2.156.3005.2"
MAX_LENGTH = 128  # ours: the standard sets none that is public
_PART = re.compile(r"[0-9A-Z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ELicenseIdentifier:
    """The parts of a checked identifier; ``str`` gives it whole."""

    type_code: str
    issuer_code: str
    serial: str
    version: str
    check: str

    def __str__(self) -> str:
        parts = (self.type_code, self.issuer_code, self.serial, self.version, self.check)
        return ".".join((OID_ROOT, *parts))


def make_elicense_identifier(
    *, type_code: str, issuer_code: str, serial: str, version: str
) -> ELicenseIdentifier:
    """Build an identifier with its check character; raises `ELicenseFormError`."""
    named = {
        "type_code": type_code,
        "issuer_code": issuer_code,
        "serial": serial,
        "version": version,
    }
    for name, part in named.items():
        if not _PART.fullmatch(part):
            raise ELicenseFormError(part=name)
    identifier = ELicenseIdentifier(
        type_code=type_code,
        issuer_code=issuer_code,
        serial=serial,
        version=version,
        check=mod_37_36(type_code + issuer_code + serial + version),
    )
    if len(str(identifier)) > MAX_LENGTH:
        raise ELicenseFormError(part="length")
    return identifier


def parse_elicense_identifier(text: str) -> ELicenseIdentifier:
    """Check and split an identifier; raises an `ELicenseError`."""
    if len(text) > MAX_LENGTH:
        raise ELicenseFormError(part="length")
    if not text.startswith(OID_ROOT + "."):
        raise ELicenseFormError(part="root")
    parts = text.removeprefix(OID_ROOT + ".").split(".")
    if len(parts) != 5:
        raise ELicenseFormError(part="parts")
    type_code, issuer_code, serial, version, check = parts
    identifier = make_elicense_identifier(
        type_code=type_code, issuer_code=issuer_code, serial=serial, version=version
    )
    if identifier.check != check:
        raise ELicenseCheckError(expected=identifier.check, found=check)
    return identifier
