"""Why a license may not be issued, or what its issuer should look at first: reasons as data."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from verify_service.catalog.bilingual import Bilingual


class Severity(StrEnum):
    """`FATAL` forbids issuing; `WARNING` and `INFO` go with an issued license."""

    INFO = "info"
    WARNING = "warning"
    FATAL = "fatal"


class ReasonCode(StrEnum):
    """Stable words; a code never changes its meaning or its severity."""

    MANDATORY_ITEM_MISSING = "mandatory-item-missing"
    GROUP_MISSING = "group-missing"
    NO_PERMIT_IN_FORCE = "no-permit-in-force"
    PERMIT_NOT_OF_INDUSTRY = "permit-not-of-industry"
    FORM_NOT_ACCEPTED = "form-not-accepted"
    ITEM_NOT_OF_INDUSTRY = "item-not-of-industry"
    ITEM_NOT_APPLICABLE = "item-not-applicable"
    MANDATORY_ITEM_PENDING = "mandatory-item-pending"
    CONDITIONAL_ITEM_OPEN = "conditional-item-open"
    PERMIT_NOT_IN_FORCE = "permit-not-in-force"
    PERMIT_NOT_APPLICABLE = "permit-not-applicable"
    ALREADY_PERMITTED = "already-permitted"


# {item}: id and names of an item, a group's items, or an unknown id; {permit}: place and name of a
# held permit, counted from 1 for people
_TEXTS: Final[dict[ReasonCode, tuple[Severity, str, str]]] = {
    ReasonCode.MANDATORY_ITEM_MISSING: (
        Severity.FATAL,
        "必须办理事项{item}既未许可也未申请",
        "mandatory item {item} is neither permitted nor applied for",
    ),
    ReasonCode.GROUP_MISSING: (
        Severity.FATAL,
        "以下事项必须办理至少一项：{item}",
        "too few of these items are permitted or applied for: {item}",
    ),
    ReasonCode.NO_PERMIT_IN_FORCE: (
        Severity.FATAL,
        "没有任何有效的单项审批证件，不能制发综合许可凭证",
        "there is no permit in force for a license to gather",
    ),
    ReasonCode.PERMIT_NOT_OF_INDUSTRY: (
        Severity.FATAL,
        "证件{permit}不属于本行业任何事项，请移除或核对行业",
        "permit {permit} belongs to no item of this industry; remove it or check the industry",
    ),
    ReasonCode.FORM_NOT_ACCEPTED: (
        Severity.FATAL,
        "证件{permit}的形式不能满足事项{item}",
        "permit {permit} is not in a form that item {item} accepts here",
    ),
    ReasonCode.ITEM_NOT_OF_INDUSTRY: (
        Severity.FATAL,
        "所申请的事项{item}不属于本行业",
        "item {item}, said to be applied for, is not of this industry",
    ),
    ReasonCode.ITEM_NOT_APPLICABLE: (
        Severity.FATAL,
        "所申请的事项{item}对该场所不适用",
        "item {item}, said to be applied for, does not apply to these premises",
    ),
    ReasonCode.MANDATORY_ITEM_PENDING: (
        Severity.WARNING,
        "必须办理事项{item}尚未许可，将在凭证上注明",
        "mandatory item {item} is pending and will be noted on the license",
    ),
    ReasonCode.CONDITIONAL_ITEM_OPEN: (
        Severity.WARNING,
        "按所填事实需要办理事项{item}，但既未许可也未申请，请核实",
        "by the facts given, item {item} is called for, yet neither permitted nor applied for",
    ),
    ReasonCode.PERMIT_NOT_IN_FORCE: (
        Severity.WARNING,
        "证件{permit}不在有效状态，不计入",
        "permit {permit} is not in force and does not count",
    ),
    ReasonCode.PERMIT_NOT_APPLICABLE: (
        Severity.WARNING,
        "证件{permit}对应的事项{item}对该场所不适用，不汇入凭证，请核实所填事实",
        "permit {permit} is left off: item {item} does not apply to these premises; check facts",
    ),
    ReasonCode.ALREADY_PERMITTED: (
        Severity.INFO,
        "事项{item}已有有效证件，不再注明为未许可",
        "item {item} has a permit in force already and is not noted as pending",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One finding about items (by id) and permits (by index into what was held)."""

    code: ReasonCode
    severity: Severity
    item_ids: tuple[str, ...]
    permits: tuple[int, ...]
    message: Bilingual


_NOTHING: Final = Bilingual(zh="", en="")


def explain(
    code: ReasonCode,
    *,
    item_ids: tuple[str, ...] = (),
    item: Bilingual = _NOTHING,
    permits: tuple[int, ...] = (),
    permit: Bilingual = _NOTHING,
) -> Reason:
    """A reason with its severity, and its message from the names of what it is about."""
    severity, zh, en = _TEXTS[code]
    return Reason(
        code=code,
        severity=severity,
        item_ids=item_ids,
        permits=permits,
        message=Bilingual(
            zh=zh.format(item=item.zh, permit=permit.zh),
            en=en.format(item=item.en, permit=permit.en),
        ),
    )
