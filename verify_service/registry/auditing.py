"""The audit: does the record still say what the ledger says was written?

Found are an entry that was altered or taken out of the chain, a row that is not what its last entry
says (or has none), an entry whose row is gone, and a state that no legal move leads to (`legality`).
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, func, select

from verify_service.registry import account_books, books, models
from verify_service.registry.books import LedgerRow
from verify_service.registry.ledger import (
    OPERATOR,
    ROWS_AT_ONCE,
    START,
    Written,
    entry_hash,
    last_entry,
    layout,
    note_changes,
    stream_entries,
)
from verify_service.registry.legality import illegal_links
from verify_service.registry.models import Base

AUDITED: Final[tuple[type[Base], ...]] = (
    models.HolderRow,
    models.PremisesRow,
    models.PermitRow,
    models.PermitVersionRow,
    models.LicenseRow,
    models.LicenseVersionRow,
    models.LicensePermitRow,
    models.PendingItemRow,
    models.LicenseStateRow,
    models.LicenseNoteRow,
    books.RecallTaskRow,
    books.ReissueTaskRow,
    books.NoticeRow,
    books.AnnouncedChangeRow,
    books.PolicyRow,
    books.AccessTokenRow,
    account_books.AccountRow,
)
"""The tables that the ledger covers. Beside it are what is published (signed), counters, status
blocks, requests, alarms, webhooks, sessions and tries to log in, and the books about departments'
files (`intake_books`)."""


_SETTLING: Final = frozenset({"settled_at", "settled_by", "outcome", "detail"})
"""What of an announced change is written when it has come about, or was taken back."""

UNREADABLE: Final = (ValueError, TypeError, OverflowError)
"""What reading a value raises that was put there by other hands."""


class Fault(StrEnum):
    """What an audit finds."""

    CHAIN_BROKEN = "chain-broken"
    ROW_ALTERED = "row-altered"
    ROW_UNRECORDED = "row-unrecorded"
    ROW_GONE = "row-gone"
    HEAD_UNKNOWN = "head-unknown"
    LINK_ILLEGAL = "link-illegal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``key`` is the row's as canonical JSON, or the number of an entry."""

    fault: Fault
    subject: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was looked at, and what was found; ``head`` is the hash of the last entry."""

    entries: int
    rows: int
    head: bytes
    findings: tuple[Finding, ...]


def audit(
    connection: Connection,
    *,
    expected: tuple[int, bytes] | None = None,
    annotating: Collection[str] | None = None,
    most: int = 100,
) -> Audit:
    """Hold the record against its ledger; stop looking after ``most`` findings.

    ``expected`` is number and hash of an entry that somebody has kept, ``annotating`` are the
    policies under which a permit may be given up (None: not looked at).
    """
    findings: list[Finding] = []
    entries = 0
    head = START
    for finding, seq, found in _chain(connection, expected):
        entries, head = seq, found
        if finding is not None:
            findings.append(finding)
        if len(findings) >= most:
            break
    if expected is not None and expected[0] > entries and len(findings) < most:
        findings.append(_entry_fault(Fault.HEAD_UNKNOWN, expected[0]))
    rows = 0
    for model in AUDITED:
        table = model.__table__
        assert isinstance(table, Table)
        count, found_here = _table(connection, table, most=most - len(findings))
        rows += count
        findings += found_here
    for finding in _rewritten(connection):
        if len(findings) >= most:
            break
        findings.append(finding)
    for illegal in illegal_links(connection, annotating=annotating):
        if len(findings) >= most:
            break
        key = json.dumps(dict(illegal.key), ensure_ascii=False, sort_keys=True)
        findings.append(Finding(fault=Fault.LINK_ILLEGAL, subject=illegal.subject, key=key))
    return Audit(entries=entries, rows=rows, head=head, findings=tuple(findings))


def begin_ledger(connection: Connection, *, at: datetime) -> None:
    """Enter what a registry of an older program holds, as it is found; nothing, if it has begun."""
    if last_entry(connection)[0]:
        return
    written = Written(at=at, by=OPERATOR)
    for model in AUDITED:
        for batch in _batches(connection, model.__table__):
            note_changes(connection, model, batch, written=written)


def _chain(
    connection: Connection, expected: tuple[int, bytes] | None
) -> Iterator[tuple[Finding | None, int, bytes]]:
    seq, before = 0, START
    for entry in stream_entries(connection):
        computed = entry_hash(
            before,
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            subject=entry.subject,
            key=entry.key,
            entry=entry.entry,
        )
        finding = None
        if entry.seq != seq + 1 or computed != entry.hash:
            finding = _entry_fault(Fault.CHAIN_BROKEN, entry.seq)
        elif expected is not None and entry.seq == expected[0] and entry.hash != expected[1]:
            finding = _entry_fault(Fault.HEAD_UNKNOWN, entry.seq)
        seq, before = entry.seq, entry.hash
        yield finding, seq, before


def _entry_fault(fault: Fault, seq: int) -> Finding:
    return Finding(fault=fault, subject=LedgerRow.__tablename__, key=str(seq))


def _table(connection: Connection, table: Table, *, most: int) -> tuple[int, list[Finding]]:
    """How many rows a table has, and what is wrong with them."""
    findings: list[Finding] = []
    rows = 0
    try:
        for batch in _batches(connection, table):
            laid_out = [layout(table, row) for row in batch]
            last = _last_entries(connection, table.name, [key for key, _ in laid_out])
            rows += len(batch)
            for key, entry in laid_out:
                if key not in last:
                    fault = Fault.ROW_UNRECORDED
                elif last[key] != entry:
                    fault = Fault.ROW_ALTERED
                else:
                    continue
                findings.append(Finding(fault=fault, subject=table.name, key=key))
    except UNREADABLE:
        findings += _unreadable(connection, table)
        return rows, findings[: max(most, 0)]
    recorded = select(func.count(LedgerRow.key.distinct())).where(LedgerRow.subject == table.name)
    unrecorded = sum(finding.fault is Fault.ROW_UNRECORDED for finding in findings)
    if connection.execute(recorded).scalar_one() != rows - unrecorded:
        findings += _gone(connection, table)
    return rows, findings[: max(most, 0)]


def _rewritten(connection: Connection) -> Iterator[Finding]:
    """Rows that were entered anew with something else in what never changes, as an update would be."""
    entry = LedgerRow
    twice = (
        select(entry.subject, entry.key)
        .where(entry.subject.in_(models.APPEND_ONLY))
        .group_by(entry.subject, entry.key)
        .having(func.count() > 1)
        .order_by(entry.subject, entry.key)
    )
    for subject, key in connection.execute(twice):
        yield Finding(fault=Fault.ROW_ALTERED, subject=subject, key=key)
    announced = books.AnnouncedChangeRow.__tablename__
    query = select(entry.key, entry.entry).where(entry.subject == announced)
    first: dict[str, dict[str, Any]] = {}
    for key, kept in connection.execute(query.order_by(entry.seq)):
        decided = {name: each for name, each in json.loads(kept).items() if name not in _SETTLING}
        if first.setdefault(key, decided) != decided:
            yield Finding(fault=Fault.ROW_ALTERED, subject=announced, key=key)


def _unreadable(connection: Connection, table: Table) -> Iterator[Finding]:
    """The rows that hold what no program of ours writes: a day that is none, say."""
    keys = list(table.primary_key.columns)
    for key in connection.execute(select(*keys).order_by(*keys)).all():
        here = and_(*[column == value for column, value in zip(keys, key, strict=True)])
        try:
            layout(table, dict(connection.execute(select(table).where(here)).mappings().one()))
        except UNREADABLE:
            named = json.dumps(
                {column.name: str(value) for column, value in zip(keys, key, strict=True)},
                ensure_ascii=False,
                sort_keys=True,
            )
            yield Finding(fault=Fault.ROW_ALTERED, subject=table.name, key=named)


def _last_entries(connection: Connection, subject: str, keys: list[str]) -> Mapping[str, str]:
    query = (
        select(LedgerRow.key, LedgerRow.entry)
        .where(LedgerRow.subject == subject, LedgerRow.key.in_(keys))
        .order_by(LedgerRow.seq)
    )
    return {row.key: row.entry for row in connection.execute(query)}


def _gone(connection: Connection, table: Table) -> list[Finding]:
    """The entries whose row is not there any more; asked for where their numbers differ."""
    query = select(LedgerRow.key).where(LedgerRow.subject == table.name).distinct()
    findings = []
    for key in connection.execute(query.order_by(LedgerRow.key)).scalars():
        values: dict[str, Any] = json.loads(key)
        if values.keys() != {column.name for column in table.primary_key.columns}:
            findings.append(Finding(fault=Fault.ROW_GONE, subject=table.name, key=key))
            continue
        here = and_(*[table.c[name] == value for name, value in values.items()])
        if (
            connection.execute(select(func.count()).select_from(table).where(here)).scalar_one()
            == 0
        ):
            findings.append(Finding(fault=Fault.ROW_GONE, subject=table.name, key=key))
    return findings


def _batches(connection: Connection, table: Any) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*table.primary_key.columns)
    with closing(connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})) as rows:
        for batch in rows.mappings().partitions(ROWS_AT_ONCE):
            yield [dict(row) for row in batch]
