"""A service opens only on a registry and keys that it can use, and says which it cannot."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from keys.files import create_key
from tests.verify_service.bureau import NOON, Bureau
from tests.verify_service.opened import sqlite_bureau
from verify_service import service as opening
from verify_service.database import open_database
from verify_service.errors import (
    DatabaseLockedError,
    DatabaseMissingError,
    NotARegistryError,
    SchemaNewerError,
    SchemaOlderError,
    ServiceError,
)
from verify_service.service import KeyRefusedError, RootRefusedError, open_service
from verify_service.settings import Settings

__all__ = ["sqlite_bureau"]


@pytest.fixture
def settings(sqlite_bureau: Bureau) -> Settings:
    sqlite_bureau.service.close()
    return sqlite_bureau.service.settings


def registry(settings: Settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


def run_in(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(registry(settings))) as connection:
        connection.execute(statement)
        connection.commit()


UNUSABLE: dict[str, tuple[Callable[[Settings], object], type[ServiceError]]] = {
    "missing": (lambda settings: registry(settings).unlink(), DatabaseMissingError),
    "empty": (lambda settings: registry(settings).write_bytes(b""), SchemaOlderError),
    "newer": (
        lambda settings: run_in(settings, "UPDATE alembic_version SET version_num = '0999'"),
        SchemaNewerError,
    ),
    "of another program": (
        lambda settings: run_in(settings, "PRAGMA application_id = 7"),
        NotARegistryError,
    ),
    "no database": (
        lambda settings: registry(settings).write_bytes(b"no database at all" * 99),
        NotARegistryError,
    ),
}


@pytest.mark.parametrize(("spoil", "refusal"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_registry_that_cannot_be_used_is_told_as_what_it_is(
    spoil: Callable[[Settings], object], refusal: type[ServiceError], settings: Settings
) -> None:
    spoil(settings)
    with pytest.raises(refusal) as caught:
        open_service(settings)
    assert str(registry(settings)) in caught.value.message()["zh"]


def test_a_registry_locked_by_another_program_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = partial(open_database, patience=timedelta(milliseconds=100))
    monkeypatch.setattr(opening, "open_database", hasty)
    with closing(sqlite3.connect(registry(settings))) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLockedError):
            open_service(settings)
    open_service(settings).close()


def test_without_its_key_a_service_verifies_alone(settings: Settings) -> None:
    Path(settings.issuer_key.removeprefix("file:")).unlink()
    with closing(open_service(settings)) as service:
        assert service.office.signer is None
        service.prepare(at=NOON)


def test_a_key_whose_passphrase_is_missing_is_no_missing_key(settings: Settings) -> None:
    """Otherwise a bureau would find out at its first license that it cannot issue."""
    key = Path(settings.issuer_key.removeprefix("file:"))
    key.unlink()
    create_key(key, suite="ES256", passphrase=b"secret")
    uri = f"{settings.issuer_key}?passphrase-file={key.parent / 'missing'}"
    for unusable in (uri, settings.issuer_key, "pkcs11:token=bureau"):
        with pytest.raises(KeyRefusedError):
            open_service(settings.model_copy(update={"issuer_key": unusable}))


@pytest.mark.parametrize("content", [None, b"", b"garbage"], ids=["missing", "empty", "garbage"])
def test_without_a_pinned_root_nothing_opens(content: bytes | None, settings: Settings) -> None:
    settings.root.unlink()
    if content is not None:
        settings.root.write_bytes(content)
    with pytest.raises(RootRefusedError) as caught:
        open_service(settings)
    assert str(settings.root) in caught.value.message()["en"]
