"""What is stored comes back the same from both databases, or is refused by both."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from tests.verify_service.desk import (
    NOON,
    TERMS,
    Desk,
    Undone,
    change,
    granted,
    hour,
    make_uscc,
    record,
)
from verify_service.database import Database
from verify_service.registry import alarms, holders, permits
from verify_service.registry.books import StatusAllocationRow, StatusBlockRow
from verify_service.registry.errors import NotRegisteredError, UnstorableError
from verify_service.registry.models import HolderRow
from verify_service.registry.moves import Move

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)
)
_LOOSE = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_LOOSE
@given(detail=st.dictionaries(TEXT, JSON, max_size=4), shown=st.binary(max_size=40), at=INSTANTS)
def test_documents_and_instants_come_back(
    database: Database, detail: Mapping[str, object], shown: bytes, at: datetime
) -> None:
    with suppress(Undone), database.writing() as connection:
        raised = alarms.raise_alarm(
            connection, code="x", shown=shown, number=None, detail=detail, at=at
        )
        assert raised.detail == detail
        assert raised.first_at == at
        raise Undone  # keeps the table empty for the next example


@_LOOSE
@given(instants=st.lists(INSTANTS, min_size=2, max_size=8, unique=True))
def test_instants_sort_as_they_follow_each_other(
    database: Database, instants: list[datetime]
) -> None:
    with suppress(Undone), database.writing() as connection:
        connection.execute(
            insert(StatusAllocationRow).values(status_list="1", next_index=0, capacity=99)
        )
        for start, at in enumerate(instants):
            connection.execute(
                insert(StatusBlockRow).values(status_list="1", start=start, size=1, reserved_at=at)
            )
        block = StatusBlockRow.reserved_at
        assert list(connection.scalars(select(block).order_by(block))) == sorted(instants)
        after = select(block).where(block > instants[0])
        assert set(connection.scalars(after)) == {at for at in instants if at > instants[0]}
        raise Undone


def test_an_instant_of_another_zone_is_the_same_instant(desk: Desk) -> None:
    beijing = timezone(timedelta(hours=8))
    permit = desk.permit(granted_as=granted(at=NOON.astimezone(beijing)))
    with desk.database.reading() as connection:
        found = permits.get_permit(connection, permit.id).current.record.recorded_at
    assert found == NOON
    assert found.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(UnstorableError) as caught, database.writing() as connection:
        alarms.raise_alarm(
            connection, code="x", shown=b"", number=None, detail={}, at=datetime(2023, 4, 20)
        )
    assert caught.value.reason == "naive-instant"


@pytest.mark.parametrize(("name", "reason"), [("a\x00b", "nul"), ("a\ud800", "surrogate")])
def test_text_that_one_database_would_refuse_is_refused_by_both(
    database: Database, name: str, reason: str
) -> None:
    with pytest.raises(UnstorableError) as caught, database.writing() as connection:
        connection.execute(insert(HolderRow).values(uscc=make_uscc(1), name=name))
    assert caught.value.reason == reason
    with database.reading() as connection:
        assert holders.find_holder(connection, make_uscc(1)) is None


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**70])
def test_a_number_of_more_than_64_bits_is_refused(database: Database, number: int) -> None:
    with pytest.raises(UnstorableError) as caught, database.reading() as connection:
        permits.get_permit(connection, number)
    assert caught.value.reason == "number-too-large"
    with database.reading() as connection, pytest.raises(NotRegisteredError):
        permits.get_permit(connection, max(-(2**63), min(number, 2**63 - 1)))


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes", datetime(2023, 4, 20)])
def test_what_json_cannot_say_is_refused(database: Database, value: object) -> None:
    with pytest.raises(UnstorableError) as caught, database.writing() as connection:
        alarms.raise_alarm(
            connection, code="x", shown=b"", number=None, detail={"a": value}, at=NOON
        )
    assert caught.value.reason == "not-json"


def test_a_lone_surrogate_inside_a_document_is_refused(database: Database) -> None:
    with pytest.raises(UnstorableError), database.writing() as connection:
        alarms.raise_alarm(
            connection, code="x", shown=b"", number=None, detail={"a": "\udfff"}, at=NOON
        )


def test_a_moment_is_not_a_day(desk: Desk) -> None:
    permit = desk.permit()
    with pytest.raises(UnstorableError) as caught, desk.database.reading() as connection:
        permits.permits_run_out(connection, before=datetime(2030, 1, 1))
    assert caught.value.reason == "not-a-day"
    assert permit.current.terms == TERMS


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)])
def test_the_first_and_the_last_day_come_back(desk: Desk, day: date) -> None:
    terms = replace(TERMS, valid_from=day, valid_until=day)
    permit = desk.permit(granted_as=granted(terms=terms))
    renewal = replace(change(Move.AMENDED, hour(1)), record=record(hour(1)))
    with desk.database.writing() as connection:
        permits.append_permit_version(connection, permit.id, renewal, expected_version=1)
        assert permits.get_permit(connection, permit.id).current.terms == terms
