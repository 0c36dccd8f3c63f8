"""What a business holds and what was found about it: the values that `assessing` works on."""

from dataclasses import dataclass
from enum import StrEnum

from verify_service.catalog.model import Department, Form, Item
from verify_service.catalog.reasons import Reason, ReasonCode, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPermit:
    """A permit that a department has granted; ``in_force`` as of the instant of issue."""

    kind: str  # id of a permit kind; one that the catalog does not know is a stray
    form: Form
    in_force: bool


class State(StrEnum):
    """Each item of the industry is in exactly one."""

    SATISFIED = "satisfied"
    PENDING = "pending"  # 未许可
    MISSING = "missing"  # mandatory, and neither permitted nor applied for
    NOT_CHOSEN = "not-chosen"  # 未选择
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """One item of the industry, and the permits in force that satisfy it."""

    item: Item
    state: State
    is_mandatory: bool  # a member of a group: only if the group would fall short without it
    permits: tuple[int, ...]  # indices into what was held; several where it is one per vehicle
    department: Department | None  # the one that decides, for a pending item


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What `assess` found: every item in the annex's order, and every reason."""

    results: tuple[ItemResult, ...]
    reasons: tuple[Reason, ...]

    @property
    def may_issue(self) -> bool:
        return not any(reason.severity is Severity.FATAL for reason in self.reasons)

    @property
    def strays(self) -> tuple[int, ...]:
        """Indices of held permits that belong to no item of the industry."""
        code = ReasonCode.PERMIT_NOT_OF_INDUSTRY
        return tuple(i for reason in self.reasons if reason.code is code for i in reason.permits)

    @property
    def permits(self) -> tuple[int, ...]:
        """Indices of the permits that a license gathers, by item, then in the order held."""
        return tuple(index for result in self.results for index in result.permits)

    def in_state(self, state: State) -> tuple[ItemResult, ...]:
        return tuple(result for result in self.results if result.state is state)
