"""Licenses: what is issued is what was granted, once, and stays what it was."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from tests.verify_service.desk import NOON, WRITTEN, Desk, Undone, draft, hour
from verify_service.registry import license_rows, licenses
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BelongsElsewhereError,
    BlockError,
    ConstraintError,
    DatesReversedError,
    NotRegisteredError,
    RecordedBackwardsError,
    SerialsExhaustedError,
    VersionConflictError,
)
from verify_service.registry.models import LicenseRow
from verify_service.registry.moves import Move
from verify_service.registry.records import GatheredPermit, PendingItem

PENDING = PendingItem(item="06-03", kind="food_business", mandatory=True, department="scjg")


def test_a_version_reads_back_whole(desk: Desk) -> None:
    place = desk.premises()
    first, second = desk.permit(premises=place), desk.permit(premises=place)
    issued = desk.license(second, first, pending=(PENDING, replace(PENDING, item="06-04")))
    with desk.database.reading() as connection:
        assert license_rows.get_license_version(connection, issued.number, 1) == issued
        assert license_rows.find_license_version(connection, issued.number, 2) is None
        assert licenses.get_license(connection, issued.number).premises == place


def test_serials_count_without_gaps_within_issuer_industry_and_year(desk: Desk) -> None:
    numbers = [desk.license(desk.permit()).number for _ in range(3)]
    assert numbers == ["朝综许06-2023-00001", "朝综许06-2023-00002", "朝综许06-2023-00003"]
    with desk.database.reading() as connection:
        for issuer, industry, year in (
            ("海淀", "06", 2023),
            ("朝阳", "07", 2023),
            ("朝阳", "06", 2024),
        ):
            serial = licenses.next_serial(connection, issuer=issuer, industry=industry, year=year)
            assert serial == 1


def test_a_serial_of_a_transaction_that_failed_is_used_again(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    with suppress(Undone), desk.database.writing() as connection:
        known = licenses.get_license(connection, issued.number)
        licenses.add_license(
            connection, replace(known, number="朝综许06-2023-00002", serial=2), written=WRITTEN
        )
        raise Undone
    assert desk.license(desk.permit()).number == "朝综许06-2023-00002"


def test_a_hundred_thousandth_serial_is_refused(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    with desk.database.writing() as connection:
        known = licenses.get_license(connection, issued.number)
        last = replace(known, number="朝综许06-2023-99999", serial=99_999)
        licenses.add_license(connection, last, written=WRITTEN)
        with pytest.raises(SerialsExhaustedError):
            licenses.next_serial(connection, issuer="朝阳", industry="06", year=2023)


@pytest.mark.parametrize("changed", [{"serial": 2}, {"number": "朝综许06-2023-00002"}])
def test_neither_a_number_nor_a_serial_is_given_twice(desk: Desk, changed: dict[str, Any]) -> None:
    issued = desk.license(desk.permit())
    with desk.database.writing() as connection:
        again = replace(licenses.get_license(connection, issued.number), **changed)
        with pytest.raises(AlreadyRegisteredError):
            licenses.add_license(connection, again, written=WRITTEN)


def test_a_license_for_premises_of_another_holder_is_refused(desk: Desk) -> None:
    issued, elsewhere = desk.license(desk.permit()), desk.premises()
    with desk.database.writing() as connection:
        known = licenses.get_license(connection, issued.number)
        with pytest.raises(BelongsElsewhereError):
            licenses.add_license(
                connection,
                replace(known, number="x", serial=9, premises=elsewhere),
                written=WRITTEN,
            )


def test_a_permit_of_another_holder_is_refused(desk: Desk) -> None:
    issued, theirs = desk.license(desk.permit()), desk.permit()
    with pytest.raises(BelongsElsewhereError) as caught:
        desk.issue(issued.number, 2, theirs)
    assert caught.value.entity == "permit"
    assert caught.value.owner == "premises"
    with desk.database.reading() as connection:
        assert licenses.latest_license_version(connection, issued.number) == 1


def test_a_permit_that_changed_since_it_was_read_is_refused(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    desk.move(permit.id, Move.REVOKED, hour(1))
    with pytest.raises(VersionConflictError) as caught:
        desk.issue(issued.number, 2, permit, at=hour(2))
    assert (caught.value.entity, caught.value.found) == ("permit", 2)


def test_a_permit_that_is_not_there_is_refused(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    new = draft(issued.number, 2, block=desk.block(2))
    new = replace(new, permits=(GatheredPermit(permit=4711, version=1, mandatory=True),))
    with desk.database.writing() as connection, pytest.raises(NotRegisteredError):
        licenses.append_license_version(connection, new)


@pytest.mark.parametrize("version", [1, 3])
def test_a_version_that_is_not_the_next_is_refused(desk: Desk, version: int) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    with pytest.raises(VersionConflictError) as caught:
        desk.issue(issued.number, version, permit)
    assert caught.value.found == 1


def test_a_version_is_not_recorded_before_the_one_it_follows(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    with pytest.raises(RecordedBackwardsError):
        desk.issue(issued.number, 2, permit, at=NOON - timedelta(seconds=1))


def test_a_version_of_a_license_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(NotRegisteredError):
        desk.issue("朝综许06-2023-00077", 1, desk.permit())


def test_a_block_serves_one_version(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    again = draft(issued.number, 2, permit, block=issued.block)
    with desk.database.writing() as connection, pytest.raises(BlockError) as caught:
        licenses.append_license_version(connection, again)
    assert caught.value.reason == "used"


@pytest.mark.parametrize("moved", [1, 1000])
def test_a_block_that_was_never_reserved_is_refused(desk: Desk, moved: int) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    block = desk.block(2)
    block = replace(block, start=block.start + moved)
    again = draft(issued.number, 2, permit, block=block)
    with desk.database.writing() as connection, pytest.raises(BlockError) as caught:
        licenses.append_license_version(connection, again)
    assert caught.value.reason == "not-reserved"


@pytest.mark.parametrize("size", [1, 3])
def test_a_block_has_just_the_places_that_its_license_needs(desk: Desk, size: int) -> None:
    """A place too many would be nobody's, and read as in force."""
    permit = desk.permit()
    issued = desk.license(permit)
    again = draft(issued.number, 2, permit, block=desk.block(size))
    with desk.database.writing() as connection, pytest.raises(BlockError) as caught:
        licenses.append_license_version(connection, again)
    assert caught.value.reason == "wrong-size"


def test_a_digest_of_another_length_is_refused_as_a_constraint(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    short = replace(
        draft(issued.number, 2, permit, block=desk.block(2)), claims_digest=b"\x00" * 31
    )
    with pytest.raises(ConstraintError) as caught, desk.database.writing() as connection:
        licenses.append_license_version(connection, short)
    assert caught.value.kind == "check"
    with desk.database.reading() as connection:
        assert licenses.latest_license_version(connection, issued.number) == 1


def test_a_request_key_makes_one_version(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    again = replace(
        draft(issued.number, 2, permit, block=desk.block(2)), request_key=issued.request_key
    )
    with pytest.raises(ConstraintError) as caught, desk.database.writing() as connection:
        licenses.append_license_version(connection, again)
    assert caught.value.kind == "unique"


def test_a_license_that_expires_before_it_is_issued_is_refused(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    with pytest.raises(DatesReversedError):
        replace(issued, expires_on=date(2023, 4, 19))


def test_licenses_are_listed_by_number_in_pages_and_for_their_holder(desk: Desk) -> None:
    permit = desk.permit()
    numbers = [desk.license(permit).number for _ in range(5)]
    desk.license(desk.permit())
    with desk.database.reading() as connection:
        of_holder = licenses.licenses_of_holder(connection, permit.holder)
        assert [found.number for found in of_holder] == numbers
        pages, after = [], ""
        while page := licenses.list_licenses(connection, after=after, limit=4):
            pages.append(len(page))
            after = page[-1].number
    assert pages == [4, 2]


def test_the_order_of_numbers_is_that_of_code_points_on_both_databases(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    names = ["a", "B", "阿", "Z", "啊", "-"]
    with desk.database.writing() as connection:
        base = licenses.get_license(connection, issued.number)
        for serial, name in enumerate(names, start=2):
            values = {f: getattr(base, f) for f in base.__dataclass_fields__}
            connection.execute(
                insert(LicenseRow).values(values | {"number": name, "serial": serial})
            )
        listed = licenses.list_licenses(connection, after="", limit=100)
    assert [found.number for found in listed] == sorted([*names, issued.number])


def test_a_credential_is_found_by_the_beginning_of_its_digest(desk: Desk) -> None:
    permit = desk.permit()
    issued = [desk.license(permit) for _ in range(3)]
    with desk.database.reading() as connection:
        for one in issued:
            found = license_rows.find_credential(connection, digest_prefix=one.claims_digest[:16])
            assert found == one.credential
        beside = bytes([issued[0].claims_digest[0] ^ 0x80]) + issued[0].claims_digest[1:16]
        assert license_rows.find_credential(connection, digest_prefix=beside) is None


def test_a_license_without_an_expiry_is_kept(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    endless = replace(draft(issued.number, 2, permit, block=desk.block(2)), expires_on=None)
    with desk.database.writing() as connection:
        licenses.append_license_version(connection, endless)
        assert license_rows.get_license_version(connection, issued.number, 2) == endless
