"""Why an extract is not compared, or a difference not settled.

ReconciliationError
├── AsOfRefusedError         not one instant, or one that is still to come
├── SettlementUnclearError   what is to be done is for the department to say
└── ExtractRefusedError      rows that cannot be read
"""

from dataclasses import dataclass
from typing import ClassVar

from verify_service.errors import ServiceError


class ReconciliationError(ServiceError):
    """Nothing was written."""


@dataclass(eq=False, kw_only=True)
class AsOfRefusedError(ReconciliationError):
    """``reason``: ``mixed`` (the rows name several instants) or ``ahead``."""

    reason: str

    WORDS: ClassVar[dict[str, tuple[str, str]]] = {
        "mixed": ("全部行须为同一时间", "its rows name several"),
        "ahead": ("不得晚于现在", "it is still to come"),
    }

    def message(self) -> dict[str, str]:
        zh, en = self.WORDS[self.reason]
        return {
            "zh": f"截至时间不可用：{zh}",
            "en": f"the extract's instant cannot be used: {en}",
        }


@dataclass(eq=False, kw_only=True)
class SettlementUnclearError(ReconciliationError):
    """``what`` is the difference's word, ``lacking`` what has to be said: ``move``, ``premises``."""

    difference: int
    what: str
    lacking: str

    WORDS: ClassVar[dict[str, str]] = {"move": "办理事项", "premises": "经营场所"}

    def message(self) -> dict[str, str]:
        return {
            "zh": f"差异 {self.difference} 如何处理须由部门写明：{self.WORDS[self.lacking]}",
            "en": f"how difference {self.difference} ({self.what}) is settled is for the department to"
            f" say: {self.lacking}",
        }


@dataclass(eq=False, kw_only=True)
class ExtractRefusedError(ReconciliationError):
    """Said at the end of a command: the report has the rows and the reasons."""

    refused: int

    zh = "有 {refused} 行不能读取，未作比对，见上"
    en = "{refused} rows cannot be read, so nothing was compared: see above"
