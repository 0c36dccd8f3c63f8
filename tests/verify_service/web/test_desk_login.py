"""Logging in: who gets in, who does not, and what a stranger can learn or spoil by trying."""

import asyncio
import logging
import re
import statistics
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.verify_service.web.elements import Elements
from tests.verify_service.web.people import FORM, OURS, PASSWORD, House, Window, open_house
from verify_service.desk.accounts import principal_of_account
from verify_service.desk.passwords import Cost, Passwords
from verify_service.desk.visiting import COOKIE
from verify_service.registry.account_books import LoginAttemptRow, SessionRow
from verify_service.registry.account_records import AccountRole
from verify_service.registry.accounts import disable_account, enable_account, get_account
from verify_service.registry.ledger import Written

REFUSED = "登录名或密码不正确"
TOO_OFTEN = "尝试次数过多"


def now(house: House) -> Written:
    return Written(at=house.clock(), by="operator")


def rows(house: House, table: type) -> int:
    with house.service.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_whoever_logs_in_is_led_to_the_page_that_was_asked_for(house: House) -> None:
    house.account("zhang.min", name="张敏")
    window = house.window()
    asked = window.get("/desk/search?q=半月&lang=en")
    assert asked.status_code == 303
    location = asked.headers["location"]
    assert location.startswith("/desk/login?next=%2Fdesk%2Fsearch%3Fq%3D%25E5%258D%258A")
    (wanted,) = [
        attributes["value"]
        for tag, attributes in Elements(window.get(location).text).found
        if attributes.get("name") == "next"
    ]
    assert wanted is not None
    entered = window.log_in("zhang.min", next=wanted)
    assert (entered.status_code, entered.headers["location"]) == (303, wanted)
    assert "半月" in window.get(wanted).text


def test_a_name_may_be_typed_in_any_case(house: House) -> None:
    house.account("zhang.min")
    assert house.window().log_in(" Zhang.Min ").status_code == 303


def test_the_cookie_is_for_this_host_alone_and_for_no_script(house: House) -> None:
    house.account("zhang.min")
    set_cookie = house.window().log_in("zhang.min").headers.get_list("set-cookie")
    assert len(set_cookie) == 1
    name_value, *attributes = [part.strip().lower() for part in set_cookie[0].split(";")]
    assert name_value.startswith("__host-desk=")
    assert len(name_value) >= len("__host-desk=") + 43
    assert sorted(attributes) == ["httponly", "path=/", "samesite=strict", "secure"]


def test_the_registry_holds_neither_the_sessions_id_nor_the_password(
    house: House, tmp_path: Path
) -> None:
    window = house.clerk()
    window.log_in("mein.passwort.hier", "egal")
    with house.service.database.writing():
        pass
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("registry*"))
    assert sha256(window.cookie.encode()).digest() in stored
    assert window.cookie.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert b"mein.passwort.hier" not in stored  # what is typed into the wrong field


@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "empty", "long", "nul"])
def test_every_refusal_says_the_same(house: House, case: str) -> None:
    house.account("zhang.min")
    login, password = {
        "unknown": ("nobody", PASSWORD),
        "wrong": ("zhang.min", PASSWORD + "x"),
        "disabled": ("zhang.min", PASSWORD),
        "empty": ("", ""),
        "long": ("z" * 100_000, "p" * 100_000),
        "nul": ("zhang.min\x00", PASSWORD),
    }[case]
    if case == "disabled":
        with house.service.database.writing() as connection:
            disable_account(connection, "zhang.min", written=now(house))
    answer = house.window().log_in(login, password)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert REFUSED in answer.text
    text = Elements(answer.text).text
    assert text.count(REFUSED) == 2  # in the summary and at the field
    assert rows(house, SessionRow) == 0


def test_an_unknown_name_takes_as_long_as_a_wrong_password(house: House) -> None:
    """A factor of less than two is told by no network: without a hash it would be a hundred."""
    house.service.login.passwords.prepare()
    known = house.account("zhang.min").password_hash
    passwords = house.service.login.passwords

    def seconds(hashed: str | None) -> float:
        taken = []
        for _ in range(5):
            begin = time.perf_counter()
            assert not passwords.matches("wrong", hashed)
            taken.append(time.perf_counter() - begin)
        return statistics.median(taken)

    assert 0.5 < seconds(None) / seconds(known) < 2


def test_an_id_that_is_shown_at_login_is_never_taken_over(house: House) -> None:
    """Fixation: whoever has planted an id in a browser would be in with its owner."""
    house.account("zhang.min")
    planted = house.window()
    planted.cookie = "A" * 43
    thief = house.window()
    thief.cookie = planted.cookie
    assert planted.log_in("zhang.min").status_code == 303
    assert planted.cookie != "A" * 43
    assert thief.get("/desk").status_code == 303
    known = house.window()  # and one's own of before ends
    known.cookie = planted.cookie
    planted.log_in("zhang.min")
    assert planted.cookie != known.cookie
    assert known.get("/desk").status_code == 303


def test_after_logging_out_the_cookie_is_good_for_nothing(house: House) -> None:
    window = house.clerk()
    stolen = house.window()
    stolen.cookie = window.cookie
    assert stolen.get("/desk").status_code == 200
    left = window.post("/desk/logout", {"token": token_of(window)})
    assert left.status_code == 303
    assert "max-age=0" in left.headers["set-cookie"].lower()
    assert left.headers["clear-site-data"] == '"cache"'
    assert stolen.get("/desk").status_code == 303
    assert "已退出登录" in window.get(left.headers["location"]).text
    assert rows(house, SessionRow) == 0


def test_a_get_logs_nobody_out(house: House) -> None:
    window = house.clerk()
    assert window.get("/desk/logout").status_code == 405
    assert window.get("/desk").status_code == 200


def token_of(window: Window) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', window.get("/desk").text)
    assert found is not None
    return found[1]


def test_a_session_ends_when_it_is_not_used_and_when_its_day_is_over(house: House) -> None:
    idle, busy = house.clerk(), house.supervisor()
    house.clock.go_on(minutes=29)
    assert busy.get("/desk").status_code == 200
    assert idle.get("/desk").status_code == 200
    for _ in range(23):  # used every 29 minutes, until 11 hours and 36 minutes are over
        house.clock.go_on(minutes=29)
        assert busy.get("/desk").status_code == 200
    assert idle.get("/desk").status_code == 303
    house.clock.go_on(minutes=24)
    assert busy.get("/desk").status_code == 303


def test_the_use_of_a_session_is_written_once_a_minute_and_a_page_writes_nothing_else(
    house: House,
) -> None:
    window = house.clerk()

    def used() -> object:
        with house.service.database.reading() as connection:
            return connection.execute(select(SessionRow.last_used_at)).scalar_one()

    first = used()
    house.clock.go_on(seconds=59)
    window.get("/desk")
    assert used() == first
    house.clock.go_on(seconds=1)
    window.get("/desk")
    assert used() == house.clock.at


def test_sessions_of_a_disabled_account_end_at_once_and_do_not_come_back(house: House) -> None:
    window = house.clerk()
    with house.service.database.writing() as connection:
        disable_account(connection, "zhang.min", written=now(house))
    assert window.get("/desk").status_code == 303
    with house.service.database.writing() as connection:
        enable_account(connection, "zhang.min", written=now(house))
    assert window.get("/desk").status_code == 303
    assert window.log_in("zhang.min").status_code == 303
    assert window.get("/desk").status_code == 200


def test_a_new_password_ends_all_other_sessions(house: House) -> None:
    window, other = house.clerk(), house.window()
    other.log_in("zhang.min")
    new = "石上清泉 松间照 1024"
    done = window.submit("/desk/password", old=PASSWORD, new=new, repeat=new)
    assert (done.status_code, done.headers["location"]) == (303, "/desk?done=password&lang=zh")
    assert window.get("/desk").status_code == 200
    assert other.get("/desk").status_code == 303
    assert other.log_in("zhang.min").status_code == 403
    assert other.log_in("zhang.min", new).status_code == 303


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"old": "not the old one"}, "old", REFUSED),
        ({"new": "short", "repeat": "short"}, "new", "至少 12 个字符"),
        ({"repeat": "another one entirely"}, "repeat", "两次输入的新密码不同"),
        ({"new": PASSWORD, "repeat": PASSWORD}, "new", "与原密码相同"),
        ({"new": "", "repeat": ""}, "new", "请填写此项"),
        ({"new": "zhang.min 2031!", "repeat": "zhang.min 2031!"}, "new", "不得包含登录名"),
    ],
)
def test_a_password_that_cannot_be_is_told_at_its_field_and_nothing_changes(
    house: House, typed: dict[str, str], field: str, said: str
) -> None:
    window, other = house.clerk(), house.window()
    other.log_in("zhang.min")
    good = {"old": PASSWORD, "new": "石上清泉 松间明月照 7", "repeat": "石上清泉 松间明月照 7"}
    answer = window.submit("/desk/password", **(good | typed))
    assert answer.status_code in (403, 422)
    assert f'href="#{field}"' in answer.text
    assert said in answer.text
    for secret in (*typed.values(), good["new"]):
        assert not secret or secret not in answer.text  # a password is never sent back
    assert other.get("/desk").status_code == 200
    assert house.window().log_in("zhang.min").status_code == 303


def test_a_hash_of_less_than_todays_cost_is_made_again_at_login(house: House) -> None:
    house.account("zhang.min")

    def known() -> str:
        with house.service.database.reading() as connection:
            return get_account(connection, "zhang.min").password_hash

    before = known()
    assert house.window().log_in("zhang.min").status_code == 303
    assert known() == before
    house.service.login.passwords = Passwords(Cost(mebibytes=20, passes=2))
    assert house.window().log_in("zhang.min", "wrong").status_code == 403
    assert known() == before
    assert house.window().log_in("zhang.min").status_code == 303
    assert "m=20480,t=2" in known()
    assert house.window().log_in("zhang.min").status_code == 303
    house.service.login.passwords = Passwords(Cost(mebibytes=19, passes=2))
    assert house.window().log_in("zhang.min").status_code == 303
    assert "m=20480,t=2" in known()  # and never at less


# ---- guessing ---------------------------------------------------------------------------------------


def test_a_thousand_guesses_get_a_few_looked_at_and_lock_nobody_out(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = house.clerk()  # who has logged in at her desk
    thief = house.window(**{"x-real-ip": "203.0.113.9"})
    house.service.settings.__dict__["desk_address_header"] = "X-Real-IP"
    assert clerk.log_in("zhang.min").status_code == 303
    with caplog.at_level(logging.CRITICAL):
        answers = [thief.log_in("zhang.min", f"guess {number}") for number in range(1000)]
    looked_at = [answer for answer in answers if answer.status_code == 403]
    assert len(looked_at) == 5
    assert {answer.status_code for answer in answers} == {403, 429}
    assert TOO_OFTEN in answers[-1].text
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    # His right guess is not looked at either, and she comes in as ever.
    assert thief.log_in("zhang.min").status_code == 429
    assert house.window().log_in("zhang.min").status_code == 303


def test_a_thousand_names_from_one_address_fill_no_table(house: House) -> None:
    thief = house.window()
    codes = [thief.log_in(f"name{number}", "guess").status_code for number in range(1000)]
    assert codes.count(403) == 20
    assert rows(house, LoginAttemptRow) == 21


def test_a_wait_grows_has_an_end_and_is_forgotten(house: House) -> None:
    house.account("zhang.min")
    window = house.window()
    waits = []
    for _ in range(17):
        answer = window.log_in("zhang.min", "wrong")
        while answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            assert window.log_in("zhang.min", "wrong").headers["retry-after"] == str(waits[-1])
            house.clock.go_on(seconds=waits[-1])
            answer = window.log_in("zhang.min", "wrong")
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert window.log_in("zhang.min").status_code == 429
    house.clock.go_on(seconds=900)
    assert window.log_in("zhang.min").status_code == 303
    assert window.log_in("zhang.min", "wrong").status_code == 403  # at her place now, and free


def test_at_her_own_place_a_clerk_waits_for_a_minute_at_most(house: House) -> None:
    house.clerk()
    window = house.window()
    for _ in range(200):
        if window.log_in("zhang.min", "wrong").status_code == 429:
            house.clock.go_on(seconds=30)
    house.clock.go_on(seconds=60)
    assert window.log_in("zhang.min").status_code == 303


def test_an_address_is_the_proxys_word_where_the_settings_name_it(
    bare: Path, tmp_path: Path
) -> None:
    more = 'desk_address_header = "X-Forwarded-For"\n'
    with open_house(bare, tmp_path / "house", more) as proxied:
        # What a stranger writes ahead of the proxy's own word makes no new address of his.
        codes = [
            proxied.window(**{"x-forwarded-for": f"198.51.100.{n}, 203.0.113.9"})
            .log_in(f"name{n}", "guess")
            .status_code
            for n in range(25)
        ]
        assert codes == [403] * 20 + [429] * 5
        other = proxied.window(**{"x-forwarded-for": "203.0.113.10"})
        assert other.log_in("name", "guess").status_code == 403
        # One subscriber has 2^64 addresses of IPv6.
        six = [
            proxied.window(**{"x-forwarded-for": f"2001:db8::{n:x}"})
            .log_in(f"n{n}", "x")
            .status_code
            for n in range(21)
        ]
        assert six == [403] * 20 + [429]


def test_of_many_logins_at_once_few_are_computed_and_the_rest_asked_to_wait(
    bare: Path, tmp_path: Path
) -> None:
    """Each takes 64 MiB: a hundred at once would be the end of a small machine."""
    more = 'desk_address_header = "X-Real-IP"\n'
    with open_house(bare, tmp_path / "busy", more) as busy:
        counting = Counting()
        busy.service.login.passwords = counting
        client = busy.browser._client

        async def log_in(number: int) -> int:
            headers = OURS | FORM | {"x-real-ip": f"203.0.113.{number}", "accept": "text/html"}
            content = f"login=name{number}&password=guess"
            answer = await client.post("/desk/login", content=content, headers=headers)
            return answer.status_code

        async def all_at_once() -> list[int]:
            return await asyncio.gather(*(log_in(number) for number in range(60)))

        codes = busy.browser._runner.run(all_at_once())
        assert counting.most <= 2
        assert codes.count(403) == 18  # two of them computing, sixteen waiting
        assert codes.count(503) == 42
        assert busy.window().log_in("name").status_code == 403


class Counting(Passwords):
    """Computes as ever, and notes how many do at once."""

    def __init__(self) -> None:
        super().__init__(Cost(mebibytes=19, passes=2))
        self.now = self.most = 0
        self._lock = threading.Lock()

    def matches(self, password: str, known: str | None) -> bool:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            return super().matches(password, known)
        finally:
            with self._lock:
                self.now -= 1


# ---- where it leads on to ------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/desk",
    "/\\evil.example",
    "/desk@evil.example",
    "/desk/../../evil",
    "/desk/%2e%2E/evil",
    "/desk//evil.example",
    "/desk\r\nset-cookie: a=b",
    "/desk%0d%0aset-cookie:%20a=b\r\nx: y",
    "/desk?x=\r\nset-cookie: a=b",
    "/deskevil.example",
    "javascript:alert(1)",
    "/L/1234",
    "/desk/login?next=/desk/login",
    "/desk/" + "a" * 2000,
    "",
    "/desk\u2028/x",
]


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_login_leads_nowhere_else(house: House, wanted: str) -> None:
    house.account("zhang.min")
    window = house.window()
    page = window.get("/desk/login", params={"next": wanted})
    hrefs = [attributes.get("href") or "" for _, attributes in Elements(page.text).found]
    assert not any("evil" in href or href.startswith("javascript") for href in hrefs)
    entered = window.log_in("zhang.min", next=wanted)
    assert entered.status_code == 303
    assert entered.headers["location"] == "/desk"
    assert len(entered.headers.get_list("set-cookie")) == 1


def test_a_session_of_another_service_is_none_here(
    house: House, bare: Path, tmp_path: Path
) -> None:
    with open_house(bare, tmp_path / "other") as other:
        stranger = other.supervisor()
        window = house.window()
        window.cookie = stranger.cookie
        assert window.get("/desk/alarms").status_code == 303


@pytest.mark.parametrize("cookie", ["", "A", "A" * 43, "é", "%00", "A" * 20_000, '"'])
def test_a_cookie_that_is_none_is_led_to_the_login(house: House, cookie: str) -> None:
    answer = house.browser.get(
        "/desk", headers={"cookie": f"{COOKIE}={cookie}".encode("latin-1"), "accept": "text/html"}
    )
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://yz.chaoyang.example.evil.example"},
        {"origin": "https://["},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        OURS | {"sec-fetch-site": "cross-site"},
        OURS | {"origin": "https://evil.example"},
    ],
)
def test_nobody_is_logged_in_by_another_site(house: House, headers: dict[str, str]) -> None:
    """Or her work would be done in the account of whoever made that site."""
    house.account("zhang.min")
    fields = {"login": "zhang.min", "password": PASSWORD}
    answer = house.window().post("/desk/login", fields, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("name", ["origin", "sec-fetch-site"])
def test_a_browser_that_tells_one_of_the_two_is_believed(house: House, name: str) -> None:
    house.account("zhang.min")
    fields = {"login": "zhang.min", "password": PASSWORD}
    answer = house.window().post("/desk/login", fields, headers={name: OURS[name]})
    assert answer.status_code == 303


def test_there_is_no_desk_where_it_is_turned_off(bare: Path, tmp_path: Path) -> None:
    with open_house(bare, tmp_path / "closed", "desk_enabled = false\n") as closed:
        closed.account("zhang.min")
        window = closed.window()
        assert window.get("/desk").status_code == 404
        assert window.get("/desk/login").status_code == 404
        assert window.log_in("zhang.min").status_code == 404


def test_the_desk_is_no_part_of_the_apis_description(house: House) -> None:
    paths = house.browser.get("/api/v1/openapi.json").json()["paths"]
    assert not any(path.startswith("/desk") for path in paths)


def test_an_account_acts_as_the_party_of_its_role(house: House) -> None:
    for role, department, recorded in (
        (AccountRole.CLERK, None, "bureau/account:a.clerk"),
        (AccountRole.SUPERVISOR, None, "bureau/account:a.supervisor"),
        (AccountRole.DEPARTMENT, "scjg", "department:scjg/account:a.department"),
    ):
        account = house.account(f"a.{role}", role, department=department)
        principal = principal_of_account(account)
        assert principal.recorded_by == recorded
        assert principal.kinds == account.kinds
