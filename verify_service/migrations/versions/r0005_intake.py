"""Departments' files: runs of many changes, and reconciliations with their differences."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = NUMBER  # microseconds since 1970 UTC
BYTES = sa.LargeBinary()

STRICT = {"sqlite_strict": True}
CLUSTERED = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    create_runs()
    create_reconciliations()


def create_runs() -> None:
    op.create_table(
        "bulk_runs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("sheet", TEXT, nullable=False),
        sa.Column("encoding", TEXT, nullable=False),
        sa.Column("rows", NUMBER, nullable=False),
        sa.Column("done", NUMBER, nullable=False),
        sa.Column("accepted", NUMBER, nullable=False),
        sa.Column("licenses", NUMBER, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by", TEXT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_bulk_runs_digest")),
        sa.CheckConstraint("done BETWEEN 0 AND rows", name=op.f("ck_bulk_runs_done")),
        sa.CheckConstraint(
            "(finished_at IS NOT NULL) = (done = rows)", name=op.f("ck_bulk_runs_finished")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_runs"),
        sa.UniqueConstraint("actor", "digest", "sheet", name="uq_bulk_runs_actor_digest_sheet"),
        **STRICT,
    )
    op.create_table(
        "bulk_refusals",
        sa.Column("run", NUMBER, nullable=False),
        sa.Column("line", NUMBER, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("cell", TEXT, nullable=True),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("zh", TEXT, nullable=False),
        sa.Column("en", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["bulk_runs.id"], name="fk_bulk_refusals_run"),
        sa.PrimaryKeyConstraint("run", "line", "place", name="pk_bulk_refusals"),
        **CLUSTERED,
    )


def create_reconciliations() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("sheet", TEXT, nullable=False),
        sa.Column("full_kinds", TEXT, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("rows", NUMBER, nullable=False),
        sa.Column("agreed", NUMBER, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", TEXT, nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_reconciliations_digest")),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliations"),
        **STRICT,
    )
    op.create_index("ix_reconciliations_department", "reconciliations", ["department"])
    op.create_table(
        "differences",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("reconciliation", NUMBER, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("line", NUMBER, nullable=True),
        sa.Column("permit", NUMBER, nullable=True),
        sa.Column("permit_version", NUMBER, nullable=True),
        sa.Column("registered", TEXT, nullable=True),
        sa.Column("extracted", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", TEXT, nullable=True),
        sa.Column("grounds", TEXT, nullable=True),
        sa.CheckConstraint(
            "what IN ('missing', 'extra', 'dates', 'state', 'holder', 'premises')",
            name=op.f("ck_differences_what"),
        ),
        sa.CheckConstraint(
            "outcome IN ('settled', 'dismissed')", name=op.f("ck_differences_outcome")
        ),
        sa.CheckConstraint(
            "(permit IS NULL) = (permit_version IS NULL)", name=op.f("ck_differences_permit")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_differences_settled")
        ),
        sa.ForeignKeyConstraint(
            ["permit", "permit_version"],
            ["permit_versions.permit", "permit_versions.version"],
            name="fk_differences_permit_permit_version",
        ),
        sa.ForeignKeyConstraint(
            ["reconciliation"], ["reconciliations.id"], name="fk_differences_reconciliation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_differences"),
        **STRICT,
    )
    op.create_index("ix_differences_reconciliation", "differences", ["reconciliation"])
