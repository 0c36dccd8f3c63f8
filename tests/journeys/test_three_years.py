"""Three years of rotation, theft, new holders and a silent autumn: no outage, and nothing false.

Scanners that sync each day, each week, each month, once and never again, and one that syncs each
fourth day and is away for two hundred, in which its root ends; and four whose clocks go wrong. On
every day each of them verifies genuine licenses and forged ones, before its sync or after it, by the
store that its own syncs have filled. One forgery is green offline, and is counted:
`forgeries.DATED_BACK`.

Then half a year in which nobody renews the root.
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
    HAIDIAN_SECOND_FROM,
    JOINED,
    KEYS,
    NEW_HOLDER,
    NOBODY_SIGNS,
    NOTICED,
    RENEWAL,
    SECOND_FROM,
    THIRD_FROM,
    Districts,
    Issued,
    Succession,
    at,
    days,
)
from tests.journeys.forgeries import DATED_BACK, forgeries
from tests.journeys.office import Office, RefusedError

pytestmark = pytest.mark.slow

GREEN = (Outcome.VALID, Outcome.ATTENTION)
REFUSED = (Outcome.REJECTED, Outcome.NOT_A_LICENSE)
AWAY = (date(2027, 12, 1), date(2028, 6, 28))  # root 1, which it holds, has ended by then
FRESH_FOR = 3  # days that a status list is good for
EARLY, NOON = 7, 12  # hours; a sync is at eight
TURNING_POINTS = frozenset(
    {
        *(SECOND_FROM, JOINED, NEW_HOLDER, HAIDIAN_FROM, NOTICED, NOBODY_SIGNS[1], THIRD_FROM),
        *(RENEWAL, HAIDIAN_SECOND_FROM),
    }
)


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

    def looks(self, day: date, place: int) -> tuple[int, ...]:
        """The hours of its looks: each fourth day before its sync; on a turning point before and
        after."""
        is_early = ((day - FIRST_DAY).days + place) % 4 == 3
        if self.lists is None:
            return (NOON,)
        if day in TURNING_POINTS:
            return (EARLY, NOON)
        return (EARLY,) if is_early else (NOON,)

    def look(self, text: str, day: date, hour: int) -> Verdict:
        assert self.lists is not None
        verdict = verify(text, trusted=self.lists.trusted, at=self.clock(day, hour))
        self.seen[verdict.outcome] += 1
        return verdict

    @property
    def has_heard(self) -> bool:
        """Whether its trust list tells of the theft: one may have that, and yesterday's status."""
        assert self.lists is not None
        found = self.lists.trusted.trust.find_key(KEYS["second"].key_id)
        return found is not None and found[0].compromised_day is not None

    def is_before_its_lists(self, day: date, hour: int) -> bool:
        """Whether by its clock the trust list that it has is yet to be signed."""
        assert self.lists is not None
        return self.clock(day, hour).timestamp() < self.lists.trusted.trust.issued_at - 300

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
        return (day - FIRST_DAY).days % 4 == 0 and not AWAY[0] <= day < AWAY[1]

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
        if is_news or each.is_doubtful() or (place + number) % 11 == 0:
            yield each


def live(
    calendar: Iterator[date], districts: Districts, devices: list[Scanner], root: Path
) -> Counter[str]:
    """Day by day: what the night brings, then each scanner's sync and its looks."""
    counted: Counter[str] = Counter()
    for day in calendar:
        districts.begin(day)
        if day == FIRST_DAY:
            shutil.copy(districts.folder / "roots" / "1.cbor", root)
        shown = list(sample(list(districts.all_licenses()), day))
        forged = list(forgeries(day))
        for place, scanner in enumerate(devices):
            hours = scanner.looks(day, place)
            if NOON in hours and EARLY not in hours:
                scanner.sync(day, districts.folder, root)
            for hour in hours:
                if hour == NOON and EARLY in hours:
                    scanner.sync(day, districts.folder, root)
                for each in shown:
                    hold_genuine(scanner, each, day, hour, districts, counted)
                for name, text in forged:
                    hold_forged(scanner, name, text, day, hour, counted)
            if NOON not in hours:
                scanner.sync(day, districts.folder, root)
    return counted


def test_three_years_without_an_outage_and_without_a_false_answer(tmp_path: Path) -> None:
    districts = Districts(folder=tmp_path / "bundle", office=Office(tmp_path / "office"))
    devices = list(scanners(tmp_path))
    counted = live(days(), districts, devices, tmp_path / "root.cbor")
    assert_nothing_was_empty(devices, counted, districts)
    assert_who_never_synced_finds_the_way(devices, districts)


def hold_genuine(
    scanner: Scanner,
    each: Issued,
    day: date,
    hour: int,
    districts: Districts,
    counted: Counter[str],
) -> None:
    verdict = scanner.look(each.text, day, hour)
    outcome, told = verdict.outcome, [reason.code for reason in verdict.reasons]
    where = f"{scanner.name} on {day}, {hour}: issued {each.on} with {each.key}, {outcome} {told}"
    assert scanner.synced is not None
    knows = scanner.synced >= NOTICED or scanner.has_heard
    if each.is_doubtful() and knows:
        # Signed in the doubtful period: believed by nobody who knows, and issued again.
        assert outcome not in GREEN, where
        counted["doubtful"] += 1
        return
    if scanner.is_nearly_right or scanner.is_before_its_lists(day, hour):
        assert outcome not in REFUSED, where  # no false rejection, whatever its age
        counted["before its lists"] += not scanner.is_nearly_right
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
    elif scanner.is_right and scanner.age(day) == (0 if hour == NOON else 1):
        hold_current(scanner, each, day, hour, verdict, districts, counted)


def hold_current(
    scanner: Scanner,
    each: Issued,
    day: date,
    hour: int,
    verdict: Verdict,
    districts: Districts,
    counted: Counter[str],
) -> None:
    """With the lists of the day, or before the sync with those of the day before: no outage."""
    outcome, told = verdict.outcome, [reason.code for reason in verdict.reasons]
    where = f"{scanner.name} on {day}, {hour}: issued {each.on} with {each.key}, {outcome} {told}"
    assert scanner.lists is not None
    assert districts.listed is not None
    listed = districts.listed if hour == NOON else scanner.lists.trusted.trust
    if at(day, hour).timestamp() >= listed.expires_at:  # nobody has signed in time
        assert (outcome, told[:1]) == (Outcome.INDETERMINATE, ["trust-expired"]), where
        counted["list ran out"] += 1
    elif hour == EARLY and day == HAIDIAN_FROM == each.on and each.key == "haidian":
        # The first of its district: the list has the key for long, and its status is of today.
        assert (outcome, told[:1]) == (Outcome.INDETERMINATE, ["status-missing"]), where
        counted["first of its district"] += 1
    else:
        assert outcome in GREEN, where
        aging = {"trust-aging"} if hour == NOON else {"trust-aging", "status-aging"}
        assert set(told) - aging == set(running_out(each, day)), where
        counted["running out" if "permit-expiring" in told else "green"] += 1
        counted["green before the sync"] += hour == EARLY
        counted["green on its first day, before the sync"] += hour == EARLY and day == each.on


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


def hold_forged(
    scanner: Scanner, name: str, text: str, day: date, hour: int, counted: Counter[str]
) -> None:
    verdict = scanner.look(text, day, hour)
    outcome = verdict.outcome
    where = (
        f"{scanner.name} on {day}, {hour}: {name}, {outcome} {[r.code for r in verdict.reasons]}"
    )
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
        "green": 3_500,
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
        "green before the sync": 500,
        "green on its first day, before the sync": 5,
        "first of its district": 1,
        "before its lists": 500,
        "insider": 100,
        "a year ahead": 2_000,
    }.items():
        assert counted[what] >= least, counted
    by_name = {scanner.name: scanner for scanner in devices}
    daily, away, once = (by_name[name] for name in ("daily", "away", "once"))
    roots = districts.office.roots
    for scanner in (daily, away):
        assert scanner.lists is not None
        assert scanner.lists.trusted.root == roots[-1]
    assert once.lists is not None
    assert once.lists.trusted.root == roots[0]
    assert districts.office.list_number > DAYS // 32 - 6
    assert HAIDIAN_FROM > FIRST_DAY
    first, second, third = roots
    last_day = FIRST_DAY + timedelta(days=DAYS)
    assert at(NEW_HOLDER, 2).timestamp() < first.expires_at < at(AWAY[1], 0).timestamp()
    assert at(RENEWAL, 2).timestamp() < second.expires_at < at(last_day, 0).timestamp()
    assert third.expires_at > at(last_day, 0).timestamp()


def assert_who_never_synced_finds_the_way(devices: list[Scanner], districts: Districts) -> None:
    """Two roots have ended since, and nobody has to touch it."""
    (once,) = (scanner for scanner in devices if scanner.name == "once")
    day = FIRST_DAY + timedelta(days=DAYS - 1)
    before = {once.look(each.text, day, NOON).outcome for each in districts.licenses[CHAOYANG]}
    assert not before & {*GREEN, *REFUSED}
    sync_store(once.store, FolderSource.read(districts.folder), at=at(day, NOON))
    once.lists = load_lists(once.store, load_root(once.store / "root.cbor"))
    assert once.lists.trusted.root == districts.root
    after = [
        once.look(each.text, day, NOON).outcome
        for each in districts.licenses[CHAOYANG]
        if each.voided is None and each.ends is None and not each.is_doubtful()
    ]
    assert len(after) > 10
    assert set(after) == {Outcome.VALID}


# ---- nobody renews the root -----------------------------------------------------------------------

ENDS = FIRST_DAY + timedelta(days=120)
AT_LAST = ENDS + timedelta(days=40)


def test_a_root_that_nobody_renews_makes_nothing_false_and_can_still_be_renewed(
    tmp_path: Path,
) -> None:
    """Its lists grow shorter and end with it; then nothing is green, and nothing genuine rejected."""
    plan = {
        FIRST_DAY: Succession(holders="ABC", signers="AB", days=120),
        AT_LAST: Succession(holders="BCD", signers="ABCD", days=1096),
    }
    office = Office(tmp_path / "office")
    districts = Districts(folder=tmp_path / "bundle", office=office, successions=plan)
    devices = [each for each in scanners(tmp_path) if each.name in ("daily", "weekly", "once")]
    root = tmp_path / "root.cbor"
    until = (FIRST_DAY + timedelta(days=number) for number in range((AT_LAST - FIRST_DAY).days))
    counted = live(until, districts, devices, root)
    assert counted["green"] > 50
    assert counted["list ran out"] > 30
    assert counted["stranger"] > 100
    assert districts.listed is not None
    assert districts.listed.expires_at == office.roots[0].expires_at
    for lives in (1, 90):  # no list is to be had under it any more, of whatever length
        with pytest.raises(RefusedError, match="trust list is to end after root 1 does"):
            office.sign_list("AB", under=[1], at=at(ENDS, 2), days=lives, into=tmp_path / "bundle")
    with pytest.raises(RefusedError, match="trust list is to end after root 1 does"):
        office.sign_list(
            "AB", under=[1], at=at(ENDS - timedelta(days=1), 2), days=2, into=tmp_path / "bundle"
        )
    # The holders meet at last: whoever syncs then has root 2, and nobody has touched a scanner.
    after = (AT_LAST + timedelta(days=number) for number in range(8))
    counted = live(after, districts, devices, root)
    daily, weekly, once = devices
    for scanner in (daily, weekly):
        assert scanner.lists is not None
        assert scanner.lists.trusted.root == office.roots[1]
    assert once.lists is not None
    assert once.lists.trusted.root == office.roots[0]
    assert counted["green"] > 10
