"""What a key has signed: of each license the latest version alone, as it stands now."""

from dataclasses import replace

from tests.verify_service.desk import Desk, draft, hour
from verify_service.registry.licenses import append_license_version
from verify_service.registry.moves import LicenseState
from verify_service.registry.signed_by import has_signed, licenses_signed_by

OLD, NEW = b"\x01", b"\x02"


def test_a_license_is_its_latest_versions_keys(desk: Desk) -> None:
    kept, permit = desk.license(desk.permit()), desk.permit()
    first = desk.license(permit)
    desk.put(first, LicenseState.SUPERSEDED, hour(1))
    again = draft(first.number, 2, permit, block=desk.block(2), at=hour(1))
    with desk.database.writing() as connection:
        append_license_version(connection, replace(again, kid=NEW))
        old = licenses_signed_by(connection, OLD)
        new = licenses_signed_by(connection, NEW)
    assert [(each.number, each.version) for each in old] == [(kept.number, 1)]
    assert [(each.number, each.version) for each in new] == [(first.number, 2)]
    assert (old[0].issued_on, old[0].expires_on) == (kept.issued_on, kept.expires_on)


def test_a_license_stands_as_its_last_state_says(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    desk.put(issued, LicenseState.SUSPENDED, hour(1))
    desk.put(issued, LicenseState.VOID, hour(2))
    with desk.database.reading() as connection:
        (found,) = licenses_signed_by(connection, OLD)
    assert found.state is LicenseState.VOID


def test_a_key_has_signed_what_is_superseded_too(desk: Desk) -> None:
    permit = desk.permit()
    first = desk.license(permit)
    desk.put(first, LicenseState.SUPERSEDED, hour(1))
    again = draft(first.number, 2, permit, block=desk.block(2), at=hour(1))
    with desk.database.writing() as connection:
        append_license_version(connection, replace(again, kid=NEW))
        assert licenses_signed_by(connection, OLD) == ()
        assert has_signed(connection, OLD)
        assert not has_signed(connection, b"\x03")
