"""The migrations make what the models say, and guard what may not change."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from credential.status import pack_entries
from tests.verify_service.desk import NOON, WRITTEN, Desk, hour, record
from verify_service import migrations
from verify_service.database import Database, create_database, open_database, upgrade
from verify_service.registry import (
    account_books,
    books,
    intake_books,
    models,
    notes,
    policies,
    published_history,
    requests,
)
from verify_service.registry.errors import ConstraintError
from verify_service.registry.ledger import insert_rows
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.records import LicenseNote, PendingItem
from verify_service.registry.status_check import check_pages
from verify_service.registry.status_pages import kept_entries

METADATA = books.RequestRow.metadata
assert intake_books.BulkRunRow.metadata is METADATA
assert account_books.AccountRow.metadata is METADATA  # and its tables are in it


def test_the_numbered_revisions_are_those_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", "verify_service:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    walked = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(walked)) == migrations.REVISIONS
    assert scripts.get_current_head() == migrations.HEAD


def test_models_and_migrations_agree(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_difference_would_be_found(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE holders ADD COLUMN extra TEXT"))
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA)


def schema_of_sqlite(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Return each table's and index's definition as a set of clauses: their order may differ.

    A table that was made anew and renamed has quotes around its name.
    """
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND type IN ('table', 'index') AND name <> 'alembic_version'"
    )
    found = {
        name: {line.strip().rstrip(",").rstrip() for line in sql.replace('"', "").splitlines()}
        for name, sql in rows
    }
    connection.close()
    return found


def test_sqlite_tables_are_the_models_to_the_last_check(sqlite_url: str, tmp_path: Path) -> None:
    by_models = tmp_path / "models.db"
    engine = create_engine(f"sqlite:///{by_models}")
    METADATA.create_all(engine)
    engine.dispose()
    migrated = schema_of_sqlite(sqlite3.connect(sqlite_url.removeprefix("sqlite:///")))
    assert migrated == schema_of_sqlite(sqlite3.connect(by_models))
    assert all("STRICT" in clauses for name, clauses in migrated.items() if name in METADATA.tables)


def constraints_of_postgresql(connection: Connection) -> set[tuple[str, ...]]:
    query = text(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> :versions "
        "UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes "
        "WHERE schemaname = 'public' AND tablename <> :versions "
        "UNION ALL SELECT table_name, column_name, concat(data_type, collation_name, is_nullable) "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> :versions"
    )
    rows = connection.execute(query, {"versions": migrations.VERSION_TABLE})
    return {tuple(map(str, row)) for row in rows}


def test_postgresql_tables_are_the_models_to_the_last_check(
    postgresql_url: str, empty_postgresql_url: str
) -> None:
    found = []
    for url in (postgresql_url, empty_postgresql_url):
        engine = create_engine(url)
        with engine.begin() as connection:
            METADATA.create_all(connection)  # nothing to do for the first
            found.append(constraints_of_postgresql(connection))
        engine.dispose()
    assert found[0] == found[1]
    assert len(found[0]) > 150


@pytest.fixture
def filled(desk: Desk) -> Database:
    """A registry with a row in every table that is only appended to."""
    pending = PendingItem(item="06-03", kind="food_business", mandatory=True, department="scjg")
    issued = desk.license(desk.permit(), pending=(pending,))
    desk.put(issued, LicenseState.VOID, hour(1))
    with desk.database.writing() as connection:
        request = requests.RequestId(actor="a", key="k", body_digest=b"\0" * 32)
        requests.store_result(connection, request, result={}, at=hour(1))
        published_history.keep_published(connection, "trust-list.cbor", b"list", at=hour(1))
        policies.remember_policy(connection, "p", digest=b"\0" * 32, written=WRITTEN)
        noted = issued.permits[0]
        note = LicenseNote(
            number=issued.number,
            version=1,
            permit=noted.permit,
            permit_version=noted.version,
            policy="p",
            record=record(hour(1)),
        )
        insert_rows(connection, models.LicenseNoteRow, [notes.note_row(note)], written=WRITTEN)
    return desk.database


@pytest.mark.parametrize("table", models.APPEND_ONLY)
def test_a_chain_is_neither_changed_nor_cut_even_by_hand(filled: Database, table: str) -> None:
    column = next(iter(METADATA.tables[table].columns)).name
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(ConstraintError) as caught, filled.writing() as connection:
            connection.execute(text(statement))
        assert caught.value.kind == "append-only"
        assert table in caught.value.constraint
    with filled.reading() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0


@pytest.mark.parametrize("table", models.APPEND_ONLY)
def test_postgresql_does_not_truncate_a_chain(postgresql_url: str, table: str) -> None:
    engine = create_engine(postgresql_url)
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table} CASCADE"))
    engine.dispose()


def test_a_migration_that_fails_leaves_no_half_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.db"

    def fail_after_migrating(connection: Connection) -> None:
        migrate(connection)
        raise ZeroDivisionError

    migrate = migrations.migrate
    monkeypatch.setattr(migrations, "migrate", fail_after_migrating)
    with pytest.raises(ZeroDivisionError):
        create_database(f"sqlite:///{path}")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    create_database(f"sqlite:///{path}").close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a schema, on each backend in turn."""
    if request.param == "sqlite":
        (tmp_path / "empty.db").touch()
        return f"sqlite:///{tmp_path / 'empty.db'}"
    found: str = request.getfixturevalue("empty_postgresql_url")
    return found


def test_the_history_begins_with_what_is_published_when_it_is_made(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A registry of before keeps its trust list, roots and code lists, and not its status lists."""
    names = ("trust-list.cbor", "roots/1.cbor", "catalogs/110105/2023.cbor")
    with monkeypatch.context() as before:
        place = migrations.REVISIONS.index("0006")
        before.setattr(migrations, "HEAD", migrations.REVISIONS[place - 1])
        upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        for place, name in enumerate((*names, "status/110105/0.cbor")):
            values = {
                "name": name,
                "uri": name,
                "media_type": "application/cbor",
                "content": name.encode(),
                "sha256": b"\0" * 32,
                "issued_at": hour(place),
                "expires_at": None,
                "sequence": 1,
            }
            connection.execute(METADATA.tables["published"].insert().values(values))
    engine.dispose()
    upgrade(empty_url)
    with closing(open_database(empty_url)) as database, database.reading() as connection:
        kept = published_history.published_as_of
        assert kept(connection, hour(9)) == {name: name.encode() for name in names}
        assert set(kept(connection, hour(1))) == set(names[:2])
        assert kept(connection, hour(-1)) == {}


def test_pages_are_filled_from_what_an_older_registry_holds(
    filled: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was before they were kept: without them, with everything that they come from."""
    place = desk.premises()
    permits = [desk.permit(premises=place) for _ in range(4)]
    desk.license(*permits)
    desk.block(3)
    desk.license(*permits)
    for permit, move in zip(permits, (Move.REVOKED, Move.SUSPENDED, Move.LAPSED), strict=False):
        desk.move(permit.id, move, hour(2))
    with filled.writing() as connection:
        for table in ("status_pages", "status_days"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("DROP INDEX ix_permit_versions_valid_from"))
        older = migrations.REVISIONS[migrations.REVISIONS.index("0003") - 1]
        connection.execute(
            text(f"UPDATE {migrations.VERSION_TABLE} SET version_num = :older"), {"older": older}
        )
        monkeypatch.setattr(migrations, "HEAD", "0003")  # what came later is there
        migrations.migrate(connection)
    with filled.reading() as connection:
        for today in (NOON.date(), NOON.date() + timedelta(days=5000)):
            (checked,) = check_pages(connection, today=today)
            assert (checked.listed, checked.differing) == (15, 0)
        entries = kept_entries(connection, "1", size=16, today=NOON.date())
    # License and permit: void, in force. Then 5 places, a block that was lost, 5 places, the end.
    assert entries == pack_entries(
        dict(enumerate([1, 0, 0, 14, 2, 1, 0, 1, 1, 1, 0, 14, 2, 1, 0, 1])), size=16
    )
