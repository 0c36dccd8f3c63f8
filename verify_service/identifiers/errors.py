"""Why an identifier is refused.

IdentifierError
├── UsccError
│   ├── UsccLengthError              not 18 characters
│   ├── UsccCharacterError           a character that its place does not allow
│   ├── OrganizationCheckError       characters 9–17 fail their own check (GB 11714)
│   └── UsccCheckError               character 18 fails (GB 32100)
├── ELicenseError
│   ├── ELicenseFormError            not six parts after the OID root
│   └── ELicenseCheckError           the check character fails (ISO 7064 MOD 37,36)
├── DivisionCodeError                not a division code of GB/T 2260
├── PermitNumberError                cannot be kept or shown at all
└── LicenseNumberError
    ├── LicenseNumberFormError       not ``PREFIXnn-yyyy-sssss``
    └── LicensePrefixError           a number of another issuer
"""

from dataclasses import dataclass

from verify_service.errors import ServiceError


class IdentifierError(ServiceError):
    """An identifier is not what it claims to be."""


class UsccError(IdentifierError):
    """Not a unified social credit code (GB 32100-2015)."""


@dataclass(eq=False, kw_only=True)
class UsccLengthError(UsccError):
    found: int

    zh = "统一社会信用代码应为 18 位，现为 {found} 位"
    en = "a unified social credit code has 18 characters, this has {found}"


@dataclass(eq=False, kw_only=True)
class UsccCharacterError(UsccError):
    """``position`` counts from 1, as the standard does."""

    position: int
    character: str
    allowed: str

    zh = "统一社会信用代码第 {position} 位不能是“{character}”，只能取 {allowed}"
    en = "character {position} of a unified social credit code is one of {allowed}, not {character}"


@dataclass(eq=False, kw_only=True)
class OrganizationCheckError(UsccError):
    expected: str
    found: str

    zh = "统一社会信用代码第 17 位（主体标识码校验码）应为“{expected}”，现为“{found}”"
    en = "character 17, the check of the organization code, is {expected}, not {found}"


@dataclass(eq=False, kw_only=True)
class UsccCheckError(UsccError):
    expected: str
    found: str

    zh = "统一社会信用代码第 18 位（校验码）应为“{expected}”，现为“{found}”"
    en = "character 18, the check of the whole code, is {expected}, not {found}"


class ELicenseError(IdentifierError):
    """Not an e-license identifier (GB/T 36904-2018)."""


@dataclass(eq=False, kw_only=True)
class ELicenseFormError(ELicenseError):
    """``part`` names the first part that is wrong."""

    part: str

    zh = "电子证照标识格式不正确：{part}"
    en = "the form of the e-license identifier is wrong: {part}"


@dataclass(eq=False, kw_only=True)
class ELicenseCheckError(ELicenseError):
    expected: str
    found: str

    zh = "电子证照标识校验位应为“{expected}”，现为“{found}”"
    en = "the check character of the e-license identifier is {expected}, not {found}"


@dataclass(eq=False, kw_only=True)
class DivisionCodeError(IdentifierError):
    code: str

    zh = "“{code}”不是行政区划代码（GB/T 2260，六位数字）"
    en = "{code!r} is no division code (GB/T 2260, six digits)"


@dataclass(eq=False, kw_only=True)
class PermitNumberError(IdentifierError):
    """``reason`` is ``empty``, ``too-long``, ``edge-space`` or ``invisible-character``."""

    reason: str

    zh = "许可证编号无法登记：{reason}"
    en = "the permit number cannot be kept: {reason}"


class LicenseNumberError(IdentifierError):
    """Not the number of a composite license."""


@dataclass(eq=False, kw_only=True)
class LicenseNumberFormError(LicenseNumberError):
    part: str

    zh = "综合许可凭证编号格式不正确：{part}"
    en = "the form of the license number is wrong: {part}"


@dataclass(eq=False, kw_only=True)
class LicensePrefixError(LicenseNumberError):
    expected: str
    found: str

    zh = "编号前缀应为“{expected}”，现为“{found}”：不是本发证机关的凭证"
    en = "the prefix is {expected}, not {found}: a license of another issuer"
