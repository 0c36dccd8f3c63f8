"""The bureau's desk over HTTP: a license is issued, reissued and printed, or refused by name."""

import io
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from mobile_scanner.pictures.decoder import read_symbols
from mobile_scanner.pictures.picture import load_picture
from tests.verify_service.desk import WRITTEN
from tests.verify_service.web.browser import code_of
from tests.verify_service.web.conftest import Counter
from tests.verify_service.web.desks import (
    FOOD,
    OTHER_USCC,
    TOBACCO,
    USCC,
    change,
    enter,
    get,
    issue,
    issued,
    post,
    register,
)
from verify_service.issuing.symbol import make_symbol
from verify_service.registry.holders import add_premises


def test_a_license_is_issued_and_verifies(counter: Counter) -> None:
    document = issued(counter)
    verdict = counter.browser.verify(document["text"])
    assert verdict["outcome"] == "valid"
    assert verdict["license"]["number"] == document["number"]
    assert [permit["number"] for permit in verdict["permits"]] == [FOOD, TOBACCO]


def test_the_answer_to_an_issue_says_where_the_license_is(counter: Counter) -> None:
    premises = register(counter)
    enter(counter, premises)
    answer = issue(counter, premises)
    filed = counter.browser.get(answer.headers["location"])
    assert filed.status_code == 200
    assert filed.json()["number"] == answer.json()["number"]


def test_the_same_request_twice_issues_once(counter: Counter) -> None:
    premises = register(counter)
    enter(counter, premises)
    first, second = issue(counter, premises), issue(counter, premises)
    assert first.json() == second.json()


def test_a_second_license_for_the_same_business_is_refused_by_name(counter: Counter) -> None:
    premises = register(counter)
    enter(counter, premises)
    first = issue(counter, premises)
    answer = issue(counter, premises, key="request-2")
    assert (answer.status_code, code_of(answer)) == (409, "license-stands")
    assert answer.json()["standing"] == first.json()["number"]


def test_the_same_key_with_another_body_is_refused(counter: Counter) -> None:
    premises = register(counter)
    enter(counter, premises)
    issue(counter, premises)
    body = {"holder": USCC, "premises": premises, "industry": "03"}
    answer = post(counter, "/licenses", body, "bureau", key="request-1")
    assert (answer.status_code, code_of(answer)) == (422, "request-key-reused")


@pytest.mark.parametrize("key", [None, "", "short", "has a blank", "x" * 129])
def test_issuing_needs_a_request_key(counter: Counter, key: str | None) -> None:
    body = {"holder": USCC, "premises": 1, "industry": "26"}
    answer = post(counter, "/licenses", body, "bureau", key=key)
    assert (answer.status_code, code_of(answer)) == (422, "fields-invalid")
    assert answer.json()["errors"][0]["in"] == "header"


def test_a_license_is_reissued_and_the_old_sheet_is_superseded(counter: Counter) -> None:
    document = issued(counter)
    number = quote(document["number"])
    answer = post(counter, f"/licenses/{number}/reissue", {}, "bureau", key="request-2")
    assert answer.status_code == 201
    assert answer.json()["version"] == 2
    assert counter.browser.verify(answer.json()["text"])["outcome"] == "valid"
    assert counter.browser.verify(document["text"])["outcome"] == "not_in_force"


def test_a_void_license_is_not_reissued(counter: Counter) -> None:
    document = issued(counter)
    change(counter, "revoked")
    number = quote(document["number"])
    answer = post(counter, f"/licenses/{number}/reissue", {}, "bureau", key="request-2")
    assert answer.status_code in (409, 422)
    assert code_of(answer) in ("nothing-to-reissue", "not-issuable")


def test_a_license_without_what_its_industry_needs_is_refused(counter: Counter) -> None:
    answer = issue(counter, register(counter))
    assert (answer.status_code, code_of(answer)) == (422, "not-issuable")


def test_an_unknown_industry_is_refused(counter: Counter) -> None:
    premises = register(counter)
    body = {"holder": USCC, "premises": premises, "industry": "77"}
    answer = post(counter, "/licenses", body, "bureau", key="request-1")
    assert (answer.status_code, code_of(answer)) == (422, "not-in-catalog")


def test_a_license_from_another_holders_permit_is_refused(counter: Counter) -> None:
    enter(counter, register(counter))
    other = register(counter, uscc=OTHER_USCC, name="雾屿咖啡")
    body: dict[str, Any] = {"holder": OTHER_USCC, "premises": other, "industry": "26"}
    body["permits"] = [{"kind": "food_business", "number": FOOD}]
    answer = post(counter, "/licenses", body, "bureau", key="request-1")
    assert (answer.status_code, code_of(answer)) == (422, "permit-of-another")


def test_the_sheet_is_printed_and_its_symbol_reads_back(counter: Counter) -> None:
    document = issued(counter)
    path = f"/licenses/{quote(document['number'])}"
    sheet = get(counter, f"{path}/sheet.pdf", "bureau")
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF-")
    png = get(counter, f"{path}/symbol.png", "bureau")
    assert Image.open(io.BytesIO(png.content)).format == "PNG"
    (found,) = next(read_symbols(load_picture(png.content))).symbols
    assert found.text == document["text"]
    svg = get(counter, f"{path}/symbol.svg", "bureau")
    assert svg.headers["content-type"] == "image/svg+xml"
    side = make_symbol(document["text"]).side + 8
    assert f'viewBox="0 0 {side} {side}"' in svg.text
    for name in ("sheet.pdf", "symbol.png", "symbol.svg"):
        assert get(counter, f"{path}/{name}?version=2", "bureau").status_code == 404
        assert get(counter, f"/licenses/X/{name}", "bureau").status_code == 404


def test_facts_that_answer_no_question_of_the_catalog_are_refused_by_name(
    counter: Counter,
) -> None:
    """Stated under an edition that asked for them, say; over HTTP nobody can state them now."""
    register(counter)
    with counter.service.database.writing() as connection:
        place = add_premises(
            connection,
            holder=USCC,
            division_code="110105",
            address="北京市朝阳区半月胡同17号",
            facts={"has_a_cat": True},
            written=WRITTEN,
        )
    enter(counter, place.id)
    answer = issue(counter, place.id)
    assert (answer.status_code, code_of(answer)) == (422, "facts-malformed")
    assert answer.json()["name"] == "has_a_cat"
