"""The pages that are kept say what the chains do, on whatever day, whatever happened before."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert

from credential.status import Status
from tests.verify_service.desk import NOON, TERMS, Desk, Undone, draft, hour, record
from verify_service.errors import ServiceError
from verify_service.registry import licenses, permits, states
from verify_service.registry.models import PermitVersionRow
from verify_service.registry.moves import Basis, LicenseState, Move, PermitState
from verify_service.registry.records import (
    LicenseVersion,
    Permit,
    PermitChange,
    PermitVersion,
    StateChange,
)
from verify_service.registry.status import status_lists
from verify_service.registry.status_chains import entries_from_chains
from verify_service.registry.status_pages import (
    PAGE_PLACES,
    kept_entries,
    mark_permits,
    move_pages,
    pages_day,
)

DAY = TERMS.valid_from
LIST = "1"


def on(number: int) -> date:
    return DAY + timedelta(days=number)


def kept(desk: Desk, *, today: date = DAY, size: int = 200) -> bytes:
    with desk.database.reading() as connection:
        return kept_entries(connection, LIST, size=size, today=today)


def counted(desk: Desk, *, today: date = DAY, size: int = 200) -> bytes:
    with desk.database.reading() as connection:
        return entries_from_chains(connection, LIST, size=size, today=today)


def place(entries: bytes, index: int) -> int:
    return entries[index >> 1] >> ((index & 1) << 2) & 15


# ---- whatever happens -----------------------------------------------------------------------------


@dataclass
class Story:
    """A registry through some days. What is refused leaves no trace, in the pages neither."""

    desk: Desk
    hours: int = 0
    permits: list[Permit] = field(default_factory=list)
    issued: list[LicenseVersion] = field(default_factory=list)

    def license(self, lasting: tuple[int | None, ...]) -> None:
        place = self.desk.premises()
        included = []
        for rest in lasting:
            until = None if rest is None else on(rest)
            terms = replace(TERMS, valid_from=on(-9), valid_until=until)
            granted = PermitChange(
                move=Move.GRANTED, terms=terms, grounds="准予许可", record=record(NOON)
            )
            included.append(self.desk.permit(premises=place, granted_as=granted))
        self.issued.append(self.desk.license(*included))
        self.permits.extend(included)

    def move(self, which: int, move: Move, days: tuple[int, int | None] | None) -> None:
        if not self.permits:
            return
        self.hours += 1
        terms = None
        if days is not None:
            first, last = days
            until = None if last is None else max(on(last), on(first))
            terms = replace(TERMS, valid_from=on(first), valid_until=until)
        self._change(self.permits[which % len(self.permits)].id, move, terms=terms)

    def put(self, which: int, state: LicenseState) -> None:
        if not self.issued:
            return
        self.hours += 1
        with suppress(ServiceError):
            self.desk.put(self.issued[which % len(self.issued)], state, hour(self.hours))

    def reissue(self, which: int) -> None:
        """With the permits as they are now, whatever that is."""
        if not self.issued:
            return
        self.hours += 1
        before = self.issued[which % len(self.issued)]
        with self.desk.database.reading() as connection:
            version = licenses.latest_license_version(connection, before.number) + 1
            included = [permits.get_permit(connection, each.permit) for each in before.permits]
        at = hour(self.hours)
        self.issued.append(self.desk.issue(before.number, version, *included, at=at))

    def lose_a_block(self, size: int) -> None:
        self.desk.block(size)

    def undo(self, which: int, move: Move) -> None:
        """A change whose transaction is rolled back."""
        if not self.permits:
            return
        with suppress(Undone, ServiceError), self.desk.database.writing() as connection:
            permit = permits.get_permit(connection, self.permits[which % len(self.permits)].id)
            change = PermitChange(move=move, grounds="依法办理", record=record(hour(self.hours)))
            permits.append_permit_version(
                connection, permit.id, change, expected_version=permit.current.version
            )
            raise Undone

    def sign(self, today: int) -> None:
        """What a publisher does to the pages, whichever way its clock went."""
        with self.desk.database.writing() as connection:
            move_pages(connection, LIST, today=on(today))

    def _change(self, permit: int, move: Move, **more: object) -> None:
        with suppress(ServiceError), self.desk.database.writing() as connection:
            current = permits.get_permit(connection, permit).current
            change = PermitChange(
                move=move,
                grounds="依法办理",
                record=record(hour(self.hours)),
                **more,  # type: ignore[arg-type]  # terms or nothing
            )
            permits.append_permit_version(
                connection, permit, change, expected_version=current.version
            )

    def check(self, other: int) -> None:
        with self.desk.database.reading() as connection:
            end = {each.status_list: each.next_index for each in status_lists(connection)}
            day = pages_day(connection, LIST)
        size = end.get(LIST, 0) // 2 * 2 + 4
        for today in {day or DAY, on(other)}:
            assert kept(self.desk, today=today, size=size) == counted(
                self.desk, today=today, size=size
            )


moves = st.sampled_from([move for move in Move if move is not Move.GRANTED])
lasting = st.lists(st.none() | st.integers(-3, 12), min_size=1, max_size=3).map(tuple)
steps = st.one_of(
    st.tuples(st.just("license"), lasting),
    st.tuples(
        st.just("move"),
        st.integers(0, 7),
        moves,
        st.none() | st.tuples(st.integers(-5, 9), st.none() | st.integers(-3, 12)),
    ),
    st.tuples(st.just("put"), st.integers(0, 5), st.sampled_from(LicenseState)),
    st.tuples(st.just("reissue"), st.integers(0, 5)),
    st.tuples(st.just("lose_a_block"), st.integers(1, 4)),
    st.tuples(st.just("undo"), st.integers(0, 7), moves),
    st.tuples(st.just("sign"), st.integers(-4, 14)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=lasting, told=st.lists(st.tuples(steps, st.integers(-4, 14)), max_size=9))
def test_the_pages_say_what_the_chains_do_on_every_day(
    desk: Desk, first: tuple[int | None, ...], told: list[tuple[tuple[object, ...], int]]
) -> None:
    desk.status_list(LIST)
    story = Story(desk)
    story.license(first)
    story.check(0)
    for (name, *arguments), other in told:
        getattr(story, str(name))(*arguments)
        story.check(other)


# ---- single cases ---------------------------------------------------------------------------------


def test_a_place_is_void_until_its_license_is_issued(desk: Desk) -> None:
    block = desk.block(3)
    assert {place(kept(desk), index) for index in range(9)} == {Status.INVALID}
    issued = desk.license(desk.permit())
    entries = kept(desk)
    assert [place(entries, issued.block.start + each) for each in (0, 1)] == [Status.VALID] * 2
    assert place(entries, block.start) == Status.INVALID


def test_a_license_that_is_rolled_back_leaves_its_places_void(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    lost = draft(issued.number, 2, permit, block=desk.block(2))
    with suppress(Undone), desk.database.writing() as connection:
        licenses.append_license_version(connection, lost)
        raise Undone
    assert place(kept(desk), lost.block.start) == Status.INVALID
    assert kept(desk) == counted(desk)


def test_a_block_over_the_edge_of_a_page_is_written_whole(desk: Desk) -> None:
    desk.block(PAGE_PLACES - 2)
    place_ = desk.premises()
    included = [desk.permit(premises=place_) for _ in range(4)]
    issued = desk.license(*included)
    assert issued.block.start == PAGE_PLACES - 2
    for permit, move in zip(included, (Move.REVOKED, Move.CANCELLED, Move.SUSPENDED), strict=False):
        desk.move(permit.id, move, hour(1))
    size = PAGE_PLACES + 10
    entries = kept(desk, size=size)
    assert [place(entries, issued.block.start + each) for each in range(6)] == [
        Status.VALID,
        Status.REVOKED,
        Status.CANCELLED,
        Status.SUSPENDED,
        Status.VALID,
        Status.INVALID,
    ]
    assert entries == counted(desk, size=size)


def test_the_last_day_of_a_version_that_was_overtaken_says_nothing(desk: Desk) -> None:
    """A renewed permit's old term is over some day, and nobody is told that it lapsed."""
    permit = desk.permit()
    issued = desk.license(permit)
    renewed = PermitChange(
        move=Move.RENEWED,
        terms=replace(TERMS, valid_until=date(2033, 4, 19)),
        grounds="延续",
        record=record(hour(1)),
    )
    with desk.database.writing() as connection:
        permits.append_permit_version(connection, permit.id, renewed, expected_version=1)
    assert TERMS.valid_until is not None
    after = TERMS.valid_until + timedelta(days=1)
    assert place(kept(desk, today=after), issued.block.start + 1) == Status.VALID
    assert place(kept(desk, today=date(2033, 4, 20)), issued.block.start + 1) == Status.INVALID


def test_pages_that_were_moved_to_a_wrong_day_come_back(desk: Desk) -> None:
    """A clock that was years ahead for an hour has lapsed nobody's permit for good."""
    issued = desk.license(desk.permit())
    before = kept(desk)
    for wrong in (date(2060, 1, 1), DAY):
        with desk.database.writing() as connection:
            move_pages(connection, LIST, today=wrong)
    assert kept(desk) == before
    with desk.database.writing() as connection:
        move_pages(connection, LIST, today=date(2060, 1, 1))
    assert place(kept(desk, today=date(2060, 1, 1)), issued.block.start + 1) == Status.INVALID
    assert kept(desk, today=DAY) == before


def test_what_a_day_changes_is_looked_up_once_the_pages_are_of_another(desk: Desk) -> None:
    desk.license(desk.permit())
    assert TERMS.valid_until is not None
    tomorrow = TERMS.valid_until + timedelta(days=1)
    with desk.database.writing() as connection:
        move_pages(connection, LIST, today=tomorrow)
    with asked() as statements:
        kept(desk, today=tomorrow)
    assert not [each for each in statements if "permit_versions" in each]


def test_many_permits_are_written_at_once(desk: Desk) -> None:
    """As a bulk change does it: links by one statement, places by one call."""
    place_ = desk.premises()
    included = [desk.permit(premises=place_) for _ in range(3)]
    kept_in_force = desk.permit(premises=place_)
    for _ in range(2):
        desk.license(*included, kept_in_force)
    versions = [
        PermitVersion(
            permit=permit.id,
            version=2,
            move=Move.REVOKED,
            state=PermitState.REVOKED,
            terms=TERMS,
            basis=Basis.PENALTY,
            grounds="处罚",
            document=None,
            record=record(hour(1)),
        )
        for permit in included
    ]
    with desk.database.writing() as connection:
        connection.execute(insert(PermitVersionRow), [row(version) for version in versions])
        mark_permits(connection, versions)
    entries = kept(desk)
    assert entries == counted(desk)
    assert [place(entries, index) == Status.REVOKED for index in range(10)] == [
        *(False, True, True, True, False),
        *(False, True, True, True, False),
    ]


def test_a_change_of_one_permit_reads_and_writes_few_rows(desk: Desk) -> None:
    permit = desk.permit()
    desk.license(permit)
    with asked() as statements:
        desk.move(permit.id, Move.SUSPENDED, hour(1))
    of_pages = [each for each in statements if "status_pages" in each]
    assert [each.split()[0] for each in of_pages] == ["SELECT", "UPDATE"]


def test_a_place_in_two_states_at_once_is_what_its_chain_says_last(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    with desk.database.writing() as connection:
        for seq, state in ((1, LicenseState.SUSPENDED), (2, LicenseState.VOID)):
            states.append_license_state(
                connection,
                issued.number,
                1,
                StateChange(state=state, reason="test", record=record(hour(1))),
                expected_seq=seq,
            )
    assert place(kept(desk), issued.block.start) == Status.INVALID


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def row(version: PermitVersion) -> dict[str, object]:
    return {
        "permit": version.permit,
        "version": version.version,
        "move": version.move,
        "state": version.state,
        "valid_from": version.terms.valid_from,
        "valid_until": version.terms.valid_until,
        "document_form": version.terms.document_form,
        "by_promise": version.terms.by_promise,
        "particulars": version.terms.particulars,
        "grounds": version.grounds,
        "document": version.document,
        "effective_at": version.record.effective_at,
        "recorded_at": version.record.recorded_at,
        "recorded_by": version.record.recorded_by,
    }
