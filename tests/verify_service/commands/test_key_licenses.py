"""A key is stolen: what it has signed is found, and issued again by the standby key.

Three licenses are three days old or from before, the key is in doubt since today.
"""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from credential.days import SHANGHAI
from credential.trust import TrustList
from credential.trust_list import seal_trust_list
from keys import editing
from keys.files import create_key, write_public
from keys.source import read_source
from tests.ceremonies import create_root, sign_source
from tests.verify_service.bureau import Bureau, Shop
from tests.verify_service.commands.counter import (
    CHINESE,
    ENGLISH,
    ROOT,
    SETTINGS,
    Done,
    call,
    token_for,
)
from verify_service.commands.desk import TOKEN_VARIABLE
from verify_service.issuing.service import Issued
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit
from verify_service.service import open_service
from verify_service.settings import load_settings

PROGRAM = (sys.executable, "-m", "verify_service", "--settings", "settings.toml")
NOW = datetime.now(SHANGHAI)
TODAY = NOW.date()
BEFORE = NOW - timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theft:
    """A bureau whose key was stolen today, and what it had issued; its folder is current."""

    bureau: Bureau
    key: str  # the stolen one
    old: Issued  # from before the theft
    affected: tuple[Issued, ...]
    pending: Issued  # affected, with a pending item
    permits: tuple[Permit, ...]  # of `affected`, one each
    void: Issued
    token: str

    def of_key(self, *words: object) -> Done:
        return call("license", "of-key", self.key, *words, token=self.token)

    def reissue_key(self, *words: object) -> Done:
        return call("license", "reissue-key", self.key, *words, token=self.token)

    def publish_compromise(self) -> None:
        """The trust list says since when."""
        editing.compromise(Path("trust-list.toml"), key_id=self.key, since=TODAY)
        sign(self.bureau, 2, at=datetime.now(SHANGHAI))

    def take_over(self) -> None:
        """The standby signs from now on."""
        settings = SETTINGS.replace("file:issuer.pem", "file:standby.pem")
        Path("settings.toml").write_text(settings, "utf-8")

    def answer(self) -> None:
        """Both, in the order of the runbook."""
        self.take_over()
        assert call("publish", "bundle").status == 0
        self.publish_compromise()

    def current_text(self, issued: Issued) -> tuple[int, str]:
        """The latest version of a license and its text, from the books themselves."""
        with closing(sqlite3.connect("registry.sqlite3")) as connection:
            version, text = connection.execute(
                "SELECT version, text FROM license_versions WHERE number = ?"
                " ORDER BY version DESC LIMIT 1",
                (issued.number,),
            ).fetchone()
        return int(version), str(text)


def sign(bureau: Bureau, number: int, *, at: datetime) -> None:
    signers = bureau.root.signers[:2]
    data = sign_source(Path("trust-list.toml"), *signers, number=number, at=at)
    Path("trust-list.cbor").write_bytes(data)


def outcome(text: str) -> str:
    return str(call("verify", text).json["outcome"])


def numbers(licenses: list[dict[str, object]]) -> list[object]:
    return [each["number"] for each in licenses]


@pytest.fixture
def theft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theft]:
    monkeypatch.chdir(tmp_path)
    signer = create_key(Path("issuer.pem"), suite="ES256")
    standby = create_key(Path("standby.pem"), suite="ES256")
    write_public(Path("issuer.pub.pem"), signer.verification_key)
    write_public(Path("standby.pub.pem"), standby.verification_key)
    root = create_root(tmp_path, at=BEFORE - timedelta(days=30))
    first = (BEFORE - timedelta(days=2)).date()
    Path("trust-list.toml").write_text(
        f"""
        [[issuers]]
        code = "110105"
        name = "北京市朝阳区政务服务局"
        name_en = "Chaoyang District Government Services Bureau"
        host = "yz.chaoyang.example"
        number_prefix = "朝综许"
        [[issuers.keys]]
        public = "issuer.pub.pem"
        from = {first}
        [[issuers.keys]]
        public = "standby.pub.pem"
        from = {first}
        [[issuers.scopes]]
        from = {first}
        """,
        "utf-8",
    )
    Path("settings.toml").write_text(SETTINGS, "utf-8")
    assert call("database", "create").status == 0
    with closing(open_service(load_settings(Path("settings.toml")))) as service:
        bureau = Bureau(folder=tmp_path, service=service, root=root, signer=signer)
        sign(bureau, 1, at=BEFORE - timedelta(days=1))
        service.prepare(at=BEFORE)

        def issue(at: datetime, *applied_for: str) -> tuple[Permit, Issued]:
            shop = bureau.shop()
            permit = bureau.permit(shop, valid_from=first, at=at)
            return permit, bureau.issue(shop, applied_for=applied_for, at=at)

        _, old = issue(BEFORE)
        affected = [issue(NOW), issue(NOW), issue(NOW, "26-04")]
        gone, void = issue(NOW)
        bureau.change(gone, Move.REVOKED, at=NOW)
        yield Theft(
            bureau=bureau,
            key=signer.key_id.hex(),
            old=old,
            affected=tuple(issued for _, issued in affected),
            pending=affected[-1][1],
            permits=tuple(permit for permit, _ in affected),
            void=void,
            token=token_for("--bureau"),
        )


# ---- listed -----------------------------------------------------------------------------------------


def test_what_a_stolen_key_has_signed_is_listed_and_what_of_it_is_in_doubt(theft: Theft) -> None:
    theft.answer()
    found = theft.of_key("--json").json
    assert (found["key"], found["since"], found["trust_list"]) == (theft.key, str(TODAY), 2)
    told = {
        each["number"]: (each["standing"], each["doubtful"], each["state"])
        for each in found["licenses"]
    }
    assert told == {
        theft.old.number: ("before", False, "in_force"),
        **{issued.number: ("affected", True, "in_force") for issued in theft.affected},
        theft.void.number: ("over", True, "void"),
    }


@pytest.mark.parametrize(
    ("day", "since", "doubtful"),
    [
        (-(1 << 62), "0001-01-01", 5),
        (-(10**12), "0001-01-01", 5),
        (10**12, "9999-12-31", 0),
        (1 << 62, "9999-12-31", 0),
    ],
)
def test_a_day_of_compromise_out_of_any_calendar_is_the_nearest_that_there_is(
    day: int, since: str, doubtful: int, theft: Theft
) -> None:
    """A list may name any integer; `keys` writes none such, and other people's programs may."""
    (issuer,) = read_source(Path("trust-list.toml"))
    stolen, *others = issuer.keys
    keys = (stolen._replace(compromised_day=day), *others)
    now = int(datetime.now(SHANGHAI).timestamp())
    listed = TrustList(
        number=2,
        issued_at=now,
        expires_at=now + 86_400,
        issuers=(issuer._replace(keys=keys),),
    )
    data = seal_trust_list(listed, theft.bureau.root.signers[:2])
    Path("trust-list.cbor").write_bytes(data)
    found = theft.of_key("--json").json
    assert found["since"] == since
    assert sum(each["doubtful"] for each in found["licenses"]) == doubtful
    assert theft.of_key().status == 0


def test_a_key_that_nobody_doubts_has_signed_nothing_doubtful(theft: Theft) -> None:
    found = theft.of_key("--json").json
    assert found["since"] is None
    assert not any(each["doubtful"] for each in found["licenses"])
    assert len(found["licenses"]) == 5


def test_the_operators_own_day_goes_before_the_lists(theft: Theft) -> None:
    theft.answer()
    found = theft.of_key("--since", BEFORE.date(), "--json").json
    assert found["since"] == str(BEFORE.date())
    assert all(each["doubtful"] for each in found["licenses"])


def test_a_person_reads_the_list_in_both_languages(theft: Theft) -> None:
    theft.answer()
    head, *lines, total = theft.of_key().out.splitlines()
    assert len(lines) == 5
    for line in (head, *lines, total):
        assert CHINESE.search(line)
        assert ENGLISH.search(line)
    (old,) = (line for line in lines if theft.old.number in line)
    assert "stays good" in old
    assert "3 to be reissued" in total


def test_a_superseded_version_counts_no_more(theft: Theft) -> None:
    theft.take_over()
    number = theft.old.number
    assert call("license", "reissue", number, token=theft.token).json["version"] == 2
    assert number not in numbers(theft.of_key("--json").json["licenses"])


# ---- reissued ---------------------------------------------------------------------------------------


def test_what_is_in_doubt_is_reissued_and_the_rest_left_alone(theft: Theft) -> None:
    theft.answer()
    assert [outcome(issued.text) for issued in theft.affected] == ["rejected"] * 3
    done = theft.reissue_key()
    assert done.err == ""
    report = done.json
    assert numbers(report["reissued"]) == [issued.number for issued in theft.affected]
    assert (report["refused"], report["before"], report["over"]) == ([], 1, 1)
    for issued in theft.affected:
        version, text = theft.current_text(issued)
        assert version == 2
        assert outcome(text) == ("attention" if issued is theft.pending else "valid")
    assert theft.current_text(theft.old) == (1, theft.old.text)
    assert outcome(theft.old.text) == "valid"
    assert theft.current_text(theft.void)[0] == 1


def test_a_reissue_keeps_permits_and_pending_items_as_they_were(theft: Theft) -> None:
    theft.answer()
    on_file = theft.bureau.on_file(theft.pending)
    granted = theft.permits[-1]
    shop = Shop(holder=granted.holder, premises=granted.premises)
    # Granted since, and not on the license: to add it is for a person to decide.
    theft.bureau.permit(shop, "tobacco_retail", valid_from=BEFORE.date(), at=datetime.now(SHANGHAI))
    before = call("verify", theft.pending.text).json  # rejected: shows nothing
    assert before["license"] is None
    assert theft.reissue_key().status == 0
    _, text = theft.current_text(theft.pending)
    verdict = call("verify", text).json
    assert [each["number"] for each in verdict["permits"]] == [granted.number]
    assert len(verdict["pending"]) == len(on_file.pending) == 1


def test_run_again_it_finds_nothing_to_do(theft: Theft) -> None:
    theft.answer()
    assert len(theft.reissue_key().json["reissued"]) == 3
    again = theft.reissue_key().json
    assert (again["reissued"], again["refused"], again["before"]) == ([], [], 1)
    assert [theft.current_text(issued)[0] for issued in theft.affected] == [2, 2, 2]


def test_a_dry_run_says_what_would_be_and_does_nothing(theft: Theft) -> None:
    theft.answer()
    would = theft.reissue_key("--dry-run").json["would_reissue"]
    assert numbers(would) == [issued.number for issued in theft.affected]
    assert [theft.current_text(issued)[0] for issued in theft.affected] == [1, 1, 1]


def test_what_cannot_be_reissued_is_named_with_its_reason_and_the_others_are(theft: Theft) -> None:
    theft.answer()
    for permit, move in zip(theft.permits, (Move.SUSPENDED,), strict=False):
        theft.bureau.change(permit, move, at=datetime.now(SHANGHAI))
    done = theft.reissue_key()
    assert done.status == 1
    report = json.loads(done.out)
    suspended, *others = theft.affected
    (refused,) = report["refused"]
    assert (refused["number"], refused["reason"]) == (suspended.number, "LicenseSuspendedError")
    assert CHINESE.search(refused["message"])
    assert "resumed" in refused["message"]
    assert numbers(report["reissued"]) == [issued.number for issued in others]
    (line,) = done.err.splitlines()
    assert suspended.number in line
    assert CHINESE.search(line)
    assert "not reissued" in line


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ("{}", "FactsMissingError"),  # the rules ask for one that nobody has stated any more
        ('{"has_roof": true}', "FactMalformedError"),  # from before facts were held against them
    ],
    ids=["missing", "malformed"],
)
def test_a_premises_that_the_rules_refuse_now_holds_nobody_else_up(
    facts: str, reason: str, theft: Theft
) -> None:
    theft.answer()
    with closing(sqlite3.connect("registry.sqlite3")) as connection:
        connection.execute(
            "UPDATE premises SET facts = ? WHERE id ="
            " (SELECT premises FROM licenses WHERE number = ?)",
            (facts, theft.pending.number),
        )
        connection.commit()
    done = theft.reissue_key()
    assert done.status == 1
    report = json.loads(done.out)
    (refused,) = report["refused"]
    assert (refused["number"], refused["reason"]) == (theft.pending.number, reason)
    assert CHINESE.search(refused["message"])
    assert ENGLISH.search(refused["message"])
    assert len(report["reissued"]) == 2


def test_killed_in_the_middle_and_run_again_each_is_reissued_once(theft: Theft) -> None:
    theft.answer()
    second = theft.affected[1].number
    with closing(sqlite3.connect("registry.sqlite3")) as connection:
        # The transaction of the second license goes on for ever, so that it is killed within it.
        connection.execute(
            "CREATE TRIGGER for_ever BEFORE INSERT ON license_versions"
            f" WHEN NEW.number = '{second}' BEGIN SELECT count(*) FROM (WITH RECURSIVE"
            " n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n); END"
        )
        connection.commit()
    process = subprocess.Popen(
        [*PROGRAM, "license", "reissue-key", theft.key],
        env=os.environ | {"PYTHONPATH": str(ROOT), TOKEN_VARIABLE: theft.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while theft.current_text(theft.affected[0])[0] == 1:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [theft.current_text(issued)[0] for issued in theft.affected] == [2, 1, 1]
    with closing(sqlite3.connect("registry.sqlite3")) as connection:
        connection.execute("DROP TRIGGER for_ever")
        connection.commit()
    report = theft.reissue_key().json
    assert numbers(report["reissued"]) == [issued.number for issued in theft.affected[1:]]
    assert [theft.current_text(issued)[0] for issued in theft.affected] == [2, 2, 2]


def test_a_person_at_a_terminal_sees_how_far_it_is(theft: Theft) -> None:
    theft.answer()
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "license", "reissue-key", theft.key],
        env=os.environ | {"PYTHONPATH": str(ROOT), TOKEN_VARIABLE: theft.token},
        stdout=subprocess.DEVNULL,
        stderr=its,
    )
    assert process.wait() == 0
    os.close(its)
    seen = os.read(ours, 65_536).decode()
    os.close(ours)
    assert [line.strip() for line in seen.split("\r") if line.strip()] == [
        f"换发 reissuing {done}/3" for done in (1, 2, 3)
    ]


# ---- refused as a whole -----------------------------------------------------------------------------


def test_a_key_that_nobody_knows_is_refused(theft: Theft) -> None:
    for action in ("of-key", "reissue-key"):
        said = call("license", action, "0123abcd", token=theft.token).refusal
        assert "0123abcd" in said


def test_without_a_day_nothing_is_reissued(theft: Theft) -> None:
    theft.take_over()
    assert "--since" in theft.reissue_key().refusal
    assert theft.reissue_key("--since", TODAY, "--dry-run").status == 0


def test_the_key_in_doubt_does_not_reissue_what_it_has_signed(theft: Theft) -> None:
    assert "issuer_key" in theft.reissue_key("--since", TODAY).refusal
    assert [theft.current_text(issued)[0] for issued in theft.affected] == [1, 1, 1]


def test_a_service_without_a_key_reissues_nothing(theft: Theft) -> None:
    theft.take_over()
    Path("standby.pem").unlink()
    assert "no signing key" in theft.reissue_key("--since", TODAY).refusal


@pytest.mark.parametrize("action", ["of-key", "reissue-key"])
def test_a_department_neither_lists_nor_reissues(action: str, theft: Theft) -> None:
    department = token_for("--department", "scjg", "--kind", "food_business")
    assert "only the bureau" in call("license", action, theft.key, token=department).refusal


@pytest.mark.parametrize("key", ["", "44a56df", "44A56DF1", "44a56df1f", "xyz"])
def test_what_is_no_key_id_is_wrong_usage(key: str, theft: Theft) -> None:
    done = call("license", "of-key", key, token=theft.token)
    assert (done.status, done.out) == (2, "")
