"""Forms: who may send one, what sending it twice does, and how a refusal comes back."""

import re
from urllib.parse import quote

import pytest

from tests.verify_service.web.desks import FOOD, issued
from tests.verify_service.web.elements import Elements
from tests.verify_service.web.people import FORM, OURS, House, fields_of
from verify_service.registry.permits import find_permit, permit_chain
from verify_service.registry.records import Permit, PermitVersion
from verify_service.registry.states import license_standing

REVOKE = {"grounds": "经查存在严重违法行为", "document": "京朝市监罚〔2031〕7号"}


def food(house: House) -> Permit:
    with house.service.database.reading() as connection:
        permit = find_permit(connection, kind="food_business", number=FOOD)
    assert permit is not None
    return permit


def chain(house: House) -> tuple[PermitVersion, ...]:
    with house.service.database.reading() as connection:
        return permit_chain(connection, food(house).id)


def state(house: House, number: str, version: int = 1) -> str:
    with house.service.database.reading() as connection:
        return license_standing(connection, number, version).state


@pytest.fixture
def number(house: House) -> str:
    """A tavern's license."""
    return str(issued(house.counter)["number"])


def test_a_department_revokes_its_permit_and_the_license_falls(house: House, number: str) -> None:
    window = house.department()
    path = f"/desk/permits/{food(house).id}/revoked"
    asked = window.get(path)
    assert "办理后，下列凭证随即作废" in asked.text
    assert number in asked.text
    done = window.submit(path, **REVOKE)
    assert (done.status_code, done.headers["location"]) == (
        303,
        f"/desk/permits/{food(house).id}?done=changed&lang=zh",
    )
    last = chain(house)[-1]
    assert (last.move, last.grounds, last.document) == (
        "revoked",
        REVOKE["grounds"],
        REVOKE["document"],
    )
    assert last.record.recorded_by == "department:scjg/account:of.scjg"
    assert state(house, number) == "void"
    shown = window.get(done.headers["location"])
    assert "已记录" in shown.text
    assert "of.scjg" in Elements(shown.text).text


def test_the_same_form_sent_twice_does_one_thing(house: House, number: str) -> None:
    """By a double click, or by going back and sending it again."""
    window = house.department()
    path = f"/desk/permits/{food(house).id}/suspended"
    fields = window.fields(path) | {"grounds": "停业整顿", "basis": "penalty"}
    answers = [window.post(path, fields) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len(chain(house)) == 2
    # Another content under the key of what was done is another wish, and is told as one.
    other = window.post(path, fields | {"grounds": "另一件事"})
    assert other.status_code in (409, 422)
    assert len(chain(house)) == 2


def test_a_reissue_sent_twice_issues_one_version(house: House, number: str) -> None:
    window = house.clerk()
    path = f"/desk/licenses/{number}/reissue"
    fields = window.fields(path) | {"why": "sheet-lost"}
    answers = [window.post(path, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert state(house, number, 1) == "superseded"
    assert state(house, number, 2) == "in_force"
    assert "第 2 版" in window.get(f"/desk/licenses/{number}").text


FORGED = [
    pytest.param({}, OURS, id="no token"),
    pytest.param({"token": ""}, OURS, id="an empty token"),
    pytest.param({"token": "0" * 64}, OURS, id="a made-up token"),
    pytest.param({"token": "é\u0000"}, OURS, id="no token at all"),
    pytest.param({"token": "own"}, {}, id="no origin"),
    pytest.param({"token": "own"}, {"origin": "https://evil.example"}, id="another origin"),
    pytest.param({"token": "own"}, {"origin": "null"}, id="a sandboxed frame"),
    pytest.param({"token": "own"}, {"sec-fetch-site": "cross-site"}, id="cross-site"),
    pytest.param(
        {"token": "own"}, {"origin": "http://yz.chaoyang.example:8080"}, id="another port"
    ),
]


@pytest.mark.parametrize(("token", "headers"), FORGED)
def test_a_form_that_is_not_of_the_desk_does_nothing(
    house: House, number: str, token: dict[str, str], headers: dict[str, str]
) -> None:
    window = house.department()
    path = f"/desk/permits/{food(house).id}/revoked"
    fields = {**window.fields(path), **REVOKE}
    own = fields.pop("token")
    sent = fields | {name: own if value == "own" else value for name, value in token.items()}
    assert window.post(path, sent, headers=headers).status_code == 403
    assert len(chain(house)) == 1
    assert state(house, number) == "in_force"
    assert window.post(path, fields | {"token": own}).status_code == 303


def test_a_token_of_another_session_is_none(house: House, number: str) -> None:
    """Neither a colleague's, nor one's own of this morning."""
    window, colleague = house.department(), house.window()
    colleague.log_in("of.scjg")
    path = f"/desk/permits/{food(house).id}/revoked"
    fields = colleague.fields(path) | REVOKE
    answer = window.post(path, fields)
    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert len(chain(house)) == 1


EVERY_FORM = (
    "/desk/logout",
    "/desk/password",
    "/desk/licenses/{number}/reissue",
    "/desk/licenses/{number}/void",
    "/desk/recalls/1",
    "/desk/reissues/1",
    "/desk/notices/1",
    "/desk/announced/1",
    "/desk/permits/1/revoked",
)


@pytest.mark.parametrize("path", EVERY_FORM)
def test_every_form_is_looked_at_before_it_is_done(house: House, number: str, path: str) -> None:
    window = house.clerk()
    path = path.format(number=number)
    assert window.post(path, {}).status_code == 403  # no token
    assert window.post(path, {}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert window.get("/desk").status_code == 200
    stranger = house.window().post(path, {})
    assert stranger.status_code == 303
    assert stranger.headers["location"].startswith("/desk/login?")


def test_whoever_was_logged_out_meanwhile_comes_back_to_the_form(house: House, number: str) -> None:
    window = house.department()
    path = f"/desk/permits/{food(house).id}/revoked"
    fields = window.fields(path) | REVOKE
    house.clock.go_on(minutes=31)
    answer = window.post(path, fields)
    assert answer.headers["location"] == f"/desk/login?next={quote(path, safe='')}&lang=zh"
    assert len(chain(house)) == 1


BODIES = [
    (b"{}", "application/json", 415),
    (b"", "", 415),
    (b"a=%ff", FORM["content-type"], 400),
    (b"a=\xff", FORM["content-type"], 400),
    (b"&".join(b"a%d=1" % n for n in range(101)), FORM["content-type"], 400),
    (b"grounds=" + b"a" * (300 << 10), FORM["content-type"], 413),
]


@pytest.mark.parametrize(("body", "media_type", "status"), BODIES)
def test_a_body_that_is_no_form_is_refused(
    house: House, number: str, body: bytes, media_type: str, status: int
) -> None:
    window = house.department()
    answer = window.request(
        "POST",
        f"/desk/permits/{food(house).id}/revoked",
        content=body,
        headers=OURS | {"content-type": media_type},
    )
    assert answer.status_code == status


# ---- refusals ------------------------------------------------------------------------------------------

TOO_LONG = "很长" * 251


@pytest.mark.parametrize(
    ("move", "typed", "field", "said"),
    [
        ("suspended", {"basis": ""}, "basis", "请选择一项"),
        ("suspended", {"basis": "deceit"}, "basis", "请选择一项"),
        ("revoked", {"grounds": ""}, "grounds", "请填写此项"),
        ("revoked", {"grounds": " \r\n "}, "grounds", "请填写此项"),
        ("revoked", {"grounds": TOO_LONG}, "grounds", "最多 500 字"),
        ("revoked", {"grounds": "a\x00b"}, "grounds", "不可见的字符"),
        ("revoked", {"grounds": "a\u202eb"}, "grounds", "不可见的字符"),
        ("revoked", {"document": TOO_LONG}, "document", "最多 500 字"),
        ("revoked", {"effective_at": "2033-05-20T15:00"}, "effective_at", "生效"),
        ("revoked", {"effective_at": "tomorrow"}, "effective_at", "应为日期和时间"),
        ("revoked", {"effective_at": "0001-01-01T00:00"}, "effective_at", "应为日期和时间"),
        ("revoked", {"effective_at": "9999-12-31T23:59+00:00"}, "effective_at", "应为日期和时间"),
        ("renewed", {"valid_from": ""}, "valid_from", "请填写此项"),
        ("renewed", {"valid_from": "2031-02-30"}, "valid_from", "应为日期"),
        ("renewed", {"valid_until": "2030-01-01"}, "valid_until", "日期颠倒"),
        ("renewed", {"valid_until": "2200-01-01"}, "valid_until", "超出凭证可表示的最后一日"),
        ("renewed", {"form": "牌匾"}, "form", "请选择一项"),
        ("renewed", {"form": "certificate"}, "form", "目录中没有"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_with_all_that_was_typed(
    house: House, number: str, move: str, typed: dict[str, str], field: str, said: str
) -> None:
    window = house.department()
    path = f"/desk/permits/{food(house).id}/{move}"
    good = {"grounds": "依法办理", "document": "京朝市监〔2031〕9号"}
    answer = window.submit(path, **(good | based(move) | typed))
    assert answer.status_code in (409, 422), answer.text
    assert len(chain(house)) == 1
    summary = re.search(r'<section class="card errors".*?</section>', answer.text, re.DOTALL)
    assert summary is not None
    assert f'href="#{field}"' in summary[0]
    assert said in summary[0]
    elements = Elements(answer.text)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert ids.count(field) == 1
    assert ids.count(f"{field}-more") == 1
    kept = {name: value for name, value in (good | typed).items() if name != field}
    for value in kept.values():
        assert value in answer.text
    again = fields_of(answer.text, path) | based(move)
    assert (
        window.post(path, again | good | {"effective_at": "", **restored(move)}).status_code == 303
    )


def based(move: str) -> dict[str, str]:
    """A basis, where there is a choice of several."""
    return {"renewed": {"basis": "by-decision"}, "suspended": {"basis": "penalty"}}.get(move, {})


def restored(move: str) -> dict[str, str]:
    """Good terms for a renewal; a revocation has none."""
    if move != "renewed":
        return {}
    return {"valid_from": "2030-04-22", "valid_until": "2036-04-21", "form": "permit"}


def test_whoever_was_slower_is_told_and_overwrites_nothing(house: House, number: str) -> None:
    window, colleague = house.department(), house.window()
    colleague.log_in("of.scjg")
    path = f"/desk/permits/{food(house).id}/renewed"
    fields = window.fields(path) | {"grounds": "延续", "basis": "deemed"}
    assert colleague.submit(path, grounds="先办的", basis="by-decision").status_code == 303
    answer = window.post(path, fields)
    assert answer.status_code == 409
    assert "请刷新后重试" in answer.text
    assert [version.grounds for version in chain(house)][1:] == ["先办的"]


def test_a_move_that_the_state_does_not_allow_has_no_form(house: House, number: str) -> None:
    window = house.department()
    permit = f"/desk/permits/{food(house).id}"
    assert window.get(f"{permit}/resumed").status_code == 409
    assert window.get(f"{permit}/granted").status_code == 404
    assert window.get(f"{permit}/stolen").status_code == 404
    listed = re.findall(rf'href="{permit}/([a-z]+)\?', window.get(permit).text)
    assert "resumed" not in listed
    assert "revoked" in listed
    assert len(chain(house)) == 1


def test_a_change_that_took_effect_before_is_recorded_as_such(house: House, number: str) -> None:
    window = house.department()
    path = f"/desk/permits/{food(house).id}/revoked"
    assert window.submit(path, **REVOKE, effective_at="2031-05-18T09:30").status_code == 303
    effective = chain(house)[-1].record.effective_at
    assert effective.isoformat() == "2031-05-18T01:30:00+00:00"  # typed in Beijing's time
    page = Elements(window.get(f"/desk/permits/{food(house).id}").text).text
    assert "生效于 2031年5月18日 09:30:00" in page


def test_blanks_and_line_ends_in_grounds_are_one_blank(house: House, number: str) -> None:
    window = house.department()
    path = f"/desk/permits/{food(house).id}/revoked"
    assert window.submit(path, grounds="  一、\r\n二、\t三  ").status_code == 303
    assert chain(house)[-1].grounds == "一、 二、 三"
