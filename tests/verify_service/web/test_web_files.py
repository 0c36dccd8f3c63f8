"""Files of changes and extracts over HTTP: the body is the file."""

from typing import Any

import httpx
import pytest

from tests.verify_service.intake.workbooks import workbook
from tests.verify_service.web.conftest import Counter
from tests.verify_service.web.desks import FOOD, USCC, enter, get, issued, post, register

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ["操作", "许可种类", "许可证编号", "理由"]
END = ["吊销", "food_business", FOOD, "经查"]


def send(
    counter: Counter,
    content: bytes | str,
    *,
    path: str = "/permits/import",
    party: str = "scjg",
    media_type: str = CSV,
) -> httpx.Response:
    headers = counter.headers(party) | {"content-type": media_type}
    data = content.encode() if isinstance(content, str) else content
    return counter.browser.post(f"/api/v1{path}", content=data, headers=headers)


def csv_of(*rows: list[str]) -> str:
    return "".join(",".join(row) + "\n" for row in (HEADER, *rows))


def outcome(counter: Counter, document: dict[str, Any]) -> str:
    answer = counter.browser.post("/api/v1/verify", json={"text": document["text"]})
    found: str = answer.json()["outcome"]
    return found


def test_a_file_is_rehearsed_and_then_done_and_the_next_request_knows(counter: Counter) -> None:
    document = issued(counter)
    rows = csv_of(END, ["注销", "food_business", "没有", "申请"])
    rehearsed = send(counter, rows, path="/permits/import?dry_run=true")
    assert rehearsed.status_code == 200
    said = rehearsed.json()
    assert (said["run"], said["dry_run"], said["accepted"], said["licenses"]) == (None, True, 1, 1)
    assert outcome(counter, document) == "valid"
    done = send(counter, rows).json()
    assert done["refusals"] == said["refusals"]
    assert [each["code"] for each in done["refusals"]] == ["not-registered"]
    assert outcome(counter, document) == "not_in_force"
    assert send(counter, rows).json() == done
    for party in ("bureau", "scjg"):
        shown = get(counter, f"/imports/{done['run']}", party).json()
        assert (shown["done"], shown["accepted"], shown["next"]) == (2, 1, None)
        assert shown["refusals"] == done["refusals"]
    assert get(counter, f"/imports/{done['run']}?after=3", "scjg").json()["refusals"] == []
    assert get(counter, f"/imports/{done['run']}", "tobacco").status_code == 404


def test_a_workbook_is_taken_under_its_own_content_type(counter: Counter) -> None:
    issued(counter)
    answer = send(counter, workbook([HEADER, END]), media_type=XLSX)
    assert (answer.status_code, answer.json()["format"], answer.json()["accepted"]) == (
        200,
        "xlsx",
        1,
    )


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (csv_of(END), "application/json", 415, "format-unknown"),
        (csv_of(END), XLSX, 415, "format-unknown"),
        (csv_of(END)[:-3], CSV, 422, "table-refused"),
        ("操作,种类\n1,2\n", CSV, 422, "table-refused"),
        ("", CSV, 422, "table-refused"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem(
    content: str, media_type: str, status: int, code: str, counter: Counter
) -> None:
    answer = send(counter, content, media_type=media_type)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, code)


def test_a_file_may_be_larger_than_other_bodies_and_not_without_end(counter: Counter) -> None:
    issued(counter)
    large = csv_of(*([["注销", "food_business", "没有", "申" * 490]] * 400))
    assert len(large.encode()) > counter.service.settings.request_bytes
    assert send(counter, large).status_code == 200
    headers = counter.headers("scjg") | {"content-type": CSV, "content-length": str(65 << 20)}
    answer = counter.browser.post("/api/v1/permits/import", content=b"x", headers=headers)
    assert answer.json()["type"].endswith("/body-too-large")


def test_nobody_but_a_department_hands_in_a_file(counter: Counter) -> None:
    assert send(counter, csv_of(END), party="bureau").status_code == 403
    answer = counter.browser.post(
        "/api/v1/permits/import", content=csv_of(END), headers={"content-type": CSV}
    )
    assert answer.status_code == 401
    for path in ("/reconciliations",):
        assert send(counter, "x", path=path, party="bureau").status_code == 403


def extract(number: str, state: str) -> str:
    header = "kind,number,holder,valid_from,valid_until,state"
    return f"{header}\nfood_business,{number},{USCC},2030-04-22,2033-04-21,{state}\n"


def test_an_extract_is_compared_settled_and_dismissed(counter: Counter) -> None:
    document = issued(counter)
    premises = 1
    assert enter(counter, premises, number="JY2").status_code == 201
    answer = send(counter, extract(FOOD, "revoked"), path="/reconciliations?kind=food_business")
    assert answer.status_code == 201
    compared = answer.json()["reconciliation"]
    state, extra = compared["differences"]
    assert (state["what"], extra["what"], compared["open"]) == ("state", "extra", 2)
    base = f"/reconciliations/{compared['id']}"
    assert get(counter, base, "bureau").json() == compared
    assert get(counter, base, "tobacco").status_code == 404
    place = f"{base}/differences"
    body = {"grounds": "漏报，补录"}
    other = post(counter, f"/reconciliations/99/differences/{state['id']}/settle", body, "scjg")
    assert other.status_code == 404
    assert post(counter, f"{place}/{state['id']}/settle", body, "bureau").status_code == 403
    unclear = post(counter, f"{place}/{extra['id']}/settle", body, "scjg")
    assert (unclear.status_code, unclear.json()["lacking"]) == (422, "move")
    settled = post(counter, f"{place}/{state['id']}/settle", body, "scjg")
    assert (settled.status_code, settled.json()["state"]) == (200, "revoked")
    assert outcome(counter, document) == "not_in_force"
    again = post(counter, f"{place}/{state['id']}/settle", body, "scjg")
    assert (again.status_code, again.json()["outcome"]) == (409, "settled")
    dismissed = post(counter, f"{place}/{extra['id']}/dismiss", body, "scjg")
    assert dismissed.json()["outcome"] == "dismissed"
    assert get(counter, base, "scjg").json()["open"] == 0
    assert get(counter, f"{base}?after={extra['id']}", "scjg").json()["differences"] == []


def test_an_extract_that_cannot_be_compared_is_told_row_by_row(counter: Counter) -> None:
    register(counter)
    answer = send(counter, extract("1.1E+15", "有效么"), path="/reconciliations")
    assert answer.json()["reconciliation"] is None
    assert [each["code"] for each in answer.json()["refusals"]] == ["digits-lost", "word-unknown"]
    early = send(counter, extract(FOOD, "有效"), path="/reconciliations?as_of=2031-06-01T00:00Z")
    assert early.json()["type"].endswith("/as-of-refused")
