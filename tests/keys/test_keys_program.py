"""``python -m keys`` from the first key to a trust list that a service takes, and on from there."""

import os
import re
import stat
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from credential.days import SHANGHAI, day_of
from credential.offer import Offer, seal_offer
from credential.roots import open_root
from credential.trust import TrustedKey
from credential.trust_list import open_trust_list
from keys.__main__ import main
from keys.files import create_key, load_private, load_publics
from keys.source import read_source

ROOT = Path(__file__).parents[2]
TODAY = datetime.now(SHANGHAI).date()
SOURCE = f"""
# kept by the office of the root
[[issuers]]
code = "110105"
name = "北京市朝阳区政务服务局"
name_en = "Chaoyang District Government Services Bureau"
host = "yz.chaoyang.example"
number_prefix = "朝综许"
[[issuers.keys]]
public = "issuer.pub.pem"
from = {TODAY - timedelta(days=300)}
[[issuers.scopes]]
from = {TODAY - timedelta(days=300)}
"""
CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[a-z]{3}")


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def run(*arguments: object, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "keys", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_key_is_made_and_shown_by_a_process_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    arguments = ("create", "root.pem", "--suite", "Ed25519", "--passphrase-file", "passphrase")
    done = run(*arguments, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "root.pem" in done.stdout
    assert stat.S_IMODE((tmp_path / "root.pem").stat().st_mode) == 0o600
    assert "ENCRYPTED" in (tmp_path / "root.pem").read_text()
    shown = run("public", "file:root.pem?passphrase-file=passphrase", folder=tmp_path)
    assert shown.stdout == (tmp_path / "root.pub.pem").read_text()


TICKS = count()


def now() -> datetime:
    """A second later each time: an instant of signing is a whole second."""
    return datetime.now(SHANGHAI) + timedelta(seconds=next(TICKS))


def do(*arguments: object, at: datetime | None = None) -> None:
    assert main([str(each) for each in arguments], at=at or now()) == 0


def sign(draft: str, output: str, *holders: str, under: tuple[str, ...] = ("root.cbor",)) -> None:
    """Sign a draft with holders' keys, and put it together."""
    for holder in holders:
        do("sign", draft, "--key", f"file:{holder}.pem", "--output", f"{draft}.{holder}")
    signed = [f"{draft}.{holder}" for holder in holders]
    roots = [word for name in under for word in ("--root", name)]
    do("combine", draft, *signed, *roots, "--output", output)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three holders with their root, an issuer's key, and the source of the first list."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two", "three", "issuer"):
        do("create", f"{name}.pem")
    holders = [f"--holder={name}={name}.pub.pem" for name in ("one", "two", "three")]
    do("root", *holders, "--threshold", 2, "--output", "root.draft")
    sign("root.draft", "root.cbor", "one", "two", under=())
    (tmp_path / "trust-list.toml").write_text(SOURCE, "utf-8")
    return tmp_path


def refusal(
    capsys: pytest.CaptureFixture[str], *arguments: object, at: datetime | None = None
) -> str:
    """What is said of arguments that are refused: in Chinese and in English, and no traceback."""
    capsys.readouterr()
    assert main([str(each) for each in arguments], at=at or now()) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("错误 / error: ")
    assert "Traceback" not in said.err
    words = said.err.removeprefix("错误 / error: ")
    assert CHINESE.search(words)
    assert ENGLISH.search(words)
    return said.err


DRAFT = ("trust-list", "trust-list.toml", "--root", "root.cbor")


def first_list() -> None:
    do(*DRAFT, "--output", "1.draft")
    sign("1.draft", "1.cbor", "one", "three")


def test_the_ceremony_from_end_to_end(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first_list()
    root = open_root((folder / "root.cbor").read_bytes())
    assert open_trust_list((folder / "1.cbor").read_bytes(), root).number == 1
    capsys.readouterr()
    do("inspect", "1.cbor", "--root", "root.cbor")
    said = capsys.readouterr().out
    (key,) = load_publics(folder / "issuer.pub.pem")
    assert "trust list 1" in said
    assert "110105 北京市朝阳区政务服务局" in said
    assert f"✔ {key.key_id.hex()}  ES256" in said
    assert re.search(r"signed  [0-9a-f]{8}  one", said)
    assert re.search(r"signed  [0-9a-f]{8}  three", said)
    do("publish", "1.cbor", "--root", "root.cbor", "--into", "service")
    assert (folder / "service/roots/1.cbor").read_bytes() == (folder / "root.cbor").read_bytes()
    assert (folder / "service/trust-list.cbor").read_bytes() == (folder / "1.cbor").read_bytes()


def test_a_key_lives_from_its_announcement_to_its_compromise(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    do("create", "next.pem", "--suite", "Ed25519")
    (key,), (old,) = load_publics(folder / "next.pub.pem"), load_publics(folder / "issuer.pub.pem")
    announced = ("announce", "trust-list.toml", "next.pub.pem", "--issuer", "110105")
    do(*announced, "--from", day(20))
    new = ("--previous", "1.cbor", "--output", "2.draft")
    assert day(31) in refusal(capsys, *DRAFT, *new)  # too soon
    assert not (folder / "2.draft").exists()
    do("activate", "trust-list.toml", key.key_id.hex(), "--from", day(31))
    do(*DRAFT, *new)
    sign("2.draft", "2.cbor", "two", "three")
    do("retire", "trust-list.toml", old.key_id.hex(), "--until", day(40))
    do("compromise", "trust-list.toml", old.key_id.hex(), "--since", day(-5))
    assert "# kept by the office of the root" in (folder / "trust-list.toml").read_text("utf-8")
    (issuer,) = read_source(folder / "trust-list.toml")
    assert [each.key_id for each in issuer.keys] == [old.key_id, key.key_id]
    do(*DRAFT, "--previous", "2.cbor", "--output", "3.draft")
    capsys.readouterr()
    do("inspect", "3.draft", "--on", day(0))
    said = capsys.readouterr().out
    assert re.search(rf"✘ {old.key_id.hex()}.*自 {day(-5)} 起", said)
    assert re.search(rf"… {key.key_id.hex()}  Ed25519 .*announced", said)


def test_a_holder_leaves_and_another_comes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    do("create", "four.pem")
    holders = [f"--holder={name}={name}.pub.pem" for name in ("two", "three", "four")]
    more = ("--threshold", 2, "--previous", "root.cbor", "--output", "root-2.draft")
    do("root", *holders, *more)
    sign("root-2.draft", "root-2.cbor", "one", "two", "three")
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft")
    sign("2.draft", "2.cbor", "one", "two", "four", under=("root.cbor", "root-2.cbor"))
    do("publish", "1.cbor", "--root", "root.cbor", "--into", "service")
    both = ("--root", "root.cbor", "--root", "root-2.cbor", "--into", "service")
    do("publish", "2.cbor", *both)
    names = {path.name for path in (folder / "service" / "roots").iterdir()}
    assert names == {"1.cbor", "2.cbor"}
    # What one and three sign by themselves is of root 1 alone, and comes too late.
    do(*DRAFT, "--previous", "2.cbor", "--output", "3.draft")
    sign("3.draft", "3.cbor", "one", "three")
    refusal(capsys, "publish", "3.cbor", *both)
    assert (folder / "service/trust-list.cbor").read_bytes() == (folder / "2.cbor").read_bytes()


def haidian_offers(folder: Path) -> None:
    """Draft Haidian's offer, and sign it with the key that it names."""
    do("create", "haidian.pem")
    offered = SOURCE.split("[[issuers.scopes]]", maxsplit=1)[0].replace("issuer.pub", "haidian.pub")
    offered = offered.replace("110105", "110108").replace("chaoyang", "haidian")
    offered = re.sub(r"from = .*", f"from = {day(31)}", offered)
    (folder / "offer.toml").write_text(offered, "utf-8")
    do("offer", "offer.toml", "--output", "offer.draft")
    sign("offer.draft", "offer.cbor", "haidian", under=())


def test_a_district_offers_itself_and_is_admitted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    haidian_offers(folder)
    alone = ("combine", "offer.draft", "offer.draft", "--output", "alone.cbor")
    assert "by nobody" in refusal(capsys, *alone)
    admit = ("admit", "trust-list.toml", "offer.cbor", "--from", day(31), "--trial")
    do(*admit, "--industry", "25", "--industry", "26", "--kind", "food_business")
    _, haidian = read_source(folder / "trust-list.toml")
    (scope,) = haidian.scopes
    assert (scope.industries, scope.kinds, scope.trial) == (("25", "26"), ("food_business",), True)
    assert haidian.keys[0].key == load_publics(folder / "haidian.pub.pem")[0]
    assert "110108" in refusal(capsys, *admit)  # once
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft")


def test_a_district_is_admitted_for_nothing_and_for_something_only_one_at_a_time(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    haidian_offers(folder)
    admit = ("admit", "trust-list.toml", "offer.cbor", "--for-nothing")
    refused = refusal(capsys, *admit, "--industry", "25", "--trial")
    assert "--industry --trial" in refused
    do(*admit)
    _, haidian = read_source(folder / "trust-list.toml")
    assert (haidian.code, haidian.scopes) == ("110108", ())
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft")
    assert "recognized for nothing" in capsys.readouterr().out


def test_a_change_that_would_break_needs_a_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    do("create", "next.pem")
    do("announce", "trust-list.toml", "next.pub.pem", "--issuer", "110105", "--from", day(0))
    new = (*DRAFT, "--previous", "1.cbor", "--output", "2.draft")
    assert "--emergency" in refusal(capsys, *new)
    do(*new, "--emergency", "the key was stolen last night")
    assert (folder / "2.draft").exists()
    said = capsys.readouterr().out
    assert "▲ 紧急 emergency, the key was stolen last night" in said
    assert said.count("▲") == 1


def test_what_an_emergency_let_into_a_list_is_asked_again_when_it_is_published(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    into = ("--root", "root.cbor", "--into", "service")
    do("publish", "1.cbor", *into)
    do("create", "next.pem")
    do("announce", "trust-list.toml", "next.pub.pem", "--issuer", "110105", "--from", day(0))
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft", "--emergency", "stolen last night")
    sign("2.draft", "2.cbor", "one", "two")
    assert "publish --emergency WHY" in refusal(capsys, "publish", "2.cbor", *into)
    do("publish", "2.cbor", *into, "--emergency", "stolen last night")
    said = capsys.readouterr().out
    assert "▲ 紧急 emergency, stolen last night: " in said
    assert said.count("▲") == 1


def test_a_list_that_is_compared_with_nothing_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    do(*DRAFT, "--output", "1.draft")
    assert "▲ 未给出上一名单（--previous）" in capsys.readouterr().out
    sign("1.draft", "1.cbor", "one", "two")
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft")
    assert "--previous" not in capsys.readouterr().out


def test_roots_and_a_list_of_others_are_named_and_passed_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    (folder / "service/roots").mkdir(parents=True)
    (folder / "service/roots/5.cbor").write_bytes(b"garbage")
    (folder / "service/trust-list.cbor").write_bytes(b"garbage")
    capsys.readouterr()
    do("publish", "1.cbor", "--root", "root.cbor", "--into", "service")
    said = capsys.readouterr().out
    assert "passed over, not of the roots given: service/roots/5.cbor" in said
    assert "nothing was compared" in said


@pytest.mark.parametrize("behind", [timedelta(seconds=1), timedelta(hours=2)])
def test_a_clock_that_is_behind_the_last_list_drafts_none(
    behind: timedelta, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A scanner that holds the last list would refuse the root that comes with this one."""
    at = now() + timedelta(days=1)
    do(*DRAFT, "--output", "1.draft", at=at)
    sign("1.draft", "1.cbor", "one", "three")
    new = (*DRAFT, "--previous", "1.cbor", "--output", "2.draft")
    for words in ((), ("--emergency", "there is a reason")):
        said = refusal(capsys, *new, *words, at=at - behind)
        assert "set the clock" in said
        assert (at - behind).isoformat(timespec="seconds") in said
        assert at.isoformat(timespec="seconds") in said
    assert not (folder / "2.draft").exists()
    do(*new, at=at)  # within the same second is late enough


def test_a_list_with_no_standby_or_beyond_its_root_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    do(*DRAFT, "--output", "1.draft", "--days", 400)
    said = capsys.readouterr().out
    assert "▲ 110105 明日可签名的密钥 1 个" in said
    assert "▲" not in said.split("▲ 110105")[1]
    do("create", "standby.pem")
    announced = ("announce", "trust-list.toml", "standby.pub.pem", "--issuer", "110105")
    do(*announced, "--from", day(0))
    do(*DRAFT, "--output", "2.draft", "--days", 5000)
    said = capsys.readouterr().out
    assert "▲ 晚于根 1 到期" in said
    assert "明日可签名" not in said


def test_an_offers_signature_is_its_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    haidian_offers(folder)
    assert "申请自身的密钥 the offer's own key" in capsys.readouterr().out


def test_an_emergency_names_everything_that_it_lets_through(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    source = (folder / "trust-list.toml").read_text("utf-8")
    scopes = source.index("[[issuers.scopes]]")
    changed = source[:scopes].replace("yz.chaoyang", "new.chaoyang")
    (folder / "trust-list.toml").write_text(changed, "utf-8")
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft", "--emergency", "the name was sold")
    said = capsys.readouterr().out
    for words in ("YZ.CHAOYANG.EXAMPLE 朝综许", "https://yz.chaoyang.example/status/0", "* *"):
        assert words in said
    assert said.count("▲ 紧急 emergency") == 3


# ---- refusals ---------------------------------------------------------------------------------------


def test_a_key_is_not_made_over_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "one.pem").read_bytes()
    assert "the file exists" in refusal(capsys, "create", "one.pem")
    assert (folder / "one.pem").read_bytes() == before


@pytest.mark.parametrize("name", ["", ".", "/", ".."])
def test_a_key_is_made_under_the_name_of_a_file_alone(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.iterdir())
    refusal(capsys, "create", name)
    refusal(capsys, "create", name, "--public", "new.pub.pem")
    assert sorted(folder.iterdir()) == before


def test_a_key_is_not_made_over_the_public_half_of_another(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a lost key has signed is verified with its public half for years."""
    (folder / "issuer.pem").unlink()
    before = (folder / "issuer.pub.pem").read_bytes()
    assert "issuer.pub.pem" in refusal(capsys, "create", "issuer.pem")
    assert (folder / "issuer.pub.pem").read_bytes() == before
    assert not (folder / "issuer.pem").exists()


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_passphrase_makes_no_unlocked_key(
    content: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = folder / "passphrase"
    secret.write_text(content)
    secret.chmod(0o600)
    said = refusal(capsys, "create", "new.pem", "--passphrase-file", "passphrase")
    assert "passphrase" in said
    assert not (folder / "new.pem").exists()


MISSING = {
    "key": ("public", "file:missing.pem"),
    "source": ("trust-list", "missing", "--root", "root.cbor", "--output", "x"),
    "root": ("trust-list", "trust-list.toml", "--root", "missing", "--output", "x"),
    "draft": ("sign", "missing", "--key", "file:one.pem", "--output", "x"),
    "signature": ("combine", "root.draft", "missing", "--output", "x"),
    "what is looked at": ("inspect", "missing"),
    "holder's key": ("root", "--holder=a=missing", "--threshold", "1", "--output", "x"),
    "source that is edited": ("retire", "missing", "00000000", "--until", "2031-01-01"),
    "offer": ("admit", "trust-list.toml", "missing", "--from", "2031-01-01"),
    "folder": ("create", "missing/new.pem"),
}


@pytest.mark.parametrize("arguments", MISSING.values(), ids=MISSING)
def test_what_is_missing_is_told(
    arguments: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "missing" in refusal(capsys, *arguments)
    assert not (folder / "x").exists()


def lay_traps(folder: Path) -> None:
    """Files that a ceremony's people may take for the right ones."""
    pem = serialization.Encoding.PEM
    for name, curve in (("p384", ec.SECP384R1()), ("k1", ec.SECP256K1())):
        private = ec.generate_private_key(curve)
        path = folder / f"{name}.pem"
        unlocked = serialization.NoEncryption()
        path.write_bytes(private.private_bytes(pem, serialization.PrivateFormat.PKCS8, unlocked))
        path.chmod(0o600)
        (folder / f"{name}.pub.pem").write_bytes(
            private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
    both = (folder / "one.pub.pem").read_bytes() + (folder / "two.pub.pem").read_bytes()
    (folder / "two-keys.pem").write_bytes(both)
    (folder / "open.pem").write_bytes((folder / "one.pem").read_bytes())
    (folder / "open.pem").chmod(0o644)
    create_key(folder / "locked.pem", suite="ES256", passphrase=b"right")
    (folder / "wrong").write_text("wrong")
    (folder / "wrong").chmod(0o600)
    stranger = create_key(folder / "stranger.pem", suite="ES256")
    entry = TrustedKey.of(stranger.verification_key, from_day=day_of(TODAY + timedelta(days=31)))
    (listed,) = read_source(folder / "trust-list.toml")
    taken = listed._replace(keys=(entry,), scopes=(), host="YZ.ELSEWHERE.EXAMPLE")
    offer = Offer(issued_at=int(datetime.now(SHANGHAI).timestamp()), issuer=taken)
    (folder / "other.offer").write_bytes(seal_offer(offer, [stranger]))
    source = (folder / "trust-list.toml").read_text("utf-8")
    (folder / "keyless.toml").write_text(source.replace('public = "issuer.pub.pem"', ""), "utf-8")
    (folder / "trial.toml").write_text(f"{source}trial = 1\n", "utf-8")
    (folder / "keys.toml").write_text(
        source.split("[[issuers.keys]]", maxsplit=1)[0] + "keys = 5\n", "utf-8"
    )
    (folder / "text.toml").write_text('issuers = ["x"]', "utf-8")
    (folder / "deep.toml").write_text(f"issuers = {'[' * 9999}{']' * 9999}", "utf-8")
    (folder / "seen").write_text("right")
    (folder / "seen").chmod(0o644)
    (folder / "no-list.toml").write_text("issuers = [1]", "utf-8")


REFUSED = {
    "a key for a draft": (
        ("sign", "one.pem", "--key", "file:one.pem", "--output", "x"),
        "COSE_Sign",
    ),
    "a public key for a private one": (
        ("sign", "root.draft", "--key", "file:one.pub.pem", "--output", "x"),
        "one.pub.pem",
    ),
    "a private key for a public one": (
        ("root", "--holder=a=one.pem", "--threshold", "1", "--output", "x"),
        "one.pem",
    ),
    "a holder without a name": (
        ("root", "--holder=one.pub.pem", "--threshold", "1", "--output", "x"),
        "NAME=FILE.pub.pem",
    ),
    "a threshold that nobody reaches": (
        ("root", "--holder=a=one.pub.pem", "--threshold", "2", "--output", "x"),
        "threshold 2 of 1",
    ),
    "one holder signs for two": (
        ("combine", "root.draft", "root.draft.one", "root.draft.one", "--output", "x"),
        "signed by 1",
    ),
    "an unknown key is retired": (
        ("retire", "trust-list.toml", "00000000", "--until", "2031-01-01"),
        "00000000",
    ),
    "a key announced twice": (
        ("announce", "trust-list.toml", "issuer.pub.pem", "--issuer", "110105", "--from", day(40)),
        "110105",
    ),
    "a key for an unknown district": (
        ("announce", "trust-list.toml", "one.pub.pem", "--issuer", "110199", "--from", day(40)),
        "110199",
    ),
    "a list with no root to prove it": (
        ("combine", "1.draft", "1.draft.one", "--output", "x"),
        "--root",
    ),
    "a file of two keys is announced": (
        ("announce", "trust-list.toml", "two-keys.pem", "--issuer", "110105", "--from", day(40)),
        "two-keys.pem",
    ),
    "a holder of two keys": (
        ("root", "--holder=a=two-keys.pem", "--threshold", "1", "--output", "x"),
        "two-keys.pem",
    ),
    "a key of P-384 is announced": (
        ("announce", "trust-list.toml", "p384.pub.pem", "--issuer", "110105", "--from", day(40)),
        "p384.pub.pem",
    ),
    "a holder with a key of secp256k1": (
        ("root", "--holder=a=k1.pub.pem", "--threshold", "1", "--output", "x"),
        "k1.pub.pem",
    ),
    "signing with a key of secp256k1": (
        ("sign", "root.draft", "--key", "file:k1.pem", "--output", "x"),
        "k1.pem",
    ),
    "signing with a key that others can read": (
        ("sign", "root.draft", "--key", "file:open.pem", "--output", "x"),
        "0600",
    ),
    "signing with another passphrase": (
        ("sign", "root.draft", "--key", "file:locked.pem?passphrase-file=wrong", "--output", "x"),
        "passphrase",
    ),
    "a district offers itself under another's code": (
        ("admit", "trust-list.toml", "other.offer", "--from", day(31)),
        "110105",
    ),
    "a source without a key's file is edited": (
        ("retire", "keyless.toml", "KEY", "--until", day(40)),
        "issuers[1]",
    ),
    "a source that is no list of districts is edited": (
        ("compromise", "no-list.toml", "KEY", "--since", day(0)),
        "no-list.toml",
    ),
    "what is there already": (
        ("sign", "root.draft", "--key", "file:one.pem", "--output", "root.draft.one"),
        "root.draft.one",
    ),
    "an edit of a source with a number for true": (
        ("retire", "trial.toml", "KEY", "--until", day(40)),
        "issuers[1]: scopes[1]: trial = 1",
    ),
    "a list of keys that is none": (
        ("trust-list", "keys.toml", "--root", "root.cbor", "--output", "x"),
        "issuers[1]: keys = 5",
    ),
    "a district that is a text": (
        ("trust-list", "text.toml", "--root", "root.cbor", "--output", "x"),
        "issuers[1]: 'x'",
    ),
    "a source of great depth": (
        ("trust-list", "deep.toml", "--root", "root.cbor", "--output", "x"),
        "too deeply nested",
    ),
    "a passphrase that others can read": (
        ("sign", "root.draft", "--key", "file:locked.pem?passphrase-file=seen", "--output", "x"),
        "passphrase or PIN can be read by others",
    ),
    "a lifetime beyond any calendar": (
        (
            "trust-list",
            "trust-list.toml",
            "--root",
            "root.cbor",
            "--output",
            "x",
            "--days",
            "9" * 11,
        ),
        "--days",
    ),
    "a last day before the first": (
        ("retire", "trust-list.toml", "KEY", "--until", "2021-01-01"),
        "before",
    ),
}


@pytest.mark.parametrize(("arguments", "named"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_named_and_leaves_nothing(
    arguments: tuple[str, ...], named: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    lay_traps(folder)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    (key,) = load_publics(folder / "issuer.pub.pem")
    known = [key.key_id.hex() if word == "KEY" else word for word in arguments]
    assert named in refusal(capsys, *known)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_no_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2


def test_an_older_list_is_not_published_over_a_newer_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft")
    sign("2.draft", "2.cbor", "one", "two")
    into = ("--root", "root.cbor", "--into", "service")
    do("publish", "2.cbor", *into)
    do("publish", "2.cbor", *into)  # again: nothing changes
    assert "trust-list.cbor: 2" in refusal(capsys, "publish", "1.cbor", *into)
    assert (folder / "service/trust-list.cbor").read_bytes() == (folder / "2.cbor").read_bytes()


def test_an_older_list_is_not_published_over_one_that_the_next_root_does_not_open(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its holder has left; the older one is by those who stay."""
    do(*DRAFT, "--output", "1.draft")
    sign("1.draft", "1.cbor", "two", "three")
    do(*DRAFT, "--previous", "1.cbor", "--output", "2.draft")
    sign("2.draft", "2.cbor", "one", "two")
    do("publish", "2.cbor", "--root", "root.cbor", "--into", "service")
    do("create", "four.pem")
    holders = [f"--holder={name}={name}.pub.pem" for name in ("two", "three", "four")]
    more = ("--threshold", 2, "--previous", "root.cbor", "--output", "root-2.draft")
    do("root", *holders, *more)
    sign("root-2.draft", "root-2.cbor", "two", "three", "four")
    both = ("--root", "root.cbor", "--root", "root-2.cbor", "--into", "service")
    assert "trust-list.cbor: 2, " in refusal(capsys, "publish", "1.cbor", *both)
    assert not (folder / "service/roots/2.cbor").exists()
    # Neither where the root of the list there is not given again.
    last = ("--root", "root-2.cbor", "--into", "service")
    assert "trust-list.cbor: 2, " in refusal(capsys, "publish", "1.cbor", *last)
    do(*DRAFT, "--previous", "2.cbor", "--output", "3.draft")
    sign("3.draft", "3.cbor", "two", "four", under=("root-2.cbor",))
    do("publish", "3.cbor", *both)
    assert (folder / "service/trust-list.cbor").read_bytes() == (folder / "3.cbor").read_bytes()


def test_another_root_of_a_number_is_not_published(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    do("publish", "1.cbor", "--root", "root.cbor", "--into", "service")
    holders = [f"--holder={name}={name}.pub.pem" for name in ("one", "two", "three")]
    do("root", *holders, "--threshold", 1, "--output", "other.draft")
    sign("other.draft", "other.cbor", "one", under=())
    refusal(capsys, "publish", "1.cbor", "--root", "other.cbor", "--into", "service")
    assert (folder / "service/roots/1.cbor").read_bytes() == (folder / "root.cbor").read_bytes()


@pytest.mark.parametrize("name", ["issuer.pub.pem", "trust-list.toml", "root.cbor"])
def test_a_pipe_in_the_place_of_a_file_of_the_ceremony_is_named(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Opening it would wait for ever: nobody writes into it."""
    (folder / name).unlink()
    os.mkfifo(folder / name)
    said = refusal(capsys, *DRAFT, "--output", "x")
    assert name in said
    assert "not a plain file" in said


@pytest.mark.parametrize(
    ("command", "planted"),
    [
        (("publish", "1.cbor", "--root", "root.cbor", "--into", "."), "trust-list.cbor.part"),
        (("publish", "1.cbor", "--root", "root.cbor", "--into", "."), "roots/1.cbor.part"),
        ((*DRAFT, "--previous", "1.cbor", "--output", "2.draft"), "2.draft.part"),
        (("retire", "trust-list.toml", "KEY", "--until", day(40)), "trust-list.toml.part"),
    ],
)
def test_a_link_that_others_have_put_beside_a_file_is_not_written_through(
    command: tuple[str, ...], planted: str, folder: Path
) -> None:
    first_list()
    (folder / "victim").write_bytes(b"mine")
    (folder / "roots").mkdir()
    (folder / planted).symlink_to(folder / "victim")
    (key,) = load_publics(folder / "issuer.pub.pem")
    do(*(key.key_id.hex() if word == "KEY" else word for word in command))
    assert (folder / "victim").read_bytes() == b"mine"
    assert (folder / planted).is_symlink()


def test_a_folder_of_roots_that_is_a_link_is_named_and_nothing_is_published(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_list()
    for name in ("service", "elsewhere"):
        (folder / name).mkdir()
    (folder / "service/roots").symlink_to(folder / "elsewhere", target_is_directory=True)
    said = refusal(capsys, "publish", "1.cbor", "--root", "root.cbor", "--into", "service")
    assert "service/roots" in said
    assert "a link to elsewhere" in said
    assert os.listdir("elsewhere") == []
    assert os.listdir("service") == ["roots"]


def test_a_source_that_nobody_else_may_read_stays_so_when_it_is_edited(folder: Path) -> None:
    source = folder / "trust-list.toml"
    source.chmod(0o600)
    (key,) = load_publics(folder / "issuer.pub.pem")
    do("retire", source, key.key_id.hex(), "--until", day(40))
    assert stat.S_IMODE(source.stat().st_mode) == 0o600


def test_a_source_that_is_a_link_to_nowhere_makes_no_file_there(folder: Path) -> None:
    issuer = read_source(folder / "trust-list.toml")[0]._replace(scopes=())
    signer = load_private(folder / "issuer.pem")
    offer = seal_offer(Offer(issued_at=1_800_000_000, issuer=issuer), [signer])
    (folder / "offer.cbor").write_bytes(offer)
    (folder / "new.toml").symlink_to(folder / "made")
    do("admit", "new.toml", "offer.cbor", "--from", day(40))
    assert not (folder / "made").exists()
    assert [each.code for each in read_source(folder / "new.toml")] == ["110105"]
