"""Opening a registry: every state that it may be in is either right or told."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from verify_service import migrations
from verify_service.database import Database, create_database, open_database, shown_url, upgrade
from verify_service.errors import (
    DatabaseDamagedError,
    DatabaseError,
    DatabaseExistsError,
    DatabaseFullError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseReplacedError,
    DatabaseUnreachableError,
    NotARegistryError,
    SchemaNewerError,
    SchemaOlderError,
    UnsupportedDatabaseError,
)
from verify_service.registry import holders
from verify_service.registry.standing import read_standing

SOON = timedelta(milliseconds=50)


@contextmanager
def driver(url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        yield connection
        connection.commit()


def test_a_created_registry_opens_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    create_database(url).close()
    with closing(open_database(url)) as database, database.reading() as connection:
        assert holders.find_holder(connection, "x") is None


def test_a_file_that_is_missing_is_not_created(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    for function in (open_database, upgrade):
        with pytest.raises(DatabaseMissingError) as caught:
            function(f"sqlite:///{path}")
        assert caught.value.database == str(path)
    assert list(tmp_path.iterdir()) == []


def test_creating_leaves_what_is_there_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    path.write_bytes(b"a shopping list")
    with pytest.raises(DatabaseExistsError):
        create_database(f"sqlite:///{path}")
    assert path.read_bytes() == b"a shopping list"


def test_creating_in_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachableError):
        create_database(f"sqlite:///{tmp_path / 'none' / 'r.db'}")


def test_only_its_owner_reads_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    create_database(f"sqlite:///{path}").close()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", [b"a shopping list", b"SQLite format 3\x00" + b"\xff" * 4096, b"\x00" * 5000]
)
def test_a_file_that_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.db"
    path.write_bytes(content)
    for function in (open_database, upgrade):
        with pytest.raises((NotARegistryError, DatabaseDamagedError)):
            function(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_folder_is_no_registry(tmp_path: Path) -> None:
    with pytest.raises(NotARegistryError):
        open_database(f"sqlite:///{tmp_path}")


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    with driver(url) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    for function in (open_database, upgrade):
        with pytest.raises(NotARegistryError):
            function(url)
    with driver(url) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]


def test_another_program_with_migrations_of_its_own_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    with driver(url) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(NotARegistryError):
        open_database(url)


def test_an_empty_file_is_a_registry_to_be_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    path.touch()
    url = f"sqlite:///{path}"
    with pytest.raises(SchemaOlderError) as caught:
        open_database(url)
    assert (caught.value.found, caught.value.wanted) == ("none", migrations.HEAD)
    assert "upgrade" in str(caught.value)
    upgrade(url)
    open_database(url).close()


def test_a_schema_newer_than_the_code_is_neither_opened_nor_upgraded(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    engine.dispose()
    for function in (open_database, upgrade):
        with pytest.raises(SchemaNewerError) as caught:
            function(url)
        assert (caught.value.found, caught.value.wanted) == ("0999", migrations.HEAD)


def test_upgrading_twice_changes_nothing(url: str) -> None:
    upgrade(url)
    upgrade(url)
    open_database(url).close()


def test_a_file_locked_by_another_program_is_told(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLockedError):
            open_database(sqlite_url, patience=SOON)


def test_a_full_disk_is_told_as_one(sqlite_url: str) -> None:
    with closing(open_database(sqlite_url)) as database:
        with pytest.raises(DatabaseFullError), database.writing() as connection:  # noqa: PT012 - the bound is the connection's
            # The file's own bound stands for the disk's: SQLite reports both alike.
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.execute(
                text("INSERT INTO holders (uscc, name) VALUES (:uscc, :name)"),
                [{"uscc": f"{number:018}", "name": "名" * 100} for number in range(5000)],
            )
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM holders")).scalar_one() == 0


def copied(path: Path) -> Path:
    copy = path.with_name("copy.db")
    with driver(f"sqlite:///{path}") as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


@pytest.mark.parametrize("by", ["a copy", "nothing"])
def test_a_file_that_is_replaced_while_it_is_open_answers_nothing_more(
    sqlite_url: str, by: str
) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(open_database(sqlite_url)) as database:
        assert read_standing(database, number="x", version=1) is None
        copy = copied(path)
        if by == "a copy":
            copy.replace(path)
        else:
            path.rename(path.with_name("away.db"))
        for ask in (
            lambda: read_standing(database, number="x", version=1),
            lambda: database.reading().__enter__(),
            lambda: database.writing().__enter__(),
        ):
            with pytest.raises(DatabaseReplacedError):
                ask()


@pytest.mark.parametrize("prepared", [open_database, upgrade])
def test_in_a_restored_copy_nobody_waits_for_a_writer(
    sqlite_url: str, prepared: Callable[[str], Database | None]
) -> None:
    copy = copied(Path(sqlite_url.removeprefix("sqlite:///")))
    with driver(f"sqlite:///{copy}") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    database = prepared(f"sqlite:///{copy}")
    if database is not None:
        database.close()
    with driver(f"sqlite:///{copy}") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.execute("BEGIN EXCLUSIVE")
        with closing(open_database(f"sqlite:///{copy}", patience=SOON)) as reader:
            assert read_standing(reader, number="x", version=1) is None


@pytest.mark.parametrize(
    "address",
    ["", "registry.db", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "sqlite+aiosqlite:///x"],
)
def test_other_databases_are_refused(address: str) -> None:
    with pytest.raises(UnsupportedDatabaseError):
        open_database(address)


def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    with pytest.raises(DatabaseUnreachableError) as caught:
        open_database("postgresql://clerk:geheim@127.0.0.1:1/registry", patience=SOON)
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(caught.value)


def test_a_url_is_shown_without_its_password() -> None:
    shown = shown_url("postgresql://clerk:geheim@127.0.0.1:1/registry")
    assert "geheim" not in shown
    assert "clerk" in shown
    assert shown_url("sqlite:///registry.sqlite3") == "sqlite:///registry.sqlite3"


def test_an_empty_postgresql_database_is_created_once(empty_postgresql_url: str) -> None:
    with pytest.raises(SchemaOlderError):
        open_database(empty_postgresql_url)
    create_database(empty_postgresql_url).close()
    with pytest.raises(DatabaseExistsError):
        create_database(empty_postgresql_url)


def test_a_postgresql_database_of_another_program_is_left_alone(empty_postgresql_url: str) -> None:
    engine = create_engine(empty_postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE songs (title TEXT)"))
    engine.dispose()
    for function in (open_database, upgrade, create_database):
        with pytest.raises(NotARegistryError):
            function(empty_postgresql_url)


def test_every_refusal_speaks_chinese_first_and_english() -> None:
    classes = [DatabaseError, *DatabaseError.__subclasses__()]
    assert len(classes) == 12
    error = SchemaOlderError(database="r.db", found="0001", wanted="0002")
    assert error.message()["zh"].startswith("登记库结构版本 0001")
    assert str(error) == f"{error.message()['zh']} / {error.message()['en']}"
