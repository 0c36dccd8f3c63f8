"""Three years of rotation, theft, new holders and a silent autumn: no outage, and nothing false.

Scanners that sync each day, each week, each month, once and never again, and one that is away for
two hundred days; and four whose clocks go wrong. On every day each of them verifies genuine licenses
and forged ones, by the store that its own syncs have filled. One forgery is green offline, and is
counted: `forgeries.DATED_BACK`.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from credential.days import SHANGHAI
from credential.reasons import Outcome
from credential.verdict import Verdict
from credential.verify import verify
from mobile_scanner.list_errors import BundleError
from mobile_scanner.offline import HeldLists, load_lists
from mobile_scanner.roots import load_root
from mobile_scanner.sources import FolderSource
from mobile_scanner.sync import sync_store
from tests.journeys.calendar import (
    CHAOYANG,
    DAYS,
    FIRST_DAY,
    HAIDIAN_FROM,
    NEW_HOLDER,
    NOTICED,
    RENEWAL,
    Districts,
    Issued,
    at,
    days,
)
from tests.journeys.forgeries import DATED_BACK, forgeries

pytestmark = pytest.mark.slow

GREEN = (Outcome.VALID, Outcome.ATTENTION)
REFUSED = (Outcome.REJECTED, Outcome.NOT_A_LICENSE)
AWAY = (date(2027, 12, 1), date(2028, 6, 18))
FRESH_FOR = 3  # days that a status list is good for


def each_day(_: date) -> bool:
    return True


@dataclass
class Scanner:
    """One inspector's device: when it syncs, how far its clock is off from a day on, its store.

    `synced` is the day of the newest status list that it has.
    """

    name: str
    syncs: Callable[[date], bool]
    store: Path
    ahead: timedelta = timedelta(0)
    wrong_from: date = FIRST_DAY + timedelta(days=200)
    lists: HeldLists | None = None
    synced: date | None = None
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def is_right(self) -> bool:
        return not self.ahead

    @property
    def is_nearly_right(self) -> bool:
        return abs(self.ahead) <= timedelta(days=1) or self.ahead > timedelta(0)

    @property
    def slack(self) -> int:
        """A clock a day behind takes today's lists tomorrow, and calls them fresh a day longer."""
        return 0 if self.is_right else 1

    def clock(self, day: date, hour: int) -> datetime:
        off = self.ahead if day >= self.wrong_from else timedelta(0)
        return at(day, hour) + off

    def sync(self, day: date, bundle: Path, root: Path) -> None:
        if self.syncs(day):
            try:
                sync_store(self.store, FolderSource.read(bundle), at=self.clock(day, 8), root=root)
            except BundleError:
                assert not self.is_right  # by its clock everything is yet to come
                return
            self.lists = load_lists(self.store, load_root(self.store / "root.cbor"))
            assert self.lists.left_out == ()
            signed = self.lists.trusted.status[CHAOYANG, 0].issued_at
            self.synced = datetime.fromtimestamp(signed, SHANGHAI).date()
            assert self.synced == day or not self.is_right

    def look(self, text: str, day: date) -> Verdict:
        assert self.lists is not None
        verdict = verify(text, trusted=self.lists.trusted, at=self.clock(day, 12))
        self.seen[verdict.outcome] += 1
        return verdict

    def age(self, day: date) -> int:
        """Days since what it knows was signed."""
        assert self.synced is not None
        return (day - self.synced).days


def scanners(folder: Path) -> Iterator[Scanner]:
    def weekly(day: date) -> bool:
        return day.weekday() == 0 or day == FIRST_DAY

    def monthly(day: date) -> bool:
        return (day - FIRST_DAY).days % 30 == 0

    def once(day: date) -> bool:
        return day == FIRST_DAY

    def unless_away(day: date) -> bool:
        return not AWAY[0] <= day < AWAY[1]

    for name, syncs in (
        ("daily", each_day),
        ("weekly", weekly),
        ("monthly", monthly),
        ("once", once),
        ("away", unless_away),
    ):
        yield Scanner(name=name, syncs=syncs, store=folder / name)
    for name, ahead in (
        ("a day ahead", timedelta(days=1)),
        ("a day behind", timedelta(days=-1)),
        ("a year ahead", timedelta(days=365)),
        ("a year behind", timedelta(days=-365)),
    ):
        yield Scanner(
            name=name,
            syncs=lambda day: day <= FIRST_DAY or day.day in (1, 2, 3, 14, 15),
            store=folder / name,
            ahead=ahead,
        )


def sample(issued: list[Issued], day: date) -> Iterator[Issued]:
    """Some of the licenses, others each day; those of the last days, and the doubtful ones, always."""
    number = (day - FIRST_DAY).days
    for place, each in enumerate(issued):
        is_news = (day - (each.voided or each.on)).days <= 5
        if is_news or each.is_doubtful() or (place + number) % 9 == 0:
            yield each


def test_three_years_without_an_outage_and_without_a_false_answer(tmp_path: Path) -> None:
    bundle, root = tmp_path / "bundle", tmp_path / "root.cbor"
    districts = Districts(folder=bundle)
    devices = list(scanners(tmp_path))
    counted: Counter[str] = Counter()
    for day in days():
        districts.begin(day)
        if day == FIRST_DAY:
            shutil.copy(bundle / "roots" / "1.cbor", root)
        for scanner in devices:
            scanner.sync(day, bundle, root)
            for each in sample(list(districts.all_licenses()), day):
                hold_genuine(scanner, each, day, districts, counted)
            for name, text in forgeries(day):
                hold_forged(scanner, name, text, day, counted)
    assert_nothing_was_empty(devices, counted, districts)


def hold_genuine(
    scanner: Scanner, each: Issued, day: date, districts: Districts, counted: Counter[str]
) -> None:
    verdict = scanner.look(each.text, day)
    outcome, told = verdict.outcome, [reason.code for reason in verdict.reasons]
    where = f"{scanner.name} on {day}: issued {each.on} with {each.key}, {outcome} {told}"
    assert scanner.synced is not None
    knows = scanner.synced >= NOTICED
    if each.is_doubtful() and knows:
        # Signed in the doubtful period: believed by nobody who knows, and issued again.
        assert outcome not in GREEN, where
        counted["doubtful"] += 1
        return
    if scanner.is_right:
        assert outcome not in REFUSED, where  # no false rejection, whatever its age
    if each.voided is not None:
        hold_void(scanner, each, day, outcome, where)
        counted["void"] += 1
        return
    if each.ends is not None and day > each.ends:
        hold_ended(scanner, each, day, outcome, where)
        counted["ended"] += 1
        return
    if scanner.ahead > timedelta(days=1) and day >= scanner.wrong_from:
        assert outcome not in GREEN, where  # by its clock everything that it has is old
        counted["a year ahead"] += 1
    if scanner.is_nearly_right and scanner.age(day) > FRESH_FOR + scanner.slack:
        assert outcome not in GREEN, where
        counted["too old to say"] += 1
    elif scanner.is_right and scanner.age(day) == 0:
        assert districts.listed is not None
        expired = at(day, 12).timestamp() >= districts.listed.expires_at
        if expired:  # nobody has signed in time
            assert (outcome, told[:1]) == (Outcome.INDETERMINATE, ["trust-expired"]), where
            counted["list ran out"] += 1
        else:
            assert outcome in GREEN, where  # no outage
            assert set(told) - {"trust-aging"} == set(running_out(each, day)), where
            counted["running out" if "permit-expiring" in told else "green"] += 1


def running_out(each: Issued, day: date) -> Iterator[str]:
    """The warning of the last thirty days, which is due on each of them."""
    if each.ends is not None and (each.ends - day).days <= 30:
        yield "permit-expiring"


def hold_ended(scanner: Scanner, each: Issued, day: date, outcome: Outcome, where: str) -> None:
    """A permit's last day is over: no list says so, and no list is needed."""
    assert each.ends is not None
    if scanner.is_nearly_right and (day - each.ends).days > scanner.slack:
        assert outcome not in GREEN, where


def hold_void(scanner: Scanner, each: Issued, day: date, outcome: Outcome, where: str) -> None:
    assert each.voided is not None
    assert scanner.synced is not None
    if scanner.synced >= each.voided:
        assert outcome not in GREEN, where
    # Whoever has not synced since may still see it green, for as long as a status list is good by
    # the clock that the device has; one set back to the days of its lists knows no better.
    if scanner.is_nearly_right and (day - each.voided).days > FRESH_FOR + scanner.slack:
        assert outcome not in GREEN, where


def hold_forged(scanner: Scanner, name: str, text: str, day: date, counted: Counter[str]) -> None:
    verdict = scanner.look(text, day)
    outcome = verdict.outcome
    where = f"{scanner.name} on {day}: {name}, {outcome} {[r.code for r in verdict.reasons]}"
    counted[name] += 1
    if name == DATED_BACK:
        # What is not defended offline (docs/threat-model.md): before the day from which the key is
        # disbelieved, on the places of a license in force. Counted, so that nobody forgets it.
        counted["green though forged"] += outcome in GREEN
        if scanner.is_nearly_right and scanner.age(day) > FRESH_FOR + scanner.slack:
            assert outcome not in GREEN, where
        return
    if name != "thief":
        assert outcome not in GREEN, where
        return
    assert scanner.synced is not None
    if scanner.synced >= NOTICED or (
        scanner.is_nearly_right and day > NOTICED + timedelta(days=FRESH_FOR + scanner.slack)
    ):
        assert outcome not in GREEN, where
    if scanner.synced >= NOTICED and scanner.is_right and scanner.age(day) == 0:
        assert outcome is Outcome.REJECTED, where
        counted["thief caught"] += 1


def assert_nothing_was_empty(
    devices: list[Scanner], counted: Counter[str], districts: Districts
) -> None:
    for what, least in {
        "green": 5_000,
        "void": 1_000,
        "doubtful": 1_000,
        "too old to say": 5_000,
        "list ran out": 100,
        "stranger": 5_000,
        "thief": 5_000,
        "thief caught": 900,
        "thief before the key's first day": 5_000,
        "thief dating back, on a place that fell": 5_000,
        "green though forged": 500,
        "ended": 1_000,
        "running out": 100,
        "insider": 100,
        "a year ahead": 3_000,
    }.items():
        assert counted[what] >= least, counted
    by_name = {scanner.name: scanner for scanner in devices}
    daily, away, once = (by_name[name] for name in ("daily", "away", "once"))
    for scanner in (daily, away):
        assert scanner.lists is not None
        assert scanner.lists.trusted.root == districts.roots[-1]
    assert once.lists is not None
    assert once.lists.trusted.root == districts.roots[0]
    assert districts.list_number > DAYS // 32 - 6
    assert NEW_HOLDER < RENEWAL < FIRST_DAY + timedelta(days=DAYS)
    assert HAIDIAN_FROM > FIRST_DAY
