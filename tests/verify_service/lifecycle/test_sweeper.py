"""The sweeper records what time has done, and nothing depends on it for being true."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from credential.days import SHANGHAI
from credential.reasons import Outcome
from tests.verify_service.bureau import Bureau, day, days
from tests.verify_service.lifecycle.bars import bar, recalls, said
from verify_service.lifecycle import sweeper
from verify_service.registry.auditing import audit
from verify_service.registry.moves import Basis, LicenseState, Move
from verify_service.registry.notices import notices_of
from verify_service.registry.permits import get_permit, permits_run_out


def test_a_permit_that_ran_out_is_recorded_and_its_license_falls(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop, until=day(10))
    issued = bureau.issue(shop)
    bureau.service.publisher.publish_status_lists(at=days(10.8))
    before = said(bureau, issued, 10.9)
    assert before[0] is Outcome.NOT_IN_FORCE  # computed by everybody, with nothing recorded
    assert bureau.standing(issued).state is LicenseState.IN_FORCE

    swept = bureau.service.sweep(clock=lambda: days(11))
    assert swept.lapsed == 1
    assert [each.state for each in swept.licenses] == [LicenseState.VOID]
    with bureau.service.database.reading() as connection:
        lapsed = get_permit(connection, food.id).current
        (notice,) = notices_of(connection, issued.number)
        assert audit(connection).findings == ()
    assert (lapsed.move, lapsed.basis) == (Move.LAPSED, Basis.TERM_OVER)
    midnight = datetime.combine(day(11), datetime.min.time(), SHANGHAI)
    assert (lapsed.record.effective_at, lapsed.record.recorded_by) == (midnight, "clock")
    assert "失效" in notice.words["zh"]
    assert [task.department for task in recalls(bureau)] == ["scjg"]
    assert said(bureau, issued, 11.1)[1] == before[1] | {"license-void"}


def test_the_last_day_itself_is_not_over(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop, until=day(10))
    issued = bureau.issue(shop)
    last_second = datetime.combine(day(11), datetime.min.time(), SHANGHAI) - timedelta(seconds=1)
    assert bureau.service.sweep(clock=lambda: last_second).lapsed == 0
    assert bureau.standing(issued).state is LicenseState.IN_FORCE


def test_swept_twice_nothing_happens_twice(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop, until=day(10))
    bureau.issue(shop)
    assert bureau.service.sweep(clock=lambda: days(11)).lapsed == 1
    again = bureau.service.sweep(clock=lambda: days(12))
    assert (again.lapsed, again.licenses) == (0, ())
    assert len(recalls(bureau)) == 1


def test_a_day_with_more_than_one_transaction_of_lapses_is_swept_whole(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "AT_ONCE", 3)
    for _ in range(7):
        bureau.permit(bureau.shop(), until=day(10))
    assert bureau.service.sweep(clock=lambda: days(11)).lapsed == 7


def test_what_was_renewed_while_it_was_looked_for_does_not_lapse(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = bureau.shop()
    short = bureau.permit(shop, until=day(10))
    issued = bureau.issue(shop)
    longer = replace(short.current.terms, valid_until=day(100))

    def looked_for(connection: Connection, *, before: date) -> tuple[int, ...]:
        found = permits_run_out(connection, before=before)
        bureau.change(short, Move.RENEWED, at=days(11), terms=longer)
        return found

    monkeypatch.setattr(sweeper, "permits_run_out", looked_for)
    assert bureau.service.sweep(clock=lambda: days(11)).lapsed == 0
    assert bureau.standing(issued).state is LicenseState.IN_FORCE


def test_what_has_ended_otherwise_does_not_lapse_as_well(bureau: Bureau) -> None:
    food, _, _ = bar(bureau)
    shop = bureau.shop()
    short = bureau.permit(shop, until=day(10))
    bureau.change(short, Move.REVOKED, at=days(1))
    bureau.change(food, Move.SUSPENDED, at=days(1))
    assert bureau.service.sweep(clock=lambda: days(11)).lapsed == 0


def test_a_clock_that_was_ahead_does_not_stop_the_sweep(bureau: Bureau) -> None:
    shop = bureau.shop()
    short = bureau.permit(shop, until=day(10))
    issued = bureau.issue(shop)
    bureau.change(short, Move.SUSPENDED, at=days(12))
    assert bureau.service.sweep(clock=lambda: days(11)).lapsed == 1
    assert bureau.standing(issued).record.recorded_at == days(12)


def test_a_suspended_permit_lapses_too(bureau: Bureau) -> None:
    shop = bureau.shop()
    short = bureau.permit(shop, until=day(10))
    issued = bureau.issue(shop)
    bureau.change(short, Move.SUSPENDED, at=days(1))
    assert bureau.service.sweep(clock=lambda: days(11)).lapsed == 1
    assert bureau.standing(issued).state is LicenseState.VOID
