"""Status blocks are handed out once, and the stream says what each place says."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from credential.status import Status
from credential.trusted import MAX_LISTS
from tests.verify_service.desk import NOON, TERMS, Desk, Undone, draft, hour
from verify_service.registry import licenses, status, status_chains
from verify_service.registry.books import StatusBlockRow
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    BlockError,
    StatusListFullError,
    StatusListsExhaustedError,
)
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.records import LicenseVersion, Permit, StatusBlock


def entries(desk: Desk, name: str = "1", *, today: date = TERMS.valid_from) -> dict[int, Status]:
    with desk.database.reading() as connection:
        listed = status.places_listed(connection, name, abandoned_before=NOON)
        found = list(status_chains.status_entries(connection, name, today=today, listed=listed))
    assert len(found) == len(dict(found)), "a place was named twice"
    return dict(found)


def listed(desk: Desk, *, abandoned_before: datetime = NOON) -> int:
    with desk.database.reading() as connection:
        return status.places_listed(connection, "1", abandoned_before=abandoned_before)


def block(name: str, start: int, size: int) -> StatusBlock:
    return StatusBlock(status_list=name, start=start, size=size)


def test_blocks_follow_each_other_and_never_overlap(desk: Desk) -> None:
    blocks = [desk.block(size) for size in (3, 1, 5)]
    assert [(block.start, block.size) for block in blocks] == [(0, 3), (3, 1), (4, 5)]


def test_a_block_is_gone_when_the_license_it_was_for_is_rolled_back(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    lost = draft(issued.number, 2, permit, block=desk.block(2))
    with suppress(Undone), desk.database.writing() as connection:
        licenses.append_license_version(connection, lost)
        raise Undone
    assert desk.block(2).start == lost.block.start + 2
    assert lost.block.start not in entries(desk)


def test_a_block_behind_the_last_license_is_in_no_list(desk: Desk) -> None:
    """Its license may be issued in a moment, and is not to be called void until then."""
    assert listed(desk) == 0
    issued = desk.license(desk.permit())
    assert listed(desk) == issued.block.size
    desk.block(3)
    assert listed(desk) == issued.block.size
    assert entries(desk) == {}


def test_a_block_that_was_given_up_is_void_though_no_license_follows(desk: Desk) -> None:
    """After a restore: places that lost licenses may have are void, and the list is as long."""
    issued = desk.license(desk.permit())
    given_up = desk.block(4, at=hour(-2))
    assert listed(desk, abandoned_before=hour(-2)) == issued.block.size
    assert listed(desk) == given_up.start + 4
    assert entries(desk) == dict.fromkeys(range(given_up.start, given_up.start + 4), Status.INVALID)


def test_a_block_that_was_passed_over_is_void(desk: Desk) -> None:
    passed_over = desk.block(3)
    issued = desk.license(desk.permit())
    assert issued.block.start == passed_over.start + 3
    assert entries(desk) == dict.fromkeys(range(3), Status.INVALID)
    assert listed(desk) == 3 + issued.block.size
    again = desk.issue(issued.number, 2)
    assert (again.block.start, listed(desk)) == (3 + issued.block.size, 3 + issued.block.size + 1)


@pytest.mark.parametrize(
    ("after", "said"), [(0, {}), (1, {1: Status.INVALID}), (400, {1: Status.INVALID})]
)
def test_a_permit_that_ran_out_shows_from_the_day_after_its_last(
    desk: Desk, after: int, said: dict[int, Status]
) -> None:
    desk.license(desk.permit())
    assert TERMS.valid_until is not None
    assert entries(desk, today=TERMS.valid_until + timedelta(days=after)) == said


def test_a_suspended_permit_that_ran_out_shows_as_suspended(desk: Desk) -> None:
    permit = desk.permit()
    desk.license(permit)
    desk.move(permit.id, Move.SUSPENDED, hour(1))
    assert entries(desk, today=date(2030, 1, 1)) == {1: Status.SUSPENDED}


def test_a_void_license_keeps_its_block(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    desk.put(issued, LicenseState.VOID, hour(1))
    assert desk.block(1).start == issued.block.start + issued.block.size
    with desk.database.writing() as connection, pytest.raises(BlockError):
        licenses.append_license_version(
            connection, draft(issued.number, 2, block=replace(issued.block, size=2))
        )


def test_a_list_is_filled_to_its_last_place_and_then_the_next_one_is_opened(desk: Desk) -> None:
    reserve = partial(status.reserve_status_block, desk.database, at=NOON)
    assert reserve(size=3, capacity=5) == block("0", 0, 3)
    assert reserve(size=2, capacity=5) == block("0", 3, 2)
    assert reserve(size=1, capacity=5) == block("1", 0, 1)
    with desk.database.reading() as connection:
        found = status.status_lists(connection)
    assert [(each.status_list, each.next_index) for each in found] == [("0", 5), ("1", 1)]


def test_a_block_that_does_not_fit_lies_whole_in_the_next_list(desk: Desk) -> None:
    reserve = partial(status.reserve_status_block, desk.database, at=NOON)
    reserve(size=3, capacity=5)
    assert reserve(size=3, capacity=5) == block("1", 0, 3)
    # The two places that are left in the first stay unused: they are behind its end.
    assert reserve(size=2, capacity=5) == block("1", 3, 2)


def test_lists_keep_the_capacity_that_they_were_opened_with(desk: Desk) -> None:
    reserve = partial(status.reserve_status_block, desk.database, at=NOON)
    reserve(size=3, capacity=5)
    assert reserve(size=3, capacity=100).status_list == "1"
    assert reserve(size=97, capacity=4) == block("1", 3, 97)
    with desk.database.reading() as connection:
        found = status.status_lists(connection)
    assert [each.capacity for each in found] == [5, 100]


def test_a_block_that_no_list_would_hold_opens_none(desk: Desk) -> None:
    with pytest.raises(StatusListFullError) as caught:
        status.reserve_status_block(desk.database, size=6, capacity=5, at=NOON)
    assert caught.value.size == 6
    with desk.database.reading() as connection:
        assert status.status_lists(connection) == ()


def test_when_the_last_list_is_full_it_is_said_and_nothing_is_reserved(desk: Desk) -> None:
    reserve = partial(status.reserve_status_block, desk.database, capacity=2, at=NOON)
    for number in range(MAX_LISTS):
        assert reserve(size=2) == block(str(number), 0, 2)
    with pytest.raises(StatusListsExhaustedError) as caught:
        reserve(size=1)
    assert (caught.value.status_list, caught.value.most) == (str(MAX_LISTS), MAX_LISTS)
    with desk.database.reading() as connection:
        assert {each.next_index for each in status.status_lists(connection)} == {2}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sizes=st.lists(st.integers(1, 7), max_size=12), capacity=st.integers(7, 20))
def test_blocks_lie_whole_in_one_list_and_nothing_is_handed_out_twice(
    desk: Desk, sizes: list[int], capacity: int
) -> None:
    """On and on in one registry, as its lists fill up, whatever the setting is just now."""
    with suppress(StatusListsExhaustedError):
        for size in sizes:
            status.reserve_status_block(desk.database, size=size, capacity=capacity, at=NOON)
    with desk.database.reading() as connection:
        lists = {each.status_list: each for each in status.status_lists(connection)}
        rows = connection.execute(select(StatusBlockRow.__table__)).all()
    taken = [(row.status_list, row.start + each) for row in rows for each in range(row.size)]
    assert len(taken) == len(set(taken)) == sum(each.next_index for each in lists.values())
    assert all(row.start + row.size <= lists[row.status_list].capacity for row in rows)
    assert list(lists) == [str(number) for number in range(len(lists))]


def test_places_are_given_up_to_the_end_of_a_list_and_on_in_the_next(desk: Desk) -> None:
    status.reserve_status_block(desk.database, size=3, capacity=5, at=NOON)
    given_up = partial(status.give_up_places, desk.database, capacity=5, at=NOON)
    assert given_up(count=9) == (block("0", 3, 2), block("1", 0, 5), block("2", 0, 2))
    assert given_up(count=3) == (block("2", 2, 3),)
    assert given_up(count=1) == (block("3", 0, 1),)
    with pytest.raises(StatusListsExhaustedError):
        given_up(count=5 * MAX_LISTS)
    with desk.database.reading() as connection:  # nothing of what would have been
        assert status.status_lists(connection)[-1].status_list == "3"


def test_a_list_is_opened_once(desk: Desk) -> None:
    desk.status_list("1")
    with desk.database.writing() as connection, pytest.raises(AlreadyRegisteredError):
        status.add_status_list(connection, status_list="1", capacity=9)


def test_no_more_lists_are_opened_than_scanners_keep(desk: Desk) -> None:
    for number in range(MAX_LISTS):
        desk.status_list(str(number))
    with pytest.raises(StatusListsExhaustedError) as caught:
        desk.status_list(str(MAX_LISTS))
    assert (caught.value.status_list, caught.value.most) == (str(MAX_LISTS), MAX_LISTS)


def test_reserving_within_a_writing_transaction_is_refused_at_once(desk: Desk) -> None:
    desk.status_list()
    with desk.database.writing(), pytest.raises(RuntimeError, match="inside"):
        desk.block(1)


def test_other_lists_do_not_show(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    desk.put(issued, LicenseState.VOID, hour(1))
    desk.status_list("2")
    assert entries(desk, "2") == {}


PERMIT_ENDS = {
    Move.SUSPENDED: Status.SUSPENDED,
    Move.CANCELLED: Status.CANCELLED,
    Move.ANNULLED: Status.ANNULLED,
    Move.REVOKED: Status.REVOKED,
    Move.LAPSED: Status.INVALID,
    Move.WITHDRAWN: Status.WITHDRAWN,
}
LICENSE_ENDS = {
    LicenseState.SUSPENDED: Status.SUSPENDED,
    LicenseState.VOID: Status.INVALID,
    LicenseState.SUPERSEDED: Status.SUPERSEDED,
}


@pytest.mark.parametrize("move", PERMIT_ENDS)
def test_a_permit_that_ends_shows_at_its_own_place_in_every_license(desk: Desk, move: Move) -> None:
    place = desk.premises()
    kept, ended = desk.permit(premises=place), desk.permit(premises=place)
    first, second = desk.license(kept, ended), desk.license(ended, kept)
    desk.move(ended.id, move, hour(1))
    assert entries(desk) == {
        first.block.start + 2: PERMIT_ENDS[move],
        second.block.start + 1: PERMIT_ENDS[move],
    }


@pytest.mark.parametrize("state", LICENSE_ENDS)
def test_a_license_that_ends_shows_at_the_head_of_its_block(
    desk: Desk, state: LicenseState
) -> None:
    issued = desk.license(desk.permit())
    desk.put(issued, state, hour(1))
    assert entries(desk) == {issued.block.start: LICENSE_ENDS[state]}


def test_what_is_resumed_shows_no_more(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    desk.move(permit.id, Move.SUSPENDED, hour(1))
    desk.put(issued, LicenseState.SUSPENDED, hour(1))
    assert len(entries(desk)) == 2
    desk.move(permit.id, Move.RESUMED, hour(2))
    desk.put(issued, LicenseState.IN_FORCE, hour(2))
    assert entries(desk) == {}


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    plan=st.lists(
        st.tuples(
            st.lists(st.sampled_from([None, *PERMIT_ENDS]), min_size=1, max_size=4),
            st.sampled_from([None, *LICENSE_ENDS]),
        ),
        max_size=4,
    )
)
def test_the_stream_equals_what_a_walk_over_every_license_finds(
    desk: Desk, plan: list[tuple[list[Move | None], LicenseState | None]]
) -> None:
    before = entries(desk) if desk.status_list() else {}
    expected = dict(before)
    for moves, state in plan:
        place = desk.premises()
        included: list[Permit] = [desk.permit(premises=place) for _ in moves]
        issued: LicenseVersion = desk.license(*included)
        for position, (permit, move) in enumerate(zip(included, moves, strict=True)):
            if move is not None:
                desk.move(permit.id, move, hour(1))
                expected[issued.block.start + 1 + position] = PERMIT_ENDS[move]
        if state is not None:
            desk.put(issued, state, hour(1))
            expected[issued.block.start] = LICENSE_ENDS[state]
    assert entries(desk) == expected
