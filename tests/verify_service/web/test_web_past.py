"""The past over HTTP: by page and by API, for everybody and for the bureau."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.verify_service.bureau import Bureau, days
from tests.verify_service.lifecycle.bars import bar
from tests.verify_service.lifecycle.histories import Town, open_town
from tests.verify_service.web.browser import code_of, path_of
from verify_service.access import mint_token
from verify_service.issuing.service import Issued
from verify_service.pages.writing import STYLE
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit, Role
from verify_service.registry.tokens import add_token

NOW = days(9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A bar whose food permit was revoked on day 5, with effect from day 2; now is day 9."""

    town: Town
    food: Permit
    issued: Issued
    tokens: dict[str, str]

    @property
    def bureau(self) -> Bureau:
        return self.town.bureau

    @property
    def address(self) -> str:
        return f"/api/v1/licenses/{quote(self.issued.number)}"

    def filed(self, query: str = "") -> httpx.Response:
        return self.town.browser.get(self.address + query)

    def looked_up(self, query: str = "", *, language: str = "zh") -> httpx.Response:
        number = quote(self.issued.number)
        return self.town.browser.visit(f"/lookup?number={number}&lang={language}{query}")

    def asked(self, method: str, path: str, party: str, body: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens[party]}"} if party else {}
        return self.town.browser.request(method, path, json=body, headers=headers)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    from verify_service.database import create_database

    folder = tmp_path_factory.mktemp("past")
    url = f"sqlite:///{folder / 'registry.db'}"
    create_database(url).close()
    with open_town(Path(folder, "bureau"), url) as town:
        food, _, issued = bar(town.bureau)
        town.bureau.change(food, Move.REVOKED, at=days(5), effective_at=days(2))
        town.now = NOW
        yield Story(town=town, food=food, issued=issued, tokens=tokens(town.bureau))


def tokens(bureau: Bureau) -> dict[str, str]:
    minted = {
        "bureau": mint_token(
            role=Role.BUREAU, label="窗口", created_at=days(0), expires_at=days(99)
        ),
        "scjg": mint_token(
            role=Role.DEPARTMENT,
            label="食品科",
            created_at=days(0),
            expires_at=days(99),
            department="scjg",
            kinds=frozenset({"food_business"}),
        ),
    }
    with bureau.service.database.writing() as connection:
        for token in minted.values():
            add_token(connection, token.stored, by="operator")
    return {party: token.text for party, token in minted.items()}


def at(number: float, known: str | None = None) -> str:
    query = f"?at={quote(days(number).isoformat())}"
    return query if known is None else f"{query}&known={quote(known)}"


# ---- by number ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "license", "food"),
    [
        ("", "void", "revoked"),
        (at(1), "in_force", "in_force"),
        (at(3, "at"), "in_force", "in_force"),
        (at(3), "in_force", "revoked"),
        (at(3, days(4.9).isoformat()), "in_force", "in_force"),
        (at(5), "void", "revoked"),
        (at(9), "void", "revoked"),
    ],
)
def test_everybody_is_told_what_was_true_and_what_was_known(
    story: Story, query: str, license: str, food: str
) -> None:
    document = story.filed(query).json()
    states = {permit["number"]: permit["state"] for permit in document["permits"]}
    assert (document["state"], states[story.food.number]) == (license, food)


def test_the_document_of_then_has_the_members_of_now_and_two_instants(story: Story) -> None:
    now, then = story.filed().json(), story.filed(at(3)).json()
    assert then.keys() - now.keys() == {"at", "known"}
    assert now.keys() <= then.keys()
    assert (then["at"], then["known"]) == ("2031-05-23T12:00:00+08:00", "2031-05-29T12:00:00+08:00")
    assert then["as_of"] == then["at"]  # whoever reads one member alone is not told it is now
    assert "revoked" not in str(story.filed(at(3, "at")).json())


def test_no_grounds_and_no_names_are_told_to_everybody(story: Story) -> None:
    for query in ("", at(3), at(5)):
        text = story.filed(query).text + story.looked_up(query.replace("?", "&")).text
        for secret in ("依法办理", "department:", "bureau/b1", "recorded_by"):
            assert secret not in text


def test_a_plus_that_nobody_has_escaped_is_read(story: Story) -> None:
    assert story.filed("?at=2031-05-23T12:00:00+08:00").json() == story.filed(at(3)).json()


def test_before_its_issue_a_license_is_not_issued_yet(story: Story) -> None:
    answer = story.filed(at(-0.5))
    assert (answer.status_code, code_of(answer)) == (404, "not-issued-yet")
    document = answer.json()
    assert document["issued_at"] == "2031-05-20T12:00:00+08:00"
    assert "尚未签发" in document["detail"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?at=", 422, "instant-malformed"),
        ("?at=yesterday", 422, "instant-malformed"),
        ("?at=2031-05-23T12:00:00", 422, "instant-malformed"),
        ("?at=0000-01-01T00:00:00Z", 422, "instant-malformed"),
        ("?at=9999-12-31T23:59:59Z", 422, "instant-malformed"),
        ("?at=2031-05-23T23:59:60Z", 422, "instant-malformed"),
        ("?at=%00", 422, "instant-malformed"),
        ("?at=2031-05-29T12:00:01%2B08:00", 422, "instant-in-future"),
        (at(3, days(10).isoformat()), 422, "instant-in-future"),
        (at(3, days(2).isoformat()), 422, "known-before-at"),
        ("?known=at", 422, "known-before-at"),
        (f"?at={'9' * 99}", 422, "fields-invalid"),
    ],
)
def test_odd_instants_are_refused_by_name_on_every_entrance(
    story: Story, query: str, status: int, code: str
) -> None:
    answer = story.filed(query)
    assert (answer.status_code, code_of(answer)) == (status, code)
    if code == "fields-invalid":
        return
    for page in (
        story.looked_up(query.replace("?", "&")),
        story.town.browser.visit(path_of(story.issued.text) + query),
    ):
        assert page.status_code == status
        assert answer.json()["detail"].split("（")[0][:20] in page.text
    past = dict(httpx.QueryParams(query.removeprefix("?")))
    body = {"text": story.issued.text, **past}
    judged = story.asked("POST", "/api/v1/verify", "bureau", body)
    assert (judged.status_code, code_of(judged)) == (status, code)


def test_a_number_that_nobody_has_has_no_past(story: Story) -> None:
    answer = story.town.browser.get(f"/api/v1/licenses/X{at(1)}")
    assert (answer.status_code, code_of(answer)) == (404, "not-registered")


# ---- as a page ----------------------------------------------------------------------------------


def shown(page: httpx.Response) -> str:
    """The page's words without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_page_of_the_past_says_that_it_is_not_now(
    story: Story, language: str, number: float
) -> None:
    query = at(number).replace("?", "&")
    for page in (
        story.looked_up(query, language=language),
        story.town.browser.visit(f"{path_of(story.issued.text)}?lang={language}{query}"),
    ):
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert '<body class="past">' in page.text
        words = shown(page)
        for expected in ("历史查询", "As of an instant of the past"):
            assert expected in words
        assert ("这不是现在的状态" if language == "zh" else "not how it stands now") in words
        day = days(number)
        date = f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day:%Y-%m-%d}"
        assert f"{date} 12:00:00" in words
        states = re.findall(r'<p class="state">(.*?)</p>', page.text)
        assert len(states) == 2
        assert all(each.startswith("当时" if language == "zh" else "then") for each in states)


def test_a_page_of_the_past_has_no_outcome_and_nothing_green(story: Story) -> None:
    """Green comes from the classes of a verdict alone, and the past has none of them."""
    style = (STYLE / "style.css").read_text("utf-8")
    assert style.count("#08673a") == 1  # where the color has its name
    green = [
        selector
        for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", style)
        if "var(--green)" in rules
        for selector in selectors.split(",")
    ]
    assert len(green) >= 4
    assert all(".valid" in selector for selector in green)
    for number in (1, 3, 5, 9):
        for page in (
            story.looked_up(at(number).replace("?", "&")),
            story.town.browser.visit(path_of(story.issued.text) + at(number)),
        ):
            classes = {
                word
                for value in re.findall(r'class="([^"]*)"', page.text)
                for word in value.split()
            }
            assert not classes & {"valid", "attention", "verdict", "mark", "chip"}


def test_a_permit_that_had_ended_is_said_beside_the_licenses_own_state(story: Story) -> None:
    ended = "其中有单项许可当时已经终止"
    assert ended in story.looked_up(at(3).replace("?", "&")).text
    assert ended not in story.looked_up(at(1).replace("?", "&")).text
    assert ended not in story.looked_up(at(3, "at").replace("?", "&")).text


def test_the_past_leads_to_the_present(story: Story) -> None:
    query = at(3).replace("?", "&")
    for page in (
        story.looked_up(query),
        story.town.browser.visit(path_of(story.issued.text) + at(3)),
        story.looked_up(at(-1).replace("?", "&")),
    ):
        (present,) = re.findall(r'<a href="([^"]+)">查看现在的情况', page.text)
        now = story.town.browser.visit(present.replace("&amp;", "&"))
        assert now.status_code == 200
        assert "历史查询" not in now.text


def test_before_its_issue_the_page_says_so_and_is_of_the_past_too(story: Story) -> None:
    for page in (
        story.looked_up(at(-1).replace("?", "&")),
        story.town.browser.visit(path_of(story.issued.text) + at(-1)),
    ):
        assert page.status_code == 200
        assert '<body class="past">' in page.text
        assert "当时尚未签发" in page.text
        assert "半月酒馆" not in page.text


def test_the_past_of_what_is_not_genuine_is_its_verdict_of_now(story: Story) -> None:
    forged = story.bureau.forge(story.issued, serial=88).text
    page = story.town.browser.visit(path_of(forged) + at(3))
    assert '<body class="rejected">' in page.text
    assert "历史查询" not in page.text


def test_the_page_of_now_is_as_it_was(story: Story) -> None:
    for page in (story.looked_up(), story.town.browser.visit(path_of(story.issued.text))):
        assert "历史查询" not in page.text
        assert '<body class="past">' not in page.text


# ---- for the bureau -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/licenses/X/timeline", None),
        ("POST", "/api/v1/replay", []),
        ("POST", "/api/v1/verify", {"text": "x", "at": "2031-05-21T00:00:00Z"}),
        ("POST", "/api/v1/verify", {"text": "x", "known": "at"}),
    ],
)
def test_what_is_the_bureaus_needs_its_token(
    story: Story, method: str, path: str, body: Any
) -> None:
    for party, status in (("", 401), ("scjg", 403)):
        assert story.asked(method, path, party, body).status_code == status
    assert story.asked(method, path, "bureau", body).status_code in (200, 404, 422)


def judged(story: Story, when: datetime, known: str | None = None) -> dict[str, Any]:
    body = {"text": story.issued.text, "at": when.isoformat(), "known": known}
    answer = story.asked("POST", "/api/v1/verify", "bureau", body)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    assert document.keys() == {"past", "verdict"}  # no member of it is taken for a verdict of now
    return document


def test_a_text_is_judged_as_of_then_for_the_bureau(story: Story) -> None:
    assert judged(story, days(1))["verdict"]["outcome"] == "valid"
    assert judged(story, days(3), "at")["verdict"]["outcome"] == "valid"
    truth = judged(story, days(3))
    assert [each["code"] for each in truth["verdict"]["reasons"]] == ["permit-revoked"]
    assert truth["past"] == {
        "at": "2031-05-23T12:00:00+08:00",
        "known": "2031-05-29T12:00:00+08:00",
    }
    assert truth["verdict"]["as_of"]["now"] == truth["past"]["at"]


def test_null_instants_are_the_present_for_everybody(story: Story) -> None:
    body = {"text": story.issued.text, "at": None, "known": None}
    answer = story.asked("POST", "/api/v1/verify", "", body)
    assert answer.json()["outcome"] == "not_in_force"
    assert story.asked("POST", "/api/v1/verify", "", body | {"at": 7}).status_code == 422


def test_before_any_list_is_on_record_no_text_is_judged(story: Story) -> None:
    body = {"text": story.issued.text, "at": "2020-01-01T00:00:00Z"}
    answer = story.asked("POST", "/api/v1/verify", "bureau", body)
    assert (answer.status_code, code_of(answer)) == (404, "no-lists-then")


def test_the_story_is_told_to_the_bureau_with_grounds_and_names(story: Story) -> None:
    document = story.asked("GET", f"{story.address}/timeline", "bureau").json()
    entries = document["entries"]
    recorded = [each["recorded_at"] for each in entries]
    assert recorded == sorted(recorded)
    (revoked,) = (each for each in entries if each["data"].get("move") == "revoked")
    assert revoked["effective_at"] == "2031-05-22T12:00:00+08:00"
    assert revoked["recorded_at"] == "2031-05-25T12:00:00+08:00"
    assert revoked["recorded_by"] == "department:scjg/d1"
    assert revoked["data"]["grounds"] == "依法办理"
    assert {"recall_opened", "notice_made", "issued"} <= {each["what"] for each in entries}


def test_a_scanners_list_is_held_against_the_books(story: Story) -> None:
    verdict = judged(story, days(3), "at")["verdict"]
    scan = [{"picture": "a.jpg", "codes": [{"text": story.issued.text, "verdict": verdict}]}]
    answer = story.asked("POST", "/api/v1/replay", "bureau", scan)
    assert answer.status_code == 200, answer.text
    (review,) = answer.json()["verdicts"]
    rights = [review[each]["right"] for each in ("list", "then", "truth")]
    assert rights == [True, True, False]
    (difference,) = review["truth"]["differences"]
    assert (difference["permit"], difference["was"]) == (story.food.number, "revoked")
    assert difference["late"] is True
    assert review["judged"]["outcome"] == "not_in_force"


@pytest.mark.parametrize("body", [{}, [], {"outcome": "valid"}, 7, "x", [[[[[[[]]]]]]]])
def test_what_is_no_verdict_is_refused(story: Story, body: object) -> None:
    answer = story.asked("POST", "/api/v1/replay", "bureau", body)
    assert (answer.status_code, code_of(answer)) == (422, "no-verdict")
    assert answer.json()["where"].startswith("$")
