"""The run is the file: stopped, killed, sent twice or by two at once, each row is done once."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.clocks import stopped
from tests.verify_service.bulk.tables import (
    CHUNK,
    FOOD,
    change_row,
    grant_row,
    lines_of,
    refused,
    rehearse,
    run,
    table_of,
)
from tests.verify_service.bureau import NOON, Bureau, Shop, codes
from tests.verify_service.desk import make_uscc
from verify_service.bulk import service as bulk_service
from verify_service.bulk.errors import FileReadOtherwiseError
from verify_service.bulk.report import Report
from verify_service.intake.table import Table
from verify_service.registry import bulk_runs
from verify_service.registry.auditing import audit
from verify_service.registry.bulk_runs import find_run, refusals_of
from verify_service.registry.holders import add_holder
from verify_service.registry.intake_books import BulkRefusalRow
from verify_service.registry.intake_records import BulkRun, RunKey
from verify_service.registry.ledger import Written
from verify_service.registry.models import PermitRow, PermitVersionRow
from verify_service.registry.moves import Move

ROOT = Path(__file__).parents[3]
ROWS = 2 * CHUNK + 10

# Runs a file of grants, and stops for good at a step of one of its chunks.
DYING = """
import sys, time
from pathlib import Path
from tests.clocks import stopped
from tests.verify_service.bulk.tables import FOOD
from tests.verify_service.bureau import NOON
from verify_service.bulk import service as bulk
from verify_service.intake.columns import Use
from verify_service.intake.reading import read_table
from verify_service.intake.table import Format
from verify_service.lifecycle import cascade
from verify_service.registry import plan_writing
from verify_service.service import open_service
from verify_service.settings import load_settings

settings, file, step, turn = sys.argv[1:]
place = {"write_plan": cascade, "append_versions": plan_writing}.get(step, bulk)
do, turns = getattr(place, step, lambda *_: None), 0

def do_and_stop(*arguments, **named):
    global turns
    result = do(*arguments, **named)
    turns += 1
    if turns == int(turn):
        print("stopped", flush=True)
        time.sleep(60)
    return result

if step != "told":
    setattr(place, step, do_and_stop)
service = open_service(load_settings(Path(settings)))
table = read_table(Path(file).read_bytes(), Format.JSON_LINES, Use.CHANGES)
told = {"progress": do_and_stop} if step == "told" else {}
service.bulk.run(table, principal=FOOD, clock=stopped(NOON), **told)
"""


def grant_rows(shop: Shop) -> list[dict[str, Any]]:
    """Rows of grants; every hundredth is refused."""
    return [
        grant_row(shop, f"X{each}", **({"premises": 999999} if each % 100 == 7 else {}))
        for each in range(ROWS)
    ]


def grants(shop: Shop) -> Table:
    return table_of(*grant_rows(shop))


def run_of(bureau: Bureau, table: Table) -> BulkRun | None:
    with bureau.service.database.reading() as connection:
        return find_run(connection, RunKey(actor=FOOD.party, digest=table.digest, sheet=""))


def permits(bureau: Bureau) -> int:
    with bureau.service.database.reading() as connection:
        return int(connection.execute(select(func.count(PermitRow.id))).scalar_one())


def check_whole(bureau: Bureau, report: Report) -> None:
    """All rows were done once, and the record agrees with its ledger."""
    wrong = len(range(7, ROWS, 100))
    assert (report.finished, report.rows, report.accepted) == (True, ROWS, ROWS - wrong)
    assert refused(report) == [
        (line, "premises", "not-registered") for line in range(8, ROWS + 1, 100)
    ]
    assert permits(bureau) == ROWS - wrong
    with bureau.service.database.reading() as connection:
        assert audit(connection).findings == ()
        versions = connection.execute(select(func.count()).select_from(PermitVersionRow))
        assert versions.scalar_one() == ROWS - wrong


def test_the_same_file_twice_does_nothing_and_gives_the_same_report(bureau: Bureau) -> None:
    table = grants(bureau.shop())
    told: list[tuple[int, int]] = []
    first = run(bureau, table, progress=lambda done, rows: told.append((done, rows)))
    check_whole(bureau, first)
    assert told == [(CHUNK, ROWS), (2 * CHUNK, ROWS), (ROWS, ROWS)]
    again = run(bureau, table, at=NOON + timedelta(days=1))
    assert again == first
    check_whole(bureau, again)


class Stopped(Exception):
    """Raised by whoever looks on."""


def stop_after(rows: int) -> Callable[[int, int], None]:
    def look(done: int, _: int) -> None:
        if done >= rows:
            raise Stopped

    return look


def test_a_run_that_was_stopped_goes_on_behind_its_last_chunk(bureau: Bureau) -> None:
    table = grants(bureau.shop())
    with pytest.raises(Stopped):
        run(bureau, table, progress=stop_after(CHUNK))
    known = run_of(bureau, table)
    assert known is not None
    assert (known.done, known.finished_at) == (CHUNK, None)
    left = rehearse(bureau, table)
    assert (left.run, left.done, left.accepted) == (known.id, ROWS, ROWS - 11)
    told: list[int] = []
    report = run(bureau, table, progress=lambda done, _: told.append(done))
    assert told == [2 * CHUNK, ROWS]
    check_whole(bureau, report)


def test_the_lists_say_what_a_run_has_done_that_was_stopped(bureau: Bureau) -> None:
    shop = bureau.shop()
    permit = bureau.permit(shop)
    license = bureau.issue(shop)
    rows = [change_row(permit, Move.REVOKED), *grant_rows(shop)]
    with pytest.raises(Stopped):
        run(bureau, table_of(*rows), progress=stop_after(CHUNK))
    assert "license-void" in codes(bureau.offline(license.text))


def kill_at(bureau: Bureau, table_file: Path, step: str, turn: int) -> None:
    arguments = [str(bureau.folder / "settings.toml"), str(table_file), step, str(turn)]
    process = subprocess.Popen(
        [sys.executable, "-c", DYING, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("step", "turn", "done"),
    [
        ("begin_run", 1, 0),
        ("begin_run", 2, CHUNK),
        ("append_versions", 2, CHUNK),
        ("write_plan", 1, 0),
        ("write_plan", 3, 2 * CHUNK),
        ("advance_run", 2, CHUNK),
        ("told", 1, CHUNK),
        ("told", 3, ROWS),
    ],
)
def test_killed_at_any_step_the_file_is_before_or_after_a_chunk_and_goes_on(
    step: str, turn: int, done: int, bureau: Bureau, tmp_path: Path
) -> None:
    rows = grant_rows(bureau.shop())
    file = tmp_path / "grants.jsonl"
    file.write_bytes(lines_of(*rows))
    table = table_of(*rows)
    kill_at(bureau, file, step, turn)
    known = run_of(bureau, table)
    assert (0 if known is None else known.done) == done
    assert permits(bureau) == done - len(range(7, done, 100))
    with bureau.service.database.reading() as connection:
        assert audit(connection).findings == ()
        if known is not None:
            assert len(refusals_of(connection, known.id, lines=ROWS)) == len(range(7, done, 100))
        else:
            assert connection.execute(select(BulkRefusalRow.run)).first() is None
    check_whole(bureau, run(bureau, table))


def test_two_who_send_the_same_file_at_once_take_turns(bureau: Bureau) -> None:
    table = grants(bureau.shop())
    other = bureau.reopened()
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda each: run(each, table), (bureau, other)))
    other.service.close()
    assert reports[0] == reports[1]
    check_whole(bureau, reports[0])


def test_readers_and_writers_go_on_while_a_file_is_done(bureau: Bureau) -> None:
    table = grants(bureau.shop())
    other = bureau.reopened()
    ended = threading.Event()
    entered = 0

    def write() -> int:
        written = 0
        while not ended.is_set():
            with other.service.database.writing() as connection:
                add_holder(
                    connection,
                    uscc=make_uscc(500_000 + written),
                    name="旁人",
                    written=Written(at=NOON, by="bureau/b1"),
                )
            written += 1
        return written

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        report = run(bureau, table)
        ended.set()
        entered = writing.result()
    other.service.close()
    check_whole(bureau, report)
    assert entered > 0


def test_another_sheet_or_party_or_content_is_another_run(bureau: Bureau) -> None:
    shop = bureau.shop()
    permit = bureau.permit(shop)
    first = run(bureau, table_of(change_row(permit, Move.SUSPENDED)))
    second = run(bureau, table_of(change_row(permit, Move.RESUMED)))
    assert first.run != second.run
    assert second.accepted == 1


def test_a_file_that_reads_otherwise_now_is_not_gone_on_with(bureau: Bureau) -> None:
    table = grants(bureau.shop())
    with pytest.raises(Stopped):
        run(bureau, table, progress=stop_after(CHUNK))
    with pytest.raises(FileReadOtherwiseError) as caught:
        run(bureau, replace(table, rows=table.rows[:-1]))
    assert (caught.value.expected, caught.value.found) == (ROWS, ROWS - 1)
    check_whole(bureau, run(bureau, table))


def test_a_report_lists_so_many_refused_rows_and_says_how_many_it_leaves_out(
    bureau: Bureau,
) -> None:
    table = grants(bureau.shop())
    for report in (
        bureau.service.bulk.rehearse(table, principal=FOOD, at=NOON, listed=3),
        bureau.service.bulk.run(table, principal=FOOD, clock=stopped(NOON), listed=3),
    ):
        assert [each.line for each in report.refusals] == [8, 108, 208]
        assert report.left_out == report.refused - 3


def test_of_many_refused_rows_the_reasons_of_the_first_are_kept(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_runs, "MOST_REFUSED", 3)
    monkeypatch.setattr(bulk_service, "CHUNK", 2)
    bad = dict.fromkeys(("move", "valid_from", "valid_until", "form", "by_promise"), " ?")
    rows = [{"kind": "x", "number": str(n), "premises": "0"} | bad for n in range(6)]
    report = run(bureau, table_of(*rows))
    assert (report.refused, report.left_out) == (6, 3)
    assert [each.line for each in report.refusals] == [1] * 5 + [2] * 5 + [3] * 5
