"""Division codes (行政区划代码, GB/T 2260): six digits, the first two a province."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from verify_service.identifiers.errors import DivisionCodeError

_FORM = re.compile(r"[0-9]{6}")
# The provinces of GB/T 2260. Districts below them come and go every year: not enforced.
_PROVINCES = frozenset(
    f"{first}{second}"
    for first, seconds in {
        1: "12345",
        2: "123",
        3: "1234567",
        4: "123456",
        5: "01234",
        6: "12345",
        7: "1",
        8: "12",
    }.items()
    for second in seconds
)

BEIJING_DISTRICTS: Mapping[str, str] = MappingProxyType(
    {
        "110101": "东城区",
        "110102": "西城区",
        "110105": "朝阳区",
        "110106": "丰台区",
        "110107": "石景山区",
        "110108": "海淀区",
        "110109": "门头沟区",
        "110111": "房山区",
        "110112": "通州区",
        "110113": "顺义区",
        "110114": "昌平区",
        "110115": "大兴区",
        "110116": "怀柔区",
        "110117": "平谷区",
        "110118": "密云区",
        "110119": "延庆区",
    }
)


def check_division_code(code: str) -> str:
    """Return ``code`` if it can be a division code; raises `DivisionCodeError`."""
    if not _FORM.fullmatch(code) or code[:2] not in _PROVINCES:
        raise DivisionCodeError(code=code)
    return code
