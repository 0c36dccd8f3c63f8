"""Verdicts of every kind, made by the core: what a device finds, and what a service says."""

from collections.abc import Callable
from datetime import datetime, timedelta

from credential.claims import License, Position, Reference
from credential.question import RegistryAnswer
from credential.trusted import TrustedSet
from credential.verify import verify
from mobile_scanner.inspector import form_of
from mobile_scanner.verdict_form import VerdictForm
from tests.mobile_scanner.district import (
    AT,
    FOOD_ENTRY,
    LICENSE_ENTRY,
    NOWHERE_NEAR,
    ROOT,
    District,
    p256,
)

CHAOYANG = District()
TEXT = CHAOYANG.text()
Registry = Callable[[License | Reference, bytes], RegistryAnswer | None]


def lists(
    *,
    days_old: float = 0,
    values: dict[int, int] | None = None,
    status: bool = True,
    codes: bool = True,
    trust_days_old: float = 0,
) -> TrustedSet:
    older = CHAOYANG.later(days=-days_old)
    trust = CHAOYANG.later(days=-trust_days_old).trust_list()
    held = TrustedSet.start(ROOT, trust)
    if status:
        held = held.admit_status_list(older.status_list(values), number=0)
    return held.admit_code_list(CHAOYANG.code_list()) if codes else held


def registry(*values: int, known: bool = True, agrees: bool = True) -> Registry:
    answer = RegistryAnswer(known, agrees, values or (0, 0, 0), CHAOYANG.seconds)
    return lambda content, claims: answer


def judged(
    trusted: TrustedSet,
    *,
    text: str = TEXT,
    ask: Registry | None = None,
    at: datetime = AT,
    near: Position | None = None,
) -> VerdictForm:
    return form_of(verify(text, trusted=trusted, at=at, registry=ask, near=near))


FRESH = lists()
LOCAL = {
    "valid": judged(FRESH),
    "aging": judged(lists(days_old=2)),
    "stale": judged(lists(days_old=5)),
    "status missing": judged(lists(status=False)),
    "catalog missing": judged(lists(codes=False)),
    "both missing": judged(lists(status=False, codes=False)),
    "trust aging": judged(lists(trust_days_old=40)),
    "trust expired": judged(lists(trust_days_old=200)),
    "far away": judged(FRESH, near=NOWHERE_NEAR),
    "void": judged(lists(values={LICENSE_ENTRY: 1})),
    "void in a stale list": judged(lists(values={LICENSE_ENTRY: 1}, days_old=5)),
    "permit revoked": judged(lists(values={FOOD_ENTRY: 14})),
    "permit given up": judged(lists(values={FOOD_ENTRY: 11})),
    "permit cancelled": judged(lists(values={FOOD_ENTRY: 12})),
    "clock behind": judged(FRESH, at=AT - timedelta(days=30)),
    "key unknown, trust old": judged(
        lists(trust_days_old=40),
        text=District(key=p256(9009)).text(),
    ),
}
REMOTE = {
    "valid": judged(FRESH, ask=registry()),
    "permit given up": judged(FRESH, ask=registry(0, 11, 0)),
    "permit cancelled": judged(FRESH, ask=registry(0, 12, 0)),
    "void": judged(FRESH, ask=registry(1, 0, 0)),
    "permit suspended": judged(FRESH, ask=registry(0, 2, 0)),
    "unknown": judged(FRESH, ask=registry(known=False)),
    "differs": judged(FRESH, ask=registry(agrees=False)),
    "of another district, by its list": judged(FRESH),
    "of another district, by an old list": judged(lists(days_old=5)),
    "of another district, by no list": judged(lists(status=False)),
    "far away": judged(FRESH, ask=registry(), near=NOWHERE_NEAR),
    "not a license": judged(FRESH, text="https://example.cn/"),
}
