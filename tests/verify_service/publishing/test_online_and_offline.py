"""The published list says what the registry answers, place for place, at whatever instant.

So offline nothing is greener than online, for as long as the list is the newest.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credential.days import SHANGHAI
from credential.reasons import Outcome
from credential.status import Status
from credential.verdict import PermitState as Shown
from tests.verify_service.bureau import CODE, NOON, Bureau, codes, content_of, day, days
from tests.verify_service.opened import open_bureau
from verify_service.errors import ServiceError
from verify_service.issuing.service import Issued
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit
from verify_service.registry.standing import read_standing
from verify_service.registry.status import reserve_status_block
from verify_service.verification.service import status_values

KINDS = ("food_business", "tobacco_retail", "drainage")


@dataclass
class District:
    """A bureau and its departments through a few weeks; what is refused leaves no trace."""

    bureau: Bureau
    at: datetime = NOON
    permits: list[Permit] = field(default_factory=list)
    issued: list[Issued] = field(default_factory=list)

    def open_a_shop(self, lasting: tuple[int | None, ...]) -> None:
        shop = self.bureau.shop()
        for kind, rest in zip(KINDS, lasting, strict=False):
            until = None if rest is None else self.today(rest)
            self.permits.append(self.bureau.permit(shop, kind, until=until, at=self.at))
        self.issued.append(self.bureau.issue(shop, at=self.at))

    def change(self, which: int, move: Move, rest: int | None, first: int | None = None) -> None:
        permit = self.permits[which % len(self.permits)]
        terms = permit.current.terms
        if rest is not None:
            terms = replace(terms, valid_until=self.today(rest))
        with suppress(ServiceError):
            if first is not None:
                terms = replace(terms, valid_from=self.today(first))
            self.bureau.change(permit, move, at=self.at, terms=terms)

    def reissue(self, which: int) -> None:
        with suppress(ServiceError):
            issued = self.issued[which % len(self.issued)]
            self.issued.append(self.bureau.reissue(issued, at=self.at))

    def lose_a_block(self, size: int) -> None:
        """As a process does that is killed between its two transactions."""
        reserve_status_block(self.bureau.service.database, size=size, capacity=1 << 17, at=self.at)

    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    def today(self, rest: int) -> date:
        return (self.at + timedelta(days=rest)).astimezone(SHANGHAI).date()

    def check(self) -> None:
        """Hold the list that the timer leaves published against the registry's answers."""
        self.bureau.service.publisher.renew_before_expiry(at=self.at)
        trusted = self.bureau.bundle()
        entries = trusted.status[CODE, 0]
        held: set[int] = set()
        today = self.at.astimezone(SHANGHAI).date()
        for issued in self.issued:
            content = content_of(issued.text)
            standing = read_standing(
                self.bureau.service.database, number=issued.number, version=issued.version
            )
            assert standing is not None
            answered = status_values(standing, today=today)
            assert entries.read(content.status_index, len(answered)) == answered
            held |= set(range(content.status_index, content.status_index + len(answered)))

            online = self.bureau.online(issued.text, at=self.at)
            offline = self.bureau.offline(issued.text, at=self.at)
            assert (offline.outcome, codes(offline)) == (online.outcome, codes(online))
        for place in set(range(2 * len(entries.entries))) - held:
            assert entries.read(place, 1) != (Status.VALID,)


@pytest.fixture
def district(sqlite_bureau: Bureau) -> District:
    return District(sqlite_bureau)


@contextmanager
def fresh(template: Path) -> Iterator[District]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "registry.db")
        copy(template, file)
        with open_bureau(Path(folder, "bureau"), f"sqlite:///{file}") as bureau:
            yield District(bureau)


rests = st.none() | st.integers(-2, 12)
steps = st.one_of(
    st.tuples(st.just("open_a_shop"), st.lists(rests, min_size=1, max_size=3).map(tuple)),
    st.tuples(
        st.just("change"),
        st.integers(0, 5),
        st.sampled_from([move for move in Move if move is not Move.GRANTED]),
        rests,
        rests,
    ),
    st.tuples(st.just("reissue"), st.integers(0, 3)),
    st.tuples(st.just("lose_a_block"), st.integers(1, 4)),
    st.tuples(st.just("wait"), st.integers(1, 100)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    first=st.lists(st.none() | st.integers(0, 12), min_size=1, max_size=3).map(tuple),
    story=st.lists(steps, max_size=8),
)
def test_whatever_happens_the_list_says_what_the_registry_answers(
    sqlite_template: Path, first: tuple[int | None, ...], story: list[tuple[object, ...]]
) -> None:
    with fresh(sqlite_template) as district:
        district.open_a_shop(first)
        for name, *arguments in story:
            with suppress(ServiceError):  # a shop whose permits had run out
                getattr(district, str(name))(*arguments)
            district.check()


def test_a_permit_shortened_by_its_department_lapses_offline_too(district: District) -> None:
    bureau = district.bureau
    district.open_a_shop((400, None))
    (issued,) = district.issued
    food = district.permits[0]
    shortened = replace(food.current.terms, valid_until=day(1))
    bureau.change(food, Move.AMENDED, terms=shortened)
    bureau.service.publisher.renew_before_expiry(at=days(1.4))  # still its last day
    assert bureau.offline(issued.text, at=days(1.4)).outcome is Outcome.VALID

    # Nobody does anything that night: the timer's next look signs what the day has brought.
    after_midnight = days(1.5) + timedelta(minutes=10)
    bureau.service.publisher.renew_before_expiry(at=after_midnight)
    for verdict in (
        bureau.offline(issued.text, at=after_midnight),
        bureau.online(issued.text, at=after_midnight),
    ):
        assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_IN_FORCE, {"permit-lapsed"})
        assert verdict.genuine is not None
        assert verdict.genuine.states == (Shown.LAPSED, Shown.IN_FORCE)


def test_a_permit_whose_first_day_is_moved_ahead_is_not_green_until_that_day(
    district: District,
) -> None:
    bureau = district.bureau
    district.open_a_shop((None, None))
    (issued,) = district.issued
    food = district.permits[0]
    bureau.change(food, Move.AMENDED, terms=replace(food.current.terms, valid_from=day(3)))
    for at, outcome, said in (
        (NOON, Outcome.NOT_IN_FORCE, {"permit-suspended"}),
        (days(2.4), Outcome.NOT_IN_FORCE, {"permit-suspended"}),
        (days(2.5), Outcome.VALID, set()),  # midnight: its first day
    ):
        bureau.service.publisher.renew_before_expiry(at=at)
        for verdict in (bureau.offline(issued.text, at=at), bureau.online(issued.text, at=at)):
            assert (verdict.outcome, codes(verdict)) == (outcome, said)


def test_a_block_whose_license_was_never_issued_is_never_green(district: District) -> None:
    bureau = district.bureau
    district.open_a_shop((None,))
    (issued,) = district.issued
    start = 2
    district.lose_a_block(2)
    # What the dead process may have sealed, and somebody may have photographed.
    lost = bureau.forge(issued, serial=99, status_index=start).text
    bureau.service.publisher.publish_status_lists(at=NOON)
    assert codes(bureau.offline(lost)) == {"status-missing"}
    district.open_a_shop((None,))
    assert codes(bureau.offline(lost)) == {"license-void", "permit-lapsed"}
    assert codes(bureau.online(lost)) == {"registry-unknown"}


def test_a_list_signed_for_tomorrow_says_what_is_so_tomorrow(district: District) -> None:
    """Many changes in one second are signed a second apart, over midnight too."""
    bureau, publisher = district.bureau, district.bureau.service.publisher
    district.open_a_shop((0,))
    (issued,) = district.issued
    midnight = days(0.5)
    for _ in range(3):
        publisher.publish_status_lists(at=midnight - timedelta(seconds=1))
    verdict = bureau.offline(issued.text, at=midnight + timedelta(seconds=1))
    assert verdict.outcome is Outcome.NOT_IN_FORCE
    listed = bureau.bundle().status[CODE, 0]
    assert listed.issued_at >= int(midnight.timestamp())
    assert listed.read(1, 1) == (Status.INVALID,)
