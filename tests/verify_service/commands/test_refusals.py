"""Every refusal is one line in Chinese and in English with status 1; a slip in the words is 2."""

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credential.printable import clean
from tests.verify_service.bureau import BAR
from tests.verify_service.commands.counter import (
    OTHER_USCC,
    SETTINGS,
    USCC,
    call,
    day,
    registered,
    token_for,
)
from verify_service.access import mint_token
from verify_service.cli import CleanFormatter
from verify_service.database import open_database
from verify_service.registry.ledger import OPERATOR
from verify_service.registry.records import Role
from verify_service.registry.tokens import add_token

FOOD = ("food_business", "JY21105030026657")
WHERE = ("北京市朝阳区朝外街道雾屿路8号底商2", "--division", "110105")


# ---- tokens ---------------------------------------------------------------------------------------

WRITING = {
    "holder": ("holder", USCC, "甲"),
    "premises": ("premises", USCC, *WHERE),
    "permit enter": (
        *("permit", "enter", *FOOD, "--holder", USCC),
        *("--premises", 1, "--from", day(0)),
    ),
    "permit change": ("permit", "change", *FOOD, "revoked", "--grounds", "x"),
    "license issue": ("license", "issue", USCC, 1, BAR),
    "license reissue": ("license", "reissue", "朝综许26-2026-00001"),
    "license of-key": ("license", "of-key", "0123abcd", "--since", "2026-01-01"),
    "license reissue-key": ("license", "reissue-key", "0123abcd", "--since", "2026-01-01"),
    "license sheet": ("license", "sheet", "朝综许26-2026-00001", "--output", "x.pdf"),
    "license symbol": ("license", "symbol", "朝综许26-2026-00001", "--output", "x.png"),
}
each_that_writes = pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)


@each_that_writes
def test_without_a_token_it_says_where_one_goes(command: tuple[object, ...], folder: Path) -> None:
    done = call(*command)
    assert (done.status, done.out) == (2, "")
    assert "--token-file" in done.err
    assert "VERIFY_TOKEN" in done.err


@each_that_writes
@pytest.mark.parametrize("token", ["x", "vs_0123456789abcdef_" + "A" * 43])
def test_a_token_that_is_none_is_refused(
    token: str, command: tuple[object, ...], folder: Path
) -> None:
    assert "token is not valid" in call(*command, token=token).refusal


def test_a_token_that_has_run_out_is_refused(folder: Path) -> None:
    now = datetime.now(UTC)
    old = mint_token(
        role=Role.BUREAU,
        label="old",
        created_at=now - timedelta(days=2),
        expires_at=now - timedelta(days=1),
    )
    with (
        closing(open_database("sqlite:///registry.sqlite3")) as database,
        database.writing() as connection,
    ):
        add_token(connection, old.stored, by=OPERATOR)
    assert "token is not valid" in call("holder", USCC, "甲", token=old.text).refusal


@pytest.mark.parametrize(
    "name", ["holder", "premises", "license issue", "license reissue", "license sheet"]
)
def test_a_department_does_none_of_the_bureaus_work(name: str, scjg: str) -> None:
    assert "only the bureau" in call(*WRITING[name], token=scjg).refusal


@pytest.mark.parametrize("name", ["permit enter", "permit change"])
def test_the_bureau_does_none_of_a_departments_work(name: str, bureau: str, scjg: str) -> None:
    premises = registered(bureau)
    assert premises == 1
    enter = ("permit", "enter", *FOOD, "--holder", USCC, "--premises", 1, "--from", day(0))
    if name == "permit change":
        assert call(*enter, token=scjg).status == 0
    assert "its department alone" in call(*WRITING[name], token=bureau).refusal


def test_a_department_writes_its_own_kinds_alone(bureau: str) -> None:
    registered(bureau)
    sport = token_for("--department", "sport", "--kind", "high_risk_sport")
    said = call(*WRITING["permit enter"], token=sport).refusal
    assert "food_business" in said
    assert "department:sport" in said


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (("--department", "nobody", "--kind", "food_business"), "nobody"),
        (("--department", "scjg"), "kinds"),
        (("--bureau", "--kind", "food_business"), "neither"),
        (("--bureau", "--days", "0"), "expired"),
        (("--bureau", "--days", "-3"), "expired"),
        (("--bureau", "--days", "9999999999"), "days"),
    ],
)
def test_a_token_that_would_be_good_for_nothing_is_not_made(
    who: tuple[str, ...], told: str, folder: Path
) -> None:
    done = call("token", "create", *who, "--label", "x")
    assert (done.status, done.out) == (2, "")
    assert told in done.err
    assert call("token", "list").json == {"tokens": []}


def test_a_token_for_an_unknown_kind_is_not_made(folder: Path) -> None:
    done = call("token", "create", "--department", "scjg", "--kind", "x_files", "--label", "x")
    assert "x_files" in done.refusal


def test_an_unknown_token_cannot_be_revoked(folder: Path) -> None:
    assert "0123456789abcdef" in call("token", "revoke", "0123456789abcdef").refusal


# ---- what is asked for ------------------------------------------------------------------------------


def test_a_uscc_with_a_wrong_check_is_refused(bureau: str) -> None:
    assert call("holder", USCC[:-1] + "0", "甲", token=bureau).refusal


REFUSED = {
    "holder twice": (("holder", USCC, "甲"), USCC),
    "premises of nobody": (("premises", OTHER_USCC, *WHERE), OTHER_USCC),
    "premises in no division": (("premises", USCC, "x", "--division", "999999"), "division"),
    "a fact that nobody asks for": (
        ("premises", USCC, *WHERE, "--facts", '{"has_roof": true}'),
        "has_roof",
    ),
    "a position off the earth": (("premises", USCC, *WHERE, "--position", "91,0"), "91"),
    "license of an unknown holder": (("license", "issue", OTHER_USCC, 1, BAR), OTHER_USCC),
    "license at unknown premises": (("license", "issue", USCC, 7, BAR), "7"),
    "license of an unknown industry": (("license", "issue", USCC, 1, "41"), "41"),
    "license from nothing": (("license", "issue", USCC, 1, BAR), "no permit in force"),
    "license that depends on a fact": (("license", "issue", USCC, 1, "04"), "swimming pool"),
    "license that does not exist": (("license", "reissue", "朝综许26-2026-00001"), "00001"),
    "licenses of a key of nobody": (("license", "of-key", "0123abcd"), "0123abcd"),
    "reissue for a key of nobody": (("license", "reissue-key", "0123abcd"), "0123abcd"),
    "sheet of what does not exist": (
        ("license", "sheet", "朝综许26-2026-00001", "--output", "x.pdf"),
        "00001",
    ),
    "symbol of what does not exist": (
        ("license", "symbol", "朝综许26-2026-00001", "--output", "x.png"),
        "00001",
    ),
}


@pytest.mark.parametrize(("command", "named"), REFUSED.values(), ids=REFUSED)
def test_what_the_bureau_may_not_have_is_refused_by_name(
    command: tuple[object, ...], named: str, folder: Path, bureau: str
) -> None:
    registered(bureau)
    assert named in call(*command, token=bureau).refusal
    assert not (folder / "x.pdf").exists()


def test_dates_the_wrong_way_round_are_refused(bureau: str, scjg: str) -> None:
    registered(bureau)
    done = call(*WRITING["permit enter"], "--until", day(-1), token=scjg)
    assert day(-1) in done.refusal


def test_a_permit_nobody_has_entered_is_refused(scjg: str) -> None:
    assert (
        FOOD[1] in call("permit", "change", *FOOD, "revoked", "--grounds", "x", token=scjg).refusal
    )


def test_a_change_of_years_to_come_is_refused(bureau: str, scjg: str) -> None:
    registered(bureau)
    assert call(*WRITING["permit enter"], token=scjg).status == 0
    later = ("--effective-at", f"{day(1000)}T12:00:00+08:00")
    assert call(*WRITING["permit change"], *later, token=scjg).refusal


# ---- slips ------------------------------------------------------------------------------------------

SLIPS = {
    "no command": (),
    "an unknown command": ("issue",),
    "a day that is none": ("permit", "enter", *FOOD, "--from", "yesterday"),
    "an instant without a zone": (*WRITING["permit change"], "--effective-at", "2026-01-01T00:00"),
    "a move that is none": ("permit", "change", *FOOD, "eaten", "--grounds", "x"),
    "a permit that is granted again": ("permit", "change", *FOOD, "granted", "--grounds", "x"),
    "a form that is none": (*WRITING["permit enter"], "--form", "napkin"),
    "a permit without a number": ("license", "issue", USCC, 1, BAR, "--permit", "food_business"),
    "facts that are no JSON": ("premises", USCC, *WHERE, "--facts", "{"),
    "facts of great depth": ("premises", USCC, *WHERE, "--facts", "[" * 60_000),
    "an instant of the year 1": (
        *(*WRITING["permit change"], "--effective-at"),
        "0001-01-01T00:00:00+08:00",
    ),
    "an instant before all years": (
        *(*WRITING["permit change"], "--effective-at"),
        "0001-01-01T00:00:00+23:59",
    ),
    "an instant before 1970": (
        *(*WRITING["permit change"], "--effective-at"),
        "1969-12-31T23:59:59+00:00",
    ),
    "facts that are a list": ("premises", USCC, *WHERE, "--facts", "[]"),
    "a position of one number": ("premises", USCC, *WHERE, "--position", "39.9"),
    "a place that is no number": ("verify", "x", "--near", "here,there"),
    "a label of nothing": ("token", "create", "--bureau", "--label", " "),
    "grounds of nothing": ("permit", "change", *FOOD, "revoked", "--grounds", ""),
    "a label that hides something": ("token", "create", "--bureau", "--label", "a\x1bb"),
    "grounds that hide something": (
        "permit",
        "change",
        *FOOD,
        "revoked",
        "--grounds",
        "甲\u202e乙",
    ),
    "premises without a number": ("license", "issue", USCC, "here", BAR),
    "premises of no number": ("license", "issue", USCC, 0, BAR),
    "premises of too large a number": ("license", "issue", USCC, 2**63, BAR),
    "a request key of nothing": (*WRITING["license issue"], "--request-key", ""),
    "a request key with a blank": (*WRITING["license issue"], "--request-key", "k 1"),
    "a version of no number": (*WRITING["license sheet"], "--version", 0),
    "a version before the first": (*WRITING["license symbol"], "--version", -1),
    "text in no encoding": ("holder", USCC, "\udcff"),
    "an item in no encoding": (*WRITING["license issue"], "--applied-for", "\udcff"),
    "a folder that is not there": ("take-in", "nowhere"),
    "a folder without lists": ("take-in", "."),
}


@pytest.mark.parametrize("command", SLIPS.values(), ids=SLIPS)
def test_a_slip_in_the_words_is_wrong_usage(
    command: tuple[object, ...], bureau: str, scjg: str
) -> None:
    token = scjg if command[:1] == ("permit",) else bureau
    done = call(*command, token=token)
    assert (done.status, done.out) == (2, "")
    assert "Traceback" not in done.err


# Commands that are right, or would be if what they name were there.
RIGHT = {
    **WRITING,
    "token create": ("token", "create", "--department", "scjg", "--kind", FOOD[0], "--label", "x"),
    "token revoke": ("token", "revoke", "0123456789abcdef"),
    "database": ("database", "create"),
    "publish": ("publish", "bundle"),
    "take-in": ("take-in", "bundle"),
    "verify": ("verify", "x", "--near", "39.9,116.4"),
}
ODD = ("", "\udcff", "-1", "9" * 30, "甲\u202e乙", "9999-12-31T23:59:59-12:00", "nan,nan", "[[")


@pytest.mark.parametrize("command", RIGHT.values(), ids=RIGHT)
def test_whatever_stands_in_a_command_it_ends_with_a_status_and_no_traceback(
    command: tuple[object, ...], bureau: str, scjg: str
) -> None:
    token = scjg if command[:1] == ("permit",) else bureau
    registered(bureau)
    for place in range(1, len(command)):
        for odd in ODD:
            words = [*command[:place], odd, *command[place + 1 :]]
            done = call(*words, token=token)  # an exception would be the test's
            assert done.status in (0, 1, 2), words
            assert bool(done.err) or done.status == 0, words


def test_a_bad_list_is_told_and_keeps_no_other_from_coming(folder: Path) -> None:
    for name in ("status/110108/0.cbor", "catalogs/110108/2023.cbor"):
        (folder / "peers" / name).parent.mkdir(parents=True)
        (folder / "peers" / name).write_bytes(b"garbage")
    done = call("take-in", "peers")
    assert done.status == 1
    assert json.loads(done.out) == {
        "taken": [],
        "unchanged": [],
        "refused": ["catalogs/110108/2023.cbor", "status/110108/0.cbor"],
    }
    for name in ("status/110108/0.cbor", "catalogs/110108/2023.cbor"):
        assert name in done.err


@pytest.mark.parametrize("near", ["nan,nan", "inf,0", "91,0", "0,181"])
def test_a_place_off_the_earth_is_refused(near: str, folder: Path) -> None:
    assert call("verify", "x", "--near", near).refusal


def test_a_symbol_in_an_unknown_form_is_wrong_usage(bureau: str, scjg: str) -> None:
    premises = registered(bureau)
    assert call(*WRITING["permit enter"], token=scjg).status == 0
    number = call("license", "issue", USCC, premises, BAR, token=bureau).json["number"]
    done = call("license", "symbol", number, "--output", "x.gif", token=bureau)
    assert (done.status, done.out) == (2, "")
    assert ".svg, .png, .txt" in done.err


def test_a_file_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "bundle").write_text("a file in the way")
    done = call("publish", "bundle")
    assert (done.status, done.out) == (1, "")
    assert "bundle" in done.err


@pytest.mark.parametrize("kind", ["sheet", "symbol"])
def test_a_full_disk_is_told_with_the_files_name(kind: str, bureau: str, scjg: str) -> None:
    premises = registered(bureau)
    assert call(*WRITING["permit enter"], token=scjg).status == 0
    number = call("license", "issue", USCC, premises, BAR, token=bureau).json["number"]
    os.symlink("/dev/full", "full.png")
    done = call("license", kind, number, "--output", "full.png", token=bureau)
    assert (done.status, done.out) == (1, "")
    assert "full.png" in done.err


STRANGE = "\x1b]0;\x07\n\u202e0"


def test_what_a_stranger_calls_his_file_writes_nothing_on_the_terminal(
    folder: Path,
) -> None:
    (folder / "stick/status/110108").mkdir(parents=True)
    (folder / f"stick/status/110108/{STRANGE}.cbor").write_bytes(b"?")
    seen = [
        call("take-in", "stick").err,
        call("take-in", f"no{STRANGE}").err,
        call("publish", f"settings.toml/{STRANGE}").err,
        call("take-in", "stick", f"x{STRANGE}").err,
    ]
    for text in seen:
        last = text.splitlines()[-1]
        assert "\N{REPLACEMENT CHARACTER}" * 3 in last
        assert not {*"\x1b\x07\u202e"} & {*text}
    assert [len(text.splitlines()) for text in seen[:3]] == [1, 1, 1]


def test_no_line_of_the_log_begins_as_a_stranger_likes() -> None:
    try:
        raise OSError(f"no {STRANGE}")
    except OSError:
        record = logging.LogRecord(
            "", logging.ERROR, "", 0, "left out %s", (STRANGE,), sys.exc_info()
        )
    first, *rest = CleanFormatter().format(record).split("\n")
    assert first == "left out " + clean(STRANGE)
    assert all(line.startswith("  ") for line in rest)
    assert all(line == clean(line) for line in rest)


def test_a_pipe_on_a_stick_is_named_and_holds_up_nothing(folder: Path) -> None:
    for name in ("stick/status/110108/0.cbor", "stick/catalogs/110108/2023.cbor"):
        (folder / name).parent.mkdir(parents=True)
    os.mkfifo(folder / "stick/status/110108/0.cbor")
    (folder / "stick/status/110108/1.cbor").mkdir()
    (folder / "stick/status/110108/2.cbor").symlink_to("nowhere")
    (folder / "stick/catalogs/110108/2023.cbor").write_bytes(bytes((1 << 20) + 1))
    done = call("take-in", "stick")
    assert done.status == 1
    assert "status/110108/0.cbor" in done.err
    assert done.err.count("not a plain file") == 4  # two, in each language
    assert "status/110108/2.cbor" in done.err
    assert "larger than" in done.err
    for name in ("trust-list.cbor", "status/110105/0.cbor"):
        there = folder / "bundle" / name
        there.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(there)
        said = call("publish", "bundle").refusal
        assert name in said
        assert "not a plain file" in said
        there.unlink()


def test_a_token_file_that_cannot_be_read_is_named(folder: Path) -> None:
    done = call("holder", USCC, "甲", "--token-file", "missing")
    assert done.status == 2
    assert "missing" in done.err


# ---- what the program stands on -----------------------------------------------------------------------


def spoil(statement: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "registry.sqlite3")) as connection:
            connection.execute(statement)
            connection.commit()

    return do


def replace_setting(old: str, new: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        assert old in SETTINGS
        (folder / "settings.toml").write_text(SETTINGS.replace(old, new), "utf-8")

    return do


def put_a_folder(folder: Path) -> None:
    (folder / "settings.toml").unlink()
    (folder / "settings.toml").mkdir()


def put_root_2(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        (folder / "roots").mkdir()
        make(folder / "roots" / "2.cbor")

    return do


def pipe_for_catalog(folder: Path) -> None:
    os.mkfifo(folder / "catalog.yaml")
    replace_setting("peers =", 'catalog_file = "catalog.yaml"\npeers =')(folder)


GROUND: dict[str, tuple[Callable[[Path], object], str]] = {
    "registry missing": (lambda folder: (folder / "registry.sqlite3").unlink(), "create it first"),
    "registry newer": (spoil("UPDATE alembic_version SET version_num = '0999'"), "newer"),
    "registry empty": (
        lambda folder: (folder / "registry.sqlite3").write_bytes(b""),
        "older",
    ),
    "registry of another program": (
        lambda folder: (folder / "registry.sqlite3").write_bytes(b"SQLite? no" * 100),
        "not a registry",
    ),
    "settings missing": (lambda folder: (folder / "settings.toml").unlink(), "no such file"),
    "settings a folder": (put_a_folder, "not a plain file"),
    "setting unknown": (replace_setting("peers", "piers"), "piers"),
    "setting malformed": (replace_setting("file:issuer.pem", "issuer.pem"), "issuer_key"),
    "settings nested without end": (
        lambda folder: (folder / "settings.toml").write_text("a = " + "[" * 100_000),
        "nested too deeply",
    ),
    "setting of thousands of digits": (
        lambda folder: (folder / "settings.toml").write_text("recall_days = " + "9" * 5_000),
        "settings.toml",
    ),
    "passphrase in the settings": (
        replace_setting("file:issuer.pem", "file:issuer.pem?passphrase=hunter2"),
        "file:issuer.pem?...",
    ),
    "catalog a pipe": (pipe_for_catalog, "not a plain file"),
    "root missing": (lambda folder: (folder / "root.cbor").unlink(), "root.cbor"),
    "root private": (replace_setting("root.cbor", "root-1.pem"), "root-1.pem"),
    "root cut": (
        lambda folder: (folder / "root.cbor").write_bytes((folder / "root.cbor").read_bytes()[:-1]),
        "root.cbor",
    ),
    "next root malformed": (put_root_2(lambda path: path.write_bytes(b"garbage")), "2.cbor"),
    "next root cannot be read": (put_root_2(lambda path: path.symlink_to("2.cbor")), "2.cbor"),
    "next root a folder": (put_root_2(Path.mkdir), "roots/2.cbor"),
    "next root too large": (
        put_root_2(lambda path: path.write_bytes(bytes(8193))),
        "roots/2.cbor",
    ),
    "key readable by others": (lambda folder: (folder / "issuer.pem").chmod(0o644), "0600"),
    "key a folder": (replace_setting("file:issuer.pem", "file:peers"), "peers"),
    "key in a machine that is not there": (
        replace_setting("file:issuer.pem", "pkcs11:token=x"),
        "pkcs11",
    ),
    "trust list forged": (
        lambda folder: (folder / "trust-list.cbor").write_bytes(b"garbage"),
        "trust-list.cbor",
    ),
    "catalog malformed": (
        replace_setting("peers =", 'catalog_file = "issuer.pub.pem"\npeers ='),
        "issuer.pub.pem",
    ),
}


@pytest.mark.parametrize(("change", "named"), GROUND.values(), ids=GROUND)
def test_what_the_program_cannot_stand_on_is_named(
    change: Callable[[Path], object], named: str, folder: Path
) -> None:
    (folder / "peers").mkdir()
    change(folder)
    said = call("publish", "bundle").refusal
    assert named in said
    assert "hunter2" not in said
    assert not (folder / "bundle").exists()


def test_a_registry_is_not_created_over_another(folder: Path) -> None:
    before = (folder / "registry.sqlite3").read_bytes()
    assert "left as it is" in call("database", "create").refusal
    assert (folder / "registry.sqlite3").read_bytes() == before


def test_without_the_key_it_verifies_and_does_not_issue(
    folder: Path, bureau: str, scjg: str
) -> None:
    premises = registered(bureau)
    assert call(*WRITING["permit enter"], token=scjg).status == 0
    issue = ("license", "issue", USCC, premises, BAR)
    text = call(*issue, token=bureau).json["text"]
    (folder / "issuer.pem").unlink()
    assert call("verify", text).json["outcome"] == "valid"
    assert "no signing key" in call(*issue, token=bureau).refusal
    assert "no signing key" in call("publish", "bundle").err
    done = call("publish", "bundle", "--as-it-is")
    assert (done.status, done.err) == (0, "")
    # A department's decision does not wait for the bureau's key.
    assert call(*WRITING["permit change"], token=scjg).json["licenses"][0]["state"] == "void"
    assert call("verify", text).json["outcome"] == "not_in_force"
