"""Whether permits are enough for a license: one example for each rule and each reason."""

import pytest

from verify_service.catalog import (
    Assessment,
    Facts,
    FactsMissingError,
    Form,
    HeldPermit,
    Question,
    ReasonCode,
    Severity,
    State,
    assess,
    builtin_catalog,
)


def permit(kind: str, *, form: Form | None = None, in_force: bool = True) -> HeldPermit:
    own = builtin_catalog(2023).permit_kinds[kind].form
    return HeldPermit(kind=kind, form=form or own, in_force=in_force)


def judge(
    code: str, *held: HeldPermit, applied_for: tuple[str, ...] = (), facts: Facts | None = None
) -> Assessment:
    industry = builtin_catalog(2023).industry(code)
    return assess(industry, facts=facts or Facts(), held=held, applied_for=applied_for)


def states(found: Assessment) -> dict[str, State]:
    return {result.item.id: result.state for result in found.results}


def codes(found: Assessment) -> list[ReasonCode]:
    return [reason.code for reason in found.reasons]


def test_all_mandatory_items_permitted_may_issue_and_the_rest_is_not_chosen() -> None:
    found = judge("02", permit("drug_business"), permit("food_business"))
    assert found.may_issue
    assert found.reasons == ()
    assert found.permits == (0, 1)
    assert states(found) == {
        "02-01": State.SATISFIED,
        "02-02": State.SATISFIED,
        "02-03": State.NOT_CHOSEN,
        "02-04": State.NOT_CHOSEN,
    }


def test_a_mandatory_item_neither_permitted_nor_applied_for_forbids_the_license() -> None:
    found = judge("02", permit("food_business"))
    assert not found.may_issue
    (reason,) = found.reasons
    assert reason.code is ReasonCode.MANDATORY_ITEM_MISSING
    assert reason.severity is Severity.FATAL
    assert reason.item_ids == ("02-01",)
    assert "02-01（药品经营许可证）" in reason.message.zh
    assert "02-01 (Drug business permit)" in reason.message.en
    assert states(found)["02-01"] is State.MISSING


def test_every_missing_mandatory_item_is_named() -> None:
    found = judge("11", permit("food_business"))
    assert [reason.item_ids for reason in found.reasons] == [("11-01",), ("11-02",), ("11-03",)]


def test_a_pending_mandatory_item_may_issue_and_is_marked() -> None:
    found = judge(
        "36",
        permit("food_business"),
        applied_for=("36-01", "36-03"),
        facts=Facts(water_jurisdiction="municipal"),
    )
    assert found.may_issue
    mandatory, optional = found.in_state(State.PENDING)
    assert (mandatory.item.id, mandatory.is_mandatory) == ("36-01", True)
    assert (optional.item.id, optional.is_mandatory) == ("36-03", False)
    departments = builtin_catalog(2023).departments
    assert mandatory.department is departments["edu"]
    assert optional.department is departments["water_city"]
    (reason,) = found.reasons
    assert (reason.code, reason.severity) == (ReasonCode.MANDATORY_ITEM_PENDING, Severity.WARNING)
    assert reason.item_ids == ("36-01",)


def test_a_license_that_would_gather_no_permit_at_all_is_refused() -> None:
    found = judge("02", applied_for=("02-01",))
    assert not found.may_issue
    assert codes(found) == [ReasonCode.NO_PERMIT_IN_FORCE, ReasonCode.MANDATORY_ITEM_PENDING]


def test_an_industry_without_mandatory_items_issues_on_any_permit_in_force() -> None:
    for kind in ("hr_service", "labour_dispatch"):
        assert judge("16", permit(kind)).may_issue
    found = judge("16")
    assert not found.may_issue
    assert codes(found) == [ReasonCode.NO_PERMIT_IN_FORCE]


def test_an_industry_without_mandatory_items_does_not_issue_on_applications_alone() -> None:
    assert not judge("16", applied_for=("16-01", "16-02")).may_issue


@pytest.mark.parametrize("kinds", [("food_business",), ("bj_small_food",)])
def test_one_alternative_is_enough(kinds: tuple[str, ...]) -> None:
    found = judge("03", *(permit(kind) for kind in kinds))
    assert found.may_issue
    assert states(found)["03-01"] is State.SATISFIED


def test_both_alternatives_are_gathered_under_their_one_item() -> None:
    found = judge("03", permit("bj_small_food"), permit("food_business"))
    assert found.results[0].permits == (0, 1)


def test_several_permits_of_one_item_are_all_gathered() -> None:
    vehicles = [permit("road_transport_vehicle") for _ in range(3)]
    found = judge("37", vehicles[0], permit("road_transport_business"), *vehicles[1:])
    assert found.may_issue
    assert {r.item.id: r.permits for r in found.results} == {
        "37-01": (1,),
        "37-02": (0, 2, 3),
        "37-03": (),
    }
    assert found.permits == (1, 0, 2, 3)


@pytest.mark.parametrize("kind", ["device_class2_filing", "device_business"])
def test_either_member_satisfies_the_group_and_the_other_is_not_chosen(kind: str) -> None:
    found = judge("01", permit(kind))
    assert found.may_issue
    assert sorted(states(found).values()) == [State.NOT_CHOSEN, State.NOT_CHOSEN, State.SATISFIED]
    (member,) = found.in_state(State.SATISFIED)
    assert member.is_mandatory


def test_with_both_members_of_the_group_neither_is_mandatory_by_itself() -> None:
    found = judge("01", permit("device_class2_filing"), permit("device_business"))
    assert [result.is_mandatory for result in found.results] == [False, False, False]


def test_a_group_of_which_nothing_is_permitted_or_applied_for_forbids_the_license() -> None:
    found = judge("01", permit("radiation_safety"))
    (reason,) = found.reasons
    assert (reason.code, reason.severity) == (ReasonCode.GROUP_MISSING, Severity.FATAL)
    assert reason.item_ids == ("01-01", "01-02")
    assert [r.item.id for r in found.in_state(State.MISSING)] == ["01-01", "01-02"]


def test_an_application_carries_the_group_and_is_mandatory() -> None:
    found = judge("01", permit("radiation_safety"), applied_for=("01-02",))
    assert found.may_issue
    (pending,) = found.in_state(State.PENDING)
    assert pending.is_mandatory
    assert states(found)["01-01"] is State.NOT_CHOSEN
    assert codes(found) == [ReasonCode.MANDATORY_ITEM_PENDING]


def test_an_application_beside_a_satisfied_group_is_not_mandatory() -> None:
    found = judge("01", permit("device_business"), applied_for=("01-01",))
    (pending,) = found.in_state(State.PENDING)
    assert not pending.is_mandatory
    assert found.reasons == ()


@pytest.mark.parametrize(
    ("code", "others", "item"),
    [("06", ("publication_business",), "06-04"), ("35", ("art_dealer_filing",), "35-02")],
)
def test_a_filing_receipt_stands_in_for_the_hygiene_permit_in_the_free_trade_zone(
    code: str, others: tuple[str, ...], item: str
) -> None:
    held = [permit("public_hygiene", form=Form.FILING), *(permit(kind) for kind in others)]
    inside = judge(code, *held, facts=Facts(in_free_trade_zone=True))
    assert inside.may_issue
    assert states(inside)[item] is State.SATISFIED

    outside = judge(code, *held, facts=Facts(in_free_trade_zone=False))
    assert not outside.may_issue
    assert states(outside)[item] is not State.SATISFIED
    assert outside.reasons[0].code is ReasonCode.FORM_NOT_ACCEPTED
    assert (outside.reasons[0].permits, outside.reasons[0].item_ids) == ((0,), (item,))

    with pytest.raises(FactsMissingError) as refused:
        judge(code, *held)
    assert refused.value.questions == (Question.IN_FREE_TRADE_ZONE,)


def test_the_full_hygiene_permit_is_good_inside_the_free_trade_zone_and_out() -> None:
    held = (permit("art_dealer_filing"), permit("public_hygiene"))
    for zone in (True, False, None):
        assert judge("35", *held, facts=Facts(in_free_trade_zone=zone)).may_issue


def test_a_filing_receipt_where_the_annex_allows_none_is_refused() -> None:
    found = judge("39", permit("public_hygiene", form=Form.FILING))
    assert codes(found)[0] is ReasonCode.FORM_NOT_ACCEPTED
    assert not found.may_issue


def test_a_gym_with_a_pool_gathers_its_hygiene_permit() -> None:
    pool = Facts(has_swimming_pool=True)
    found = judge("04", permit("high_risk_sport"), permit("public_hygiene"), facts=pool)
    assert found.permits == (0, 1)
    assert found.reasons == ()


def test_a_gym_with_a_pool_and_no_hygiene_permit_is_a_warning() -> None:
    found = judge("04", permit("food_business"), facts=Facts(has_swimming_pool=True))
    assert found.may_issue
    (reason,) = found.reasons
    assert (reason.code, reason.severity) == (ReasonCode.CONDITIONAL_ITEM_OPEN, Severity.WARNING)
    assert reason.item_ids == ("04-03",)


def test_a_gym_without_a_pool_leaves_its_hygiene_permit_off() -> None:
    dry = Facts(has_swimming_pool=False)
    found = judge("04", permit("public_hygiene"), permit("food_business"), facts=dry)
    assert found.may_issue
    assert found.permits == (1,)
    assert states(found)["04-03"] is State.NOT_APPLICABLE
    (reason,) = found.reasons
    assert (reason.code, reason.severity) == (ReasonCode.PERMIT_NOT_APPLICABLE, Severity.WARNING)
    assert reason.permits == (0,)


def test_a_permit_that_does_not_apply_is_no_permit_to_issue_on() -> None:
    found = judge("04", permit("public_hygiene"), facts=Facts(has_swimming_pool=False))
    assert not found.may_issue
    assert ReasonCode.NO_PERMIT_IN_FORCE in codes(found)


def test_a_gym_is_always_asked_about_its_pool() -> None:
    with pytest.raises(FactsMissingError) as refused:
        judge("04", permit("food_business"))
    assert refused.value.questions == (Question.HAS_SWIMMING_POOL,)


def test_the_water_jurisdiction_is_asked_for_only_where_it_decides_who_is_named_as_pending() -> (
    None
):
    assert judge("25", permit("food_business")).may_issue
    assert judge(
        "25", permit("food_business"), permit("drainage"), applied_for=("25-04",)
    ).may_issue
    with pytest.raises(FactsMissingError) as refused:
        judge("25", permit("food_business"), applied_for=("25-04",))
    assert refused.value.questions == (Question.WATER_JURISDICTION,)


def test_a_permit_not_in_force_satisfies_nothing() -> None:
    found = judge("02", permit("drug_business", in_force=False), permit("food_business"))
    assert not found.may_issue
    assert found.permits == (1,)
    assert codes(found) == [ReasonCode.PERMIT_NOT_IN_FORCE, ReasonCode.MANDATORY_ITEM_MISSING]
    assert found.reasons[0].severity is Severity.WARNING


def test_a_permit_that_ran_out_beside_its_successor_does_no_harm() -> None:
    found = judge("02", permit("drug_business", in_force=False), permit("drug_business"))
    assert found.may_issue
    assert found.results[0].permits == (1,)


def test_a_permit_of_another_industry_is_refused_and_named() -> None:
    found = judge("02", permit("drug_business"), permit("animal_clinic"))
    assert not found.may_issue
    assert found.strays == (1,)
    (reason,) = found.reasons
    assert reason.code is ReasonCode.PERMIT_NOT_OF_INDUSTRY
    assert "第2件（animal_clinic）" in reason.message.zh


def test_a_kind_that_the_catalog_does_not_know_is_a_stray() -> None:
    unknown = HeldPermit(kind="dog_license", form=Form.PERMIT, in_force=True)
    assert judge("02", permit("drug_business"), unknown).strays == (1,)


def test_an_application_for_another_industrys_item_is_refused() -> None:
    found = judge("02", permit("drug_business"), applied_for=("10-01", "nonsense"))
    assert [(r.code, r.item_ids) for r in found.reasons] == [
        (ReasonCode.ITEM_NOT_OF_INDUSTRY, ("10-01",)),
        (ReasonCode.ITEM_NOT_OF_INDUSTRY, ("nonsense",)),
    ]
    assert not found.may_issue


def test_an_application_for_an_item_that_does_not_apply_is_refused() -> None:
    found = judge(
        "04",
        permit("food_business"),
        applied_for=("04-03",),
        facts=Facts(has_swimming_pool=False),
    )
    assert codes(found) == [ReasonCode.ITEM_NOT_APPLICABLE]
    assert not found.may_issue


def test_an_application_for_what_is_permitted_already_is_not_pending() -> None:
    found = judge("02", permit("drug_business"), applied_for=("02-01", "02-01"))
    assert found.may_issue
    assert found.in_state(State.PENDING) == ()
    (reason,) = found.reasons
    assert (reason.code, reason.severity) == (ReasonCode.ALREADY_PERMITTED, Severity.INFO)


def test_not_permitted_and_not_chosen_are_two_states() -> None:
    found = judge("06", permit("publication_business"), applied_for=("06-03",))
    assert states(found) == {
        "06-01": State.SATISFIED,
        "06-02": State.NOT_CHOSEN,
        "06-03": State.PENDING,
        "06-04": State.NOT_CHOSEN,
    }
