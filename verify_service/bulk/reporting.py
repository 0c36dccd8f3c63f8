"""How a report is made: of a run as it is kept, or of what a rehearsal has found."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from verify_service.bulk.report import Doubt, Report
from verify_service.catalog import PermitKind
from verify_service.identifiers import check_permit_number
from verify_service.identifiers.errors import PermitNumberError
from verify_service.intake.changes import ChangeRow, read_change
from verify_service.intake.columns import Column
from verify_service.intake.table import Table
from verify_service.intake.values import MOVES
from verify_service.registry.bulk_runs import refusals_of
from verify_service.registry.intake_records import BulkRun, Refusal
from verify_service.registry.moves import Move

MAX_LISTED: Final = 1000
"""Refused rows that a report lists; the others are read by the run."""

Kinds = Mapping[str, PermitKind]


def report_known(
    connection: Connection,
    table: Table,
    run: BulkRun,
    *,
    listed: int,
    dry_run: bool,
    kinds: Kinds,
) -> Report:
    """Return the report of a run as far as it has come."""
    return report(
        table,
        run,
        counts=(run.done, run.accepted, run.licenses),
        refusals=refusals_of(connection, run.id, lines=listed),
        listed=listed,
        dry_run=dry_run,
        kinds=kinds,
    )


def report(
    table: Table,
    run: BulkRun | None,
    *,
    counts: tuple[int, int, int],
    refusals: Sequence[Refusal],
    listed: int,
    dry_run: bool,
    kinds: Kinds,
) -> Report:
    """Return a report; ``counts`` are rows done, rows accepted, states of licenses that followed."""
    done, accepted, licenses = counts
    lines = sorted({each.line for each in refusals})[:listed]
    return Report(
        run=None if run is None else run.id,
        dry_run=dry_run,
        digest=table.digest,
        format=table.format,
        encoding=table.encoding,
        sheet=table.sheet,
        rows=len(table.rows),
        done=done,
        accepted=accepted,
        licenses=licenses,
        refusals=[each for each in refusals if lines and each.line <= lines[-1]],
        left_out=done - accepted - len(lines),
        doubts=tuple(islice(_doubts(table, kinds), MAX_LISTED)),
    )


def _doubts(table: Table, kinds: Kinds) -> Iterator[Doubt]:
    """What looks wrong with the numbers of new permits; what is refused is told elsewhere."""
    move = table.columns.index(Column.MOVE)
    for row in table.rows:
        cell = row.cells[move]
        if not isinstance(cell, str) or MOVES.get(cell) is not Move.GRANTED:
            continue
        found = read_change(row, table.columns, kinds)
        if isinstance(found, ChangeRow):
            with suppress(PermitNumberError):
                for each in check_permit_number(found.kind, found.number):
                    yield Doubt(line=found.line, code=each.code, zh=each.zh, en=each.en)
