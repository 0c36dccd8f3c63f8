"""A plan goes into the registry: one statement a table, however many rows, and their entries."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from verify_service.registry.announcements import announced_row
from verify_service.registry.books import (
    AnnouncedChangeRow,
    NoticeRow,
    RecallTaskRow,
    ReissueTaskRow,
)
from verify_service.registry.ledger import Written, insert_numbered, insert_rows
from verify_service.registry.models import (
    LicenseNoteRow,
    LicenseStateRow,
    PermitRow,
    PermitVersionRow,
)
from verify_service.registry.notes import note_row
from verify_service.registry.permits import permit_version_row
from verify_service.registry.plan import Plan
from verify_service.registry.records import Permit, ReissueOutcome
from verify_service.registry.reissues import close_reissues_of
from verify_service.registry.states import state_row
from verify_service.registry.status_pages import mark_licenses, mark_notes, mark_permits


def write_plan(connection: Connection, plan: Plan, *, written: Written) -> Mapping[int, int]:
    """Write a plan; return the ids that the permits it enters have got.

    Raises what the database notices; the rules were for whoever planned.
    """
    ids = enter_permits(connection, plan, written)
    append_versions(connection, plan, ids, written)
    append_states(connection, plan, written)
    add_notes(connection, plan, written)
    open_recalls(connection, plan, written)
    open_reissues(connection, plan, ids, written)
    # Behind the tasks that are opened: an amendment and an end of one permit may be in one plan.
    close_reissues(connection, plan, written)
    make_notices(connection, plan, written)
    announce(connection, plan, ids, written)
    return ids


def enter_permits(connection: Connection, plan: Plan, written: Written) -> Mapping[int, int]:
    rows = [_permit_row(each) for each in plan.entered]
    given = insert_numbered(connection, PermitRow, rows, written=written)
    return {permit.id: identity for permit, identity in zip(plan.entered, given, strict=True)}


def append_versions(
    connection: Connection, plan: Plan, ids: Mapping[int, int], written: Written
) -> None:
    versions = [replace(each, permit=ids.get(each.permit, each.permit)) for each in plan.versions]
    rows = [permit_version_row(each) for each in versions]
    insert_rows(connection, PermitVersionRow, rows, written=written)
    mark_permits(connection, versions)


def append_states(connection: Connection, plan: Plan, written: Written) -> None:
    rows = [state_row(each) for each in plan.states]
    insert_rows(connection, LicenseStateRow, rows, written=written)
    mark_licenses(connection, plan.states)


def add_notes(connection: Connection, plan: Plan, written: Written) -> None:
    rows = [note_row(each) for each in plan.notes]
    insert_rows(connection, LicenseNoteRow, rows, written=written)
    mark_notes(connection, plan.notes)


def open_recalls(connection: Connection, plan: Plan, written: Written) -> None:
    insert_numbered(connection, RecallTaskRow, _recall_rows(plan, written), written=written)


def open_reissues(
    connection: Connection, plan: Plan, ids: Mapping[int, int], written: Written
) -> None:
    rows = _reissue_rows(plan, ids, written)
    insert_numbered(connection, ReissueTaskRow, rows, written=written)


def close_reissues(connection: Connection, plan: Plan, written: Written) -> None:
    close_reissues_of(
        connection, plan.voided, outcome=ReissueOutcome.LICENSE_ENDED, written=written
    )


def make_notices(connection: Connection, plan: Plan, written: Written) -> None:
    insert_numbered(connection, NoticeRow, _notice_rows(plan, written), written=written)


def announce(connection: Connection, plan: Plan, ids: Mapping[int, int], written: Written) -> None:
    rows = [announced_row(ids.get(permit, permit), change) for permit, change in plan.announced]
    insert_numbered(connection, AnnouncedChangeRow, rows, written=written)


def _permit_row(permit: Permit) -> dict[str, Any]:
    return {
        "kind": permit.kind,
        "number": permit.number,
        "department": permit.department,
        "holder": permit.holder,
        "premises": permit.premises,
    }


def _recall_rows(plan: Plan, written: Written) -> list[dict[str, Any]]:
    return [
        {
            "number": each.cause.number,
            "version": each.cause.version,
            "seq": each.cause.seq,
            "department": each.department,
            "opened_at": written.at,
            "due_on": each.due_on,
        }
        for each in plan.recalls
    ]


def _reissue_rows(plan: Plan, ids: Mapping[int, int], written: Written) -> list[dict[str, Any]]:
    return [
        {
            "number": each.number,
            "version": each.version,
            "reason": each.reason,
            "cause_permit": ids.get(each.cause.permit, each.cause.permit),
            "cause_version": each.cause.version,
            "opened_at": written.at,
            "due_on": each.due_on,
        }
        for each in plan.reissues
    ]


def _notice_rows(plan: Plan, written: Written) -> list[dict[str, Any]]:
    return [
        {
            "holder": each.holder,
            "number": each.number,
            "version": each.version,
            "kind": each.kind,
            "words": each.words,
            "made_at": written.at,
        }
        for each in plan.notices
    ]
