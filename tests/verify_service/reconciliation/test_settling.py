"""A difference is settled by its department through the one entrance, or dismissed; once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from credential.reasons import Outcome
from tests.clocks import stopped
from tests.verify_service.bulk.tables import FOOD, TOBACCO
from tests.verify_service.bureau import BUREAU, NOON, Bureau, codes, day, days, department
from tests.verify_service.reconciliation.test_comparing import compare, extract_row, found
from verify_service.access import (
    DepartmentRequiredError,
    KindNotAllowedError,
    NotOwnPermitError,
)
from verify_service.reconciliation.errors import SettlementUnclearError
from verify_service.reconciliation.service import Settled
from verify_service.reconciliation.settling import Settlement
from verify_service.registry.auditing import audit
from verify_service.registry.errors import (
    AlreadySettledError,
    MoveRefusedError,
    NotRegisteredError,
    VersionConflictError,
)
from verify_service.registry.intake_records import Difference, DifferenceOutcome
from verify_service.registry.moves import Basis, Move, PermitState
from verify_service.registry.permits import permit_chain
from verify_service.registry.reconciling import get_difference, number_open, open_differences


def only(bureau: Bureau, *rows: dict[str, Any], **more: Any) -> Difference:
    (difference,) = found(bureau, compare(bureau, *rows, **more))
    return difference


def settle(bureau: Bureau, difference: Difference, *, at: datetime = NOON, **said: Any) -> Settled:
    principal = said.pop("principal", FOOD)
    return bureau.service.reconciliation.settle(
        difference.id,
        Settlement(grounds="漏报，补录", **said),
        principal=principal,
        clock=stopped(at),
    )


def test_a_state_is_settled_by_the_move_that_leads_there_and_licenses_follow(
    bureau: Bureau,
) -> None:
    shop = bureau.shop()
    permit = bureau.permit(shop, at=days(-5))
    issued = bureau.issue(shop, at=days(-0.9))
    difference = only(bureau, extract_row(permit, state="吊销"))
    assert bureau.online(issued.text).outcome is Outcome.VALID  # nothing settles itself
    settled = settle(bureau, difference, document="罚〔2031〕7号", effective_at=days(-2))
    assert (settled.permit.current.move, settled.permit.current.state) == ("revoked", "revoked")
    current = settled.permit.current
    assert (current.grounds, current.document) == ("漏报，补录", "罚〔2031〕7号")
    assert (current.record.effective_at, current.record.recorded_by) == (days(-2), FOOD.recorded_by)
    assert settled.difference.outcome is DifferenceOutcome.SETTLED
    assert settled.difference.settled_by == FOOD.recorded_by
    for verdict in (bureau.online(issued.text), bureau.offline(issued.text)):
        assert "license-void" in codes(verdict)
    with bureau.service.database.reading() as connection:
        assert audit(connection).findings == ()


@pytest.mark.parametrize(
    ("registered", "state", "move"),
    [
        ((), "暂停", Move.SUSPENDED),
        ((Move.SUSPENDED,), "有效", Move.RESUMED),
        ((), "失效", Move.LAPSED),
        ((), "注销", Move.CANCELLED),
        ((), "撤销", Move.ANNULLED),
        ((), "撤回", Move.WITHDRAWN),
        ((Move.REVOKED,), "注销", Move.CANCELLED),
        ((Move.LAPSED,), "有效", Move.RENEWED),
    ],
)
def test_each_state_has_its_move(
    registered: tuple[Move, ...], state: str, move: Move, sqlite_bureau: Bureau
) -> None:
    permit = sqlite_bureau.permit(sqlite_bureau.shop(), until=day(100))
    for each in registered:
        permit = sqlite_bureau.change(permit, each).permit
    row = extract_row(
        permit,
        state=state,
        valid_until=day(800).isoformat() if move is Move.RENEWED else day(100).isoformat(),
    )
    settled = settle(sqlite_bureau, only(sqlite_bureau, row))
    assert settled.permit.current.move is move
    assert found(sqlite_bureau, compare(sqlite_bureau, row)) == ()


def test_what_cannot_come_back_is_refused_and_stays_open(bureau: Bureau) -> None:
    revoked = bureau.change(bureau.permit(bureau.shop()), Move.REVOKED).permit
    difference = only(bureau, extract_row(revoked, state="有效"))
    with pytest.raises(MoveRefusedError):
        settle(bureau, difference)
    with bureau.service.database.reading() as connection:
        assert get_difference(connection, difference.id).outcome is None
        assert len(permit_chain(connection, revoked.id)) == 2


def test_days_are_settled_by_an_amendment_or_the_renewal_that_is_named(bureau: Bureau) -> None:
    shop = bureau.shop()
    for named, move in ((None, Move.AMENDED), (Move.RENEWED, Move.RENEWED)):
        permit = bureau.permit(shop, until=day(100))
        row = extract_row(permit, valid_until=day(900).isoformat())
        settled = settle(bureau, only(bureau, row), move=named)
        assert settled.permit.current.move is move
        assert settled.permit.current.terms.valid_until == day(900)
        assert settled.permit.current.terms.valid_from == permit.current.terms.valid_from


@pytest.mark.parametrize("state", ["有效", "暂停"])
def test_a_missing_permit_is_entered_as_the_extract_has_it(state: str, bureau: Bureau) -> None:
    shop = bureau.shop()
    known = bureau.permit(shop)
    row = extract_row(known, number="漏录1", state=state)
    settled = settle(bureau, only(bureau, row), basis="by-promise")
    assert settled.permit.number == "漏录1"
    assert settled.permit.current.state == (
        PermitState.IN_FORCE if state == "有效" else PermitState.SUSPENDED
    )
    with bureau.service.database.reading() as connection:
        first = permit_chain(connection, settled.permit.id)[0]
    assert (first.basis, first.grounds) == (Basis.BY_PROMISE, "漏报，补录")
    assert found(bureau, compare(bureau, row)) == ()


def test_a_missing_permit_needs_premises_from_somebody(bureau: Bureau) -> None:
    shop = bureau.shop()
    row = extract_row(bureau.permit(shop), number="漏录2")
    del row["premises"]
    difference = only(bureau, row)
    with pytest.raises(SettlementUnclearError) as caught:
        settle(bureau, difference)
    assert caught.value.lacking == "premises"
    assert settle(bureau, difference, premises=shop.premises).permit.premises == shop.premises


def test_extra_and_strangers_permits_need_a_move_that_is_named(bureau: Bureau) -> None:
    shop, other = bureau.shop(), bureau.shop()
    one, forgotten = bureau.permit(shop), bureau.permit(shop)
    extra = only(bureau, extract_row(one), full_kinds=("food_business",))
    assert extra.found.number == forgotten.number
    holder = only(bureau, extract_row(one, holder=other.holder))
    for difference in (extra, holder):
        with pytest.raises(SettlementUnclearError) as caught:
            settle(bureau, difference)
        assert caught.value.lacking == "move"
        settled = settle(bureau, difference, move=Move.CANCELLED, basis="holder-gone")
        assert settled.permit.current.state is PermitState.CANCELLED


def test_what_was_changed_since_it_was_compared_is_not_settled(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop())
    difference = only(bureau, extract_row(permit, state="吊销"))
    bureau.change(permit, Move.SUSPENDED)
    with pytest.raises(VersionConflictError):
        settle(bureau, difference)


def test_two_differences_of_one_permit_are_settled_one_after_another(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop(), until=day(100))
    row = extract_row(permit, state="暂停", valid_until=day(300).isoformat())
    first, second = found(bureau, compare(bureau, row))
    settle(bureau, second)
    settled = settle(bureau, first)
    assert settled.permit.current.state is PermitState.SUSPENDED
    assert settled.permit.current.terms.valid_until == day(300)
    assert found(bureau, compare(bureau, row)) == ()


def test_what_was_made_good_meanwhile_is_marked_and_nothing_else_is_done(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop())
    difference = only(bureau, extract_row(permit, state="吊销"))
    bureau.change(permit, Move.REVOKED)
    settled = settle(bureau, difference)
    assert settled.permit.current.version == 2
    assert settled.difference.outcome is DifferenceOutcome.SETTLED


def test_a_difference_is_dismissed_where_the_extract_was_wrong(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop())
    difference = only(bureau, extract_row(permit, state="吊销"))
    dismissed = bureau.service.reconciliation.dismiss(
        difference.id, grounds="台账误录", principal=FOOD, clock=stopped(NOON)
    )
    assert (dismissed.outcome, dismissed.grounds) == (DifferenceOutcome.DISMISSED, "台账误录")
    with bureau.service.database.reading() as connection:
        assert len(permit_chain(connection, permit.id)) == 1
        assert number_open(connection, difference.reconciliation) == 0
        assert open_differences(connection, department="scjg") == {}
    for again in (
        lambda: settle(bureau, difference),
        lambda: bureau.service.reconciliation.dismiss(
            difference.id, grounds="再次", principal=FOOD, clock=stopped(NOON)
        ),
    ):
        with pytest.raises(AlreadySettledError):
            again()


def test_nobody_else_settles_or_dismisses(bureau: Bureau) -> None:
    difference = only(bureau, extract_row(bureau.permit(bureau.shop()), state="吊销"))
    for principal, refusal in ((BUREAU, DepartmentRequiredError), (TOBACCO, KindNotAllowedError)):
        with pytest.raises(refusal):
            settle(bureau, difference, principal=principal)
        with pytest.raises(refusal):
            bureau.service.reconciliation.dismiss(
                difference.id, grounds="不", principal=principal, clock=stopped(NOON)
            )
    with bureau.service.database.reading() as connection:
        assert open_differences(connection, department=None) == {"scjg": 1}
        assert open_differences(connection, department="tobacco") == {}


def test_what_another_department_has_entered_meanwhile_is_not_told_as_ones_own(
    bureau: Bureau,
) -> None:
    """Either decides on drainage: by jurisdiction, of which the number says nothing."""
    shop = bureau.shop()
    permit = bureau.permit(shop, "drainage")
    city = replace(department("drainage"), department="water_city")
    row = extract_row(permit) | {"number": "排2"}
    (difference,) = found(bureau, compare(bureau, row, principal=city))
    bureau.permit(shop, "drainage", number="排2")
    with pytest.raises(NotOwnPermitError):
        settle(bureau, difference, principal=city)
    with bureau.service.database.reading() as connection:
        assert get_difference(connection, difference.id).outcome is None


def test_what_is_not_there_is_not_settled(bureau: Bureau) -> None:
    with pytest.raises(NotRegisteredError):
        bureau.service.reconciliation.settle(
            7, Settlement(grounds="无"), principal=FOOD, clock=stopped(NOON)
        )
