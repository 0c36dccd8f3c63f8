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


def test_lists_that_were_just_signed_are_fresh(issued: str) -> None:
    done = call("status", "age").json
    (oldest,) = done["lists"]
    assert (oldest["number"], oldest["state"]) == ("0", "fresh")
    assert oldest["age_seconds"] < 60
    assert 3 * 86_400 - 60 < oldest["left_seconds"] <= 3 * 86_400


def test_lists_past_half_of_their_life_end_with_1(folder: Path, issued: str) -> None:
    with sqlite3.connect(folder / "registry.sqlite3") as connection:
        past = 37 * 3_600_000_000
        connection.execute("UPDATE published SET issued_at = issued_at - ?", (past,))
    connection.close()
    done = call("status", "age")
    assert done.status == 1
    assert json.loads(done.out)["lists"][0]["state"] == "aging"
    assert "37.0 h" in done.err
    assert "lists-not-signed" in done.err
    assert call("publish", "bundle").status == 0
    assert call("status", "age").status == 0


def test_places_are_given_up_to_nobody(bureau: str, folder: Path) -> None:
    assert call("publish", "bundle").status == 0
    assert call("status", "give-up", "200000").json == {
        "given_up": [
            {"number": "0", "first": 0, "places": 131_072},
            {"number": "1", "first": 0, "places": 68_928},
        ]
    }
    assert call("publish", "bundle").status == 0
    assert (folder / "bundle" / "status" / "110105" / "1.cbor").is_file()
    assert call("status", "check").json["lists"][1]["places"] == 68_928
