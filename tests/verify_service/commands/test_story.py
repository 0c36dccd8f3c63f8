"""The whole story by command line, each step a process of its own, as people would tell it."""

import io
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from keys.__main__ import main as keys_main
from tests.verify_service.bureau import read_bundle
from tests.verify_service.commands.counter import (
    SETTINGS,
    USCC,
    Done,
    call,
    day,
    run,
    set_up,
    sign_trust_list,
)


@pytest.mark.slow
def test_a_license_is_issued_printed_verified_and_falls_with_its_permit(tmp_path: Path) -> None:
    set_up(tmp_path)

    def step(*arguments: object, token: str | None = None, stdin: str = "") -> Done:
        done = run(*arguments, folder=tmp_path, token=token, stdin=stdin)
        assert (done.status, done.err) == (0, ""), arguments
        return done

    assert step("database", "create").json["done"] == "create"
    bureau = step("token", "create", "--bureau", "--label", "窗口").json["token"]
    kinds = ("--kind", "food_business", "--kind", "bj_small_food")
    department = step("token", "create", "--department", "scjg", *kinds, "--label", "食品科").json[
        "token"
    ]

    step("holder", USCC, "北京雾屿咖啡有限公司", token=bureau)
    premises = step(
        *("premises", USCC, "北京市朝阳区朝外街道雾屿路8号底商2", "--division", "110105"),
        *("--position", "39.9587123,116.5314567", "--gcj02"),
        *("--facts", '{"water_jurisdiction": "district"}'),
        token=bureau,
    ).json["id"]
    entered = step(
        *("permit", "enter", "food_business", "JY21105030026657", "--holder", USCC),
        *("--premises", premises, "--from", day(-20), "--until", day(900)),
        token=department,
    ).json
    assert (entered["state"], entered["version"], entered["department"]) == ("in_force", 1, "scjg")

    issued = step(
        "license", "issue", USCC, premises, "25", "--applied-for", "25-04", token=bureau
    ).json
    number, text = issued["number"], issued["text"]
    assert number == f"朝综许25-{day(0)[:4]}-00001"

    step("license", "sheet", number, "--output", "sheet.pdf", token=bureau)
    step("license", "symbol", number, "--output", "symbol.png", token=bureau)
    step(
        *("license", "symbol", number, "--profile", "city-code", "--output", "city.txt"),
        token=bureau,
    )
    document = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")
    sheet = document[0].render(scale=2).to_pil()
    document.close()
    symbol = Image.open(io.BytesIO((tmp_path / "symbol.png").read_bytes()))
    for picture in (sheet, symbol):
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [text]

    city_code = (tmp_path / "city.txt").read_text("ascii")
    for shown in (text, city_code):
        verdict = step("verify", "-", stdin=f"{shown}\n").json
        assert verdict["outcome"] == "attention"
        assert [reason["code"] for reason in verdict["reasons"]] == ["pending-item"]
        assert verdict["license"]["number"] == number
        assert verdict["checked"]["registry"] == "passed"

    changed = step(
        *("permit", "change", "food_business", "JY21105030026657", "revoked"),
        *("--grounds", "经查存在严重违法行为", "--document", "朝市监罚〔2026〕1号"),
        token=department,
    ).json
    assert changed["licenses"] == [
        {"number": number, "version": 1, "state": "void", "reason": "permit-revoked"}
    ]
    verdict = step("verify", text, "--near", "39.9573,116.5252").json
    assert verdict["outcome"] == "not_in_force"
    assert {reason["code"] for reason in verdict["reasons"]} >= {"license-void", "permit-revoked"}

    files = step("publish", "bundle").json["files"]
    assert "bundle/trust-list.cbor" in files
    (listed,) = read_bundle(tmp_path / "bundle", tmp_path / "root.cbor").status.values()
    assert listed.read(0, 2) == (1, 14)


def test_the_keys_may_have_passphrases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(tmp_path)
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse")
    secret.chmod(0o600)
    (tmp_path / "issuer.pub.pem").unlink()
    (tmp_path / "issuer.pem").unlink()
    (tmp_path / "trust-list.cbor").unlink()  # of the key before it, and of the same number
    arguments = ["create", str(tmp_path / "issuer.pem"), "--passphrase-file", str(secret)]
    assert keys_main(arguments) == 0
    sign_trust_list(tmp_path)
    uri = "file:issuer.pem?passphrase-file=passphrase"
    (tmp_path / "settings.toml").write_text(SETTINGS.replace("file:issuer.pem", uri), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert call("database", "create").status == 0
    assert call("publish", "bundle").status == 0
    secret.write_text("wrong")
    refused = call("publish", "bundle").refusal
    assert "issuer.pem" in refused
    assert "passphrase" in refused
