"""The tables of departments' files: runs of many changes, and reconciliations with their differences.

Bookkeeping about files, and no part of the record: what a run or a settlement changes is in the
chains and in the ledger, like every change.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from verify_service.registry.intake_records import DifferenceOutcome, DifferenceWhat
from verify_service.registry.models import CLUSTERED, TABLE, Base, one_of


class BulkRunRow(Base):
    """A file of changes and how far it has come; the same file of the same party is the same run."""

    __tablename__ = "bulk_runs"
    __table_args__ = (
        UniqueConstraint("actor", "digest", "sheet"),
        CheckConstraint("length(digest) = 32", name="digest"),
        CheckConstraint("done BETWEEN 0 AND rows", name="done"),
        CheckConstraint("(finished_at IS NOT NULL) = (done = rows)", name="finished"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str]
    digest: Mapped[bytes]
    sheet: Mapped[str]
    encoding: Mapped[str]
    rows: Mapped[int]
    done: Mapped[int]
    accepted: Mapped[int]
    licenses: Mapped[int]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    finished_at: Mapped[datetime | None]


class BulkRefusalRow(Base):
    """What was wrong with a row; written with the chunk that the row is in."""

    __tablename__ = "bulk_refusals"
    __table_args__ = (CLUSTERED,)

    run: Mapped[int] = mapped_column(ForeignKey("bulk_runs.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    cell: Mapped[str | None]
    code: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]


class StagedFileRow(Base):
    """A file that somebody has brought to the desk and that waits to be done: one an account."""

    __tablename__ = "staged_files"
    __table_args__ = (
        CheckConstraint("length(digest) = 32", name="digest"),
        TABLE,
    )

    login: Mapped[str] = mapped_column(ForeignKey("accounts.login"), primary_key=True)
    digest: Mapped[bytes]
    name: Mapped[str]
    sheet: Mapped[str]
    data: Mapped[bytes]
    staged_at: Mapped[datetime]


class ReconciliationRow(Base):
    """A department's extract that was held against the registry."""

    __tablename__ = "reconciliations"
    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest"), TABLE)

    id: Mapped[int] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(index=True)
    digest: Mapped[bytes]
    sheet: Mapped[str]
    full_kinds: Mapped[str]
    as_of: Mapped[datetime]
    rows: Mapped[int]
    agreed: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class DifferenceRow(Base):
    """One thing that extract and registry say differently, and what was made of it."""

    __tablename__ = "differences"
    __table_args__ = (
        one_of("what", DifferenceWhat),
        one_of("outcome", DifferenceOutcome),
        ForeignKeyConstraint(
            ["permit", "permit_version"], ["permit_versions.permit", "permit_versions.version"]
        ),
        CheckConstraint("(permit IS NULL) = (permit_version IS NULL)", name="permit"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reconciliation: Mapped[int] = mapped_column(ForeignKey("reconciliations.id"), index=True)
    what: Mapped[str]
    kind: Mapped[str]
    number: Mapped[str]
    line: Mapped[int | None]
    permit: Mapped[int | None]
    permit_version: Mapped[int | None]
    registered: Mapped[Mapping[str, object] | None]
    extracted: Mapped[Mapping[str, object] | None]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    grounds: Mapped[str | None]
