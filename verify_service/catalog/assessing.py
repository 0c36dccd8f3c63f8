"""Whether permits are enough for a license of an industry, and what is pending or not chosen.

R8 (a license may be issued first, with what is not permitted yet noted on it), R15 (not permitted
and not chosen are two states) and R16 (no mandatory item: at least one permit in force).
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from verify_service.catalog.assessment import Assessment, HeldPermit, ItemResult, State
from verify_service.catalog.bilingual import Bilingual
from verify_service.catalog.facts import Facts, Question
from verify_service.catalog.model import Industry, Item, Need
from verify_service.catalog.reasons import Reason, ReasonCode, explain
from verify_service.catalog.rules import (
    accepted_forms,
    deciding_department,
    department_questions,
    is_applicable,
    require_answers,
)

Satisfied: TypeAlias = Mapping[str, tuple[int, ...]]  # item id → indices of permits in force


def assess(
    industry: Industry,
    *,
    facts: Facts,
    held: Sequence[HeldPermit],
    applied_for: Sequence[str] = (),
) -> Assessment:
    """Judges what a business holds, and what item ids it has applied for, against its industry.

    Raises `FactsMissingError` for those questions alone whose answer would change the result.
    """
    require_answers(_placing_questions(industry, held), facts=facts)
    reasons: list[Reason] = []
    satisfied = _place(industry, facts, held, reasons)
    pending = _pending(industry, facts, applied_for, satisfied, reasons)
    require_answers(
        department_questions(item for item in industry.items if item.id in pending), facts=facts
    )
    missing = _missing(industry, satisfied, pending, reasons)
    if not satisfied:
        reasons.append(explain(ReasonCode.NO_PERMIT_IN_FORCE))
    results = []
    for item in industry.items:
        state = _state(item, facts, satisfied, pending, missing)
        result = ItemResult(
            item=item,
            state=state,
            is_mandatory=state not in (State.NOT_CHOSEN, State.NOT_APPLICABLE)
            and _is_mandatory(industry, item, satisfied),
            permits=satisfied.get(item.id, ()),
            department=deciding_department(item, facts=facts) if state is State.PENDING else None,
        )
        results.append(result)
        if state is State.PENDING and result.is_mandatory:
            reasons.append(_about(ReasonCode.MANDATORY_ITEM_PENDING, item))
        if state is State.NOT_CHOSEN and item.when is not None:
            reasons.append(_about(ReasonCode.CONDITIONAL_ITEM_OPEN, item))
    return Assessment(results=tuple(results), reasons=tuple(reasons))


def _placing_questions(industry: Industry, held: Sequence[HeldPermit]) -> list[Question]:
    """The conditions of items, and of those substitutes that are held."""
    conditions = [item.when for item in industry.items if item.when is not None]
    forms_held = {(permit.kind, permit.form) for permit in held}
    substitutes = [
        item.substitute.when
        for item in industry.items
        if item.substitute is not None
        and any((kind.id, item.substitute.form) in forms_held for kind in item.kinds)
    ]
    return [*conditions, *substitutes]


def _place(
    industry: Industry, facts: Facts, held: Sequence[HeldPermit], reasons: list[Reason]
) -> Satisfied:
    """The permits that count, by item; a reason for each that does not."""
    homes = {kind.id: (item, kind) for item in industry.items for kind in item.kinds}
    satisfied: dict[str, tuple[int, ...]] = {}
    for index, permit in enumerate(held):
        if permit.kind not in homes:
            name = Bilingual(zh=permit.kind, en=permit.kind)
            code = ReasonCode.PERMIT_NOT_OF_INDUSTRY
            reasons.append(explain(code, permits=(index,), permit=_numbered(index, name)))
            continue
        item, kind = homes[permit.kind]
        if not is_applicable(item, facts=facts):
            code = ReasonCode.PERMIT_NOT_APPLICABLE
        elif permit.form not in accepted_forms(item, kind, facts=facts):
            code = ReasonCode.FORM_NOT_ACCEPTED
        elif not permit.in_force:
            code = ReasonCode.PERMIT_NOT_IN_FORCE
        else:
            satisfied[item.id] = (*satisfied.get(item.id, ()), index)
            continue
        label = _numbered(index, kind.name)
        reasons.append(
            explain(code, item_ids=(item.id,), item=_named(item), permits=(index,), permit=label)
        )
    return satisfied


def _pending(
    industry: Industry,
    facts: Facts,
    applied_for: Sequence[str],
    satisfied: Satisfied,
    reasons: list[Reason],
) -> frozenset[str]:
    """The items applied for and not permitted; a reason for each that cannot be pending."""
    items = {item.id: item for item in industry.items}
    pending: set[str] = set()
    for item_id in dict.fromkeys(applied_for):
        if item_id not in items:
            name = Bilingual(zh=item_id, en=item_id)
            code = ReasonCode.ITEM_NOT_OF_INDUSTRY
            reasons.append(explain(code, item_ids=(item_id,), item=name))
        elif not is_applicable(items[item_id], facts=facts):
            reasons.append(_about(ReasonCode.ITEM_NOT_APPLICABLE, items[item_id]))
        elif item_id in satisfied:
            reasons.append(_about(ReasonCode.ALREADY_PERMITTED, items[item_id]))
        else:
            pending.add(item_id)
    return frozenset(pending)


def _missing(
    industry: Industry, satisfied: Satisfied, pending: AbstractSet[str], reasons: list[Reason]
) -> frozenset[str]:
    """Items mandatory, alone or with their group, and neither permitted nor applied for."""
    covered = satisfied.keys() | pending
    missing: set[str] = set()
    for item in industry.items:
        if item.need is Need.MANDATORY and item.id not in covered:
            missing.add(item.id)
            reasons.append(_about(ReasonCode.MANDATORY_ITEM_MISSING, item))
    for group in industry.groups:
        if len(covered & set(group.item_ids)) < group.at_least:
            short = [i for i in industry.items if i.id in group.item_ids and i.id not in covered]
            missing.update(item.id for item in short)
            reasons.append(_about(ReasonCode.GROUP_MISSING, *short))
    return frozenset(missing)


def _state(
    item: Item,
    facts: Facts,
    satisfied: Satisfied,
    pending: AbstractSet[str],
    missing: AbstractSet[str],
) -> State:
    if not is_applicable(item, facts=facts):
        return State.NOT_APPLICABLE
    if item.id in satisfied:
        return State.SATISFIED
    if item.id in pending:
        return State.PENDING
    return State.MISSING if item.id in missing else State.NOT_CHOSEN


def _is_mandatory(industry: Industry, item: Item, satisfied: Satisfied) -> bool:
    for group in industry.groups:
        if item.id in group.item_ids:
            others = satisfied.keys() & (set(group.item_ids) - {item.id})
            return len(others) < group.at_least
    return item.need is Need.MANDATORY


def _about(code: ReasonCode, *items: Item) -> Reason:
    names = [_named(item) for item in items]
    return explain(
        code,
        item_ids=tuple(item.id for item in items),
        item=Bilingual(
            zh="；".join(name.zh for name in names), en="; ".join(name.en for name in names)
        ),
    )


def _named(item: Item) -> Bilingual:
    return Bilingual(
        zh=f"{item.id}（{'或'.join(kind.name.zh for kind in item.kinds)}）",
        en=f"{item.id} ({' or '.join(kind.name.en for kind in item.kinds)})",
    )


def _numbered(index: int, name: Bilingual) -> Bilingual:
    """A held permit by its place, counted from 1 for people."""
    return Bilingual(zh=f"第{index + 1}件（{name.zh}）", en=f"no. {index + 1} ({name.en})")
