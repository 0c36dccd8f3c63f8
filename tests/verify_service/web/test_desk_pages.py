"""The desk's pages: what each shows, to whom, and that nobody sees what is another's."""

import re

import pytest

from tests.verify_service.web.desks import (
    FOOD,
    TOBACCO,
    USCC,
    change,
    enter,
    issue,
    issued,
    register,
)
from tests.verify_service.web.elements import Elements
from tests.verify_service.web.people import House, Window
from tests.verify_service.web.verdicts import EVIL
from verify_service.registry.alarms import raise_alarm
from verify_service.registry.moves import LicenseState
from verify_service.registry.permits import find_permit
from verify_service.registry.recalls import open_recalls, recalls_of
from verify_service.registry.records import RecallTask
from verify_service.registry.reissues import open_reissues
from verify_service.registry.states import license_standing


def permit_id(house: House, kind: str = "food_business", number: str = FOOD) -> int:
    with house.service.database.reading() as connection:
        permit = find_permit(connection, kind=kind, number=number)
    assert permit is not None
    return permit.id


def state(house: House, number: str, version: int = 1) -> LicenseState:
    with house.service.database.reading() as connection:
        return license_standing(connection, number, version).state


def recalls(house: House) -> tuple[RecallTask, ...]:
    with house.service.database.reading() as connection:
        return open_recalls(connection)


def text_of(window: Window, path: str) -> str:
    page = window.get(path)
    assert page.status_code == 200, page.text
    return " ".join(Elements(page.text).text.split())


@pytest.fixture
def number(house: House) -> str:
    """A tavern's license that gathers a food and a tobacco permit."""
    return str(issued(house.counter)["number"])


# ---- who may ---------------------------------------------------------------------------------------

BUREAUS = (
    "/desk/search?q=x",
    "/desk/licenses/{number}",
    "/desk/licenses/{number}/sheet.pdf",
    "/desk/licenses/{number}/reissue",
    "/desk/recalls/1",
    "/desk/notices/1",
    "/desk/reissues/1",
    "/desk/holders/x",
    "/desk/issue/1",
)


@pytest.mark.parametrize("path", [*BUREAUS, "/desk/alarms", "/desk/licenses/{number}/void"])
def test_a_department_has_no_page_of_the_bureaus(house: House, number: str, path: str) -> None:
    change(house.counter, "revoked")
    window = house.department()
    answer = window.get(path.format(number=number))
    assert answer.status_code == 403
    assert "只能由" in answer.text


@pytest.mark.parametrize("path", ["/desk/alarms", "/desk/licenses/{number}/void"])
def test_a_clerk_is_no_supervisor(house: House, number: str, path: str) -> None:
    window = house.clerk()
    answer = window.get(path.format(number=number))
    assert answer.status_code == 403
    assert "主管" in answer.text
    assert "/desk/alarms" not in window.get("/desk").text
    assert "/void?" not in window.get(f"/desk/licenses/{number}").text


def test_a_clerk_cannot_void_by_a_form_of_a_supervisors(house: House, number: str) -> None:
    supervisor, clerk = house.supervisor(), house.clerk()
    path = f"/desk/licenses/{number}/void"
    fields = supervisor.fields(path) | {"reason": "surrendered"}
    own = clerk.fields(f"/desk/licenses/{number}/reissue")
    assert clerk.post(path, fields | {"token": own["token"]}).status_code == 403
    assert state(house, number) is LicenseState.IN_FORCE
    assert supervisor.post(path, fields).status_code == 303
    assert state(house, number) is LicenseState.VOID


def test_the_bureau_reads_a_permit_and_has_no_form_for_it(house: House, number: str) -> None:
    """R6: a permit is written by its department alone."""
    window = house.supervisor()
    permit = f"/desk/permits/{permit_id(house)}"
    page = window.get(permit)
    assert page.status_code == 200
    assert "许可只能由其审批部门办理" in page.text
    assert f"{permit}/revoked" not in page.text
    assert window.get(f"{permit}/revoked").status_code == 403
    token = window.fields(f"/desk/licenses/{number}/reissue")["token"]
    fields = {"token": token, "key": "k" * 12, "grounds": "依法", "expected_version": "1"}
    assert window.post(f"{permit}/revoked", fields).status_code == 403
    assert state(house, number) is LicenseState.IN_FORCE
    assert window.get("/desk/permits").status_code == 403


@pytest.mark.parametrize("path", ["{permit}", "{permit}/revoked", "{permit}/amended"])
def test_another_departments_permit_is_not_opened(house: House, number: str, path: str) -> None:
    window = house.department("tobacco")
    permit = f"/desk/permits/{permit_id(house)}"
    answer = window.get(path.format(permit=permit))
    assert answer.status_code == 403
    assert FOOD not in answer.text
    own = f"/desk/permits/{permit_id(house, 'tobacco_retail', TOBACCO)}"
    fields = window.fields(f"{own}/revoked") | {"grounds": "依法"}
    assert window.post(f"{permit}/revoked", fields).status_code == 403
    assert state(house, number) is LicenseState.IN_FORCE


def test_a_department_lists_its_own_permits_alone(house: House, number: str) -> None:
    window = house.department("tobacco")
    page = text_of(window, "/desk/permits")
    assert TOBACCO in page
    assert FOOD not in page
    assert FOOD not in text_of(window, f"/desk/permits?q={FOOD}")
    assert TOBACCO in text_of(window, "/desk/permits?q=半月")
    assert "没有符合的许可" in text_of(window, "/desk/permits?q=%25")


# ---- tasks -----------------------------------------------------------------------------------------


def test_the_home_lists_what_is_to_be_done_and_marks_what_is_overdue(
    house: House, number: str
) -> None:
    clerk = house.clerk()
    assert "没有待收回的证面" in text_of(clerk, "/desk")
    change(house.counter, "revoked")
    page = text_of(clerk, "/desk")
    assert number in page
    assert "半月酒馆" in page
    assert "已逾期" not in page
    house.clock.go_on(days=16)
    clerk.log_in("zhang.min")
    page = text_of(clerk, "/desk")
    assert "其中 1 件已逾期" in page


def test_a_department_sees_its_own_recalls_alone(house: House, number: str) -> None:
    change(house.counter, "revoked")
    assert number in text_of(house.department(), "/desk")
    assert number not in text_of(house.department("tobacco"), "/desk")


@pytest.mark.parametrize(
    ("outcome", "note", "after"),
    [
        ("taken-back", "", LicenseState.RECALLED),
        ("lost", "证面被装修垃圾清走", LicenseState.VOID),
        ("not-found", "店铺已搬空", LicenseState.VOID),
    ],
)
def test_a_recall_is_closed_with_what_came_of_it(
    house: House, number: str, outcome: str, note: str, after: LicenseState
) -> None:
    change(house.counter, "revoked")
    clerk = house.clerk()
    (task,) = recalls(house)
    path = f"/desk/recalls/{task.id}"
    done = clerk.submit(path, outcome=outcome, note=note)
    assert (done.status_code, done.headers["location"]) == (303, "/desk?done=recall-closed&lang=zh")
    assert recalls(house) == ()
    assert state(house, number) is after
    with house.service.database.reading() as connection:
        (closed,) = recalls_of(connection, number)
    assert (closed.outcome, closed.note) == (outcome, note or None)
    assert closed.closed_by == "bureau/account:zhang.min"
    assert "收回任务已办结" in text_of(clerk, done.headers["location"])
    page = text_of(clerk, f"/desk/licenses/{number}")
    assert "张敏（zhang.min）" in page
    if note:
        assert note in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "eaten"}, "outcome"),
        ({"outcome": "lost"}, "note"),
        ({"outcome": "not-found", "note": "x" * 501}, "note"),
    ],
)
def test_a_sheet_that_is_gone_is_accounted_for(
    house: House, number: str, typed: dict[str, str], field: str
) -> None:
    change(house.counter, "revoked")
    (task,) = recalls(house)
    answer = house.clerk().submit(f"/desk/recalls/{task.id}", **typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert recalls(house) == (task,)


def test_closed_twice_the_first_time_stands(house: House, number: str) -> None:
    change(house.counter, "revoked")
    clerk, colleague = house.clerk(), house.supervisor()
    (task,) = recalls(house)
    path = f"/desk/recalls/{task.id}"
    fields = colleague.fields(path) | {"outcome": "lost", "note": "据店主说遗失"}
    assert clerk.submit(path, outcome="taken-back").status_code == 303
    assert colleague.post(path, fields).status_code == 303
    assert '<form method="post" action="/desk/recalls' not in colleague.get(path).text
    assert "已收回证面" in text_of(colleague, path)
    assert state(house, number) is LicenseState.RECALLED


def test_an_amendment_asks_for_a_reissue_and_the_reissue_closes_the_task(
    house: House, number: str
) -> None:
    change(house.counter, "amended")
    clerk = house.clerk()
    page = text_of(clerk, "/desk")
    assert "待换发的凭证 Licenses to be reissued 共 1 件" in page
    form = clerk.get(f"/desk/licenses/{number}/reissue")
    assert re.search(r'value="permit-changed"[^>]*checked', form.text)
    done = clerk.submit(f"/desk/licenses/{number}/reissue")
    assert done.status_code == 303
    assert state(house, number, 1) is LicenseState.SUPERSEDED
    assert "没有待换发的凭证" in text_of(clerk, "/desk")


def test_a_reissue_that_is_not_needed_is_closed_with_a_reason(house: House, number: str) -> None:
    change(house.counter, "amended")
    clerk = house.clerk()
    with house.service.database.reading() as connection:
        (task,) = open_reissues(connection)
    path = f"/desk/reissues/{task.id}"
    assert clerk.submit(path, note="").status_code == 422
    assert clerk.submit(path, note="只更正了电话号码").status_code == 303
    assert "只更正了电话号码" in text_of(clerk, f"/desk/licenses/{number}")


def test_a_notice_is_given_by_some_means(house: House, number: str) -> None:
    change(house.counter, "suspended")
    clerk = house.clerk()
    assert "凭证暂停使用" in text_of(clerk, "/desk")
    assert clerk.submit("/desk/notices/1", means=" ").status_code == 422
    assert clerk.submit("/desk/notices/1", means="挂号信 XA12345678911").status_code == 303
    assert "没有待告知的事项" in text_of(clerk, "/desk")
    assert "挂号信 XA12345678911" in text_of(clerk, f"/desk/licenses/{number}")


def test_a_supervisor_sees_what_was_shown_and_should_not_exist(house: House, number: str) -> None:
    with house.service.database.writing() as connection:
        raise_alarm(
            connection,
            code="unknown-license",
            shown=b"forged",
            number=number,
            detail={"text": EVIL},
            at=house.clock(),
        )
    page = house.supervisor().get("/desk/alarms")
    assert "unknown-license" in page.text
    assert EVIL in Elements(page.text).text
    assert "<script" not in page.text


# ---- licenses --------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["朝综许", USCC, USCC.lower(), "半月", FOOD, "  半月酒馆 "])
def test_a_license_is_found_by_what_people_have_before_them(
    house: House, number: str, typed: str
) -> None:
    window = house.clerk()
    page = window.get("/desk/search", params={"q": typed})
    assert f"/desk/licenses/{number}".encode() in page.content or number in page.text
    assert number in Elements(page.text).text


@pytest.mark.parametrize(
    "typed", ["%", "_", "朝综许99", "'; drop table licenses; --", "\\", "x" * 5000]
)
def test_what_is_not_there_is_not_found(house: House, number: str, typed: str) -> None:
    page = house.clerk().get("/desk/search", params={"q": typed})
    assert page.status_code == 200
    assert "没有查到" in page.text


def test_a_licenses_page_tells_its_story_in_order(house: House, number: str) -> None:
    clerk = house.clerk()
    for move, key in (("amended", "a"), ("suspended", "b"), ("resumed", "c"), ("revoked", "d")):
        house.clock.go_on(minutes=1)
        answer = change(house.counter, move, version=ord(key) - ord("a") + 1, key=f"change-{key}")
        assert answer.status_code == 200, answer.text
    page = clerk.get(f"/desk/licenses/{number}").text
    told = [
        " ".join(re.sub(r"<small>.*?</small>", "", heading, flags=re.DOTALL).split())
        for heading in re.findall(r'<p class="at">.*?<h3>(.*?)</h3>', page, re.DOTALL)
    ]
    assert told == [
        *("准予许可", "准予许可", "凭证 第 1 版 生效"),
        *("变更", "开立换发任务", "拟告知持证人"),
        *("暂停", "凭证 第 1 版 暂停", "拟告知持证人"),
        *("恢复", "凭证 第 1 版 生效", "拟告知持证人"),
        *("吊销", "凭证 第 1 版 作废", "开立收回任务", "换发任务关闭", "拟告知持证人"),
    ]
    instants = re.findall(r'<p class="at"><time datetime="([^"]+)"', page)
    assert len(instants) == len(told)
    assert instants == sorted(instants)
    page = text_of(clerk, f"/desk/licenses/{number}")
    places = [page.index(word) for word in ("准予许可", "经查存在严重违法行为", "第 1 版 作废")]
    assert places == sorted(places)
    assert "所列许可吊销" in page
    assert "接口令牌" in page


def test_a_sheet_is_handed_out_and_kept_by_nobody(house: House, number: str) -> None:
    clerk = house.clerk()
    assert clerk.submit(f"/desk/licenses/{number}/reissue", why="sheet-lost").status_code == 303
    sheets = [
        clerk.get(f"/desk/licenses/{number}/sheet.pdf{query}")
        for query in ("", "?version=2", "?version=1")
    ]
    for sheet in sheets:
        assert sheet.headers["content-type"] == "application/pdf"
        assert sheet.headers["cache-control"] == "no-store"
        assert sheet.content.startswith(b"%PDF")
    assert sheets[0].content == sheets[1].content != sheets[2].content
    assert clerk.get(f"/desk/licenses/{number}/sheet.pdf?version=9").status_code == 404
    assert house.window().get(f"/desk/licenses/{number}/sheet.pdf").status_code == 303


def test_a_lost_sheet_is_superseded_wherever_it_hangs(house: House, number: str) -> None:
    clerk = house.clerk()
    assert clerk.submit(f"/desk/licenses/{number}/reissue").status_code == 422  # without a reason
    assert clerk.submit(f"/desk/licenses/{number}/reissue", why="sheet-lost").status_code == 303
    assert state(house, number, 1) is LicenseState.SUPERSEDED
    assert "证面遗失" in text_of(clerk, f"/desk/licenses/{number}")


def test_a_reissue_that_the_rules_forbid_is_told_and_nothing_is_issued(house: House) -> None:
    premises = register(house.counter)
    enter(house.counter, premises)
    number = issue(house.counter, premises).json()["number"]
    clerk = house.clerk()
    fields = clerk.fields(f"/desk/licenses/{number}/reissue") | {"why": "on-application"}
    answer = clerk.post(f"/desk/licenses/{number}/reissue", fields | {"applied_for": "no-item"})
    assert answer.status_code == 422
    assert 'href="#applied_for"' in answer.text
    change(house.counter, "revoked")
    answer = clerk.post(f"/desk/licenses/{number}/reissue", fields)
    assert answer.status_code == 409
    assert "不能换发" in answer.text
    assert state(house, number) is LicenseState.VOID


def test_a_license_that_is_void_cannot_be_voided_again(house: House, number: str) -> None:
    window = house.supervisor()
    path = f"/desk/licenses/{number}/void"
    fields = window.fields(path) | {"reason": "issued-in-error"}
    assert window.post(path, fields).status_code == 303
    assert window.post(path, fields).status_code == 303  # the same form: nothing more
    assert window.submit(path, reason="surrendered").status_code == 409
    page = text_of(window, f"/desk/licenses/{number}")
    assert "制发有误" in page
    assert len(recalls(house)) == 1


def test_an_announced_change_is_shown_taken_back_and_does_nothing(
    house: House, number: str
) -> None:
    window = house.department()
    permit = f"/desk/permits/{permit_id(house)}"
    done = window.submit(f"{permit}/revoked", grounds="依法", effective_at="2031-06-01T00:00")
    assert done.headers["location"].endswith("?done=announced&lang=zh")
    page = text_of(window, permit)
    assert "将生效于 2031年6月1日 00:00:00" in page
    assert state(house, number) is LicenseState.IN_FORCE
    token = window.fields("/desk/announced/1", on=permit)
    other = house.department("tobacco")
    tobacco = f"/desk/permits/{permit_id(house, 'tobacco_retail', TOBACCO)}/revoked"
    theirs = {"token": other.fields(tobacco)["token"]}
    assert other.post("/desk/announced/1", theirs).status_code == 403
    assert window.post("/desk/announced/1", token).status_code == 303
    assert "已撤销预告" in text_of(window, permit)
    house.clock.go_on(days=20)
    window.log_in("of.scjg")
    assert "有效" in text_of(window, permit)
    assert state(house, number) is LicenseState.IN_FORCE


def test_an_announced_change_has_come_about_before_a_page_is_shown(
    house: House, number: str
) -> None:
    window = house.department()
    permit = f"/desk/permits/{permit_id(house)}"
    window.submit(f"{permit}/revoked", grounds="依法", effective_at="2031-06-01T00:00")
    clerk = house.clerk()
    house.clock.go_on(days=20)
    clerk.log_in("zhang.min")
    assert "已作废" in text_of(clerk, f"/desk/licenses/{number}")


# ---- issuing -----------------------------------------------------------------------------------------


def test_a_license_is_issued_from_what_departments_have_entered(house: House) -> None:
    premises = register(house.counter)
    assert enter(house.counter, premises).status_code == 201
    clerk = house.clerk()
    assert f"/desk/holders/{USCC}" in clerk.get("/desk/search?q=半月").text
    page = text_of(clerk, f"/desk/holders/{USCC}")
    assert FOOD in page
    path = f"/desk/issue/{premises}"
    assert "请选择行业" in text_of(clerk, path)
    fields = clerk.fields(path, on=f"{path}?industry=26") | {"applied_for": "26-02"}
    answers = [clerk.post(path, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    first, second = (answer.headers["location"] for answer in answers)
    assert first == second  # the same form: the same license
    page = text_of(clerk, first)
    assert "已制发" in page
    assert "未许可事项" in page
    assert "张敏（zhang.min）" in page
    assert len(re.findall(r"/desk/licenses/", clerk.get(f"/desk/holders/{USCC}").text)) == 1


def test_what_the_rules_forbid_is_not_issued_and_told_in_chinese(house: House) -> None:
    premises = register(house.counter)
    clerk = house.clerk()
    path = f"/desk/issue/{premises}"
    answer = clerk.post(path, clerk.fields(path, on=f"{path}?industry=26"))
    assert answer.status_code == 422
    assert "不符合制发条件" in answer.text
    assert 'href="#applied_for"' in answer.text
    enter(house.counter, premises)
    assert clerk.post(path, clerk.fields(path, on=f"{path}?industry=26")).status_code == 303
    again = clerk.post(path, clerk.fields(path, on=f"{path}?industry=26"))
    assert again.status_code == 409
    assert "已有凭证" in again.text
    missing = clerk.post(path, clerk.fields(path, on=f"{path}?industry=12"))
    assert missing.status_code == 422
    assert re.search(r"[\u4e00-\u9fff]", Elements(missing.text).text.partition("未能办理")[2][:40])


@pytest.mark.parametrize("industry", ["99", "x" * 1000, "'"])
def test_an_industry_that_is_none_is_asked_for_again(house: House, industry: str) -> None:
    premises = register(house.counter)
    clerk = house.clerk()
    path = f"/desk/issue/{premises}"
    asked = clerk.get(path, params={"industry": industry})
    assert asked.status_code == 422
    assert 'href="#industry"' in asked.text
    fields = clerk.fields(path, on=f"{path}?industry=26") | {"industry": industry}
    assert clerk.post(path, fields).status_code == 422


def test_a_department_issues_nothing(house: House) -> None:
    premises = register(house.counter)
    enter(house.counter, premises)
    department = house.department()
    assert department.get(f"/desk/holders/{USCC}").status_code == 403
    assert department.get(f"/desk/issue/{premises}?industry=26").status_code == 403
    permit = f"/desk/permits/{permit_id(house)}/revoked"
    token = department.fields(permit)["token"]
    fields = {"token": token, "key": "k" * 12, "industry": "26"}
    assert department.post(f"/desk/issue/{premises}", fields).status_code == 403


def test_whoever_logs_in_again_to_take_a_change_back_comes_to_its_permit(
    house: House, number: str
) -> None:
    window = house.department()
    permit = f"/desk/permits/{permit_id(house)}"
    window.submit(f"{permit}/revoked", grounds="依法", effective_at="2031-06-01T00:00")
    fields = window.fields("/desk/announced/1", on=permit)
    house.clock.go_on(hours=1)
    location = window.post("/desk/announced/1", fields).headers["location"]
    assert location == "/desk/login?next=%2Fdesk%2Fannounced%2F1&lang=zh"
    window.log_in("of.scjg")
    assert window.get("/desk/announced/1").headers["location"].startswith(f"{permit}?")


# ---- what comes from outside -----------------------------------------------------------------------


def test_names_and_grounds_are_written_as_text_and_never_as_markup(house: House) -> None:
    counter = house.counter
    premises = register(counter, name='"><img src=x onerror=alert(1)>酒馆')
    assert enter(counter, premises).status_code == 201
    number = issue(counter, premises).json()["number"]
    window = house.department()
    permit = f"/desk/permits/{permit_id(house)}"
    evil = "</p><script>alert(1)</script>{{ 7*7 }}"
    done = window.submit(f"{permit}/revoked", grounds=evil, document=evil)
    assert done.status_code == 303
    clerk = house.clerk()
    clerk.submit("/desk/recalls/1", outcome="lost", note=evil)
    clerk.submit("/desk/notices/1", means=evil)
    for one, path in (
        (window, permit),
        (window, "/desk"),
        (window, "/desk/permits"),
        (clerk, "/desk"),
        (clerk, f"/desk/licenses/{number}"),
        (clerk, "/desk/search?q=酒馆"),
        (clerk, "/desk/recalls/1"),
        (clerk, "/desk/notices/1"),
    ):
        page = one.get(path).text
        assert "<script" not in page, path
        assert "<img src=x" not in page, path
        assert "49" not in Elements(page).text.split(), path
    assert evil in Elements(clerk.get(f"/desk/licenses/{number}").text).text


@pytest.mark.parametrize(
    "path",
    [
        "/desk/licenses/" + "x" * 3000,
        "/desk/licenses/%00",
        "/desk/licenses/a%0d%0aset-cookie:x=y",
        "/desk/licenses/x/sheet.pdf",
        "/desk/licenses/x/reissue",
        "/desk/recalls/0",
        "/desk/recalls/99999999999999999999",
        "/desk/recalls/１",
        "/desk/permits/-1",
        "/desk/permits/1/revoked",
        "/desk/notices/x",
        "/desk/reissues/1'",
        "/desk/nowhere",
    ],
)
def test_what_is_not_there_is_told_as_such(house: House, path: str) -> None:
    answer = house.clerk().get(path)
    assert answer.status_code in (403, 404, 422)
    assert "set-cookie" not in answer.headers
    assert "Traceback" not in answer.text


def test_pages_are_kept_by_no_cache_and_framed_by_nobody(house: House, number: str) -> None:
    clerk = house.clerk()
    for path in ("/desk/login", "/desk", f"/desk/licenses/{number}", "/desk/nowhere-at-all"):
        headers = clerk.get(path).headers
        assert headers.get_list("cache-control") == ["no-store"], path
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert len(headers.get_list("referrer-policy")) == 1
