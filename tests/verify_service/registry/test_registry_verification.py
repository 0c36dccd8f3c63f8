"""The hot read gives what the slow reads give, at once and to many threads."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verify_service.desk import TERMS, Desk, granted, hour
from verify_service.database import create_database, open_database
from verify_service.errors import DatabaseError
from verify_service.registry import holders, license_rows, licenses, permits, states
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.records import PendingItem
from verify_service.registry.verification import (
    LicenseOnFile,
    _sqlite_statements,
    read_license,
)

PENDING = PendingItem(item="06-03", kind="food_business", mandatory=False, department="scjg")


def read_slowly(desk: Desk, number: str, version: int) -> LicenseOnFile:
    """The reference: the same answer from the ordinary reads."""
    with desk.database.reading() as connection:
        license_ = licenses.get_license(connection, number)
        issued = license_rows.get_license_version(connection, number, version)
        place = holders.get_premises(connection, license_.premises)
        standing = states.license_standing(connection, number, version)
        found = [
            (included, permits.get_permit(connection, included.permit))
            for included in issued.permits
        ]
        quick = read_license(desk.database, number=number, version=version)
        assert quick is not None
        for on_file, (included, permit) in zip(quick.permits, found, strict=True):
            terms = permit.current.terms
            assert on_file.kind == permit.kind
            assert on_file.number == permit.number
            assert on_file.department == permit.department
            assert on_file.issued_version == included.version
            assert on_file.version == permit.current.version
            assert on_file.state is permit.current.state
            assert (on_file.valid_from, on_file.valid_until) == (
                terms.valid_from,
                terms.valid_until,
            )
            assert on_file.by_promise is terms.by_promise
        return LicenseOnFile(
            number=number,
            version=version,
            latest_version=licenses.latest_license_version(connection, number),
            issuer=license_.issuer,
            industry=license_.industry,
            catalog_version=issued.catalog_version,
            uscc=license_.holder,
            holder_name=holders.get_holder(connection, license_.holder).name,
            division_code=place.division_code,
            address=place.address,
            position=place.position,
            issued_on=issued.issued_on,
            expires_on=issued.expires_on,
            status_list=issued.block.status_list,
            status_index=issued.block.start,
            kid=issued.kid,
            claims_digest=issued.claims_digest,
            state=standing.state,
            state_reason=standing.reason,
            state_effective_at=standing.record.effective_at,
            permits=quick.permits,
            pending=issued.pending,
        )


def test_it_equals_the_slow_reads_after_everything_changed(desk: Desk) -> None:
    place = desk.premises()
    promised = replace(TERMS, by_promise=True, valid_until=None)
    first = desk.permit(premises=place)
    second = desk.permit(premises=place, granted_as=granted(terms=promised))
    issued = desk.license(second, first, pending=(PENDING, replace(PENDING, mandatory=True)))
    assert read_license(desk.database, number=issued.number) == read_slowly(desk, issued.number, 1)
    desk.issue(issued.number, 2, first)
    desk.put(issued, LicenseState.SUPERSEDED, hour(1), reason="reissued")
    desk.move(first.id, Move.SUSPENDED, hour(1))
    desk.move(first.id, Move.REVOKED, hour(2))
    for version in (1, 2):
        found = read_license(desk.database, number=issued.number, version=version)
        assert found == read_slowly(desk, issued.number, version)


def test_a_change_shows_in_the_very_next_read(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    for move, state in ((Move.SUSPENDED, "suspended"), (Move.RESUMED, "in_force")):
        desk.move(permit.id, move, hour(1))
        found = read_license(desk.database, number=issued.number)
        assert found is not None
        assert found.permits[0].state == state


def test_without_a_version_it_gives_the_latest(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    desk.issue(issued.number, 2, permit)
    found = read_license(desk.database, number=issued.number)
    assert found is not None
    assert (found.version, found.latest_version) == (2, 2)


@pytest.mark.parametrize(
    ("number", "version"), [("", None), ("朝综许06-2023-00077", 1), ("'--", 1)]
)
def test_what_the_registry_does_not_know_is_none(
    desk: Desk, number: str, version: int | None
) -> None:
    desk.license(desk.permit())
    found = read_license(desk.database, number=number, version=version)
    assert found is None


def test_a_version_that_was_never_issued_is_none(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    assert read_license(desk.database, number=issued.number, version=2) is None


def test_a_license_without_permits_is_found(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    desk.issue(issued.number, 2)
    found = read_license(desk.database, number=issued.number, version=2)
    assert found is not None
    assert (found.permits, found.pending) == ((), ())


def test_many_threads_read_while_one_writes(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)

    def read(_: int) -> set[str]:
        found = read_license(desk.database, number=issued.number)
        assert found is not None
        return {found.permits[0].state}

    with ThreadPoolExecutor(8) as pool:
        reads = pool.map(read, range(400))
        for step in range(1, 6):
            desk.move(permit.id, Move.SUSPENDED, hour(step))
            desk.move(permit.id, Move.RESUMED, hour(step))
        seen: set[str] = set().union(*reads)
    assert seen <= {"in_force", "suspended"}


def test_no_statement_reads_a_table_from_end_to_end(sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        for statement, *_ in _sqlite_statements():
            plan = connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", {"number": "x", "version": 1}
            ).fetchall()
            assert plan
            assert not [step for *_, step in plan if step.startswith("SCAN")]
    connection.close()


def test_a_damaged_file_is_told_and_not_a_driver_error(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    database = create_database(f"sqlite:///{path}")
    desk = Desk(database)
    for _ in range(30):
        desk.license(desk.permit())
    database.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(DatabaseError):
        open_and_read(path)


def open_and_read(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    try:
        read_license(database, number="朝综许06-2023-00001")
    finally:
        database.close()
