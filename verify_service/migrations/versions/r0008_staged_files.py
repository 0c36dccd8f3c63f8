"""Files that wait at the desk: one an account, until it is done."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = NUMBER  # microseconds since 1970 UTC
BYTES = sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "staged_files",
        sa.Column("login", TEXT, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sheet", TEXT, nullable=False),
        sa.Column("data", BYTES, nullable=False),
        sa.Column("staged_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_staged_files_digest")),
        sa.ForeignKeyConstraint(["login"], ["accounts.login"], name="fk_staged_files_login"),
        sa.PrimaryKeyConstraint("login", name="pk_staged_files"),
        sqlite_strict=True,
    )
