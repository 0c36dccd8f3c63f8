"""Numbers of composite licenses, such as 朝综许06-2023-00001: the prefix belongs to the issuer."""

import re
from dataclasses import dataclass

from verify_service.identifiers.errors import LicenseNumberFormError, LicensePrefixError

MAX_SERIAL = 99_999
_PREFIX = re.compile(r"[^\W\d_]{1,8}")
_FORM = re.compile(r"([^\W\d_]{1,8})([0-9]{2})-([1-9][0-9]{3})-([0-9]{5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseNumber:
    """The parts of a number; ``str`` gives it whole. Raises `LicenseNumberFormError`.

    ``industry`` is a catalog code of two digits, ``serial`` counts from 1 per issuer, industry and
    year.
    """

    prefix: str
    industry: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise LicenseNumberFormError(part="prefix")
        if not re.fullmatch(r"[0-9]{2}", self.industry):
            raise LicenseNumberFormError(part="industry")
        if not 1000 <= self.year <= 9999:
            raise LicenseNumberFormError(part="year")
        if not 1 <= self.serial <= MAX_SERIAL:
            raise LicenseNumberFormError(part="serial")

    def __str__(self) -> str:
        return f"{self.prefix}{self.industry}-{self.year:04}-{self.serial:05}"


def parse_license_number(text: str, *, prefix: str) -> LicenseNumber:
    """Split a number of the issuer that owns ``prefix``.

    Raises `LicensePrefixError` for another issuer's number and `LicenseNumberFormError` for a text
    that is no license number at all.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise LicenseNumberFormError(part="number")
    found, industry, year, serial = match.groups()
    if found != prefix:
        raise LicensePrefixError(expected=prefix, found=found)
    return LicenseNumber(prefix=prefix, industry=industry, year=int(year), serial=int(serial))
