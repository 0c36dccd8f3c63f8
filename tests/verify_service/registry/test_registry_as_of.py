"""A license as it stood: on both axes, with the version and the permits of then."""

import pytest

from tests.verify_service.desk import NOON, Desk, change, hour, record
from verify_service.registry.as_of import LicenseThen, Viewpoint, license_then
from verify_service.registry.errors import NotIssuedYetError, NotRegisteredError
from verify_service.registry.moves import LicenseState, Move, PermitState
from verify_service.registry.permits import append_permit_version
from verify_service.registry.records import LicenseVersion, PendingItem, StateChange
from verify_service.registry.standing import read_standing
from verify_service.registry.states import append_license_state
from verify_service.registry.verification import read_license

PENDING = PendingItem(item="06-03", kind="food_business", mandatory=True, department="scjg")


def then(
    desk: Desk, issued: LicenseVersion, at: float, known: float, version: int | None = None
) -> LicenseThen:
    with desk.database.reading() as connection:
        seen_from = Viewpoint(at=hour(at), known=hour(known))
        return license_then(connection, issued.number, seen_from=seen_from, version=version)


def revoke_late(desk: Desk, permit: int, *, effective: float, recorded: float) -> None:
    moved = change(Move.REVOKED, hour(recorded), effective=hour(effective))
    with desk.database.writing() as connection:
        append_permit_version(connection, permit, moved, expected_version=1)


def test_what_is_seen_from_now_is_what_a_live_read_gives(desk: Desk) -> None:
    permit, other = desk.permit(), desk.permit(kind="tobacco_retail")
    issued = desk.license(permit, pending=(PENDING,))
    desk.license(other)
    desk.move(permit.id, Move.SUSPENDED, hour(1))
    desk.put(issued, LicenseState.SUSPENDED, hour(1))
    found = then(desk, issued, 2, 2)
    assert found.on_file() == read_license(desk.database, number=issued.number)
    assert found.as_standing() == read_standing(desk.database, number=issued.number, version=1)


def test_a_revocation_that_is_recorded_late_was_true_before_it_was_known(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    revoke_late(desk, permit.id, effective=2, recorded=5)
    states = {
        (at, known): then(desk, issued, at, known).permits[0].held.state
        for at, known in ((1, 9), (3, 4), (3, 5), (5, 5))
    }
    in_force, revoked = PermitState.IN_FORCE, PermitState.REVOKED
    assert states == {(1, 9): in_force, (3, 4): in_force, (3, 5): revoked, (5, 5): revoked}


def test_a_state_that_is_recorded_late_was_true_before_it_was_known(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    late = StateChange(
        state=LicenseState.VOID, reason="test", record=record(hour(5), effective=hour(2))
    )
    with desk.database.writing() as connection:
        append_license_state(connection, issued.number, 1, late, expected_seq=1)
    assert then(desk, issued, 3, 4).standing.state is LicenseState.IN_FORCE
    assert then(desk, issued, 3, 5).standing.state is LicenseState.VOID
    assert then(desk, issued, 1, 9).standing.state is LicenseState.IN_FORCE


def test_the_latest_version_is_that_of_then(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit, pending=(PENDING,))
    desk.put(issued, LicenseState.SUPERSEDED, hour(3))
    desk.issue(issued.number, 2, permit, at=hour(3))
    before, after = then(desk, issued, 2, 9), then(desk, issued, 3, 9)
    assert (before.issued.version, before.latest_version) == (1, 1)
    assert before.issued.pending == (PENDING,)
    assert (after.issued.version, after.latest_version) == (2, 2)
    assert after.issued.pending == ()
    old = then(desk, issued, 3, 9, version=1)
    assert (old.standing.state, old.latest_version) == (LicenseState.SUPERSEDED, 2)


def test_before_its_first_version_a_license_is_not_issued_yet(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    for version, at in ((None, -0.001), (1, -1), (2, 5)):
        with pytest.raises(NotIssuedYetError) as caught:
            then(desk, issued, at, 9, version)
        assert caught.value.number == issued.number
        assert caught.value.issued_at == (None if version == 2 else "2023-04-20T12:00:00+08:00")
    assert then(desk, issued, 0, 0).issued.version == 1


def test_a_number_that_nobody_has_had_no_past(desk: Desk) -> None:
    desk.license(desk.permit())
    with desk.database.reading() as connection, pytest.raises(NotRegisteredError):
        license_then(connection, "朝综许99-2023-00001", seen_from=Viewpoint(at=NOON, known=NOON))
