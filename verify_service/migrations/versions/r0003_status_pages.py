"""The places of the status lists, kept as pages, and filled from what is on file.

The day of the pages is that of the last license issued; whichever it is, what other days make of it
is read from the permits (docs/spec/registry.md).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
BYTES = sa.LargeBinary()

PAGE_BYTES = 2048
BEIJING = timezone(timedelta(hours=8))
LICENSE = {"in_force": 0, "void": 1, "suspended": 2, "superseded": 3}
PERMIT = {
    "in_force": 0,
    "lapsed": 1,
    "suspended": 2,
    "cancelled": 12,
    "annulled": 13,
    "revoked": 14,
    "withdrawn": 15,
}


def upgrade() -> None:
    op.create_index("ix_permit_versions_valid_from", "permit_versions", ["valid_from"])
    op.create_table(
        "status_days",
        sa.Column("status_list", TEXT, nullable=False),
        sa.Column("as_of", DAY, nullable=False),
        sa.ForeignKeyConstraint(
            ["status_list"],
            ["status_allocation.status_list"],
            name="fk_status_days_status_list",
        ),
        sa.PrimaryKeyConstraint("status_list", name="pk_status_days"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "status_pages",
        sa.Column("status_list", TEXT, nullable=False),
        sa.Column("page", NUMBER, nullable=False),
        sa.Column("entries", BYTES, nullable=False),
        sa.CheckConstraint("page >= 0", name=op.f("ck_status_pages_page")),
        sa.CheckConstraint("length(entries) = 2048", name=op.f("ck_status_pages_entries")),
        sa.ForeignKeyConstraint(
            ["status_list"], ["status_days.status_list"], name="fk_status_pages_status_list"
        ),
        sa.PrimaryKeyConstraint("status_list", "page", name="pk_status_pages"),
        sqlite_strict=True,
    )
    fill()


def fill() -> None:
    bind = op.get_bind()
    last = bind.execute(sa.text("SELECT max(recorded_at) FROM license_versions")).scalar()
    if last is None:
        return
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=last)
    today = instant.astimezone(BEIJING).date()
    pages: dict[tuple[str, int], bytearray] = defaultdict(lambda: bytearray(b"\x11" * PAGE_BYTES))
    for name, index, value in (*licenses(bind), *permits(bind, today.isoformat())):
        page, place = divmod(index, 2 * PAGE_BYTES)
        entries, shift = pages[name, page], (place & 1) << 2
        entries[place >> 1] = entries[place >> 1] & ~(15 << shift) & 255 | value << shift
    day = today.isoformat() if bind.dialect.name == "sqlite" else today
    bind.execute(
        sa.text("INSERT INTO status_days (status_list, as_of) VALUES (:name, :day)"),
        [{"name": name, "day": day} for name in sorted({name for name, _ in pages})],
    )
    bind.execute(
        sa.text("INSERT INTO status_pages (status_list, page, entries) VALUES (:name, :page, :of)"),
        [
            {"name": name, "page": page, "of": bytes(entries)}
            for (name, page), entries in sorted(pages.items())
        ],
    )


def licenses(bind: sa.Connection) -> Iterator[tuple[str, int, int]]:
    query = (
        "SELECT v.status_list, v.status_index, s.state FROM license_versions v "
        "JOIN license_states s ON s.number = v.number AND s.version = v.version "
        "WHERE NOT EXISTS (SELECT 1 FROM license_states l WHERE l.number = s.number "
        "AND l.version = s.version AND l.seq > s.seq)"
    )
    for name, index, state in streamed(bind, query):
        yield name, index, LICENSE[state]


def permits(bind: sa.Connection, today: str) -> Iterator[tuple[str, int, int]]:
    query = (
        "SELECT v.status_list, v.status_index + 1 + i.position, p.state, "
        "CAST(p.valid_from AS TEXT), CAST(p.valid_until AS TEXT) FROM license_versions v "
        "JOIN license_permits i ON i.number = v.number AND i.version = v.version "
        "JOIN permit_versions p ON p.permit = i.permit "
        "WHERE NOT EXISTS (SELECT 1 FROM permit_versions l "
        "WHERE l.permit = p.permit AND l.version > p.version)"
    )
    for name, index, state, first, last in streamed(bind, query):
        value = PERMIT[state]
        if state == "in_force":
            value = 1 if last is not None and last < today else 2 if today < first else 0
        yield name, index, value


def streamed(bind: sa.Connection, query: str) -> Iterator[Any]:
    yield from bind.execute(sa.text(query), execution_options={"yield_per": 10_000})
