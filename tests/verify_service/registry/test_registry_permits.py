"""Permits: their chains read back as they were appended, on both axes of time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.verify_service.desk import NOON, TERMS, Desk, change, granted, hour, make_uscc, record
from verify_service.identifiers.errors import PermitNumberError
from verify_service.registry import holders, permits
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BelongsElsewhereError,
    DatesReversedError,
    EffectiveInFutureError,
    MoveRefusedError,
    NotRegisteredError,
    RecordedBackwardsError,
    VersionConflictError,
)
from verify_service.registry.moves import PERMIT_RULES, Move, PermitState
from verify_service.registry.records import PermitTerms, PermitVersion

# Written out apart from the code: from each state, the moves that are allowed and what they make.
ALLOWED = {
    "in_force": {
        "amended": "in_force",
        "renewing": "in_force",
        "renewed": "in_force",
        "suspended": "suspended",
        "lapsed": "lapsed",
        "cancelled": "cancelled",
        "annulled": "annulled",
        "revoked": "revoked",
        "withdrawn": "withdrawn",
    },
    "suspended": {
        "amended": "suspended",
        "renewing": "suspended",
        "renewed": "suspended",
        "resumed": "in_force",
        "lapsed": "lapsed",
        "cancelled": "cancelled",
        "annulled": "annulled",
        "revoked": "revoked",
        "withdrawn": "withdrawn",
    },
    "lapsed": {
        "renewed": "in_force",
        "cancelled": "cancelled",
        "annulled": "annulled",
        "revoked": "revoked",
        "withdrawn": "withdrawn",
    },
    "cancelled": {"annulled": "annulled", "revoked": "revoked", "withdrawn": "withdrawn"},
    "annulled": {"cancelled": "cancelled", "revoked": "revoked", "withdrawn": "withdrawn"},
    "revoked": {"cancelled": "cancelled", "annulled": "annulled", "withdrawn": "withdrawn"},
    "withdrawn": {"cancelled": "cancelled", "annulled": "annulled", "revoked": "revoked"},
}
LATER_MOVES = [move for move in Move if move is not Move.GRANTED]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(LATER_MOVES),
        st.integers(min_value=0, max_value=5),  # hours since the last one was recorded
        st.integers(min_value=0, max_value=30),  # hours that it took effect before that
        st.booleans(),  # new terms
    ),
    max_size=8,
)


def test_a_permit_is_found_by_its_kind_and_number(desk: Desk) -> None:
    permit = desk.permit()
    with desk.database.reading() as connection:
        assert permits.find_permit(connection, kind=permit.kind, number=permit.number) == permit
        assert permits.get_permit(connection, permit.id) == permit
        assert permits.find_permit(connection, kind="tobacco_retail", number=permit.number) is None


def test_kind_and_number_are_given_once(desk: Desk) -> None:
    permit = desk.permit()
    with desk.database.writing() as connection, pytest.raises(AlreadyRegisteredError) as caught:
        permits.add_permit(
            connection,
            kind=permit.kind,
            number=permit.number,
            department="water",
            holder=permit.holder,
            premises=permit.premises,
            granted=granted(),
        )
    assert caught.value.entity == "permit"


def test_a_permit_for_premises_of_another_holder_is_refused(desk: Desk) -> None:
    ours, theirs = desk.premises(), desk.premises()
    with desk.database.writing() as connection:
        holder = holders.get_premises(connection, ours).holder
        with pytest.raises(BelongsElsewhereError) as caught:
            permits.add_permit(
                connection,
                kind="food_business",
                number="京许1",
                department="scjg",
                holder=holder,
                premises=theirs,
                granted=granted(),
            )
    assert caught.value.expected == holder
    assert caught.value.owner == "holder"


def test_a_number_that_cannot_be_shown_is_refused(desk: Desk) -> None:
    place = desk.premises()
    with desk.database.writing() as connection, pytest.raises(PermitNumberError):
        permits.add_permit(
            connection,
            kind="food_business",
            number="JY1\u202e23",
            department="scjg",
            holder=make_uscc(1),
            premises=place,
            granted=granted(),
        )


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(DatesReversedError) as caught:
        replace(TERMS, valid_until=date(2023, 4, 19))
    assert (caught.value.first, caught.value.last) == ("2023-04-20", "2023-04-19")


def test_a_permit_of_one_day_is_accepted() -> None:
    assert replace(TERMS, valid_until=TERMS.valid_from).valid_until == TERMS.valid_from


def test_a_chain_starts_with_granting_and_no_other_move(desk: Desk) -> None:
    with pytest.raises(MoveRefusedError) as caught:
        desk.permit(granted_as=replace(granted(), move=Move.AMENDED))
    assert caught.value.state == "none"
    permit = desk.permit()
    with pytest.raises(MoveRefusedError):
        desk.move(permit.id, Move.GRANTED, hour(1))


def test_granting_needs_terms(desk: Desk) -> None:
    with pytest.raises(MoveRefusedError):
        desk.permit(granted_as=replace(granted(), terms=None))


def test_who_saw_an_older_version_is_refused_and_told_the_newer(desk: Desk) -> None:
    permit = desk.permit()
    desk.move(permit.id, Move.SUSPENDED, hour(1))
    with desk.database.writing() as connection, pytest.raises(VersionConflictError) as caught:
        permits.append_permit_version(
            connection, permit.id, change(Move.REVOKED, hour(2)), expected_version=1
        )
    assert (caught.value.expected, caught.value.found) == (1, 2)
    with desk.database.reading() as connection:
        assert permits.get_permit(connection, permit.id).current.state is PermitState.SUSPENDED


def test_a_permit_that_is_not_there_cannot_be_changed(desk: Desk) -> None:
    with desk.database.writing() as connection, pytest.raises(NotRegisteredError) as caught:
        permits.append_permit_version(
            connection, 4711, change(Move.REVOKED, hour(2)), expected_version=1
        )
    assert caught.value.key == "4711"


def test_nothing_is_recorded_before_what_it_follows(desk: Desk) -> None:
    permit = desk.permit()
    with pytest.raises(RecordedBackwardsError):
        desk.move(permit.id, Move.REVOKED, NOON - timedelta(microseconds=1))


def test_nothing_takes_effect_after_it_is_recorded(desk: Desk) -> None:
    late = replace(granted(), record=record(NOON, effective=hour(1)))
    with pytest.raises(EffectiveInFutureError):
        desk.permit(granted_as=late)


def test_permits_are_listed_for_their_holder_and_premises(desk: Desk) -> None:
    place, other = desk.premises(), desk.premises()
    mine = [desk.permit(premises=place, kind=kind).id for kind in ("b", "a")]
    desk.permit(premises=other)
    with desk.database.reading() as connection:
        holder = holders.get_premises(connection, place).holder
        assert [p.kind for p in permits.permits_at(connection, place)] == ["a", "b"]
        of_holder = permits.permits_of_holder(connection, holder)
        assert [p.id for p in of_holder] == list(reversed(mine))


def test_the_clock_finds_what_has_run_out_and_is_not_marked_yet(desk: Desk) -> None:
    last_day = TERMS.valid_until
    assert last_day is not None
    forever = replace(TERMS, valid_until=None)
    permit, ended = desk.permit(), desk.permit()
    desk.permit(granted_as=granted(terms=forever))
    desk.move(ended.id, Move.CANCELLED, hour(1))
    with desk.database.reading() as connection:
        assert permits.permits_run_out(connection, before=last_day) == ()
        found = permits.permits_run_out(connection, before=last_day + timedelta(days=1))
    assert found == (permit.id,)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_sequence_of_moves_reads_back_as_the_chain(
    desk: Desk, steps: list[tuple[Move, int, int, bool]]
) -> None:
    permit = desk.permit()
    chain, refused = [permit.current], 0
    for move, later, before, renews_terms in steps:
        at = chain[-1].record.recorded_at + timedelta(hours=later)
        terms = replace(TERMS, particulars={"版": len(chain)}) if renews_terms else None
        told = replace(change(move, at, effective=at - timedelta(hours=before)), terms=terms)
        expected_state = ALLOWED[chain[-1].state].get(move)
        with desk.database.writing() as connection:
            if expected_state is None:
                refused += 1
                with pytest.raises(MoveRefusedError):
                    permits.append_permit_version(
                        connection, permit.id, told, expected_version=len(chain)
                    )
                continue
            permits.append_permit_version(connection, permit.id, told, expected_version=len(chain))
        chain.append(
            PermitVersion(
                permit=permit.id,
                version=len(chain) + 1,
                move=move,
                basis=PERMIT_RULES[move].bases[0],
                state=PermitState(expected_state),
                terms=terms or chain[-1].terms,
                grounds=told.grounds,
                document=None,
                record=told.record,
            )
        )
    with desk.database.reading() as connection:
        assert permits.permit_chain(connection, permit.id) == tuple(chain)
        assert permits.get_permit(connection, permit.id).current == chain[-1]
        for hours in range(-30, 40, 7):
            for known_by in (hour(-1), hour(0), hour(4), hour(40)):
                expected = None
                for version in chain:  # the slow reference: the last link that counts
                    of_record = version.record
                    if of_record.effective_at <= hour(hours) and of_record.recorded_at <= known_by:
                        expected = version
                found = permits.permit_as_of(
                    connection, permit.id, effective=hour(hours), recorded=known_by
                )
                assert found == expected
    assert len(chain) + refused == len(steps) + 1


def test_terms_come_back_as_they_were_given(desk: Desk) -> None:
    terms = PermitTerms(
        valid_from=date(2023, 1, 1),
        valid_until=None,
        document_form="备案凭证",
        by_promise=True,
        particulars={"范围": ["甲", {"乙": 1.5}], "空": None, "真": True},
    )
    permit = desk.permit(granted_as=granted(terms=terms))
    with desk.database.reading() as connection:
        assert permits.get_permit(connection, permit.id).current.terms == terms
