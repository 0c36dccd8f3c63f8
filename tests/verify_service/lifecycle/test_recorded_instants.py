"""The clock is read by whoever is alone among the writers: what waits is not recorded backwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest

from tests.verify_service.bureau import BUREAU, NOON, Bureau, Shop, day, department, name_of
from verify_service.database import Database, open_database
from verify_service.errors import DatabaseLockedError
from verify_service.issuing.application import Application
from verify_service.lifecycle.service import Change, NewPermit
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit, PermitTerms, Record


@dataclass
class ProbingClock:
    """A clock a second later at each reading, that notes who else could have written then."""

    database: Database
    seconds: Iterator[int]
    readings: list[tuple[datetime, bool]] = field(default_factory=list)

    def __call__(self) -> datetime:
        at = NOON + timedelta(seconds=next(self.seconds))
        self.readings.append((at, self._is_alone()))
        return at

    def _is_alone(self) -> bool:
        try:
            with self.database.writing():
                return False
        except DatabaseLockedError:
            return True

    def check(self, record: Record) -> None:
        """The last reading is the one that was recorded, and nobody could write meanwhile."""
        assert self.readings[-1] == (record.recorded_at, True)


@pytest.fixture
def clock(bureau: Bureau) -> Iterator[Callable[[], ProbingClock]]:
    impatient = open_database(bureau.service.settings.database, patience=timedelta(milliseconds=50))
    seconds = count(1)
    yield lambda: ProbingClock(impatient, seconds)
    impatient.close()


def entered(bureau: Bureau, shop: Shop, clock: ProbingClock) -> Permit:
    terms = PermitTerms(valid_from=day(-30), valid_until=None, document_form="permit")
    return bureau.service.permits.enter(
        NewPermit(
            kind="food_business",
            number="JY21105040032944",
            department="scjg",
            holder=shop.holder,
            premises=shop.premises,
            terms=terms,
        ),
        principal=department("food_business"),
        clock=clock,
    )


def test_whatever_is_recorded_has_the_instant_of_its_own_transaction(
    bureau: Bureau, clock: Callable[[], ProbingClock]
) -> None:
    shop = bureau.shop()
    entering, issuing, reissuing, changing = clock(), clock(), clock(), clock()
    permit = entered(bureau, shop, entering)
    entering.check(permit.current.record)

    desk = bureau.service.issuing
    application = Application(
        holder=shop.holder, premises=shop.premises, industry="26", permits=(name_of(permit),)
    )
    issued = desk.issue(application, principal=BUREAU, request_key="k-1", clock=issuing)
    issuing.check(bureau.on_file(issued).record)
    again = desk.reissue(issued.number, principal=BUREAU, request_key="k-2", clock=reissuing)
    reissuing.check(bureau.on_file(again).record)

    change = Change(move=Move.REVOKED, grounds="依法办理")
    changed = bureau.service.permits.change(
        permit.kind,
        permit.number,
        change,
        principal=department("food_business"),
        clock=changing,
    )
    changing.check(changed.permit.current.record)
    (followed,) = changed.licenses
    changing.check(followed.record)


def test_an_instant_is_read_once_for_all_that_a_change_writes(bureau: Bureau) -> None:
    shop = bureau.shop()
    permit = bureau.permit(shop)
    bureau.issue(shop)
    readings = [NOON + timedelta(hours=hours) for hours in (3, 2, 1)]
    changed = bureau.service.permits.change(
        permit.kind,
        permit.number,
        Change(move=Move.REVOKED, grounds="依法办理"),
        principal=department(permit.kind),
        clock=lambda: readings.pop(0),
    )
    instants = {changed.permit.current.record.recorded_at} | {
        each.record.recorded_at for each in changed.licenses
    }
    # The first reading looks for what is due before, the second is of the transaction.
    assert instants == {NOON + timedelta(hours=2)}
