"""People's accounts: who may log in to the desk, who has, and how often it was tried."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = NUMBER  # microseconds since 1970 UTC
BYTES = sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("login", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=True),
        sa.Column("kinds", TEXT, nullable=False),
        sa.Column("password_hash", BYTES, nullable=False),
        sa.Column("password_set_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "role IN ('clerk', 'supervisor', 'department')", name=op.f("ck_accounts_role")
        ),
        sa.CheckConstraint(
            "(role = 'department') = (department IS NOT NULL)", name=op.f("ck_accounts_department")
        ),
        sa.CheckConstraint("(role = 'department') = (kinds <> '')", name=op.f("ck_accounts_kinds")),
        sa.PrimaryKeyConstraint("login", name="pk_accounts"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sessions",
        sa.Column("id_digest", BYTES, nullable=False),
        sa.Column("login", TEXT, nullable=False),
        sa.Column("form_secret", BYTES, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(id_digest) = 32", name=op.f("ck_sessions_id_digest")),
        sa.CheckConstraint("length(form_secret) = 32", name=op.f("ck_sessions_form_secret")),
        sa.ForeignKeyConstraint(["login"], ["accounts.login"], name="fk_sessions_login"),
        sa.PrimaryKeyConstraint("id_digest", name="pk_sessions"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_login", "sessions", ["login"], unique=False)
    op.create_table(
        "login_attempts",
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("times", NUMBER, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("free_at", INSTANT, nullable=False),
        sa.CheckConstraint("times >= 1", name=op.f("ck_login_attempts_times")),
        sa.PrimaryKeyConstraint("subject", name="pk_login_attempts"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_login_attempts_last_at", "login_attempts", ["last_at"], unique=False)
    op.create_table(
        "login_places",
        sa.Column("login", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["login"], ["accounts.login"], name="fk_login_places_login"),
        sa.PrimaryKeyConstraint("login", "address", name="pk_login_places"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
