"""Profile city-code: a license behind a code in the manner of DB11/T 1917.2-2021.

The standard's public extracts name a standard field (guiding URL, code system, authorization,
attribute), an extension field of at most 200 characters that the issuing application defines,
and a security field (time of generation, period of validity). Separators and most lengths are not
public, so they are configuration here (`CityCodeLayout`); docs/spec/credential.md says what this
was built from. All fields but the extension are authenticated as external_aad of its signature.
"""

import re
from dataclasses import dataclass
from typing import Final

from credential.barcode import decode_41, encode_41
from credential.errors import SealingError, TextError

MAX_EXTENSION: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCodeLayout:
    """Lengths and separator of the fields, all in QR's alphanumeric set."""

    separator: str = "."
    code_system: int = 2
    authorization: int = 6
    attribute: int = 4
    generated: int = 10
    validity: int = 5
    extension: int = MAX_EXTENSION


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCode:
    """The fields of one code. `generated` is minutes since 2020-01-01 in Beijing, in decimal."""

    code_system: str
    authorization: str
    attribute: str
    message: bytes
    generated: str
    validity: str

    def authenticated(self, url: str, layout: CityCodeLayout) -> bytes:
        """The text without its extension field: what the signature covers beside the message."""
        return _join(url, self, "", layout).encode()


DEFAULT_LAYOUT: Final = CityCodeLayout()


def format_city_code(url: str, code: CityCode, layout: CityCodeLayout = DEFAULT_LAYOUT) -> str:
    """Write the text of a code behind its guiding URL.

    Raises:
        SealingError: a field that is longer than the layout allows.
    """
    extension = encode_41(code.message)
    if len(extension) > layout.extension:
        raise SealingError(f"extension of {len(extension)} characters")
    text = _join(url, code, extension, layout)
    try:
        parse_city_code(text[len(url) :], layout)
    except TextError as error:
        raise SealingError(f"a field does not fit the layout: {error}") from None
    return text


def parse_city_code(path: str, layout: CityCodeLayout = DEFAULT_LAYOUT) -> CityCode:
    """Read what stands behind the guiding URL.

    Raises:
        TextError: another number of fields, or a field of another length or alphabet.
    """
    fields = path.split(layout.separator)
    if len(fields) != 6:
        raise TextError(f"city code of {len(fields)} fields")
    code_system, authorization, attribute, extension, generated, validity = fields
    for name, field, length in (
        ("code system", code_system, layout.code_system),
        ("authorization", authorization, layout.authorization),
        ("attribute", attribute, layout.attribute),
        ("time of generation", generated, layout.generated),
        ("period of validity", validity, layout.validity),
    ):
        if len(field) != length or not re.fullmatch("[0-9A-Z]+", field):
            raise TextError(f"city code: {name} is not {length} characters of 0-9A-Z")
    if not 0 < len(extension) <= layout.extension:
        raise TextError(f"city code: extension of {len(extension)} characters")
    return CityCode(
        code_system=code_system,
        authorization=authorization,
        attribute=attribute,
        message=decode_41(extension),
        generated=generated,
        validity=validity,
    )


def _join(url: str, code: CityCode, extension: str, layout: CityCodeLayout) -> str:
    return url + layout.separator.join(
        (
            code.code_system,
            code.authorization,
            code.attribute,
            extension,
            code.generated,
            code.validity,
        )
    )
