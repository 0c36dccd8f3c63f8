"""A license's whole story, in the order in which it was recorded."""

import pytest

from tests.verify_service.bureau import Bureau, day, days
from tests.verify_service.opened import bureau
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.moves import Move
from verify_service.registry.recalls import close_recall, open_recalls
from verify_service.registry.timeline import Entry, license_timeline

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
        close_recall(connection, task.id, at=days(3), by="bureau/b1")

    first = told(bureau, issued.number)
    assert in_short(first) == [
        ("permit", None, "granted"),
        ("permit", None, "granted"),
        ("issued", 1, None),
        ("state", 1, "in_force"),
        ("permit", None, "cancelled"),
        ("state", 1, "void"),
        ("recall_opened", 1, "tobacco"),
        ("recall_closed", 1, "tobacco"),
    ]
    assert [each.record.recorded_at for each in first] == [
        days(each) for each in (-2, -1, 0, 0, 1, 1, 1, 3)
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
    (pending,) = first[2].data["pending"]
    assert pending["item"] == "26-02"
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
