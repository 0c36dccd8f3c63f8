"""Column types that mean the same on SQLite (STRICT) and on PostgreSQL.

=========  =======================  ==================  ===================
value      Python                   SQLite              PostgreSQL
=========  =======================  ==================  ===================
instant    aware datetime           INTEGER             BIGINT               µs since 1970 UTC
day        date                     TEXT ``2023-04-20`` DATE
flag       bool                     INTEGER 0, 1        BOOLEAN
number     int of 64 bits           INTEGER             BIGINT
text       str                      TEXT                TEXT COLLATE "C"
document   mapping of JSON values   TEXT                TEXT COLLATE "C"     canonical JSON
degrees    float                    REAL                DOUBLE PRECISION
=========  =======================  ==================  ===================

Instants are integers because text would be sorted by PostgreSQL's locale, and TIMESTAMPTZ has no
counterpart in SQLite. Text is compared by code point on both, so both list rows in one order.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import REAL, BigInteger, Boolean, Date, Dialect, Double, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from verify_service.registry.errors import UnstorableError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LEAST, _MOST = -(2**63), 2**63 - 1

# STRICT tables of SQLite know INTEGER, REAL, TEXT and BLOB, and nothing else.
Degrees: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
Bytes = LargeBinary()


class Number(TypeDecorator[int]):
    """A whole number; one that needs more than 64 bits is refused before a driver meets it."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else BigInteger()

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and not _LEAST <= value <= _MOST:
            raise UnstorableError(reason="number-too-large")
        return value


class PlainText(TypeDecorator[str]):
    """Text without NUL and lone surrogates, which PostgreSQL refuses and SQLite would cut at."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None:
            if "\x00" in value:
                raise UnstorableError(reason="nul")
            try:
                value.encode()
            except UnicodeEncodeError:
                raise UnstorableError(reason="surrogate") from None
        return value


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970-01-01T00:00Z."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else BigInteger()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise UnstorableError(reason="naive-instant")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Day(TypeDecorator[date]):
    """A civil day in Asia/Shanghai; a datetime is refused, for it would lose its time silently."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else Date()

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            raise UnstorableError(reason="not-a-day")
        return value.isoformat() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """A truth value."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else Boolean()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class JsonDocument(TypeDecorator[Mapping[str, object]]):
    """A mapping, kept as canonical JSON: sorted keys, no spaces, no NaN."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, object] | None, dialect: Dialect
    ) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(
        self, value: Any | None, dialect: Dialect
    ) -> Mapping[str, object] | None:
        if value is None:
            return None
        document: dict[str, object] = json.loads(value)
        return document


def canonical_json(value: Mapping[str, object]) -> str:
    """Return the one spelling of a mapping; raises `UnstorableError`."""
    try:
        return json.dumps(
            dict(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise UnstorableError(reason="not-json") from error
