"""The tables beside the record: status blocks and pages, requests, tokens, alarms, recalls, artifacts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from verify_service.registry.models import CLUSTERED, TABLE, Base, one_of
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
