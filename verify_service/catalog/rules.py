"""What an industry needs, given the facts, and whom to tell about (R5 of the plan)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from verify_service.catalog.errors import FactsMissingError, NotInCatalogError
from verify_service.catalog.facts import Facts, Question
from verify_service.catalog.model import (
    Department,
    Form,
    Group,
    Industry,
    Item,
    Jurisdiction,
    Need,
    PermitKind,
)


class Duty(StrEnum):
    """What a row asks of this business; `ONE_OF_GROUP` is mandatory together with its group."""

    MANDATORY = "mandatory"
    ONE_OF_GROUP = "one-of-group"
    OPTIONAL = "optional"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A permit kind that satisfies an item, in any of these forms."""

    kind: PermitKind
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One item as it applies to one business."""

    item: Item
    duty: Duty
    accepted: tuple[Accepted, ...]  # alternatives
    department: Department  # the one that decides here
    group: Group | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A department to be told before issue, with its remedy, and the items that it decides on."""

    department: Department
    items: tuple[Item, ...]


def requirements(industry: Industry, *, facts: Facts) -> tuple[Requirement, ...]:
    """What a business of this industry needs, row by row.

    Raises `FactsMissingError` with every question of `Industry.questions` that has no answer yet.
    """
    require_answers(industry.questions, facts=facts)
    return tuple(
        Requirement(
            item=item,
            duty=_duty(item, facts),
            accepted=tuple(
                Accepted(kind=kind, forms=accepted_forms(item, kind, facts=facts))
                for kind in item.kinds
            ),
            department=deciding_department(item, facts=facts),
            group=next((group for group in industry.groups if item.id in group.item_ids), None),
        )
        for item in industry.items
    )


def notices(industry: Industry, *, facts: Facts, item_ids: Iterable[str]) -> tuple[Notice, ...]:
    """The departments, each with its remedy, that a business is to be told of for some items.

    Departments come in the order of their first item. Raises `NotInCatalogError` for an id that is
    not of this industry, and `FactsMissingError` where the deciding department is not known.
    """
    wanted = set(item_ids)
    for item_id in sorted(wanted - {item.id for item in industry.items}):
        raise NotInCatalogError(what=f"item of industry {industry.code}", key=item_id)
    chosen = [item for item in industry.items if item.id in wanted]
    require_answers(department_questions(chosen), facts=facts)
    by_department: dict[Department, list[Item]] = {}
    for item in chosen:
        by_department.setdefault(deciding_department(item, facts=facts), []).append(item)
    return tuple(
        Notice(department=department, items=tuple(items))
        for department, items in by_department.items()
    )


def require_answers(questions: Iterable[Question], *, facts: Facts) -> None:
    """Raises `FactsMissingError` with those questions that have no answer."""
    asked = set(questions)
    open_ones = tuple(q for q in Question if q in asked and not facts.is_known(q))
    if open_ones:
        raise FactsMissingError(questions=open_ones)


def department_questions(items: Iterable[Item]) -> tuple[Question, ...]:
    """The facts that decide which department is responsible for some items."""
    return tuple(
        item.department.fact for item in items if isinstance(item.department, Jurisdiction)
    )


def is_applicable(item: Item, *, facts: Facts) -> bool:
    """False for a conditional item whose condition does not hold."""
    return item.when is None or facts.holds(item.when)


def accepted_forms(item: Item, kind: PermitKind, *, facts: Facts) -> tuple[Form, ...]:
    """The forms in which a kind satisfies an item: its own, and a substitute where that holds."""
    if item.substitute is None or not facts.holds(item.substitute.when):
        return (kind.form,)
    return item.forms(kind)


def deciding_department(item: Item, *, facts: Facts) -> Department:
    """The one department that decides on an item here, or `FactsMissingError`."""
    match item.department:
        case Department() as department:
            return department
        case Jurisdiction(fact=fact, district=district, municipal=municipal):
            require_answers((fact,), facts=facts)
            return district if facts.water_jurisdiction == "district" else municipal


def _duty(item: Item, facts: Facts) -> Duty:
    if not is_applicable(item, facts=facts):
        return Duty.NOT_APPLICABLE
    match item.need:
        case Need.MANDATORY:
            return Duty.MANDATORY
        case Need.GROUP:
            return Duty.ONE_OF_GROUP
        case (
            Need.OPTIONAL | Need.CONDITIONAL
        ):  # 按需办理（如…）: printed as optional, with its case
            return Duty.OPTIONAL
