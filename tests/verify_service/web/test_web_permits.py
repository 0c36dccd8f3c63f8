"""The departments' desk over HTTP: permits are entered and changed, and licenses follow."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from tests.verify_service.web.browser import code_of
from tests.verify_service.web.conftest import AT, Counter
from tests.verify_service.web.desks import (
    FOOD,
    OTHER_USCC,
    TERMS,
    TOBACCO,
    USCC,
    change,
    enter,
    get,
    issued,
    post,
    register,
)


def test_the_same_change_twice_happens_once(counter: Counter) -> None:
    issued(counter)
    first, second = change(counter, "suspended"), change(counter, "suspended")
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["permit"]["version"] == 2


def test_a_request_key_means_one_change_of_one_permit(counter: Counter) -> None:
    issued(counter)
    change(counter, "suspended")
    body = {"move": "suspended", "grounds": "经查存在严重违法行为", "expected_version": 1}
    answer = post(counter, "/permits/food_business/OTHER/changes", body, "scjg", key="change-1")
    assert (answer.status_code, code_of(answer)) == (422, "request-key-reused")


def test_a_request_key_means_the_permit_whose_number_was_asked_for_to_the_letter(
    counter: Counter,
) -> None:
    """A tab in an address is dropped by its parser; the two are not one request."""
    issued(counter)
    change(counter, "suspended")
    body = {"move": "suspended", "grounds": "经查存在严重违法行为", "expected_version": 1}
    odd = f"/permits/food_business/{FOOD[:4]}%09{FOOD[4:]}/changes"
    answer = post(counter, odd, body, "scjg", key="change-1")
    assert (answer.status_code, code_of(answer)) == (422, "request-key-reused")


def test_a_change_on_an_old_version_is_refused(counter: Counter) -> None:
    issued(counter)
    change(counter, "suspended")
    answer = change(counter, "revoked", key="change-2")
    assert (answer.status_code, code_of(answer)) == (409, "version-conflict")
    assert (answer.json()["expected"], answer.json()["found"]) == (1, 2)


def test_a_move_that_the_state_does_not_allow_is_refused(counter: Counter) -> None:
    issued(counter)
    answer = change(counter, "resumed")
    assert (answer.status_code, code_of(answer)) == (409, "move-refused")


def test_a_change_of_the_next_years_is_refused(counter: Counter) -> None:
    issued(counter)
    body: dict[str, Any] = {"move": "revoked", "grounds": "x", "expected_version": 1}
    body["effective_at"] = (AT + timedelta(days=1000)).isoformat()
    answer = post(counter, f"/permits/food_business/{FOOD}/changes", body, "scjg", key="change-1")
    assert (answer.status_code, code_of(answer)) == (422, "effective-in-future")
    naive = post(
        counter,
        f"/permits/food_business/{FOOD}/changes",
        body | {"effective_at": "2031-05-20T00:00:00"},
        "scjg",
        key="change-2",
    )
    assert (naive.status_code, code_of(naive)) == (422, "fields-invalid")


def test_a_permit_is_not_granted_twice_by_a_change(counter: Counter) -> None:
    issued(counter)
    assert code_of(change(counter, "granted")) == "fields-invalid"


def test_an_amended_permit_keeps_its_form_and_gets_its_terms(counter: Counter) -> None:
    issued(counter)
    body: dict[str, Any] = {"move": "renewed", "grounds": "延续", "expected_version": 1}
    body["terms"] = {"valid_from": "2030-04-22", "valid_until": "2038-04-21"}
    answer = post(counter, f"/permits/food_business/{FOOD}/changes", body, "scjg", key="change-1")
    assert answer.status_code == 200
    assert answer.json()["permit"]["valid_until"] == "2038-04-21"
    assert answer.json()["permit"]["form"] == "permit"


def test_a_permit_whose_first_day_is_to_come_is_on_file_as_suspended(counter: Counter) -> None:
    document = issued(counter)
    body: dict[str, Any] = {"move": "amended", "grounds": "变更", "expected_version": 1}
    body["terms"] = {"valid_from": "2032-01-01", "valid_until": "2033-04-21"}
    answer = post(counter, f"/permits/food_business/{FOOD}/changes", body, "scjg", key="change-1")
    assert answer.status_code == 200
    filed = counter.browser.get(f"/api/v1/licenses/{quote(document['number'])}").json()
    assert {each["kind"]: each["state"] for each in filed["permits"]} == {
        "food_business": "suspended",
        "tobacco_retail": "in_force",
    }
    verdict = counter.browser.verify(document["text"])
    assert verdict["outcome"] == "not_in_force"
    assert [each["code"] for each in verdict["reasons"]] == ["permit-suspended"]
    lookup = counter.browser.visit(f"/lookup?number={quote(document['number'])}&lang=en").text
    assert "Suspended" in lookup


def test_the_bureau_never_writes_a_permit(counter: Counter) -> None:
    premises = register(counter)
    body = {"kind": "food_business", "number": FOOD, "holder": USCC, "premises": premises}
    entered = post(counter, "/permits", body | {"terms": TERMS}, "bureau")
    assert (entered.status_code, code_of(entered)) == (403, "not-allowed")
    enter(counter, premises)
    changed = change(counter, "revoked", party="bureau")
    assert (changed.status_code, code_of(changed)) == (403, "not-allowed")


def test_a_department_never_writes_anothers_permit(counter: Counter) -> None:
    premises = register(counter)
    answer = enter(counter, premises, kind="tobacco_retail", number=TOBACCO)
    assert (answer.status_code, code_of(answer)) == (403, "not-allowed")
    issued_by_scjg = enter(counter, premises)
    assert issued_by_scjg.status_code == 201
    assert change(counter, "revoked", party="tobacco").status_code == 403


def test_a_department_reads_its_own_permits_and_nobody_elses(counter: Counter) -> None:
    premises = register(counter)
    enter(counter, premises)
    drainage = {"kind": "drainage", "number": "朝水排字1号", "holder": USCC, "premises": premises}
    entered = post(counter, "/permits", drainage | {"terms": TERMS}, "water_district")
    assert entered.status_code == 201
    food, own = f"/permits/food_business/{FOOD}", f"/permits/drainage/{quote('朝水排字1号')}"
    readers = {
        food: {"bureau", "scjg"},
        own: {"bureau", "water_district"},  # and not the other department that decides on the kind
    }
    for path, allowed in readers.items():
        for party in ("bureau", "scjg", "tobacco", "water_district", "water_city"):
            answer = get(counter, path, party)
            assert answer.status_code == (200 if party in allowed else 403), (path, party)
            if party not in allowed:
                assert code_of(answer) == "not-allowed"
                assert USCC not in answer.text
    # Of what is not there nobody learns whose it would be.
    for party, status in (("tobacco", 403), ("scjg", 404), ("bureau", 404)):
        assert get(counter, "/permits/food_business/JY0", party).status_code == status


def test_a_department_changes_no_permit_of_its_kind_that_is_anothers(counter: Counter) -> None:
    premises = register(counter)
    drainage = {"kind": "drainage", "number": "W1", "holder": USCC, "premises": premises}
    post(counter, "/permits", drainage | {"terms": TERMS}, "water_district")
    body = {"move": "revoked", "grounds": "越权", "expected_version": 1}
    answer = post(counter, "/permits/drainage/W1/changes", body, "water_city", key="change-1")
    assert (answer.status_code, code_of(answer)) == (403, "not-allowed")
    assert get(counter, "/permits/drainage/W1", "water_district").json()["version"] == 1


def test_dates_the_wrong_way_round_are_refused(counter: Counter) -> None:
    premises = register(counter)
    terms = {"valid_from": "2030-04-22", "valid_until": "2030-04-21"}
    answer = enter(counter, premises, terms=terms)
    assert (answer.status_code, code_of(answer)) == (422, "dates-reversed")


def test_a_day_is_a_day(counter: Counter) -> None:
    premises = register(counter)
    answer = enter(counter, premises, terms=TERMS | {"valid_until": "21.4.2033"})
    assert (answer.status_code, code_of(answer)) == (422, "fields-invalid")
    assert answer.json()["errors"][0]["field"] == "terms.valid_until"


def test_a_permit_of_an_unknown_kind_or_form_is_refused(counter: Counter) -> None:
    premises = register(counter)
    unknown = enter(counter, premises, kind="dog_walking")
    assert unknown.status_code in (403, 422)
    form = enter(counter, premises, terms=TERMS | {"form": "opinion"})
    assert (form.status_code, code_of(form)) == (422, "not-in-catalog")


def test_a_permit_for_anothers_premises_is_refused(counter: Counter) -> None:
    premises = register(counter)
    register(counter, uscc=OTHER_USCC, name="雾屿咖啡")
    answer = enter(counter, premises, holder=OTHER_USCC)
    assert (answer.status_code, code_of(answer)) == (422, "belongs-elsewhere")


def test_a_doubtful_permit_number_is_entered_with_a_warning(counter: Counter) -> None:
    answer = enter(counter, register(counter), number="JY21105040032945")
    assert answer.status_code == 201
    (warning,) = answer.json()["warnings"]
    assert warning["code"] == "food-check"
    assert enter(counter, 1, number="JY2\u200b").status_code == 422


def test_a_permit_is_read_by_the_bureau_and_by_its_department(counter: Counter) -> None:
    enter(counter, register(counter))
    path = f"/permits/food_business/{FOOD}"
    assert get(counter, path, "bureau").json() == get(counter, path, "scjg").json()
    assert get(counter, path, "scjg").json()["version"] == 1
    assert get(counter, path, "tobacco").status_code == 403
    missing = get(counter, "/permits/food_business/JY0", "bureau")
    assert (missing.status_code, code_of(missing)) == (404, "not-registered")


def test_a_permit_number_may_hold_a_slash(counter: Counter) -> None:
    premises = register(counter)
    number = "京食/朝〔2030〕7号"
    assert enter(counter, premises, number=number).status_code == 201
    path = f"/permits/food_business/{quote(number)}"
    assert get(counter, path, "scjg").json()["number"] == number
    body = {"move": "suspended", "grounds": "x", "expected_version": 1}
    answer = post(counter, f"{path}/changes", body, "scjg", key="change-1")
    assert answer.json()["permit"]["state"] == "suspended"
