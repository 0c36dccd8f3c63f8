"""The lifecycle: legal bases, policies, notes, tasks, notices, announced changes and the ledger.

SQLite cannot alter a CHECK, so five tables are made anew there and filled from the old ones, with
foreign keys off meanwhile (`database.upgrade` sees to that, and checks them at the end).
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = NUMBER  # microseconds since 1970 UTC
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
BYTES = sa.LargeBinary()

STRICT = {"sqlite_strict": True}
CLUSTERED = {"sqlite_strict": True, "sqlite_with_rowid": False}
NEW_CHAINS = ("ledger", "license_notes", "policies")
MOVES = (
    "move IN ('granted', 'amended', 'renewing', 'renewed', 'suspended', 'resumed', 'cancelled', "
    "'annulled', 'revoked', 'lapsed', 'withdrawn')"
)
LICENSE_STATES = "state IN ('in_force', 'suspended', 'void', 'superseded', 'recalled')"
CLOSED = "(closed_at IS NULL) = (outcome IS NULL)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        widen_sqlite()
    else:
        widen_postgresql()
    create_tables()
    guard()


def widen_postgresql() -> None:
    op.add_column("permit_versions", sa.Column("basis", TEXT, nullable=True))
    op.add_column("license_versions", sa.Column("policy", TEXT, nullable=True))
    op.add_column("license_states", sa.Column("policy", TEXT, nullable=True))
    op.add_column(
        "license_permits",
        sa.Column("mandatory", FLAG, nullable=False, server_default=sa.true()),
    )
    op.alter_column("license_permits", "mandatory", server_default=None)
    op.add_column("recall_tasks", sa.Column("outcome", TEXT, nullable=True))
    op.add_column("recall_tasks", sa.Column("note", TEXT, nullable=True))
    op.execute("UPDATE recall_tasks SET outcome = 'taken-back' WHERE closed_at IS NOT NULL")
    for table, name, check in (
        ("permit_versions", "move", MOVES),
        ("license_states", "state", LICENSE_STATES),
    ):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, check)
    op.create_check_constraint(op.f("ck_recall_tasks_closed"), "recall_tasks", CLOSED)


def widen_sqlite() -> None:
    op.create_table("new_permit_versions", *permit_versions(), **CLUSTERED)
    move_over(
        "permit_versions",
        "permit, version, move, state, valid_from, valid_until, document_form, by_promise, "
        "particulars, {}grounds, document, effective_at, recorded_at, recorded_by",
        basis="NULL",
    )
    op.create_index("ix_permit_versions_valid_until", "permit_versions", ["valid_until"])
    op.create_table("new_license_versions", *license_versions(), **STRICT)
    move_over(
        "license_versions",
        "number, version, catalog_version, issued_on, expires_on, status_list, status_index, kid, "
        "credential, text, claims_digest, told, template_version, effective_at, recorded_at, "
        "recorded_by, {}request_key",
        policy="NULL",
    )
    op.create_index("ix_license_versions_claims_digest", "license_versions", ["claims_digest"])
    op.create_table("new_license_permits", *license_permits(), **CLUSTERED)
    move_over(
        "license_permits", "number, version, position, permit, {}permit_version", mandatory="1"
    )
    op.create_index("ix_license_permits_permit", "license_permits", ["permit"])
    op.create_table("new_license_states", *license_states(), **CLUSTERED)
    move_over(
        "license_states",
        "number, version, seq, state, reason, cause_permit, cause_version, {}effective_at, "
        "recorded_at, recorded_by",
        policy="NULL",
    )
    op.create_table("new_recall_tasks", *recall_tasks(), **STRICT)
    move_over(
        "recall_tasks",
        "id, number, version, seq, department, opened_at, due_on, closed_at, {}closed_by",
        outcome="CASE WHEN closed_at IS NULL THEN NULL ELSE 'taken-back' END",
    )
    op.create_index("ix_recall_tasks_department", "recall_tasks", ["department"])
    for table in ("permit_versions", "license_versions", "license_permits", "license_states"):
        guard_sqlite(table)


def move_over(table: str, columns: str, **added: str) -> None:
    """Fill ``new_<table>`` from the old one and put it into its place."""
    names = columns.format("".join(f"{name}, " for name in added))
    values = columns.format("".join(f"{value}, " for value in added.values()))
    op.execute(f"INSERT INTO new_{table} ({names}) SELECT {values} FROM {table}")  # noqa: S608 - ours
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE new_{table} RENAME TO {table}")


def guard() -> None:
    for table in NEW_CHAINS:
        if op.get_bind().dialect.name == "sqlite":
            guard_sqlite(table)
        else:
            op.execute(
                f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def guard_sqlite(table: str) -> None:
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def permit_versions() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("permit", NUMBER, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("move", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("valid_from", DAY, nullable=False),
        sa.Column("valid_until", DAY, nullable=True),
        sa.Column("document_form", TEXT, nullable=False),
        sa.Column("by_promise", FLAG, nullable=False),
        sa.Column("particulars", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=True),
        sa.Column("grounds", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=True),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.CheckConstraint(
            "(version = 1) = (move = 'granted')", name=op.f("ck_permit_versions_first")
        ),
        sa.CheckConstraint(MOVES, name=op.f("ck_permit_versions_move")),
        sa.CheckConstraint(
            "state IN ('in_force', 'suspended', 'cancelled', 'annulled', 'revoked', 'lapsed', "
            "'withdrawn')",
            name=op.f("ck_permit_versions_state"),
        ),
        sa.CheckConstraint("effective_at <= recorded_at", name=op.f("ck_permit_versions_instants")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_permit_versions_validity")),
        sa.ForeignKeyConstraint(["permit"], ["permits.id"], name="fk_permit_versions_permit"),
        sa.PrimaryKeyConstraint("permit", "version", name="pk_permit_versions"),
    ]


def license_versions() -> list[sa.schema.SchemaItem]:
    return [
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
        sa.Column("policy", TEXT, nullable=True),
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
    ]


def license_permits() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("permit", NUMBER, nullable=False),
        sa.Column("permit_version", NUMBER, nullable=False),
        sa.Column("mandatory", FLAG, nullable=False),
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
    ]


def license_states() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("cause_permit", NUMBER, nullable=True),
        sa.Column("cause_version", NUMBER, nullable=True),
        sa.Column("policy", TEXT, nullable=True),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.CheckConstraint(LICENSE_STATES, name=op.f("ck_license_states_state")),
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
    ]


def recall_tasks() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("department", TEXT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_on", DAY, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(CLOSED, name=op.f("ck_recall_tasks_closed")),
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
    ]


def create_tables() -> None:
    op.create_table(
        "license_notes",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("permit", NUMBER, nullable=False),
        sa.Column("permit_version", NUMBER, nullable=False),
        sa.Column("policy", TEXT, nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", TEXT, nullable=False),
        sa.CheckConstraint("effective_at <= recorded_at", name=op.f("ck_license_notes_instants")),
        sa.ForeignKeyConstraint(
            ["number", "version", "permit"],
            ["license_permits.number", "license_permits.version", "license_permits.permit"],
            name="fk_license_notes_number_version_permit",
        ),
        sa.ForeignKeyConstraint(
            ["permit", "permit_version"],
            ["permit_versions.permit", "permit_versions.version"],
            name="fk_license_notes_permit_permit_version",
        ),
        sa.PrimaryKeyConstraint("number", "version", "permit", name="pk_license_notes"),
        **CLUSTERED,
    )
    op.create_table(
        "reissue_tasks",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("cause_permit", NUMBER, nullable=False),
        sa.Column("cause_version", NUMBER, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_on", DAY, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.CheckConstraint(CLOSED, name=op.f("ck_reissue_tasks_closed")),
        sa.ForeignKeyConstraint(
            ["number", "version"],
            ["license_versions.number", "license_versions.version"],
            name="fk_reissue_tasks_number_version",
        ),
        sa.ForeignKeyConstraint(
            ["cause_permit", "cause_version"],
            ["permit_versions.permit", "permit_versions.version"],
            name="fk_reissue_tasks_cause_permit_cause_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reissue_tasks"),
        sa.UniqueConstraint(
            "number",
            "version",
            "reason",
            "cause_permit",
            "cause_version",
            name="uq_reissue_tasks_cause",
        ),
        **STRICT,
    )
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("number", TEXT, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("given_at", INSTANT, nullable=True),
        sa.Column("given_by", TEXT, nullable=True),
        sa.Column("means", TEXT, nullable=True),
        sa.CheckConstraint("(given_at IS NULL) = (means IS NULL)", name=op.f("ck_notices_given")),
        sa.ForeignKeyConstraint(["holder"], ["holders.uscc"], name="fk_notices_holder"),
        sa.ForeignKeyConstraint(
            ["number", "version"],
            ["license_versions.number", "license_versions.version"],
            name="fk_notices_number_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        **STRICT,
    )
    op.create_index("ix_notices_holder", "notices", ["holder"])
    op.create_index("ix_notices_number", "notices", ["number"])
    op.create_table(
        "announced_changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("permit", NUMBER, nullable=False),
        sa.Column("move", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("terms", TEXT, nullable=True),
        sa.Column("grounds", TEXT, nullable=False),
        sa.Column("document", TEXT, nullable=True),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("announced_at", INSTANT, nullable=False),
        sa.Column("announced_by", TEXT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("detail", TEXT, nullable=True),
        sa.CheckConstraint(MOVES, name=op.f("ck_announced_changes_move")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_announced_changes_settled")
        ),
        sa.CheckConstraint(
            "announced_at < effective_at", name=op.f("ck_announced_changes_instants")
        ),
        sa.ForeignKeyConstraint(["permit"], ["permits.id"], name="fk_announced_changes_permit"),
        sa.PrimaryKeyConstraint("id", name="pk_announced_changes"),
        **STRICT,
    )
    op.create_index("ix_announced_changes_permit", "announced_changes", ["permit"])
    op.create_index("ix_announced_changes_effective_at", "announced_changes", ["effective_at"])
    op.create_table(
        "policies",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("first_used_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_policies_digest")),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
        **CLUSTERED,
    )
    op.create_table(
        "ledger",
        sa.Column("seq", NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("entry", TEXT, nullable=False),
        sa.Column("hash", BYTES, nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_ledger_hash")),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger"),
        **STRICT,
    )
    op.create_index("ix_ledger_subject_key", "ledger", ["subject", "key", "seq"])
