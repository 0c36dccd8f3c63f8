"""The hot read says of a license's standing what the whole read says."""

from dataclasses import replace
from datetime import date

from tests.verify_service.desk import TERMS, Desk, granted, hour
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.standing import read_standing
from verify_service.registry.verification import read_license


def assert_agrees(desk: Desk, number: str, version: int) -> None:
    standing = read_standing(desk.database, number=number, version=version)
    whole = read_license(desk.database, number=number, version=version)
    assert standing is not None
    assert whole is not None
    assert standing.claims_digest == whole.claims_digest
    assert standing.state is whole.state
    assert [tuple(permit) for permit in standing.permits] == [
        (permit.state, permit.valid_from, permit.valid_until) for permit in whole.permits
    ]


def test_it_agrees_with_the_whole_read_after_everything_changed(desk: Desk) -> None:
    place = desk.premises()
    endless = replace(TERMS, valid_until=None)
    first = desk.permit(premises=place)
    second = desk.permit(premises=place, granted_as=granted(terms=endless))
    third = desk.permit(premises=place)
    issued = desk.license(third, second, first)
    assert_agrees(desk, issued.number, 1)
    desk.issue(issued.number, 2, first, third)
    desk.put(issued, LicenseState.SUPERSEDED, hour(1), reason="reissued")
    desk.move(first.id, Move.SUSPENDED, hour(1))
    desk.move(first.id, Move.REVOKED, hour(2))
    desk.move(second.id, Move.SUSPENDED, hour(2))
    for version in (1, 2):
        assert_agrees(desk, issued.number, version)


def test_the_days_are_dates_on_every_database(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    standing = read_standing(desk.database, number=issued.number, version=1)
    assert standing is not None
    assert isinstance(standing.permits[0].valid_from, date)
    assert isinstance(standing.permits[0].valid_until, date)


def test_what_the_registry_does_not_know_has_no_standing(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    assert read_standing(desk.database, number=issued.number, version=2) is None
    assert read_standing(desk.database, number="朝综许06-2031-00001", version=1) is None
