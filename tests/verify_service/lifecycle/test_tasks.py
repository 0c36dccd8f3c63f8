"""The bureau's tasks: sheets come back, licenses are voided by the bureau, notices are given."""

import pytest

from credential.reasons import Outcome
from tests.clocks import stopped
from tests.verify_service.bureau import BUREAU, Bureau, day, days, department
from tests.verify_service.lifecycle.bars import bar, recalls, said
from verify_service.access import BureauRequiredError
from verify_service.issuing.errors import NothingToReissueError
from verify_service.issuing.service import ReissueReason
from verify_service.lifecycle.wording import OwnReason
from verify_service.registry.auditing import audit
from verify_service.registry.errors import (
    MoveRefusedError,
    NotRegisteredError,
    RequestMismatchError,
)
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.notices import notices_of, notices_to_give
from verify_service.registry.records import RecallOutcome, ReissueOutcome
from verify_service.registry.reissues import open_reissues, reissues_of
from verify_service.registry.requests import RequestId
from verify_service.registry.states import license_state_as_of, license_states

REQUEST = RequestId(actor="bureau", key="void-0001", body_digest=b"\1" * 32)


def test_a_sheet_that_was_taken_back_makes_its_license_recalled(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    before = said(bureau, issued, 1.1)
    (task,) = recalls(bureau)
    closed = bureau.service.tasks.close_recall(
        task.id,
        outcome=RecallOutcome.TAKEN_BACK,
        note="当场收回",
        principal=BUREAU,
        clock=stopped(days(2)),
    )
    assert (closed.outcome, closed.note, closed.closed_by) == (
        RecallOutcome.TAKEN_BACK,
        "当场收回",
        "bureau/b1",
    )
    assert recalls(bureau) == ()
    assert bureau.standing(issued).state is LicenseState.RECALLED
    bureau.service.publisher.publish_status_lists(at=days(2.05))
    assert said(bureau, issued, 2.1) == before  # void to every verifier, as before
    with bureau.service.database.reading() as connection:
        then = license_state_as_of(
            connection, issued.number, 1, effective=days(1.5), recorded=days(9)
        )
        assert then is not None
        assert then.state is LicenseState.VOID
        assert audit(connection).findings == ()


@pytest.mark.parametrize("outcome", [RecallOutcome.LOST, RecallOutcome.NOT_FOUND])
def test_a_sheet_that_was_not_taken_back_leaves_the_license_void(
    outcome: RecallOutcome, bureau: Bureau
) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    (task,) = recalls(bureau)
    tasks = bureau.service.tasks
    first = tasks.close_recall(task.id, outcome=outcome, principal=BUREAU, clock=stopped(days(2)))
    again = tasks.close_recall(
        task.id, outcome=RecallOutcome.TAKEN_BACK, principal=BUREAU, clock=stopped(days(3))
    )
    assert again == first
    assert bureau.standing(issued).state is LicenseState.VOID


def test_the_bureau_voids_what_was_given_back_and_no_permit_changes(bureau: Bureau) -> None:
    food, tobacco, issued = bar(bureau)
    bureau.change(tobacco, Move.AMENDED, at=days(0.5))
    after = bureau.service.tasks.void(
        issued.number,
        reason=OwnReason.SURRENDERED,
        principal=BUREAU,
        clock=stopped(days(1)),
        request=REQUEST,
    )
    assert (after.state, after.reason, after.cause) == (LicenseState.VOID, "surrendered", None)
    assert said(bureau, issued, 1.1) == (Outcome.NOT_IN_FORCE, {"license-void"})
    (task,) = recalls(bureau)
    assert (task.department, task.due_on) == ("bureau", day(16))
    with bureau.service.database.reading() as connection:
        assert open_reissues(connection) == ()
        (reissue,) = reissues_of(connection, issued.number)
        assert reissue.outcome is ReissueOutcome.LICENSE_ENDED
        assert [notice.kind for notice in notices_of(connection, issued.number)] == [
            "license-to-reissue",
            "license-void",
        ]
        assert audit(connection).findings == ()
    # the same request again, and another
    again = bureau.service.tasks.void(
        issued.number,
        reason=OwnReason.SURRENDERED,
        principal=BUREAU,
        clock=stopped(days(2)),
        request=REQUEST,
    )
    assert again == after
    with pytest.raises(RequestMismatchError):
        bureau.service.tasks.void(
            issued.number,
            reason=OwnReason.ISSUED_IN_ERROR,
            principal=BUREAU,
            clock=stopped(days(2)),
            request=RequestId(actor="bureau", key="void-0001", body_digest=b"\2" * 32),
        )
    with pytest.raises(MoveRefusedError):
        bureau.service.tasks.void(
            issued.number,
            reason=OwnReason.ISSUED_IN_ERROR,
            principal=BUREAU,
            clock=stopped(days(2)),
        )
    with pytest.raises(NothingToReissueError):
        bureau.reissue(issued, at=days(3))
    assert bureau.change(food, Move.REVOKED, at=days(3)).licenses == ()


def test_a_department_closes_voids_and_gives_nothing(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    (task,) = recalls(bureau)
    tasks, scjg = bureau.service.tasks, department("food_business")
    clock = stopped(days(2))
    with pytest.raises(BureauRequiredError):
        tasks.close_recall(task.id, outcome=RecallOutcome.LOST, principal=scjg, clock=clock)
    with pytest.raises(BureauRequiredError):
        tasks.close_reissue(1, note="x", principal=scjg, clock=clock)
    with pytest.raises(BureauRequiredError):
        tasks.give_notice(1, means="x", principal=scjg, clock=clock)
    with pytest.raises(BureauRequiredError):
        tasks.void(issued.number, reason=OwnReason.SURRENDERED, principal=scjg, clock=clock)
    assert recalls(bureau) == (task,)


def test_what_is_not_there_is_named(bureau: Bureau) -> None:
    tasks, clock = bureau.service.tasks, stopped(days(2))
    with pytest.raises(NotRegisteredError):
        tasks.close_recall(9, outcome=RecallOutcome.LOST, principal=BUREAU, clock=clock)
    with pytest.raises(NotRegisteredError):
        tasks.close_reissue(9, note="x", principal=BUREAU, clock=clock)
    with pytest.raises(NotRegisteredError):
        tasks.give_notice(9, means="x", principal=BUREAU, clock=clock)
    with pytest.raises(NotRegisteredError):
        tasks.void(
            "朝综许26-2031-99999", reason=OwnReason.SURRENDERED, principal=BUREAU, clock=clock
        )


def test_a_notice_is_given_once_and_says_how(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    with bureau.service.database.reading() as connection:
        (notice,) = notices_to_give(connection, limit=10)
    assert notice.words["zh"].startswith(
        f"综合许可凭证 {issued.number}（第 1 版）因《食品经营许可证》"
    )
    assert "行政复议" in notice.words["zh"]
    assert "reconsideration" in notice.words["en"]
    tasks = bureau.service.tasks
    given = tasks.give_notice(
        notice.id, means="挂号信 XA1", principal=BUREAU, clock=stopped(days(2))
    )
    again = tasks.give_notice(notice.id, means="短信", principal=BUREAU, clock=stopped(days(3)))
    assert given == again
    assert (given.means, given.given_at) == ("挂号信 XA1", days(2))
    with bureau.service.database.reading() as connection:
        assert notices_to_give(connection, limit=10) == ()


def test_a_reissue_task_may_be_closed_without_reissuing(bureau: Bureau) -> None:
    food, *_ = bar(bureau)
    bureau.change(food, Move.AMENDED, at=days(1))
    with bureau.service.database.reading() as connection:
        (task,) = open_reissues(connection)
    assert (task.reason, task.due_on) == ("permit-amended", day(31))
    closed = bureau.service.tasks.close_reissue(
        task.id, note="证面内容未变", principal=BUREAU, clock=stopped(days(2))
    )
    assert (closed.outcome, closed.note) == (ReissueOutcome.NOT_NEEDED, "证面内容未变")
    with bureau.service.database.reading() as connection:
        assert open_reissues(connection) == ()


def test_a_lost_sheet_is_superseded_and_the_reason_is_on_record(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    again = bureau.reissue(issued, at=days(1), why=ReissueReason.SHEET_LOST)
    assert said(bureau, issued, 1.1) == (Outcome.NOT_IN_FORCE, {"license-superseded"})
    assert said(bureau, again, 1.1) == (Outcome.VALID, set())
    with bureau.service.database.reading() as connection:
        assert license_states(connection, issued.number, 1)[-1].reason == "sheet-lost"
