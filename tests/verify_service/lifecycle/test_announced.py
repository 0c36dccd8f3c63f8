"""What is announced for later comes about at its instant, whoever asks first."""

from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from credential.reasons import Outcome
from tests.clocks import stopped
from tests.verify_service.bureau import BUREAU, Bureau, codes, day, days, department
from tests.verify_service.lifecycle.bars import bar, recalls
from verify_service.access import DepartmentRequiredError, KindNotAllowedError
from verify_service.errors import DatabaseFullError
from verify_service.lifecycle import announcing, taking_effect
from verify_service.registry import plan_writing
from verify_service.registry.announcements import announced_of
from verify_service.registry.auditing import audit
from verify_service.registry.errors import (
    BasisRefusedError,
    MoveRefusedError,
    NotRegisteredError,
    VersionConflictError,
)
from verify_service.registry.ledger import Written
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.permits import permit_chain
from verify_service.registry.plan import Plan
from verify_service.registry.records import AnnouncedChange, AnnouncementOutcome, Permit

SECOND = timedelta(seconds=1)


def announced(bureau: Bureau, permit: Permit) -> AnnouncedChange:
    with bureau.service.database.reading() as connection:
        (found,) = announced_of(connection, permit.id)
    return found


def test_an_announced_change_waits_and_then_is_there_for_the_first_who_asks(
    bureau: Bureau,
) -> None:
    food, _, issued = bar(bureau)
    changed = bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(3))
    assert changed.announced == announced(bureau, food)
    assert (changed.permit.current.version, changed.licenses) == (1, ())
    assert bureau.online(issued.text, at=days(3) - SECOND).outcome is Outcome.VALID
    assert bureau.standing(issued).state is LicenseState.IN_FORCE

    verdict = bureau.online(issued.text, at=days(3))
    assert codes(verdict) == {"license-void", "permit-revoked"}
    assert bureau.standing(issued).state is LicenseState.VOID
    assert [task.department for task in recalls(bureau)] == ["scjg"]
    settled = announced(bureau, food)
    assert (settled.outcome, settled.settled_at) == (AnnouncementOutcome.APPLIED, days(3))
    with bureau.service.database.reading() as connection:
        revoked = permit_chain(connection, food.id)[-1]
        assert audit(connection).findings == ()
    assert (revoked.record.effective_at, revoked.record.recorded_at) == (days(3), days(3))
    assert revoked.record.recorded_by == "department:scjg/d1"  # whose decision it was
    # and the list was signed again: a scanner that syncs now knows it
    assert codes(bureau.offline(issued.text, at=days(3) + SECOND)) == codes(verdict)


def test_another_process_notices_what_was_announced_before_it_is_due(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    other = bureau.reopened()
    with closing(other.service):
        assert other.online(issued.text, at=days(1)).outcome is Outcome.VALID
        bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(1) + 60 * SECOND)
        late = other.online(issued.text, at=days(1) + 60 * SECOND)
        assert codes(late) == {"license-void", "permit-revoked"}


def test_what_is_late_is_recorded_late_and_took_effect_when_it_was_to(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.SUSPENDED, at=days(1), effective_at=days(3))
    assert codes(bureau.online(issued.text, at=days(9))) == {
        "license-suspended",
        "permit-suspended",
    }
    with bureau.service.database.reading() as connection:
        record = permit_chain(connection, food.id)[-1].record
    assert (record.effective_at, record.recorded_at) == (days(3), days(9))


def test_several_are_applied_in_the_order_of_their_effect(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.RESUMED, at=days(1), effective_at=days(5))
    bureau.change(food, Move.SUSPENDED, at=days(1), effective_at=days(3))
    assert bureau.online(issued.text, at=days(6)).outcome is Outcome.VALID
    with bureau.service.database.reading() as connection:
        moves = [link.move for link in permit_chain(connection, food.id)]
    assert moves == ["granted", "suspended", "resumed"]


def test_one_that_the_state_forbids_by_then_is_settled_as_refused(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.SUSPENDED, at=days(1), effective_at=days(3))
    bureau.change(food, Move.REVOKED, at=days(2))
    assert bureau.online(issued.text, at=days(3)).outcome is Outcome.NOT_IN_FORCE
    settled = announced(bureau, food)
    assert settled.outcome is AnnouncementOutcome.REFUSED
    assert settled.detail is not None
    assert settled.detail["en"] == "a permit that is revoked cannot be suspended"


def test_one_that_fails_halfway_is_undone_waits_and_lets_nothing_look_green(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(3))

    def fail(*_: object, **__: object) -> None:
        raise NotRegisteredError(entity="license", key="lost")

    # Behind the permit's link and the license's.
    monkeypatch.setattr(plan_writing, "make_notices", fail)
    with pytest.raises(NotRegisteredError):
        bureau.online(issued.text, at=days(3))
    with bureau.service.database.reading() as connection:
        assert len(permit_chain(connection, food.id)) == 1
        assert audit(connection).findings == ()
    assert announced(bureau, food).outcome is None
    monkeypatch.undo()
    assert bureau.online(issued.text, at=days(3.1)).outcome is Outcome.NOT_IN_FORCE


def test_it_may_be_taken_back_until_then_and_not_afterwards(bureau: Bureau) -> None:
    food, tobacco, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(3))
    waiting = announced(bureau, food)
    desk, scjg = bureau.service.permits, department("food_business")
    for stranger, refusal in (
        (department("tobacco_retail"), KindNotAllowedError),
        (BUREAU, DepartmentRequiredError),
    ):
        with pytest.raises(refusal):
            desk.take_back(waiting.id, principal=stranger, clock=stopped(days(2)))
    back = desk.take_back(waiting.id, principal=scjg, clock=stopped(days(2)))
    assert back.outcome is AnnouncementOutcome.TAKEN_BACK
    assert desk.take_back(waiting.id, principal=scjg, clock=stopped(days(2.5))) == back
    assert bureau.online(issued.text, at=days(4)).outcome is Outcome.VALID

    bureau.change(tobacco, Move.REVOKED, at=days(4), effective_at=days(5))
    late = announced(bureau, tobacco)
    with pytest.raises(MoveRefusedError):
        desk.take_back(late.id, principal=department("tobacco_retail"), clock=stopped(days(6)))
    with pytest.raises(NotRegisteredError):
        desk.take_back(4711, principal=scjg, clock=stopped(days(6)))


def test_a_change_that_comes_between_finds_it_applied(bureau: Bureau) -> None:
    """Nobody writes past what is due: a department that is late meets the state of its own day."""
    food, _, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(3))
    with pytest.raises(MoveRefusedError):
        bureau.change(food, Move.RESUMED, at=days(4))
    assert bureau.standing(issued).state is LicenseState.VOID
    assert bureau.online(issued.text, at=days(4)).outcome is Outcome.NOT_IN_FORCE


def test_many_that_are_due_at_once_are_applied_some_at_a_time_in_their_order(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of one permit, the second refused by the state that the first has made; and of others
    that follow in the next transactions."""
    monkeypatch.setattr(taking_effect, "AT_ONCE", 2)
    monkeypatch.setattr(announcing, "AT_ONCE", 2)
    bars = [bar(bureau) for _ in range(3)]
    for food, tobacco, _ in bars:
        bureau.change(food, Move.SUSPENDED, at=days(1), effective_at=days(3))
        bureau.change(tobacco, Move.REVOKED, at=days(1), effective_at=days(4))
        bureau.change(tobacco, Move.SUSPENDED, at=days(1), effective_at=days(5))
    for _, _, issued in bars:
        assert codes(bureau.online(issued.text, at=days(6))) >= {"license-void", "permit-revoked"}
        assert codes(bureau.offline(issued.text, at=days(6))) >= {"license-void", "permit-revoked"}
        assert [each.department for each in recalls(bureau)] == ["tobacco"] * 3
    with bureau.service.database.reading() as connection:
        outcomes = [
            each.outcome for _, tobacco, _ in bars for each in announced_of(connection, tobacco.id)
        ]
        assert audit(connection).findings == ()
    assert outcomes == [AnnouncementOutcome.APPLIED, AnnouncementOutcome.REFUSED] * 3


def test_what_was_applied_before_a_fault_is_published_and_the_rest_answers_nobody(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_effect, "AT_ONCE", 1)
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    (first, _, early), (second, _, late) = bar(bureau), bar(bureau)
    bureau.change(first, Move.REVOKED, at=days(1), effective_at=days(3))
    bureau.change(second, Move.REVOKED, at=days(1), effective_at=days(4))
    real = plan_writing.append_states

    def full(connection: Connection, plan: Plan, written: Written) -> None:
        if any(each.number == late.number for each in plan.states):
            raise DatabaseFullError(database="full")
        real(connection, plan, written)

    with monkeypatch.context() as patched:
        patched.setattr(plan_writing, "append_states", full)
        for _ in range(2):
            with pytest.raises(DatabaseFullError):
                bureau.online(late.text, at=days(5))
    assert bureau.standing(early).state is LicenseState.VOID
    assert bureau.standing(late).state is LicenseState.IN_FORCE
    assert "permit-revoked" in codes(bureau.offline(early.text, at=days(5)))
    assert "permit-revoked" in codes(bureau.online(late.text, at=days(5)))


def test_no_license_is_issued_past_what_is_due(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop)
    tobacco = bureau.permit(shop, "tobacco_retail")
    bureau.change(tobacco, Move.REVOKED, at=days(1), effective_at=days(3))
    issued = bureau.issue(shop, at=days(3))
    assert [each.permit for each in bureau.on_file(issued).permits] == [food.id]


def test_what_is_announced_is_held_against_the_version_and_the_basis_at_once(
    bureau: Bureau,
) -> None:
    food, _, _ = bar(bureau)
    with pytest.raises(VersionConflictError):
        bureau.change(food, Move.REVOKED, effective_at=days(3), expected_version=7)
    with pytest.raises(BasisRefusedError):
        bureau.change(food, Move.REVOKED, effective_at=days(3), basis="deceit")
    with bureau.service.database.reading() as connection:
        assert announced_of(connection, food.id) == ()


def test_what_was_due_is_published_whoever_applied_it(bureau: Bureau) -> None:
    """Also by somebody who announces something else, or takes it back."""
    food, tobacco, issued = bar(bureau)
    other, _, second = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(2))
    bureau.change(tobacco, Move.SUSPENDED, at=days(3), effective_at=days(9))
    assert bureau.offline(issued.text, at=days(3.1)).outcome is Outcome.NOT_IN_FORCE
    bureau.change(other, Move.REVOKED, at=days(3), effective_at=days(4))
    waiting = announced(bureau, tobacco)
    bureau.service.permits.take_back(
        waiting.id, principal=department("tobacco_retail"), clock=stopped(days(5))
    )
    assert bureau.offline(second.text, at=days(5.1)).outcome is Outcome.NOT_IN_FORCE


def test_a_clock_that_was_ahead_for_hours_keeps_nobody_from_an_answer(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.AMENDED, at=days(1.2))  # five hours ahead
    bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(1) + 120 * SECOND)
    verdict = bureau.online(issued.text, at=days(1) + 180 * SECOND)
    assert codes(verdict) == {"license-void", "permit-revoked"}
    with bureau.service.database.reading() as connection:
        record = permit_chain(connection, food.id)[-1].record
        assert audit(connection).findings == ()
    assert record.effective_at == days(1) + 120 * SECOND
    assert record.recorded_at == days(1.2)  # not before what it follows


def test_new_terms_are_announced_with_it(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop, until=day(10))
    terms = food.current.terms
    longer = type(terms)(
        valid_from=terms.valid_from,
        valid_until=day(1000),
        document_form=terms.document_form,
        particulars={"经营项目": "热食"},
    )
    bureau.change(food, Move.RENEWED, at=days(1), effective_at=days(8), terms=longer)
    bureau.service.announcements.catch_up(at=days(8))
    with bureau.service.database.reading() as connection:
        assert permit_chain(connection, food.id)[-1].terms == longer
