"""Why an extract is not compared, or a difference not settled.

ReconciliationError
├── AsOfRefusedError         not one instant, or one that is still to come
├── SettlementUnclearError   what is to be done is for the department to say
└── ExtractRefusedError      rows that cannot be read
"""

from dataclasses import dataclass

from verify_service.errors import ServiceError


class ReconciliationError(ServiceError):
    """Nothing was written."""


@dataclass(eq=False, kw_only=True)
class AsOfRefusedError(ReconciliationError):
    """``reason``: ``mixed`` (the rows name several instants) or ``ahead``."""

    reason: str

    zh = "截至时间不可用：{reason}（全部行须为同一时间，且不晚于现在）"
    en = "the extract's instant cannot be used: {reason} (one for all rows, and not after now)"


@dataclass(eq=False, kw_only=True)
class SettlementUnclearError(ReconciliationError):
    """``what`` is the difference's word, ``lacking`` what has to be said: ``move``, ``premises``."""

    difference: int
    what: str
    lacking: str

    zh = "差异 {difference}（{what}）如何处理须由部门写明：{lacking}"
    en = "how difference {difference} ({what}) is settled is for the department to say: {lacking}"


@dataclass(eq=False, kw_only=True)
class ExtractRefusedError(ReconciliationError):
    """Said at the end of a command: the report has the rows and the reasons."""

    refused: int

    zh = "有 {refused} 行不能读取，未作比对，见上"
    en = "{refused} rows cannot be read, so nothing was compared: see above"
