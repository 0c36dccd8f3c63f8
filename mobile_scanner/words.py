"""The words and marks by which a screen says what a verdict says, Chinese first.

Outcome and state are told by word and by mark; color only repeats them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from credential.code_list import Name
from credential.reasons import Outcome
from credential.rules import Policy
from credential.verdict import Check, PermitState
from mobile_scanner.bundle import ListKind
from mobile_scanner.terminal import Ink


@dataclass(frozen=True, slots=True)
class Term:
    """`mark` outside of ASCII, and `ascii` for terminals that have no other characters."""

    mark: str
    ascii: str
    zh: str
    en: str
    ink: Ink


OUTCOMES: Final[Mapping[str, Term]] = {
    Outcome.VALID: Term("✔", "[OK]", "有效", "VALID", Ink.GREEN),
    Outcome.ATTENTION: Term("▲", "[!]", "有效，但须注意", "ATTENTION", Ink.YELLOW),
    Outcome.NOT_IN_FORCE: Term("✘", "[X]", "真证，但已不在有效状态", "NOT IN FORCE", Ink.RED),
    Outcome.REJECTED: Term("✘✘", "[XX]", "不予认可", "REJECTED", Ink.RED),
    Outcome.INDETERMINATE: Term("？", "[?]", "现在无法判断", "INDETERMINATE", Ink.BLUE),
    Outcome.NOT_A_LICENSE: Term("○", "[-]", "不是综合许可凭证", "NOT A LICENSE", Ink.STRONG),
}
NOT_RECOGNIZED: Final = Term("✘", "[X]", "真证，但此地不予互认", "NOT RECOGNIZED HERE", Ink.RED)
"""In the place of NOT_IN_FORCE where that is so here alone."""
STATES: Final[Mapping[str, Term]] = {
    PermitState.IN_FORCE: Term("✔", "[OK]", "有效", "in force", Ink.GREEN),
    PermitState.EXPIRING: Term("▲", "[!]", "即将到期", "expiring", Ink.YELLOW),
    PermitState.LAPSED: Term("✘", "[X]", "已失效", "lapsed", Ink.RED),
    PermitState.SUSPENDED: Term("✘", "[X]", "已暂停", "suspended", Ink.RED),
    PermitState.CANCELLED: Term("✘", "[X]", "已注销", "cancelled", Ink.RED),
    PermitState.ANNULLED: Term("✘", "[X]", "已撤销", "annulled", Ink.RED),
    PermitState.REVOKED: Term("✘", "[X]", "已吊销", "revoked", Ink.RED),
    PermitState.WITHDRAWN: Term("✘", "[X]", "已撤回", "withdrawn", Ink.RED),
    PermitState.UNKNOWN: Term("？", "[?]", "状态不明", "unknown", Ink.BLUE),
}
NOT_CONFIRMED: Final = Term("？", "[?]", "未能核实", "not confirmed", Ink.BLUE)
"""In the place of a state that old lists, or a wrong clock, do not bear out."""
CHECKS: Final[Mapping[str, Term]] = {
    Check.PASSED: Term("✔", "[OK]", "通过", "passed", Ink.GREEN),
    Check.FAILED: Term("✘", "[X]", "未通过", "failed", Ink.RED),
    Check.NOT_CHECKED: Term("–", "[-]", "未核", "not checked", Ink.FAINT),
}
REMARK: Final = Term("·", "-", "说明", "remark", Ink.PLAIN)
CHECKED: Final[Mapping[str, Name]] = {
    "signature": Name("签名", "signature"),
    "issuer": Name("发证机关", "issuer"),
    "status": Name("状态", "status"),
    "registry": Name("证照库", "registry"),
    "place": Name("位置", "place"),
}
LISTS: Final[Mapping[ListKind, Name]] = {
    ListKind.TRUST: Name("受信任名单", "trust list"),
    ListKind.ROOT: Name("根", "root"),
    ListKind.STATUS: Name("状态清单", "status list"),
    ListKind.CATALOG: Name("目录", "catalog"),
}


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits twice. What is ahead by no more than clocks may
    differ is of just now: a list that is signed right after another bears the next second."""
    if seconds < -Policy().clock_tolerance:
        return "在将来 in the future"
    for size, zh, en in ((86_400, "天", "days"), (3_600, "小时", "h"), (60, "分钟", "min")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {zh}前 {int(seconds // size)} {en} ago"
    return "刚刚 just now"
