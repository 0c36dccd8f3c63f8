"""A registry made many times as large by copying what is in it, under other numbers."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

_BEFORE: Final = 10_000_000  # between the ids of a copy and those of the next
# What a copy has otherwise than the row that it is of; `k` is the copy's number.
_OTHERWISE: Final[dict[str, dict[str, str]]] = {
    "holders": {"uscc": "uscc || '~' || k"},
    "premises": {"id": f"id + k * {_BEFORE}", "holder": "holder || '~' || k"},
    "permits": {
        "id": f"id + k * {_BEFORE}",
        "number": "number || '~' || k",
        "holder": "holder || '~' || k",
        "premises": f"premises + k * {_BEFORE}",
    },
    "permit_versions": {"permit": f"permit + k * {_BEFORE}"},
    "licenses": {
        "number": "number || '~' || k",
        "serial": "serial + k * 100000",
        "holder": "holder || '~' || k",
        "premises": f"premises + k * {_BEFORE}",
    },
    "license_versions": {
        "number": "number || '~' || k",
        "status_index": "status_index + k * 1048576",
        "claims_digest": "randomblob(32)",
    },
    "license_states": {"number": "number || '~' || k"},
    "license_permits": {
        "number": "number || '~' || k",
        "permit": f"permit + k * {_BEFORE}",
    },
}


def copy_times(file: Path, times: int) -> None:
    """Make a registry's file so many times as large; its status lists stay as they are."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("BEGIN")
        for table, otherwise in _OTHERWISE.items():
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(otherwise.get(column, column) for column in columns)
            connection.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                "WITH RECURSIVE copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies "
                f"WHERE k + 1 < {times}) SELECT {values} FROM copies, {table}"
            )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
