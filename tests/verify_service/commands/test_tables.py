"""``permit import`` and ``reconcile``: files from the command line, reported and settled."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.verify_service.commands.counter import USCC, call, day, registered, run
from tests.verify_service.intake.workbooks import workbook
from verify_service.commands.progress import Progress

HEADER = "操作,许可种类,许可证编号,统一社会信用代码,场所编号,有效期起,有效期止,理由,版本\n"


def write(folder: Path, *rows: str, name: str = "变更.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding, newline="")
    return path


def grant(number: str, premises: int) -> str:
    return f"核发,食品经营许可证,{number},{USCC},{premises},{day(-9)},{day(900)},,"


def test_a_file_is_rehearsed_done_and_done_again_without_effect(
    folder: Path, bureau: str, scjg: str
) -> None:
    premises = registered(bureau)
    file = write(folder, grant("JY1", premises), "注销,食品经营许可证,没有,,,,,申请,")
    rehearsed = call("permit", "import", file, "--dry-run", token=scjg)
    assert rehearsed.status == 1
    said = json.loads(rehearsed.out)
    assert (said["run"], said["dry_run"], said["accepted"], said["refused"]) == (None, True, 1, 1)
    (refusal,) = said["refusals"]
    assert (refusal["line"], refusal["column"]) == (3, "number")
    assert refusal["code"] == "not-registered"
    assert [doubt["code"] for doubt in said["doubts"]] == ["food-form"]
    assert "1" in rehearsed.err
    assert call("permit", "change", "food_business", "JY1", "revoked", "--grounds", "x", token=scjg)
    done = json.loads(call("permit", "import", file, token=scjg).out)
    assert done["refusals"] == said["refusals"]
    assert done["run"] == 1
    again = call("permit", "import", file, token=scjg)
    assert (again.status, json.loads(again.out)) == (1, done)


def test_a_report_goes_to_a_file_and_all_was_well_is_status_0(
    folder: Path, bureau: str, scjg: str
) -> None:
    file = write(folder, grant("JY1", registered(bureau)), encoding="gb18030")
    done = call("permit", "import", file, "--report", folder / "报告.json", token=scjg)
    assert (done.status, done.out) == (0, "")
    report = json.loads((folder / "报告.json").read_text("utf-8"))
    assert (report["accepted"], report["encoding"]) == (1, "gb18030")


def test_a_named_sheet_of_a_workbook_is_read(folder: Path, bureau: str, scjg: str) -> None:
    premises = registered(bureau)

    def more(book: Any) -> None:
        sheet = book.create_sheet("二")
        for row in (HEADER.strip(), grant("JY2", premises)):
            sheet.append([cell or None for cell in row.split(",")])
        sheet["E2"].value = premises

    (folder / "表.xlsx").write_bytes(workbook([["说明"]], spoil=more))
    done = call("permit", "import", "表.xlsx", "--sheet", "二", token=scjg)
    assert (done.json["accepted"], done.json["sheet"]) == (1, "二")
    assert call("permit", "import", "表.xlsx", "--sheet", "三", token=scjg).refusal


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("没有.csv", None),
        ("变更.txt", "x"),
        ("变更.csv", HEADER),
        ("变更.csv", HEADER + "注销,食品经营许可证,X"),
        ("变更.xlsx", HEADER),
        ("变更.jsonl", "{"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_both_languages(
    folder: Path, scjg: str, name: str, content: str | None
) -> None:
    if content is not None:
        (folder / name).write_text(content, "utf-8", newline="")
    done = call("permit", "import", name, token=scjg)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("错误 / error: ")
    if content is not None:
        assert done.refusal


def test_the_bureau_hands_in_no_file_of_changes(folder: Path, bureau: str) -> None:
    file = write(folder, grant("JY1", registered(bureau)))
    assert call("permit", "import", file, token=bureau).refusal


def test_a_program_that_is_not_watched_tells_its_progress_in_lines(
    folder: Path, bureau: str, scjg: str
) -> None:
    file = write(folder, grant("JY1", registered(bureau)))
    done = run("permit", "import", file.name, folder=folder, token=scjg)
    assert done.status == 0
    assert done.err == "办理 importing 1/1\n"


def test_progress_is_one_bar_on_a_terminal_and_ten_lines_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    bar, lines = Terminal(), io.StringIO()
    for stream in (bar, lines):
        progress = Progress("办理", stream)
        for done in range(1, 51):
            progress(done, 50)
    assert bar.getvalue().count("\r") == 50
    assert bar.getvalue().endswith(" 50/50\n")
    assert "\r" not in lines.getvalue()
    assert len(lines.getvalue().splitlines()) == 10


def test_an_extract_is_compared_and_each_difference_settled_or_dismissed(
    folder: Path, bureau: str, scjg: str
) -> None:
    premises = registered(bureau)
    rows = [grant(f"JY{each}", premises) for each in (1, 2, 3)]
    assert call("permit", "import", write(folder, *rows), token=scjg).status == 0
    file = folder / "台账.csv"
    lines = [
        f"食品经营许可证,JY1,{USCC},{day(-9)},{day(900)},吊销",
        f"食品经营许可证,JY2,{USCC},{day(-9)},长期,有效",
    ]
    header = "许可种类,许可证编号,统一社会信用代码,有效期起,有效期止,状态"
    file.write_text("".join(f"{line}\n" for line in (header, *lines)), "utf-8")
    compared = call("reconcile", "compare", file, "--kind", "food_business", token=scjg).json
    assert (compared["rows"], compared["agreed"], compared["open"]) == (2, 0, 3)
    by_number = {each["number"]: each for each in compared["differences"]}
    assert {number: each["what"] for number, each in by_number.items()} == {
        "JY1": "state",
        "JY2": "dates",
        "JY3": "extra",
    }
    settled = call("reconcile", "settle", by_number["JY1"]["id"], "--grounds", "漏报", token=scjg)
    assert (settled.json["state"], settled.json["difference"]["outcome"]) == ("revoked", "settled")
    unclear = call("reconcile", "settle", by_number["JY3"]["id"], "--grounds", "漏", token=scjg)
    assert unclear.refusal
    dismissed = call("reconcile", "dismiss", by_number["JY3"]["id"], "--grounds", "误", token=scjg)
    assert dismissed.json["outcome"] == "dismissed"
    renew = ["--grounds", "延续", "--move", "renewed", "--basis", "deemed", "--document", "号"]
    renewed = call("reconcile", "settle", by_number["JY2"]["id"], *renew, token=scjg)
    assert renewed.json["version"] == 2
    shown = call("reconcile", "show", compared["id"], token=bureau).json
    assert shown["open"] == 0
    assert call(
        "reconcile", "settle", by_number["JY1"]["id"], "--grounds", "又", token=scjg
    ).refusal
    assert call("reconcile", "show", 99, token=scjg).refusal


def test_an_extract_with_a_bad_row_is_told_and_not_compared(folder: Path, scjg: str) -> None:
    file = folder / "台账.csv"
    header = "许可种类,许可证编号,统一社会信用代码,有效期起,有效期止,状态"
    file.write_text(f"{header}\n食品经营许可证,JY1,{USCC},昨天,长期,有效\n", "utf-8")
    done = call("reconcile", "compare", file, token=scjg)
    assert done.status == 1
    said = json.loads(done.out)
    assert said["reconciliation"] is None
    assert [each["code"] for each in said["refusals"]] == ["day-malformed"]
    assert os.linesep not in done.err.strip()
