"""What an industry needs, given the facts, and which departments and remedies are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_service.catalog import (
    Catalog,
    Duty,
    Facts,
    FactsMissingError,
    Form,
    Industry,
    NotInCatalogError,
    Question,
    Requirement,
    builtin_catalog,
    notices,
    requirements,
)

INDUSTRIES = list(builtin_catalog(2023).industries.values())
ALL_FACTS = [
    Facts(has_swimming_pool=pool, in_free_trade_zone=zone, water_jurisdiction=water)
    for pool in (True, False)
    for zone in (True, False)
    for water in ("district", "municipal")
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return builtin_catalog(2023)


def needed(industry: Industry, item_id: str, facts: Facts) -> Requirement:
    (found,) = [r for r in requirements(industry, facts=facts) if r.item.id == item_id]
    return found


def test_a_hotel_has_three_mandatory_and_two_optional_items(catalog: Catalog) -> None:
    facts = Facts(water_jurisdiction="district")
    assert [r.duty for r in requirements(catalog.industry("11"), facts=facts)] == [
        Duty.MANDATORY,
        Duty.MANDATORY,
        Duty.MANDATORY,
        Duty.OPTIONAL,
        Duty.OPTIONAL,
    ]


def test_either_of_two_alternatives_is_accepted(catalog: Catalog) -> None:
    requirement = needed(catalog.industry("03"), "03-01", Facts(water_jurisdiction="district"))
    assert [a.kind.id for a in requirement.accepted] == ["food_business", "bj_small_food"]
    assert requirement.duty is Duty.MANDATORY


def test_a_group_is_mandatory_together(catalog: Catalog) -> None:
    first, second, third = requirements(catalog.industry("01"), facts=Facts())
    assert first.duty is second.duty is Duty.ONE_OF_GROUP
    assert first.group is second.group is not None
    assert (third.duty, third.group) == (Duty.OPTIONAL, None)


@pytest.mark.parametrize(("pool", "duty"), [(True, Duty.OPTIONAL), (False, Duty.NOT_APPLICABLE)])
def test_a_gym_needs_the_hygiene_permit_only_with_a_pool(
    catalog: Catalog, pool: bool, duty: Duty
) -> None:
    facts = Facts(has_swimming_pool=pool)
    assert needed(catalog.industry("04"), "04-03", facts).duty is duty


@pytest.mark.parametrize(("industry", "item"), [("06", "06-04"), ("35", "35-02")])
@pytest.mark.parametrize(
    ("zone", "forms"), [(True, (Form.PERMIT, Form.FILING)), (False, (Form.PERMIT,))]
)
def test_a_filing_receipt_is_accepted_in_the_free_trade_zone_only(
    catalog: Catalog, industry: str, item: str, zone: bool, forms: tuple[Form, ...]
) -> None:
    facts = Facts(in_free_trade_zone=zone)
    (accepted,) = needed(catalog.industry(industry), item, facts).accepted
    assert accepted.forms == forms


@pytest.mark.parametrize("code", ["05", "11", "39"])
def test_the_free_trade_zone_changes_nothing_for_other_industries(
    catalog: Catalog, code: str
) -> None:
    inside, outside = (
        requirements(
            catalog.industry(code),
            facts=Facts(in_free_trade_zone=zone, water_jurisdiction="district"),
        )
        for zone in (True, False)
    )
    assert inside == outside


@pytest.mark.parametrize(
    ("jurisdiction", "department"), [("district", "water_district"), ("municipal", "water_city")]
)
def test_one_water_authority_decides_by_jurisdiction(
    catalog: Catalog, jurisdiction: str, department: str
) -> None:
    facts = next(f for f in ALL_FACTS if f.water_jurisdiction == jurisdiction)
    assert needed(catalog.industry("30"), "30-01", facts).department.id == department


@pytest.mark.parametrize(
    ("code", "questions"),
    [
        ("01", ()),
        ("03", (Question.WATER_JURISDICTION,)),
        ("04", (Question.HAS_SWIMMING_POOL,)),
        ("06", (Question.IN_FREE_TRADE_ZONE,)),
        ("35", (Question.IN_FREE_TRADE_ZONE,)),
    ],
)
def test_unknown_facts_that_matter_are_asked_for_by_name(
    catalog: Catalog, code: str, questions: tuple[Question, ...]
) -> None:
    industry = catalog.industry(code)
    assert industry.questions == questions
    if not questions:
        assert requirements(industry, facts=Facts())
        return
    with pytest.raises(FactsMissingError) as refused:
        requirements(industry, facts=Facts())
    assert refused.value.questions == questions
    assert questions[0].text.zh in str(refused.value)


@pytest.mark.parametrize("question", Question)
def test_a_fact_that_nobody_knows_is_not_held_to_be_true(question: Question) -> None:
    assert not Facts().is_known(question)
    assert not Facts().holds(question)
    assert all(facts.is_known(question) for facts in ALL_FACTS)


@given(industry=st.sampled_from(INDUSTRIES), facts=st.sampled_from(ALL_FACTS))
def test_known_facts_always_give_one_requirement_an_item(industry: Industry, facts: Facts) -> None:
    found = requirements(industry, facts=facts)
    assert tuple(r.item for r in found) == industry.items
    assert all(r.accepted and all(a.forms for a in r.accepted) for r in found)
    assert all(r.department in r.item.departments for r in found)
    mandatory = {Duty.MANDATORY, Duty.ONE_OF_GROUP}
    assert industry.has_mandatory == any(r.duty in mandatory for r in found)


@given(industry=st.sampled_from(INDUSTRIES), facts=st.sampled_from(ALL_FACTS))
def test_everything_that_is_accepted_has_a_permit_code(industry: Industry, facts: Facts) -> None:
    catalog = builtin_catalog(2023)
    for requirement in requirements(industry, facts=facts):
        for accepted in requirement.accepted:
            for form in accepted.forms:
                code = catalog.permit_code(
                    accepted.kind.id, department=requirement.department.id, form=form
                )
                assert catalog.meaning(code).kind is accepted.kind


def test_departments_are_told_once_each_with_their_items_and_remedy(catalog: Catalog) -> None:
    told = notices(
        catalog.industry("02"), facts=Facts(), item_ids=["02-04", "02-01", "02-02", "02-03"]
    )
    assert [(n.department.id, [i.id for i in n.items]) for n in told] == [
        ("scjg", ["02-01", "02-02", "02-03", "02-04"])
    ]
    assert "北京市朝阳区人民政府" in told[0].department.remedy.review.zh
    assert "人民法院" in told[0].department.remedy.lawsuit.zh


def test_only_the_departments_of_the_items_in_question_are_told(catalog: Catalog) -> None:
    told = notices(catalog.industry("11"), facts=Facts(), item_ids=["11-03", "11-01"])
    assert [n.department.name.zh for n in told] == ["公安朝阳分局", "朝阳消防救援支队"]


def test_the_water_authority_told_is_the_one_that_decides(catalog: Catalog) -> None:
    industry = catalog.industry("32")
    for jurisdiction, authority in (
        ("district", "北京市朝阳区人民政府"),
        ("municipal", "北京市人民政府"),
    ):
        facts = next(f for f in ALL_FACTS if f.water_jurisdiction == jurisdiction)
        (told,) = notices(industry, facts=facts, item_ids=["32-02"])
        assert told.department.remedy.authority.zh == authority
    with pytest.raises(FactsMissingError) as refused:
        notices(industry, facts=Facts(), item_ids=["32-02"])
    assert refused.value.questions == (Question.WATER_JURISDICTION,)


def test_nobody_is_named_for_the_body_that_the_annex_leaves_unnamed(catalog: Catalog) -> None:
    (told,) = notices(catalog.industry("12"), facts=Facts(), item_ids=["12-01"])
    assert not told.department.is_named
    assert told.department.name.zh == "相关单位"
    assert "named on the permit itself" in told.department.remedy.review.en


def test_another_industrys_item_cannot_be_told_about(catalog: Catalog) -> None:
    with pytest.raises(NotInCatalogError) as refused:
        notices(catalog.industry("12"), facts=Facts(), item_ids=["12-01", "11-01"])
    assert refused.value.key == "11-01"


@given(industry=st.sampled_from(INDUSTRIES), facts=st.sampled_from(ALL_FACTS), chosen=st.data())
def test_every_item_in_question_is_told_about_exactly_once(
    industry: Industry, facts: Facts, chosen: st.DataObject
) -> None:
    wanted = chosen.draw(st.sets(st.sampled_from([item.id for item in industry.items])))
    told = notices(industry, facts=facts, item_ids=wanted)
    assert sorted(item.id for notice in told for item in notice.items) == sorted(wanted)
    assert len({notice.department.id for notice in told}) == len(told)
