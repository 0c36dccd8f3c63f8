"""Properties of assessing, over every industry, and a plain second reading of the same rules."""

import dataclasses
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from verify_service.catalog import (
    Assessment,
    Duty,
    Facts,
    Form,
    HeldPermit,
    Industry,
    Severity,
    State,
    assess,
    builtin_catalog,
    requirements,
)

CATALOG = builtin_catalog(2023)
INDUSTRIES = list(CATALOG.industries.values())
BUILT_IN = Path(__file__).parents[3] / "verify_service/catalog/data/chaoyang-2023.yaml"
Row: TypeAlias = dict[str, Any]
RAW: Row = yaml.safe_load(BUILT_IN.read_text(encoding="utf-8"))
RAW_INDUSTRIES = {industry["code"]: industry for industry in RAW["industries"]}
RAW_FORMS = {kind["id"]: kind["form"] for kind in RAW["permit_kinds"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a business might come with."""

    industry: Industry
    facts: Facts
    held: tuple[HeldPermit, ...]
    applied_for: tuple[str, ...]


@cache
def permits_of(industry_code: str) -> st.SearchStrategy[HeldPermit]:
    """Mostly what the industry knows, in its own form and in force; any oddity now and then."""
    industry = CATALOG.industry(industry_code)
    kinds = [kind for item in industry.items for kind in item.kinds]
    usual = [HeldPermit(kind=kind.id, form=kind.form, in_force=True) for kind in kinds]
    odd = [
        HeldPermit(kind=kind, form=form, in_force=in_force)
        for kind in (*(kind.id for kind in kinds), "animal_clinic", "dog_license")
        for form in (Form.PERMIT, Form.FILING)
        for in_force in (True, False)
    ]
    return st.sampled_from(usual) | st.sampled_from(usual) | st.sampled_from([*usual, *odd])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    industry = draw(st.sampled_from(INDUSTRIES))
    items = [item.id for item in industry.items]
    return Case(
        industry=industry,
        facts=Facts(
            has_swimming_pool=draw(st.booleans()),
            in_free_trade_zone=draw(st.booleans()),
            water_jurisdiction=draw(st.sampled_from(["district", "municipal"])),
        ),
        held=tuple(draw(st.lists(permits_of(industry.code), max_size=7))),
        applied_for=tuple(draw(st.lists(st.sampled_from([*items, "99-01"]), max_size=4))),
    )


def judge(case: Case, *more: HeldPermit, applied_for: tuple[str, ...] | None = None) -> Assessment:
    return assess(
        case.industry,
        facts=case.facts,
        held=(*case.held, *more),
        applied_for=case.applied_for if applied_for is None else applied_for,
    )


def accepted_permits(case: Case) -> list[HeldPermit]:
    """Every permit in force that would count for this business."""
    return [
        HeldPermit(kind=accepted.kind.id, form=form, in_force=True)
        for requirement in requirements(case.industry, facts=case.facts)
        if requirement.duty is not Duty.NOT_APPLICABLE
        for accepted in requirement.accepted
        for form in accepted.forms
    ]


def states(found: Assessment) -> list[State]:
    return [result.state for result in found.results]


def applies_plainly(row: Row, case: Case) -> bool:
    return "when" not in row or case.facts.has_swimming_pool is True


def fits_plainly(permit: HeldPermit, row: Row, case: Case) -> bool:
    if permit.form == RAW_FORMS[permit.kind]:
        return True
    return "substitute" in row and case.facts.in_free_trade_zone is True and permit.form == "filing"


def may_issue_plainly(case: Case) -> bool:
    """The rules once more, straight from the file and as slowly as it takes."""
    rows = {row["id"]: row for row in RAW_INDUSTRIES[case.industry.code]["items"]}
    granted = set()
    for permit in case.held:
        homes = [row for row in rows.values() if permit.kind in row["permits"]]
        if not homes:
            return False
        if not applies_plainly(homes[0], case):
            continue
        if not fits_plainly(permit, homes[0], case):
            return False
        if permit.in_force:
            granted.add(homes[0]["id"])
    if not all(item in rows and applies_plainly(rows[item], case) for item in case.applied_for):
        return False
    covered = granted | set(case.applied_for)
    if any(row["need"] == "mandatory" and row["id"] not in covered for row in rows.values()):
        return False
    if case.industry.code == "01" and not covered & {"01-01", "01-02"}:
        return False
    return bool(granted)


@settings(max_examples=300)
@given(case=cases())
def test_a_plain_second_reading_of_the_rules_agrees(case: Case) -> None:
    assert judge(case).may_issue == may_issue_plainly(case)


@given(case=cases())
def test_every_held_permit_is_gathered_or_named_in_one_reason(case: Case) -> None:
    found = judge(case)
    named = [index for reason in found.reasons for index in reason.permits]
    assert sorted([*found.permits, *named]) == list(range(len(case.held)))


@given(case=cases())
def test_every_item_has_one_state_that_its_permits_bear_out(case: Case) -> None:
    found = judge(case)
    assert [result.item for result in found.results] == list(case.industry.items)
    for result in found.results:
        assert (result.state is State.SATISFIED) == bool(result.permits)
        assert (result.state is State.PENDING) == (result.department is not None)
        for index in result.permits:
            assert case.held[index].in_force
            assert case.held[index].kind in {kind.id for kind in result.item.kinds}


@given(case=cases())
def test_a_license_is_issued_only_on_a_permit_in_force_and_with_nothing_mandatory_missing(
    case: Case,
) -> None:
    found = judge(case)
    if found.may_issue:
        assert found.permits
        assert State.MISSING not in states(found)
    else:
        assert any(reason.severity is Severity.FATAL for reason in found.reasons)


@given(case=cases(), data=st.data())
def test_one_more_permit_in_force_never_takes_a_license_away(
    case: Case, data: st.DataObject
) -> None:
    more = data.draw(st.sampled_from(accepted_permits(case)))
    if judge(case).may_issue:
        assert judge(case, more).may_issue


@given(case=cases(), data=st.data())
def test_one_more_application_never_takes_a_license_away(case: Case, data: st.DataObject) -> None:
    applicable = [
        r.item.id
        for r in requirements(case.industry, facts=case.facts)
        if r.duty is not Duty.NOT_APPLICABLE
    ]
    item = data.draw(st.sampled_from(applicable))
    if judge(case).may_issue:
        assert judge(case, applied_for=(*case.applied_for, item)).may_issue


@given(case=cases(), data=st.data())
def test_a_permit_not_in_force_changes_nothing_but_is_named(
    case: Case, data: st.DataObject
) -> None:
    good = data.draw(st.sampled_from(accepted_permits(case)))
    before, after = judge(case), judge(case, dataclasses.replace(good, in_force=False))
    assert after.results == before.results
    assert after.may_issue == before.may_issue
    assert len(after.reasons) == len(before.reasons) + 1


@given(case=cases(), data=st.data())
def test_the_order_in_which_permits_are_held_does_not_matter(
    case: Case, data: st.DataObject
) -> None:
    shuffled = tuple(data.draw(st.permutations(case.held)))
    before, after = judge(case), judge(dataclasses.replace(case, held=shuffled))
    assert states(after) == states(before)
    assert after.may_issue == before.may_issue


@given(case=cases())
def test_all_that_can_be_held_is_always_enough(case: Case) -> None:
    everything = dataclasses.replace(case, held=tuple(accepted_permits(case)), applied_for=())
    found = judge(everything)
    assert found.may_issue
    assert found.reasons == ()
    assert set(states(found)) <= {State.SATISFIED, State.NOT_APPLICABLE}


@given(case=cases())
def test_every_message_is_complete_in_both_languages(case: Case) -> None:
    for reason in judge(case).reasons:
        assert reason.message.en.isascii()
        assert "{" not in reason.message.zh + reason.message.en
        assert "（）" not in reason.message.zh
