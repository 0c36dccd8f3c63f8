"""What is published is kept for good, in the transaction that publishes it."""

from datetime import datetime

from tests.verify_service.desk import Undone, hour
from verify_service.database import Database
from verify_service.registry.artifacts import publish_artifact, withdraw_artifacts
from verify_service.registry.published_history import published_as_of

LIST, ROOT = "trust-list.cbor", "roots/1.cbor"


def publish(database: Database, name: str, content: bytes, *, at: datetime, sequence: int) -> None:
    with database.writing() as connection:
        publish_artifact(
            connection,
            name=name,
            uri=name,
            media_type="application/cbor",
            content=content,
            issued_at=at,
            expires_at=None,
            sequence=sequence,
        )


def kept(database: Database, at: float) -> dict[str, bytes]:
    with database.reading() as connection:
        return published_as_of(connection, hour(at))


def test_what_was_published_at_an_instant_is_what_was_last_published_before_it(
    database: Database,
) -> None:
    publish(database, LIST, b"one", at=hour(1), sequence=1)
    publish(database, ROOT, b"root", at=hour(1), sequence=1)
    publish(database, LIST, b"two", at=hour(3), sequence=2)
    assert kept(database, 0.999) == {}
    assert kept(database, 1) == kept(database, 2.999) == {LIST: b"one", ROOT: b"root"}
    assert kept(database, 3) == {LIST: b"two", ROOT: b"root"}


def test_what_was_withdrawn_is_there_before_and_not_after(database: Database) -> None:
    publish(database, ROOT, b"root", at=hour(1), sequence=1)
    with database.writing() as connection:
        withdraw_artifacts(connection, [ROOT, "roots/2.cbor"], at=hour(2))
    assert kept(database, 1.5) == {ROOT: b"root"}
    assert kept(database, 2) == {}


def test_status_lists_are_not_kept(database: Database) -> None:
    publish(database, "status/110105/0.cbor", b"list", at=hour(1), sequence=1)
    with database.writing() as connection:
        withdraw_artifacts(connection, ["status/110105/0.cbor"], at=hour(2))
    assert kept(database, 1) == kept(database, 3) == {}


def test_what_was_not_published_after_all_is_not_kept(database: Database) -> None:
    try:
        with database.writing() as connection:
            publish_artifact(
                connection,
                name=LIST,
                uri=LIST,
                media_type="application/cbor",
                content=b"one",
                issued_at=hour(1),
                expires_at=None,
                sequence=1,
            )
            raise Undone
    except Undone:
        pass
    assert kept(database, 2) == {}
