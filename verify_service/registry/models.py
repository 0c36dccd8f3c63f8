"""The tables of the record itself: holders, premises, permits, licenses, and their chains.

Chains are appended to and never changed: the database refuses it (`APPEND_ONLY`), so a department
cannot rewrite what it did, nor the bureau what it issued. The books beside them are in `books`.
Meanings of the columns: ``docs/spec/registry.md``.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from verify_service.registry.columns import (
    Bytes,
    Day,
    Degrees,
    Flag,
    Instant,
    JsonDocument,
    Number,
    PlainText,
)
from verify_service.registry.moves import LicenseState, Move, PermitState

TABLE: dict[str, Any] = {"sqlite_strict": True}
# Small rows read in runs: clustered by their key, which is 2 to 4 times faster to read.
CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}

# No row of these is ever changed or deleted; triggers see to it.
APPEND_ONLY = (
    "ledger",
    "license_notes",
    "permit_versions",
    "policies",
    "licenses",
    "license_versions",
    "license_permits",
    "license_states",
    "pending_items",
    "published_history",
    "requests",
    "status_blocks",
)


class Base(DeclarativeBase):
    """Column types by annotation, and constraints that have names on every database."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads a plain class attribute)
        bool: Flag,
        bytes: Bytes,
        date: Day,
        datetime: Instant,
        float: Degrees,
        int: Number,
        str: PlainText,
        Mapping[str, object]: JsonDocument,
    }


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Return the check that a column holds a word of ``words``."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class HolderRow(Base):
    __tablename__ = "holders"
    __table_args__ = (CLUSTERED,)

    uscc: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class PremisesRow(Base):
    __tablename__ = "premises"
    __table_args__ = (
        # Lets permits and licenses refer to premises together with their holder.
        UniqueConstraint("id", "holder"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="position"),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(ForeignKey("holders.uscc"), index=True)
    division_code: Mapped[str]
    address: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    facts: Mapped[Mapping[str, object]]


class PermitRow(Base):
    __tablename__ = "permits"
    __table_args__ = (
        UniqueConstraint("kind", "number"),
        ForeignKeyConstraint(["premises", "holder"], ["premises.id", "premises.holder"]),
        TABLE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[str]
    department: Mapped[str]
    holder: Mapped[str] = mapped_column(index=True)
    premises: Mapped[int] = mapped_column(index=True)


class PermitVersionRow(Base):
    __tablename__ = "permit_versions"
    __table_args__ = (
        one_of("move", Move),
        one_of("state", PermitState),
        CheckConstraint("(version = 1) = (move = 'granted')", name="first"),
        CheckConstraint("valid_until >= valid_from", name="validity"),
        CheckConstraint("effective_at <= recorded_at", name="instants"),
        CLUSTERED,
    )

    permit: Mapped[int] = mapped_column(ForeignKey("permits.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    move: Mapped[str]
    state: Mapped[str]
    # What a day begins and ends is looked up by it.
    valid_from: Mapped[date] = mapped_column(index=True)
    valid_until: Mapped[date | None] = mapped_column(index=True)
    document_form: Mapped[str]
    by_promise: Mapped[bool]
    particulars: Mapped[Mapping[str, object]]
    basis: Mapped[str | None]  # None in what was recorded before there were any
    grounds: Mapped[str]
    document: Mapped[str | None]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class LicenseRow(Base):
    __tablename__ = "licenses"
    __table_args__ = (
        UniqueConstraint("issuer", "industry", "year", "serial"),
        ForeignKeyConstraint(["premises", "holder"], ["premises.id", "premises.holder"]),
        CLUSTERED,
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    industry: Mapped[str]
    year: Mapped[int]
    serial: Mapped[int]
    holder: Mapped[str] = mapped_column(index=True)
    premises: Mapped[int] = mapped_column(index=True)


class LicenseVersionRow(Base):
    __tablename__ = "license_versions"
    __table_args__ = (
        UniqueConstraint("status_list", "status_index"),
        UniqueConstraint("recorded_by", "request_key"),
        ForeignKeyConstraint(
            ["status_list", "status_index"], ["status_blocks.status_list", "status_blocks.start"]
        ),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("expires_on >= issued_on", name="validity"),
        CheckConstraint("effective_at <= recorded_at", name="instants"),
        CheckConstraint("length(claims_digest) = 32", name="claims_digest"),
        TABLE,
    )

    number: Mapped[str] = mapped_column(ForeignKey("licenses.number"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    catalog_version: Mapped[str]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    status_list: Mapped[str]
    status_index: Mapped[int]
    kid: Mapped[bytes]
    credential: Mapped[bytes]
    text: Mapped[str]
    claims_digest: Mapped[bytes] = mapped_column(index=True)
    told: Mapped[Mapping[str, object]]
    template_version: Mapped[str]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    request_key: Mapped[str | None]
    policy: Mapped[str | None]  # None in what was issued before there were any


def _of_license_version() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["number", "version"], ["license_versions.number", "license_versions.version"]
    )


class LicenseStateRow(Base):
    __tablename__ = "license_states"
    __table_args__ = (
        _of_license_version(),
        ForeignKeyConstraint(
            ["cause_permit", "cause_version"], ["permit_versions.permit", "permit_versions.version"]
        ),
        one_of("state", LicenseState),
        CheckConstraint("(cause_permit IS NULL) = (cause_version IS NULL)", name="cause"),
        CheckConstraint("effective_at <= recorded_at", name="instants"),
        CLUSTERED,
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    cause_permit: Mapped[int | None]
    cause_version: Mapped[int | None]
    policy: Mapped[str | None]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class LicenseNoteRow(Base):
    """A permit that was given up and for which a license stands all the same, by a policy."""

    __tablename__ = "license_notes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["number", "version", "permit"],
            ["license_permits.number", "license_permits.version", "license_permits.permit"],
        ),
        ForeignKeyConstraint(
            ["permit", "permit_version"], ["permit_versions.permit", "permit_versions.version"]
        ),
        CheckConstraint("effective_at <= recorded_at", name="instants"),
        CLUSTERED,
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    permit: Mapped[int] = mapped_column(primary_key=True)
    permit_version: Mapped[int]
    policy: Mapped[str]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class LicensePermitRow(Base):
    __tablename__ = "license_permits"
    __table_args__ = (
        _of_license_version(),
        UniqueConstraint("number", "version", "permit"),
        ForeignKeyConstraint(
            ["permit", "permit_version"], ["permit_versions.permit", "permit_versions.version"]
        ),
        CLUSTERED,
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    permit: Mapped[int] = mapped_column(index=True)
    permit_version: Mapped[int]
    mandatory: Mapped[bool]


class PendingItemRow(Base):
    __tablename__ = "pending_items"
    __table_args__ = (_of_license_version(), CLUSTERED)

    number: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]
    kind: Mapped[str]
    mandatory: Mapped[bool]
    department: Mapped[str]
