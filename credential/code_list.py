"""Code lists: what the numbers on a license stand for, in an edition of an issuer's catalog.

Signed by the issuer like everything else, so that a scanner without a network shows the names
that the issuer gave. An edition only grows: a code is never reused or changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from credential import cbor, days
from credential.envelope import UnverifiedSign1, read_sign1, sign1
from credential.errors import CredentialError, FormatError, SuiteUnavailableError
from credential.signer import Signer, VerificationKey

MEDIA_TYPE: Final = "application/vnd.composite-license.code-list+cwt"
MAX_BYTES: Final = 1 << 16


class CodeListError(FormatError):
    """The code list is forged, malformed, or of another issuer."""


class Claim(IntEnum):
    """Claim labels: RFC 8392 §4, and one of private use."""

    ISSUER = 1
    ISSUED = 6
    CODE_LIST = -65540


@dataclass(frozen=True, slots=True)
class Name:
    """A name in Chinese, and its English gloss."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PermitCode:
    """What a permit code stands for: a kind, granted by a department."""

    kind: str
    name: Name
    department: Name


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of one edition of an issuer's catalog. `issued_at` is in Unix seconds."""

    issuer: str
    edition: int
    issued_at: int
    industries: Mapping[str, Name]
    permits: Mapping[int, PermitCode]


def seal_code_list(listed: CodeList, signer: Signer) -> bytes:
    """Sign a code list."""
    return sign1(encode_code_list(listed), signer, type=MEDIA_TYPE)


def encode_code_list(listed: CodeList) -> bytes:
    """Write the claims set of a code list."""
    industries: dict[cbor.Key, cbor.Item] = {
        code: (name.zh, name.en) for code, name in listed.industries.items()
    }
    permits: dict[cbor.Key, cbor.Item] = {
        code: (
            permit.kind,
            permit.name.zh,
            permit.name.en,
            permit.department.zh,
            permit.department.en,
        )
        for code, permit in listed.permits.items()
    }
    claims: dict[cbor.Key, cbor.Item] = {
        Claim.ISSUER.value: listed.issuer,
        Claim.ISSUED.value: listed.issued_at,
        Claim.CODE_LIST.value: (listed.edition, industries, permits),
    }
    return cbor.encode(claims)


def read_code_list(data: bytes) -> UnverifiedSign1:
    """Take a signed list apart, to learn which key it names.

    Raises:
        CodeListError: not a message of this type.
    """
    try:
        message = read_sign1(data, max_bytes=MAX_BYTES)
    except CredentialError as error:
        raise CodeListError(f"code list: {error}") from None
    if message.header.type != MEDIA_TYPE:
        raise CodeListError(f"message is of type {message.header.type!r}, no code list")
    return message


def open_code_list(data: bytes, key: VerificationKey, *, issuer: str) -> CodeList:
    """Check a signed code list; `issuer` is whose key it is.

    Raises:
        CodeListError: forged, malformed, or of another issuer.
        SuiteUnavailableError: this system cannot compute its key's suite.
    """
    try:
        claims = cbor.decode(read_code_list(data).open(key), max_bytes=MAX_BYTES)
    except (CodeListError, SuiteUnavailableError):
        raise
    except CredentialError as error:
        raise CodeListError(f"code list: {error}") from None
    if not isinstance(claims, Mapping) or len(claims) != len(Claim):
        raise CodeListError("code list does not hold just its claims")
    match claims:
        case {
            1: str(named),
            6: int(issued_at),
            Claim.CODE_LIST: (int(edition), Mapping() as industries, Mapping() as permits),
        } if not cbor.has_boolean(issued_at, edition):
            pass
        case _:
            raise CodeListError("code list holds a claim of the wrong type")
    if named != issuer:
        raise CodeListError(f"code list is of {named}, its key of {issuer}")
    if not 0 < issued_at <= days.LAST_INSTANT:
        raise CodeListError("code list has its time out of range")
    return CodeList(
        issuer,
        edition,
        issued_at,
        {_industry_code(code): _read_name(name) for code, name in industries.items()},
        {_permit_code(code): _read_permit(permit) for code, permit in permits.items()},
    )


def _industry_code(code: cbor.Key) -> str:
    if isinstance(code, str) and len(code) == 2 and code.isascii() and code.isdecimal():
        return code
    raise CodeListError(f"code list holds the industry code {code!r}")


def _permit_code(code: cbor.Key) -> int:
    if isinstance(code, int) and 0 < code < 128:
        return code
    raise CodeListError(f"code list holds the permit code {code!r}")


def _read_name(item: cbor.Item) -> Name:
    match item:
        case (str(zh), str(en)):
            return Name(zh, en)
    raise CodeListError("code list holds a malformed name")


def _read_permit(item: cbor.Item) -> PermitCode:
    match item:
        case (str(kind), str(zh), str(en), str(department_zh), str(department_en)):
            return PermitCode(kind, Name(zh, en), Name(department_zh, department_en))
    raise CodeListError("code list holds a malformed permit")
