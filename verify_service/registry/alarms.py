"""Alarms for the bureau: what was shown to a verifier and should not exist."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, case, insert, literal, select, update

from verify_service.registry.books import AlarmRow
from verify_service.registry.records import Alarm


def raise_alarm(
    connection: Connection,
    *,
    code: str,
    shown: bytes,
    number: str | None,
    detail: Mapping[str, object],
    at: datetime,
    first_at: datetime | None = None,
    times: int = 1,
) -> Alarm:
    """Keep an alarm, or count more times of the same thing shown under the same code.

    Only the SHA-256 of ``shown`` is kept, and the ``detail`` of the first time. ``at`` is the last
    of ``times``, ``first_at`` the first (None: the same).
    """
    digest = sha256(shown).digest()
    last = literal(at, AlarmRow.last_at.type)
    again = (
        update(AlarmRow)
        .where(AlarmRow.code == code, AlarmRow.shown_digest == digest)
        .values(
            times=AlarmRow.times + times,
            last_at=case((AlarmRow.last_at < last, last), else_=AlarmRow.last_at),
        )
        .returning(*AlarmRow.__table__.columns)
    )
    row = connection.execute(again).first()
    if row is None:
        values = {
            "code": code,
            "shown_digest": digest,
            "number": number,
            "detail": detail,
            "times": times,
            "first_at": first_at or at,
            "last_at": at,
        }
        new = insert(AlarmRow).values(values).returning(*AlarmRow.__table__.columns)
        row = connection.execute(new).one()
    return _alarm(row)


def list_alarms(connection: Connection, *, since: datetime, limit: int) -> tuple[Alarm, ...]:
    """Return up to ``limit`` alarms last raised at ``since`` or after, latest first."""
    query = select(AlarmRow.__table__).where(AlarmRow.last_at >= since)
    rows = connection.execute(
        query.order_by(AlarmRow.last_at.desc(), AlarmRow.id.desc()).limit(limit)
    )
    return tuple(_alarm(row) for row in rows)


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        id=row.id,
        code=row.code,
        shown_digest=row.shown_digest,
        number=row.number,
        detail=row.detail,
        times=row.times,
        first_at=row.first_at,
        last_at=row.last_at,
    )
