"""Every way in which a permit can end, and every state of a license, at every entrance alike.

The service runs as a process of its own on each database; departments and bureau write over HTTP;
the page and the API are asked by the very next request, the scanner is a program that asks online,
and offline after its next sync.
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from tests.demo.serving import started
from tests.demo.story import run, scan
from tests.verify_service.commands.counter import ROOT, set_up
from tests.verify_service.conftest import (
    postgresql_server,
    postgresql_template,
    postgresql_url,
    sqlite_template,
    sqlite_url,
)
from tests.verify_service.desk import make_uscc

__all__ = [
    "postgresql_server",
    "postgresql_template",
    "postgresql_url",
    "sqlite_template",
    "sqlite_url",
]

TODAY = datetime.now(UTC).astimezone().date()
POLICY = """
[[policy]]
id = "lenient"
from = 2023-04-01
given_up = "annotate"
renewal_grace_days = 30
mandatory_pending = "all"
"""
SECONDS: Final = 5.0
"""Until a list that says a change is published."""
ENDS = ("cancelled", "annulled", "revoked", "withdrawn", "lapsed")


@dataclass(frozen=True, slots=True)
class Shop:
    """A bar with a license from its mandatory permit and an optional one."""

    number: str
    text: str
    food: str
    tobacco: str


@dataclass
class District:
    """The service, and who writes to it."""

    url: str
    folder: Path
    tokens: dict[str, str]
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def post(self, party: str, path: str, body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self.tokens[party]}",
                "Idempotency-Key": f"journey-{next(self._keys):06}",
            },
        )
        return self._open(request)

    def get(self, path: str, party: str | None = None) -> Any:
        headers = {} if party is None else {"Authorization": f"Bearer {self.tokens[party]}"}
        return self._open(urllib.request.Request(f"{self.url}/api/v1{path}", headers=headers))

    def _open(self, request: urllib.request.Request) -> Any:
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def page(self, text: str) -> str:
        with urllib.request.urlopen(f"{self.url}/{text.split('/', 3)[3]}") as answer:
            found: str = answer.read().decode()
        return found

    def ask(self, text: str) -> Any:
        request = urllib.request.Request(
            f"{self.url}/api/v1/verify",
            json.dumps({"text": text}).encode(),
            {"Content-Type": "application/json"},
        )
        return self._open(request)

    def shop(self) -> Shop:
        number = next(self._keys)
        holder = make_uscc(number)
        self.post("bureau", "/holders", {"uscc": holder, "name": f"北京半月酒馆第{number}分号"})
        place = self.post(
            "bureau",
            "/premises",
            {
                "holder": holder,
                "division_code": "110105",
                "address": f"北京市朝阳区团结湖街道半月胡同{number}号",
                "facts": {
                    "has_swimming_pool": False,
                    "in_free_trade_zone": False,
                    "water_jurisdiction": "district",
                },
            },
        )["id"]
        for kind, party in (("food_business", "scjg"), ("tobacco_retail", "tobacco")):
            permit = {
                "kind": kind,
                "number": f"许{number:06}",  # one number in two kinds, as there may be
                "holder": holder,
                "premises": place,
                "terms": {"valid_from": day(-30), "valid_until": None},
            }
            self.post(party, "/permits", permit)
        issued = self.post(
            "bureau", "/licenses", {"holder": holder, "premises": place, "industry": "26"}
        )
        name = f"许{number:06}"
        return Shop(issued["number"], issued["text"], name, name)

    def change(self, shop: Shop, which: str, move: str, **more: Any) -> Any:
        kind, number, party = {
            "mandatory": ("food_business", shop.food, "scjg"),
            "optional": ("tobacco_retail", shop.tobacco, "tobacco"),
        }[which]
        version = self.get(f"/permits/{kind}/{number_of(number)}", party)["version"]
        body = {"move": move, "grounds": "依法办理", "expected_version": version} | more
        return self.post(party, f"/permits/{kind}/{number_of(number)}/changes", body)


def number_of(number: str) -> str:
    return urllib.request.quote(number)  # type: ignore[attr-defined, no-any-return]


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def terms(*, until: date | None) -> dict[str, Any]:
    return {"valid_from": day(-30), "valid_until": None if until is None else until.isoformat()}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def district(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[District]:
    folder = tmp_path_factory.mktemp(request.param)
    set_up(folder)
    (folder / "policies.toml").write_text(POLICY, "utf-8")
    url = f"sqlite:///{folder / 'registry.sqlite3'}"
    if request.param == "postgresql":
        url = new_postgresql(request)
    (folder / "settings.toml").write_text(
        f"""
        database = "{url}"
        public_host = "yz.chaoyang.example"
        issuer_key = "file:{folder / "issuer.pem"}"
        trust_list = "{folder / "trust-list.cbor"}"
        root = "{folder / "root.cbor"}"
        roots = "{folder / "roots"}"
        peers = "{folder / "peers"}"
        policy_file = "{folder / "policies.toml"}"
        """,
        "utf-8",
    )
    program(folder, "database", "create")
    tokens = {
        "bureau": token(folder, "--bureau"),
        "scjg": token(folder, "--department", "scjg", "--kind", "food_business"),
        "tobacco": token(folder, "--department", "tobacco", "--kind", "tobacco_retail"),
    }
    with started(folder) as (address, _):
        yield District(url=address, folder=folder, tokens=tokens)


def new_postgresql(request: pytest.FixtureRequest) -> str:
    from tests.verify_service import conftest

    server = request.getfixturevalue("postgresql_server")
    return conftest._new_postgresql(server, f"registry_journey_{time.time_ns()}")


def program(folder: Path, *arguments: str) -> Any:
    command = [sys.executable, "-m", "verify_service", "--settings", str(folder / "settings.toml")]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def token(folder: Path, *who: str) -> str:
    made: str = program(folder, "token", "create", *who, "--label", "journey")["token"]
    return made


# ---- what is done to a license ------------------------------------------------------------------

Act = Callable[[District, Shop], None]
Case = tuple[str, frozenset[str], Act]


def ends(which: str, move: str, **more: Any) -> Act:
    def act(district: District, shop: Shop) -> None:
        district.change(shop, which, move, **more)

    return act


def suspended_and_resumed(district: District, shop: Shop) -> None:
    district.change(shop, "optional", "suspended")
    district.change(shop, "optional", "resumed")


def ran_out(district: District, shop: Shop) -> None:
    """Nobody has recorded that it lapsed; the days alone say so."""
    district.change(shop, "mandatory", "amended", terms=terms(until=TODAY - timedelta(days=2)))


def swept(district: District, shop: Shop) -> None:
    ran_out(district, shop)
    program(district.folder, "sweep")


def in_grace(district: District, shop: Shop) -> None:
    district.change(shop, "mandatory", "renewing")
    swept(district, shop)


def given_up_and_revoked(district: District, shop: Shop) -> None:
    district.change(shop, "optional", "cancelled", basis="on-application")
    district.change(shop, "optional", "revoked")


def reissued(district: District, shop: Shop) -> None:
    district.post("bureau", f"/licenses/{number_of(shop.number)}/reissue", {})


def surrendered(district: District, shop: Shop) -> None:
    path = f"/licenses/{number_of(shop.number)}/void"
    district.post("bureau", path, {"reason": "surrendered"})


def recalled(district: District, shop: Shop) -> None:
    district.change(shop, "mandatory", "revoked")
    tasks = district.get("/recalls", "bureau")["recalls"]
    (task,) = [task["id"] for task in tasks if task["number"] == shop.number]
    district.post("bureau", f"/recalls/{task}/close", {"outcome": "taken-back"})
    assert district.get(f"/licenses/{number_of(shop.number)}")["state"] == "recalled"


def nothing(district: District, shop: Shop) -> None:
    pass


CASES: dict[str, Case] = {
    "in force": ("valid", frozenset(), nothing),
    **{
        f"{which} {move}": (
            "not_in_force",
            frozenset({"license-void", f"permit-{move}"}),
            ends(which, move),
        )
        for which in ("mandatory", "optional")
        for move in ENDS
    },
    "mandatory given up": (
        "not_in_force",
        frozenset({"license-void", "permit-cancelled"}),
        ends("mandatory", "cancelled", basis="on-application"),
    ),
    "optional given up": (
        "attention",
        frozenset({"permit-given-up"}),
        ends("optional", "cancelled", basis="on-application"),
    ),
    "given up and revoked": (
        "not_in_force",
        frozenset({"license-void", "permit-revoked"}),
        given_up_and_revoked,
    ),
    "suspended": (
        "not_in_force",
        frozenset({"license-suspended", "permit-suspended"}),
        ends("optional", "suspended"),
    ),
    "resumed": ("valid", frozenset(), suspended_and_resumed),
    "ran out and swept": (
        "not_in_force",
        frozenset({"license-void", "permit-lapsed"}),
        swept,
    ),
    "renewal under way": (
        "not_in_force",
        frozenset({"license-suspended", "permit-lapsed"}),
        in_grace,
    ),
    "superseded": ("not_in_force", frozenset({"license-superseded"}), reissued),
    "surrendered": ("not_in_force", frozenset({"license-void"}), surrendered),
    "recalled": ("not_in_force", frozenset({"license-void", "permit-revoked"}), recalled),
    # Behind those that sweep: nothing may have recorded this one.
    "ran out": ("not_in_force", frozenset({"permit-lapsed"}), ran_out),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What each entrance said of each case."""

    answered: dict[str, Any]
    pages: dict[str, str]
    online: dict[str, Any]
    offline: dict[str, Any]


@pytest.fixture(scope="module")
def said(district: District) -> Said:
    shops = {case: district.shop() for case in CASES}
    answered, pages = {}, {}
    for case, (_, _, act) in CASES.items():
        act(district, shops[case])
        # the very next requests
        answered[case] = district.ask(shops[case].text)
        pages[case] = district.page(shops[case].text)
    time.sleep(SECONDS)
    store = district.folder / "scanner"
    run("sync", district.url, "--root", district.folder / "root.cbor", "--store", store)
    texts = district.folder / "texts.txt"
    texts.write_text("".join(f"{shops[case].text}\n" for case in CASES), "ascii")
    online = scan("--store", store, "--server", district.url, "--text", texts)
    offline = scan("--store", store, "--offline", "--text", texts)
    return Said(
        answered=answered,
        pages=pages,
        online=by_case(online),
        offline=by_case(offline),
    )


def by_case(answers: list[dict[str, Any]]) -> dict[str, Any]:
    verdicts = [code["verdict"] for answer in answers for code in answer["codes"]]
    return dict(zip(CASES, verdicts, strict=True))


def essence(verdict: Any) -> Any:
    """A verdict without its instants, and without whether the registry was there to ask."""
    found = {key: value for key, value in verdict.items() if key != "as_of"}
    return found | {"checked": found["checked"] | {"registry": None}}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_page_program_and_scanner_say_the_same_of_every_end(case: str, said: Said) -> None:
    outcome, codes, _ = CASES[case]
    answered = said.answered[case]
    assert answered["outcome"] == outcome
    assert {reason["code"] for reason in answered["reasons"]} == codes
    assert essence(said.online[case]) == essence(answered)
    assert essence(said.offline[case]) == essence(answered)
    assert said.offline[case]["checked"]["registry"] == "not_checked"
    page = said.pages[case]
    assert f'class="{outcome}' in page or f" {outcome}" in page.split("<body", 1)[1][:200]
    for reason in answered["reasons"]:
        assert reason["message"]["zh"] in page


@pytest.mark.slow
def test_afterwards_the_record_is_whole(district: District, said: Said) -> None:
    assert program(district.folder, "audit")["findings"] == []
