"""The whole story of a license, in the order in which it was recorded; for the bureau.

Of one instant: permits first, then the license, then what follows from it, as the cascade makes
them. Who opened a task or wrote a notice is told by the ledger, as is where each entry stands in
it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import orjson
from sqlalchemy import Connection, select

from verify_service.registry.announcements import announced_of
from verify_service.registry.books import LedgerRow
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import get_license, latest_license_version
from verify_service.registry.models import LicensePermitRow
from verify_service.registry.notes import notes_of
from verify_service.registry.notices import notices_of
from verify_service.registry.permits import get_permit, permit_chain
from verify_service.registry.recalls import recalls_of
from verify_service.registry.records import (
    AnnouncedChange,
    LicenseVersion,
    Permit,
    PermitTerms,
    PermitVersion,
    Record,
)
from verify_service.registry.reissues import reissues_of
from verify_service.registry.states import license_states


class What(StrEnum):
    """Kinds of entries."""

    ANNOUNCED = "announced"
    SETTLED = "settled"
    PERMIT = "permit"
    ISSUED = "issued"
    STATE = "state"
    NOTED = "noted"
    RECALL_OPENED = "recall_opened"
    RECALL_CLOSED = "recall_closed"
    REISSUE_OPENED = "reissue_opened"
    REISSUE_CLOSED = "reissue_closed"
    NOTICE_MADE = "notice_made"
    NOTICE_GIVEN = "notice_given"


_FIRST = (What.ANNOUNCED, What.PERMIT, What.SETTLED)
_SECOND = (What.ISSUED, What.STATE, What.NOTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was recorded. ``version`` is the license's, None for a permit's move.

    ``ledger`` is its number there, None for what is older than the ledger and was changed since.
    """

    what: What
    version: int | None
    record: Record
    ledger: int | None
    data: Mapping[str, object]


def license_timeline(connection: Connection, number: str) -> tuple[Entry, ...]:
    """Return all that was recorded of a license and of its permits; raises `NotRegisteredError`.

    A permit that an older version alone gathers goes on being told: that sheet may still hang.
    """
    get_license(connection, number)
    entries = [*_permits(connection, number), *_license(connection, number)]
    entries += _recalls(connection, number)
    entries += _reissues(connection, number)
    entries += _notices(connection, number)
    return tuple(sorted(entries, key=_order))


def _order(entry: Entry) -> tuple[datetime, int, int]:
    """Sorting is stable: what has one key stays as it was gathered."""
    group = 0 if entry.what in _FIRST else 1 if entry.what in _SECOND else 2
    return entry.record.recorded_at, group, entry.version or 0


# ---- permits --------------------------------------------------------------------------------------


def _permits(connection: Connection, number: str) -> Iterator[Entry]:
    included = select(LicensePermitRow.permit).where(LicensePermitRow.number == number).distinct()
    for identity in sorted(connection.execute(included).scalars()):
        permit = get_permit(connection, identity)
        for version in permit_chain(connection, identity):
            key = {"permit": identity, "version": version.version}
            found = _Trace.of(connection, "permit_versions", key, version.record.recorded_at)
            yield Entry(
                what=What.PERMIT,
                version=None,
                record=version.record,
                ledger=found.seq,
                data=_move(permit, version),
            )
        for announced in announced_of(connection, identity):
            yield from _announced(connection, permit, announced)


def _announced(
    connection: Connection, permit: Permit, announced: AnnouncedChange
) -> Iterator[Entry]:
    data = {
        **_whose(permit),
        "id": announced.id,
        "move": announced.move,
        "basis": announced.basis,
        **({} if announced.terms is None else _terms(announced.terms)),
        "grounds": announced.grounds,
        "document": announced.document,
        "takes_effect_at": announced.effective_at,
    }
    key = {"id": announced.id}
    found = _Trace.of(connection, "announced_changes", key, announced.announced_at)
    record = _at(announced.announced_at, announced.announced_by)
    yield Entry(what=What.ANNOUNCED, version=None, record=record, ledger=found.seq, data=data)
    if announced.settled_at is not None:
        found = _Trace.of(connection, "announced_changes", key, announced.settled_at)
        yield Entry(
            what=What.SETTLED,
            version=None,
            record=_at(announced.settled_at, announced.settled_by or found.actor),
            ledger=found.seq,
            data={
                **_whose(permit),
                "id": announced.id,
                "move": announced.move,
                "outcome": announced.outcome,
                "detail": announced.detail,
            },
        )


def _move(permit: Permit, version: PermitVersion) -> Mapping[str, object]:
    return {
        **_whose(permit),
        "version": version.version,
        "move": version.move,
        "basis": version.basis,
        "state": version.state,
        **_terms(version.terms),
        "grounds": version.grounds,
        "document": version.document,
    }


def _whose(permit: Permit) -> Mapping[str, object]:
    return {"kind": permit.kind, "number": permit.number, "department": permit.department}


def _terms(terms: PermitTerms) -> Mapping[str, object]:
    return {
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "form": terms.document_form,
        "by_promise": terms.by_promise,
    }


# ---- the license ----------------------------------------------------------------------------------


def _license(connection: Connection, number: str) -> Iterator[Entry]:
    for version in range(1, latest_license_version(connection, number) + 1):
        issued = get_license_version(connection, number, version)
        key = {"number": number, "version": version}
        found = _Trace.of(connection, "license_versions", key, issued.record.recorded_at)
        yield Entry(
            what=What.ISSUED,
            version=version,
            record=issued.record,
            ledger=found.seq,
            data=_issue(connection, issued),
        )
        for standing in license_states(connection, number, version):
            at = standing.record.recorded_at
            found = _Trace.of(connection, "license_states", key | {"seq": standing.seq}, at)
            cause = standing.cause
            yield Entry(
                what=What.STATE,
                version=version,
                record=standing.record,
                ledger=found.seq,
                data={
                    "state": standing.state,
                    "reason": standing.reason,
                    "policy": standing.policy,
                    "cause": cause and _named(connection, cause.permit, cause.version),
                },
            )
        for note in notes_of(connection, number, version):
            at = note.record.recorded_at
            found = _Trace.of(connection, "license_notes", key | {"permit": note.permit}, at)
            yield Entry(
                what=What.NOTED,
                version=version,
                record=note.record,
                ledger=found.seq,
                data={
                    "permit": _named(connection, note.permit, note.permit_version),
                    "policy": note.policy,
                },
            )


def _issue(connection: Connection, issued: LicenseVersion) -> Mapping[str, object]:
    return {
        "issued_on": issued.issued_on,
        "expires_on": issued.expires_on,
        "catalog_version": issued.catalog_version,
        "policy": issued.policy,
        "permits": [
            {**_named(connection, each.permit, each.version), "mandatory": each.mandatory}
            for each in issued.permits
        ],
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


# ---- what follows ---------------------------------------------------------------------------------


def _recalls(connection: Connection, number: str) -> Iterator[Entry]:
    for task in recalls_of(connection, number):
        version = task.cause.version
        data = {"id": task.id, "department": task.department, "due_on": task.due_on}
        found = _Trace.of(connection, "recall_tasks", {"id": task.id}, task.opened_at)
        by = task.cause.record.recorded_by
        yield found.entry(What.RECALL_OPENED, version, task.opened_at, data, by=by)
        if task.closed_at is not None:
            found = _Trace.of(connection, "recall_tasks", {"id": task.id}, task.closed_at)
            closed = data | {"outcome": task.outcome, "note": task.note}
            yield found.entry(
                What.RECALL_CLOSED, version, task.closed_at, closed, by=task.closed_by
            )


def _reissues(connection: Connection, number: str) -> Iterator[Entry]:
    for task in reissues_of(connection, number):
        cause = _named(connection, task.cause.permit, task.cause.version)
        data = {"id": task.id, "reason": task.reason, "due_on": task.due_on, "cause": cause}
        found = _Trace.of(connection, "reissue_tasks", {"id": task.id}, task.opened_at)
        yield found.entry(What.REISSUE_OPENED, task.version, task.opened_at, data)
        if task.closed_at is not None:
            found = _Trace.of(connection, "reissue_tasks", {"id": task.id}, task.closed_at)
            closed = data | {"outcome": task.outcome, "note": task.note}
            yield found.entry(
                What.REISSUE_CLOSED, task.version, task.closed_at, closed, by=task.closed_by
            )


def _notices(connection: Connection, number: str) -> Iterator[Entry]:
    for notice in notices_of(connection, number):
        data = {"id": notice.id, "kind": notice.kind, "holder": notice.holder}
        found = _Trace.of(connection, "notices", {"id": notice.id}, notice.made_at)
        made = data | {"words": dict(notice.words)}
        yield found.entry(What.NOTICE_MADE, notice.version, notice.made_at, made)
        if notice.given_at is not None:
            found = _Trace.of(connection, "notices", {"id": notice.id}, notice.given_at)
            given = data | {"means": notice.means}
            yield found.entry(
                What.NOTICE_GIVEN, notice.version, notice.given_at, given, by=notice.given_by
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trace:
    """What the ledger has of a row at an instant; ``actor`` is empty where it has nothing."""

    seq: int | None
    actor: str

    @classmethod
    def of(
        cls, connection: Connection, subject: str, key: Mapping[str, object], at: datetime
    ) -> "_Trace":
        """Find the entry of a row as it was recorded at ``at``."""
        text = orjson.dumps(key, option=orjson.OPT_SORT_KEYS).decode()
        kept = LedgerRow
        query = (
            select(kept.seq, kept.actor)
            .where(kept.subject == subject, kept.key == text, kept.at == at)
            .order_by(kept.seq.desc())
            .limit(1)
        )
        row = connection.execute(query).first()
        return cls(seq=None, actor="") if row is None else cls(seq=row.seq, actor=row.actor)

    def entry(
        self,
        what: What,
        version: int,
        at: datetime,
        data: Mapping[str, object],
        *,
        by: str | None = None,
    ) -> Entry:
        record = _at(at, by or self.actor)
        return Entry(what=what, version=version, record=record, ledger=self.seq, data=data)


def _at(at: datetime, by: str) -> Record:
    return Record(effective_at=at, recorded_at=at, recorded_by=by)
