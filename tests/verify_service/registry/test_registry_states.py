"""States of licenses: a chain for each version, and nothing void comes back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.verify_service.desk import NOON, Desk, hour, record
from verify_service.registry import states
from verify_service.registry.errors import (
    EffectiveInFutureError,
    MoveRefusedError,
    NotRegisteredError,
    RecordedBackwardsError,
    VersionConflictError,
)
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.records import IncludedPermit, LicenseStanding, StateChange

ALLOWED = {
    "in_force": {"suspended", "void", "superseded"},
    "suspended": {"in_force", "void", "superseded"},
    "superseded": {"void"},
    "void": {"recalled"},
    "recalled": set(),
}


def test_an_issued_version_is_in_force(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    with desk.database.reading() as connection:
        standing = states.license_standing(connection, issued.number, 1)
    assert (standing.seq, standing.state, standing.reason) == (1, "in_force", "issued")
    assert standing.record == issued.record


def test_a_state_keeps_the_permit_that_caused_it(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    revoked = desk.move(permit.id, Move.REVOKED, hour(1))
    cause = IncludedPermit(permit=permit.id, version=revoked.version)
    change = StateChange(
        state=LicenseState.VOID, reason="permit-revoked", cause=cause, record=record(hour(1))
    )
    with desk.database.writing() as connection:
        states.append_license_state(connection, issued.number, 1, change, expected_seq=1)
        standing = states.license_standing(connection, issued.number, 1)
    assert standing.cause == cause
    assert standing.reason == "permit-revoked"


def test_every_license_with_a_permit_is_found_with_its_present_state(desk: Desk) -> None:
    permit, other = desk.permit(), desk.permit()
    first, second = desk.license(permit), desk.license(permit)
    reissued = desk.issue(first.number, 2, permit)
    desk.put(first, LicenseState.SUPERSEDED, hour(1))
    desk.put(second, LicenseState.SUSPENDED, hour(1))
    desk.put(second, LicenseState.VOID, hour(2))
    desk.license(other)
    with desk.database.reading() as connection:
        found = states.licenses_of_permit(connection, permit.id)
        assert states.licenses_of_permit(connection, 4711) == ()
    assert [(s.number, s.version, s.state) for s in found] == [
        (first.number, 1, "superseded"),
        (reissued.number, 2, "in_force"),
        (second.number, 1, "void"),
    ]


def test_who_saw_an_older_state_is_refused(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    desk.put(issued, LicenseState.SUSPENDED, hour(1))
    change = StateChange(state=LicenseState.VOID, reason="test", record=record(hour(2)))
    with desk.database.writing() as connection, pytest.raises(VersionConflictError) as caught:
        states.append_license_state(connection, issued.number, 1, change, expected_seq=1)
    assert (caught.value.expected, caught.value.found) == (1, 2)


def test_a_version_that_is_not_there_has_no_state(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    with desk.database.reading() as connection, pytest.raises(NotRegisteredError):
        states.license_standing(connection, issued.number, 2)


def test_a_state_is_recorded_forwards_and_not_of_the_future(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    with pytest.raises(RecordedBackwardsError):
        desk.put(issued, LicenseState.VOID, NOON - timedelta(seconds=1))
    change = StateChange(state=LicenseState.VOID, reason="test", record=record(hour(1)))
    change = replace(change, record=record(hour(1), effective=hour(2)))
    with desk.database.writing() as connection, pytest.raises(EffectiveInFutureError):
        states.append_license_state(connection, issued.number, 1, change, expected_seq=1)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(LicenseState), st.integers(0, 5), st.integers(0, 20)), max_size=6
    )
)
def test_any_sequence_of_states_reads_back_as_the_chain(
    desk: Desk, steps: list[tuple[LicenseState, int, int]]
) -> None:
    issued = desk.license(desk.permit())
    with desk.database.writing() as connection:
        chain: list[LicenseStanding] = [states.license_standing(connection, issued.number, 1)]
        for state, later, before in steps:
            at = chain[-1].record.recorded_at + timedelta(hours=later)
            change = StateChange(
                state=state,
                reason="test",
                record=record(at, effective=at - timedelta(hours=before)),
            )
            if state in ALLOWED[chain[-1].state]:
                chain.append(
                    states.append_license_state(
                        connection, issued.number, 1, change, expected_seq=len(chain)
                    )
                )
                assert chain[-1].state is state
            else:
                with pytest.raises(MoveRefusedError):
                    states.append_license_state(
                        connection, issued.number, 1, change, expected_seq=len(chain)
                    )
    with desk.database.reading() as connection:
        assert states.license_states(connection, issued.number, 1) == tuple(chain)
        for effective in map(hour, range(-20, 30, 7)):
            for recorded in map(hour, (-1, 0, 3, 30)):
                expected = None
                for link in chain:
                    if (
                        link.record.effective_at <= effective
                        and link.record.recorded_at <= recorded
                    ):
                        expected = link
                found = states.license_state_as_of(
                    connection, issued.number, 1, effective=effective, recorded=recorded
                )
                assert found == expected
