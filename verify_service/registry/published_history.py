"""What was published under each path of the bundle, ever: only appended to.

Status lists are left out: what they said the registry can say itself, and they would be the bulk.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, func, insert, select

from verify_service.registry.books import PublishedHistoryRow

_LEFT_OUT: Final = "status/"
"""Where status lists stand in a bundle (docs/spec/bundle.md)."""


def keep_published(connection: Connection, name: str, content: bytes, *, at: datetime) -> None:
    """Append what is being published, in the transaction that publishes it."""
    if not name.startswith(_LEFT_OUT):
        values = {
            "name": name,
            "content": content,
            "sha256": sha256(content).digest(),
            "published_at": at,
        }
        connection.execute(insert(PublishedHistoryRow).values(values))


def keep_withdrawn(connection: Connection, names: Iterable[str], *, at: datetime) -> None:
    """Append that nothing is published under these names any more."""
    rows = [
        {"name": name, "content": None, "sha256": None, "published_at": at}
        for name in names
        if not name.startswith(_LEFT_OUT)
    ]
    if rows:
        connection.execute(insert(PublishedHistoryRow), rows)


def published_as_of(connection: Connection, at: datetime) -> dict[str, bytes]:
    """Return what was published at an instant, by its name; status lists are not among it."""
    kept = PublishedHistoryRow
    # The last one appended counts: a clock that was set back has made no order of its own.
    last = select(func.max(kept.id)).where(kept.published_at <= at).group_by(kept.name)
    query = select(kept.name, kept.content).where(kept.id.in_(last), kept.content.is_not(None))
    return {row.name: row.content for row in connection.execute(query.order_by(kept.name))}
