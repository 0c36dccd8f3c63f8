"""A license's whole story, in the order in which it was recorded."""

from dataclasses import replace

import pytest

from tests.verify_service.bureau import Bureau, day, days
from tests.verify_service.opened import bureau
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.ledger import Written
from verify_service.registry.moves import Move
from verify_service.registry.recalls import close_recall, open_recalls
from verify_service.registry.records import RecallOutcome
from verify_service.registry.timeline import Entry, What, license_timeline

__all__ = ["bureau"]


def told(bureau: Bureau, number: str) -> list[Entry]:
    with bureau.service.database.reading() as connection:
        return list(license_timeline(connection, number))


def in_short(entries: list[Entry]) -> list[tuple[str, int | None, object]]:
    words = ("move", "state", "department")
    return [
        (each.what.value, each.version, next((each.data[w] for w in words if w in each.data), None))
        for each in entries
    ]


def test_the_story_is_told_in_the_order_of_recording(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop, at=days(-2))
    tobacco = bureau.permit(shop, "tobacco_retail", at=days(-1), until=day(90))
    issued = bureau.issue(shop, applied_for=("26-02",))
    bureau.change(tobacco, Move.CANCELLED, at=days(1), effective_at=days(0.5))
    again = bureau.issue(shop, food, at=days(2))
    with bureau.service.database.writing() as connection:
        (task,) = open_recalls(connection)
        written = Written(at=days(3), by="bureau/b1")
        close_recall(
            connection, task.id, outcome=RecallOutcome.LOST, note="找不到", written=written
        )

    first = told(bureau, issued.number)
    assert in_short(first) == [
        ("permit", None, "granted"),
        ("permit", None, "granted"),
        ("issued", 1, None),
        ("state", 1, "in_force"),
        ("permit", None, "cancelled"),
        ("state", 1, "void"),
        ("recall_opened", 1, "tobacco"),
        ("notice_made", 1, None),
        ("recall_closed", 1, "tobacco"),
    ]
    assert [each.record.recorded_at for each in first] == [
        days(each) for each in (-2, -1, 0, 0, 1, 1, 1, 1, 3)
    ]
    ended, fell = first[4], first[5]
    assert (ended.record.effective_at, ended.record.recorded_by) == (
        days(0.5),
        "department:tobacco/d1",
    )
    assert ended.data["grounds"] == "依法办理"
    assert ended.data["valid_until"] == day(90)
    cause = {"kind": "tobacco_retail", "number": tobacco.number, "version": 2}
    assert (fell.data["reason"], fell.data["cause"]) == ("permit-cancelled", cause)
    pending = first[2].data["pending"]
    assert isinstance(pending, list)
    assert [each["item"] for each in pending] == ["26-02"]
    assert (ended.data["basis"], fell.data["policy"]) == ("other-law", "literal-2023")
    assert (first[-1].data["outcome"], first[-1].data["note"]) == ("lost", "找不到")
    numbers = [each.ledger for each in first]
    assert None not in numbers
    assert len(set(numbers)) == len(numbers)
    assert first[-1].record.recorded_by == "bureau/b1"
    assert "cancelled" not in [each.data.get("move") for each in told(bureau, again.number)]


def test_a_reissue_of_one_instant_is_told_version_by_version(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop)
    bureau.reissue(issued, at=days(1))
    assert in_short(told(bureau, issued.number))[1:] == [
        ("issued", 1, None),
        ("state", 1, "in_force"),
        ("state", 1, "superseded"),
        ("issued", 2, None),
        ("state", 2, "in_force"),
    ]


def test_a_number_that_nobody_has_has_no_story(bureau: Bureau) -> None:
    with pytest.raises(NotRegisteredError):
        told(bureau, "朝综许26-2031-00001")


def test_what_was_announced_noted_and_asked_for_is_told_with_who_did_it(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    bureau.change(
        food, Move.AMENDED, at=days(1), terms=replace(food.current.terms, valid_until=day(99))
    )
    bureau.change(food, Move.SUSPENDED, at=days(2), effective_at=days(4))
    bureau.service.announcements.catch_up(at=days(4))
    bureau.change(food, Move.RESUMED, at=days(5))
    bureau.reissue(issued, at=days(6))
    story = told(bureau, issued.number)
    assert [each.what.value for each in story if each.record.recorded_at > days(0)] == [
        "permit",
        "reissue_opened",
        "notice_made",
        "announced",
        "permit",
        "settled",
        "state",
        "notice_made",
        "permit",
        "state",
        "notice_made",
        "state",
        "issued",
        "state",
        "reissue_closed",
    ]
    who = {each.what.value: each.record.recorded_by for each in story}
    assert who["reissue_opened"] == "department:scjg/d1"
    assert who["reissue_closed"] == "bureau/b1"
    assert who["settled"] == "clock"
    (announced,) = (each for each in story if each.what is What.ANNOUNCED)
    assert announced.data["takes_effect_at"] == days(4)
    (settled,) = (each for each in story if each.what is What.SETTLED)
    assert settled.data["outcome"] == "applied"
