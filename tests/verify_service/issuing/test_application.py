"""A license is issued from permits that stand, are the shop's own, and are enough: or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.errors import SealingError
from tests.verify_service.bureau import BAR, FACTS, Bureau, Shop, day, name_of
from tests.verify_service.desk import make_uscc
from verify_service.catalog import (
    FactsMissingError,
    NotInCatalogError,
    Question,
    ReasonCode,
)
from verify_service.issuing.application import Application, Grounds, PermitName, examine
from verify_service.issuing.errors import NotIssuableError, PermitOfAnotherError
from verify_service.issuing.sealing import expiry_day_of
from verify_service.registry.errors import (
    BelongsElsewhereError,
    DatesReversedError,
    NotRegisteredError,
)
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit, PermitTerms


def look_at(bureau: Bureau, application: Application, *, on: date | None = None) -> Grounds:
    office = bureau.service.office
    day_of = on or day(0)
    with bureau.service.database.reading() as connection:
        return examine(
            connection,
            application,
            catalog=office.catalog,
            policy=office.policies.on(day_of),
            on=day_of,
        )


def asked(
    shop: Shop, *permits: Permit, industry: str = BAR, applied_for: tuple[str, ...] = ()
) -> Application:
    return Application(
        holder=shop.holder,
        premises=shop.premises,
        industry=industry,
        permits=tuple(map(name_of, permits)) or None,
        applied_for=applied_for,
    )


def refused(bureau: Bureau, application: Application) -> set[ReasonCode]:
    with pytest.raises(NotIssuableError) as caught:
        look_at(bureau, application)
    return {reason.code for reason in caught.value.reasons}


# ---- who and where --------------------------------------------------------------------------


def test_an_unknown_holder_is_refused(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    nobody = replace(asked(shop), holder=make_uscc(999_999))
    with pytest.raises(NotRegisteredError) as caught:
        look_at(sqlite_bureau, nobody)
    assert (caught.value.entity, caught.value.key) == ("holder", nobody.holder)


def test_unknown_premises_are_refused(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    with pytest.raises(NotRegisteredError) as caught:
        look_at(sqlite_bureau, replace(asked(shop), premises=404))
    assert caught.value.entity == "premises"


def test_the_premises_of_another_holder_are_refused(sqlite_bureau: Bureau) -> None:
    shop, other = sqlite_bureau.shop(), sqlite_bureau.shop()
    sqlite_bureau.permit(other)
    with pytest.raises(BelongsElsewhereError) as caught:
        look_at(sqlite_bureau, replace(asked(shop), premises=other.premises))
    assert (caught.value.expected, caught.value.found) == (shop.holder, other.holder)


def test_an_unknown_industry_is_refused(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    with pytest.raises(NotInCatalogError) as caught:
        look_at(sqlite_bureau, asked(shop, industry="41"))
    assert (caught.value.what, caught.value.key) == ("industry", "41")


# ---- which permits --------------------------------------------------------------------------


def test_a_permit_that_nobody_has_entered_is_refused(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    application = replace(
        asked(shop), permits=(PermitName(kind="food_business", number="JY00000000000000"),)
    )
    with pytest.raises(NotRegisteredError) as caught:
        look_at(sqlite_bureau, application)
    assert caught.value.key == "food_business JY00000000000000"


def test_the_permit_of_another_holder_is_refused(sqlite_bureau: Bureau) -> None:
    shop, other = sqlite_bureau.shop(), sqlite_bureau.shop()
    foreign = sqlite_bureau.permit(other)
    with pytest.raises(PermitOfAnotherError) as caught:
        look_at(sqlite_bureau, asked(shop, sqlite_bureau.permit(shop), foreign))
    assert caught.value.number == foreign.number


def test_the_same_holders_permit_for_other_premises_is_refused(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    branch = sqlite_bureau.premises(shop.holder)
    elsewhere = sqlite_bureau.permit(branch)
    with pytest.raises(PermitOfAnotherError):
        look_at(sqlite_bureau, asked(shop, elsewhere))


def test_a_permit_of_another_industry_is_refused(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    stray = sqlite_bureau.permit(shop, "high_risk_sport")
    found = refused(sqlite_bureau, asked(shop, sqlite_bureau.permit(shop), stray))
    assert found == {ReasonCode.PERMIT_NOT_OF_INDUSTRY}


def test_a_permit_in_a_form_that_the_item_does_not_accept_is_refused(
    sqlite_bureau: Bureau,
) -> None:
    shop = sqlite_bureau.shop()
    filing = sqlite_bureau.permit(shop, "public_hygiene", form="filing")
    found = refused(
        sqlite_bureau, asked(shop, filing, industry="35", applied_for=("35-01", "35-02"))
    )
    assert ReasonCode.FORM_NOT_ACCEPTED in found


NOT_IN_FORCE: dict[str, Callable[[Bureau, Shop], Permit]] = {
    "not yet valid": lambda bureau, shop: bureau.permit(shop, "drainage", valid_from=day(1)),
    "run out yesterday": lambda bureau, shop: bureau.permit(shop, "drainage", until=day(-1)),
    "suspended": lambda bureau, shop: moved(bureau, shop, Move.SUSPENDED),
    "cancelled": lambda bureau, shop: moved(bureau, shop, Move.CANCELLED),
    "annulled": lambda bureau, shop: moved(bureau, shop, Move.ANNULLED),
    "revoked": lambda bureau, shop: moved(bureau, shop, Move.REVOKED),
    "lapsed": lambda bureau, shop: moved(bureau, shop, Move.LAPSED),
    "withdrawn": lambda bureau, shop: moved(bureau, shop, Move.WITHDRAWN),
}


def moved(bureau: Bureau, shop: Shop, move: Move) -> Permit:
    return bureau.change(bureau.permit(shop, "drainage"), move).permit


@pytest.mark.parametrize("make", NOT_IN_FORCE.values(), ids=NOT_IN_FORCE)
def test_a_permit_that_is_named_and_not_in_force_is_refused(
    make: Callable[[Bureau, Shop], Permit], sqlite_bureau: Bureau
) -> None:
    shop = sqlite_bureau.shop()
    food = sqlite_bureau.permit(shop)
    ended = make(sqlite_bureau, shop)
    assert refused(sqlite_bureau, asked(shop, food, ended)) == {ReasonCode.PERMIT_NOT_IN_FORCE}


@pytest.mark.parametrize("make", NOT_IN_FORCE.values(), ids=NOT_IN_FORCE)
def test_what_is_not_in_force_is_not_gathered_where_no_permit_is_named(
    make: Callable[[Bureau, Shop], Permit], sqlite_bureau: Bureau
) -> None:
    shop = sqlite_bureau.shop()
    food = sqlite_bureau.permit(shop)
    make(sqlite_bureau, shop)
    assert [each.id for each in look_at(sqlite_bureau, asked(shop)).permits] == [food.id]


def test_a_permit_is_in_force_on_its_first_and_through_its_last_day(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    food = sqlite_bureau.permit(shop, valid_from=day(3), until=day(5))
    application = asked(shop, food)
    for number in (3, 4, 5):
        assert look_at(sqlite_bureau, application, on=day(number)).permits == (food,)
    for number in (2, 6):
        with pytest.raises(NotIssuableError):
            look_at(sqlite_bureau, application, on=day(number))


def test_dates_the_wrong_way_round_make_no_terms() -> None:
    with pytest.raises(DatesReversedError):
        PermitTerms(valid_from=day(1), valid_until=day(0), document_form="permit")


def test_a_permit_named_twice_is_gathered_once(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    food = sqlite_bureau.permit(shop)
    assert look_at(sqlite_bureau, asked(shop, food, food)).permits == (food,)


def test_permits_come_in_the_order_of_the_catalogs_items(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    drainage, tobacco, food = (
        sqlite_bureau.permit(shop, kind) for kind in ("drainage", "tobacco_retail", "food_business")
    )
    gathered = look_at(sqlite_bureau, asked(shop, drainage, tobacco, food)).permits
    assert [each.kind for each in gathered] == ["food_business", "tobacco_retail", "drainage"]


# ---- whether they are enough ------------------------------------------------------------------


def test_nothing_in_force_is_nothing_to_issue_from(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    found = refused(sqlite_bureau, asked(shop, industry="04"))
    assert found == {ReasonCode.NO_PERMIT_IN_FORCE}


def test_a_mandatory_item_neither_permitted_nor_applied_for_is_refused(
    sqlite_bureau: Bureau,
) -> None:
    shop = sqlite_bureau.shop()
    tobacco = sqlite_bureau.permit(shop, "tobacco_retail")
    found = refused(sqlite_bureau, asked(shop, tobacco))
    assert found == {ReasonCode.MANDATORY_ITEM_MISSING}


def test_any_alternative_satisfies_an_item(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    small = sqlite_bureau.permit(shop, "bj_small_food")
    assert look_at(sqlite_bureau, asked(shop)).permits == (small,)


def test_a_mandatory_item_applied_for_is_noted_with_its_mark(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop, "tobacco_retail")
    grounds = look_at(sqlite_bureau, asked(shop, applied_for=("26-01", "26-04")))
    assert [(item.item, item.kind, item.mandatory) for item in grounds.pending] == [
        ("26-01", "food_business", True),
        ("26-04", "drainage", False),
    ]
    assert [item.department for item in grounds.pending] == ["scjg", "water_district"]


def test_an_item_applied_for_and_permitted_is_not_pending(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    assert look_at(sqlite_bureau, asked(shop, applied_for=("26-01",))).pending == ()


def test_an_item_of_another_industry_cannot_be_applied_for(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    found = refused(sqlite_bureau, asked(shop, applied_for=("06-03",)))
    assert found == {ReasonCode.ITEM_NOT_OF_INDUSTRY}


def test_a_fact_that_the_rules_turn_on_has_to_be_stated(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop(facts={})
    sqlite_bureau.permit(shop, "high_risk_sport")
    with pytest.raises(FactsMissingError) as caught:
        look_at(sqlite_bureau, asked(shop, industry="04"))
    assert caught.value.questions == (Question.HAS_SWIMMING_POOL,)


def test_a_swimming_pool_makes_the_hygiene_permit_count(sqlite_bureau: Bureau) -> None:
    counted = []
    for has_pool in (True, False):
        shop = sqlite_bureau.shop(facts=FACTS | {"has_swimming_pool": has_pool})
        for kind in ("high_risk_sport", "public_hygiene"):
            sqlite_bureau.permit(shop, kind)
        counted.append(len(look_at(sqlite_bureau, asked(shop, industry="04")).permits))
    assert counted == [2, 1]


# ---- who is told, and how long it lasts -------------------------------------------------------


def test_departments_and_remedies_of_all_that_is_granted_or_pending_are_told(
    sqlite_bureau: Bureau,
) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    told = look_at(sqlite_bureau, asked(shop, applied_for=("26-04",))).told
    assert [(each["department"], each["items"]) for each in told] == [
        ("scjg", ["26-01"]),
        ("water_district", ["26-04"]),
    ]
    catalog = sqlite_bureau.service.office.catalog
    for each in told:
        remedy = catalog.departments[str(each["department"])].remedy
        assert (each["review"], each["lawsuit"]) == (remedy.review.zh, remedy.lawsuit.zh)
        assert "复议" in str(each["review"])
        assert "诉讼" in str(each["lawsuit"])


@pytest.mark.parametrize(
    ("untils", "expected"),
    [
        ((day(300), day(200), None), day(200)),
        ((day(300),), day(300)),
        ((None, None), None),
    ],
    ids=["the earliest of several", "the only one", "none runs out"],
)
def test_a_license_lasts_until_the_first_of_its_permits_runs_out(
    untils: tuple[date | None, ...], expected: date | None, sqlite_bureau: Bureau
) -> None:
    shop = sqlite_bureau.shop()
    kinds = ("food_business", "tobacco_retail", "drainage")
    for kind, until in zip(kinds, untils, strict=False):
        sqlite_bureau.permit(shop, kind, until=until)
    issued = sqlite_bureau.issue(shop)
    assert sqlite_bureau.on_file(issued).expires_on == expected
    assert sqlite_bureau.online(issued.text).as_dict()["license"]["expires_on"] == (  # type: ignore[index]
        expected and expected.isoformat()
    )


def test_a_last_day_that_no_credential_can_hold_is_named(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    permit = sqlite_bureau.permit(shop)
    grounds = look_at(sqlite_bureau, asked(shop))
    terms = replace(permit.current.terms, valid_until=date(9999, 12, 31))
    endless = replace(permit, current=replace(permit.current, terms=terms))
    with pytest.raises(SealingError, match="9999-12-31"):
        expiry_day_of(replace(grounds, permits=(endless,)))


# ---- what makes two requests the same ---------------------------------------------------------

names = st.lists(
    st.builds(PermitName, kind=st.sampled_from(["a", "b"]), number=st.text(max_size=3)), max_size=3
).map(tuple)
applications = st.builds(
    Application,
    holder=st.text(max_size=3),
    premises=st.integers(0, 3),
    industry=st.sampled_from(["01", "26"]),
    permits=st.none() | names,
    applied_for=st.lists(st.sampled_from(["26-01", "26-02"]), max_size=2).map(tuple),
)


@given(applications, applications)
def test_two_applications_have_one_digest_only_where_they_are_equal(
    one: Application, other: Application
) -> None:
    assert (one.digest() == other.digest()) == (one == other)
