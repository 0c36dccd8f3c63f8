"""Lives of shops, made up by hypothesis and lived by the real service, day after day.

A `Town` is a bureau with its web application and one clock that only goes forward. A `Life` is one
shop in it: each step is what a department or the bureau may do, and refusals are part of life.
After each step everything that anybody is told is held against everything else, and kept.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from hypothesis import strategies as st

from credential.reasons import Outcome
from tests.verify_service.bureau import NOON, Bureau, Shop
from tests.verify_service.opened import open_bureau
from tests.verify_service.web.browser import Browser, path_of
from verify_service.app import create_app
from verify_service.errors import ServiceError
from verify_service.issuing.service import Issued
from verify_service.registry.as_of import LicenseThen, Viewpoint, license_then
from verify_service.registry.errors import NotIssuedYetError
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.moves import Basis, LicenseState, Move, has_ended
from verify_service.registry.notes import notes_of
from verify_service.registry.permits import get_permit, permit_chain
from verify_service.registry.records import Permit, Record
from verify_service.registry.states import license_standing, license_states

ANNOTATING = """
[[policy]]
id = "annotating-2031"
from = 2023-04-01
given_up = "annotate"
renewal_grace_days = 10
mandatory_pending = "all"
"""
KINDS = ("food_business", "tobacco_retail", "drainage")
LATER_MOVES = [move for move in Move if move is not Move.GRANTED]
VIEWS = 30
"""How many points of view a life is looked at from."""
_OTHERS = timedelta(minutes=1)
_GREEN = (Outcome.VALID.value, Outcome.ATTENTION.value)

rests = st.none() | st.integers(0, 40)
"""How many days a permit has left; None: without an end."""
hours = st.sampled_from((0, 1, 30, 24 * 9, 24 * 33))
effects = st.none() | hours | st.sampled_from((-1, -24 * 5))
"""How many hours ago a change took effect; below zero it is announced; None: now."""
steps = st.one_of(
    st.tuples(st.just("change"), st.integers(0, 3), st.sampled_from(LATER_MOVES), rests, effects),
    st.tuples(st.just("enter"), st.integers(0, len(KINDS) - 1), rests),
    st.tuples(st.just("issue")),
    st.tuples(st.just("reissue"), st.booleans()),
    st.tuples(st.just("wait"), hours),
    st.tuples(st.just("sweep")),
)
lives = st.tuples(
    st.lists(rests, min_size=1, max_size=len(KINDS)), st.lists(steps, min_size=1, max_size=7)
)


@dataclass
class Town:
    """A bureau and a clock that goes forward; several lives are lived in it, one by one."""

    bureau: Bureau
    browser: Browser
    now: datetime = NOON
    lived: int = 0

    def next_life(self) -> "Life":
        """Begin at the noon after the last life's end, with a trust list of that day."""
        self.now = (self.now + timedelta(days=1)).replace(hour=12, minute=0)
        self.lived += 1
        self.bureau.sign_trust_list(self.lived + 1, at=self.now)
        self.bureau.service.prepare(at=self.now)
        return Life(town=self, shop=self.bureau.shop())


@contextmanager
def open_town(folder: Path, url: str, *, policy: str | None = None) -> Iterator[Town]:
    """Open a town under the built-in policy, or another one."""
    with open_bureau(folder, url) as literal, ExitStack() as stack:
        bureau = literal
        if policy is not None:
            (folder / "policies.toml").write_text(policy, "utf-8")
            bureau = literal.reopened(policy_file=folder / "policies.toml")
            stack.callback(bureau.service.close)
        app = create_app(bureau.service, clock=lambda: town.now)
        with Browser(app) as browser:
            town = Town(bureau=bureau, browser=browser)
            yield town


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What everybody was told of a license at an instant: on file, and of its symbol."""

    issued: Issued
    filed: dict[str, Any]
    verdict: dict[str, Any]


class _Link(Protocol):
    @property
    def record(self) -> Record: ...


@dataclass
class Life:
    """A shop, its permits and licenses, and all that was ever told of them."""

    town: Town
    shop: Shop
    permits: list[Permit] = field(default_factory=list)
    licenses: list[Issued] = field(default_factory=list)
    told: dict[tuple[datetime, str], Told] = field(default_factory=dict)

    def live(self, rests: list[int | None], story: list[tuple[Any, ...]]) -> None:
        """Open with permits and a license, then take each step; check after each."""
        for kind, rest in enumerate(rests):
            self.enter(kind, rest)
        self.issue()
        self.check()
        for name, *arguments in story:
            self.town.now += _OTHERS
            with suppress(ServiceError):  # what is not possible now is refused, and changes nothing
                getattr(self, name)(*arguments)
            self.check()

    # ---- steps --------------------------------------------------------------------------------------

    def enter(self, kind: int, rest: int | None) -> None:
        at = self.town.now
        permit = self.town.bureau.permit(
            self.shop,
            KINDS[kind],
            valid_from=at.date() - timedelta(days=30),
            until=self._last(rest),
            at=at,
        )
        self.permits.append(permit)

    def change(self, which: int, move: Move, rest: int | None, ago: int | None) -> None:
        permit = self.permits[which % len(self.permits)]
        at = self.town.now
        terms = None
        if move in (Move.AMENDED, Move.RENEWED):
            terms = replace(permit.current.terms, valid_until=self._last(rest))
        basis = Basis.ON_APPLICATION if move is Move.CANCELLED else None
        self.town.bureau.change(
            permit,
            move,
            at=at,
            basis=basis,
            terms=terms,
            effective_at=None if ago is None else at - timedelta(hours=ago),
        )

    def issue(self) -> None:
        self.licenses.append(self.town.bureau.issue(self.shop, at=self.town.now))

    def reissue(self, with_pending: bool) -> None:
        pending = ("26-02",) if with_pending else ()
        issued = self.town.bureau.reissue(self.licenses[-1], at=self.town.now, applied_for=pending)
        self.licenses.append(issued)

    def sweep(self) -> None:
        self.town.bureau.service.sweep(clock=lambda: self.town.now)

    def wait(self, hours: int) -> None:
        self.town.now += timedelta(hours=hours)

    def _last(self, rest: int | None) -> date | None:
        return None if rest is None else self.town.now.date() + timedelta(days=rest)

    # ---- what holds at each moment --------------------------------------------------------------

    def check(self) -> None:
        """Hold registry, API, page and an offline scanner against each other."""
        bureau, now = self.town.bureau, self.town.now
        bureau.service.publisher.renew_before_expiry(at=now)  # as the timer does
        self._check_none_outlives_its_permits()
        for issued in self.licenses[-3:]:
            verdict = self.town.browser.verify(issued.text)
            offline = bureau.offline(issued.text, at=now).as_dict()
            for member in ("outcome", "reasons", "permits", "pending", "license"):
                assert verdict[member] == offline[member]
            page = self.town.browser.visit(path_of(issued.text))
            assert re.search(rf'<body class="[^"]*\b{verdict["outcome"]}\b', page.text)
            filed = self.town.browser.get(f"/api/v1/licenses/{quote(issued.number)}").json()
            is_latest = filed["version"] == issued.version
            if verdict["outcome"] in _GREEN:
                assert is_latest
                assert filed["state"] == "in_force"
                given_up = "permit-given-up" in {each["code"] for each in verdict["reasons"]}
                also = {"cancelled"} if given_up else set()
                assert {permit["state"] for permit in filed["permits"]} <= {"in_force"} | also
            told = Told(issued=issued, filed=filed, verdict=verdict)
            self.told[now, issued.text] = told  # of one instant, the last that was told

    def _check_none_outlives_its_permits(self) -> None:
        with self.town.bureau.service.database.reading() as connection:
            for issued in self.licenses:
                standing = license_standing(connection, issued.number, issued.version)
                if standing.state is LicenseState.IN_FORCE:
                    gathered = get_license_version(connection, issued.number, issued.version)
                    noted = {
                        note.permit: note.permit_version
                        for note in notes_of(connection, issued.number, issued.version)
                    }
                    for each in gathered.permits:
                        current = get_permit(connection, each.permit).current
                        is_noted = noted.get(each.permit) == current.version
                        assert is_noted or not has_ended(current.state), (issued, each)

    # ---- what is said of it afterwards ----------------------------------------------------------

    def check_replay(self) -> None:
        """What was told at each instant is told again of it, word for word."""
        replay = self.town.bureau.service.replay
        for (at, text), told in self.told.items():
            address = f"/api/v1/licenses/{quote(told.issued.number)}"
            query = f"?at={quote(at.isoformat())}&known=at"
            filed = self.town.browser.get(address + query).json()
            assert filed.pop("at") == filed.pop("known") == filed["as_of"]
            assert filed == told.filed
            judged = replay.judge(text, seen_from=Viewpoint(at=at, known=at))
            assert judged.as_dict() == told.verdict

    def check_truth(self) -> None:
        """From any point of view, what is said is what a slow reading of all the chains says."""
        with self.town.bureau.service.database.reading() as connection:
            chains = [permit_chain(connection, permit.id) for permit in self.permits]
            links = [link.record for chain in chains for link in chain]
            instants = {record.effective_at for record in links}
            instants |= {record.recorded_at for record in links}
            instants |= {at - timedelta(microseconds=1) for at in list(instants)}
            views = [
                Viewpoint(at=at, known=known)
                for at in sorted(instants)
                for known in sorted(instants)
                if at <= known
            ]
            some = views[:: 1 + len(views) // VIEWS]
            for number in {issued.number for issued in self.licenses}:
                for seen_from in some:
                    self._check_view(connection, number, seen_from)

    def _check_view(self, connection: Any, number: str, seen_from: Viewpoint) -> None:
        versions = sorted({each.version for each in self.licenses if each.number == number})
        gathered = [get_license_version(connection, number, version) for version in versions]
        existed = [each for each in gathered if _held((each,), seen_from)]
        try:
            found: LicenseThen | None = license_then(connection, number, seen_from=seen_from)
        except NotIssuedYetError:
            found = None
        assert (found is None) == (not existed)
        if found is None:
            return
        assert found.issued == existed[-1]
        states = license_states(connection, number, found.issued.version)
        assert found.standing == _held(states, seen_from)
        for each, included in zip(found.permits, found.issued.permits, strict=True):
            chain = permit_chain(connection, included.permit)
            assert each.held == _held(chain, seen_from)


def _held(chain: Any, seen_from: Viewpoint) -> Any:
    """The last link that had taken effect and was recorded, looked for one by one."""
    found: _Link | None = None
    for link in chain:
        record = link.record
        if record.effective_at <= seen_from.at and record.recorded_at <= seen_from.known:
            found = link
    return found
