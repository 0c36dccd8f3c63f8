"""Three years of two districts, day by day: keys, lists, roots, licenses, and what becomes of them.

Nothing looks at a clock. What is published lies in a folder as a service would lay it out; roots and
trust lists are made by the ceremony's own commands (`office`). The plan is the one of docs/runbooks/:
keys announced in time, a standby, one theft, holders who change, roots that end after their successor
was made, one autumn in which nobody signs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from credential.claims import License
from credential.code_list import CodeList, seal_code_list
from credential.days import SHANGHAI, day_of, seconds_of
from credential.roots import Root
from credential.seal import seal
from credential.signer import PrivateKeySigner
from credential.status import Status, StatusList, pack_entries, seal_status_list
from credential.trust import ANNOUNCED_DAYS, TrustList
from credential.trust_list import open_trust_list
from tests.journeys.office import Office
from tests.vectors.district import CAFE, CATALOG, ed25519_key, es256_key

FIRST_DAY: Final = date(2027, 1, 1)
DAYS: Final = 3 * 365 + 1
LIST_EVERY: Final = 28  # days
LIST_LIVES: Final = 90  # days, or as long as its root
CAPACITY: Final = 512

THEFT, NOTICED = date(2028, 5, 10), date(2028, 5, 14)
JOINED = date(2028, 2, 25)  # the list that has Haidian
NOBODY_SIGNS = (date(2028, 8, 20), date(2028, 12, 20))
NEW_HOLDER, RENEWAL = date(2028, 3, 24), date(2029, 2, 23)

CHAOYANG, HAIDIAN = "110105", "110108"
_HOSTS: Final = {CHAOYANG: "YZ.CHAOYANG.EXAMPLE", HAIDIAN: "YZ.HAIDIAN.EXAMPLE"}

HOLDERS: Final = {name: es256_key(f"calendar holder {name}") for name in "ABCD"}
KEYS: Final[dict[str, PrivateKeySigner]] = {
    "first": es256_key("calendar first"),
    "second": es256_key("calendar second"),
    "standby": es256_key("calendar standby"),
    "third": es256_key("calendar third"),
    "haidian": ed25519_key("calendar haidian"),
    "haidian second": es256_key("calendar haidian second"),
}
STRANGER: Final = es256_key("calendar stranger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """Who holds the next root, who signs it, and for how many days it is good."""

    holders: str
    signers: str
    days: int


RENEWED_IN_TIME: Final = {
    FIRST_DAY: Succession(holders="ABC", signers="AB", days=541),  # ends three months after …
    NEW_HOLDER: Succession(holders="BCD", signers="BCD", days=500),  # … this; and so does this one
    RENEWAL: Succession(holders="BCD", signers="BD", days=1096),
}


def days() -> Iterator[date]:
    for number in range(DAYS):
        yield FIRST_DAY + timedelta(days=number)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A license as it was issued. On `voided` it fell or was reissued; `ends` is its permit's last
    day, which needs nobody to say so."""

    text: str
    key: str
    on: date
    index: int
    ends: date | None = None
    voided: date | None = None

    def is_doubtful(self) -> bool:
        """Whether it was signed with the stolen key when others may have had it."""
        return self.key == "second" and self.on >= THEFT


@dataclass
class Districts:
    """What has been decided, issued and published so far."""

    folder: Path
    office: Office
    successions: Mapping[date, Succession] = field(default_factory=lambda: RENEWED_IN_TIME)
    listed: TrustList | None = None
    list_day: date | None = None
    licenses: dict[str, list[Issued]] = field(default_factory=lambda: {CHAOYANG: [], HAIDIAN: []})
    entries: dict[str, dict[int, int]] = field(default_factory=lambda: {CHAOYANG: {}, HAIDIAN: {}})
    signing: dict[str, str] = field(default_factory=lambda: {CHAOYANG: "first"})
    code_lists: dict[str, str] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name, signer in {**HOLDERS, **KEYS}.items():
            self.office.take_key(name, signer)
        keys = {"first": FIRST_DAY, "standby": FIRST_DAY}
        scope = f"[[issuers.scopes]]\nfrom = {FIRST_DAY}\n"
        self.office.source.write_text(_described(CHAOYANG, "朝阳", keys) + scope, "utf-8")

    @property
    def root(self) -> Root:
        return self.office.roots[-1]

    def begin(self, day: date) -> None:
        """What the night brings: keys taken into use, lists signed, licenses issued and ended."""
        if day in self.successions:
            self._change_root(day)
        self._edit_source(day)
        if self._is_list_day(day):
            self._sign_trust_list(day)
        self._take_keys_into_use(day)
        for code in self.signing:
            self._issue(code, day)
            self._end(code, day)
        if day == NOTICED:
            self._reissue_the_doubtful(day)
        for code in self.signing:
            self._publish(code, day)

    def all_licenses(self) -> Iterator[Issued]:
        for issued in self.licenses.values():
            yield from issued

    # ---- roots and trust lists ------------------------------------------------------------------

    def _change_root(self, day: date) -> None:
        plan = self.successions[day]
        self.office.make_root(plan.holders, signers=plan.signers, at=at(day, 1), days=plan.days)

    def _is_list_day(self, day: date) -> bool:
        if day >= _day_of(self.root.expires_at):
            return False  # nothing that is signed under it would open
        if day in (NOTICED, JOINED) or day in self.successions:
            return True
        if NOBODY_SIGNS[0] <= day < NOBODY_SIGNS[1]:
            return False
        return self.list_day is None or (day - self.list_day).days >= LIST_EVERY

    def _sign_trust_list(self, day: date) -> None:
        """Under the last root; under the one before it, too, where that lives as long."""
        lives = min(LIST_LIVES, (_day_of(self.root.expires_at) - day).days)
        ends = day + timedelta(days=lives)
        last = self.root.number
        under = [each.number for each in self.office.roots[-2:] if ends <= _day_of(each.expires_at)]
        under = sorted({*under, last})
        signers = "ABD" if under == [1, 2] else "AB" if last == 1 else "BD"
        self.office.sign_list(signers, under=under, at=at(day, 1), days=lives, into=self.folder)
        self.listed = open_trust_list((self.folder / "trust-list.cbor").read_bytes(), self.root)
        self.list_day = day

    def _edit_source(self, day: date) -> None:
        """What docs/runbooks/key-rotation.md, key-compromise.md and recognition.md have done."""
        when = at(day, 1)
        for announced, code, name, first in (
            (SECOND_FROM - timedelta(days=60), CHAOYANG, "second", SECOND_FROM),
            (NOBODY_SIGNS[1], CHAOYANG, "third", THIRD_FROM),
            (
                HAIDIAN_SECOND_FROM - timedelta(days=60),
                HAIDIAN,
                "haidian second",
                HAIDIAN_SECOND_FROM,
            ),
        ):
            if day == announced:
                self.office.announce(name, issuer=code, first=first, at=when)
        if day == JOINED:
            offered = _described(HAIDIAN, "海淀", {"haidian": HAIDIAN_FROM})
            self.office.admit(offered, "haidian", first=FIRST_DAY, at=when)
        if day == NOTICED:
            self.office.compromise(KEYS["second"], since=THEFT, at=when)
        for name, replaced in (
            ("first", SECOND_FROM),
            ("standby", THIRD_FROM),
            ("haidian", HAIDIAN_SECOND_FROM),
        ):
            # A key's last day is that of the first list after another one took its place.
            if day >= replaced and name not in self.retired and self._is_list_day(day):
                self.retired.add(name)
                self.office.retire(KEYS[name], last=day, at=when)

    def _take_keys_into_use(self, day: date) -> None:
        if day == HAIDIAN_FROM:
            self.signing[HAIDIAN] = "haidian"
        for when, code, name in (
            (SECOND_FROM, CHAOYANG, "second"),
            (NOTICED, CHAOYANG, "standby"),
            (THIRD_FROM, CHAOYANG, "third"),
            (HAIDIAN_SECOND_FROM, HAIDIAN, "haidian second"),
        ):
            if day == when:
                self.signing[code] = name

    # ---- licenses -------------------------------------------------------------------------------

    def _issue(self, code: str, day: date) -> None:
        since = (day - FIRST_DAY).days
        if since % 20 == 0 or THEFT <= day < NOTICED or day in _SPECIAL:
            self.licenses[code].append(self._sealed(code, day))

    def _sealed(self, code: str, day: date) -> Issued:
        index = 2 * (1 + len(self.licenses[code]))
        key = self.signing[code]
        # Of every three one falls, one has a permit for 150 days, one is without an end.
        ends = day + timedelta(days=150) if len(self.licenses[code]) % 3 == 2 else None
        text = seal_license(code, KEYS[key], day=day, index=index, ends=ends)
        return Issued(text=text, key=key, on=day, index=index, ends=ends)

    def _end(self, code: str, day: date) -> None:
        """Every third license falls ninety days after it was issued."""
        issued = self.licenses[code]
        for place, each in enumerate(issued):
            if place % 3 == 1 and day == each.on + timedelta(days=90) and each.voided is None:
                self._void(code, place, day, Status.INVALID)

    def _reissue_the_doubtful(self, day: date) -> None:
        for place, each in enumerate(tuple(self.licenses[CHAOYANG])):
            if each.is_doubtful() and each.voided is None:
                self._void(CHAOYANG, place, day, Status.SUPERSEDED)
                self.licenses[CHAOYANG].append(self._sealed(CHAOYANG, day))

    def _void(self, code: str, place: int, day: date, status: Status) -> None:
        each = self.licenses[code][place]
        self.entries[code][each.index] = int(status)
        self.licenses[code][place] = replace(each, voided=day)

    # ---- what is published ----------------------------------------------------------------------

    def _publish(self, code: str, day: date) -> None:
        signer = KEYS[self.signing[code]]
        now = seconds_of(at(day, 6))
        listed = StatusList(
            f"https://{_HOSTS[code].lower()}/status/0",
            now,
            now + 7 * 86_400,
            43_200,
            pack_entries(self.entries[code], size=CAPACITY),
        )
        self._write(f"status/{code}/0.cbor", seal_status_list(listed, signer))
        if self.code_lists.get(code) != self.signing[code]:
            self.code_lists[code] = self.signing[code]
            codes = CodeList(code, CATALOG.edition, now, CATALOG.industries, CATALOG.permits)
            self._write(f"catalogs/{code}/{CATALOG.edition}.cbor", seal_code_list(codes, signer))

    def _write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


SECOND_FROM: Final = date(2028, 1, 10)
HAIDIAN_FROM: Final = JOINED + timedelta(days=ANNOUNCED_DAYS)
HAIDIAN_SECOND_FROM: Final = date(2029, 5, 7)
THIRD_FROM: Final = NOBODY_SIGNS[1] + timedelta(days=ANNOUNCED_DAYS)
_SPECIAL: Final = frozenset({SECOND_FROM, HAIDIAN_FROM, THIRD_FROM, HAIDIAN_SECOND_FROM, NOTICED})


def seal_license(
    code: str, signer: PrivateKeySigner, *, day: date, index: int, ends: date | None = None
) -> str:
    """The text of a license of one permit, with a last day or without, at a place of the list."""
    license: License = CAFE._replace(
        issuer=code,
        serial=index,
        issued_day=day_of(day),
        status_index=index,
        permits=(CAFE.permits[0]._replace(last_day=None if ends is None else day_of(ends)),),
        pending=(),
    )
    return seal(license, signer, host=_HOSTS[code]).text


def _described(code: str, name: str, keys: Mapping[str, date]) -> str:
    """A district as the source of a list, or of its own offer, has it; without scopes."""
    lines = [
        "[[issuers]]",
        f'code = "{code}"',
        f'name = "北京市{name}区政务服务局"',
        f'name_en = "{code} District"',
        f'host = "{_HOSTS[code].lower()}"',
        f'number_prefix = "{name[0]}综许"',
    ]
    for key, first in keys.items():
        lines += ["[[issuers.keys]]", f'public = "{key}.pub.pem"', f"from = {first}"]
    return "\n".join(lines) + "\n"


def _day_of(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, SHANGHAI).date()
