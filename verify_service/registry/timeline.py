"""The whole story of a license, in the order in which it was recorded; for the bureau.

Of one instant: permits first, then the license, then its recalls, as the cascade makes them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import get_license, latest_license_version
from verify_service.registry.models import LicensePermitRow
from verify_service.registry.permits import get_permit, permit_chain
from verify_service.registry.recalls import recalls_of_license
from verify_service.registry.records import LicenseVersion, Permit, PermitVersion, Record
from verify_service.registry.states import license_states


class What(StrEnum):
    """Kinds of entries."""

    PERMIT = "permit"
    ISSUED = "issued"
    STATE = "state"
    RECALL_OPENED = "recall_opened"
    RECALL_CLOSED = "recall_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was recorded. ``version`` is the license's, None for a permit's move."""

    what: What
    version: int | None
    record: Record
    data: Mapping[str, object]


def license_timeline(connection: Connection, number: str) -> tuple[Entry, ...]:
    """Return all that was recorded of a license and of its permits; raises `NotRegisteredError`.

    A permit that an older version alone gathers goes on being told: that sheet may still hang.
    """
    get_license(connection, number)
    entries = [*_permits(connection, number), *_license(connection, number)]
    entries += _recalls(connection, number)
    return tuple(sorted(entries, key=_order))


def _order(entry: Entry) -> tuple[datetime, int, int]:
    """Sorting is stable: what has one key stays as it was gathered."""
    group = {What.PERMIT: 0, What.ISSUED: 1, What.STATE: 1}.get(entry.what, 2)
    return entry.record.recorded_at, group, entry.version or 0


def _permits(connection: Connection, number: str) -> Iterator[Entry]:
    included = select(LicensePermitRow.permit).where(LicensePermitRow.number == number).distinct()
    for identity in sorted(connection.execute(included).scalars()):
        permit = get_permit(connection, identity)
        for version in permit_chain(connection, identity):
            yield Entry(
                what=What.PERMIT,
                version=None,
                record=version.record,
                data=_move(permit, version),
            )


def _move(permit: Permit, version: PermitVersion) -> Mapping[str, object]:
    terms = version.terms
    return {
        "kind": permit.kind,
        "number": permit.number,
        "department": permit.department,
        "version": version.version,
        "move": version.move,
        "state": version.state,
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "form": terms.document_form,
        "by_promise": terms.by_promise,
        "grounds": version.grounds,
        "document": version.document,
    }


def _license(connection: Connection, number: str) -> Iterator[Entry]:
    for version in range(1, latest_license_version(connection, number) + 1):
        issued = get_license_version(connection, number, version)
        yield Entry(
            what=What.ISSUED,
            version=version,
            record=issued.record,
            data=_issue(connection, issued),
        )
        for standing in license_states(connection, number, version):
            yield Entry(
                what=What.STATE,
                version=version,
                record=standing.record,
                data={
                    "state": standing.state,
                    "reason": standing.reason,
                    "cause": standing.cause
                    and _named(connection, standing.cause.permit, standing.cause.version),
                },
            )


def _issue(connection: Connection, issued: LicenseVersion) -> Mapping[str, object]:
    return {
        "issued_on": issued.issued_on,
        "expires_on": issued.expires_on,
        "catalog_version": issued.catalog_version,
        "permits": [_named(connection, each.permit, each.version) for each in issued.permits],
        "pending": [
            {
                "item": item.item,
                "kind": item.kind,
                "mandatory": item.mandatory,
                "department": item.department,
            }
            for item in issued.pending
        ],
        "key_id": issued.kid.hex(),
        "request_key": issued.request_key,
    }


def _named(connection: Connection, identity: int, version: int) -> Mapping[str, object]:
    permit = get_permit(connection, identity)
    return {"kind": permit.kind, "number": permit.number, "version": version}


def _recalls(connection: Connection, number: str) -> Iterator[Entry]:
    for task in recalls_of_license(connection, number):
        data = {"id": task.id, "department": task.department, "due_on": task.due_on}
        yield Entry(
            what=What.RECALL_OPENED,
            version=task.cause.version,
            record=_at(task.opened_at, task.cause.record.recorded_by),
            data=data,
        )
        if task.closed_at is not None:
            yield Entry(
                what=What.RECALL_CLOSED,
                version=task.cause.version,
                record=_at(task.closed_at, task.closed_by or ""),
                data=data,
            )


def _at(at: datetime, by: str) -> Record:
    return Record(effective_at=at, recorded_at=at, recorded_by=by)
