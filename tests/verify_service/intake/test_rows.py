"""What the cells of a row mean, and that a row is told all that is wrong with it."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify_service.desk import make_uscc
from verify_service.catalog import Form, builtin_catalog
from verify_service.intake import cells, errors
from verify_service.intake.changes import ChangeRow, Fault, read_change
from verify_service.intake.columns import TITLES, Use
from verify_service.intake.extracts import ExtractRow, read_extract
from verify_service.intake.reading import read_table
from verify_service.intake.table import Format
from verify_service.intake.values import MOVES, Until, read_day, read_instant
from verify_service.registry.moves import Move, PermitState

KINDS = builtin_catalog(2023).permit_kinds
SPEC = Path(__file__).parents[3] / "docs/spec/intake.md"
GRANT = {
    "move": "核发",
    "kind": "《食品经营许可证》",
    "number": "JY21105030026657",
    "holder": make_uscc(1),
    "premises": "7",
    "valid_from": "2031-04-11",
    "valid_until": "长期",
}
END = {"move": "revoked", "kind": "food_business", "number": "X1", "grounds": "经查"}


def read(document: dict[str, Any]) -> ChangeRow | tuple[Fault, ...]:
    line = json.dumps(document).encode() + b"\n"
    table = read_table(line, Format.JSON_LINES, Use.CHANGES)
    return read_change(table.rows[0], table.columns, KINDS)


def faults(document: dict[str, Any]) -> set[tuple[str | None, str]]:
    found = read(document)
    assert isinstance(found, tuple)
    return {(each.column, cells.code_of(each.error)) for each in found}


def test_a_grant_has_all_that_a_permit_says() -> None:
    assert read(GRANT | {"form": "备案凭证", "by_promise": "是"}) == ChangeRow(
        line=1,
        move=Move.GRANTED,
        kind="food_business",
        number="JY21105030026657",
        holder=make_uscc(1),
        premises=7,
        valid_from=date(2031, 4, 11),
        valid_until=Until(None),
        form=Form.FILING,
        by_promise=True,
    )


def test_a_basis_is_read_by_its_word_and_in_chinese() -> None:
    for written in ("penalty", "行政处罚"):
        row = read(END | {"basis": written})
        assert isinstance(row, ChangeRow)
        assert row.basis == "penalty"


def test_another_move_leaves_what_it_does_not_name() -> None:
    row = read(END | {"effective_at": "2031/5/20 8:30", "expected_version": 2, "document": "号"})
    assert row == ChangeRow(
        line=1,
        move=Move.REVOKED,
        kind="food_business",
        number="X1",
        grounds="经查",
        document="号",
        effective_at=datetime(2031, 5, 20, 0, 30, tzinfo=UTC),
        expected_version=2,
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {key: GRANT[key] for key in ("move", "kind", "number")},
            {(c, "cell-missing") for c in ("holder", "premises", "valid_from", "valid_until")},
        ),
        (GRANT | {"expected_version": 1}, {("expected_version", "cell-superfluous")}),
        (END | {"holder": make_uscc(1)}, {("holder", "cell-superfluous")}),
        (END | {"grounds": " "}, {("grounds", "cell-missing")}),
        (END | {"move": "注消"}, {("move", "word-unknown")}),
        (END | {"kind": "食品许可"}, {("kind", "word-unknown")}),
        (END | {"number": 110105100064}, {("number", "not-text")}),
        (END | {"number": "1.10105E+15"}, {("number", "digits-lost")}),
        (GRANT | {"holder": "9.1110105E+17"}, {("holder", "digits-lost")}),
        (GRANT | {"holder": make_uscc(1)[:-1]}, {("holder", "uscc-length")}),
        (GRANT | {"valid_from": "5/6/2031"}, {("valid_from", "day-malformed")}),
        (GRANT | {"valid_until": "2031-02-29"}, {("valid_until", "day-malformed")}),
        (GRANT | {"premises": "1.0"}, {("premises", "number-malformed")}),
        (GRANT | {"premises": "0"}, {("premises", "number-malformed")}),
        (GRANT | {"premises": "0" * 19 + "1" + "9" * 20}, {("premises", "number-malformed")}),
        (GRANT | {"by_promise": "也许"}, {("by_promise", "word-unknown")}),
        (END | {"effective_at": "昨天"}, {("effective_at", "instant-malformed")}),
        (END | {"grounds": "a\u202eb"}, {("grounds", "unseen-characters")}),
        (END | {"grounds": "a\nb"}, {("grounds", "unseen-characters")}),
        (END | {"grounds": "长" * 501}, {("grounds", "cell-too-long")}),
        (END | {"grounds": "=1+1"}, {("grounds", "formula")}),
        (END | {"grounds": ["a"]}, {("grounds", "not-text")}),
        (
            END | {"number": "=A1", "move": "?", "grounds": "\t=2"},
            {("number", "formula"), ("move", "word-unknown"), ("grounds", "formula")},
        ),
    ],
)
def test_a_row_is_told_all_that_is_wrong_with_it(
    document: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert faults(document) == expected


@pytest.mark.parametrize(
    "text", ["2031-05-20", "2031/5/20", "2031.5.20", "2031年5月20日", "20310520"]
)
def test_a_day_is_understood_in_each_of_its_spellings(text: str) -> None:
    assert read_day(text) == date(2031, 5, 20)


@pytest.mark.parametrize(
    "text", ["2031-5/20", "31-05-20", "2031-13-01", "２０３１-05-20", "2031520"]
)
def test_what_could_be_another_day_is_none(text: str) -> None:
    assert read_day(text) is None


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_each_day_is_read_back_from_each_spelling(day: date) -> None:
    year, month, of_month = day.year, day.month, day.day
    for text in (
        day.isoformat(),
        f"{year}/{month}/{of_month}",
        f"{year}.{month:02}.{of_month}",
        f"{year}年{month}月{of_month}日",
        f"{year}{month:02}{of_month:02}",
    ):
        assert read_day(text) == day


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2999, 1, 1)))
def test_an_instant_without_a_zone_is_of_beijing(at: datetime) -> None:
    found = read_instant(at.strftime("%Y-%m-%d %H:%M:%S"))
    assert found == read_instant(at.strftime("%Y/%m/%dT%H:%M:%S+08:00"))
    assert found is not None
    assert (at.replace(tzinfo=UTC, microsecond=0) - found).total_seconds() == 8 * 3600


@pytest.mark.parametrize("text", ["2031-05-20 25:00", "1969-12-31 08:00", "2031-05-20 8点"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    assert read_instant(text) is None


def test_a_day_alone_begins_at_midnight_in_beijing() -> None:
    assert read_instant("2031-05-20") == datetime(2031, 5, 19, 16, tzinfo=UTC)


def test_each_move_has_a_chinese_word() -> None:
    chinese = {move for word, move in MOVES.items() if not word.isascii()}
    assert chinese == set(Move)


def test_an_extract_says_how_a_permit_stands() -> None:
    line = ["食品经营许可证", "X1", make_uscc(1), "2031/4/11", "2036/4/10", "有效"]
    text = ",".join(TITLES[each][0] for each in Use.EXTRACT.needed) + "\n" + ",".join(line) + "\n"
    table = read_table(text.encode(), Format.CSV, Use.EXTRACT)
    assert read_extract(table.rows[0], table.columns, KINDS) == ExtractRow(
        line=2,
        kind="food_business",
        number="X1",
        holder=make_uscc(1),
        valid_from=date(2031, 4, 11),
        valid_until=Until(date(2036, 4, 10)),
        state=PermitState.IN_FORCE,
    )
    cut = read_table(text.replace("X1", "").encode(), Format.CSV, Use.EXTRACT)
    found = read_extract(cut.rows[0], cut.columns, KINDS)
    assert isinstance(found, tuple)
    assert [(each.column, cells.code_of(each.error)) for each in found] == [
        ("number", "cell-missing")
    ]


def section(mark: str) -> str:
    return SPEC.read_text("utf-8").split(f"<!-- {mark} -->")[1].split("\n\n", 1)[0]


def below(base: type[Exception]) -> set[str]:
    return {cells.code_of(kind.__new__(kind)) for kind in base.__subclasses__()}


@pytest.mark.parametrize(
    ("mark", "base"), [("files", errors.TableError), ("cells", cells.CellError)]
)
def test_the_spec_lists_every_reason(mark: str, base: type[Exception]) -> None:
    heads = re.findall(r"^\| (`[^|]+) \|", section(mark), re.MULTILINE)
    listed = {code for head in heads for code in re.findall(r"`([a-z-]+)`", head)}
    assert listed == below(base)


def test_the_spec_lists_every_column_with_its_names() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section("columns"), re.MULTILINE)
    assert {name: tuple(titles.split("、")) for name, titles in rows} == {
        column.value: titles for column, titles in TITLES.items()
    }
