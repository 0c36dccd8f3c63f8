"""`license show`, `license timeline` and `replay`: the past by command line."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from credential.verify import verify
from tests.verify_service.bureau import BAR, read_bundle
from tests.verify_service.commands.counter import ROOT, USCC, Done, call, day, registered, run

FOOD = ("food_business", "JY21105030026657")


@pytest.fixture
def issued(bureau: str, scjg: str) -> tuple[str, str]:
    """The number and the text of a license."""
    premises = registered(bureau)
    who = ("--holder", USCC, "--premises", premises, "--from", day(-20), "--until", day(900))
    assert call("permit", "enter", *FOOD, *who, token=scjg).status == 0
    done = call("license", "issue", USCC, premises, BAR, token=bureau).json
    return done["number"], done["text"]


def now() -> str:
    return datetime.now(UTC).isoformat()


def revoke(scjg: str, effective_at: str) -> None:
    words = ("--grounds", "经查存在严重违法行为", "--effective-at", effective_at)
    assert call("permit", "change", *FOOD, "revoked", *words, token=scjg).status == 0


def shown(number: str, *words: str) -> tuple[str, str]:
    """The states of a license and of its permit."""
    document = call("license", "show", number, *words).json
    (permit,) = document["permits"]
    return document["state"], permit["state"]


def test_a_license_is_shown_as_it_is_and_as_it_was(issued: tuple[str, str], scjg: str) -> None:
    number, _ = issued
    before = now()
    at = now()
    revoke(scjg, effective_at=before)
    assert shown(number) == ("void", "revoked")
    assert shown(number, "--at", at) == ("in_force", "revoked")
    assert shown(number, "--at", at, "--known", "at") == ("in_force", "in_force")
    document = call("license", "show", number, "--at", at, "--known", "at").json
    assert datetime.fromisoformat(document["at"]) == datetime.fromisoformat(at)
    assert document["as_of"] == document["at"] == document["known"]
    assert "at" not in call("license", "show", number).json


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "yesterday"), "no instant"),
        (("--at", "2026-05-20T12:00:00"), "no zone"),
        (("--at", "2016-12-31T23:59:60Z"), "leap second"),
        (("--at", "0000-01-01T00:00:00Z"), "1970 to 9998"),
        (("--at", "9999-01-01T00:00:00Z"), "1970 to 9998"),
        (("--at", "9998-01-01T00:00:00Z"), "yet to come"),
        (("--known", "at"), "before at, or came without it"),
        (("--at", "2001-01-01T00:00Z", "--known", "2000-01-01T00:00Z"), "before at"),
        (("--at", "2001-01-01T00:00Z"), "not issued yet"),
    ],
)
def test_what_nobody_can_be_told_is_refused_in_both_languages(
    issued: tuple[str, str], words: tuple[str, ...], said: str
) -> None:
    assert said in call("license", "show", issued[0], *words).refusal


def test_a_number_that_nobody_has_is_refused(folder: Path) -> None:
    assert "朝综许26-2031-99999" in call("license", "show", "朝综许26-2031-99999").refusal


def test_the_whole_story_is_the_bureaus(issued: tuple[str, str], bureau: str, scjg: str) -> None:
    number, _ = issued
    revoke(scjg, effective_at=now())
    document = call("license", "timeline", number, token=bureau).json
    told = [each["what"] for each in document["entries"]]
    assert told[:3] == ["permit", "issued", "state"]
    assert {"state", "recall_opened", "notice_made"} <= set(told[3:])
    (revoked,) = (each for each in document["entries"] if each["data"].get("move") == "revoked")
    assert revoked["data"]["grounds"] == "经查存在严重违法行为"
    assert "区政务服务局" in call("license", "timeline", number, token=scjg).refusal
    assert call("license", "timeline", number).status == 2


def rights(done: Done) -> list[bool | None]:
    (review,) = done.json["verdicts"]
    return [review[each] and review[each]["right"] for each in ("list", "then", "truth")]


def test_a_scanners_output_is_held_against_the_books(
    folder: Path, issued: tuple[str, str], bureau: str, scjg: str
) -> None:
    """The scanner is the program itself, offline, with the bundle of the morning."""
    _, text = issued
    assert call("publish", "bundle").status == 0
    scan = run_scanner(folder, text)
    (folder / "scan.json").write_text(scan, "utf-8")
    (finding,) = json.loads(scan)
    assert finding["codes"][0]["verdict"]["outcome"] == "valid"
    done = call("replay", "scan.json", token=bureau)
    assert rights(done) == [True, True, True]
    said = finding["codes"][0]["verdict"]["as_of"]["now"]
    while datetime.now(UTC) < datetime.fromisoformat(said) + timedelta(seconds=1):
        time.sleep(0.05)  # what is recorded within the verdict's own second may have been known
    revoke(scjg, effective_at=said)
    done = call("replay", "scan.json", token=bureau)
    assert rights(done) == [True, True, False]
    (review,) = done.json["verdicts"]
    (difference,) = review["truth"]["differences"]
    assert difference["late"]
    assert review["judged"]["outcome"] == "not_in_force"


def run_scanner(folder: Path, text: str) -> str:
    words = ("scan", "--offline", "--json", "--text", "-", "--bundle", "bundle")
    done = subprocess.run(
        [sys.executable, "-m", "mobile_scanner", *words, "--root", "root.cbor", "--store", "store"],
        input=f"{text}\n",
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_verdict_may_come_through_a_pipe(
    folder: Path, issued: tuple[str, str], bureau: str
) -> None:
    assert call("publish", "bundle").status == 0
    trusted = read_bundle(folder / "bundle", folder / "root.cbor")
    verdict: Any = verify(issued[1], trusted=trusted, at=datetime.now(UTC)).as_dict()
    done = run("replay", "-", folder=folder, token=bureau, stdin=json.dumps(verdict))
    assert rights(done) == [True, True, True]


@pytest.mark.parametrize("content", ["", "{", "no", "[" * 100_000, '{"a": ' * 10_000])
def test_what_is_no_json_is_wrong_usage(folder: Path, bureau: str, content: str) -> None:
    (folder / "scan.json").write_text(content, "utf-8")
    done = call("replay", "scan.json", token=bureau)
    assert done.status == 2
    assert "scan.json" in done.err


def test_what_is_no_verdict_or_too_long_or_not_there_is_named(folder: Path, bureau: str) -> None:
    (folder / "scan.json").write_text('{"outcome": "green"}', "utf-8")
    assert "$.outcome" in call("replay", "scan.json", token=bureau).refusal
    (folder / "scan.json").write_bytes(b" " * (1 << 20) + b"[]")
    assert call("replay", "scan.json", token=bureau).status == 2
    assert "nowhere.json" in call("replay", "nowhere.json", token=bureau).err


def test_verdicts_are_held_for_the_bureau_alone(folder: Path, scjg: str) -> None:
    (folder / "scan.json").write_text("[]", "utf-8")
    assert "区政务服务局" in call("replay", "scan.json", token=scjg).refusal
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert later[:4] in call("license", "show", "X", "--at", later).refusal
