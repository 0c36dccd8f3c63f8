"""What a stranger, a thief and an insider show in those three years (`calendar`).

Each names the places of a genuine license: where the format cannot tell whose a place is, nothing but
the signature and its day are left to refuse it by.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final

from tests.journeys.calendar import (
    CHAOYANG,
    FIRST_DAY,
    KEYS,
    NOBODY_SIGNS,
    SECOND_FROM,
    STRANGER,
    THEFT,
    THIRD_FROM,
    seal_license,
)

IN_FORCE: Final = 2
"""The places of the first license, which stays in force."""
FELL: Final = 4
"""Those of the second one, which has fallen long before the theft."""
DATED_BACK: Final = "thief dating back"


def forgeries(day: date) -> Iterator[tuple[str, str]]:
    """Who shows what on a day."""
    if day >= FIRST_DAY + timedelta(days=30):
        yield "stranger", STRANGERS[day.month]
    if day >= THEFT:
        yield "thief", seal_license(CHAOYANG, KEYS["second"], day=day, index=IN_FORCE)
        yield "thief", OF_THE_THEFT
        yield "thief before the key's first day", BEFORE_ITS_FIRST_DAY
        yield "thief dating back, on a place that fell", dated_back(index=FELL)
        yield DATED_BACK, dated_back(index=IN_FORCE)
    if THIRD_FROM > day >= NOBODY_SIGNS[1]:
        yield "insider", seal_license(CHAOYANG, KEYS["third"], day=day, index=IN_FORCE)
        yield "insider", EARLY


STRANGERS = {
    month: seal_license(CHAOYANG, STRANGER, day=date(2027, 1, month), index=IN_FORCE)
    for month in range(1, 13)
}


@cache
def dated_back(*, index: int) -> str:
    return seal_license(CHAOYANG, KEYS["second"], day=THEFT - timedelta(days=1), index=index)


OF_THE_THEFT = seal_license(CHAOYANG, KEYS["second"], day=THEFT, index=IN_FORCE)
BEFORE_ITS_FIRST_DAY = seal_license(
    CHAOYANG, KEYS["second"], day=SECOND_FROM - timedelta(days=1), index=IN_FORCE
)
EARLY = seal_license(CHAOYANG, KEYS["third"], day=THIRD_FROM, index=IN_FORCE)
