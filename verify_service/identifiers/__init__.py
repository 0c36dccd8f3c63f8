"""The identifiers of the field: which are refused, and which only get a warning.

Hard-checked, because their check characters are public and binding: the unified social credit
code (`uscc`), the e-license identifier (`elicense`), division codes (`divisions`) and the numbers
that a district gives its own licenses (`license_numbers`). Warned about only, because most of
their formats are not published: permit numbers (`permit_numbers`).
"""

from verify_service.identifiers.divisions import BEIJING_DISTRICTS, check_division_code
from verify_service.identifiers.elicense import (
    ELicenseIdentifier,
    make_elicense_identifier,
    parse_elicense_identifier,
)
from verify_service.identifiers.license_numbers import LicenseNumber, parse_license_number
from verify_service.identifiers.permit_numbers import PermitNumberWarning, check_permit_number
from verify_service.identifiers.uscc import Uscc, organization_check, parse_uscc, uscc_check

__all__ = [
    "BEIJING_DISTRICTS",
    "ELicenseIdentifier",
    "LicenseNumber",
    "PermitNumberWarning",
    "Uscc",
    "check_division_code",
    "check_permit_number",
    "make_elicense_identifier",
    "organization_check",
    "parse_elicense_identifier",
    "parse_license_number",
    "parse_uscc",
    "uscc_check",
]
