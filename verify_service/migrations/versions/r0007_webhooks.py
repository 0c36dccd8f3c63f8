"""Webhooks: where parties' events are sent, and how far they were."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = NUMBER  # microseconds since 1970 UTC
BYTES = sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("secret", BYTES, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("after_seq", NUMBER, nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("last_error", TEXT, nullable=True),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.CheckConstraint("length(secret) = 32", name=op.f("ck_webhooks_secret")),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
