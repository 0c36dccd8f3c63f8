"""``permit import``: a department's file of changes, rehearsed or done, with a report."""

import argparse
import json
from pathlib import Path

from verify_service.bulk.errors import RowsRefusedError
from verify_service.clock import system_clock
from verify_service.commands.desk import add_token_option, naming, opened, principal_of, show
from verify_service.commands.progress import Progress
from verify_service.commands.registry import Commands
from verify_service.intake.columns import Use
from verify_service.intake.errors import TableTooLargeError
from verify_service.intake.reading import format_of_name, read_table
from verify_service.intake.table import MAX_BYTES, MAX_ROWS, Table


def add_import(actions: "Commands[argparse.ArgumentParser]") -> None:
    """Add the action to those of ``permit``."""
    command = actions.add_parser(
        "import",
        help="enter, change and end permits by a file (CSV, XLSX, JSON lines); may be run again",
    )
    add_table_options(command)
    command.add_argument("--dry-run", action="store_true", help="say what would be, do nothing")
    command.add_argument(
        "--report", type=Path, metavar="FILE", help="write the report there, not to the terminal"
    )
    add_token_option(command)
    command.set_defaults(run=_import)


def add_table_options(command: argparse.ArgumentParser) -> None:
    """Add what names a table: the file, and the sheet of a workbook."""
    command.add_argument("file", type=Path, metavar="FILE", help="*.csv, *.xlsx or *.jsonl")
    command.add_argument("--sheet", metavar="NAME", help="default: the first that is not hidden")


def read_file(path: Path, use: Use, *, sheet: str | None) -> Table:
    """Read a table from a file.

    Raises:
        OSError, TableError
    """
    format = format_of_name(path.name)
    with naming(path), path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TableTooLargeError(what="bytes", most=MAX_BYTES)
    return read_table(data, format, use, sheet=sheet)


def _import(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        table = read_file(options.file, Use.CHANGES, sheet=options.sheet)
        if options.dry_run:
            report = service.bulk.rehearse(
                table,
                principal=principal,
                at=system_clock(),
                progress=Progress("试办 rehearsing"),
                listed=MAX_ROWS,
            )
        else:
            report = service.bulk.run(
                table,
                principal=principal,
                clock=system_clock,
                progress=Progress("办理 importing"),
                listed=MAX_ROWS,
            )
    if options.report is None:
        show(report.as_dict())
    else:
        text = json.dumps(report.as_dict(), ensure_ascii=False, indent=2)
        with naming(options.report):
            options.report.write_text(text + "\n", "utf-8")
    if report.refused:
        raise RowsRefusedError(refused=report.refused, rows=report.done)
