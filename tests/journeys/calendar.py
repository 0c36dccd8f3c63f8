"""Three years of two districts, day by day: keys, lists, roots, licenses, and what becomes of them.

Nothing looks at a clock. What is published lies in a folder as a service would lay it out; the plan
is the one of docs/runbooks/: keys announced in time, a standby, one theft, holders who change, one
autumn in which nobody signs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from credential.claims import License
from credential.code_list import CodeList, seal_code_list
from credential.days import SHANGHAI, day_of, seconds_of
from credential.multisign import cosign, write_sign
from credential.roots import Root, RootKey, draft_root
from credential.seal import seal
from credential.signer import PrivateKeySigner
from credential.status import Status, StatusList, pack_entries, seal_status_list
from credential.trust import ANNOUNCED_DAYS, Issuer, Scope, TrustedKey, TrustList
from credential.trust_list import seal_trust_list
from keys.changes import refuse_hasty
from tests.vectors.district import CAFE, CATALOG, ed25519_key, es256_key

FIRST_DAY: Final = date(2027, 1, 1)
DAYS: Final = 3 * 365 + 1
LIST_EVERY: Final = 28  # days; a list lives for ninety
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
    list_number: int = 0
    listed: TrustList | None = None
    list_day: date | None = None
    roots: list[Root] = field(default_factory=list)
    licenses: dict[str, list[Issued]] = field(default_factory=lambda: {CHAOYANG: [], HAIDIAN: []})
    entries: dict[str, dict[int, int]] = field(default_factory=lambda: {CHAOYANG: {}, HAIDIAN: {}})
    signing: dict[str, str] = field(default_factory=lambda: {CHAOYANG: "first"})
    code_lists: dict[str, str] = field(default_factory=dict)
    retired: dict[str, date] = field(default_factory=dict)

    def begin(self, day: date) -> None:
        """What the night brings: keys taken into use, lists signed, licenses issued and ended."""
        self._change_roots(day)
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

    # ---- roots ----------------------------------------------------------------------------------

    def _change_roots(self, day: date) -> None:
        if day == FIRST_DAY:
            self._add_root("ABC", (), day)
        elif day == NEW_HOLDER:
            self._add_root("BCD", "ABC", day)
        elif day == RENEWAL:
            self._add_root("BCD", "BCD", day)

    def _add_root(self, names: str, before: str | tuple[()], day: date) -> None:
        number = len(self.roots) + 1
        root = Root(
            number=number,
            threshold=2,
            keys=tuple(RootKey(holder=name, key=HOLDERS[name].verification_key) for name in names),
            issued_at=seconds_of(at(day, 1)),
            expires_at=seconds_of(at(day + timedelta(days=900), 1)),
        )
        message = draft_root(root)
        for name in sorted({*names[:2], *before[:2]}):
            message = cosign(message, HOLDERS[name])
        self.roots.append(root)
        self._write(f"roots/{number}.cbor", write_sign(message))

    def _signers(self) -> list[PrivateKeySigner]:
        """Two holders of the root; those of the one before it, too, while it is new."""
        names = {1: "AB", 2: "ABD", 3: "BD"}[len(self.roots)]
        return [HOLDERS[name] for name in names]

    # ---- trust lists ----------------------------------------------------------------------------

    def _is_list_day(self, day: date) -> bool:
        if day == NOTICED or day in (JOINED, NEW_HOLDER, RENEWAL):
            return True
        if NOBODY_SIGNS[0] <= day < NOBODY_SIGNS[1]:
            return False
        return self.list_day is None or (day - self.list_day).days >= LIST_EVERY

    def _sign_trust_list(self, day: date) -> None:
        self.list_number += 1
        listed = TrustList(
            number=self.list_number,
            issued_at=seconds_of(at(day, 2)),
            expires_at=seconds_of(at(day + timedelta(days=90), 2)),
            issuers=tuple(self._issuers(day)),
        )
        if self.listed is not None:
            refuse_hasty(self.listed, listed)  # nothing here needs an emergency: there is a standby
        self.listed, self.list_day = listed, day
        self._write("trust-list.cbor", seal_trust_list(listed, self._signers()))

    def _issuers(self, day: date) -> Iterator[Issuer]:
        yield _issuer(CHAOYANG, "朝阳", self._chaoyang_keys(day))
        if day >= JOINED:
            yield _issuer(HAIDIAN, "海淀", self._haidian_keys(day))

    def _chaoyang_keys(self, day: date) -> Iterator[TrustedKey]:
        # name, the list that first has it, its first day, the day it is retired on
        for name, announced, first, last in (
            ("first", FIRST_DAY, FIRST_DAY, SECOND_FROM),
            ("standby", FIRST_DAY, FIRST_DAY, THIRD_FROM),
            ("second", SECOND_FROM - timedelta(days=60), SECOND_FROM, None),
            ("third", NOBODY_SIGNS[1], THIRD_FROM, None),
        ):
            if day < announced:
                continue
            yield TrustedKey.of(
                KEYS[name].verification_key,
                from_day=day_of(first),
                until_day=self._last_day(name, last, day),
                compromised_day=day_of(THEFT) if name == "second" and day >= NOTICED else None,
            )

    def _haidian_keys(self, day: date) -> Iterator[TrustedKey]:
        yield TrustedKey.of(
            KEYS["haidian"].verification_key,
            from_day=day_of(HAIDIAN_FROM),
            until_day=self._last_day("haidian", HAIDIAN_SECOND_FROM, day),
        )
        if day >= HAIDIAN_SECOND_FROM - timedelta(days=60):
            yield TrustedKey.of(
                KEYS["haidian second"].verification_key, from_day=day_of(HAIDIAN_SECOND_FROM)
            )

    def _last_day(self, name: str, replaced: date | None, day: date) -> int | None:
        """A key's last day is that of the first list after another one took its place."""
        if replaced is None or day < replaced:
            return None
        return day_of(self.retired.setdefault(name, day))

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


def _issuer(code: str, name: str, keys: Iterator[TrustedKey]) -> Issuer:
    return Issuer(
        code=code,
        name=f"北京市{name}区政务服务局",
        name_en=f"{code} District",
        host=_HOSTS[code],
        number_prefix=f"{name[0]}综许",
        status_uri=None,
        keys=tuple(keys),
        scopes=(Scope(from_day=day_of(FIRST_DAY)),),
    )
