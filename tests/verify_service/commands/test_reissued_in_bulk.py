"""What is issued again after a theft is what it was: nothing added, nothing dropped, nothing twice."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.verify_service.bureau import Bureau, day
from tests.verify_service.commands.counter import ROOT, call
from tests.verify_service.commands.test_stolen_key import (
    SHOPS,
    bureau,
    key_of,
    licenses,
    outcome,
    reissue,
    standby,
    steal,
)
from tests.verify_service.commands.test_stolen_key import day as today
from tests.verify_service.opened import sqlite_bureau
from verify_service.registry.license_keys import licenses_by_key

__all__ = ["bureau", "licenses", "sqlite_bureau", "standby"]  # fixtures

TOBACCO = ("tobacco_retail", "110105100001")


def tobacco(*arguments: object) -> None:
    """What the tobacco bureau does at the first shop."""
    path = Path("tobacco.token")
    if not path.exists():
        who = ("--department", "tobacco", "--kind", TOBACCO[0], "--label", "t")
        path.write_text(call("token", "create", *who).json["token"])
    done = call("permit", arguments[0], *TOBACCO, *arguments[1:], token=path.read_text())
    assert done.status == 0, done.err


def tobacco_is_granted() -> None:
    tobacco("enter", "--holder", SHOPS[0][0], "--premises", 1, "--from", today(-3))


def permits_of(number: str, bureau: str) -> list[str]:
    """The kinds of permits on the license's present version."""
    name = f"{number[-5:]}.txt"
    assert call("license", "symbol", number, "--output", name, token=bureau).status == 0
    verdict = call("verify", Path(name).read_text("ascii")).json
    return [each["kind"] for each in verdict["permits"]]


def of_key(name: str, bureau: str) -> dict[str, int]:
    """The numbers of the licenses that a key has signed, and their versions."""
    found = call("license", "of-key", key_of(name), token=bureau).json["licenses"]
    return {each["number"]: each["version"] for each in found}


def test_a_permit_that_was_not_on_it_is_not_added(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    tobacco_is_granted()
    steal()
    assert reissue(bureau).json["refused"] == []
    assert permits_of(licenses[0][0], bureau) == ["food_business"]


def test_a_permit_that_is_suspended_is_not_dropped(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    tobacco_is_granted()
    number = licenses[0][0]
    assert call("license", "reissue", number, token=bureau).status == 0
    assert permits_of(number, bureau) == ["food_business", "tobacco_retail"]
    tobacco("change", "suspended", "--grounds", "整改")
    steal()
    done = reissue(bureau)
    assert done.status == 1
    (refused,) = json.loads(done.out)["refused"]
    assert refused["number"] == number
    assert of_key("issuer", bureau) == {number: 2}
    tobacco("change", "resumed", "--grounds", "整改完毕")
    assert reissue(bureau).json["refused"] == []
    assert permits_of(number, bureau) == ["food_business", "tobacco_retail"]


def test_what_the_catalog_refuses_keeps_no_other_from_being_issued(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    steal()
    with closing(sqlite3.connect("registry.sqlite3")) as connection:  # from before facts were held
        odd = ('{"has_roof": true}',)
        connection.execute("UPDATE premises SET facts = ? WHERE id = 1", odd)
        connection.commit()
    done = reissue(bureau)
    assert done.status == 1
    report = json.loads(done.out)
    assert [each["number"] for each in report["refused"]] == [licenses[0][0]]
    assert set(report["refused"][0]["message"]) == {"zh", "en"}
    assert [each["number"] for each in report["reissued"]] == [licenses[1][0]]


def test_nothing_is_issued_again_under_the_doubtful_key_itself(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    """Before the standby is in the settings, and before the list says so."""
    done = reissue(bureau, "--since", today(0))
    assert key_of("issuer") in done.refusal
    assert of_key("issuer", bureau) == {number: 1 for number, _ in licenses}


def test_what_has_run_out_is_not_issued_again(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop, until=day(10))
    sqlite_bureau.issue(shop)
    with sqlite_bureau.service.database.reading() as connection:
        (found,) = licenses_by_key(connection, sqlite_bureau.signer.key_id)
    assert found.stands_on(day(10))
    assert not found.stands_on(day(11))


# Reissues in bulk, and stops for good in the second license, before its commit.
DYING = """
import sys, time
from verify_service.cli import main
from verify_service.issuing import service as issuing

calls = 0
store = issuing.store_result

def store_and_stop(*arguments, **named):
    global calls
    calls += 1
    store(*arguments, **named)
    if calls == 2:
        print("stopped", flush=True)
        time.sleep(600)

issuing.store_result = store_and_stop
sys.exit(main(["--settings", "settings.toml", "license", "reissue-key", *sys.argv[1:]]))
"""


def test_killed_in_the_middle_and_run_again_each_is_issued_once(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    steal()
    (first, _), (second, _) = licenses
    Path("bureau.token").write_text(bureau)
    process = subprocess.Popen(
        [sys.executable, "-c", DYING, key_of("issuer"), "--token-file", "bureau.token"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert of_key("standby", bureau) == {first: 2}
    assert of_key("issuer", bureau) == {second: 1}
    assert [each["number"] for each in reissue(bureau).json["reissued"]] == [second]
    assert of_key("standby", bureau) == {first: 2, second: 2}
    assert [outcome(text) for _, text in licenses] == ["rejected", "rejected"]
