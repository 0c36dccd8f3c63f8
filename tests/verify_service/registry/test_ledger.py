"""The ledger proves that the record is what was written: whatever is altered by hand is named."""

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select, text, update

from tests.verify_service.desk import WRITTEN, Desk, Undone, change, hour
from verify_service.database import Database
from verify_service.registry import intake_books, models
from verify_service.registry.announcements import announce
from verify_service.registry.auditing import AUDITED, Audit, Fault, audit, begin_ledger
from verify_service.registry.books import AnnouncedChangeRow
from verify_service.registry.columns import Instant
from verify_service.registry.ledger import (
    START,
    entry_hash,
    insert_rows,
    last_entry,
    note_changes,
    read_entries,
)
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.policies import remember_policy

METADATA = intake_books.BulkRunRow.metadata
# Beside the record: what is published (signed), what counts, what is asked again, and the ledger.
BESIDE = {
    "alarms",
    "bulk_refusals",
    "bulk_runs",
    "differences",
    "ledger",
    "login_attempts",
    "login_places",
    "published",
    "published_history",
    "reconciliations",
    "requests",
    "sessions",
    "staged_files",
    "status_allocation",
    "status_blocks",
    "status_days",
    "status_pages",
    "webhooks",
}


@pytest.fixture
def filled(desk: Desk) -> Database:
    permit = desk.permit()
    issued = desk.license(permit)
    desk.move(permit.id, Move.REVOKED, hour(1))
    desk.put(issued, LicenseState.VOID, hour(1))
    return desk.database


def look(database: Database, expected: tuple[int, bytes] | None = None) -> Audit:
    with database.reading() as connection:
        return audit(connection, expected=expected)


def by_hand(database: Database, *statements: str) -> None:
    """What somebody does who may do anything in the database: triggers are no hindrance to him."""
    with database.writing() as connection:
        unguard(connection)
        for statement in statements:
            connection.execute(text(statement))


def unguard(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in connection.execute(text(names)).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def test_every_table_is_covered_or_beside_the_record() -> None:
    covered = {model.__tablename__ for model in AUDITED}
    assert covered | BESIDE == set(METADATA.tables)
    assert not covered & BESIDE


def test_what_was_written_is_what_is_there(filled: Database) -> None:
    found = look(filled)
    assert found.findings == ()
    assert found.entries == found.rows == 10
    with filled.reading() as connection:
        assert last_entry(connection) == (found.entries, found.head)


def test_entries_are_hashed_with_the_one_before(filled: Database) -> None:
    with filled.reading() as connection:
        entries = read_entries(connection, after=0, limit=100)
    before = START
    for number, entry in enumerate(entries, 1):
        assert entry.seq == number
        before = entry_hash(
            before,
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            subject=entry.subject,
            key=entry.key,
            entry=entry.entry,
        )
        assert entry.hash == before
    assert [entry.subject for entry in entries[:4]] == [
        "holders",
        "premises",
        "permits",
        "permit_versions",
    ]
    assert entries[-1].actor == "department:scjg/test"


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "in_force", "reason": "resumed"},
        {"state": "superseded", "reason": "reissued"},
    ],
)
def test_a_link_that_no_legal_move_leads_to_is_named_though_the_ledger_has_it(
    changes: dict[str, str], filled: Database
) -> None:
    """What whoever owns the database can write, as the program does: a void license that stands."""
    with filled.writing() as connection:
        row = (
            connection.execute(
                select(models.LicenseStateRow.__table__).where(models.LicenseStateRow.seq == 2)
            )
            .mappings()
            .one()
        )
        forged = dict(row) | {"seq": 3, "cause_permit": None, "cause_version": None} | changes
        insert_rows(connection, models.LicenseStateRow, [forged], written=WRITTEN)
    findings = look(filled).findings
    assert {(each.fault, each.subject) for each in findings} == {
        (Fault.LINK_ILLEGAL, "license_states")
    }
    assert '"seq": 3' in findings[0].key


def test_a_permit_that_comes_back_without_a_move_is_named(filled: Database) -> None:
    with filled.writing() as connection:
        row = (
            connection.execute(
                select(models.PermitVersionRow.__table__).where(
                    models.PermitVersionRow.version == 2
                )
            )
            .mappings()
            .one()
        )
        forged = dict(row) | {"version": 3, "move": "resumed", "state": "in_force"}
        insert_rows(connection, models.PermitVersionRow, [forged], written=WRITTEN)
    (finding,) = look(filled).findings
    assert (finding.fault, finding.subject) == (Fault.LINK_ILLEGAL, "permit_versions")


def appended(database: Database, **changes: object) -> None:
    """A link behind a permit's last, with its entry, as the program would write one."""
    row = models.PermitVersionRow
    with database.writing() as connection:
        last = (
            connection.execute(
                select(row.__table__).order_by(row.version.desc(), row.permit.desc()).limit(1)
            )
            .mappings()
            .one()
        )
        forged = dict(last) | {"version": last["version"] + 1} | changes
        insert_rows(connection, row, [forged], written=WRITTEN)


@pytest.mark.parametrize(
    ("changes", "is_legal"),
    [
        ({}, True),
        ({"recorded_by": "bureau/test"}, False),
        ({"recorded_by": "department:tobacco/test"}, False),
        ({"recorded_by": "department:scjg2/test"}, False),
        ({"recorded_by": "clock"}, False),
        ({"basis": "penalty"}, False),
        ({"move": "lapsed", "state": "lapsed", "basis": "term-over", "recorded_by": "clock"}, True),
        ({"move": "lapsed", "state": "lapsed", "basis": "term-over", "recorded_by": "x"}, False),
    ],
)
def test_a_link_by_whoever_may_not_make_it_or_on_a_basis_of_another_is_named(
    changes: dict[str, str], is_legal: bool, desk: Desk
) -> None:
    desk.permit()
    legal = {
        "move": "cancelled",
        "state": "cancelled",
        "basis": "on-application",
        "recorded_by": "department:scjg/test",
    }
    appended(desk.database, **(legal | changes))
    findings = look(desk.database).findings
    assert [(each.fault, each.subject) for each in findings] == (
        [] if is_legal else [(Fault.LINK_ILLEGAL, "permit_versions")]
    )


@pytest.mark.parametrize(
    ("basis", "mandatory", "policy", "is_legal"),
    [
        ("on-application", False, "lenient", True),
        ("on-application", True, "lenient", False),
        ("other-law", False, "lenient", False),
        (None, False, "lenient", False),
        ("on-application", False, "literal-2023", False),
    ],
)
def test_a_note_of_what_could_not_be_given_up_is_named(
    basis: str | None, mandatory: bool, policy: str, is_legal: bool, desk: Desk
) -> None:
    permit = desk.permit()
    other = desk.permit(premises=permit.premises, kind="drainage")
    issued = desk.license(permit, other)
    by_hand(
        desk.database,
        f"UPDATE license_permits SET mandatory = {'1' if mandatory else '0'} WHERE 1 = 1"
        if desk.database.path is not None
        else f"UPDATE license_permits SET mandatory = {mandatory}",
    )
    move = {"move": "cancelled", "state": "cancelled", "basis": basis}
    appended(desk.database, **move, recorded_by="department:scjg/test")
    note = {
        "number": issued.number,
        "version": 1,
        "permit": max(permit.id, other.id),
        "permit_version": 2,
        "policy": policy,
        "effective_at": hour(1),
        "recorded_at": hour(1),
        "recorded_by": "department:scjg/test",
    }
    with desk.database.writing() as connection:
        insert_rows(connection, models.LicenseNoteRow, [note], written=WRITTEN)
        found = audit(connection, annotating={"lenient"}).findings
    notes = [each for each in found if each.subject == "license_notes"]
    assert [each.fault for each in notes] == ([] if is_legal else [Fault.LINK_ILLEGAL])


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE permit_versions SET move = 'x' WHERE version = 2", "permit_versions"),
        ("UPDATE permit_versions SET state = 'x' WHERE version = 2", "permit_versions"),
        ("UPDATE permit_versions SET particulars = '{' WHERE version = 2", "permit_versions"),
        ("UPDATE license_states SET state = 'x' WHERE seq = 2", "license_states"),
        ("UPDATE ledger SET key = '{\"zz\"\\:1}' WHERE subject = 'permits'", "permits"),
    ],
)
def test_what_cannot_be_read_any_more_is_named_too(
    statement: str, table: str, filled: Database
) -> None:
    by_hand(
        filled,
        *(
            ["PRAGMA ignore_check_constraints = ON"]
            if filled.path is not None
            else [
                f"ALTER TABLE {each} DROP CONSTRAINT IF EXISTS ck_{each}_{what}"
                for each in ("permit_versions", "license_states")
                for what in ("move", "state")
            ]
        ),
        statement,
    )
    assert table in {each.subject for each in look(filled).findings}


def test_a_link_that_was_rewritten_with_an_entry_of_its_own_is_named(filled: Database) -> None:
    """An update, entered as the program enters those of tasks: of a chain there is none."""
    row = models.PermitVersionRow
    with filled.writing() as connection:
        unguard(connection)
        last = dict(
            connection.execute(select(row.__table__).where(row.version == 2)).mappings().one()
        )
        changes = {"move": "amended", "state": "in_force", "basis": "ex-officio"}
        connection.execute(update(row).where(row.version == 2).values(changes))
        note_changes(connection, row, [last | changes], written=WRITTEN)
    assert (Fault.ROW_ALTERED, "permit_versions") in {
        (each.fault, each.subject) for each in look(filled).findings
    }


def test_a_license_in_force_on_a_suspended_permit_is_named(desk: Desk) -> None:
    permit = desk.permit()
    desk.license(permit)
    desk.move(permit.id, Move.SUSPENDED, hour(1))  # and nothing follows
    (finding,) = look(desk.database).findings
    assert (finding.fault, finding.subject) == (Fault.LINK_ILLEGAL, "license_states")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"outcome": "taken-back", "settled_by": "department:scjg/test"}, None),
        ({"outcome": "taken-back", "settled_by": "bureau/test"}, Fault.LINK_ILLEGAL),
        ({"outcome": "applied", "settled_by": "clock"}, Fault.LINK_ILLEGAL),
        ({"outcome": "refused", "settled_by": "clock"}, None),
        ({"outcome": "refused", "settled_by": "bureau/test"}, Fault.LINK_ILLEGAL),
        ({"effective_at": hour(99)}, Fault.ROW_ALTERED),
    ],
)
def test_an_announced_change_that_was_kept_from_coming_about_is_named(
    changes: dict[str, object], fault: Fault | None, desk: Desk
) -> None:
    row = AnnouncedChangeRow
    permit = desk.permit()
    later = change(Move.REVOKED, hour(1))
    later = replace(later, record=replace(later.record, effective_at=hour(9)))
    if "outcome" in changes:
        changes = changes | {"settled_at": hour(10)}
    with desk.database.writing() as connection:
        announced = announce(connection, permit.id, later)
        connection.execute(update(row).where(row.id == announced.id).values(changes))
        (after,) = connection.execute(select(row.__table__)).mappings()
        note_changes(connection, row, [dict(after)], written=WRITTEN)
    assert [(each.fault, each.subject) for each in look(desk.database).findings] == (
        [] if fault is None else [(fault, "announced_changes")]
    )


def test_a_license_that_outlives_its_permit_is_named(desk: Desk) -> None:
    permit = desk.permit()
    issued = desk.license(permit)
    assert look(desk.database).findings == ()
    desk.move(permit.id, Move.REVOKED, hour(1))  # and nothing follows
    (finding,) = look(desk.database).findings
    assert (finding.fault, finding.subject) == (Fault.LINK_ILLEGAL, "license_states")
    assert issued.number in finding.key


ALTERED = [
    ("UPDATE permit_versions SET state = 'in_force' WHERE version = 2", "permit_versions"),
    ("UPDATE permit_versions SET valid_until = '2099-01-01' WHERE version = 1", "permit_versions"),
    ("UPDATE license_states SET state = 'in_force' WHERE seq = 2", "license_states"),
    ("UPDATE license_versions SET text = 'HTTPS://ELSEWHERE'", "license_versions"),
    ("UPDATE holders SET name = '别人'", "holders"),
    ("UPDATE premises SET latitude = 40.0", "premises"),
]


@pytest.mark.parametrize(("statement", "table"), ALTERED)
def test_a_row_that_was_altered_is_named(statement: str, table: str, filled: Database) -> None:
    by_hand(filled, statement)
    findings = [each for each in look(filled).findings if each.fault is not Fault.LINK_ILLEGAL]
    assert [(each.fault, each.subject) for each in findings] == [(Fault.ROW_ALTERED, table)]


def test_a_row_that_was_taken_away_is_named(filled: Database) -> None:
    by_hand(filled, "DELETE FROM license_states WHERE seq = 2")
    finding, outliving = look(filled).findings
    assert outliving.fault is Fault.LINK_ILLEGAL  # its permit was revoked
    assert (finding.fault, finding.subject) == (Fault.ROW_GONE, "license_states")
    assert '"seq":2' in finding.key


def test_a_row_that_was_slipped_in_is_named(filled: Database) -> None:
    by_hand(filled, "INSERT INTO holders (uscc, name) VALUES ('X', '库外主体')")
    (finding,) = look(filled).findings
    assert (finding.fault, finding.key) == (Fault.ROW_UNRECORDED, '{"uscc":"X"}')


def test_a_row_that_replaces_another_is_named_with_the_one_that_is_gone(filled: Database) -> None:
    by_hand(
        filled,
        "UPDATE pending_items SET item = 'x'",
        "UPDATE license_states SET seq = 7 WHERE seq = 2",
    )
    faults = {(each.fault, each.subject) for each in look(filled).findings}
    assert faults == {
        (Fault.LINK_ILLEGAL, "license_states"),
        (Fault.ROW_UNRECORDED, "license_states"),
        (Fault.ROW_GONE, "license_states"),
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor = 'nobody' WHERE seq = 4",
        "UPDATE ledger SET at = at + 1 WHERE seq = 4",
        "UPDATE ledger SET hash = (SELECT hash FROM ledger WHERE seq = 3) WHERE seq = 4",
    ],
)
def test_an_entry_that_was_altered_breaks_the_chain_there(statement: str, filled: Database) -> None:
    by_hand(filled, statement)
    findings = look(filled).findings
    assert findings[0].fault is Fault.CHAIN_BROKEN
    assert findings[0].key == "4"


def test_an_entry_that_was_taken_out_breaks_the_chain_behind_it(filled: Database) -> None:
    by_hand(filled, "DELETE FROM ledger WHERE seq = 4")
    faults = [(each.fault, each.key) for each in look(filled).findings]
    assert (Fault.CHAIN_BROKEN, "5") in faults
    assert any(fault is Fault.ROW_UNRECORDED for fault, _ in faults)


def test_entries_cut_off_at_the_end_leave_rows_that_nothing_records(filled: Database) -> None:
    by_hand(filled, "DELETE FROM ledger WHERE seq >= 10")
    (finding,) = look(filled).findings
    assert (finding.fault, finding.subject) == (Fault.ROW_UNRECORDED, "license_states")


def test_who_writes_the_whole_chain_anew_is_found_by_a_hash_that_was_kept(
    filled: Database,
) -> None:
    kept = look(filled)
    by_hand(filled, "UPDATE permit_versions SET valid_until = '2099-01-01'", "DELETE FROM ledger")
    with filled.writing() as connection:
        begin_ledger(connection, at=hour(1))
    assert look(filled).findings == ()  # the chain alone does not tell
    (finding,) = look(filled, (kept.entries, kept.head)).findings
    assert (finding.fault, finding.key) == (Fault.HEAD_UNKNOWN, str(kept.entries))


def test_a_kept_hash_of_an_entry_that_is_not_there_any_more_is_named(filled: Database) -> None:
    kept = look(filled)
    by_hand(
        filled,
        "DELETE FROM license_states WHERE seq = 2",
        "DELETE FROM permit_versions WHERE version = 2",
        "DELETE FROM ledger WHERE seq >= 9",
    )
    assert look(filled).findings == ()
    assert [each.fault for each in look(filled, (kept.entries, kept.head)).findings] == [
        Fault.HEAD_UNKNOWN
    ]
    assert look(filled, (3, kept.head)).findings[0].fault is Fault.HEAD_UNKNOWN


def test_the_audit_stops_when_it_has_found_enough(filled: Database) -> None:
    by_hand(filled, "DELETE FROM ledger WHERE seq <> 1")
    with filled.reading() as connection:
        assert len(audit(connection, most=3).findings) == 3


def test_a_transaction_that_is_undone_leaves_no_entry(filled: Database) -> None:
    before = look(filled)
    with suppress(Undone), filled.writing() as connection:
        remember_policy(connection, "p", digest=b"\0" * 32, written=WRITTEN)
        assert last_entry(connection)[0] == before.entries + 1
        raise Undone
    assert look(filled) == before


def test_an_audit_reads_rows_as_they_were_written_on_both_databases() -> None:
    """Each type of column that a covered table has is one that the ledger can write."""
    kinds = {type(column.type) for model in AUDITED for column in model.__table__.columns}
    assert Instant in kinds
    assert len(kinds) == 8
    assert models.HolderRow in AUDITED
