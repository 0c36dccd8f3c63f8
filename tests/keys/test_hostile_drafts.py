"""Drafts of people who mean no good: days out of any calendar, names that write on the screen.

Whoever looks at one sees what it says, on lines that are ours; whoever is to sign it signs what could
be shown, or nothing.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from credential.multisign import UnverifiedSign, cosign, write_sign
from credential.offer import Offer, draft_offer, open_offer, read_offer, seal_offer
from credential.roots import Root, RootKey, draft_root, open_root
from credential.trust import Issuer, Scope, TrustedKey, TrustList
from credential.trust_list import draft_trust_list, open_trust_list
from keys.__main__ import main
from keys.files import create_key, load_public, write_public
from tests.vectors.district import CHAOYANG, CHAOYANG_KEY, HAIDIAN_KEY, STRANGER_KEY, key

ROOT = Path(__file__).parents[2]
DAYS = [-(1 << 63), -(10**12), -737_425, 0, 32_768, 2_914_635, 10**12, 1 << 62, (1 << 63) - 1]
NOW = int(time.time())
ESCAPES = "张\x1b[2J\x1b[1;1H\x9b1A\r\n✔ 根 root 1: 2 人签即可\u202e\u2028"
LINE = "✔ 根 root 1: 2 人签即可"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    create_key(tmp_path / "one.pem", suite="ES256")
    return tmp_path


def entry(**fields: Any) -> Issuer:
    return CHAOYANG._replace(scopes=())._replace(**fields)


def with_day(field: str, day: int) -> TrustedKey:
    fields: dict[str, Any] = {field: day}
    return key(CHAOYANG_KEY)._replace(**fields)


def trust_list(issuer: Issuer) -> UnverifiedSign:
    return draft_trust_list(
        TrustList(number=7, issued_at=NOW, expires_at=NOW + 90 * 86_400, issuers=(issuer,))
    )


def root_of(holder: str) -> Root:
    keys = (
        RootKey(holder=holder, key=STRANGER_KEY.verification_key),
        RootKey(holder="李 Li", key=HAIDIAN_KEY.verification_key),
    )
    return Root(number=1, threshold=1, keys=keys, issued_at=NOW, expires_at=NOW + 86_400_000)


def offer(issuer: Issuer) -> bytes:
    return seal_offer(Offer(issued_at=NOW, issuer=issuer), [CHAOYANG_KEY])


def write(message: UnverifiedSign | bytes, name: str = "draft") -> str:
    Path(name).write_bytes(message if isinstance(message, bytes) else write_sign(message))
    return name


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def sign(capsys: pytest.CaptureFixture[str], draft: str) -> tuple[int, str, str]:
    return call(capsys, "sign", draft, "--key", "file:one.pem", "--output", "signed")


def assert_plain(*texts: str) -> None:
    for line in "\n".join(texts).split("\n"):
        assert line.replace("\u3000", " ").isprintable()
        assert line != LINE


# ---- days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("field", ["from_day", "until_day", "compromised_day"])
def test_a_key_s_days_are_shown_whatever_they_are(
    field: str, day: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = with_day(field, day)
    draft = write(trust_list(entry(keys=(odd,))))
    status, shown, _ = call(capsys, "inspect", draft)
    assert status == 0
    assert re.search(rf"{odd.key_id.hex()}  ES256 ", shown)
    status, signed, _ = sign(capsys, draft)
    assert status == 0
    assert signed.startswith(shown.split("  已签 signed")[0])
    assert Path("signed").exists()


@pytest.mark.parametrize("day", DAYS)
def test_a_scope_s_days_are_shown_whatever_they_are(
    day: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scopes = (Scope(from_day=day), Scope(from_day=1, until_day=day))
    status, shown, _ = call(capsys, "inspect", write(trust_list(entry(scopes=scopes))))
    assert (status, shown.count("互认 recognized")) == (0, 2)


def test_a_day_out_of_the_calendar_is_marked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = key(CHAOYANG_KEY)._replace(from_day=10**12)
    _, shown, _ = call(capsys, "inspect", write(trust_list(entry(keys=(odd,)))))
    assert "+1000000000000d（日历之外 beyond the calendar）" in shown
    assert f"… {odd.key_id.hex()}" in shown


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("field", ["from_day", "until_day"])
def test_an_offer_with_a_day_that_no_source_can_name_is_not_admitted(
    field: str, day: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = with_day(field, day)
    path = write(offer(entry(keys=(odd,))), "offer")
    before = sorted(folder.iterdir())
    status, shown, said = call(capsys, "admit", "list.toml", path, "--for-nothing")
    assert (status, shown) == (1, "")
    assert "2109-09-18" in said
    assert odd.key_id.hex() in said
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("on", "mark"), [("2019-06-01", "…"), ("2026-06-15", "✔"), ("2200-01-01", "✔")]
)
def test_a_list_is_looked_at_as_of_any_day(
    on: str, mark: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, shown, _ = call(capsys, "inspect", write(trust_list(entry())), "--on", on)
    assert status == 0
    assert f"  {mark} {key(CHAOYANG_KEY).key_id.hex()}" in shown


def run(encoding: str, *arguments: str | bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "keys", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(("encoding", "name"), [("ascii", "朝阳"), ("gbk", "\U00020000")])
def test_what_a_screen_cannot_show_is_not_signed(encoding: str, name: str, folder: Path) -> None:
    """A terminal without Chinese, say: nobody has read it, so there is no signature."""
    draft = write(trust_list(entry(name=name)))
    done = run(encoding, "sign", draft, "--key", "file:one.pem", "--output", "signed")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"not signed: this screen's encoding lacks characters of the draft" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not Path("signed").exists()


def test_a_chinese_screen_without_our_marks_shows_all_words(folder: Path) -> None:
    draft = write(trust_list(entry()))
    shown = run("gbk", "inspect", draft)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert f"? {key(CHAOYANG_KEY).key_id.hex()}  ES256".encode("gbk") in shown.stdout
    assert "在用 active".encode("gbk") in shown.stdout
    done = run("gbk", "sign", draft, "--key", "file:one.pem", "--output", "signed")
    assert (done.returncode, done.stderr) == (0, b"")
    assert CHAOYANG.name.encode("gbk") in done.stdout
    assert Path("signed").exists()


def test_a_key_is_made_under_a_name_in_no_encoding(folder: Path) -> None:
    done = run("utf-8:strict", "create", b"k\xff.pem")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"k?.pem: ES256 ")
    assert Path(os.fsdecode(b"k\xff.pub.pem")).exists()


# ---- scopes -----------------------------------------------------------------------------------------


def test_a_trial_is_told_before_the_words_of_its_scope(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scopes = (Scope(from_day=1, industries=("25",), kinds=("food", "hygiene"), trial=True),)
    _, shown, _ = call(capsys, "inspect", write(trust_list(entry(scopes=scopes))))
    assert "…  试行 on trial  行业 industries 25  证件 kinds food hygiene\n" in shown


# ---- names ------------------------------------------------------------------------------------------

NAMES: dict[str, UnverifiedSign] = {
    "an issuer's name": trust_list(entry(name=ESCAPES)),
    "its English name": trust_list(entry(name_en=ESCAPES)),
    "its host": trust_list(entry(host=ESCAPES)),
    "its prefix": trust_list(entry(number_prefix=ESCAPES)),
    "its status lists": trust_list(entry(status_uri=f"https://a/{ESCAPES}{{list}}")),
    "a kind of a scope": trust_list(entry(scopes=(Scope(from_day=1, kinds=(ESCAPES,)),))),
    "an industry of a scope": trust_list(entry(scopes=(Scope(from_day=1, industries=(ESCAPES,)),))),
    "a holder": draft_root(root_of(ESCAPES)),
    "an offer's name": draft_offer(Offer(issued_at=NOW, issuer=entry(name=ESCAPES))),
    "a host in lower case": trust_list(entry(host="yz.chaoyang.example")),
    "no name": trust_list(entry(name="")),
    "a kind that reads as a trial": trust_list(
        entry(scopes=(Scope(from_day=1, kinds=("hygiene", "food", " 试行 on trial")),))
    ),
    "an industry of two words": trust_list(
        entry(scopes=(Scope(from_day=1, industries=("25 26",)),))
    ),
    "a name that pads to the next line": trust_list(
        entry(name_en=f"Chaoyang){' ' * 80}  互认 recognized for nothing")
    ),
    "a name that is seen as a blank": trust_list(entry(name="\u2800")),
    "a holder without a name": draft_root(root_of("")),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_on_lines_of_ours_and_not_signed(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = write(NAMES[name])
    status, shown, said = call(capsys, "inspect", draft)
    assert (status, said) == (0, "")
    assert_plain(shown)
    status, shown, said = sign(capsys, draft)
    assert (status, shown) == (1, "")
    assert "不得签署" in said
    assert "not to be signed" in said
    assert_plain(said.strip())
    assert not Path("signed").exists()


@pytest.mark.parametrize("name", NAMES)
def test_what_somebody_has_signed_with_such_a_name_is_not_put_together(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = write(NAMES[name])
    signed = write(cosign(NAMES[name], STRANGER_KEY), "one.signed")
    status, _, said = call(capsys, "combine", draft, signed, "--output", "whole")
    assert status == 1
    assert "not to be signed" in said
    assert not Path("whole").exists()


def test_a_verifier_opens_what_is_signed_whatever_it_is_called() -> None:
    """So that a name cannot keep everybody from the next root or list."""
    signed = write_sign(cosign(draft_root(root_of(ESCAPES)), STRANGER_KEY))
    root = open_root(signed)
    assert root.keys[0].holder == ESCAPES
    named = write_sign(cosign(trust_list(entry(name=ESCAPES)), STRANGER_KEY))
    assert open_trust_list(named, root).issuers[0].name == ESCAPES


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ESCAPES),
        ("name_en", " "),
        ("host", "yz.chaoyang.example"),
        ("number_prefix", "朝1"),
    ],
)
def test_an_offer_with_words_that_nobody_is_to_sign_does_not_open(
    field: str, text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = offer(entry(**{field: text}))
    status, shown, said = call(capsys, "admit", "list.toml", write(data, "offer"), "--for-nothing")
    assert (status, shown) == (1, "")
    assert field in said
    assert_plain(said.strip())
    assert not Path("list.toml").exists()
    unsigned = draft_offer(Offer(issued_at=NOW, issuer=entry(**{field: text})))
    assert read_offer(unsigned.unverified_payload)  # for those who look for all of its faults


def test_a_message_of_another_type_names_it_on_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = UnverifiedSign(b"\xa1\x10\x63\x1b[2", "\x1b[2", b"", ())
    _, shown, said = call(capsys, "inspect", write(odd))
    assert_plain(shown.strip(), said.strip())


@pytest.mark.parametrize("holder", [ESCAPES, " ", "a\u202eb"])
def test_a_root_is_not_drafted_with_a_holder_whom_nobody_can_read(
    holder: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_public(Path("one.pub.pem"), STRANGER_KEY.verification_key)
    arguments = ("--threshold", "1", "--output", "draft")
    status, shown, said = call(capsys, "root", f"--holder={holder}=one.pub.pem", *arguments)
    assert (status, shown) == (1, "")
    assert "holder = " in said
    assert_plain(said.strip())
    assert not Path("draft").exists()


@pytest.mark.parametrize("days", ["99999999999", "4000000", "-1", "0"])
def test_a_lifetime_out_of_range_is_refused_in_words(
    days: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_public(Path("one.pub.pem"), STRANGER_KEY.verification_key)
    arguments = ("--threshold", "1", "--output", "draft", "--days", days)
    status, shown, said = call(capsys, "root", "--holder=a=one.pub.pem", *arguments)
    assert (status, shown) == (1, "")
    assert said.startswith("错误 / error: ")
    assert not Path("draft").exists()


# ---- admit: all or nothing --------------------------------------------------------------------------


def candidate(from_day: int = 5000) -> Issuer:
    entries = [
        TrustedKey.of(each.verification_key, from_day=from_day)
        for each in (CHAOYANG_KEY, HAIDIAN_KEY)
    ]
    return entry(keys=tuple(entries))


def two_keys(issuer: Issuer) -> bytes:
    return seal_offer(Offer(issued_at=NOW, issuer=issuer), [CHAOYANG_KEY, HAIDIAN_KEY])


def publics(issuer: Issuer) -> list[Path]:
    return [Path(f"{issuer.code}-{each.key_id.hex()}.pub.pem") for each in issuer.keys]


def test_a_district_is_admitted_with_its_keys_beside_a_new_source(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(two_keys(candidate()), "offer")
    status, shown, _ = call(capsys, "admit", "list.toml", path, "--from", "2200-01-01")
    assert status == 1  # no source can say 2200
    status, shown, _ = call(capsys, "admit", "list.toml", path, "--from", "2109-01-01")
    assert status == 0
    assert all(each.exists() for each in publics(candidate()))
    assert shown.count("已公布，未启用") == 2  # as of today, whatever day it is admitted for
    assert "在用" not in shown


@pytest.mark.parametrize(
    "arguments", [("--from", "2200-01-01"), ("--kind", "Food", "--from", "2040-01-01")]
)
def test_what_fails_leaves_no_file_behind(
    arguments: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(two_keys(candidate()), "offer")
    before = sorted(folder.iterdir())
    status, shown, _ = call(capsys, "admit", "list.toml", path, *arguments)
    assert (status, shown) == (1, "")
    assert sorted(folder.iterdir()) == before


def test_a_source_that_is_malformed_is_left_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("list.toml").write_text("issuers = [", "utf-8")
    path = write(two_keys(candidate()), "offer")
    before = sorted(folder.iterdir())
    assert call(capsys, "admit", "list.toml", path, "--for-nothing")[0] == 1
    assert sorted(folder.iterdir()) == before
    assert Path("list.toml").read_text("utf-8") == "issuers = ["


def test_another_key_in_the_place_of_a_public_file_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer = candidate()
    first, second = publics(issuer)
    write_public(second, STRANGER_KEY.verification_key)
    path = write(two_keys(issuer), "offer")
    status, shown, said = call(capsys, "admit", "list.toml", path, "--for-nothing")
    assert (status, shown) == (1, "")
    assert second.name in said
    assert (first.exists(), Path("list.toml").exists()) == (False, False)
    assert load_public(second) == STRANGER_KEY.verification_key


def test_the_same_key_in_the_place_of_a_public_file_is_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer = candidate()
    write_public(publics(issuer)[1], HAIDIAN_KEY.verification_key)
    path = write(two_keys(issuer), "offer")
    assert call(capsys, "admit", "list.toml", path, "--for-nothing")[0] == 0
    assert open_offer(Path(path).read_bytes()).issuer == issuer
