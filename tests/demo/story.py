"""Print every sheet, photograph one, scan them all offline and online, and compare."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from tests.demo.district import SampleDistrict, SampleLicense
from tests.photographs import TILTED, photograph
from verify_service.issuing.symbol import make_symbol, to_png

PHOTOGRAPHED = "S11"
DPI = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A license with its files."""

    license: SampleLicense
    text: str
    sheet: Path
    symbol: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was expected of a picture, and what the scanner said of it."""

    id: str
    number: str
    holder: str
    picture: str
    expected: str
    offline: str
    online: str
    reasons: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return self.expected == self.offline == self.online


def print_everything(district: SampleDistrict) -> tuple[Printed, ...]:
    """Write sheets, symbols, texts.json, the bundle, and the photograph of one sheet."""
    folder = district.folder
    for name in ("sheets", "symbols", "photographs"):
        (folder / name).mkdir(exist_ok=True)
    printed = []
    for license in district.licenses:
        number = license.issued.number
        sheet = folder / "sheets" / f"{number}.pdf"
        sheet.write_bytes(district.service_of(license.business).sheets.sheet(number))
        symbol = folder / "symbols" / f"{number}.png"
        symbol.write_bytes(to_png(make_symbol(license.issued.text)))
        printed.append(
            Printed(license=license, text=license.issued.text, sheet=sheet, symbol=symbol)
        )
    texts = {each.license.issued.number: each.text for each in printed}
    (folder / "texts.json").write_text(
        json.dumps(texts, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    # As the server does when it starts: what has run out is recorded, and lists say so.
    district.chaoyang.sweep(clock=lambda: district.at)
    district.chaoyang.publisher.write_bundle(folder / "bundle", at=district.at)
    shown = next(each for each in printed if each.license.business.id == PHOTOGRAPHED)
    picture = folder / "photographs" / f"{shown.license.issued.number}.jpg"
    picture.write_bytes(photograph(page_of(shown.sheet), shot=TILTED))
    return tuple(printed)


def page_of(sheet: Path) -> Image.Image:
    """The first page of a sheet as a picture."""
    document = pypdfium2.PdfDocument(sheet)
    try:
        picture: Image.Image = document[0].render(scale=DPI / 72).to_pil()
    finally:
        document.close()
    return picture


def scan_everything(
    district: SampleDistrict, printed: tuple[Printed, ...], url: str
) -> tuple[Row, ...]:
    """Scan every symbol and the photograph, once offline and once with the service asked."""
    folder = district.folder
    photographs = sorted((folder / "photographs").iterdir())
    pictures = [each.symbol for each in printed] + photographs
    offline = scan(
        "--offline", "--bundle", folder / "bundle", "--root", folder / "root.cbor", *pictures
    )
    store = folder / "scanner"
    run("sync", url, "--root", folder / "root.cbor", "--store", store)
    online = scan("--store", store, "--server", url, *pictures)
    by_number = {each.license.issued.number: each for each in printed}
    rows = []
    for picture, first, second in zip(pictures, offline, online, strict=True):
        each = by_number[picture.stem]
        verdict = only_verdict(second)
        rows.append(
            Row(
                id=each.license.business.id,
                number=picture.stem,
                holder=each.license.business.name,
                picture=f"{picture.parent.name}/",
                expected=each.license.business.outcome,
                offline=only_verdict(first)["outcome"],
                online=verdict["outcome"],
                reasons=tuple(reason["code"] for reason in verdict["reasons"]),
            )
        )
    return tuple(rows)


def scan(*arguments: object) -> list[dict[str, Any]]:
    """Run ``mobile-scanner scan --json``; gives its list."""
    done = run("scan", "--json", *arguments)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run the scanner's program; refuses a wrong usage (3) and pictures without a code (2)."""
    command = [sys.executable, "-m", "mobile_scanner", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")
    return done


def show_table(rows: tuple[Row, ...]) -> None:
    """Print what came out, for people."""
    print(f"\n{'':4}{'编号 number':24}{'图 picture':16}{'应为 expected':18}", end="")
    print(f"{'离线 offline':18}{'联网 online':18}理由 reasons")
    for row in rows:
        mark = "✓" if row.is_right else "✗"
        print(
            f"{mark:2}{row.id:4} {row.number:20}{row.picture:15} {row.expected:16} "
            f"{row.offline:16} {row.online:16} {', '.join(row.reasons)}"
        )


def only_verdict(answer: dict[str, Any]) -> dict[str, Any]:
    """The verdict on a picture or typed line that holds one code."""
    (code,) = answer["codes"]
    verdict: dict[str, Any] = code["verdict"]
    return verdict
