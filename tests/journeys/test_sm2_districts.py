"""Districts that sign with SM2: issued, printed, photographed, scanned, asked over HTTP, the page read.

The root is SM2's too, so every signature on the way is.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from credential.envelope import read_sign1
from credential.multisign import read_sign
from credential.opening import read_text
from credential.roots import open_root
from credential.signer import SM2
from keys.files import load_private
from tests.demo.district import CHAOYANG, HAIDIAN, build_district
from tests.demo.serving import served
from tests.demo.story import page_of, run, scan
from tests.photographs import STRAIGHT, photograph

ROOT = Path(__file__).parents[2]
# In force, with a pending item, void for a revoked permit, and the other district's.
SAMPLES = ("S02", "S01", "S10", "S25")
each_sample = pytest.mark.parametrize("identity", SAMPLES)
SM2_ALONE = {CHAOYANG.code: "SM2", HAIDIAN.code: "SM2"}
Verdict = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Where the service answers, each sample's symbol, and what the scanner said of its photograph."""

    folder: Path
    url: str
    texts: dict[str, str]
    numbers: dict[str, str]
    expected: dict[str, str]
    offline: dict[str, Verdict]
    online: dict[str, Verdict]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("sm2") / "district"
    district = build_district(folder, at=datetime.now(UTC), suites=SM2_ALONE, root_suite="SM2")
    licenses = {each.business.id: each for each in district.licenses}
    photographs = []
    for identity in SAMPLES:
        license = licenses[identity]
        sheet = folder / f"{identity}.pdf"
        sheet.write_bytes(district.service_of(license.business).sheets.sheet(license.issued.number))
        photographs.append(folder / f"{identity}.jpg")
        photographs[-1].write_bytes(photograph(page_of(sheet), shot=STRAIGHT))
    district.chaoyang.publisher.write_bundle(folder / "bundle", at=district.at)
    district.close()
    with served(folder) as url:
        trust = ("--bundle", folder / "bundle", "--root", folder / "root.cbor")
        offline = scan("--offline", *trust, *photographs)
        store = folder / "scanner"
        run("sync", url, "--root", folder / "root.cbor", "--store", store)
        online = scan("--store", store, "--server", url, *photographs)
        yield Street(
            folder=folder,
            url=url,
            texts={identity: licenses[identity].issued.text for identity in SAMPLES},
            numbers={identity: licenses[identity].issued.number for identity in SAMPLES},
            expected={identity: licenses[identity].business.outcome for identity in SAMPLES},
            offline=by_sample(offline),
            online=by_sample(online),
        )


def by_sample(answers: list[dict[str, Any]]) -> dict[str, Verdict]:
    return {
        Path(answer["picture"]).stem: code["verdict"]
        for answer in answers
        for code in answer["codes"]
    }


def ask(url: str, text: str) -> Verdict:
    request = urllib.request.Request(
        f"{url}/api/v1/verify",
        json.dumps({"text": text}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        verdict: Verdict = json.load(answer)
    return verdict


@each_sample
def test_a_photographed_sheet_comes_out_offline_online_and_from_the_api(
    street: Street, identity: str
) -> None:
    answered = ask(street.url, street.texts[identity])
    assert answered["license"]["number"] == street.numbers[identity]
    assert answered["permits"]
    offline, online = street.offline[identity], street.online[identity]
    for verdict in (offline, online, answered):
        assert verdict["outcome"] == street.expected[identity]
        assert verdict["checked"]["signature"] == "passed"
    for verdict in (offline, online):
        assert verdict["license"] == answered["license"]
        assert verdict["permits"] == answered["permits"]


def test_the_page_says_the_same(street: Street) -> None:
    with urllib.request.urlopen(f"{street.url}/{street.texts['S01'].split('/', 3)[3]}") as answer:
        page = answer.read().decode()
    assert re.search(rf'<body class="[^"]*\b{street.expected["S01"]}\b', page)
    assert street.offline["S01"]["license"]["number"] in page


def test_the_samples_are_in_force_and_void(street: Street) -> None:
    assert set(street.expected.values()) == {"valid", "attention", "not_in_force"}


@each_sample
def test_every_signature_on_the_way_is_sm2s(street: Street, identity: str) -> None:
    message = read_text(street.texts[identity]).message
    assert message.header.algorithm == SM2.algorithm
    lists = list((street.folder / "bundle").rglob("*.cbor"))
    assert len(lists) >= 5  # the trust list, and two lists of each district
    for path in lists:
        assert algorithms_of(path.read_bytes()) == {SM2.algorithm}
    root = open_root((street.folder / "root.cbor").read_bytes())
    assert {each.key.suite for each in root.keys} == {SM2}


def algorithms_of(data: bytes) -> set[int]:
    """What a list's or a root's signatures name."""
    if data[:2] == b"\xd2\x84":
        return {read_sign1(data, max_bytes=len(data)).header.algorithm}
    return {each.algorithm for each in read_sign(data, max_bytes=len(data)).signatures}


def test_an_altered_digit_is_rejected_offline_and_online(street: Street) -> None:
    text = street.texts["S01"]
    forged = text[:-1] + str((int(text[-1]) + 1) % 10)
    assert ask(street.url, forged)["outcome"] == "rejected"
    (street.folder / "forged").write_text(forged, "utf-8")
    trust = ("--bundle", street.folder / "bundle", "--root", street.folder / "root.cbor")
    (answer,) = scan("--offline", *trust, "--text", street.folder / "forged")
    assert [code["verdict"]["outcome"] for code in answer["codes"]] == ["rejected"]


WITHOUT = """
import runpy, sys
from tests.lacking import without_sm2
program, *sys.argv[1:] = sys.argv[1:]
with without_sm2():
    runpy.run_module(program, run_name="__main__", alter_sys=True)
"""


def run_without_sm2(program: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_service_without_sm2_ends_at_start_and_says_why_in_both_languages(street: Street) -> None:
    ended = run_without_sm2(
        "verify_service", "--settings", street.folder / "settings.toml", "serve", "--port", "0"
    )
    assert ended.returncode == 1
    assert "本机没有含国密 SM2 算法的 OpenSSL 3" in ended.stderr
    assert "this system has no OpenSSL 3 with SM2" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (
        load_private(street.folder / f"{CHAOYANG.code}.pem").suite is SM2
    )  # with it, the same key opens


def test_a_scanner_without_sm2_believes_nothing_of_an_sm2_root(street: Street) -> None:
    ended = run_without_sm2(
        *("mobile_scanner", "scan", "--json", "--offline", "--bundle", street.folder / "bundle"),
        *("--root", street.folder / "root.cbor", street.folder / "S01.jpg"),
    )
    assert ended.returncode != 0
    assert "SM2 cannot be used on this system" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_scanner_without_sm2_goes_on_with_other_keys(tmp_path: Path) -> None:
    suites = {CHAOYANG.code: "ES256", HAIDIAN.code: "SM2"}
    mixed = build_district(tmp_path / "mixed", at=datetime.now(UTC), suites=suites)
    licenses = {each.business.id: each for each in mixed.licenses}
    mixed.chaoyang.publisher.write_bundle(tmp_path / "bundle", at=mixed.at)
    mixed.close()
    texts = (licenses[identity].issued.text for identity in ("S02", "S25"))
    (tmp_path / "texts").write_text("\n".join(texts), "utf-8")
    ended = run_without_sm2(
        *("mobile_scanner", "scan", "--json", "--offline", "--bundle", tmp_path / "bundle"),
        *("--root", mixed.folder / "root.cbor"),
        *("--text", tmp_path / "texts"),
    )
    ours, theirs = (
        code["verdict"] for answer in json.loads(ended.stdout) for code in answer["codes"]
    )
    assert (ours["outcome"], ours["reasons"]) == ("valid", [])
    assert theirs["outcome"] == "indeterminate"
    assert [(each["code"], each["suite"]) for each in theirs["reasons"]] == [
        ("suite-unavailable", "SM2")
    ]
    assert f"status/{HAIDIAN.code}/0.cbor" in ended.stderr
    assert "本机不能计算其签名算法 SM2" in ended.stderr
    assert f"status/{CHAOYANG.code}" not in ended.stderr
