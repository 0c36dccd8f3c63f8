"""Notices: what a holder is to be told of a license, and whether it has been (R5)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, update

from verify_service.registry.books import NoticeRow
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.ledger import Written, insert_row, note_changes
from verify_service.registry.records import Notice


def make_notice(
    connection: Connection,
    *,
    holder: str,
    number: str,
    version: int,
    kind: str,
    words: Mapping[str, str],
    written: Written,
) -> int:
    """Write down what a holder is to be told, and return the notice's id."""
    values = {
        "holder": holder,
        "number": number,
        "version": version,
        "kind": kind,
        "words": words,
        "made_at": written.at,
    }
    return insert_row(connection, NoticeRow, values, written=written)


def give_notice(connection: Connection, identity: int, *, means: str, written: Written) -> Notice:
    """Record that a notice was given, and how; given twice, the first time stands.

    Raises `NotRegisteredError`.
    """
    get_notice(connection, identity)
    given = (
        update(NoticeRow)
        .where(NoticeRow.id == identity, NoticeRow.given_at.is_(None))
        .values(given_at=written.at, given_by=written.by, means=means)
        .returning(*NoticeRow.__table__.columns)
    )
    rows = connection.execute(given).mappings().all()
    note_changes(connection, NoticeRow, list(map(dict, rows)), written=written)
    return get_notice(connection, identity)


def get_notice(connection: Connection, identity: int) -> Notice:
    """Return the notice; raises `NotRegisteredError`."""
    row = connection.execute(select(NoticeRow.__table__).where(NoticeRow.id == identity)).first()
    if row is None:
        raise NotRegisteredError(entity="notice", key=str(identity))
    return _notice(row)


def notices_to_give(connection: Connection, *, limit: int) -> tuple[Notice, ...]:
    """Return up to ``limit`` notices that were not given yet, oldest first."""
    query = select(NoticeRow.__table__).where(NoticeRow.given_at.is_(None))
    return tuple(map(_notice, connection.execute(query.order_by(NoticeRow.id).limit(limit))))


def notices_of(connection: Connection, number: str) -> tuple[Notice, ...]:
    """Return the notices about a license, in their order."""
    query = select(NoticeRow.__table__).where(NoticeRow.number == number)
    return tuple(map(_notice, connection.execute(query.order_by(NoticeRow.id))))


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        holder=row.holder,
        number=row.number,
        version=row.version,
        kind=row.kind,
        words=row.words,
        made_at=row.made_at,
        given_at=row.given_at,
        given_by=row.given_by,
        means=row.means,
    )
