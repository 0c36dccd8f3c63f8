"""A permit is written by its own department alone, whole, with both instants (R6)."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from credential.days import SHANGHAI
from credential.reasons import Outcome
from tests.clocks import stopped
from tests.verify_service.bureau import BUREAU, NOON, Bureau, Shop, day, days, department
from tests.verify_service.lifecycle.bars import bar, recalls, said
from verify_service.access import (
    DepartmentRequiredError,
    KindNotAllowedError,
    NotOwnPermitError,
)
from verify_service.catalog import NotInCatalogError
from verify_service.lifecycle.service import NewPermit
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BelongsElsewhereError,
    EffectiveInFutureError,
    MoveRefusedError,
    NotRegisteredError,
    VersionConflictError,
)
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.permits import find_permit, permit_as_of, permit_chain
from verify_service.registry.records import PermitTerms

# ---- who may, and when ------------------------------------------------------------------------------


def test_the_bureau_changes_no_permit(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    with pytest.raises(DepartmentRequiredError):
        bureau.change(food, Move.REVOKED, principal=BUREAU)
    with pytest.raises(DepartmentRequiredError):
        bureau.service.permits.enter(
            new_permit(bureau.shop()), principal=BUREAU, clock=stopped(NOON)
        )
    assert bureau.standing(issued).state is LicenseState.IN_FORCE


def test_a_department_writes_no_permit_of_anothers_kind(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    tobacco = department("tobacco_retail")
    with pytest.raises(KindNotAllowedError):
        bureau.change(food, Move.REVOKED, principal=tobacco)
    with pytest.raises(KindNotAllowedError):
        bureau.service.permits.enter(
            new_permit(bureau.shop()), principal=tobacco, clock=stopped(NOON)
        )
    assert bureau.standing(issued).state is LicenseState.IN_FORCE


def test_a_department_writes_no_permit_of_its_own_kind_that_is_anothers(bureau: Bureau) -> None:
    """市水务局；区水务局: both grant drainage permits, and neither may touch the other's."""
    shop = bureau.shop()
    bureau.permit(shop)
    drainage = bureau.permit(shop, "drainage")
    issued = bureau.issue(shop)
    city = replace(department("drainage"), department="water_city")
    with pytest.raises(NotOwnPermitError) as caught:
        bureau.change(drainage, Move.REVOKED, principal=city)
    assert (caught.value.party, caught.value.department) == (
        "department:water_city",
        "water_district",
    )
    assert bureau.standing(issued).state is LicenseState.IN_FORCE


def test_a_department_enters_no_permit_in_anothers_name(bureau: Bureau) -> None:
    city = replace(department("drainage"), department="water_city")
    new = new_permit(bureau.shop(), kind="drainage", of="water_district")
    with pytest.raises(NotOwnPermitError):
        bureau.service.permits.enter(new, principal=city, clock=stopped(NOON))
    with bureau.service.database.reading() as connection:
        assert find_permit(connection, kind="drainage", number=new.number) is None


def test_whoever_saw_an_older_version_is_refused(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.AMENDED, at=days(1), expected_version=1)
    with pytest.raises(VersionConflictError) as caught:
        bureau.change(food, Move.REVOKED, at=days(2), expected_version=1)
    assert (caught.value.expected, caught.value.found) == (1, 2)
    assert bureau.standing(issued).state is LicenseState.IN_FORCE
    bureau.change(food, Move.REVOKED, at=days(2), expected_version=2)


def test_what_took_effect_earlier_is_recorded_with_both_instants(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    changed = bureau.change(food, Move.REVOKED, at=days(5), effective_at=days(2))
    record = changed.permit.current.record
    assert (record.effective_at, record.recorded_at) == (days(2), days(5))
    with bureau.service.database.reading() as connection:
        then = permit_as_of(connection, food.id, effective=days(3), recorded=days(4))
        now = permit_as_of(connection, food.id, effective=days(3), recorded=days(5))
        assert [each.move for each in permit_chain(connection, food.id)] == ["granted", "revoked"]
    assert then is not None
    assert now is not None
    assert (then.state, now.state) == ("in_force", "revoked")
    # The license falls when it is known: nobody could have seen it fall before.
    license_record = bureau.standing(issued).record
    assert license_record.effective_at == license_record.recorded_at == days(5)


def test_a_decision_from_before_the_license_was_issued_still_ends_it(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.ANNULLED, at=days(1), effective_at=days(-20))
    assert bureau.standing(issued).state is LicenseState.VOID


@pytest.mark.parametrize(
    "ahead", [timedelta(microseconds=1), timedelta(seconds=59), timedelta(days=367)]
)
def test_what_takes_effect_at_once_or_in_years_is_not_announced(
    ahead: timedelta, bureau: Bureau
) -> None:
    food, _, issued = bar(bureau)
    with pytest.raises(EffectiveInFutureError):
        bureau.change(food, Move.REVOKED, at=days(1), effective_at=days(1) + ahead)
    assert bureau.standing(issued).state is LicenseState.IN_FORCE


def test_a_move_that_the_state_does_not_allow_changes_nothing(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    for move in (Move.REVOKED, Move.RESUMED, Move.RENEWED, Move.SUSPENDED):
        with pytest.raises(MoveRefusedError):
            bureau.change(food, move, at=days(2))
    assert bureau.standing(issued).state is LicenseState.VOID
    assert len(recalls(bureau)) == 1


def test_a_permit_that_nobody_has_entered_cannot_be_changed(bureau: Bureau) -> None:
    food = bureau.permit(bureau.shop())
    with pytest.raises(NotRegisteredError):
        bureau.change(replace(food, number="JY0"), Move.REVOKED)


# ---- entering ---------------------------------------------------------------------------------------


def new_permit(
    shop: Shop, *, kind: str = "food_business", of: str = "scjg", form: str = "permit"
) -> NewPermit:
    return NewPermit(
        kind=kind,
        number="JY21105040032944",
        department=of,
        holder=shop.holder,
        premises=shop.premises,
        terms=PermitTerms(valid_from=day(0), valid_until=None, document_form=form),
    )


def test_a_permit_is_entered_once(bureau: Bureau) -> None:
    food = department("food_business")
    shop, other = bureau.shop(), bureau.shop()
    bureau.service.permits.enter(new_permit(shop), principal=food, clock=stopped(NOON))
    for again in (shop, other):
        with pytest.raises(AlreadyRegisteredError):
            bureau.service.permits.enter(new_permit(again), principal=food, clock=stopped(NOON))


def test_a_permit_is_of_the_premises_holder(bureau: Bureau) -> None:
    shop, other = bureau.shop(), bureau.shop()
    stolen = replace(new_permit(shop), premises=other.premises)
    with pytest.raises(BelongsElsewhereError):
        bureau.service.permits.enter(
            stolen, principal=department("food_business"), clock=stopped(NOON)
        )


@pytest.mark.parametrize("form", ["filing", "许可证", ""])
def test_a_form_that_its_department_does_not_hand_out_is_refused(form: str, bureau: Bureau) -> None:
    shop = bureau.shop()
    food = department("food_business")
    with pytest.raises(NotInCatalogError):
        bureau.service.permits.enter(
            new_permit(shop, form=form), principal=food, clock=stopped(NOON)
        )
    permit = bureau.permit(shop)
    terms = replace(permit.current.terms, document_form=form)
    with pytest.raises(NotInCatalogError):
        bureau.change(permit, Move.AMENDED, terms=terms)
    assert bureau.issue(shop).version == 1  # and it can still be issued from


def test_a_department_that_does_not_decide_on_a_kind_is_refused(bureau: Bureau) -> None:
    sport = replace(department("food_business"), department="sport")
    with pytest.raises(NotInCatalogError):
        bureau.service.permits.enter(
            new_permit(bureau.shop(), of="sport"), principal=sport, clock=stopped(NOON)
        )


# ---- in one transaction, and published right after --------------------------------------------------


def test_a_change_that_cannot_be_followed_is_not_made(sqlite_bureau: Bureau) -> None:
    """The permit, its licenses and the recall tasks are written together or not at all."""
    bureau = sqlite_bureau
    food, _, issued = bar(bureau)
    with bureau.service.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE recall_tasks")
    with pytest.raises(Exception, match="recall_tasks"):
        bureau.change(food, Move.REVOKED, at=days(0.1))
    with bureau.service.database.reading() as connection:
        assert len(permit_chain(connection, food.id)) == 1
    assert bureau.standing(issued).state is LicenseState.IN_FORCE
    assert said(bureau, issued, 0.2) == (Outcome.VALID, set())


def test_without_the_signing_key_a_change_stands_and_is_told_online(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    food, _, issued = bar(bureau)
    key = bureau.folder / "issuer.pem"
    put_away = key.rename(bureau.folder / "issuer.away")
    keyless = bureau.reopened()
    with closing(keyless.service):
        changed = keyless.change(food, Move.REVOKED, at=days(1))
        assert [each.state for each in changed.licenses] == [LicenseState.VOID]
        assert keyless.online(issued.text, at=days(1)).outcome is Outcome.NOT_IN_FORCE
        # The published list is still the old one: whoever has the key makes up for it.
        assert keyless.offline(issued.text, at=days(1)).outcome is Outcome.VALID
    put_away.rename(key)
    bureau.service.publisher.renew_before_expiry(at=days(1) + timedelta(minutes=10))
    assert said(bureau, issued, 1.1)[0] is Outcome.NOT_IN_FORCE


def test_the_due_day_of_a_recall_is_the_one_in_beijing(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    food, _, _ = bar(bureau)
    late = days(1).astimezone(SHANGHAI).replace(hour=23, minute=30)
    bureau.change(food, Move.REVOKED, at=late)
    (task,) = recalls(bureau)
    assert task.due_on == day(16)


def test_the_days_of_a_recall_are_a_setting(sqlite_bureau: Bureau) -> None:
    food, _, _ = bar(sqlite_bureau)
    hurried = sqlite_bureau.reopened(recall_days=3)
    with closing(hurried.service):
        hurried.change(food, Move.REVOKED, at=days(1))
    (task,) = recalls(sqlite_bureau)
    assert task.due_on == day(4)


def test_each_change_gives_a_list_that_replaces_the_one_before(bureau: Bureau) -> None:
    food, tobacco, issued = bar(bureau)
    held = bureau.bundle()
    for permit, move in ((food, Move.SUSPENDED), (food, Move.RESUMED), (tobacco, Move.CANCELLED)):
        assert bureau.change(permit, move).licenses  # all at one instant
        published = bureau.service.publisher.artifact("status/110105/0.cbor")
        assert published is not None
        newer = held.admit_status_list(published.content, number=0)
        assert newer is not held
        held = newer
    assert bureau.offline(issued.text, at=days(0.01)).outcome is Outcome.NOT_IN_FORCE
