"""Permit numbers: warned about, never refused for their format.

Departments' formats vary and most are not published; one in eleven real food permits fails the
check that the format defines. Refused is only what cannot be kept or shown without deceit.
"""

import re
import unicodedata
from dataclasses import dataclass

from verify_service.identifiers.divisions import check_division_code
from verify_service.identifiers.errors import DivisionCodeError, PermitNumberError
from verify_service.identifiers.iso7064 import mod_11_10

MAX_LENGTH = 64
# Control, format (zero width, right-to-left overrides), surrogates, private use, unassigned, line
# and paragraph separators: what does not show, or makes another number show.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FOOD = re.compile(r"JY[1-3][0-9]{13}")
_TOBACCO = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitNumberWarning:
    """``code`` is stable: ``food-form``, ``food-check``, ``tobacco-form``, ``tobacco-division``."""

    code: str
    zh: str
    en: str


def check_permit_number(kind: str, number: str) -> tuple[PermitNumberWarning, ...]:
    """Return what looks wrong with the number of a permit of this kind (a catalog id).

    Kinds without a known format get no warning. Raises `PermitNumberError` for a number that is
    empty, longer than 64 characters, edged with spaces, or has characters that do not show.
    """
    if not number:
        raise PermitNumberError(reason="empty")
    if len(number) > MAX_LENGTH:
        raise PermitNumberError(reason="too-long")
    if any(unicodedata.category(character) in _INVISIBLE for character in number):
        raise PermitNumberError(reason="invisible-character")
    if number != number.strip():
        raise PermitNumberError(reason="edge-space")
    match kind:
        case "food_business":
            return _food(number)
        case "tobacco_retail":
            return _tobacco(number)
        case _:
            return ()


def _food(number: str) -> tuple[PermitNumberWarning, ...]:
    if not _FOOD.fullmatch(number):
        return (
            PermitNumberWarning(
                code="food-form",
                zh="食品经营许可证编号一般为 JY 加 14 位数字，首位为 1、2 或 3",
                en="a food permit's number is usually JY and 14 digits, the first 1, 2 or 3",
            ),
        )
    expected = mod_11_10(number[2:-1])
    if number[-1] != expected:
        return (
            PermitNumberWarning(
                code="food-check",
                zh=f"食品经营许可证编号校验位按规则应为 {expected}，现为 {number[-1]}，请核对",
                en=f"the check digit of the food permit is {expected} by rule, not {number[-1]}",
            ),
        )
    return ()


def _tobacco(number: str) -> tuple[PermitNumberWarning, ...]:
    if not _TOBACCO.fullmatch(number):
        return (
            PermitNumberWarning(
                code="tobacco-form",
                zh="烟草专卖零售许可证编号一般为 12 位数字",
                en="a tobacco permit's number is usually 12 digits",
            ),
        )
    try:
        check_division_code(number[:6])
    except DivisionCodeError:
        return (
            PermitNumberWarning(
                code="tobacco-division",
                zh=f"烟草专卖零售许可证编号前六位 {number[:6]} 不是行政区划代码",
                en=f"the first six digits, {number[:6]}, are no division code",
            ),
        )
    return ()
