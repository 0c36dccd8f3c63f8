"""Runs of many changes: how far a file has come, and what was refused of it.

Written in the transaction of each chunk, so that a run that was stopped goes on behind its last
chunk, whoever stopped it and how.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.intake_books import BulkRefusalRow, BulkRunRow
from verify_service.registry.intake_records import BulkRun, Refusal, RunKey

MOST_REFUSED: Final = 20_000


def begin_run(
    connection: Connection, key: RunKey, *, rows: int, encoding: str, at: datetime, by: str
) -> BulkRun:
    """Return the run of this file, begun now where it was not known."""
    known = find_run(connection, key)
    if known is not None:
        return known
    values = {
        "actor": key.actor,
        "digest": key.digest,
        "sheet": key.sheet,
        "encoding": encoding,
        "rows": rows,
        "done": 0,
        "accepted": 0,
        "licenses": 0,
        "started_at": at,
        "started_by": by,
    }
    new = insert(BulkRunRow).values(values).returning(BulkRunRow.id)
    return get_run(connection, connection.execute(new).scalar_one())


def advance_run(
    connection: Connection,
    run: BulkRun,
    *,
    rows: int,
    accepted: int,
    licenses: int,
    refusals: Sequence[Refusal],
    at: datetime,
) -> BulkRun:
    """Record a chunk of ``rows`` rows; finished where it was the last.

    The reasons of the first `MOST_REFUSED` refused rows of a run are kept: a file of nothing but
    faults does not fill the registry.
    """
    done = run.done + rows
    values = {
        "done": done,
        "accepted": run.accepted + accepted,
        "licenses": run.licenses + licenses,
        "finished_at": at if done == run.rows else None,
    }
    connection.execute(update(BulkRunRow).where(BulkRunRow.id == run.id).values(values))
    room = MOST_REFUSED - (run.done - run.accepted)
    if kept := _refusal_rows(run.id, refusals, lines=room):
        connection.execute(insert(BulkRefusalRow), kept)
    return get_run(connection, run.id)


def find_run(connection: Connection, key: RunKey) -> BulkRun | None:
    """Return the run of this file, None where nothing of it was done yet."""
    run = BulkRunRow
    query = select(run.__table__).where(
        run.actor == key.actor, run.digest == key.digest, run.sheet == key.sheet
    )
    row = connection.execute(query).first()
    return None if row is None else _run(row)


def get_run(connection: Connection, identity: int) -> BulkRun:
    """Return the run; raises `NotRegisteredError`."""
    row = connection.execute(select(BulkRunRow.__table__).where(BulkRunRow.id == identity)).first()
    if row is None:
        raise NotRegisteredError(entity="bulk run", key=str(identity))
    return _run(row)


def runs_of(connection: Connection, actor: str | None, *, limit: int) -> tuple[BulkRun, ...]:
    """Return the latest runs, of one party or of all."""
    query = select(BulkRunRow.__table__).order_by(BulkRunRow.id.desc()).limit(limit)
    if actor is not None:
        query = query.where(BulkRunRow.actor == actor)
    return tuple(map(_run, connection.execute(query)))


def refusals_of(
    connection: Connection, run: int, *, after: int = 0, lines: int
) -> tuple[Refusal, ...]:
    """Return all that was wrong with the next ``lines`` refused lines of a run after ``after``."""
    row = BulkRefusalRow
    listed = (
        select(row.line)
        .where(row.run == run, row.line > after)
        .distinct()
        .order_by(row.line)
        .limit(lines)
        .subquery()
    )
    query = (
        select(row.line, row.cell, row.code, row.zh, row.en)
        .where(row.run == run, row.line.in_(select(listed.c.line)))
        .order_by(row.line, row.place)
    )
    return tuple(
        Refusal(line=each.line, cell=each.cell, code=each.code, zh=each.zh, en=each.en)
        for each in connection.execute(query)
    )


def _refusal_rows(run: int, refusals: Sequence[Refusal], *, lines: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for count, (line, faults) in enumerate(groupby(refusals, key=lambda each: each.line)):
        if count >= lines:
            break
        rows += [
            {
                "run": run,
                "line": line,
                "place": place,
                "cell": each.cell,
                "code": each.code,
                "zh": each.zh,
                "en": each.en,
            }
            for place, each in enumerate(faults)
        ]
    return rows


def _run(row: Row[Any]) -> BulkRun:
    return BulkRun(
        id=row.id,
        key=RunKey(actor=row.actor, digest=row.digest, sheet=row.sheet),
        encoding=row.encoding,
        rows=row.rows,
        done=row.done,
        accepted=row.accepted,
        licenses=row.licenses,
        started_at=row.started_at,
        started_by=row.started_by,
        finished_at=row.finished_at,
    )
