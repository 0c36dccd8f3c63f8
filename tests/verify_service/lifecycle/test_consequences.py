"""What becomes of a license when a permit changes: the rule alone, without a registry."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify_service.desk import TERMS, record
from verify_service.lifecycle.consequences import (
    ALIVE,
    NOTHING,
    Gathered,
    NoticeKind,
    Reissue,
    consequence,
)
from verify_service.lifecycle.policy import GivenUp, LicensePolicy
from verify_service.registry.moves import Basis, LicenseState, Move, PermitState, has_ended
from verify_service.registry.records import PermitVersion

LAST_DAY = TERMS.valid_until or date.max
LITERAL = LicensePolicy(
    id="literal",
    first_day=date(2023, 4, 1),
    given_up=GivenUp.VOID,
    renewal_grace_days=0,
    mandatory_pending=None,
)
LENIENT = replace(LITERAL, id="lenient", given_up=GivenUp.ANNOTATE, renewal_grace_days=30)
_ENDS = {
    Move.CANCELLED: PermitState.CANCELLED,
    Move.ANNULLED: PermitState.ANNULLED,
    Move.REVOKED: PermitState.REVOKED,
    Move.WITHDRAWN: PermitState.WITHDRAWN,
    Move.LAPSED: PermitState.LAPSED,
}


def permit(
    state: PermitState = PermitState.IN_FORCE,
    move: Move = Move.GRANTED,
    basis: Basis = Basis.BY_DECISION,
    *,
    mandatory: bool = False,
    noted: bool = False,
    renewing: bool = False,
) -> Gathered:
    current = PermitVersion(
        permit=1,
        version=2,
        move=move,
        state=state,
        terms=TERMS,
        basis=basis,
        grounds="依法办理",
        document=None,
        record=record(),
    )
    return Gathered(current=current, mandatory=mandatory, noted=noted, renewing=renewing)


GIVEN_UP = permit(PermitState.CANCELLED, Move.CANCELLED, Basis.ON_APPLICATION)
LAPSED = permit(PermitState.LAPSED, Move.LAPSED, Basis.TERM_OVER, renewing=True)
policies = st.sampled_from([LITERAL, LENIENT])
anything = st.builds(
    permit,
    st.sampled_from(list(PermitState)),
    st.sampled_from(list(Move)),
    st.sampled_from(list(Basis)),
    mandatory=st.booleans(),
    noted=st.booleans(),
    renewing=st.booleans(),
)


@given(
    policies,
    st.sampled_from(list(LicenseState)),
    anything,
    st.lists(anything, max_size=4),
    st.dates(date(2023, 4, 1), date(2032, 1, 1)),
)
def test_no_license_is_left_in_force_with_a_permit_that_ended_but_noted(
    policy: LicensePolicy,
    standing: LicenseState,
    changed: Gathered,
    others: list[Gathered],
    on: date,
) -> None:
    found = consequence(policy, standing=standing, changed=changed, others=others, on=on)
    if standing not in ALIVE:
        assert found == NOTHING
        return
    after = found.state or standing
    if has_ended(changed.current.state):
        assert after is not LicenseState.IN_FORCE or found.is_noted
    if found.is_noted:
        assert policy.given_up is GivenUp.ANNOTATE
        assert not changed.mandatory
        assert changed.current.basis is Basis.ON_APPLICATION
        assert any(not each.noted and not has_ended(each.current.state) for each in others)
    if changed.current.state is PermitState.SUSPENDED:
        assert after is not LicenseState.IN_FORCE
    if found.state is LicenseState.IN_FORCE:
        for other in others:
            assert other.noted or other.current.state is PermitState.IN_FORCE
    assert (found.state is None) or found.state is not standing
    assert (found.state is None and found.reissue is None) == (found.notice is None)


@pytest.mark.parametrize("move", _ENDS)
@pytest.mark.parametrize("standing", ALIVE)
def test_by_the_letter_every_end_voids(move: Move, standing: LicenseState) -> None:
    ended = permit(_ENDS[move], move, Basis.ON_APPLICATION, renewing=True)
    found = consequence(
        LITERAL, standing=standing, changed=ended, others=[permit()], on=LAST_DAY + _DAY
    )
    assert found.state is LicenseState.VOID
    assert found.reason == f"permit-{_ENDS[move]}"
    assert found.notice is NoticeKind.LICENSE_VOID


_DAY = timedelta(days=1)


def test_an_optional_permit_may_be_given_up_where_the_policy_says_so() -> None:
    def given_up(policy: LicensePolicy, changed: Gathered, *others: Gathered) -> bool:
        return consequence(
            policy, standing=LicenseState.IN_FORCE, changed=changed, others=others, on=LAST_DAY
        ).is_noted

    assert given_up(LENIENT, GIVEN_UP, permit())
    assert not given_up(LITERAL, GIVEN_UP, permit())
    assert not given_up(LENIENT, replace(GIVEN_UP, mandatory=True), permit())
    assert not given_up(LENIENT, GIVEN_UP)  # the license would stand on nothing
    assert not given_up(LENIENT, GIVEN_UP, replace(GIVEN_UP, noted=True))
    found = consequence(
        LENIENT, standing=LicenseState.IN_FORCE, changed=GIVEN_UP, others=[permit()], on=LAST_DAY
    )
    assert (found.state, found.reissue) == (None, Reissue.GIVEN_UP)


def test_what_was_given_up_and_is_revoked_afterwards_voids_all_the_same() -> None:
    revoked = permit(PermitState.REVOKED, Move.REVOKED, Basis.PENALTY, noted=True)
    found = consequence(
        LENIENT, standing=LicenseState.IN_FORCE, changed=revoked, others=[permit()], on=LAST_DAY
    )
    assert found.state is LicenseState.VOID


@pytest.mark.parametrize(
    ("policy", "renewing", "days", "state"),
    [
        (LENIENT, True, 1, LicenseState.SUSPENDED),
        (LENIENT, True, 30, LicenseState.SUSPENDED),
        (LENIENT, True, 31, LicenseState.VOID),
        (LENIENT, False, 1, LicenseState.VOID),
        (LITERAL, True, 1, LicenseState.VOID),
        (LITERAL, True, 0, LicenseState.VOID),  # recorded as over before it was
        (LENIENT, True, 0, LicenseState.VOID),
    ],
)
def test_grace_suspends_and_never_spares(
    policy: LicensePolicy, renewing: bool, days: int, state: LicenseState
) -> None:
    found = consequence(
        policy,
        standing=LicenseState.IN_FORCE,
        changed=replace(LAPSED, renewing=renewing),
        others=[permit()],
        on=LAST_DAY + timedelta(days=days),
    )
    assert found.state is state


@pytest.mark.parametrize("policy", [LITERAL, LENIENT])
@pytest.mark.parametrize("days", [-100, 1])
def test_what_ended_for_another_reason_than_its_days_gets_no_grace(
    policy: LicensePolicy, days: int
) -> None:
    gone = permit(PermitState.LAPSED, Move.LAPSED, Basis.CONDITIONS_GONE, renewing=True)
    found = consequence(
        policy,
        standing=LicenseState.IN_FORCE,
        changed=gone,
        others=[permit()],
        on=LAST_DAY + timedelta(days=days),
    )
    assert found.state is LicenseState.VOID


def test_a_license_is_resumed_when_the_last_hindrance_is_gone() -> None:
    resumed = permit(move=Move.RESUMED, basis=Basis.CAUSE_GONE)
    suspended = permit(PermitState.SUSPENDED, Move.SUSPENDED, Basis.PENALTY)

    def after(*others: Gathered) -> LicenseState | None:
        return consequence(
            LENIENT, standing=LicenseState.SUSPENDED, changed=resumed, others=others, on=LAST_DAY
        ).state

    assert after(permit()) is LicenseState.IN_FORCE
    assert after(replace(GIVEN_UP, noted=True)) is LicenseState.IN_FORCE
    assert after(suspended) is None
    assert after(LAPSED) is None


@pytest.mark.parametrize(
    ("move", "why"), [(Move.AMENDED, Reissue.AMENDED), (Move.RENEWED, Reissue.RENEWED)]
)
def test_what_the_sheet_does_not_say_any_more_is_reissued(move: Move, why: Reissue) -> None:
    found = consequence(
        LITERAL,
        standing=LicenseState.IN_FORCE,
        changed=permit(move=move),
        others=[permit()],
        on=LAST_DAY,
    )
    assert (found.state, found.reissue) == (None, why)
    assert found.notice is NoticeKind.LICENSE_TO_REISSUE
