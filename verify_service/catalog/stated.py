"""Facts about premises as somebody has stated them: a JSON object, held against the questions."""

from collections.abc import Mapping
from typing import Literal

from verify_service.catalog.errors import FactMalformedError
from verify_service.catalog.facts import YES_OR_NO, Facts, Question


def read_facts(stated: Mapping[str, object]) -> Facts:
    """Read facts; what is left out is unknown. Raises `FactMalformedError`, naming the fact."""
    for name, value in stated.items():
        if name not in set(Question):
            raise FactMalformedError(name=name, value=value)
        if value is not None and Question(name) in YES_OR_NO and not isinstance(value, bool):
            raise FactMalformedError(name=name, value=value)
    return Facts(
        has_swimming_pool=_yes_or_no(stated, Question.HAS_SWIMMING_POOL),
        in_free_trade_zone=_yes_or_no(stated, Question.IN_FREE_TRADE_ZONE),
        water_jurisdiction=_jurisdiction(stated.get(Question.WATER_JURISDICTION)),
    )


def _yes_or_no(stated: Mapping[str, object], question: Question) -> bool | None:
    value = stated.get(question)
    return value if isinstance(value, bool) else None


def _jurisdiction(value: object) -> Literal["district", "municipal"] | None:
    match value:
        case None:
            return None
        case "district":
            return "district"
        case "municipal":
            return "municipal"
    raise FactMalformedError(name=Question.WATER_JURISDICTION, value=value)
