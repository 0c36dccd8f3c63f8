"""What was published, kept: so that a text of the past can be judged with the lists of then.

It begins with what is published now, each under the instant at which it was. Status lists are left
out: what they said the registry can say itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = NUMBER  # microseconds since 1970 UTC
BYTES = sa.LargeBinary()
TABLE = "published_history"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("content", BYTES, nullable=True),
        sa.Column("sha256", BYTES, nullable=True),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_published_history_sha256")),
        sa.CheckConstraint(
            "(content IS NULL) = (sha256 IS NULL)", name=op.f("ck_published_history_withdrawn")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_published_history"),
        sqlite_strict=True,
    )
    op.create_index("ix_published_history_name", TABLE, ["name"], unique=False)
    op.execute(
        "INSERT INTO published_history (name, content, sha256, published_at) "
        "SELECT name, content, sha256, issued_at FROM published "
        "WHERE name NOT LIKE 'status/%' ORDER BY issued_at, name"
    )
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_refuses_{action.lower()} BEFORE {action} ON {TABLE} "
                f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
