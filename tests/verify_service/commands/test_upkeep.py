"""What keeps the record by the command line: tasks, announcements, sweep, audit, webhooks."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from tests.verify_service.bureau import BAR
from tests.verify_service.commands.counter import USCC, call, day, registered

FOOD = ("food_business", "JY21105030026657")


def issued(bureau: str, scjg: str, *, until: str = "长期") -> str:
    place = registered(bureau)
    entered = call(
        *("permit", "enter", *FOOD, "--holder", USCC, "--premises", place),
        *("--from", day(-20), "--until", until),
        token=scjg,
    )
    assert entered.status == 0, entered.err
    number: str = call("license", "issue", USCC, place, BAR, token=bureau).json["number"]
    return number


def test_tasks_are_listed_and_closed(bureau: str, scjg: str) -> None:
    number = issued(bureau, scjg)
    call("permit", "change", *FOOD, "amended", "--grounds", "变更", token=scjg)
    (reissue,) = call("task", "list", token=bureau).json["reissues"]
    assert (reissue["number"], reissue["reason"]) == (number, "permit-amended")
    closed = call("task", "close-reissue", reissue["id"], "--note", "证面未变", token=bureau)
    assert closed.json["outcome"] == "not-needed"
    call("permit", "change", *FOOD, "revoked", "--grounds", "违法", token=scjg)
    found = call("task", "list", token=bureau).json
    (recall,), (told, void) = found["recalls"], found["notices"]
    assert (recall["department"], found["reissues"]) == ("scjg", [])
    assert (told["kind"], void["kind"]) == ("license-to-reissue", "license-void")
    closed = call("task", "close-recall", recall["id"], "--outcome", "taken-back", token=bureau)
    assert closed.json["outcome"] == "taken-back"
    given = call("task", "give-notice", void["id"], "--means", "挂号信", token=bureau)
    assert given.json["means"] == "挂号信"
    assert call("task", "list", token=scjg).refusal
    assert call("task", "close-recall", 99, "--outcome", "lost", token=bureau).refusal


def test_a_license_is_voided_by_the_bureau_alone(bureau: str, scjg: str) -> None:
    number = issued(bureau, scjg)
    void = ("license", "void", number, "--reason", "surrendered")
    assert call(*void, token=scjg).refusal
    assert call(*void, token=bureau).json["state"] == "void"
    assert call(*void, token=bureau).refusal
    assert call("license", "void", number, "--reason", "bored", token=bureau).status == 2


def test_a_change_is_announced_listed_and_taken_back(bureau: str, scjg: str) -> None:
    number = issued(bureau, scjg)
    later = f"{day(3)}T12:00:00+08:00"
    changed = call(
        *("permit", "change", *FOOD, "cancelled", "--basis", "on-application"),
        *("--grounds", "经营者申请", "--effective-at", later),
        token=scjg,
    ).json
    assert (changed["licenses"], changed["announced"]["outcome"]) == ([], None)
    assert changed["permit"]["state"] == "in_force"
    (listed,) = call("permit", "announced", *FOOD, token=scjg).json["announced"]
    assert (listed["move"], listed["basis"]) == ("cancelled", "on-application")
    back = call("permit", "take-back", listed["id"], token=scjg).json
    assert back["outcome"] == "taken-back"
    assert call("permit", "take-back", listed["id"], token=bureau).refusal
    assert call("permit", "announced", "food_business", "none", token=scjg).refusal
    wrong = ("permit", "change", *FOOD, "revoked", "--grounds", "x", "--basis", "deceit")
    assert "penalty" in call(*wrong, token=scjg).refusal
    assert number


def test_a_sweep_records_what_has_run_out(bureau: str, scjg: str) -> None:
    number = issued(bureau, scjg, until=day(0))
    assert call("sweep").json == {"lapsed": 0, "licenses": []}
    yesterday = (datetime.now(UTC).date() - timedelta(days=2)).isoformat()
    ended = call(
        *("permit", "change", *FOOD, "amended", "--grounds", "更正"),
        *("--until", yesterday),
        token=scjg,
    )
    assert ended.status == 0, ended.err
    swept = call("sweep").json
    assert swept["lapsed"] == 1
    assert [(each["number"], each["state"]) for each in swept["licenses"]] == [(number, "void")]


def test_the_audit_proves_the_record_and_names_what_was_altered(bureau: str, scjg: str) -> None:
    number = issued(bureau, scjg)
    call("permit", "change", *FOOD, "revoked", "--grounds", "违法", token=scjg)
    proof = call("audit").json
    assert proof["findings"] == []
    assert call("audit", "--expect", proof["head"]).json == proof
    assert call("audit", "--expect", "7:abc").status == 2

    with closing(sqlite3.connect("registry.sqlite3", isolation_level=None)) as file:
        file.execute("DROP TRIGGER license_states_refuses_update")
        file.execute("UPDATE license_states SET reason = 'mistaken' WHERE seq = 2")
    found = call("audit")
    assert found.status == 1
    assert "row-altered" in found.out
    assert number in found.out
    assert "审计发现 1 处不符" in found.err
    elsewhere = call("audit", "--expect", f"1:{'0' * 64}")
    assert elsewhere.status == 1
    assert "head-unknown" in elsewhere.out


def test_webhooks_are_made_listed_and_stopped(bureau: str, scjg: str) -> None:
    issued(bureau, scjg)
    made = call("webhook", "create", "--department", "scjg", "--url", "https://scjg.example/h").json
    assert made["secret"].startswith("whsec_")
    assert made["after"] > 0
    every = call(
        *("webhook", "create", "--bureau", "--url", "https://b.example/", "--from-the-beginning")
    ).json
    assert every["after"] == 0
    listed = call("webhook", "list").json["webhooks"]
    assert [each["behind"] for each in listed] == [0, made["after"]]
    assert made["secret"] not in call("webhook", "list").out
    assert call("webhook", "stop", made["id"]).json["stopped"]
    assert call("webhook", "stop", "wh_none").refusal
    assert call("webhook", "create", "--bureau", "--url", "http://far.example/").status == 2
    assert call("webhook", "create", "--department", "x", "--url", "https://x.example").status == 2
