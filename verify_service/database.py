"""The registry's database: a SQLite file by default, PostgreSQL by URL, from the same code.

Both give the same promises. `Database.reading` sees one instant of the registry. `Database.writing`
has the registry for itself among writers: what it has read stays true until it commits, so a
license cannot be issued from a permit that is being revoked at the same moment. (SQLite: BEGIN
IMMEDIATE. PostgreSQL: an advisory lock. A district issues a few licenses a minute; this is what
lets rules be read once, and not argued about for each pair of transactions.)
"""

import os
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from sqlalchemy import URL, Connection, Engine, column, inspect, make_url, select, table
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from verify_service import migrations
from verify_service.clock import Clock, system_clock
from verify_service.engines import OpenedFile, SqliteReaders, postgresql_engines, sqlite_engines
from verify_service.errors import (
    DatabaseDamagedError,
    DatabaseExistsError,
    DatabaseMissingError,
    DatabaseReplacedError,
    DatabaseUnreachableError,
    NotARegistryError,
    SchemaNewerError,
    SchemaOlderError,
    UnsupportedDatabaseError,
)
from verify_service.registry.auditing import begin_ledger
from verify_service.registry.faults import explain

PATIENCE = timedelta(seconds=5)  # how long a writer waits for another before it gives up
APPLICATION_ID = 0x59595A31  # "YYZ1", in the header of our SQLite files


class Database:
    """An open registry, safe to share among threads; made by `open_database`."""

    def __init__(self, url: URL, *, patience: timedelta) -> None:
        self.name = url.database or "" if url.get_backend_name() == "sqlite" else str(url)
        self.path = Path(self.name).absolute() if url.get_backend_name() == "sqlite" else None
        self._inside = threading.local()
        self.sqlite_readers: SqliteReaders | None = None
        self._file: OpenedFile | None = None
        if self.path is not None:
            self._file = OpenedFile(self.path)  # first: a file of later is then told as another
            self._reader, self._writer = sqlite_engines(self.path, patience=patience)
            self.sqlite_readers = SqliteReaders(self.path, patience=patience)
        else:
            self._reader, self._writer = postgresql_engines(url, patience=patience)

    def reading(self) -> "Transaction":
        """Return a block that reads one snapshot; writing in it is refused by the database.

        Raises `DatabaseReplacedError`, as `writing` does.
        """
        self.check_file()
        return Transaction(self._reader, database=self.name)

    def writing(self) -> "Transaction":
        """Return a block that is alone among writers; it commits, or rolls back on any exception.

        Raises `DatabaseLockedError` when other writers take longer than the patience, and
        RuntimeError inside another ``writing`` block of the same thread, which could only wait for
        itself.
        """
        self.check_file()
        return Transaction(self._writer, database=self.name, inside=self._inside)

    def suspend_foreign_keys(self) -> None:
        """Let the next transaction of this writer make tables anew (SQLite alone, for `upgrade`).

        Within a transaction the pragma does nothing. There is one writer's connection.
        """
        if self.path is not None:
            raw = self._writer.raw_connection()
            raw.cursor().execute("PRAGMA foreign_keys = OFF")
            raw.close()  # gives it back to the pool

    def check_file(self) -> None:
        """Raise `DatabaseReplacedError` where the path leads to another file than was opened."""
        if self._file is not None and not self._file.is_there():
            raise DatabaseReplacedError(database=self.name)

    def close(self) -> None:
        """Give up all connections; transactions that still run keep theirs."""
        if self.sqlite_readers is not None:
            self.sqlite_readers.close()
        self._reader.dispose()
        self._writer.dispose()


class Transaction:
    """One transaction as a ``with`` block; errors of the driver leave it as typed ones."""

    def __init__(
        self, engine: Engine, *, database: str, inside: threading.local | None = None
    ) -> None:
        self._engine = engine
        self._database = database
        self._inside = inside

    def __enter__(self) -> Connection:
        if self._inside is not None and getattr(self._inside, "writing", False):
            raise RuntimeError("writing() inside writing(): the inner one waits for the outer")
        try:
            connection = self._connection = self._engine.connect()
        except SQLAlchemyError as error:
            self._raise(error)
        try:
            connection.begin()
        except SQLAlchemyError as error:
            connection.close()
            self._raise(error)
        if self._inside is not None:
            self._inside.writing = True
        return connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._inside is not None:
            self._inside.writing = False
        try:
            if error is None:
                self._connection.commit()
        except SQLAlchemyError as failure:
            self._raise(failure)
        finally:
            self._connection.close()  # rolls back what was not committed
        if isinstance(error, SQLAlchemyError):
            self._raise(error)

    def _raise(self, error: SQLAlchemyError) -> NoReturn:
        explained = explain(error, database=self._database)
        if explained is None:
            raise error
        raise explained from error


def open_database(url: str, *, patience: timedelta = PATIENCE) -> Database:
    """Open a registry that exists and whose schema is the code's.

    ``url`` is ``sqlite:///relative/file``, ``sqlite:////absolute/file`` or ``postgresql://…``.
    Raises a `DatabaseError` that says what to do.
    """
    database = _connect(url, patience=patience)
    try:
        found = _schema_of(database)
        _keep_wal(database)
        if found is None or found < migrations.HEAD:
            raise SchemaOlderError(
                database=database.name, found=found or "none", wanted=migrations.HEAD
            )
    except BaseException:
        database.close()
        raise
    return database


def create_database(url: str, *, patience: timedelta = PATIENCE) -> Database:
    """Create a registry where there is none, and open it.

    The file is new; a PostgreSQL database has to exist and be empty. Raises `DatabaseExistsError`.
    """
    path = _sqlite_path(_checked(url))
    if path is None:
        with closing(_connect(url, patience=patience)) as database:
            if _schema_of(database) is not None:
                raise DatabaseExistsError(database=database.name)
        upgrade(url, patience=patience)
        return open_database(url, patience=patience)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise DatabaseExistsError(database=str(path)) from None
    except OSError as error:
        raise DatabaseUnreachableError(database=str(path), detail=error.strerror or "") from None
    try:
        upgrade(url, patience=patience)
        return open_database(url, patience=patience)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def upgrade(url: str, *, patience: timedelta = PATIENCE, clock: Clock = system_clock) -> None:
    """Bring the schema to the code's, in one transaction; do nothing where it is already.

    What an older registry holds is entered in the ledger as it is found.

    Raises `SchemaNewerError` rather than go back, `DatabaseMissingError` rather than create.
    """
    with closing(_connect(url, patience=patience)) as database:
        if _schema_of(database) == migrations.HEAD:
            _keep_wal(database)
            return
        at = clock()
        database.suspend_foreign_keys()
        with database.writing() as connection:
            migrations.migrate(connection)
            if database.path is not None:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise DatabaseDamagedError(database=database.name, detail=str(broken))
            begin_ledger(connection, at=at)


def shown_url(url: str) -> str:
    """Return a database's URL as it may be shown: without its password."""
    return str(_checked(url))


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnsupportedDatabaseError(database=url) from None
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    raise UnsupportedDatabaseError(database=str(parsed))


def _sqlite_path(url: URL) -> Path | None:
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _connect(url: str, *, patience: timedelta) -> Database:
    parsed = _checked(url)
    path = _sqlite_path(parsed)
    if path is not None and not path.exists():
        raise DatabaseMissingError(database=str(path))
    if path is not None and not path.is_file():
        raise NotARegistryError(database=str(path), detail="not a file")
    return Database(parsed, patience=patience)


def _keep_wal(database: Database) -> None:
    """See that readers never wait for writers: a copy by VACUUM INTO has lost the file's WAL."""
    if database.path is None:
        return
    with database.reading() as connection:
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal":
            return
    with database.writing():
        pass  # the writer's connection sets it


def _schema_of(database: Database) -> str | None:
    """Return the schema's revision, None for an empty database; refuse strangers and newer ones."""
    with database.reading() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            return None
        if database.path is not None:
            found_id = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            if found_id != APPLICATION_ID:
                raise NotARegistryError(
                    database=database.name, detail=f"application id {found_id:#x}"
                )
        if migrations.VERSION_TABLE not in tables:
            raise NotARegistryError(database=database.name, detail="tables of something else")
        versions = table(migrations.VERSION_TABLE, column("version_num"))
        found = str(connection.execute(select(versions.c.version_num)).scalar_one())
    if found not in migrations.REVISIONS:
        raise SchemaNewerError(database=database.name, found=found, wanted=migrations.HEAD)
    return found
