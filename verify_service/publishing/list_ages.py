"""How old the status lists of this issuer are, and how urgent that is.

A list is believed for a while and then by nobody, so what signs it has to be watched. Its life here
is as long as verifiers believe it (`Office.list_belief`): three days, unless it expires earlier.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from verify_service.database import Database
from verify_service.office import Office
from verify_service.publishing.errors import ListsAgingError
from verify_service.registry.artifacts import find_artifact
from verify_service.registry.status import status_lists

LATE: Final = timedelta(minutes=30)
"""A list that is due is signed at the next look, within ten minutes: after three, something is wrong."""
_log = logging.getLogger(__name__)


class Urgency(IntEnum):
    """From one to the next it gets worse."""

    FRESH = 0
    OVERDUE = 1  # it should have been signed again by now
    AGING = 2  # half of its life is over
    ENDING = 3  # less than a quarter is left
    EXPIRED = 4  # no verifier believes it

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAge:
    """A list; ``issued_at`` None where it was never published."""

    number: str
    issued_at: datetime | None
    age: timedelta
    left: timedelta
    urgency: Urgency

    def as_dict(self) -> dict[str, object]:
        return {
            "number": self.number,
            "issued_at": None if self.issued_at is None else self.issued_at.isoformat(),
            "age_seconds": int(self.age.total_seconds()),
            "left_seconds": int(self.left.total_seconds()),
            "state": self.urgency.word,
        }


def list_ages(database: Database, office: Office, *, at: datetime) -> tuple[ListAge, ...]:
    """Return the age of every list, the most urgent first."""
    with database.reading() as connection:
        names = [each.status_list for each in status_lists(connection)]
        found = {name: find_artifact(connection, office.status_name(name)) for name in names}
    ages = [
        _age(name, None if artifact is None else artifact.issued_at, office, at)
        for name, artifact in found.items()
    ]
    return tuple(sorted(ages, key=lambda each: (-each.urgency, -each.age)))


def shout(ages: tuple[ListAge, ...]) -> None:
    """Log what is wrong with the oldest list, the louder the less of its life is left."""
    if not ages or ages[0].urgency is Urgency.FRESH:
        return
    oldest = ages[0]
    level = logging.ERROR if oldest.urgency < Urgency.ENDING else logging.CRITICAL
    _log.log(
        level,
        "状态清单 %s 已 %s 未重新签发，剩余 %s / status list %s (%s) was not signed for %s: in %s no"
        " scanner believes it (docs/runbooks/lists-not-signed.md)",
        oldest.number,
        _hours(oldest.age),
        _hours(oldest.left),
        oldest.number,
        oldest.urgency.word,
        _hours(oldest.age),
        _hours(oldest.left),
    )


def refuse_old(ages: tuple[ListAge, ...], *, urgency: Urgency) -> None:
    """Raise `ListsAgingError` where a list is as urgent as that."""
    if ages and ages[0].urgency >= urgency:
        oldest = ages[0]
        raise ListsAgingError(
            number=oldest.number, age=_hours(oldest.age), left=_hours(oldest.left)
        )


def _age(number: str, issued_at: datetime | None, office: Office, at: datetime) -> ListAge:
    belief = office.list_belief
    if issued_at is None:  # opened, and not signed yet
        return ListAge(
            number=number,
            issued_at=None,
            age=timedelta(0),
            left=timedelta(0),
            urgency=Urgency.OVERDUE,
        )
    age = max(at - issued_at, timedelta(0))
    if age >= belief:
        urgency = Urgency.EXPIRED
    elif 4 * age > 3 * belief:
        urgency = Urgency.ENDING
    elif 2 * age > belief:
        urgency = Urgency.AGING
    elif age > office.sign_again_after + LATE:
        urgency = Urgency.OVERDUE
    else:
        urgency = Urgency.FRESH
    return ListAge(
        number=number,
        issued_at=issued_at,
        age=age,
        left=max(belief - age, timedelta(0)),
        urgency=urgency,
    )


def _hours(duration: timedelta) -> str:
    return f"{duration.total_seconds() / 3600:.1f} h"
