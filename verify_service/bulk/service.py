"""Many changes at once: in chunks, each whole or not at all, with the registry free in between.

The file is the run: its SHA-256, the sheet and the party name it, and what came of each chunk is
written in the transaction of the chunk. So a run that was killed goes on where it was, and the same
file again does nothing. A rehearsal writes nothing and keeps nobody waiting: it plans against one
snapshot, as a reader.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from verify_service.access import Principal, require_department
from verify_service.bulk.chunk import MOST_FAULTS, ChunkPlanner, ReadRow
from verify_service.bulk.errors import FileReadOtherwiseError
from verify_service.bulk.lists import RunLists
from verify_service.bulk.report import Report
from verify_service.bulk.reporting import MAX_LISTED, report, report_known
from verify_service.clock import Clock
from verify_service.database import Database
from verify_service.intake.changes import read_change
from verify_service.intake.table import Table
from verify_service.lifecycle.announcing import Announcements
from verify_service.office import Office
from verify_service.publishing.service import Publisher
from verify_service.registry.bulk_runs import advance_run, begin_run, find_run, refusals_of
from verify_service.registry.intake_records import BulkRun, Refusal, RunKey
from verify_service.registry.ledger import Written
from verify_service.registry.plan import Plan
from verify_service.registry.sight import Sight
from verify_service.turns import Turns

CHUNK: Final = 500
"""Rows of a transaction: other writers wait no longer than for these, well below their patience."""

Progress = Callable[[int, int], None]
"""Is told rows done and rows in all, after each chunk."""


def _untold(done: int, rows: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """Rows that were read while others had the registry, and how many are before them."""

    done: int
    rows: Sequence[ReadRow]


class BulkDesk:
    """Where a department hands in a file of changes."""

    def __init__(
        self,
        database: Database,
        office: Office,
        publisher: Publisher,
        announcements: Announcements,
    ) -> None:
        self._database = database
        self._office = office
        self._publisher = publisher
        self._announcements = announcements
        self._chunks = ChunkPlanner(office)
        self._kinds = office.catalog.permit_kinds

    def rehearse(
        self,
        table: Table,
        *,
        principal: Principal,
        at: datetime,
        progress: Progress = _untold,
        listed: int = MAX_LISTED,
    ) -> Report:
        """Say what would come of a file, or of what is left of it; nothing is written.

        ``listed``: refused rows that the report lists.

        Raises:
            AccessError: not a department.
            DatabaseError, NoPolicyError
        """
        require_department(principal)
        self._announcements.catch_up(at=at)
        written = Written(at=at, by=principal.recorded_by)
        with self._database.reading() as connection:
            run = find_run(connection, _key(table, principal))
            if run is not None and run.finished_at is not None:
                return report_known(
                    connection, table, run, listed=listed, dry_run=True, kinds=self._kinds
                )
            done, accepted, licenses = 0, 0, 0
            refusals: list[Refusal] = []
            if run is not None:
                done, accepted, licenses = run.done, run.accepted, run.licenses
                refusals += refusals_of(connection, run.id, lines=listed)
            sight = Sight()
            while done < len(table.rows):
                rows = self._read(table, done)
                outcome = self._chunks.plan(
                    connection, rows, principal=principal, sight=sight, plan=Plan(), written=written
                )
                done, accepted = done + len(rows), accepted + outcome.accepted
                licenses += outcome.licenses
                if len(refusals) < listed * MOST_FAULTS:  # as many as can be listed, or more
                    refusals += outcome.refusals
                progress(done, len(table.rows))
        return report(
            table,
            run,
            counts=(done, accepted, licenses),
            refusals=refusals,
            listed=listed,
            dry_run=True,
            kinds=self._kinds,
        )

    def run(
        self,
        table: Table,
        *,
        principal: Principal,
        clock: Clock,
        progress: Progress = _untold,
        listed: int = MAX_LISTED,
    ) -> Report:
        """Do what a file asks for, or what is left of it; of a file that was finished, nothing.

        ``listed``: refused rows that the report lists.

        Raises:
            AccessError: not a department.
            DatabaseError, NoPolicyError: the chunks before stand, and the run can be gone on with.
            FileReadOtherwiseError
        """
        require_department(principal)
        key = _key(table, principal)
        with self._database.reading() as connection:
            run = find_run(connection, key)
        if run is None or run.finished_at is None:
            run = self._go_on(table, key, run, principal=principal, clock=clock, progress=progress)
        self._announcements.look_again()
        with self._database.reading() as connection:
            return report_known(
                connection, table, run, listed=listed, dry_run=False, kinds=self._kinds
            )

    def _go_on(
        self,
        table: Table,
        key: RunKey,
        run: BulkRun | None,
        *,
        principal: Principal,
        clock: Clock,
        progress: Progress,
    ) -> BulkRun:
        """Do what is left, chunk by chunk; the lists follow, also when it is stopped."""
        lists = RunLists(self._publisher)
        turns = Turns()
        self._announcements.catch_up(at=clock())
        try:
            while run is None or run.finished_at is None:
                done = 0 if run is None else run.done
                ahead = _Ahead(done=done, rows=self._read(table, done))
                with turns, self._database.writing() as connection:
                    at = clock()
                    run, relists = self._next_chunk(
                        connection, table, ahead, key, principal=principal, at=at
                    )
                lists.note(at, relists=relists)
                progress(run.done, run.rows)
                if run.finished_at is None:
                    turns.pause()
        finally:
            lists.publish()
        return run

    def _next_chunk(
        self,
        connection: Connection,
        table: Table,
        ahead: _Ahead,
        key: RunKey,
        *,
        principal: Principal,
        at: datetime,
    ) -> tuple[BulkRun, bool]:
        """Do a chunk; return the run, and whether the status lists have to say something else."""
        by = principal.recorded_by
        run = begin_run(
            connection, key, rows=len(table.rows), encoding=table.encoding, at=at, by=by
        )
        if run.rows != len(table.rows):
            raise FileReadOtherwiseError(run=run.id, expected=run.rows, found=len(table.rows))
        if run.finished_at is not None:
            return run, False
        applied = self._announcements.apply_due(connection, at=at)
        # Somebody else may have gone on with the same file: what was read ahead is done then.
        rows = ahead.rows if ahead.done == run.done else self._read(table, run.done)
        outcome = self._chunks.do(
            connection, rows, principal=principal, written=Written(at=at, by=by)
        )
        after = advance_run(
            connection,
            run,
            rows=len(rows),
            accepted=outcome.accepted,
            licenses=outcome.licenses,
            refusals=outcome.refusals,
            at=at,
        )
        return after, applied or outcome.relists

    def _read(self, table: Table, done: int) -> tuple[ReadRow, ...]:
        """Read what the cells of the next rows mean."""
        rows = table.rows[done : done + CHUNK]
        return tuple(read_change(row, table.columns, self._kinds) for row in rows)


def _key(table: Table, principal: Principal) -> RunKey:
    return RunKey(actor=principal.party, digest=table.digest, sheet=table.sheet or "")
