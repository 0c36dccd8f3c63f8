"""Unified social credit codes (统一社会信用代码, GB 32100-2015), both checks binding.

18 characters: registering department, category, division code (6), organization code (9, with
the check of GB 11714 as its last), check. Nothing is normalized here: a code that is stored, sealed
and compared has one spelling.
"""

import re
from dataclasses import dataclass

from verify_service.identifiers.errors import (
    OrganizationCheckError,
    UsccCharacterError,
    UsccCheckError,
    UsccLengthError,
)

# No I, O, Z, S, V: they look like 1, 0, 2, 5, U.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = "0123456789"
_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{8}}[0-9X][{ALPHABET}]")
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
# GB 11714 counts in the whole alphabet: A is 10 and Z is 35, whatever GB 32100 leaves out.
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uscc:
    """A checked code and its parts."""

    code: str
    department: str
    category: str
    division_code: str
    organization_code: str

    def __str__(self) -> str:
        return self.code


def parse_uscc(text: str) -> Uscc:
    """Check both check characters and return the parts.

    Raises a `UsccError` that says which check failed and what it should be. The inner check comes
    first: while the organization code is in doubt, the outer check proves nothing.
    """
    if len(text) != 18:
        raise UsccLengthError(found=len(text))
    if not _FORM.fullmatch(text):
        raise _character_error(text)
    expected = organization_check(text[8:16])
    if text[16] != expected:
        raise OrganizationCheckError(expected=expected, found=text[16])
    expected = uscc_check(text[:17])
    if text[17] != expected:
        raise UsccCheckError(expected=expected, found=text[17])
    return Uscc(
        code=text,
        department=text[0],
        category=text[1],
        division_code=text[2:8],
        organization_code=text[8:17],
    )


def uscc_check(body: str) -> str:
    """Return character 18 for the first 17 (GB 32100-2015, weights 3^i modulo 31)."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organization_check(body: str) -> str:
    """Return the ninth character of an organization code for its first eight (GB 11714)."""
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANIZATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def _character_error(text: str) -> UsccCharacterError:
    for position, character in enumerate(text, start=1):
        if 3 <= position <= 8:
            allowed = DIGITS
        elif position == 17:
            allowed = DIGITS + "X"
        else:
            allowed = ALPHABET
        if character not in allowed:
            return UsccCharacterError(position=position, character=character, allowed=allowed)
    raise AssertionError("the form and the places disagree")
