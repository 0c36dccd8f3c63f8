"""Files at the desk: brought, rehearsed, done once, by their department; extracts and differences."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.verify_service.web.desk_files import changes, extract, filed, table
from tests.verify_service.web.desks import (
    FOOD,
    TOBACCO,
    USCC,
    change,
    enter,
    issued,
    post,
    register,
)
from tests.verify_service.web.elements import Elements
from tests.verify_service.web.people import OURS, House, Window
from tests.verify_service.web.test_desk_pages import state, text_of
from tests.verify_service.web.verdicts import EVIL
from verify_service.registry.account_records import AccountRole
from verify_service.registry.intake_records import DifferenceOutcome, StagedFile
from verify_service.registry.moves import LicenseState, PermitState
from verify_service.registry.permits import find_permit
from verify_service.registry.reconciling import get_difference
from verify_service.registry.staged_files import staged_file

IMPORTS, STAGED = "/desk/imports", "/desk/imports/staged"
RECONCILIATIONS = "/desk/reconciliations"
REVOKED = ("吊销", "food_business", FOOD, "经查存在严重违法行为")


def staged_of(house: House, login: str = "of.scjg") -> StagedFile | None:
    since = house.clock() - timedelta(days=9)
    with house.service.database.reading() as connection:
        return staged_file(connection, login, since=since)


def permit_state(house: House, number: str = FOOD) -> PermitState | None:
    with house.service.database.reading() as connection:
        permit = find_permit(connection, kind="food_business", number=number)
    return None if permit is None else permit.current.state


def location(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def faults(answer: httpx.Response) -> str:
    assert answer.status_code in (409, 413, 415, 422), answer.status_code
    return " ".join(Elements(answer.text).text.split())


@pytest.fixture
def number(house: House) -> str:
    return str(issued(house.counter)["number"])


# ---- changes ---------------------------------------------------------------------------------------


def test_a_file_is_worked_out_first_and_done_when_it_is_confirmed(
    house: House, number: str
) -> None:
    window = house.department()
    content = changes(REVOKED, ("吊销", "food_business", "JY0", "查无此证"))
    assert location(window.bring(IMPORTS, content)) == f"{STAGED}?lang=zh"
    page = text_of(window, STAGED)
    assert "许可变更.csv" in page
    assert "行数2 可办理1 不予办理1 随之变动的凭证1" in page
    assert "第 3 行 · 许可证编号" in page
    assert state(house, number) is LicenseState.IN_FORCE
    assert "有一份文件等候办理" in text_of(window, IMPORTS)

    done = window.submit(STAGED)
    assert location(done) == "/desk/imports/1?done=imported&lang=zh"
    assert state(house, number) is LicenseState.VOID
    page = text_of(window, "/desk/imports/1?done=imported")
    assert "已办理，凭证与状态清单已同步" in page
    assert "行数2 已办理1 不予办理1 随之变动的凭证1" in page
    assert "of.scjg" in page
    assert "第 3 行 · 许可证编号" in page
    assert staged_of(house) is None
    page = text_of(window, IMPORTS)
    assert "有一份文件等候办理" not in page
    assert "第 1 号批次 行数 2 · 已办理 1 · 不予办理 1" in page


def test_a_second_click_leads_to_what_the_first_has_done(house: House, number: str) -> None:
    window = house.department()
    window.bring(IMPORTS, changes(REVOKED))
    fields = window.fields(STAGED)
    assert location(window.post(STAGED, fields)) == "/desk/imports/1?done=imported&lang=zh"
    assert location(window.post(STAGED, fields)) == "/desk/imports/1?lang=zh"
    assert state(house, number) is LicenseState.VOID


def test_the_same_file_again_does_nothing_twice(house: House, number: str) -> None:
    window = house.department()
    for _ in range(2):
        window.bring(IMPORTS, changes(REVOKED))
        page = text_of(window, STAGED)
        if "已经办理完毕" not in page:
            window.submit(STAGED)
    assert "已经办理完毕" in page
    assert "/desk/imports/1?" in window.get(STAGED).text
    assert ("button", {}) not in Elements(window.get(STAGED).text).found
    assert state(house, number) is LicenseState.VOID


def test_what_waits_is_rehearsed_against_the_registry_as_it_is(house: House, number: str) -> None:
    window = house.department()
    window.bring(IMPORTS, changes(REVOKED))
    assert "可办理1 " in text_of(window, STAGED)
    change(house.counter, "revoked")
    page = text_of(window, STAGED)
    assert "可办理0 " in page
    assert "没有可以办理的行" in page


def test_another_file_in_its_place_is_not_done_by_an_old_form(house: House, number: str) -> None:
    window = house.department()
    window.bring(IMPORTS, changes(("暂停", "food_business", FOOD, "停业整顿")))
    fields = window.fields(STAGED)
    window.bring(IMPORTS, changes(REVOKED))
    answer = window.post(STAGED, fields)
    assert answer.status_code == 409
    assert "等候办理的已不是这份文件" in answer.text
    assert state(house, number) is LicenseState.IN_FORCE
    assert permit_state(house) is PermitState.IN_FORCE


@pytest.mark.parametrize("digest", ["", "zz", "00" * 32])
def test_nothing_waits_and_nothing_is_done(house: House, number: str, digest: str) -> None:
    window = house.department()
    assert location(window.get(STAGED)) == "/desk/imports?lang=zh"
    token = window.fields(IMPORTS)["token"]
    answer = window.post(STAGED, {"token": token, "digest": digest, "sheet": ""})
    assert answer.status_code == 409


def test_a_file_waits_for_whoever_brought_it_and_no_longer_than_a_session(
    house: House, number: str
) -> None:
    window = house.department()
    window.bring(IMPORTS, changes(REVOKED))
    colleague = house.person("li.na", AccountRole.DEPARTMENT, department="scjg")
    assert location(colleague.get(STAGED)) == "/desk/imports?lang=zh"
    house.clock.go_on(hours=12, seconds=1)
    assert window.log_in("of.scjg").status_code == 303
    assert location(window.get(STAGED)) == "/desk/imports?lang=zh"
    assert staged_of(house) is None


@pytest.mark.parametrize(
    ("name", "content", "status", "told"),
    [
        ("", b"", 422, "请选择文件"),
        ("a.csv", b"", 422, "没有表头"),
        ("a.txt", b"x", 415, "不能识别的文件格式：a.txt"),
        ("a", b"x", 415, "不能识别的文件格式：a；"),
        ("a.csv", b"PK\x03\x04rest", 415, "不能识别"),
        ("a.xlsx", b"PK\x03\x04rest", 422, "不完整"),
        ("a.csv", "操作,许可种类,编号?\n".encode(), 422, "不认识的列名"),
        ("a.csv", changes(REVOKED).rstrip(), 422, "不完整"),
        ("..\\..\\C:\\a\x00\u202e.csv", "操作,许可种类\r\n吊销,x\r\n".encode(), 422, "缺少列"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_its_field(
    house: House, number: str, name: str, content: bytes, status: int, told: str
) -> None:
    window = house.department()
    answer = window.bring(IMPORTS, content, name=name)
    assert answer.status_code == status
    assert told in faults(answer)
    assert 'href="#file"' in answer.text
    assert staged_of(house) is None


def test_a_sheet_that_is_not_there_is_told_at_its_field(house: House) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.title = "变更"
    book.active.append(["操作", "许可种类", "许可证编号", "理由"])
    book.active.append(list(REVOKED))
    bytes_of = io.BytesIO()
    book.save(bytes_of)
    window = house.department()
    answer = window.bring(IMPORTS, bytes_of.getvalue(), name="变更.XLSX", sheet="没有")
    assert answer.status_code == 422
    assert 'href="#sheet"' in answer.text
    assert 'value="没有"' in answer.text
    assert "现有：变更" in faults(answer)
    assert location(window.bring(IMPORTS, bytes_of.getvalue(), name="变更.XLSX"))
    assert "变更.XLSX · 变更" in text_of(window, STAGED)


def test_nothing_of_a_file_is_read_for_whoever_may_not_bring_it(house: House, number: str) -> None:
    body = b"--x\r\nthis is no form"
    headers = {"content-type": "multipart/form-data; boundary=x"} | OURS
    for path in (IMPORTS, RECONCILIATIONS):
        clerk = house.person(f"clerk{len(path)}")
        assert clerk.request("POST", path, content=body, headers=headers).status_code == 403
        stranger = house.window()
        away = stranger.request("POST", path, content=body, headers=headers)
        assert location(away).startswith("/desk/login?next=")


@pytest.mark.parametrize("path", [IMPORTS, RECONCILIATIONS])
def test_a_form_with_a_file_is_held_to_its_session_and_its_site(house: House, path: str) -> None:
    window = house.department()
    files = {"file": ("a.csv", changes(REVOKED), "text/csv")}
    for token in ("", "00" * 32):
        answer = window.request("POST", path, files=files, data={"token": token}, headers=OURS)
        assert answer.status_code == 403
        assert "页面已过期" in answer.text
    elsewhere = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert window.bring(path, changes(REVOKED), headers=elsewhere).status_code == 403
    assert window.post(path, {"token": "x"}).status_code == 415
    broken = OURS | {"content-type": "multipart/form-data; boundary=;"}
    assert window.request("POST", path, content=b"x", headers=broken).status_code == 400
    assert staged_of(house) is None


def test_the_bureau_reads_runs_and_another_department_does_not(house: House, number: str) -> None:
    window = house.department()
    window.bring(IMPORTS, changes(REVOKED, ("吊销", "food_business", "JY0", "查无此证")))
    window.submit(STAGED)
    other, clerk = house.department("tobacco"), house.clerk()
    assert other.get("/desk/imports/1").status_code == 404
    assert "第 1 号批次" not in text_of(other, IMPORTS)
    assert "第 3 行" in text_of(clerk, "/desk/imports/1")
    page = clerk.get(IMPORTS)
    assert "第 1 号批次" in page.text
    assert 'type="file"' not in page.text
    assert clerk.get("/desk/imports/2").status_code == 404
    assert clerk.get(f"/desk/imports/1?after={'9' * 40}").status_code == 200


def test_a_department_enters_new_permits_by_a_file(house: House) -> None:
    premises = register(house.counter)
    window = house.department()
    title = (
        "操作",
        "许可种类",
        "许可证编号",
        "统一社会信用代码",
        "场所编号",
        "有效期起",
        "有效期止",
    )
    row = ("核发", "food_business", FOOD, USCC, premises, "2030-04-22", "长期")
    window.bring(IMPORTS, table(title, row))
    assert permit_state(house) is None
    window.submit(STAGED)
    assert permit_state(house) is PermitState.IN_FORCE


def test_many_refused_rows_are_turned_over_page_by_page(house: House) -> None:
    window = house.department()
    rows = [("吊销", "food_business", f"JY{n:05}", "查无此证") for n in range(250)]
    window.bring(IMPORTS, changes(*rows, ("吊销", "food_business", FOOD, EVIL)))
    assert "另有 51 行未列出" in text_of(window, STAGED)
    assert EVIL not in window.get(STAGED).text
    enter(house.counter, register(house.counter))
    window.submit(STAGED)
    first = window.get("/desk/imports/1").text
    assert "第 201 行" in first
    assert "第 202 行" not in first
    assert "/desk/imports/1?after=201&amp;lang=zh" in first
    assert "第 202 行" in text_of(window, "/desk/imports/1?after=201")


# ---- extracts and differences ----------------------------------------------------------------------


def compared(window: Window, *rows: Sequence[object], **typed: Any) -> str:
    """Compare an extract; gives the path of the list."""
    answer = window.bring(RECONCILIATIONS, extract(*rows), **typed)
    return location(answer).partition("?")[0]


def test_an_extract_that_agrees_has_no_difference(house: House, number: str) -> None:
    window = house.department()
    path = compared(window, filed())
    page = text_of(window, f"{path}?done=compared")
    assert "已核对" in page
    assert "行数1 一致1 待处理的差异0" in page
    assert "没有差异" in page
    assert "全部处理完毕" in text_of(window, RECONCILIATIONS)


def test_another_state_is_settled_by_the_move_that_leads_there(house: House, number: str) -> None:
    window = house.department()
    path = compared(window, filed("吊销"))
    page = text_of(window, path)
    assert "状态不同" in page
    assert "状态 有效 吊销" in page
    assert "待处理的差异" in text_of(window, "/desk")
    page = window.get("/desk/differences/1").text
    assert "/desk/differences/1/revoked?" in page
    assert "/desk/differences/1/cancelled?" not in page
    form = text_of(window, "/desk/differences/1/revoked")
    assert number in form
    assert "随即作废" in form
    done = window.submit(
        "/desk/differences/1/revoked", grounds="台账已吊销", document="罚〔2031〕7 号"
    )
    assert location(done) == f"{path}?done=settled&lang=zh"
    assert state(house, number) is LicenseState.VOID
    page = text_of(window, path)
    assert "已更改登记" in page
    assert "台账已吊销" in page
    assert "待处理的差异" not in text_of(window, "/desk")


def test_other_days_are_taken_over(house: House, number: str) -> None:
    window = house.department()
    path = compared(window, filed(last="2034-04-21"))
    page = text_of(window, path)
    assert "有效期不同" in page
    assert "有效期至 2033年4月21日 2034年4月21日" in page
    window.submit("/desk/differences/1/amended", basis="ex-officio", grounds="登记有误")
    assert "行数1 一致1" in text_of(window, compared(window, filed(last="2034-04-21")))


def test_a_missing_permit_is_entered_at_premises_that_are_chosen(house: House) -> None:
    premises = register(house.counter)
    window = house.department()
    path = compared(window, filed("暂停"))
    assert "登记库中没有" in text_of(window, path)
    form = "/desk/differences/1/granted"
    fields = window.fields(form)
    assert fields["premises"] == str(premises)  # the only ones are ticked
    answer = window.post(
        form, {**fields, "premises": "", "grounds": "补录", "basis": "by-decision"}
    )
    assert 'href="#premises"' in answer.text
    assert permit_state(house) is None
    answer = window.post(
        form, {**fields, "premises": "77", "grounds": "补录", "basis": "by-decision"}
    )
    assert answer.status_code == 404
    assert 'href="#premises"' in answer.text
    window.post(form, {**fields, "grounds": "补录", "basis": "by-decision"})
    assert permit_state(house) is PermitState.SUSPENDED


def test_a_holder_without_premises_is_sent_to_the_bureau(house: House) -> None:
    window = house.department()
    compared(window, filed())
    assert "没有登记经营场所" in text_of(window, "/desk/differences/1/granted")


def test_what_a_full_extract_does_not_have_is_ended_as_its_department_says(
    house: House, number: str
) -> None:
    window = house.department()
    path = compared(window, filed(number="JY2"), kind="food_business")
    page = text_of(window, path)
    assert "部门数据中没有" in page
    assert "全量种类：食品经营许可" in page
    extra = "/desk/differences/2"
    page = window.get(extra).text
    for move in ("cancelled", "revoked", "amended", "suspended"):
        assert f"{extra}/{move}?" in page
    assert "/granted" not in page
    window.submit(f"{extra}/cancelled", grounds="持证人停业", basis="on-application")
    assert permit_state(house) is PermitState.CANCELLED
    assert state(house, number) is LicenseState.VOID


def test_what_is_missing_is_granted_and_nothing_else_is(house: House, number: str) -> None:
    window = house.department()
    compared(window, filed("吊销"), filed(number="JY2"))
    token = window.fields(RECONCILIATIONS)["token"]
    for path in ("/desk/differences/1/granted", "/desk/differences/2/revoked"):
        assert window.get(path).status_code == 404
        assert window.post(path, {"token": token, "grounds": "依法"}).status_code == 404
    with house.service.database.reading() as connection:
        assert all(get_difference(connection, each).outcome is None for each in (1, 2))


def test_a_difference_is_dismissed_with_a_reason(house: House, number: str) -> None:
    window = house.department()
    path = compared(window, filed("吊销"))
    form = "/desk/differences/1/dismissed"
    assert "请填写此项" in faults(window.submit(form, grounds=" "))
    assert location(window.submit(form, grounds="台账误录")) == f"{path}?done=dismissed&lang=zh"
    assert state(house, number) is LicenseState.IN_FORCE
    assert "登记无误" in text_of(window, "/desk/differences/1")
    assert location(window.get(form)) == "/desk/differences/1?lang=zh"


def test_sent_twice_it_is_settled_once_and_another_outcome_is_refused(
    house: House, number: str
) -> None:
    window = house.department()
    path = compared(window, filed("吊销"))
    form = "/desk/differences/1/revoked"
    dismissing = window.fields("/desk/differences/1/dismissed") | {"grounds": "误录"}
    fields = window.fields(form) | {"grounds": "台账已吊销"}
    for _ in range(2):
        assert location(window.post(form, fields)) == f"{path}?done=settled&lang=zh"
    assert window.post("/desk/differences/1/dismissed", dismissing).status_code == 409
    with house.service.database.reading() as connection:
        assert get_difference(connection, 1).outcome is DifferenceOutcome.SETTLED


def test_what_changed_since_it_was_compared_is_not_settled(house: House, number: str) -> None:
    window = house.department()
    compared(window, filed("暂停"))
    fields = window.fields("/desk/differences/1/suspended") | {
        "grounds": "整改",
        "basis": "penalty",
    }
    change(house.counter, "revoked")
    answer = window.post("/desk/differences/1/suspended", fields)
    assert answer.status_code == 409
    assert "整改" in answer.text
    assert permit_state(house) is PermitState.REVOKED
    assert "只能写明理由后关闭" in text_of(window, "/desk/differences/1")


def test_rows_that_cannot_be_read_are_listed_and_nothing_is_compared(house: House) -> None:
    window = house.department()
    answer = window.bring(RECONCILIATIONS, extract(filed(), filed("不知道"), filed(last="昨天")))
    page = faults(answer)
    assert "未作核对" in page
    assert "第 3 行 · 状态" in page
    assert "第 4 行 · 有效期止" in page
    assert "还没有核对过" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "tobacco_retail"}, "kind"),
        ({"as_of": "明天"}, "as_of"),
        ({"as_of": "2031-05-21T00:00"}, "as_of"),
    ],
)
def test_what_is_said_of_an_extract_is_checked_at_its_field(
    house: House, typed: dict[str, Any], field: str
) -> None:
    window = house.department()
    answer = window.bring(RECONCILIATIONS, extract(filed()), **typed)
    assert f'href="#{field}"' in answer.text
    assert "还没有核对过" in faults(answer)


def test_the_bureau_looks_on_and_another_department_sees_nothing(house: House, number: str) -> None:
    window = house.department()
    path = compared(window, filed("吊销"))
    clerk, other = house.clerk(), house.department("tobacco")
    assert "区市场监管局 待处理 1 条" in text_of(clerk, "/desk")
    assert "待处理 1 条" in text_of(clerk, RECONCILIATIONS)
    assert "差异只能由其审批部门处理" in text_of(clerk, "/desk/differences/1")
    assert "/revoked?" not in clerk.get("/desk/differences/1").text
    assert clerk.get("/desk/differences/1/revoked").status_code == 403
    for each in (path, "/desk/differences/1", "/desk/differences/1/revoked"):
        assert other.get(each).status_code == 404
    assert "待处理的差异" not in text_of(other, "/desk")
    fields = window.fields("/desk/differences/1/revoked") | {"grounds": "依法"}
    token = other.fields(RECONCILIATIONS)["token"]
    assert other.post("/desk/differences/1/revoked", fields | {"token": token}).status_code == 404
    token = clerk.fields("/desk/password")["token"]
    assert clerk.post("/desk/differences/1/revoked", fields | {"token": token}).status_code == 403
    assert state(house, number) is LicenseState.IN_FORCE


def test_an_account_settles_only_what_is_of_its_kinds(house: House, number: str) -> None:
    window = house.department()
    compared(window, filed("吊销"))
    house.account("wu.gang", AccountRole.DEPARTMENT, department="scjg")
    colleague = house.window()
    colleague.log_in("wu.gang")
    assert "/revoked?" in colleague.get("/desk/differences/1").text
    assert colleague.get("/desk/differences/1/none").status_code == 404
    assert colleague.get("/desk/differences/9").status_code == 404
    answer = post(
        house.counter,
        "/reconciliations/1/differences/1/settle",
        {"grounds": "依法"},
        "tobacco",
    )
    assert answer.status_code == 403
    assert TOBACCO not in text_of(colleague, RECONCILIATIONS)
