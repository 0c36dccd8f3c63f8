"""A license falls with its permit: at once, whole, online and offline alike (R7)."""

from dataclasses import replace

import pytest

from credential.reasons import Outcome
from credential.verdict import PermitState as ShownState
from tests.verify_service.bureau import Bureau, day, days
from tests.verify_service.lifecycle.bars import bar, recalls, said
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.records import IncludedPermit

ENDS = (Move.CANCELLED, Move.ANNULLED, Move.REVOKED, Move.LAPSED, Move.WITHDRAWN)

# ---- a permit ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("which", ["mandatory", "optional"])
def test_however_a_permit_ends_the_license_is_void(end: Move, which: str, bureau: Bureau) -> None:
    food, tobacco, issued = bar(bureau)
    ended = food if which == "mandatory" else tobacco
    changed = bureau.change(ended, end, at=days(3))
    (followed,) = changed.licenses
    assert (followed.number, followed.state) == (issued.number, LicenseState.VOID)
    assert followed.reason == f"permit-{end}"
    assert followed.cause == IncludedPermit(permit=ended.id, version=2)
    assert followed.record.recorded_by == f"department:{ended.department}/d1"
    assert bureau.standing(issued) == followed

    (task,) = recalls(bureau)
    assert (task.department, task.cause) == (ended.department, followed)
    assert (task.opened_at, task.due_on) == (days(3), day(3 + 15))

    assert said(bureau, issued, 3.1) == (Outcome.NOT_IN_FORCE, {"license-void", f"permit-{end}"})
    verdict = bureau.offline(issued.text, at=days(3.1))
    assert verdict.genuine is not None
    states = dict(zip(("mandatory", "optional"), verdict.genuine.states, strict=True))
    assert states.pop(which) == ShownState(end.value)
    assert set(states.values()) == {ShownState.IN_FORCE}


def test_a_suspended_permit_that_ends_voids_the_license_too(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    bureau.change(food, Move.SUSPENDED, at=days(1))
    bureau.change(food, Move.REVOKED, at=days(2))
    assert bureau.standing(issued).state is LicenseState.VOID


def test_a_permit_that_ends_twice_voids_and_recalls_once(bureau: Bureau) -> None:
    food, tobacco, issued = bar(bureau)
    bureau.change(food, Move.ANNULLED, at=days(1))
    assert bureau.change(food, Move.CANCELLED, at=days(2)).licenses == ()
    assert bureau.change(tobacco, Move.REVOKED, at=days(3)).licenses == ()
    assert len(recalls(bureau)) == 1
    assert bureau.standing(issued).reason == "permit-annulled"
    # each permit's own state is still told as it is
    assert said(bureau, issued, 3.1)[1] == {"license-void", "permit-cancelled", "permit-revoked"}


def test_every_license_that_gathers_a_permit_falls_with_it(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop)
    first, second = bureau.issue(shop), bureau.issue(shop, industry="25")
    third = bureau.reissue(second)
    changed = bureau.change(food, Move.REVOKED, at=days(1))
    assert {(each.number, each.version) for each in changed.licenses} == {
        (first.number, 1),
        (third.number, 2),
    }
    assert bureau.standing(second).state is LicenseState.SUPERSEDED
    assert len(recalls(bureau, "scjg")) == 2
    assert recalls(bureau, "tobacco") == ()


def test_a_license_of_others_stays_in_force(bureau: Bureau) -> None:
    food, _, _ = bar(bureau)
    _, _, other = bar(bureau)
    bureau.change(food, Move.REVOKED, at=days(1))
    assert said(bureau, other, 1.1) == (Outcome.VALID, set())


def test_a_permit_left_out_of_the_reissue_does_not_touch_it(bureau: Bureau) -> None:
    _, tobacco, issued = bar(bureau)
    bureau.change(tobacco, Move.SUSPENDED)
    second = bureau.reissue(issued)
    assert bureau.change(tobacco, Move.CANCELLED, at=days(1)).licenses == ()
    assert said(bureau, second, 1.1) == (Outcome.VALID, set())


def test_a_voided_license_shown_again_never_comes_back(bureau: Bureau) -> None:
    """A lapsed permit may be renewed; the license that fell with it stays void."""
    food, _, issued = bar(bureau)
    bureau.change(food, Move.LAPSED, at=days(1))
    terms = replace(food.current.terms, valid_until=day(900))
    renewed = bureau.change(food, Move.RENEWED, at=days(2), terms=terms)
    assert renewed.licenses == ()
    assert bureau.standing(issued).state is LicenseState.VOID
    assert said(bureau, issued, 2.1) == (Outcome.NOT_IN_FORCE, {"license-void"})


def test_a_permit_that_runs_out_needs_nobody_to_say_so(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop, until=day(40))
    issued = bureau.issue(shop)
    assert said(bureau, issued, 0.1) == (Outcome.VALID, set())
    bureau.service.publisher.publish_status_lists(at=days(40))
    assert said(bureau, issued, 40) == (Outcome.ATTENTION, {"permit-expiring", "trust-aging"})
    assert said(bureau, issued, 40.6) == (
        Outcome.NOT_IN_FORCE,
        {"license-lapsed", "permit-lapsed", "trust-aging"},
    )
    assert bureau.standing(issued).state is LicenseState.IN_FORCE  # the clock writes nothing


# ---- suspension -----------------------------------------------------------------------------------


def test_a_suspension_suspends_and_resuming_resumes(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    (suspended,) = bureau.change(food, Move.SUSPENDED, at=days(1)).licenses
    assert (suspended.state, suspended.reason) == (LicenseState.SUSPENDED, "permit-suspended")
    assert said(bureau, issued, 1.1) == (
        Outcome.NOT_IN_FORCE,
        {"license-suspended", "permit-suspended"},
    )
    (resumed,) = bureau.change(food, Move.RESUMED, at=days(2)).licenses
    assert (resumed.state, resumed.reason) == (LicenseState.IN_FORCE, "resumed")
    assert said(bureau, issued, 2.1) == (Outcome.VALID, set())
    assert recalls(bureau) == ()


def test_of_two_suspended_permits_both_have_to_resume(bureau: Bureau) -> None:
    food, tobacco, issued = bar(bureau)
    bureau.change(food, Move.SUSPENDED, at=days(1))
    assert bureau.change(tobacco, Move.SUSPENDED, at=days(2)).licenses == ()
    assert bureau.change(food, Move.RESUMED, at=days(3)).licenses == ()
    assert bureau.standing(issued).state is LicenseState.SUSPENDED
    assert said(bureau, issued, 3.1)[1] == {"license-suspended", "permit-suspended"}
    (resumed,) = bureau.change(tobacco, Move.RESUMED, at=days(4)).licenses
    assert resumed.state is LicenseState.IN_FORCE
    assert said(bureau, issued, 4.1) == (Outcome.VALID, set())


def test_amending_a_permit_while_another_is_suspended_resumes_nothing(bureau: Bureau) -> None:
    food, tobacco, issued = bar(bureau)
    bureau.change(food, Move.SUSPENDED, at=days(1))
    assert bureau.change(tobacco, Move.AMENDED, at=days(2)).licenses == ()
    assert bureau.change(food, Move.AMENDED, at=days(3)).licenses == ()
    assert bureau.standing(issued).state is LicenseState.SUSPENDED


@pytest.mark.parametrize("move", [Move.AMENDED, Move.RENEWED])
def test_a_permit_that_goes_on_does_not_void_the_license(move: Move, bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    terms = replace(food.current.terms, valid_until=day(900), particulars={"经营项目": "热食类"})
    changed = bureau.change(food, move, at=days(1), terms=terms)
    assert changed.licenses == ()
    assert changed.permit.current.terms == terms
    assert said(bureau, issued, 1.1) == (Outcome.VALID, set())
