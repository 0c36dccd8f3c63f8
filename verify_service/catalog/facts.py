"""The facts about premises that rows of the catalog depend on, and the questions behind them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from verify_service.catalog.bilingual import Bilingual


class Question(StrEnum):
    """A fact that rows can depend on; its value is the field's name in `Facts`."""

    HAS_SWIMMING_POOL = "has_swimming_pool"
    IN_FREE_TRADE_ZONE = "in_free_trade_zone"
    WATER_JURISDICTION = "water_jurisdiction"

    @property
    def text(self) -> Bilingual:
        return _TEXTS[self]


YES_OR_NO: Final = frozenset({Question.HAS_SWIMMING_POOL, Question.IN_FREE_TRADE_ZONE})

_TEXTS: Final = {
    Question.HAS_SWIMMING_POOL: Bilingual(
        zh="是否设置游泳场（馆）？", en="Is there a swimming pool?"
    ),
    Question.IN_FREE_TRADE_ZONE: Bilingual(
        zh="是否位于自由贸易试验区？", en="Are the premises in the pilot free trade zone?"
    ),
    Question.WATER_JURISDICTION: Bilingual(
        zh="涉水事项由市水务局还是区水务局审批？",
        en="Does the municipal or the district water authority decide here?",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about the premises; None: nobody answered yet, and nothing is guessed."""

    has_swimming_pool: bool | None = None
    in_free_trade_zone: bool | None = None
    water_jurisdiction: Literal["district", "municipal"] | None = None

    def is_known(self, question: Question) -> bool:
        match question:
            case Question.HAS_SWIMMING_POOL:
                return self.has_swimming_pool is not None
            case Question.IN_FREE_TRADE_ZONE:
                return self.in_free_trade_zone is not None
            case Question.WATER_JURISDICTION:
                return self.water_jurisdiction is not None

    def holds(self, question: Question) -> bool:
        """Whether a yes/no fact is known to be true; ask `is_known` first."""
        match question:
            case Question.HAS_SWIMMING_POOL:
                return self.has_swimming_pool is True
            case Question.IN_FREE_TRADE_ZONE:
                return self.in_free_trade_zone is True
            case Question.WATER_JURISDICTION:
                return False
