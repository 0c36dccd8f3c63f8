"""A key was stolen: what it has signed is listed, and what is in doubt is issued again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from credential.days import SHANGHAI
from keys.__main__ import main as keys_main
from keys.files import load_private, load_publics
from tests.ceremonies import sign_source
from tests.verify_service.bureau import BAR
from tests.verify_service.commands.counter import (
    OTHER_USCC,
    USCC,
    Done,
    call,
    sign_trust_list,
)
from tests.verify_service.commands.counter import set_up as set_up_folder
from verify_service.clock import system_clock

TODAY = datetime.now(SHANGHAI).date()
SHOPS = ((USCC, "JY21105030026657"), (OTHER_USCC, "JY21105040032952"))


@pytest.fixture
def standby(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bureau with a second key, which stands in the trust list and signs nothing."""
    monkeypatch.chdir(tmp_path)
    set_up_folder(tmp_path)
    assert keys_main(["create", "standby.pem"]) == 0
    source = tmp_path / "trust-list.toml"
    text = source.read_text("utf-8")
    scopes = text.index("        [[issuers.scopes]]")
    second = (
        f'        [[issuers.keys]]\n        public = "standby.pub.pem"\n        from = {day(-30)}\n'
    )
    source.write_text(text[:scopes] + second + text[scopes:], "utf-8")
    sign_trust_list(tmp_path)
    assert call("database", "create").status == 0
    return tmp_path


@pytest.fixture
def bureau(standby: Path) -> str:
    token: str = call("token", "create", "--bureau", "--label", "b").json["token"]
    return token


@pytest.fixture
def licenses(bureau: str) -> list[tuple[str, str]]:
    """Number and text of two licenses of two shops, both in force."""
    made = call(
        "token", "create", "--department", "scjg", "--kind", "food_business", "--label", "d"
    )
    department = made.json["token"]
    found = []
    for uscc, permit in SHOPS:
        assert call("holder", uscc, "北京雾屿咖啡有限公司", token=bureau).status == 0
        place = ["北京市朝阳区朝外街道雾屿路8号底商2", "--division", "110105"]
        facts = '{"water_jurisdiction": "district"}'
        premises = call("premises", uscc, *place, "--facts", facts, token=bureau).json["id"]
        who = ("--holder", uscc, "--premises", premises, "--from", day(-20))
        assert call("permit", "enter", "food_business", permit, *who, token=department).status == 0
        issued = call("license", "issue", uscc, premises, BAR, token=bureau).json
        found.append((issued["number"], issued["text"]))
    (Path("department.token")).write_text(department)
    return found


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def key_of(name: str) -> str:
    (key,) = load_publics(Path(f"{name}.pub.pem"))
    return key.key_id.hex()


def steal(since: int = 0) -> None:
    """The issuer's key is compromised, the standby signs."""
    source = Path("trust-list.toml")
    public = 'public = "issuer.pub.pem"\n'
    text = source.read_text("utf-8")
    source.write_text(
        text.replace(public, f"{public}        compromised = {day(since)}\n"), "utf-8"
    )
    holders = [load_private(Path(f"root-{place}.pem")) for place in (1, 2)]
    Path("trust-list.cbor").write_bytes(sign_source(source, *holders, number=2, at=system_clock()))
    settings = Path("settings.toml")
    text = settings.read_text("utf-8").replace("file:issuer.pem", "file:standby.pem")
    settings.write_text(text, "utf-8")


def reissue(bureau: str, *more: object) -> Done:
    return call("license", "reissue-key", key_of("issuer"), *more, token=bureau)


def outcome(text: str) -> str:
    answer: str = call("verify", text).json["outcome"]
    return answer


def test_what_a_stolen_key_has_signed_is_issued_again(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    numbers = [number for number, _ in licenses]
    before = call("license", "of-key", key_of("issuer"), token=bureau).json
    assert [each["number"] for each in before["licenses"]] == numbers
    assert (before["doubtful_since"], before["licenses"][0]["doubtful"]) == (None, False)
    steal()
    assert [outcome(text) for _, text in licenses] == ["rejected", "rejected"]
    listed = call("license", "of-key", key_of("issuer"), token=bureau).json
    assert {each["doubtful"] for each in listed["licenses"]} == {True}

    tried = reissue(bureau, "--dry-run").json
    assert (tried["affected"], tried["reissued"]) == (numbers, [])
    done = reissue(bureau).json
    assert [(each["number"], each["version"]) for each in done["reissued"]] == [
        (number, 2) for number in numbers
    ]
    assert done["refused"] == []
    texts = []
    for number in numbers:
        name = f"{numbers.index(number)}.txt"
        assert call("license", "symbol", number, "--output", name, token=bureau).status == 0
        texts.append(Path(name).read_text("ascii"))
    assert [outcome(text) for text in texts] == ["valid", "valid"]
    assert reissue(bureau).json["affected"] == []  # run again: nothing is left
    assert call("license", "of-key", key_of("issuer"), token=bureau).json["licenses"] == []
    assert len(call("license", "of-key", key_of("standby"), token=bureau).json["licenses"]) == 2


def test_what_was_stopped_in_the_middle_goes_on(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    steal()
    first, second = (number for number, _ in licenses)
    assert call("license", "reissue", first, token=bureau).status == 0  # one was done already
    done = reissue(bureau).json
    assert done["affected"] == [second]
    assert [each["number"] for each in done["reissued"]] == [second]


def test_what_was_issued_before_the_doubtful_period_is_left_alone(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    steal(since=1)
    assert [outcome(text) for _, text in licenses] == ["valid", "valid"]
    done = reissue(bureau).json
    assert (done["affected"], done["doubtful_since"]) == ([], day(1))
    earlier = reissue(bureau, "--since", day(0), "--dry-run").json
    assert len(earlier["affected"]) == 2


def test_a_void_license_is_told_and_not_issued_again(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    ended = call(
        *("permit", "change", "food_business", SHOPS[0][1], "revoked", "--grounds", "处罚"),
        *("--token-file", "department.token"),
    )
    assert ended.status == 0
    steal()
    done = reissue(bureau).json
    assert done["not_in_force"] == [licenses[0][0]]
    assert done["affected"] == [licenses[1][0]]


def test_what_is_refused_is_told_and_the_rest_is_done(
    bureau: str, licenses: list[tuple[str, str]]
) -> None:
    ended = call(
        *("permit", "change", "food_business", SHOPS[0][1], "suspended", "--grounds", "整改"),
        *("--token-file", "department.token"),
    )
    assert ended.status == 0
    steal()
    done = reissue(bureau)
    assert done.status == 1
    assert licenses[0][0] in done.out
    assert licenses[1][0] in done.out
    assert "1 件未能换发" in done.err
    assert "1 could not be issued again" in done.err


def test_a_key_that_nobody_knows_is_named(bureau: str, licenses: list[tuple[str, str]]) -> None:
    unknown = call("license", "of-key", "00000000", token=bureau)
    assert (unknown.status, unknown.out) == (2, "")
    assert "00000000: 名单中没有此密钥 the trust list has it not" in unknown.err
    sound = reissue(bureau)  # not compromised, and no day given
    assert (sound.status, sound.out) == (2, "")
    assert "--since" in sound.err
    for wrong in ("0000", "XXXXXXXX", "0000000G", "000000000"):
        assert call("license", "of-key", wrong, token=bureau).status == 2


def test_a_department_may_not_ask(licenses: list[tuple[str, str]]) -> None:
    refused = call("license", "of-key", key_of("issuer"), "--token-file", "department.token")
    assert refused.status == 1
    assert refused.out == ""
