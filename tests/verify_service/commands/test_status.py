"""``verify-service status``: what is kept is held against the chains, and put right."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.verify_service.bureau import BAR
from tests.verify_service.commands.counter import USCC, call, day, registered


@pytest.fixture
def issued(bureau: str, scjg: str) -> str:
    """The text of a license."""
    premises = registered(bureau)
    entered = call(
        *("permit", "enter", "food_business", "JY21105030026657", "--holder", USCC),
        *("--premises", premises, "--from", day(-20)),
        token=scjg,
    )
    assert entered.status == 0
    text: str = call("license", "issue", USCC, premises, BAR, token=bureau).json["text"]
    return text


def test_an_empty_registry_has_nothing_to_differ(folder: Path) -> None:
    assert call("status", "check").json == {"lists": []}


def test_places_that_were_changed_by_hand_are_named_and_put_right(
    folder: Path, issued: str
) -> None:
    good = {"number": "0", "places": 2, "differing": 0, "first": []}
    assert call("status", "check").json == {"lists": [good]}
    with sqlite3.connect(folder / "registry.sqlite3") as connection:
        (kept,) = connection.execute("SELECT entries FROM status_pages").fetchone()
        assert kept[0] == 0
        connection.execute("UPDATE status_pages SET entries = ?", (b"\xe0" + kept[1:],))
    connection.close()

    done = call("status", "check")
    assert done.status == 1
    bad = {"number": "0", "places": 2, "differing": 1, "first": [1]}
    assert json.loads(done.out) == {"lists": [bad]}
    assert "0 (1)" in done.err
    assert "status rebuild" in done.err
    # A list is what is kept: it would say that a good permit was revoked.
    assert call("publish", "bundle").status == 0
    assert call("status", "rebuild").json == {"lists": [bad]}
    assert call("status", "check").json == {"lists": [good]}
    assert call("verify", issued).json["outcome"] == "valid"
