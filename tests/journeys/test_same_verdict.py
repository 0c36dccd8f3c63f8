"""One sheet, four entrances: scanner offline, scanner online, API and page say the same.

The service runs as a process of its own on 127.0.0.1, the scanner as a program; the pictures are
photographs of the printed sheets.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.demo.district import CHAOYANG, build_district
from tests.demo.serving import served
from tests.demo.story import Printed, page_of, print_everything, run, scan
from tests.photographs import DIM, FAR, STRAIGHT, TILTED, photograph

SHOTS = (STRAIGHT, TILTED, FAR, DIM)
SAMPLES = [f"S{number:02d}" for number in range(1, 26)]

Verdict = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """The sample printed and photographed, the service up, and what the scanner said."""

    url: str
    printed: dict[str, Printed]
    photographs: dict[str, Path]
    offline: dict[str, Verdict]
    online: dict[str, Verdict]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street") / "district"
    district = build_district(folder, at=datetime.now(UTC))
    printed = {each.license.business.id: each for each in print_everything(district)}
    district.close()
    photographs = {}
    for place, (identity, each) in enumerate(printed.items()):
        photographs[identity] = folder / f"{identity}.jpg"
        shot = SHOTS[place % len(SHOTS)]
        photographs[identity].write_bytes(photograph(page_of(each.sheet), shot=shot))
    pictures = list(photographs.values())
    with served(folder) as url:
        trust = ("--bundle", folder / "bundle", "--root", folder / "root.cbor")
        offline = scan("--offline", *trust, *pictures)
        store = folder / "scanner"
        run("sync", url, "--root", folder / "root.cbor", "--store", store)
        online = scan("--store", store, "--server", url, *pictures)
        yield Street(
            url=url,
            printed=printed,
            photographs=photographs,
            offline=_by_sample(offline),
            online=_by_sample(online),
        )


@pytest.mark.parametrize("identity", SAMPLES)
def test_a_photographed_sheet_scans_to_its_right_outcome_offline_and_online(
    street: Street, identity: str
) -> None:
    business = street.printed[identity].license.business
    for verdict in (street.offline[identity], street.online[identity]):
        assert verdict["outcome"] == business.outcome
        codes = [reason["code"] for reason in verdict["reasons"]]
        assert business.reason is None or business.reason in codes
        assert verdict["license"]["holder"]["name"] == business.name


@pytest.mark.parametrize("identity", SAMPLES)
def test_scanner_api_and_page_say_the_same(street: Street, identity: str) -> None:
    text = street.printed[identity].text
    answered = _ask(street.url, text)
    assert _essence(street.offline[identity]) == _essence(answered)
    assert _essence(street.online[identity]) == _essence(answered)
    if street.printed[identity].license.business.division != CHAOYANG.code:
        return  # its symbol opens its own district's page: see below
    page = _page(street.url, text)
    assert re.search(rf'<body class="[^"]*\b{answered["outcome"]}\b', page)
    assert answered["license"]["number"] in page
    for permit in answered["permits"]:
        assert permit["number"] in page
    for reason in answered["reasons"]:
        assert _as_paged(reason) in page


def _as_paged(reason: Verdict) -> str:
    """Its message, with the day that it names in the form of the page's other days."""
    message, day = reason["message"]["zh"], reason.get("valid_until")
    if day is None:
        return str(message)
    year, month, number = map(int, day.split("-"))
    return str(message.replace(day, f"{year}年{month}月{number}日"))


def test_another_districts_license_under_our_address_is_rejected(street: Street) -> None:
    page = _page(street.url, street.printed["S25"].text)
    assert re.search(r'<body class="[^"]*\brejected\b', page)
    assert street.printed["S25"].license.business.name not in page


def test_the_registry_is_asked_online_for_its_own_and_not_offline(street: Street) -> None:
    assert street.offline["S02"]["checked"]["registry"] == "not_checked"
    assert street.online["S02"]["checked"]["registry"] == "passed"
    assert street.online["S25"]["checked"]["registry"] == "not_checked"  # Haidian's own registry


def test_a_photograph_sent_to_the_api_gets_the_same_verdict(street: Street) -> None:
    boundary = "boundary"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="photograph"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode()
    body += street.photographs["S11"].read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(
        f"{street.url}/api/v1/verify",
        body,
        {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    with urllib.request.urlopen(request) as answer:
        (code,) = json.load(answer)["codes"]
    assert _essence(code["verdict"]) == _essence(street.online["S11"])


def _ask(url: str, text: str) -> Verdict:
    request = urllib.request.Request(
        f"{url}/api/v1/verify",
        json.dumps({"text": text}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        verdict: Verdict = json.load(answer)
    return verdict


def _page(url: str, text: str) -> str:
    with urllib.request.urlopen(f"{url}/{text.split('/', 3)[3]}") as answer:
        page: str = answer.read().decode()
    return page


def _by_sample(answers: list[dict[str, Any]]) -> dict[str, Verdict]:
    verdicts = {}
    for answer in answers:
        (code,) = answer["codes"]
        verdicts[Path(answer["picture"]).stem] = code["verdict"]
    return verdicts


def _essence(verdict: Verdict) -> Verdict:
    """A verdict without its instants, and without whether the registry was there to ask."""
    essence = {key: value for key, value in verdict.items() if key != "as_of"}
    essence["checked"] = {**verdict["checked"], "registry": None}
    return essence
