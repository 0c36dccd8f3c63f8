"""The rules by which a genuine license is in force, each alone."""

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.claims import License, PendingItem, Permit, Position
from credential.code_list import CodeList
from credential.reasons import Reason
from credential.rules import (
    EARTH_RADIUS_M,
    distance_m,
    is_plain,
    judge_catalog,
    judge_license_state,
    judge_permits,
    judge_place,
    judge_recognition,
    judge_remarks,
)
from credential.status import Status
from credential.trust import Scope
from credential.verdict import PermitState
from tests.vectors.district import CAFE, CATALOG, CHAOYANG

TODAY = 2000
_positions = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


def codes_of(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


def state_of(value: int | None, last_day: int | None) -> tuple[PermitState, list[str]]:
    license = CAFE._replace(permits=(Permit(1, "JY1", last_day),))
    values = None if value is None else (value,)
    states, reasons = judge_permits(license.permits, CATALOG, values, TODAY, 30)
    return states[0], codes_of(reasons)


@given(st.none() | st.integers(0, 15), st.none() | st.integers(1, 4000))
def test_a_permit_is_in_force_only_by_its_entry_and_its_last_day(
    value: int | None, last_day: int | None
) -> None:
    state, codes = state_of(value, last_day)
    fit = last_day is None or last_day >= TODAY
    assert (state in (PermitState.IN_FORCE, PermitState.EXPIRING)) == (value == 0 and fit)
    if value == Status.GIVEN_UP:
        assert (state, codes) == (PermitState.CANCELLED, ["permit-given-up"])
    elif state not in (PermitState.IN_FORCE, PermitState.UNKNOWN):
        assert codes == [f"permit-{state}"]


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (-1, PermitState.LAPSED),
        (0, PermitState.EXPIRING),
        (30, PermitState.EXPIRING),
        (31, PermitState.IN_FORCE),
    ],
)
def test_days_left_decide_between_expiring_and_lapsed(left: int, state: PermitState) -> None:
    assert state_of(0, TODAY + left)[0] is state


def test_a_lapsed_permit_is_lapsed_without_any_list() -> None:
    assert state_of(None, TODAY - 1) == (PermitState.LAPSED, ["permit-lapsed"])
    assert state_of(None, TODAY) == (PermitState.UNKNOWN, [])


@given(st.integers(4, 10))
def test_a_value_without_meaning_is_never_in_force(value: int) -> None:
    assert state_of(value, None) == (PermitState.UNKNOWN, ["status-unknown-value"])
    assert codes_of(judge_license_state(value, None, TODAY)) == ["status-unknown-value"]


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (Status.CANCELLED, "cancelled"),
        (Status.ANNULLED, "annulled"),
        (Status.REVOKED, "revoked"),
        (Status.WITHDRAWN, "withdrawn"),
    ],
)
def test_how_a_license_ended_is_said(value: Status, state: str) -> None:
    assert judge_license_state(value, None, TODAY) == (
        Reason("license-ended", (("state", state),)),
    )


def test_a_license_holds_through_its_last_day() -> None:
    assert judge_license_state(0, TODAY, TODAY) == ()
    assert codes_of(judge_license_state(0, TODAY - 1, TODAY)) == ["license-lapsed"]
    assert codes_of(judge_license_state(1, TODAY - 1, TODAY)) == [
        "license-void",
        "license-lapsed",
    ]
    assert judge_license_state(None, None, TODAY) == ()


def test_the_states_are_in_the_order_of_the_permits() -> None:
    license = CAFE._replace(permits=tuple(Permit(1, f"n{i}", None) for i in range(6)))
    states, reasons = judge_permits(license.permits, CATALOG, (0, 1, 2, 12, 14, 0), TODAY, 30)
    assert states == (
        PermitState.IN_FORCE,
        PermitState.LAPSED,
        PermitState.SUSPENDED,
        PermitState.CANCELLED,
        PermitState.REVOKED,
        PermitState.IN_FORCE,
    )
    assert [dict(reason.data)["number"] for reason in reasons] == ["n1", "n2", "n3", "n4"]


def test_a_permit_without_a_name_is_called_by_its_code() -> None:
    license = CAFE._replace(permits=(Permit(99, "n", None),))
    _, (reason,) = judge_permits(license.permits, CATALOG, (14,), TODAY, 30)
    assert dict(reason.data) == {
        "kind": None,
        "name": "代码 99",
        "name_en": "code 99",
        "number": "n",
        "valid_until": None,
    }


def test_mandatory_pending_items_come_first_and_promises_last() -> None:
    license = CAFE._replace(
        pending=(PendingItem(1, False), PendingItem(2, True), PendingItem(3, True)),
        permits=(Permit(1, "a", None, True), Permit(2, "b", None)),
    )
    assert [
        (reason.code, dict(reason.data)["kind"]) for reason in judge_remarks(license, CATALOG)
    ] == [
        ("pending-mandatory", "hygiene"),
        ("pending-mandatory", "publication_business"),
        ("pending-item", "food_business"),
        ("permit-by-promise", "food_business"),
    ]


@pytest.mark.parametrize(
    ("license", "known"),
    [
        (CAFE, True),
        (CAFE._replace(industry="01"), False),
        (CAFE._replace(permits=(Permit(1, "a", None), Permit(9, "b", None))), False),
        (CAFE._replace(pending=(PendingItem(3, True),)), True),
        (CAFE._replace(pending=(PendingItem(3, True), PendingItem(9, False))), False),
    ],
    ids=["all known", "industry", "permit", "pending known", "pending"],
)
def test_every_number_needs_its_name(license: License, *, known: bool) -> None:
    found = judge_catalog(license, CATALOG)
    assert codes_of(found) == ([] if known else ["catalog-unknown"])
    assert codes_of(judge_catalog(license, None)) == ["catalog-unknown"]


@given(
    st.lists(
        st.builds(
            Permit,
            st.sampled_from([1, 2, 3, 9]),
            st.just("n"),
            st.none() | st.integers(TODAY - 2, TODAY + 40),
            st.sampled_from([False, False, False, True]),
        ),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.sampled_from([0, 0, 0, 0, 1, 2, 3, 12, 15]), min_size=4, max_size=4),
    st.sampled_from([(), (), (), (PendingItem(3, True),)]),
    st.sampled_from(["25", "25", "25", "01"]),
    st.sampled_from([CATALOG, CATALOG, CATALOG, None]),
)
def test_a_license_is_plain_just_where_the_three_looks_find_nothing(
    permits: list[Permit],
    values: list[int],
    pending: tuple[PendingItem, ...],
    industry: str,
    code_list: CodeList | None,
) -> None:
    license = CAFE._replace(permits=tuple(permits), pending=pending, industry=industry)
    entries = tuple(values[: 1 + len(permits)])
    states, found = judge_permits(license.permits, code_list, entries[1:], TODAY, 30)
    nothing = not (
        entries[0]
        or found
        or judge_catalog(license, code_list)
        or judge_remarks(license, code_list)
    )
    assert is_plain(license, code_list, entries, TODAY + 30) == nothing
    if nothing:
        assert states == (PermitState.IN_FORCE,) * len(permits)


@given(
    st.lists(
        st.builds(
            Scope,
            from_day=st.integers(1, 9),
            until_day=st.none() | st.integers(1, 9),
            industries=st.none() | st.just(("25",)) | st.just(("06",)),
            kinds=st.none(),
            trial=st.booleans(),
        ),
        max_size=4,
    ),
    st.integers(1, 9),
)
def test_the_first_scope_that_covers_decides(scopes: list[Scope], issued: int) -> None:
    covering = [
        scope
        for scope in scopes
        if scope.from_day <= issued
        and issued <= (scope.until_day or 9)
        and "25" in (scope.industries or ("25",))
    ]
    expected = (
        ["recognition-out-of-scope"]
        if not covering
        else ["recognition-trial"]
        if covering[0].trial
        else []
    )
    license = CAFE._replace(industry="25", issued_day=issued)
    found = judge_recognition(license, CATALOG, CHAOYANG._replace(scopes=tuple(scopes)))
    assert codes_of(found) == expected


@given(
    st.lists(
        st.builds(
            Scope,
            from_day=st.just(1),
            until_day=st.none(),
            industries=st.none(),
            kinds=st.none()
            | st.lists(st.sampled_from(["food_business", "hygiene", "other"])).map(tuple),
            trial=st.booleans(),
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_each_permit_is_recognized_by_the_first_scope_that_has_its_kind(
    scopes: list[Scope], has_catalog: bool
) -> None:
    catalog = CATALOG if has_catalog else None
    kinds = [catalog.permits[each.code].kind if catalog else None for each in CAFE.permits]
    firsts = [
        next((each for each in scopes if each.kinds is None or kind in each.kinds), None)
        for kind in kinds
    ]
    expected = ["recognition-permit-out-of-scope"] * firsts.count(None)
    if any(each is not None and each.trial for each in firsts):
        expected.append("recognition-trial")
    found = judge_recognition(CAFE, catalog, CHAOYANG._replace(scopes=tuple(scopes)))
    assert codes_of(found) == (expected if scopes else ["recognition-out-of-scope"])


@given(_positions, _positions)
def test_a_distance_is_symmetric_and_never_beyond_half_the_earth(
    one: Position, other: Position
) -> None:
    there, back = distance_m(one, other), distance_m(other, one)
    assert there == pytest.approx(back, abs=1e-3)
    assert 0 <= there <= pi * EARTH_RADIUS_M + 1


@pytest.mark.parametrize(
    ("one", "other", "meters"),
    [
        (Position(0, 0), Position(1, 0), 111_195),
        (Position(0, 0), Position(0, 1), 111_195),
        (Position(60, 100), Position(60, 101), 55_597),
        (Position(90, 0), Position(-90, 0), 20_015_115),
        (Position(0, 179.5), Position(0, -179.5), 111_195),
        (Position(39.9242, 116.4436), Position(39.9242, 116.4436), 0),
    ],
)
def test_a_distance_is_the_great_circle_s(one: Position, other: Position, meters: int) -> None:
    assert distance_m(one, other) == pytest.approx(meters, abs=1)


def test_the_limit_itself_is_at_the_premises() -> None:
    assert CAFE.position is not None
    near = CAFE.position._replace(latitude=CAFE.position.latitude + 0.0018)
    distance = round(distance_m(CAFE.position, near))
    assert judge_place(CAFE, near, distance) == ()
    assert judge_place(CAFE, near, distance - 1) == (
        Reason("place-mismatch", (("distance_m", distance), ("limit_m", distance - 1))),
    )
