"""Holders, premises, look-ups and the bureau's books over HTTP, and who may do what."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.verify_service.web.browser import code_of
from tests.verify_service.web.conftest import AT, Counter, Sample
from tests.verify_service.web.desks import ADDRESS, USCC, change, get, issued, post, register
from verify_service.registry.alarms import raise_alarm


def test_a_revoked_permit_takes_its_license_with_it(counter: Counter) -> None:
    document = issued(counter)
    answer = change(counter, "revoked")
    assert answer.status_code == 200, answer.text
    assert answer.json()["permit"]["state"] == "revoked"
    assert answer.json()["licenses"] == [
        {"number": document["number"], "version": 1, "state": "void", "reason": "permit-revoked"}
    ]
    verdict = counter.browser.verify(document["text"])
    assert verdict["outcome"] == "not_in_force"
    assert [permit["state"] for permit in verdict["permits"]] == ["revoked", "in_force"]
    page = counter.browser.visit(document["text"].removeprefix("HTTPS://YZ.CHAOYANG.EXAMPLE"))
    assert 'class="verdict not_in_force"' in page.text
    filed = counter.browser.get(f"/api/v1/licenses/{quote(document['number'])}").json()
    assert filed["state"] == "void"


def test_a_revoked_permit_opens_a_recall_for_its_department(counter: Counter) -> None:
    document = issued(counter)
    change(counter, "revoked")
    (task,) = get(counter, "/recalls", "bureau").json()["recalls"]
    assert (task["number"], task["department"]) == (document["number"], "scjg")
    assert get(counter, "/recalls", "scjg").json()["recalls"] == [task]
    assert get(counter, "/recalls", "tobacco").json()["recalls"] == []
    closed = post(counter, f"/recalls/{task['id']}/close", None, "bureau")
    assert closed.status_code == 200
    assert closed.json()["closed_at"] == "2031-05-20T14:03:22+08:00"
    assert get(counter, "/recalls", "bureau").json()["recalls"] == []
    refused = post(counter, f"/recalls/{task['id']}/close", None, "scjg")
    assert refused.status_code == 403
    assert post(counter, "/recalls/999/close", None, "bureau").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/holders"),
        ("POST", "/premises"),
        ("POST", "/licenses"),
        ("POST", "/licenses/X/reissue"),
        ("GET", "/alarms"),
        ("GET", "/licenses/X/sheet.pdf"),
        ("GET", "/licenses/X/symbol.svg"),
        ("GET", "/licenses/X/symbol.png"),
        ("POST", "/recalls/1/close"),
    ],
)
def test_what_the_bureau_does_nobody_else_does(counter: Counter, method: str, path: str) -> None:
    body: dict[str, Any] | None = None if method == "GET" else {}
    for headers, status in (
        ({}, 401),
        ({"authorization": "Basic dTpw"}, 401),
        (counter.headers("expired"), 401),
        (counter.headers("scjg"), 403),
    ):
        answer = counter.browser.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/permits"),
        ("GET", "/permits/food_business/X"),
        ("POST", "/permits/food_business/X/changes"),
        ("GET", "/recalls"),
    ],
)
def test_what_needs_any_token_needs_a_good_one(counter: Counter, method: str, path: str) -> None:
    body: dict[str, Any] | None = None if method == "GET" else {}
    for headers in ({}, counter.headers("expired"), {"authorization": "Bearer nonsense"}):
        answer = counter.browser.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("uscc", "code"),
    [
        ("92110105MAXX00031H", "identifier-malformed"),
        ("92110105MAXX0003XG", "identifier-malformed"),
        ("92110105MAXX0003IG", "identifier-malformed"),
        ("92110105", "fields-invalid"),
    ],
)
def test_a_wrong_uscc_is_refused(counter: Counter, uscc: str, code: str) -> None:
    answer = post(counter, "/holders", {"uscc": uscc, "name": "x"}, "bureau")
    assert (answer.status_code, code_of(answer)) == (422, code)


def test_a_holder_is_registered_once(counter: Counter) -> None:
    register(counter)
    answer = post(counter, "/holders", {"uscc": USCC, "name": "另一家"}, "bureau")
    assert (answer.status_code, code_of(answer)) == (409, "already-registered")


def test_premises_need_a_holder_and_a_division(counter: Counter) -> None:
    body = {"holder": USCC, "division_code": "110105", "address": ADDRESS}
    answer = post(counter, "/premises", body, "bureau")
    assert (answer.status_code, code_of(answer)) == (404, "not-registered")
    register(counter)
    answer = post(counter, "/premises", body | {"division_code": "990105"}, "bureau")
    assert (answer.status_code, code_of(answer)) == (422, "identifier-malformed")


def test_positions_of_chinese_maps_are_converted(counter: Counter) -> None:
    register(counter)
    body = {"holder": USCC, "division_code": "110105", "address": ADDRESS}
    position = {"latitude": 39.9104, "longitude": 116.4886, "datum": "GCJ-02"}
    answer = post(counter, "/premises", body | {"position": position}, "bureau").json()
    assert answer["position"]["datum"] == "WGS-84"
    assert 0.001 < position["longitude"] - answer["position"]["longitude"] < 0.01


@pytest.mark.parametrize(
    "changes",
    [
        {"position": {"latitude": 95, "longitude": 116}},
        {"position": {"latitude": 39}},
        {"position": {"latitude": 39, "longitude": 116, "datum": "BD-09"}},
        {"facts": {"has_garden": True}},
        {"facts": {"has_swimming_pool": "perhaps"}},
        {"address": ""},
        {"address": "x" * 151},
    ],
)
def test_premises_with_a_wrong_field_are_refused(counter: Counter, changes: dict[str, Any]) -> None:
    body = {"holder": USCC, "division_code": "110105", "address": ADDRESS} | changes
    answer = post(counter, "/premises", body, "bureau")
    assert (answer.status_code, code_of(answer)) == (422, "fields-invalid")


def test_alarms_are_listed_for_the_bureau(counter: Counter) -> None:
    with counter.service.database.writing() as connection:
        for _ in range(2):
            raise_alarm(
                connection,
                code="registry-unknown",
                shown=b"claims",
                number=None,
                detail={"text": "HTTPS://…"},
                at=AT - timedelta(days=1),
            )
    (alarm,) = get(counter, "/alarms", "bureau").json()["alarms"]
    assert (alarm["code"], alarm["times"]) == ("registry-unknown", 2)
    since = quote((AT - timedelta(hours=1)).isoformat())
    assert get(counter, f"/alarms?since={since}", "bureau").json() == {"alarms": []}
    assert get(counter, "/alarms?limit=0", "bureau").status_code == 422
    assert get(counter, "/alarms?since=2031-05-20T00:00:00", "bureau").status_code == 422


def test_everybody_may_look_a_license_up(sample: Sample) -> None:
    for each in sample.district.licenses:
        answer = sample.browser.get(f"/api/v1/licenses/{quote(each.issued.number)}")
        if each.business.division != "110105":
            assert (answer.status_code, code_of(answer)) == (404, "not-registered")
            continue
        document = answer.json()
        assert document["version"] == each.issued.version
        verdict = sample.browser.verify(each.issued.text)
        assert document["holder"]["name"] == verdict["license"]["holder"]["name"]
        assert [permit["number"] for permit in document["permits"]] == [
            permit["number"] for permit in verdict["permits"]
        ]
        assert (document["state"] == "in_force") == (verdict["outcome"] != "not_in_force")
        assert document["as_of"] == "2031-05-20T14:03:22+08:00"


def test_a_number_that_nobody_has_is_not_found(sample: Sample) -> None:
    for number in ("朝综许25-2031-99999", "x", "%00", "..%2f..%2fetc"):
        assert sample.browser.get(f"/api/v1/licenses/{number}").status_code == 404
