"""A file of changes does what the single entrance does, row by row; refused rows stop nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from credential.reasons import Outcome
from tests.verify_service.bulk.tables import (
    FOOD,
    TOBACCO,
    change_row,
    grant_row,
    refused,
    rehearse,
    run,
    table_of,
)
from tests.verify_service.bureau import BUREAU, NOON, Bureau, codes, day, days
from verify_service.access import DepartmentRequiredError
from verify_service.registry.auditing import audit
from verify_service.registry.moves import Move
from verify_service.registry.permits import find_permit, permit_chain
from verify_service.registry.recalls import open_recalls
from verify_service.registry.records import Permit
from verify_service.registry.reissues import open_reissues, reissues_of


def on_file(bureau: Bureau, number: str, kind: str = "food_business") -> Permit | None:
    with bureau.service.database.reading() as connection:
        return find_permit(connection, kind=kind, number=number)


def test_a_file_enters_changes_and_ends_and_licenses_follow(bureau: Bureau) -> None:
    shops = [bureau.shop() for _ in range(3)]
    permits = [bureau.permit(shop) for shop in shops]
    issued = [bureau.issue(shop) for shop in shops]
    new = bureau.shop()
    report = run(
        bureau,
        table_of(
            grant_row(new, "X1", basis="by-promise", by_promise=True, document="京食许1号"),
            change_row(permits[0], Move.REVOKED, document="罚〔2031〕7号"),
            change_row(permits[1], Move.SUSPENDED),
            change_row(permits[2], Move.AMENDED, valid_until="2033-01-01"),
        ),
    )
    assert (report.rows, report.accepted, report.refused, report.licenses) == (4, 4, 0, 2)
    assert report.finished
    entered = on_file(bureau, "X1")
    assert entered is not None
    assert (entered.holder, entered.premises) == (new.holder, new.premises)
    assert (entered.current.basis, entered.current.terms.by_promise) == ("by-promise", True)
    assert entered.current.record.recorded_by == FOOD.recorded_by
    said = [codes(bureau.online(each.text)) for each in issued]
    assert "license-void" in said[0]
    assert "license-suspended" in said[1]
    assert bureau.online(issued[2].text).outcome is Outcome.VALID
    for each in issued:
        assert bureau.online(each.text).reasons == bureau.offline(each.text).reasons
    with bureau.service.database.reading() as connection:
        assert [task.cause.number for task in open_recalls(connection)] == [issued[0].number]
        assert [task.number for task in open_reissues(connection)] == [issued[2].number]
        assert not list(audit(connection).findings)


def test_rows_are_done_in_their_order_each_seeing_those_before(bureau: Bureau) -> None:
    shop = bureau.shop()
    rows = [grant_row(shop, "X1")]
    more = {"kind": "food_business", "number": "X1", "grounds": "依法办理"}
    rows += [
        more | {"move": "suspended", "expected_version": 1},
        more | {"move": "suspended"},
        more | {"move": "resumed", "expected_version": 2},
        more | {"move": "cancelled", "basis": "on-application", "expected_version": 2},
        more | {"move": "cancelled", "basis": "on-application", "expected_version": 3},
        grant_row(shop, "X1"),
    ]
    expected = [
        (3, "move", "move-refused"),
        (5, "expected_version", "version-conflict"),
        (7, "number", "already-registered"),
    ]
    assert refused(rehearse(bureau, table_of(*rows))) == expected
    report = run(bureau, table_of(*rows))
    assert refused(report) == expected
    found = on_file(bureau, "X1")
    assert found is not None
    with bureau.service.database.reading() as connection:
        moves = [link.move for link in permit_chain(connection, found.id)]
    assert moves == [Move.GRANTED, Move.SUSPENDED, Move.RESUMED, Move.CANCELLED]


def test_what_the_single_entrance_refuses_is_refused_with_line_column_and_reason(
    bureau: Bureau,
) -> None:
    shop, other = bureau.shop(), bureau.shop()
    food, small = bureau.permit(shop), bureau.permit(shop, "bj_small_food")
    tobacco = bureau.permit(shop, "tobacco_retail")
    ended = bureau.change(bureau.permit(other), Move.REVOKED).permit
    rows: list[tuple[dict[str, Any], str | None, str]] = [
        (change_row(tobacco, Move.REVOKED), "kind", "kind-not-allowed"),
        (grant_row(other, "N1", kind="tobacco_retail"), "kind", "kind-not-allowed"),
        (change_row(food, Move.REVOKED, number="没有"), "number", "not-registered"),
        (change_row(food, Move.RESUMED), "move", "move-refused"),
        (change_row(ended, Move.SUSPENDED), "move", "move-refused"),
        (
            change_row(food, Move.REVOKED, expected_version=4),
            "expected_version",
            "version-conflict",
        ),
        (change_row(food, Move.REVOKED, basis="deceit"), "basis", "basis-refused"),
        (grant_row(shop, "N2", holder=other.holder), "premises", "belongs-elsewhere"),
        (grant_row(shop, "N3", premises=99999), "premises", "not-registered"),
        (grant_row(shop, food.number), "number", "already-registered"),
        (grant_row(shop, "N4", valid_until="2030-01-01"), "valid_until", "dates-reversed"),
        (grant_row(shop, "N5", valid_until="2110-01-01"), "valid_until", "day-out-of-range"),
        (grant_row(shop, "N6", form="decision"), "form", "not-in-catalog"),
        (grant_row(shop, "🍜"), "number", "lettering"),
        (
            change_row(small, Move.AMENDED, valid_until="2020-01-01"),
            "valid_until",
            "dates-reversed",
        ),
        (
            change_row(food, Move.REVOKED, effective_at="2033-05-20"),
            "effective_at",
            "effective-in-future",
        ),
        (
            change_row(food, Move.REVOKED, effective_at="2031-06-20", basis="deceit"),
            "basis",
            "basis-refused",
        ),
    ]
    table = table_of(*(row for row, _, _ in rows), change_row(food, Move.AMENDED))
    expected = [(line, column, code) for line, (_, column, code) in enumerate(rows, start=1)]
    rehearsed = rehearse(bureau, table)
    assert refused(rehearsed) == expected
    report = run(bureau, table)
    assert refused(report) == expected
    assert (report.accepted, report.refused) == (1, len(rows))
    for each in report.refusals:
        assert each.zh
        assert each.en
        assert "{" not in each.zh + each.en


def test_a_backdated_change_takes_effect_when_it_says(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop(), at=days(-20))
    run(bureau, table_of(change_row(permit, Move.REVOKED, effective_at=f"{day(-3)} 09:30")))
    found = on_file(bureau, permit.number)
    assert found is not None
    assert found.current.record.effective_at == datetime(2031, 5, 17, 1, 30, tzinfo=UTC)
    assert found.current.record.recorded_at == NOON


def test_a_change_of_the_future_is_announced_and_made_at_its_instant(bureau: Bureau) -> None:
    shop = bureau.shop()
    permit = bureau.permit(shop)
    issued = bureau.issue(shop)
    row = change_row(permit, Move.REVOKED, effective_at=f"{day(3)} 00:00")
    assert run(bureau, table_of(row)).accepted == 1
    assert bureau.online(issued.text, at=days(2)).outcome is Outcome.VALID
    assert "license-void" in codes(bureau.online(issued.text, at=days(3)))


def test_a_permit_that_was_awaited_asks_for_its_licenses_reissue(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop, applied_for=("26-03",))
    row = grant_row(shop, "T1", kind="tobacco_retail")
    assert run(bureau, table_of(row), principal=TOBACCO).accepted == 1
    with bureau.service.database.reading() as connection:
        (task,) = reissues_of(connection, issued.number)
    assert task.reason == "pending-granted"


def test_an_amended_permit_that_ends_in_the_same_file_leaves_no_task_to_reissue(
    bureau: Bureau,
) -> None:
    shop = bureau.shop()
    permit = bureau.permit(shop)
    issued = bureau.issue(shop)
    run(bureau, table_of(change_row(permit, Move.AMENDED), change_row(permit, Move.ANNULLED)))
    with bureau.service.database.reading() as connection:
        assert open_reissues(connection) == ()
        assert len(reissues_of(connection, issued.number)) == 1
        assert len(open_recalls(connection)) == 1
        assert not list(audit(connection).findings)


def test_the_bureau_has_no_such_right(bureau: Bureau) -> None:
    table = table_of(grant_row(bureau.shop(), "X1"))
    for attempt in (run, rehearse):
        with pytest.raises(DepartmentRequiredError):
            attempt(bureau, table, principal=BUREAU)
    assert on_file(bureau, "X1") is None


def test_numbers_that_look_wrong_are_told_and_entered(bureau: Bureau) -> None:
    report = run(bureau, table_of(grant_row(bureau.shop(), "JY1")))
    assert [(doubt.line, doubt.code) for doubt in report.doubts] == [(1, "food-form")]
    assert report.accepted == 1


def test_a_rehearsal_writes_nothing_and_says_what_the_run_then_does(bureau: Bureau) -> None:
    shops = [bureau.shop() for _ in range(3)]
    permits = [bureau.permit(shop) for shop in shops]
    issued = [bureau.issue(shop) for shop in shops]
    table = table_of(
        *(change_row(permit, Move.REVOKED) for permit in permits),
        change_row(permits[0], Move.REVOKED),
        grant_row(bureau.shop(), "X1"),
        {"move": "revoked", "kind": "food_business", "number": "X1", "grounds": "经查"},
    )
    before = bureau.rows()
    rehearsed = rehearse(bureau, table)
    assert bureau.rows() == before
    assert (rehearsed.run, rehearsed.dry_run) == (None, True)
    for each in issued:
        assert bureau.online(each.text).outcome is Outcome.VALID
    done = run(bureau, table)
    assert (done.accepted, done.licenses) == (rehearsed.accepted, rehearsed.licenses) == (5, 3)
    assert refused(done) == refused(rehearsed) == [(4, "move", "move-refused")]
    again = rehearse(bureau, table, at=NOON + timedelta(days=1))
    assert (again.run, again.accepted, refused(again)) == (done.run, 5, refused(done))
