"""``python -m tests.bench.bulk``: a file of 50,000 changes against the same rows written plainly.

The yardstick writes the very rows that the run wrote (links of chains, states, tasks, notices,
ledger), one statement a table, in one transaction, and checks nothing. Meanwhile somebody else, in a
process of its own, reads and writes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

from tests.bench.bulk.plain import keys, rows_beside, write_plainly
from tests.bench.serving.filling import PERMITS, fill, moment
from tests.demo.district import open_bare_service
from verify_service.access import Principal
from verify_service.bulk.report import Report
from verify_service.clock import system_clock
from verify_service.intake.columns import Use
from verify_service.intake.reading import read_table
from verify_service.intake.table import Format, Table
from verify_service.registry.records import Role
from verify_service.service import Service, open_service
from verify_service.settings import load_settings

LIMIT = 4.0
PATIENCE = 5.0  # seconds that another writer waits before it gives up
KIND, DEPARTMENT, FORM = PERMITS[0]
WHO = Principal(
    token_id="bench", role=Role.DEPARTMENT, department=DEPARTMENT, kinds=frozenset({KIND})
)
HEADERS = "操作,许可种类,许可证编号,统一社会信用代码,场所编号,有效期起,有效期止,理由\n"


def revoked(index: int) -> str:
    return f"吊销,{KIND},{FORM.format(index)},,,,,经查存在严重违法行为\n"


def amended(index: int) -> str:
    return f"变更,{KIND},{FORM.format(index)},,,,2040-01-01,依申请变更\n"


def table_of(rows: Iterator[str]) -> Table:
    return read_table((HEADERS + "".join(rows)).encode(), Format.CSV, Use.CHANGES)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--permits", type=int, default=50_000)
    options = parser.parse_args()
    worst = 0.0
    waited = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "service")
        at = moment()
        service = open_bare_service(folder, at=at)
        fill(service, licenses=options.permits, sealed=1, at=at)
        service.publisher.publish_status_lists(at=at)
        service.close()
        for word, row in (("吊销 revoked", revoked), ("变更 amended", amended)):
            ratio, longest = measure(folder, Path(name), word, row, options.permits)
            worst, waited = max(worst, ratio), max(waited, longest)
    print(f"to reach: {LIMIT:.1f}; another writer waits less than {PATIENCE:.0f} s")
    return 0 if worst <= LIMIT and waited < PATIENCE else 1


def measure(
    folder: Path, place: Path, word: str, row: Callable[[int], str], permits: int
) -> tuple[float, float]:
    """Run the file in one copy of the registry, and write its rows in another."""
    began = time.perf_counter()
    table = table_of(map(row, range(permits)))
    reading = time.perf_counter() - began
    run, plain = (
        opened(folder, place / f"run-{row.__name__}"),
        opened(folder, place / f"plain-{row.__name__}"),
    )
    with run.database.reading() as connection:
        before = keys(connection)
    seconds, report, others = run_beside_others(run, table)
    assert report.accepted == permits, report.refusals[:3]
    with run.database.reading() as connection:
        rows = rows_beside(connection, before)
    run.close()
    yardstick = write_plainly(plain.database, rows)
    plain.close()
    ratio = seconds / yardstick
    count = sum(map(len, rows.values()))
    print(
        f"{word:14} {permits:,} rows: read {reading:.1f} s, run {seconds:.1f} s; its {count:,} rows"
        f" plainly {yardstick:.1f} s   {ratio:.2f}"
    )
    print(
        f"{'':14} meanwhile, of {others['times']}: longest read {others['read'] * 1000:.0f} ms,"
        f" longest wait to write {others['write'] * 1000:.0f} ms",
        flush=True,
    )
    return ratio, others["write"]


def run_beside_others(service: Service, table: Table) -> tuple[float, Report, dict[str, float]]:
    """Run a table while another process reads and writes."""
    number = f"{service.settings.number_prefix}05-2025-00001"
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bulk.others", service.settings.database, number],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        began = time.perf_counter()
        report = service.bulk.run(table, principal=WHO, clock=system_clock)
        seconds = time.perf_counter() - began
        other.stdin.close()
        return seconds, report, json.loads(other.stdout.read())


def opened(folder: Path, copy: Path) -> Service:
    """Open a copy of a service's folder."""
    copytree(folder, copy)
    settings = copy / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace(str(folder), str(copy)), "utf-8")
    return open_service(load_settings(settings))


if __name__ == "__main__":
    sys.exit(main())
