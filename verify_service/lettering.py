"""What can be written on a license: a credential has to hold it, and the sheet's fonts to draw it.

Held against every text where it enters: refused at the counter, with the character named, and not
when a license is sealed or printed from it weeks later.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from credential.claims import MAX_ADDRESS, MAX_NAME, MAX_NUMBER
from verify_service.errors import ServiceError
from verify_service.fonts import missing_glyphs

# Control, format (zero width, changes of direction), surrogates, private use, unassigned, line and
# paragraph separators: what does not show, or makes something else show.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LONGEST: Final = {"holder": MAX_NAME, "address": MAX_ADDRESS, "permit-number": MAX_NUMBER}
_FIELDS: Final = {"holder": "名称", "address": "地址", "permit-number": "许可证件编号"}
_REASONS: Final = {
    "empty": ("为空", "is empty"),
    "too-long": ("过长", "is too long"),
    "edge-space": ("首尾有空格", "begins or ends with a blank"),
    "not-nfc": ("不是 Unicode NFC 形式", "is not in Unicode NFC"),
    "unprintable": ("含有无法印制的字符", "has characters that cannot be printed:"),
}


@dataclass(eq=False, kw_only=True)
class LetteringError(ServiceError):
    """``field`` is a word of `LONGEST`; ``reason`` is ``empty``, ``too-long``, ``edge-space``,
    ``not-nfc`` or ``unprintable``, then ``characters`` names them (``U+202E``)."""

    field: str
    reason: str
    characters: str = ""

    def message(self) -> dict[str, str]:
        zh, en = _REASONS[self.reason]
        return {
            "zh": f"{_FIELDS[self.field]}{zh} {self.characters}".rstrip(),
            "en": f"the {self.field} {en} {self.characters}".rstrip(),
        }


def check_lettering(text: str, *, field: str) -> None:
    """Refuse a text that no license could carry and no sheet could show; raises `LetteringError`."""
    if not text.strip():
        raise LetteringError(field=field, reason="empty")
    if len(text) > LONGEST[field]:
        raise LetteringError(field=field, reason="too-long")
    if not unicodedata.is_normalized("NFC", text):
        raise LetteringError(field=field, reason="not-nfc")
    unseen = {character for character in text if unicodedata.category(character) in _UNSEEN}
    unseen |= set(missing_glyphs(text))
    if unseen:
        named = " ".join(f"U+{ord(character):04X}" for character in sorted(unseen))
        raise LetteringError(field=field, reason="unprintable", characters=named)
    if text != text.strip():
        raise LetteringError(field=field, reason="edge-space")
