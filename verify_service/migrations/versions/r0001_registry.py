"""The first schema: the record of permits and licenses, and the books beside it.

Types are spelled out here instead of imported: what a registry has run may not change with the
code.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = NUMBER  # microseconds since 1970 UTC
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
DEGREES: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
BYTES = sa.LargeBinary()

APPEND_ONLY = (
    "permit_versions",
    "licenses",
    "license_versions",
    "license_permits",
    "license_states",
    "pending_items",
    "requests",
    "status_blocks",
)


def upgrade() -> None:
    create_tables()
    if op.get_bind().dialect.name == "sqlite":
        guard_sqlite()
    else:
        guard_postgresql()


def guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION USING ERRCODE = 'restrict_violation', "
        "MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def create_tables() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("secret_digest", BYTES, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=True),
        sa.Column("kinds", TEXT, nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(role = 'department') = (department IS NOT NULL)",
            name=op.f("ck_access_tokens_department"),
        ),
        sa.CheckConstraint("role IN ('bureau', 'department')", name=op.f("ck_access_tokens_role")),
        sa.CheckConstraint(
            "length(secret_digest) = 32", name=op.f("ck_access_tokens_secret_digest")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_access_tokens"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alarms",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("shown_digest", BYTES, nullable=False),
        sa.Column("number", TEXT, nullable=True),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("times", NUMBER, nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(shown_digest) = 32", name=op.f("ck_alarms_shown_digest")),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
        sa.UniqueConstraint("code", "shown_digest", name="uq_alarms_code_shown_digest"),
        sqlite_strict=True,
    )
    op.create_table(
        "holders",
        sa.Column("uscc", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("uscc", name="pk_holders"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("uri", TEXT, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("content", BYTES, nullable=False),
        sa.Column("sha256", BYTES, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_published_sha256")),
        sa.PrimaryKeyConstraint("name", name="pk_published"),
        sqlite_strict=True,
    )
    op.create_table(
        "requests",
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("request_key", TEXT, nullable=False),
        sa.Column("body_digest", BYTES, nullable=False),
        sa.Column("result", TEXT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(body_digest) = 32", name=op.f("ck_requests_body_digest")),
        sa.PrimaryKeyConstraint("actor", "request_key", name="pk_requests"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "status_allocation",
        sa.Column("status_list", TEXT, nullable=False),
        sa.Column("next_index", NUMBER, nullable=False),
        sa.Column("capacity", NUMBER, nullable=False),
        sa.CheckConstraint(
            "next_index BETWEEN 0 AND capacity", name=op.f("ck_status_allocation_next_index")
        ),
        sa.PrimaryKeyConstraint("status_list", name="pk_status_allocation"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "premises",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("division_code", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("latitude", DEGREES, nullable=True),
        sa.Column("longitude", DEGREES, nullable=True),
        sa.Column("facts", TEXT, nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_premises_position")
        ),
        sa.ForeignKeyConstraint(["holder"], ["holders.uscc"], name="fk_premises_holder"),
        sa.PrimaryKeyConstraint("id", name="pk_premises"),
        sa.UniqueConstraint("id", "holder", name="uq_premises_id_holder"),
        sqlite_strict=True,
    )
    op.create_index("ix_premises_holder", "premises", ["holder"], unique=False)
    op.create_table(
        "status_blocks",
        sa.Column("status_list", TEXT, nullable=False),
        sa.Column("start", NUMBER, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("reserved_at", INSTANT, nullable=False),
        sa.CheckConstraint("size >= 1", name=op.f("ck_status_blocks_size")),
        sa.ForeignKeyConstraint(
            ["status_list"], ["status_allocation.status_list"], name="fk_status_blocks_status_list"
        ),
        sa.PrimaryKeyConstraint("status_list", "start", name="pk_status_blocks"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "licenses",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("issuer", TEXT, nullable=False),
        sa.Column("industry", TEXT, nullable=False),
        sa.Column("year", NUMBER, nullable=False),
        sa.Column("serial", NUMBER, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("premises", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["premises", "holder"],
            ["premises.id", "premises.holder"],
            name="fk_licenses_premises_holder",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_licenses"),
        sa.UniqueConstraint(
            "issuer", "industry", "year", "serial", name="uq_licenses_issuer_industry_year_serial"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_licenses_holder", "licenses", ["holder"], unique=False)
    op.create_index("ix_licenses_premises", "licenses", ["premises"], unique=False)
    op.create_table(
        "permits",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("premises", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["premises", "holder"],
            ["premises.id", "premises.holder"],
            name="fk_permits_premises_holder",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_permits"),
        sa.UniqueConstraint("kind", "number", name="uq_permits_kind_number"),
        sqlite_strict=True,
    )
    op.create_index("ix_permits_holder", "permits", ["holder"], unique=False)
    op.create_index("ix_permits_premises", "permits", ["premises"], unique=False)
    op.create_table(
        "license_versions",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("catalog_version", TEXT, nullable=False),
        sa.Column("issued_on", DAY, nullable=False),
        sa.Column("expires_on", DAY, nullable=True),
        sa.Column("status_list", TEXT, nullable=False),
        sa.Column("status_index", NUMBER, nullable=False),
        sa.Column("kid", BYTES, nullable=False),
        sa.Column("credential", BYTES, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("claims_digest", BYTES, nullable=False),
        sa.Column("told", TEXT, nullable=False),
        sa.Column("template_version", TEXT, nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.Column("request_key", TEXT, nullable=True),
        sa.CheckConstraint(
            "effective_at <= recorded_at", name=op.f("ck_license_versions_instants")
        ),
        sa.CheckConstraint("expires_on >= issued_on", name=op.f("ck_license_versions_validity")),
        sa.CheckConstraint(
            "length(claims_digest) = 32", name=op.f("ck_license_versions_claims_digest")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_license_versions_version")),
        sa.ForeignKeyConstraint(["number"], ["licenses.number"], name="fk_license_versions_number"),
        sa.ForeignKeyConstraint(
            ["status_list", "status_index"],
            ["status_blocks.status_list", "status_blocks.start"],
            name="fk_license_versions_status_list_status_index",
        ),
        sa.PrimaryKeyConstraint("number", "version", name="pk_license_versions"),
        sa.UniqueConstraint(
            "recorded_by", "request_key", name="uq_license_versions_recorded_by_request_key"
        ),
        sa.UniqueConstraint(
            "status_list", "status_index", name="uq_license_versions_status_list_status_index"
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_license_versions_claims_digest", "license_versions", ["claims_digest"], unique=False
    )
    op.create_table(
        "permit_versions",
        sa.Column("permit", NUMBER, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("move", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("valid_from", DAY, nullable=False),
        sa.Column("valid_until", DAY, nullable=True),
        sa.Column("document_form", TEXT, nullable=False),
        sa.Column("by_promise", FLAG, nullable=False),
        sa.Column("particulars", TEXT, nullable=False),
        sa.Column("grounds", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=True),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.CheckConstraint(
            "(version = 1) = (move = 'granted')", name=op.f("ck_permit_versions_first")
        ),
        sa.CheckConstraint(
            "move IN ('granted', 'amended', 'renewed', 'suspended', 'resumed', 'cancelled', "
            "'annulled', 'revoked', 'lapsed', 'withdrawn')",
            name=op.f("ck_permit_versions_move"),
        ),
        sa.CheckConstraint(
            "state IN ('in_force', 'suspended', 'cancelled', 'annulled', 'revoked', 'lapsed', "
            "'withdrawn')",
            name=op.f("ck_permit_versions_state"),
        ),
        sa.CheckConstraint("effective_at <= recorded_at", name=op.f("ck_permit_versions_instants")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_permit_versions_validity")),
        sa.ForeignKeyConstraint(["permit"], ["permits.id"], name="fk_permit_versions_permit"),
        sa.PrimaryKeyConstraint("permit", "version", name="pk_permit_versions"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_permit_versions_valid_until", "permit_versions", ["valid_until"], unique=False
    )
    op.create_table(
        "license_permits",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("permit", NUMBER, nullable=False),
        sa.Column("permit_version", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["number", "version"],
            ["license_versions.number", "license_versions.version"],
            name="fk_license_permits_number_version",
        ),
        sa.ForeignKeyConstraint(
            ["permit", "permit_version"],
            ["permit_versions.permit", "permit_versions.version"],
            name="fk_license_permits_permit_permit_version",
        ),
        sa.PrimaryKeyConstraint("number", "version", "position", name="pk_license_permits"),
        sa.UniqueConstraint(
            "number", "version", "permit", name="uq_license_permits_number_version_permit"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_license_permits_permit", "license_permits", ["permit"], unique=False)
    op.create_table(
        "license_states",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("cause_permit", NUMBER, nullable=True),
        sa.Column("cause_version", NUMBER, nullable=True),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.CheckConstraint(
            "state IN ('in_force', 'suspended', 'void', 'superseded')",
            name=op.f("ck_license_states_state"),
        ),
        sa.CheckConstraint(
            "(cause_permit IS NULL) = (cause_version IS NULL)", name=op.f("ck_license_states_cause")
        ),
        sa.CheckConstraint("effective_at <= recorded_at", name=op.f("ck_license_states_instants")),
        sa.ForeignKeyConstraint(
            ["cause_permit", "cause_version"],
            ["permit_versions.permit", "permit_versions.version"],
            name="fk_license_states_cause_permit_cause_version",
        ),
        sa.ForeignKeyConstraint(
            ["number", "version"],
            ["license_versions.number", "license_versions.version"],
            name="fk_license_states_number_version",
        ),
        sa.PrimaryKeyConstraint("number", "version", "seq", name="pk_license_states"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pending_items",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("item", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("mandatory", FLAG, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["number", "version"],
            ["license_versions.number", "license_versions.version"],
            name="fk_pending_items_number_version",
        ),
        sa.PrimaryKeyConstraint("number", "version", "position", name="pk_pending_items"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recall_tasks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_on", DAY, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["number", "version", "seq"],
            ["license_states.number", "license_states.version", "license_states.seq"],
            name="fk_recall_tasks_number_version_seq",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recall_tasks"),
        sa.UniqueConstraint(
            "number",
            "version",
            "seq",
            "department",
            name="uq_recall_tasks_number_version_seq_department",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_recall_tasks_department", "recall_tasks", ["department"], unique=False)
