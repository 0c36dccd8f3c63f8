"""The commands one by one: what each does, and that a retry, a reader who leaves, do no harm."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.verify_service.bureau import BAR
from tests.verify_service.commands.counter import (
    OTHER_USCC,
    ROOT,
    USCC,
    Done,
    call,
    day,
    registered,
    run,
    token_for,
)

FOOD = ("food_business", "JY21105030026657")


def enter(premises: int, token: str, *more: object) -> Done:
    who = ("--holder", USCC, "--premises", premises, "--from", day(-20))
    return call("permit", "enter", *FOOD, *who, *more, token=token)


@pytest.fixture
def issued(bureau: str, scjg: str) -> tuple[str, str]:
    """The number and the text of a license."""
    premises = registered(bureau)
    assert enter(premises, scjg, "--until", day(900)).status == 0
    done = call("license", "issue", USCC, premises, BAR, token=bureau).json
    return done["number"], done["text"]


# ---- tokens ---------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_never_listed(folder: Path) -> None:
    made = call("token", "create", "--bureau", "--label", "窗口", "--days", "7").json
    assert made["token"].startswith(f"vs_{made['id']}_")
    listed = call("token", "list")
    (token,) = listed.json["tokens"]
    assert (token["id"], token["role"], token["label"]) == (made["id"], "bureau", "窗口")
    assert made["token"].rsplit("_", 1)[1] not in listed.out
    assert made["token"].encode() not in (folder / "registry.sqlite3").read_bytes()


def test_a_token_is_taken_from_a_file_or_from_the_environment(folder: Path, bureau: str) -> None:
    (folder / "token").write_text(f"{bureau}\n", "ascii")
    assert call("holder", USCC, "甲", "--token-file", "token").status == 0
    assert call("holder", OTHER_USCC, "乙", token=bureau).status == 0


def test_a_revoked_token_is_good_for_nothing(bureau: str) -> None:
    assert call("token", "revoke", bureau.split("_")[1]).json["revoked"] is True
    assert "not valid" in call("holder", USCC, "甲", token=bureau).refusal


# ---- permits --------------------------------------------------------------------------------------


def test_a_doubtful_number_is_warned_about_and_taken(bureau: str, scjg: str) -> None:
    premises = registered(bureau)
    done = call(
        *("permit", "enter", "food_business", "JY0", "--holder", USCC),
        *("--premises", premises, "--from", day(-1)),
        token=scjg,
    )
    assert done.json["number"] == "JY0"
    assert "JY 加 14 位数字" in done.err
    assert "usually" in done.err


def test_a_permit_is_amended_where_words_are_given_and_stays_as_it_was_elsewhere(
    bureau: str, scjg: str
) -> None:
    premises = registered(bureau)
    enter(premises, scjg, "--until", day(100), "--by-promise")
    change = ("permit", "change", *FOOD)
    done = call(*change, "amended", "--grounds", "变更", "--until", day(200), token=scjg).json
    assert (done["permit"]["valid_from"], done["permit"]["valid_until"]) == (day(-20), day(200))
    assert done["permit"]["version"] == 2
    endless = call(*change, "amended", "--grounds", "变更", "--until", "长期", token=scjg).json
    assert (endless["permit"]["valid_until"], endless["permit"]["by_promise"]) == (None, True)
    kept = call(*change, "amended", "--grounds", "核查", "--no-by-promise", token=scjg).json
    assert (kept["permit"]["valid_until"], kept["permit"]["by_promise"]) == (None, False)
    again = call(*change, "amended", "--grounds", "变更", "--expected-version", 1, token=scjg)
    assert "version 4" in again.refusal
    zero = call(*change, "amended", "--grounds", "变更", "--expected-version", 0, token=scjg)
    assert (zero.status, zero.out) == (2, "")  # versions count from 1


def test_a_permit_is_suspended_and_resumed_and_the_license_with_it(
    issued: tuple[str, str], scjg: str
) -> None:
    number, text = issued
    for move, state, outcome in (
        ("suspended", "suspended", "not_in_force"),
        ("resumed", "in_force", "valid"),
    ):
        done = call("permit", "change", *FOOD, move, "--grounds", "依法", token=scjg).json
        assert [(each["number"], each["state"]) for each in done["licenses"]] == [(number, state)]
        assert call("verify", text).json["outcome"] == outcome


# ---- licenses -------------------------------------------------------------------------------------


def test_the_same_request_key_gives_the_same_license(bureau: str, scjg: str) -> None:
    premises = registered(bureau)
    enter(premises, scjg)
    issue = ("license", "issue", USCC, premises, BAR, "--request-key", "k-1")
    first = call(*issue, token=bureau)
    assert call(*issue, token=bureau).json == first.json
    assert "k-1" in call(*issue, "--applied-for", "26-04", token=bureau).refusal
    # Without a key each call is a request of its own: for a license that stands already.
    second = call("license", "issue", USCC, premises, BAR, token=bureau).refusal
    assert first.json["number"] in second


def test_a_license_is_issued_from_the_permits_that_are_named(bureau: str, scjg: str) -> None:
    premises = registered(bureau)
    enter(premises, scjg)
    named = ("--permit", "=".join(FOOD))
    issue = ("license", "issue", USCC, premises, BAR)
    assert call(*issue, *named, token=bureau).json["version"] == 1
    missing = call(*issue, *named, "--permit", "food_business=JY9", token=bureau)
    assert "food_business JY9" in missing.refusal


def test_a_reissue_supersedes(issued: tuple[str, str], bureau: str) -> None:
    number, text = issued
    second = call("license", "reissue", number, "--applied-for", "26-04", token=bureau).json
    assert (second["number"], second["version"]) == (number, 2)
    old, new = call("verify", text).json, call("verify", second["text"]).json
    assert [reason["code"] for reason in old["reasons"]] == ["license-superseded"]
    assert (new["outcome"], new["license"]["version"]) == ("attention", 2)


def test_a_void_license_is_not_reissued(issued: tuple[str, str], bureau: str, scjg: str) -> None:
    call("permit", "change", *FOOD, "cancelled", "--grounds", "注销", token=scjg)
    said = call("license", "reissue", issued[0], token=bureau).refusal
    assert issued[0] in said
    assert "void" in said


@pytest.mark.parametrize("profile", ["full", "city-code"])
@pytest.mark.parametrize("suffix", ["svg", "png", "txt"])
def test_a_symbol_is_written_in_each_form(
    profile: str, suffix: str, folder: Path, issued: tuple[str, str], bureau: str
) -> None:
    output = f"symbol.{suffix}"
    arguments = ("license", "symbol", issued[0], "--profile", profile, "--output", output)
    assert call(*arguments, token=bureau).json["file"] == output
    data = (folder / output).read_bytes()
    begins = {"svg": b"<svg ", "png": b"\x89PNG", "txt": b"HTTPS://YZ.CHAOYANG.EXAMPLE/"}
    assert data.startswith(begins[suffix])
    if suffix == "txt":
        assert call("verify", data.decode("ascii")).json["outcome"] == "valid"


def test_an_older_version_can_be_printed_again(
    folder: Path, issued: tuple[str, str], bureau: str
) -> None:
    number, text = issued
    call("license", "reissue", number, token=bureau)
    output = ("--version", 1, "--output", "old.txt")
    assert call("license", "symbol", number, *output, token=bureau).status == 0
    assert (folder / "old.txt").read_text("ascii") == text
    sheet = call("license", "sheet", number, "--version", 1, "--output", "x.pdf", token=bureau)
    assert sheet.json["bytes"] == len((folder / "x.pdf").read_bytes())


# ---- verifying --------------------------------------------------------------------------------------


def test_verifying_needs_no_token_and_says_where(issued: tuple[str, str]) -> None:
    verdict = call("verify", issued[1], "--near", "39.9,116.4").json
    assert verdict["outcome"] == "valid"
    assert [reason["code"] for reason in verdict["reasons"]] == ["position-unknown"]


def test_whatever_comes_on_standard_input_gets_a_verdict(folder: Path) -> None:
    program = [sys.executable, "-m", "verify_service", "--settings", "settings.toml"]
    done = subprocess.run(
        [*program, "verify", "-"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        input=b"\xff\xfe\x00 no text at all \r\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["outcome"] == "not_a_license"


# ---- publishing -------------------------------------------------------------------------------------


def test_a_bundle_is_published_and_anothers_is_taken_in(
    folder: Path, issued: tuple[str, str]
) -> None:
    files = call("publish", "bundle").json["files"]
    assert sorted(files) == [
        "bundle/catalogs/110105/2023.cbor",
        "bundle/roots/1.cbor",
        "bundle/status/110105/0.base.cbor",
        "bundle/status/110105/0.cbor",
        "bundle/status/110105/0.delta.cbor",
        "bundle/trust-list.cbor",
    ]
    # Of a bundle's lists, one's own are never taken in from outside.
    nothing = call("take-in", "bundle")
    assert (nothing.status, nothing.out) == (2, "")
    foreign = folder / "bundle" / "status" / "110108"
    foreign.mkdir()
    (foreign / "0.cbor").write_bytes((folder / "bundle/status/110105/0.cbor").read_bytes())
    done = call("take-in", "bundle")
    assert done.status == 1
    assert json.loads(done.out)["refused"] == ["status/110108/0.cbor"]
    assert "status/110108/0.cbor" in done.err


def test_a_reader_who_leaves_early_is_no_error(folder: Path, issued: tuple[str, str]) -> None:
    """``verify-service publish … | head -0``"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONUNBUFFERED", None)  # or the buffer would not wait until the exit
    program = [sys.executable, "-W", "error", "-m", "verify_service"]
    process = subprocess.Popen(
        [*program, "--settings", "settings.toml", "verify", issued[1]],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process:
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_the_program_tells_its_commands(folder: Path) -> None:
    done = run("--help", folder=folder)
    assert done.status == 0
    for command in ("serve", "publish", "database", "token", "permit", "license", "verify"):
        assert command in done.out


def test_a_database_is_upgraded_where_there_is_one(folder: Path) -> None:
    assert call("database", "upgrade").json["done"] == "upgrade"
    token_for("--bureau")
