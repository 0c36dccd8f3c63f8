"""Pages that were written by hand are found, named, and made anew from the chains."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from credential.status import Status
from tests.verify_service.desk import TERMS, Desk, hour
from verify_service.registry.errors import StatusPagesError
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.status_check import check_pages, rebuild_pages, refuse_differing
from verify_service.registry.status_pages import kept_entries, move_pages, write_places

DAY = TERMS.valid_from


@pytest.fixture
def filled(desk: Desk) -> Desk:
    place = desk.premises()
    permits = [desk.permit(premises=place) for _ in range(3)]
    first = desk.license(*permits)
    desk.block(2)
    desk.license(permits[1])
    desk.move(permits[0].id, Move.REVOKED, hour(1))
    desk.put(first, LicenseState.VOID, hour(1))
    desk.status_list("2")
    return desk


def test_pages_that_were_written_with_the_chains_agree_with_them(filled: Desk) -> None:
    with filled.database.reading() as connection:
        checked = check_pages(connection, today=DAY)
    assert [(each.status_list, each.listed, each.differing) for each in checked] == [
        ("1", 8, 0),
        ("2", 0, 0),
    ]
    refuse_differing(checked)


@pytest.mark.parametrize(
    ("marks", "named"),
    [
        ({0: Status.VALID}, (0,)),
        ({1: Status.VALID, 4: Status.VALID}, (1, 4)),
        ({9: Status.VALID}, (9,)),
        ({2: Status.SUSPENDED}, (2,)),
        (dict.fromkeys(range(40), Status.WITHDRAWN), tuple(range(20))),
    ],
    ids=["void", "ended", "behind-the-end", "in-force", "many"],
)
def test_places_that_differ_are_named_and_made_anew(
    filled: Desk, marks: dict[int, Status], named: tuple[int, ...]
) -> None:
    with filled.database.reading() as connection:
        before = kept_entries(connection, "1", size=60, today=DAY)
    with filled.database.writing() as connection:
        write_places(connection, {"1": marks})
    with filled.database.reading() as connection:
        (checked, _) = check_pages(connection, today=DAY)
    assert (checked.places, checked.differing) == (named, len(marks))
    with pytest.raises(StatusPagesError) as caught:
        refuse_differing((checked,))
    assert caught.value.lists == f"1 ({len(marks)})"
    with filled.database.writing() as connection:
        (found, _) = rebuild_pages(connection, today=DAY)
    assert found == checked
    with filled.database.reading() as connection:
        assert kept_entries(connection, "1", size=60, today=DAY) == before
        refuse_differing(check_pages(connection, today=DAY))


@pytest.mark.parametrize("lost", ["status_pages", "status_pages, status_days"])
def test_pages_that_were_lost_are_made_anew(filled: Desk, lost: str) -> None:
    with filled.database.writing() as connection:
        for table in lost.split(", "):
            connection.execute(text(f"DELETE FROM {table}"))
    with filled.database.reading() as connection:
        (checked, _) = check_pages(connection, today=DAY)
    assert checked.differing > 0
    with filled.database.writing() as connection:
        rebuild_pages(connection, today=DAY + timedelta(days=9000))
        move_pages(connection, "1", today=DAY)
    with filled.database.reading() as connection:
        refuse_differing(check_pages(connection, today=DAY))


def test_pages_of_another_day_are_checked_as_of_it(filled: Desk) -> None:
    with filled.database.writing() as connection:
        move_pages(connection, "1", today=DAY + timedelta(days=9000))
    with filled.database.reading() as connection:
        refuse_differing(check_pages(connection, today=DAY))
