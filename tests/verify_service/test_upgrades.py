"""A registry of an older program is upgraded with all that it holds, whole or not at all."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from tests.verify_service.desk import make_uscc
from verify_service import database as databases
from verify_service import migrations
from verify_service.database import APPLICATION_ID, Database, open_database, upgrade
from verify_service.errors import DatabaseDamagedError, SchemaOlderError
from verify_service.registry.auditing import audit
from verify_service.registry.errors import ConstraintError
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.permits import permit_chain
from verify_service.registry.recalls import get_recall
from verify_service.registry.records import RecallOutcome
from verify_service.registry.states import license_states

AT = datetime(2031, 6, 1, 4, tzinfo=UTC)
NUMBER, HOLDER = "朝综许06-2023-00001", make_uscc(1)
ROWS = rf"""
INSERT INTO holders (uscc, name) VALUES ('{HOLDER}', '北京拾光纸页书店有限公司');
INSERT INTO premises (id, holder, division_code, address, latitude, longitude, facts)
  VALUES (1, '{HOLDER}', '110105', '拾光里103', 39.9337, 116.4546, '{{}}');
INSERT INTO permits (id, kind, number, department, holder, premises)
  VALUES (7, 'food_business', 'JY1', 'scjg', '{HOLDER}', 1);
INSERT INTO permit_versions (permit, version, move, state, valid_from, valid_until, document_form,
  by_promise, particulars, grounds, document, effective_at, recorded_at, recorded_by)
  VALUES (7, 1, 'granted', 'in_force', '2023-03-31', NULL, 'permit', TRUE, '{{"a"\:1}}', 'granted',
          NULL, 1680000000000000, 1680000000000001, 'department:scjg/1'),
         (7, 2, 'revoked', 'revoked', '2023-03-31', NULL, 'permit', TRUE, '{{"a"\:1}}', 'x', '文1',
          1690000000000000, 1690000000000001, 'department:scjg/1');
INSERT INTO status_allocation (status_list, next_index, capacity) VALUES ('0', 2, 1024);
INSERT INTO status_blocks (status_list, start, size, reserved_at)
  VALUES ('0', 0, 2, 1681000000000000);
INSERT INTO licenses (number, issuer, industry, year, serial, holder, premises)
  VALUES ('{NUMBER}', '110105', '06', 2023, 1, '{HOLDER}', 1);
INSERT INTO license_versions (number, version, catalog_version, issued_on, expires_on, status_list,
  status_index, kid, credential, text, claims_digest, told, template_version, effective_at,
  recorded_at, recorded_by, request_key)
  VALUES ('{NUMBER}', 1, '2023', '2023-04-10', NULL, '0', 0, :byte, :byte, 'HTTPS://X', :digest,
          '{{}}', '2023-1', 1681000000000000, 1681000000000000, 'bureau/1', 'k');
INSERT INTO license_permits (number, version, position, permit, permit_version)
  VALUES ('{NUMBER}', 1, 0, 7, 1);
INSERT INTO license_states (number, version, seq, state, reason, cause_permit, cause_version,
  effective_at, recorded_at, recorded_by)
  VALUES ('{NUMBER}', 1, 1, 'in_force', 'issued', NULL, NULL, 1681000000000000, 1681000000000000,
          'bureau/1'),
         ('{NUMBER}', 1, 2, 'void', 'permit-revoked', 7, 2, 1690000000000001, 1690000000000001,
          'department:scjg/1');
INSERT INTO recall_tasks (id, number, version, seq, department, opened_at, due_on, closed_at,
  closed_by)
  VALUES (3, '{NUMBER}', 1, 2, 'scjg', 1690000000000001, '2023-08-06', 1691000000000000, 'bureau/1')
"""


def fill(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "verify_service:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in ROWS.split(";\n"):
        connection.execute(text(statement), {"byte": b"\1", "digest": b"\2" * 32})


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest) -> str:
    """A registry of revision 0001 with a license that was revoked, recalled and taken back."""
    if request.param == "sqlite":
        path = request.getfixturevalue("tmp_path") / "old.db"
        path.touch()
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("empty_postgresql_url")
    patience = databases.PATIENCE
    with (
        closing(databases._connect(url, patience=patience)) as database,
        database.writing() as connection,
    ):
        fill(connection)
    return url


def test_an_older_registry_is_not_opened_before_it_is_upgraded(old_url: str) -> None:
    with pytest.raises(SchemaOlderError) as caught:
        open_database(old_url)
    assert (caught.value.found, caught.value.wanted) == ("0001", migrations.HEAD)


def test_all_that_it_holds_is_there_afterwards_and_in_the_ledger(old_url: str) -> None:
    upgrade(old_url, clock=lambda: AT)
    with closing(open_database(old_url)) as database:
        with database.reading() as connection:
            granted, revoked = permit_chain(connection, 7)
            assert (granted.basis, revoked.basis) == (None, None)  # nobody has said it
            assert (revoked.move, revoked.document) == (Move.REVOKED, "文1")
            assert granted.terms.by_promise
            assert granted.terms.particulars == {"a": 1}
            version = get_license_version(connection, NUMBER, 1)
            assert version.policy is None
            assert [each.mandatory for each in version.permits] == [True]  # the safe side
            states = license_states(connection, NUMBER, 1)
            assert [each.state for each in states] == [LicenseState.IN_FORCE, LicenseState.VOID]
            assert get_recall(connection, 3).outcome is RecallOutcome.TAKEN_BACK
            found = audit(connection)
        assert found.findings == ()
        assert found.entries == found.rows == 11
        refuses_changes(database)


def refuses_changes(database: Database) -> None:
    """The guards stand on the tables that were made anew, and references still hold."""
    for table in ("permit_versions", "license_versions", "license_permits", "license_states"):
        with pytest.raises(ConstraintError) as caught, database.writing() as connection:
            connection.execute(text(f"DELETE FROM {table}"))
        assert caught.value.kind == "append-only"
    with pytest.raises(ConstraintError), database.writing() as connection:
        connection.execute(
            text("INSERT INTO pending_items VALUES ('none', 1, 0, 'i', 'k', TRUE, 'd')")
        )


def test_an_upgrade_that_was_done_is_not_done_again(old_url: str) -> None:
    upgrade(old_url, clock=lambda: AT)
    with closing(open_database(old_url)) as database, database.reading() as connection:
        before = audit(connection)
    upgrade(old_url, clock=lambda: AT)
    with closing(open_database(old_url)) as database, database.reading() as connection:
        assert audit(connection) == before


def test_an_upgrade_that_fails_leaves_the_old_registry(
    old_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection, *, at: datetime) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(databases, "begin_ledger", fail)
    with pytest.raises(ZeroDivisionError):
        upgrade(old_url, clock=lambda: AT)
    with pytest.raises(SchemaOlderError):
        open_database(old_url)
    monkeypatch.undo()
    upgrade(old_url, clock=lambda: AT)
    open_database(old_url).close()


def test_a_file_whose_references_lead_nowhere_is_not_upgraded(old_url: str) -> None:
    if not old_url.startswith("sqlite"):
        return  # PostgreSQL keeps its own through a migration
    with closing(databases._connect(old_url, patience=databases.PATIENCE)) as database:
        database.suspend_foreign_keys()
        with database.writing() as connection:
            connection.execute(text("DELETE FROM holders"))
    with pytest.raises(DatabaseDamagedError):
        upgrade(old_url, clock=lambda: AT)
    with pytest.raises(SchemaOlderError):
        open_database(old_url)
