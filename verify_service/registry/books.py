"""The tables beside the record: status blocks and pages, requests, tokens, tasks, ledger, artifacts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from verify_service.registry.models import CLUSTERED, TABLE, Base, one_of
from verify_service.registry.moves import Move
from verify_service.registry.records import Role

PAGE_BYTES: Final = (
    2048  # of a status list, kept: 4,096 places, of which a row has one page of a file
)


class StatusAllocationRow(Base):
    __tablename__ = "status_allocation"
    __table_args__ = (
        CheckConstraint("next_index BETWEEN 0 AND capacity", name="next_index"),
        CLUSTERED,
    )

    status_list: Mapped[str] = mapped_column(primary_key=True)
    next_index: Mapped[int]
    capacity: Mapped[int]


class StatusBlockRow(Base):
    __tablename__ = "status_blocks"
    __table_args__ = (CheckConstraint("size >= 1", name="size"), CLUSTERED)

    status_list: Mapped[str] = mapped_column(
        ForeignKey("status_allocation.status_list"), primary_key=True
    )
    start: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    reserved_at: Mapped[datetime]


class StatusDayRow(Base):
    __tablename__ = "status_days"
    __table_args__ = (CLUSTERED,)

    status_list: Mapped[str] = mapped_column(
        ForeignKey("status_allocation.status_list"), primary_key=True
    )
    as_of: Mapped[date]


class StatusPageRow(Base):
    __tablename__ = "status_pages"
    __table_args__ = (
        CheckConstraint("page >= 0", name="page"),
        CheckConstraint(f"length(entries) = {PAGE_BYTES}", name="entries"),
        TABLE,
    )

    status_list: Mapped[str] = mapped_column(
        ForeignKey("status_days.status_list"), primary_key=True
    )
    page: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[bytes]


class RequestRow(Base):
    __tablename__ = "requests"
    __table_args__ = (CheckConstraint("length(body_digest) = 32", name="body_digest"), CLUSTERED)

    actor: Mapped[str] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(primary_key=True)
    body_digest: Mapped[bytes]
    result: Mapped[Mapping[str, object]]
    recorded_at: Mapped[datetime]


class AccessTokenRow(Base):
    __tablename__ = "access_tokens"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("(role = 'department') = (department IS NOT NULL)", name="department"),
        CheckConstraint("length(secret_digest) = 32", name="secret_digest"),
        CLUSTERED,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    secret_digest: Mapped[bytes]
    role: Mapped[str]
    department: Mapped[str | None]
    kinds: Mapped[str]
    label: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AlarmRow(Base):
    __tablename__ = "alarms"
    __table_args__ = (
        # One row however often the same thing is shown: an alarm cannot be used to fill the disk.
        UniqueConstraint("code", "shown_digest"),
        CheckConstraint("length(shown_digest) = 32", name="shown_digest"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    shown_digest: Mapped[bytes]
    number: Mapped[str | None]
    detail: Mapped[Mapping[str, object]]
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class RecallTaskRow(Base):
    __tablename__ = "recall_tasks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["number", "version", "seq"],
            ["license_states.number", "license_states.version", "license_states.seq"],
        ),
        UniqueConstraint("number", "version", "seq", "department"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    version: Mapped[int]
    seq: Mapped[int]
    department: Mapped[str] = mapped_column(index=True)
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    outcome: Mapped[str | None]
    note: Mapped[str | None]


class ReissueTaskRow(Base):
    """A version of a license that does not say what its permits do any more."""

    __tablename__ = "reissue_tasks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["number", "version"], ["license_versions.number", "license_versions.version"]
        ),
        ForeignKeyConstraint(
            ["cause_permit", "cause_version"], ["permit_versions.permit", "permit_versions.version"]
        ),
        UniqueConstraint(
            "number",
            "version",
            "reason",
            "cause_permit",
            "cause_version",
            name="uq_reissue_tasks_cause",  # PostgreSQL: at most 63 characters
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    version: Mapped[int]
    reason: Mapped[str]
    cause_permit: Mapped[int]
    cause_version: Mapped[int]
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    outcome: Mapped[str | None]
    note: Mapped[str | None]


class NoticeRow(Base):
    """What the holder of a license is to be told, and whether it has been."""

    __tablename__ = "notices"
    __table_args__ = (
        ForeignKeyConstraint(
            ["number", "version"], ["license_versions.number", "license_versions.version"]
        ),
        CheckConstraint("(given_at IS NULL) = (means IS NULL)", name="given"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(ForeignKey("holders.uscc"), index=True)
    number: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    kind: Mapped[str]
    words: Mapped[Mapping[str, object]]
    made_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    given_by: Mapped[str | None]
    means: Mapped[str | None]


class AnnouncedChangeRow(Base):
    """A department's decision that takes effect later."""

    __tablename__ = "announced_changes"
    __table_args__ = (
        one_of("move", Move),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled"),
        CheckConstraint("announced_at < effective_at", name="instants"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    permit: Mapped[int] = mapped_column(ForeignKey("permits.id"), index=True)
    move: Mapped[str]
    basis: Mapped[str]
    terms: Mapped[Mapping[str, object] | None]
    grounds: Mapped[str]
    document: Mapped[str | None]
    effective_at: Mapped[datetime] = mapped_column(index=True)
    announced_at: Mapped[datetime]
    announced_by: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    outcome: Mapped[str | None]
    detail: Mapped[Mapping[str, object] | None]


class WebhookRow(Base):
    """Where a party's events are sent, how far they were, and when they are tried next."""

    __tablename__ = "webhooks"
    __table_args__ = (
        CheckConstraint("length(secret) = 32", name="secret"),
        CLUSTERED,
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str | None]  # None: the bureau, which gets everything
    url: Mapped[str]
    secret: Mapped[bytes]
    created_at: Mapped[datetime]
    after_seq: Mapped[int]
    failures: Mapped[int]
    last_error: Mapped[str | None]
    next_try_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class PolicyRow(Base):
    """The policies that were in use, each by what its text was then."""

    __tablename__ = "policies"
    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest"), CLUSTERED)

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    first_used_at: Mapped[datetime]


class LedgerRow(Base):
    """Every row of the record once more, each hashed with the one before."""

    __tablename__ = "ledger"
    __table_args__ = (
        CheckConstraint("length(hash) = 32", name="hash"),
        Index("ix_ledger_subject_key", "subject", "key", "seq"),
        TABLE,
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    subject: Mapped[str]
    key: Mapped[str]
    entry: Mapped[str]
    hash: Mapped[bytes]


class PublishedRow(Base):
    __tablename__ = "published"
    __table_args__ = (CheckConstraint("length(sha256) = 32", name="sha256"), TABLE)

    name: Mapped[str] = mapped_column(primary_key=True)
    uri: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[bytes]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    sequence: Mapped[int]


class PublishedHistoryRow(Base):
    __tablename__ = "published_history"
    __table_args__ = (
        CheckConstraint("length(sha256) = 32", name="sha256"),
        CheckConstraint("(content IS NULL) = (sha256 IS NULL)", name="withdrawn"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes | None]
    sha256: Mapped[bytes | None]
    published_at: Mapped[datetime]
