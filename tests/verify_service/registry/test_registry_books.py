"""The books beside the record: requests, alarms, recalls, artifacts, holders."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from tests.verify_service.desk import NOON, WRITTEN, Desk, hour, make_uscc
from verify_service.database import Database
from verify_service.geodesy import Position
from verify_service.identifiers.errors import DivisionCodeError, UsccCheckError
from verify_service.registry import alarms, artifacts, holders, recalls, requests
from verify_service.registry.errors import (
    AlreadyRegisteredError,
    ConstraintError,
    NotRegisteredError,
    RequestMismatchError,
    StaleArtifactError,
)
from verify_service.registry.ledger import Written
from verify_service.registry.moves import LicenseState
from verify_service.registry.records import Artifact, RecallOutcome

BODY, OTHER_BODY = sha256(b"one").digest(), sha256(b"two").digest()


REQUEST = requests.RequestId(actor="bureau", key="k1", body_digest=BODY)
OTHER_REQUEST = replace(REQUEST, body_digest=OTHER_BODY)


def store(database: Database, request: requests.RequestId = REQUEST) -> None:
    result = {"number": "朝综许06-2023-00001"}
    with database.writing() as connection:
        requests.store_result(connection, request, result=result, at=NOON)


def test_a_new_request_has_no_result(database: Database) -> None:
    with database.reading() as connection:
        found = requests.find_result(connection, REQUEST)
    assert found is None


def test_the_same_request_gets_the_stored_result(database: Database) -> None:
    store(database)
    with database.reading() as connection:
        found = requests.find_result(connection, REQUEST)
    assert found == {"number": "朝综许06-2023-00001"}


def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    store(database)
    with database.reading() as connection, pytest.raises(RequestMismatchError) as caught:
        requests.find_result(connection, OTHER_REQUEST)
    assert caught.value.request_key == "k1"
    with pytest.raises(RequestMismatchError):
        store(database, OTHER_REQUEST)


def test_a_result_is_stored_once(database: Database) -> None:
    store(database)
    with pytest.raises(AlreadyRegisteredError):
        store(database)


def test_another_actor_has_its_own_keys(database: Database) -> None:
    store(database)
    store(database, replace(OTHER_REQUEST, actor="department:scjg"))
    with database.reading() as connection:
        found = requests.find_result(connection, replace(REQUEST, actor="department:water"))
    assert found is None


def test_an_alarm_for_the_same_thing_is_counted_and_not_repeated(database: Database) -> None:
    for hours in (1, 2, 5):
        with database.writing() as connection:
            raised = alarms.raise_alarm(
                connection,
                code="unknown-to-registry",
                shown=b"credential",
                number="朝综许06-2023-00001",
                detail={"第": hours},
                at=hour(hours),
            )
    assert (raised.times, raised.first_at, raised.last_at) == (3, hour(1), hour(5))
    assert raised.detail == {"第": 1}
    assert raised.shown_digest == sha256(b"credential").digest()
    with database.reading() as connection:
        assert alarms.list_alarms(connection, since=hour(5), limit=10) == (raised,)
        assert alarms.list_alarms(connection, since=hour(6), limit=10) == ()


def test_alarms_are_listed_latest_first_up_to_a_limit(database: Database) -> None:
    with database.writing() as connection:
        for number, shown in enumerate((b"a", b"b", b"c")):
            alarms.raise_alarm(
                connection, code="x", shown=shown, number=None, detail={}, at=hour(number)
            )
        listed = alarms.list_alarms(connection, since=NOON, limit=2)
    assert [alarm.last_at for alarm in listed] == [hour(2), hour(1)]


def test_a_recall_shows_its_cause_until_it_is_closed(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    void = desk.put(issued, LicenseState.VOID, hour(1), reason="permit-revoked")
    with desk.database.writing() as connection:
        late = recalls.open_recall(
            connection,
            cause=void,
            department="water",
            due_on=date(2023, 5, 2),
            written=Written(at=hour(1), by="x"),
        )
        soon = recalls.open_recall(
            connection,
            cause=void,
            department="scjg",
            due_on=date(2023, 5, 1),
            written=Written(at=hour(1), by="x"),
        )
        assert recalls.open_recalls(connection) == (soon, late)
        assert recalls.open_recalls(connection, department="water") == (late,)
        with pytest.raises(AlreadyRegisteredError):
            recalls.open_recall(
                connection,
                cause=void,
                department="water",
                due_on=date(2023, 6, 1),
                written=Written(at=hour(2), by="x"),
            )
    assert soon.cause == void
    with desk.database.writing() as connection:
        closed = recalls.close_recall(
            connection,
            soon.id,
            outcome=RecallOutcome.TAKEN_BACK,
            written=Written(at=hour(3), by="bureau/1"),
        )
        assert (
            recalls.close_recall(
                connection,
                soon.id,
                outcome=RecallOutcome.LOST,
                written=Written(at=hour(9), by="other"),
            )
            == closed
        )
        assert recalls.open_recalls(connection) == (late,)
    assert (closed.closed_at, closed.closed_by) == (hour(3), "bureau/1")


def test_a_recall_that_is_not_there_cannot_be_closed(database: Database) -> None:
    with database.writing() as connection, pytest.raises(NotRegisteredError):
        recalls.close_recall(connection, 4711, outcome=RecallOutcome.LOST, written=WRITTEN)


def publish(database: Database, sequence: int) -> Artifact:
    with database.writing() as connection:
        return artifacts.publish_artifact(
            connection,
            name="status/1",
            uri="https://license.example/status/1",
            media_type="application/statuslist+cwt",
            content=b"list %d" % sequence,
            issued_at=hour(sequence),
            expires_at=None,
            sequence=sequence,
        )


def test_a_newer_artifact_replaces_the_older(database: Database) -> None:
    publish(database, 1)
    newer = publish(database, 3)
    with database.reading() as connection:
        assert artifacts.find_artifact(connection, "status/1") == newer
        assert artifacts.list_artifacts(connection) == (newer,)
        assert artifacts.latest_sequence(connection, "status/1") == 3
        assert artifacts.artifact_marks(connection) == (("status/1", 3),)
        assert artifacts.latest_sequence(connection, "trust") == 0
        assert artifacts.find_artifact(connection, "trust") is None
    assert newer.sha256 == sha256(b"list 3").digest()


@pytest.mark.parametrize("sequence", [1, 2])
def test_an_artifact_that_is_not_newer_never_replaces_one(
    database: Database, sequence: int
) -> None:
    published = publish(database, 2)
    with pytest.raises(StaleArtifactError) as caught:
        publish(database, sequence)
    assert (caught.value.published, caught.value.offered) == (2, sequence)
    with database.reading() as connection:
        assert artifacts.find_artifact(connection, "status/1") == published


def test_a_holder_is_registered_once_with_a_valid_code(database: Database) -> None:
    code = make_uscc(1)
    with database.writing() as connection:
        added = holders.add_holder(connection, uscc=code, name="测试", written=WRITTEN)
        assert holders.get_holder(connection, code) == added
        with pytest.raises(AlreadyRegisteredError):
            holders.add_holder(connection, uscc=code, name="测试", written=WRITTEN)
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        with pytest.raises(UsccCheckError):
            holders.add_holder(connection, uscc=wrong, name="测试", written=WRITTEN)
        with pytest.raises(NotRegisteredError):
            holders.get_holder(connection, make_uscc(2))


def test_premises_keep_their_position_and_facts(desk: Desk) -> None:
    first = desk.premises()
    with desk.database.writing() as connection:
        owner = holders.get_premises(connection, first).holder
        second = holders.add_premises(
            connection,
            holder=owner,
            division_code="110108",
            address="甲",
            facts={"a": [1]},
            written=WRITTEN,
        )
        assert second.position is None
        listed = holders.premises_of(connection, owner)
    assert [place.id for place in listed] == [first, second.id]
    assert listed[0].position == Position(latitude=39.9337, longitude=116.4546)
    assert listed[1] == second


def test_premises_need_a_known_holder_and_a_division(desk: Desk) -> None:
    place = desk.premises()
    with desk.database.writing() as connection:
        owner = holders.get_premises(connection, place).holder
        with pytest.raises(NotRegisteredError):
            holders.add_premises(
                connection,
                holder=make_uscc(999),
                division_code="110105",
                address="甲",
                written=WRITTEN,
            )
        with pytest.raises(DivisionCodeError):
            holders.add_premises(
                connection, holder=owner, division_code="990105", address="甲", written=WRITTEN
            )
        with pytest.raises(NotRegisteredError):
            holders.get_premises(connection, place + 1)


def test_a_recall_needs_a_state_that_is_recorded(desk: Desk) -> None:
    issued = desk.license(desk.permit())
    void = desk.put(issued, LicenseState.VOID, hour(1))
    with pytest.raises(ConstraintError) as caught, desk.database.writing() as connection:
        recalls.open_recall(
            connection,
            cause=replace(void, seq=9),
            department="scjg",
            due_on=date(2023, 5, 1),
            written=Written(at=hour(1), by="x"),
        )
    assert caught.value.kind == "reference"
