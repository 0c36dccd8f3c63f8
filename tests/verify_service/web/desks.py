"""What tests do at the desks: register, enter, issue, change; each by one request."""

from typing import Any

import httpx

from tests.verify_service.web.conftest import Counter

USCC = "92110105MAXX00031G"
OTHER_USCC = "91110105MAXX00023Q"
ADDRESS = "北京市朝阳区团结湖街道半月胡同16号"
FOOD, TOBACCO = "JY21105040032944", "110105100064"
TERMS = {"valid_from": "2030-04-22", "valid_until": "2033-04-21"}


def post(counter: Counter, path: str, body: Any, party: str, **options: Any) -> httpx.Response:
    headers = counter.headers(party, **options)
    return counter.browser.post(f"/api/v1{path}", json=body, headers=headers)


def get(counter: Counter, path: str, party: str) -> httpx.Response:
    return counter.browser.get(f"/api/v1{path}", headers=counter.headers(party))


def register(counter: Counter, *, uscc: str = USCC, name: str = "半月酒馆") -> int:
    """Register a holder with premises; gives the premises' id."""
    holder = post(counter, "/holders", {"uscc": uscc, "name": name}, "bureau")
    assert (holder.status_code, holder.json()) == (201, {"uscc": uscc, "name": name})
    premises = {
        "holder": uscc,
        "division_code": "110105",
        "address": ADDRESS,
        "position": {"latitude": 39.9104, "longitude": 116.4886},
    }
    answer = post(counter, "/premises", premises, "bureau")
    assert answer.status_code == 201
    identity: int = answer.json()["id"]
    return identity


def enter(counter: Counter, premises: int, **changes: Any) -> httpx.Response:
    body = {"kind": "food_business", "number": FOOD, "holder": USCC, "premises": premises}
    return post(counter, "/permits", body | {"terms": TERMS} | changes, "scjg")


def issue(counter: Counter, premises: int, *, key: str = "request-1") -> httpx.Response:
    body = {"holder": USCC, "premises": premises, "industry": "26"}
    return post(counter, "/licenses", body, "bureau", key=key)


def issued(counter: Counter) -> dict[str, Any]:
    """A tavern's license that gathers two permits of two departments."""
    premises = register(counter)
    assert enter(counter, premises).status_code == 201
    tobacco = {"kind": "tobacco_retail", "number": TOBACCO, "holder": USCC, "premises": premises}
    assert post(counter, "/permits", tobacco | {"terms": TERMS}, "tobacco").status_code == 201
    answer = issue(counter, premises)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def change(
    counter: Counter, move: str, *, party: str = "scjg", version: int = 1, key: str = "change-1"
) -> httpx.Response:
    body = {"move": move, "grounds": "经查存在严重违法行为", "expected_version": version}
    return post(counter, f"/permits/food_business/{FOOD}/changes", body, party, key=key)
