"""What is published at stable URLs (status lists, trust lists): the latest of each name."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from verify_service.registry.books import PublishedRow
from verify_service.registry.errors import StaleArtifactError
from verify_service.registry.published_history import keep_published, keep_withdrawn
from verify_service.registry.records import Artifact


def publish_artifact(
    connection: Connection,
    *,
    name: str,
    uri: str,
    media_type: str,
    content: bytes,
    issued_at: datetime,
    expires_at: datetime | None,
    sequence: int,
) -> Artifact:
    """Replace what is published under ``name``; an older or equal one raises `StaleArtifactError`.

    So two publishers cannot roll a list back, whichever of them is slower.
    """
    published = latest_sequence(connection, name)
    if sequence <= published:
        raise StaleArtifactError(name=name, published=published, offered=sequence)
    artifact = Artifact(
        name=name,
        uri=uri,
        media_type=media_type,
        content=content,
        sha256=sha256(content).digest(),
        issued_at=issued_at,
        expires_at=expires_at,
        sequence=sequence,
    )
    values = {field: getattr(artifact, field) for field in Artifact.__dataclass_fields__}
    connection.execute(delete(PublishedRow).where(PublishedRow.name == name))
    connection.execute(insert(PublishedRow).values(values))
    keep_published(connection, name, content, at=issued_at)
    return artifact


def withdraw_artifacts(connection: Connection, names: Iterable[str], *, at: datetime) -> None:
    """Publish nothing more under these names."""
    gone = (
        delete(PublishedRow).where(PublishedRow.name.in_(list(names))).returning(PublishedRow.name)
    )
    keep_withdrawn(connection, sorted(connection.execute(gone).scalars()), at=at)


def latest_sequence(connection: Connection, name: str) -> int:
    """Return the sequence published under ``name``, 0 before the first."""
    query = select(PublishedRow.sequence).where(PublishedRow.name == name)
    return connection.execute(query).scalar_one_or_none() or 0


def find_artifact(connection: Connection, name: str) -> Artifact | None:
    """Return what is published under ``name``, None if nothing is."""
    row = connection.execute(
        select(PublishedRow.__table__).where(PublishedRow.name == name)
    ).first()
    return None if row is None else _artifact(row)


def list_artifacts(connection: Connection) -> tuple[Artifact, ...]:
    """Return everything published, by name."""
    query = select(PublishedRow.__table__).order_by(PublishedRow.name)
    return tuple(_artifact(row) for row in connection.execute(query))


def artifact_marks(connection: Connection) -> tuple[tuple[str, int], ...]:
    """Return name and sequence of everything published: equal marks, equal artifacts."""
    query = select(PublishedRow.name, PublishedRow.sequence).order_by(PublishedRow.name)
    return tuple((row.name, row.sequence) for row in connection.execute(query))


def _artifact(row: Row[Any]) -> Artifact:
    return Artifact(
        name=row.name,
        uri=row.uri,
        media_type=row.media_type,
        content=row.content,
        sha256=row.sha256,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        sequence=row.sequence,
    )
