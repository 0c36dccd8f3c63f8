"""An extract and the registry: what is a difference, and what only looks like one."""

from datetime import datetime
from typing import Any

import pytest

from tests.clocks import stopped
from tests.verify_service.bulk.tables import FOOD, lines_of
from tests.verify_service.bureau import BUREAU, NOON, Bureau, day, days
from verify_service.access import DepartmentRequiredError, KindNotAllowedError
from verify_service.intake.columns import Use
from verify_service.intake.reading import read_table
from verify_service.intake.table import Format, Table
from verify_service.reconciliation.errors import AsOfRefusedError
from verify_service.reconciliation.service import Compared
from verify_service.registry.intake_records import Difference, DifferenceWhat
from verify_service.registry.moves import Move
from verify_service.registry.reconciling import differences_of
from verify_service.registry.records import Permit, PermitTerms

STATES = {"in_force": "有效", "suspended": "暂停", "lapsed": "失效"}


def extract_row(permit: Permit, **other: Any) -> dict[str, Any]:
    """What a department's books say of a permit that are right in all but what is told."""
    terms = permit.current.terms
    last = terms.valid_until
    state = permit.current.state.value
    return {
        "kind": permit.kind,
        "number": permit.number,
        "holder": permit.holder,
        "premises": permit.premises,
        "valid_from": terms.valid_from.isoformat(),
        "valid_until": "长期" if last is None else last.isoformat(),
        "state": STATES.get(state, state),
    } | other


def extract_of(*rows: dict[str, Any]) -> Table:
    return read_table(lines_of(*rows), Format.JSON_LINES, Use.EXTRACT)


def compare(bureau: Bureau, *rows: dict[str, Any], at: datetime = NOON, **more: Any) -> Compared:
    principal = more.pop("principal", FOOD)
    return bureau.service.reconciliation.compare(
        extract_of(*rows), principal=principal, clock=stopped(at), **more
    )


def found(bureau: Bureau, compared: Compared) -> tuple[Difference, ...]:
    assert compared.reconciliation is not None, compared.refusals
    with bureau.service.database.reading() as connection:
        return differences_of(connection, compared.reconciliation.id, limit=100)


def differences(bureau: Bureau, *rows: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    listed = found(bureau, compare(bureau, *rows, **more))
    return [(each.found.number, each.found.what.value) for each in listed]


def test_books_that_agree_have_no_difference(bureau: Bureau) -> None:
    shop = bureau.shop()
    one, other = bureau.permit(shop), bureau.permit(shop, "bj_small_food", until=day(90))
    compared = compare(
        bureau, extract_row(one), extract_row(other), full_kinds=("food_business", "bj_small_food")
    )
    assert found(bureau, compared) == ()
    assert compared.reconciliation is not None
    assert (compared.reconciliation.rows, compared.reconciliation.agreed) == (2, 2)


def test_each_difference_is_told_by_its_word_with_both_sides(bureau: Bureau) -> None:
    shop, other = bureau.shop(), bureau.shop()
    permits = [bureau.permit(shop, until=day(400)) for _ in range(5)]
    moved = bureau.premises(shop.holder)
    new = extract_row(permits[0], number="新证")
    rows = [
        extract_row(permits[0], valid_until=day(800).isoformat()),
        extract_row(permits[1], state="吊销"),
        extract_row(permits[2], holder=other.holder),
        extract_row(permits[3], premises=moved.premises),
        extract_row(permits[4], state="暂停", valid_from=day(-29).isoformat()),
        new,
    ]
    listed = found(bureau, compare(bureau, *rows))
    assert [(each.found.line, each.found.what) for each in listed] == [
        (1, DifferenceWhat.DATES),
        (2, DifferenceWhat.STATE),
        (3, DifferenceWhat.HOLDER),
        (4, DifferenceWhat.PREMISES),
        (5, DifferenceWhat.DATES),
        (5, DifferenceWhat.STATE),
        (6, DifferenceWhat.MISSING),
    ]
    assert [each.id for each in listed] == sorted(each.id for each in listed)
    dates = listed[0].found
    assert dates.registered is not None
    assert dates.extracted is not None
    assert (dates.registered["valid_until"], dates.extracted["valid_until"]) == (
        day(400).isoformat(),
        day(800).isoformat(),
    )
    assert (dates.permit, dates.permit_version) == (permits[0].id, 1)
    assert (listed[6].found.permit, listed[6].found.registered) == (None, None)


def test_extra_is_told_of_full_kinds_alone(bureau: Bureau) -> None:
    shop = bureau.shop()
    one, forgotten = bureau.permit(shop), bureau.permit(shop)
    small = bureau.permit(shop, "bj_small_food")
    bureau.permit(shop, "tobacco_retail")
    ended = bureau.change(bureau.permit(shop), Move.REVOKED).permit
    run_out = bureau.permit(shop, until=day(-1))
    row = extract_row(one)
    assert differences(bureau, row) == []
    assert differences(bureau, row, full_kinds=("food_business",)) == [(forgotten.number, "extra")]
    assert set(differences(bureau, row, full_kinds=("food_business", "bj_small_food"))) == {
        (forgotten.number, "extra"),
        (small.number, "extra"),
    }
    assert {ended.number, run_out.number}.isdisjoint(
        number for number, _ in differences(bureau, row, full_kinds=("food_business",))
    )


def test_running_out_is_no_difference_whoever_has_recorded_it(bureau: Bureau) -> None:
    shop = bureau.shop()
    unrecorded, recorded = bureau.permit(shop, until=day(-1)), bureau.permit(shop, until=day(-1))
    bureau.change(recorded, Move.LAPSED)
    for permit in (unrecorded, recorded):
        for state in ("有效", "失效", "暂停"):
            assert differences(bureau, extract_row(permit, state=state)) == []


def test_a_renewal_that_was_not_told_is_a_difference_of_days_alone(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop(), until=day(-1))
    row = extract_row(permit, valid_until=day(700).isoformat())
    assert differences(bureau, row) == [(permit.number, "dates")]
    lapsed = bureau.change(permit, Move.LAPSED).permit
    assert differences(bureau, row) == [(lapsed.number, "state")]


def test_what_has_ended_is_not_compared_in_its_days_nor_missed(bureau: Bureau) -> None:
    ended = bureau.change(bureau.permit(bureau.shop()), Move.REVOKED).permit
    rows = [
        extract_row(ended, valid_until=day(900).isoformat()),
        extract_row(ended, number="从未登记", state="注销"),
        extract_row(ended, number="早已到期", state="有效", valid_until=day(-9).isoformat()),
    ]
    assert differences(bureau, *rows) == []


def test_the_registry_is_taken_as_it_was_at_the_extracts_instant(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop(), at=days(-9))
    before = extract_row(permit)
    after = bureau.change(permit, Move.SUSPENDED, at=days(-2)).permit
    assert differences(bureau, before) == [(permit.number, "state")]
    assert differences(bureau, before, as_of=days(-3)) == []
    assert differences(bureau, before | {"as_of": f"{day(-3)} 12:00"}) == []
    assert differences(bureau, extract_row(after), as_of=days(-1)) == []
    # recorded late and effective early: it was so then
    revoked = bureau.change(after, Move.REVOKED, at=days(-0.5), effective_at=days(-4)).permit
    assert differences(bureau, before, as_of=days(-3)) == [(permit.number, "state")]
    assert differences(bureau, extract_row(revoked), as_of=days(-3)) == []


@pytest.mark.parametrize(
    ("instants", "given", "reason"),
    [
        ((None, None), days(1), "ahead"),
        ((f"{day(1)}", None), None, "ahead"),
        ((f"{day(-1)}", f"{day(-2)}"), None, "mixed"),
        ((f"{day(-1)}", None), days(-2), "mixed"),
    ],
)
def test_an_extract_is_of_one_instant_that_has_come(
    instants: tuple[str | None, str | None],
    given: datetime | None,
    reason: str,
    sqlite_bureau: Bureau,
) -> None:
    shop = sqlite_bureau.shop()
    rows = [extract_row(sqlite_bureau.permit(shop), as_of=each) for each in instants]
    with pytest.raises(AsOfRefusedError) as caught:
        compare(sqlite_bureau, *rows, as_of=given)
    assert caught.value.reason == reason


def test_a_row_that_cannot_be_compared_refuses_the_extract(bureau: Bureau) -> None:
    shop = bureau.shop()
    one, tobacco = bureau.permit(shop), bureau.permit(shop, "tobacco_retail")
    rows = [
        extract_row(one),
        extract_row(one, number=5),
        extract_row(one),
        extract_row(tobacco),
        extract_row(one, number="X9", state="有效么"),
    ]
    compared = compare(bureau, *rows)
    assert compared.reconciliation is None
    assert [(each.line, each.cell, each.code) for each in compared.refusals] == [
        (2, "number", "not-text"),
        (3, "number", "row-twice"),
        (4, "kind", "kind-not-allowed"),
        (5, "state", "word-unknown"),
    ]


def test_only_a_department_compares_and_only_its_kinds_are_full(bureau: Bureau) -> None:
    row = extract_row(bureau.permit(bureau.shop()))
    with pytest.raises(DepartmentRequiredError):
        compare(bureau, row, principal=BUREAU)
    with pytest.raises(KindNotAllowedError):
        compare(bureau, row, full_kinds=("tobacco_retail",))


def test_terms_without_an_end_differ_from_those_with_one(bureau: Bureau) -> None:
    permit = bureau.permit(bureau.shop())
    row = extract_row(permit)
    ending = PermitTerms(
        valid_from=permit.current.terms.valid_from,
        valid_until=day(90),
        document_form=permit.current.terms.document_form,
    )
    bureau.change(permit, Move.AMENDED, terms=ending)
    assert differences(bureau, row) == [(permit.number, "dates")]
