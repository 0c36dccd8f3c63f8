"""How each of the two databases is connected to: one engine for readers, one for writers."""

import os
import sqlite3
from collections import deque
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

_WRITERS_LOCK = 0x59595A31  # key of the advisory lock; such keys are per database
_MAP_SIZE = 1 << 30  # bytes of the file that readers map; address space, not memory
_IDLE_READERS = 32


def sqlite_engines(path: Path, *, patience: timedelta) -> tuple[Engine, Engine]:
    """Return readers, who cannot write, and a writer, who begins with the file's write lock."""
    readers = _sqlite_engine(path, patience=patience, mode="ro", begin="BEGIN", connections=15)
    # One writer at a time: a fair queue within the process instead of SQLite's polling.
    writer = _sqlite_engine(
        path, patience=patience, mode="rw", begin="BEGIN IMMEDIATE", connections=1
    )
    return readers, writer


def postgresql_engines(url: URL, *, patience: timedelta) -> tuple[Engine, Engine]:
    """Return readers of a snapshot, who cannot write, and writers that wait for their turn."""
    engine = create_engine(url, pool_pre_ping=True, pool_timeout=patience.total_seconds())
    readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    writers = engine.execution_options(isolation_level="READ COMMITTED")
    milliseconds = round(patience.total_seconds() * 1000)

    def wait_for_turn(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")

    event.listen(writers, "begin", wait_for_turn)
    return readers, writers


class OpenedFile:
    """The file that a path led to when it was opened.

    An open connection goes on with a file that was moved away or replaced by its backup, and would
    answer from it for as long as the server runs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = self._identity()

    def is_there(self) -> bool:
        """Whether the path still leads to it; one `stat`, two microseconds."""
        return self._opened is not None and self._identity() == self._opened

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino


class SqliteReaders:
    """Kept-open connections of the driver alone, for the one read that has to be fast."""

    def __init__(self, path: Path, *, patience: timedelta) -> None:
        self._path = path
        self._patience = patience
        # Taking from and adding to a deque's end are atomic: no lock among the threads.
        self._idle: deque[sqlite3.Connection] = deque()

    def take(self) -> sqlite3.Connection:
        """Return a connection for this thread alone, until it is given back or closed."""
        try:
            return self._idle.pop()
        except IndexError:
            return _connect_sqlite(self._path, patience=self._patience, mode="ro")

    def give_back(self, connection: sqlite3.Connection) -> None:
        """Keep the connection for the next reader."""
        if len(self._idle) < _IDLE_READERS:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()


def _sqlite_engine(
    path: Path, *, patience: timedelta, mode: str, begin: str, connections: int
) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect_sqlite(path, patience=patience, mode=mode),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience.total_seconds(),
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _connect_sqlite(path: Path, *, patience: timedelta, mode: str) -> sqlite3.Connection:
    """Open the file (``mode`` is ``ro`` or ``rw``: it is never created here) with our settings."""
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=patience.total_seconds(),
        isolation_level=None,  # transactions are begun in one place, above
        check_same_thread=False,  # the pools hand a connection to one thread at a time
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA mmap_size = {_MAP_SIZE}")
        if mode == "rw":
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: a license that was printed is not lost with the power.
            connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection
