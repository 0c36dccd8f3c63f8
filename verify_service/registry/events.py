"""Events: the ledger as a party may read it, in its order, each entry once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from verify_service.registry.ledger import Entry, read_entries
from verify_service.registry.models import LicensePermitRow, PermitRow

MOST_SCANNED: Final = 2000
"""Entries that are looked at for one page, however few of them are for the reader."""

_OF_PERMITS: Final = frozenset({"permit_versions", "announced_changes"})
_OF_LICENSES: Final = frozenset(
    {"license_versions", "license_states", "license_notes", "recall_tasks", "reissue_tasks"}
)
# What of a row is told; instants are in microseconds there, and told as such nowhere.
_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "permit_versions": (
        "version",
        "move",
        "basis",
        "state",
        "valid_from",
        "valid_until",
        "document_form",
        "by_promise",
        "grounds",
        "document",
    ),
    "announced_changes": ("id", "move", "basis", "grounds", "document", "outcome"),
    "license_versions": ("version", "issued_on", "expires_on", "policy"),
    "license_states": ("version", "state", "reason", "policy"),
    "license_notes": ("version", "policy"),
    "recall_tasks": ("id", "version", "department", "due_on", "outcome"),
    "reissue_tasks": ("id", "version", "reason", "due_on", "outcome"),
}
_TYPES: Final[Mapping[str, str]] = {
    "permit_versions": "permit.changed",
    "announced_changes": "permit.announced",
    "license_versions": "license.issued",
    "license_states": "license.state",
    "license_notes": "license.noted",
    "recall_tasks": "license.recall",
    "reissue_tasks": "license.reissue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitKey:
    kind: str
    number: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that was recorded: of a permit, of a license (its number), or of both.

    ``hash`` is the ledger's, for whoever wants to keep one (`auditing`).
    """

    seq: int
    at: datetime
    type: str
    permit: PermitKey | None
    license: str | None
    effective_at: int | None
    data: Mapping[str, object]
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """``next`` is the number to go on after, also where nothing was for this reader."""

    events: tuple[Event, ...]
    next: int


def read_events(
    connection: Connection, *, after: int, limit: int, department: str | None
) -> EventPage:
    """Return up to ``limit`` events recorded after entry ``after``.

    ``department``: its own permits, and the licenses that gather them; None: everything.
    """
    found: list[Event] = []
    at = after
    entries = read_entries(connection, after=after, limit=MOST_SCANNED)
    rows = [json.loads(entry.entry) for entry in entries]
    permits = _permits(connection, _ids(entries, rows))
    departments = _departments(connection, _numbers(entries, rows))
    for entry, row in zip(entries, rows, strict=True):
        if len(found) == limit:
            break
        at = entry.seq
        if entry.subject not in _TYPES:
            continue
        permit = permits.get(_permit_of(entry.subject, row) or 0)
        number = row.get("number") if entry.subject in _OF_LICENSES else None
        if department is not None and not _concerns(
            department, permit, departments.get(number or "", frozenset())
        ):
            continue
        found.append(
            Event(
                seq=entry.seq,
                at=entry.at,
                type=_TYPES[entry.subject],
                permit=permit if _may_see(permit, department) else None,
                license=number,
                effective_at=row.get("effective_at"),
                data={name: row[name] for name in _TOLD[entry.subject]},
                hash=entry.hash,
            )
        )
    return EventPage(events=tuple(found), next=at)


def _concerns(department: str, permit: PermitKey | None, of_license: frozenset[str]) -> bool:
    return department in of_license or (permit is not None and permit.department == department)


def _may_see(permit: PermitKey | None, department: str | None) -> bool:
    """A cause that is another department's permit is shown by the license to everybody."""
    return permit is not None and (department is None or permit.department == department)


def _permit_of(subject: str, row: Mapping[str, Any]) -> int | None:
    found: int | None = row.get("cause_permit") if subject in _OF_LICENSES else row.get("permit")
    if subject == "license_notes":
        found = row["permit"]
    return found


def _ids(entries: Sequence[Entry], rows: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    found = {
        _permit_of(entry.subject, row)
        for entry, row in zip(entries, rows, strict=True)
        if entry.subject in _TYPES
    }
    return frozenset(each for each in found if each is not None)


def _numbers(entries: Sequence[Entry], rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(
        row["number"]
        for entry, row in zip(entries, rows, strict=True)
        if entry.subject in _OF_LICENSES
    )


def _permits(connection: Connection, ids: frozenset[int]) -> Mapping[int, PermitKey]:
    query = select(PermitRow.id, PermitRow.kind, PermitRow.number, PermitRow.department)
    rows = connection.execute(query.where(PermitRow.id.in_(ids)))
    return {
        row.id: PermitKey(kind=row.kind, number=row.number, department=row.department)
        for row in rows
    }


def _departments(connection: Connection, numbers: frozenset[str]) -> Mapping[str, frozenset[str]]:
    query = (
        select(LicensePermitRow.number, PermitRow.department)
        .join(PermitRow, PermitRow.id == LicensePermitRow.permit)
        .where(LicensePermitRow.number.in_(numbers))
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for number, department in connection.execute(query):
        found.setdefault(number, set()).add(department)
    return {number: frozenset(each) for number, each in found.items()}
