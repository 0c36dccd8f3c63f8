"""What an inspector sees: words and marks before color, every permit, and nothing that commands."""

import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.printable import clean
from credential.reasons import Outcome, Reason
from credential.verdict import PermitState
from mobile_scanner.findings import Code, Finding
from mobile_scanner.pictures.errors import PictureEmptyError
from mobile_scanner.screen import finding_lines, summary_lines
from mobile_scanner.terminal import MIN_WIDTH, Span, Terminal, columns, pad, wrap
from mobile_scanner.verdict_form import ReasonForm, VerdictForm
from mobile_scanner.words import OUTCOMES, STATES, age
from tests.mobile_scanner.district import LICENSE, PENDING, District
from tests.mobile_scanner.verdicts import LOCAL, REMOTE, judged, lists

CHAOYANG = District()
COLORED = Terminal(width=80, color=True)
PLAIN = Terminal(width=80, color=False)
VERDICTS: Mapping[str, VerdictForm] = {**LOCAL, **{f"remote {k}": v for k, v in REMOTE.items()}}
CORNERS = ((10, 10), (90, 10), (90, 90), (10, 90))


def shown(verdict: VerdictForm, terminal: Terminal = PLAIN, text: str = "TEXT") -> list[str]:
    code = Code(text=text, corners=None, verdict=verdict)
    finding = Finding(picture=None, codes=(code,))
    return list(terminal.render(finding_lines(finding, terminal, rehearsal=None)))


@pytest.mark.parametrize("name", VERDICTS)
def test_the_outcome_is_told_by_word_and_by_mark_without_any_color(name: str) -> None:
    verdict = VERDICTS[name]
    page = "\n".join(shown(verdict))
    term = OUTCOMES[verdict["outcome"]]
    assert f"{term.mark}  {term.zh}  {term.en}" in page
    assert "\x1b" not in page


@pytest.mark.parametrize("name", VERDICTS)
def test_no_permit_is_called_in_force_by_what_is_stale(name: str) -> None:
    """Green words under "indeterminate" would be believed; what a list says against one stays."""
    verdict = VERDICTS[name]
    stale = {reason["code"] for reason in verdict["reasons"]} & {
        *("status-stale", "trust-expired", "clock-implausible"),
    }
    states = [permit["state"] for permit in verdict["permits"]]
    in_favor = sum(state in ("in_force", "expiring") for state in states)
    page = "\n".join(shown(verdict, COLORED))
    not_confirmed = "\x1b[1;34m  ？ 未能核实 not confirmed"
    assert page.count(not_confirmed) == (in_favor if stale else 0)
    assert page.count("有效 in force") == (0 if stale else states.count("in_force"))
    assert page.count("\x1b[1;31m  ✘ 已吊销") == states.count("revoked")


def test_stale_verdicts_are_among_those_that_are_shown() -> None:
    for name in ("stale", "trust expired", "clock behind", "void in a stale list"):
        assert [permit["state"] for permit in LOCAL[name]["permits"]].count("in_force") == 2, name


def test_outcomes_and_states_are_told_apart_by_word_and_outcomes_by_mark_too() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(STATES) == set(PermitState)
    assert len({term.mark for term in OUTCOMES.values()}) == len(Outcome)
    assert len({term.ascii for term in OUTCOMES.values()}) == len(Outcome)
    assert len({term.zh for term in OUTCOMES.values()}) == len(Outcome)
    assert len({term.zh for term in STATES.values()}) == len(PermitState)


@pytest.mark.parametrize("name", VERDICTS)
def test_every_reason_is_shown_with_its_next_step_in_both_languages(name: str) -> None:
    verdict = VERDICTS[name]
    page = "".join("".join(shown(verdict)).split())
    for reason in verdict["reasons"]:
        for sentence in (*reason["message"].values(), *reason["next_step"].values()):
            assert "".join(str(sentence).split()) in page


def test_name_address_and_number_stand_alone_on_their_lines() -> None:
    lines = shown(LOCAL["valid"])
    for label, value in (
        ("名称 Name", LICENSE.holder),
        ("地址 Address", LICENSE.address),
        ("编号 Number", "京朝综01-2026-00001"),
    ):
        (at,) = (at for at, line in enumerate(lines) if label in line)
        assert re.fullmatch(rf"  ┃ {label} +{re.escape(value)}", lines[at])
        assert lines[at - 1] == lines[at + 1] == "  ┃"


def test_every_permit_has_its_state_its_last_day_its_number_and_its_department() -> None:
    lines = shown(LOCAL["permit revoked"])
    (at,) = (at for at, line in enumerate(lines) if "JY21105010000017" in line and "until" in line)
    assert lines[at].split() == [
        "✘", "已吊销", "revoked", "至", "until", "2029-01-04", "JY21105010000017",
    ]  # fmt: skip
    assert "食品经营许可证 Food Business License · 区市场监管局" in lines[at + 1]
    (other,) = (line for line in lines if "京卫公证字" in line)
    assert "有效 in force" in other
    assert "长期 no end" in other


def test_a_pending_item_is_shown_as_such() -> None:
    page = "\n".join(shown(judged(lists(), text=CHAOYANG.text(PENDING))))
    assert "▲ 未许可 pending  按需办理 optional" in page
    assert page.count("公共场所卫生许可证") == 2  # in the table, and among the reasons


def test_a_permit_by_promise_is_marked() -> None:
    food = LICENSE.permits[0]._replace(by_promise=True)
    license = LICENSE._replace(permits=(food,))
    assert "（告知承诺 by promise）" in "\n".join(
        shown(judged(lists(), text=CHAOYANG.text(license)))
    )


def test_the_screen_says_that_the_license_replaces_no_permit() -> None:
    assert "本凭证不替代其证件" in "\n".join(shown(LOCAL["valid"]))


def test_a_code_that_is_none_of_ours_shows_no_license_and_a_piece_of_its_text() -> None:
    page = "\n".join(shown(REMOTE["not a license"], text="https://example.cn/" + "x" * 500))
    assert "「https://example.cn/xxx" in page
    assert page.count("x") < 100
    assert "名称" not in page


def test_what_was_looked_at_and_as_of_when_is_always_told() -> None:
    lines = shown(judged(lists(days_old=2)))
    page = "\n".join(lines)
    assert "签名✔通过  发证机关✔通过  状态✔通过  证照库–未核  位置–未核" in page
    assert "signature passed, issuer passed, status passed, registry not" in page
    (status,) = (line for line in lines if "状态 status" in line)
    assert status.endswith("2026-02-28 09:30  2 天前 2 days ago")


def test_another_time_than_now_is_told_on_every_verdict() -> None:
    code = Code(text="TEXT", corners=None, verdict=LOCAL["valid"])
    finding = Finding(picture=None, codes=(code, code))
    lines = finding_lines(finding, PLAIN, rehearsal="2026-03-02T09:30+08:00")
    page = "\n".join(PLAIN.render(lines))
    assert page.count("按 2026-03-02T09:30+08:00 判定，不是现在") == 2


def test_of_several_codes_in_a_picture_each_says_where_it_is() -> None:
    first = Code(text="TEXT", corners=CORNERS, verdict=LOCAL["valid"])
    right = tuple((x + 800, y + 450) for x, y in CORNERS)
    second = Code(text="TEXT", corners=right, verdict=LOCAL["void"])  # type: ignore[arg-type]
    finding = Finding(picture="wall.jpg", codes=(first, second), size=(1000, 600))
    page = "\n".join(PLAIN.render(finding_lines(finding, PLAIN, rehearsal=None)))
    assert "（画面上左 top left）" in page
    assert "（画面下右 bottom right）" in page
    alone = replace(finding, codes=(first,))
    assert "画面" not in "\n".join(PLAIN.render(finding_lines(alone, PLAIN, rehearsal=None)))


def test_a_picture_that_gave_nothing_says_why() -> None:
    def page(finding: Finding) -> str:
        return "\n".join(PLAIN.render(finding_lines(finding, PLAIN, rehearsal=None)))

    assert "未发现二维码" in page(Finding(picture="a.jpg"))
    assert "另有 1 处" in page(Finding(picture="a.jpg", unread=(CORNERS,)))
    assert "7 个未处理" in page(Finding(picture="a.jpg", left_out=7))
    empty = PictureEmptyError(source="a.jpg")
    assert "文件是空的" in page(Finding(picture="a.jpg", error=empty))


def test_a_summary_has_a_line_a_code_and_a_line_a_picture_without() -> None:
    code = Code(text="TEXT", corners=None, verdict=LOCAL["void"])
    findings = [Finding(picture="a.jpg", codes=(code, code)), Finding(picture="b.jpg")]
    _, *lines = PLAIN.render(summary_lines(findings, PLAIN))
    assert [line.split()[-1] for line in lines] == ["a.jpg", "a.jpg", "b.jpg"]
    assert "NOT IN FORCE" in lines[0]
    assert "nothing read" in lines[2]


@pytest.mark.parametrize("width", [MIN_WIDTH, 80, 100])
@pytest.mark.parametrize("name", VERDICTS)
def test_lines_fit_the_terminal(width: int, name: str) -> None:
    for line in shown(VERDICTS[name], Terminal(width=width)):
        assert columns(line) <= width


def test_color_is_given_on_a_terminal_and_repeats_the_outcome() -> None:
    green = [line for line in shown(LOCAL["valid"], COLORED) if "\x1b[1;32m" in line]
    assert any("VALID" in line for line in green)
    red = [line for line in shown(LOCAL["void"], COLORED) if "\x1b[1;31m" in line]
    assert any("NOT IN FORCE" in line for line in red)
    assert not any(
        "\x1b[1;32m" in line and "VALID" in line for line in shown(LOCAL["void"], COLORED)
    )


class Tty(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.mark.parametrize(
    ("environ", "color"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_color_is_for_terminals_that_want_it(environ: dict[str, str], color: bool) -> None:
    assert Terminal.of(Tty(), environ).color is color


def test_no_color_goes_into_a_file_or_a_pipe() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert Terminal.of(stream, {"TERM": "xterm"}).color is False


def test_where_marks_cannot_be_shown_others_stand_for_them() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="gb2312")
    terminal = Terminal.of(stream, {})
    page = "\n".join(shown(LOCAL["void"], terminal))
    assert "[X]  真证，但已不在有效状态  NOT IN FORCE" in page
    page.replace("–", "-").encode("gb18030")
    assert "✘" not in page
    assert "┃" not in page


@given(st.text())
def test_nothing_from_a_stranger_reaches_the_terminal_as_a_command(text: str) -> None:
    for character in clean(text):
        assert unicodedata.category(character)[0] != "C"
    assert len(clean(text)) == len(text)


ATTACK = "https://x.cn/\x1b]0;owned\x07\x1b[2J\r\n\u202egnp.exe\u2066"


def test_escape_sequences_and_changes_of_direction_in_a_code_are_shown_as_nothing() -> None:
    finding = Finding(
        picture=f"{ATTACK}.png",
        codes=(Code(text=ATTACK, corners=None, verdict=REMOTE["not a license"]),),
    )
    for line in PLAIN.render(finding_lines(finding, PLAIN, rehearsal=None)):
        assert line == clean(line)
        assert "\x1b" not in line


WORDS = st.text(st.sampled_from("ab 7中国，。《》é—"), max_size=200)


@given(text=WORDS, width=st.integers(25, 100))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert columns(line.rstrip("，。》 ")) <= width


def test_a_word_is_not_broken_where_a_line_has_room_for_it() -> None:
    assert wrap("one two three", 25) == ["one two three"]
    assert wrap("Chaoyang District Government Bureau", 25) == [
        "Chaoyang District",
        "Government Bureau",
    ]


def test_ideographs_take_two_columns() -> None:
    assert (columns("中a"), columns(pad("中", 6)), columns("é")) == (3, 6, 1)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-301, "在将来"),
        (-300, "刚刚"),
        (0, "刚刚"),
        (119, "刚刚"),
        (120, "2 分钟前"),
        (7200, "2 小时前"),
        (200_000, "2 天前"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_fits(seconds: float, told: str) -> None:
    assert age(seconds).startswith(told)


def test_a_line_is_spans_of_text() -> None:
    assert list(PLAIN.render([(Span("a"), Span("b  "))])) == ["ab"]


@pytest.mark.parametrize(
    ("codes", "word"),
    [
        (("recognition-out-of-scope",), "NOT RECOGNIZED HERE"),
        (("recognition-permit-out-of-scope", "recognition-trial"), "NOT RECOGNIZED HERE"),
        (("recognition-out-of-scope", "license-void"), "NOT IN FORCE"),
        (("license-void",), "NOT IN FORCE"),
    ],
)
def test_what_is_not_recognized_here_is_not_called_out_of_force(
    codes: tuple[str, ...], word: str
) -> None:
    """It may well be in force where it was issued."""
    void = LOCAL["permit revoked"]
    filler = dict.fromkeys(("name", "name_en", "number", "issuer", "issuer_en"), "字")
    told = [Reason(code, tuple(filler.items())).as_dict() for code in codes]
    verdict: VerdictForm = {**void, "reasons": cast("list[ReasonForm]", told)}
    assert (
        f"✘  {'真证，但此地不予互认' if 'HERE' in word else '真证，但已不在有效状态'}  {word}"
        in ("\n".join(shown(verdict)))
    )
    code = Code(text="TEXT", corners=None, verdict=verdict)
    (_, line) = PLAIN.render(summary_lines([Finding(picture=None, codes=(code,))], PLAIN))
    assert word in line
