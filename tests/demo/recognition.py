"""Who says what of whose license: three services at work, two scanners, and what they are held to."""

import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mobile_scanner.terminal import pad
from tests.demo.communities import BINHAI, Community, Neighborhood
from tests.demo.district import CHAOYANG, HAIDIAN
from tests.demo.expected import EXPECTED, Expected, Moment, Place
from tests.demo.premises import exchange
from tests.demo.serving import served
from tests.demo.story import only_verdict, run, scan
from tests.demo.window import change

_HOME = {Place.BEIJING: CHAOYANG.code, Place.TIANJIN: BINHAI.code}
_SERVICES = {Place.BEIJING: (CHAOYANG, HAIDIAN), Place.TIANJIN: (BINHAI,)}
_PATIENCE = 30.0  # seconds for a service's answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one verifier said of one license, beside what was expected of it."""

    expected: Expected
    verifier: str
    issuer: str
    number: str
    outcome: str
    reasons: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        expected = self.expected
        return (self.outcome, self.reasons, self.names) == (
            expected.outcome,
            expected.reasons,
            expected.names,
        )


def tell(neighborhood: Neighborhood) -> tuple[Answer, ...]:
    """Start the services, let everybody verify, before and after the districts exchange lists."""
    with ExitStack() as stack:
        urls = {
            code: stack.enter_context(served(neighborhood.folder / code))
            for code in neighborhood.services
        }
        return tuple(_tell(neighborhood, urls))


def _tell(neighborhood: Neighborhood, urls: Mapping[str, str]) -> Iterator[Answer]:
    beijing, tianjin = neighborhood.beijing, neighborhood.tianjin
    for moment, stick in (
        (Moment.FIRST_STICK, "first-list"),
        (Moment.ANNOUNCED_STICK, "announced"),
    ):
        folder = neighborhood.folder / "sticks" / stick
        yield from _scanned(
            neighborhood,
            moment,
            Place.BEIJING,
            *("--offline", "--bundle", folder, "--root", beijing.folder / "root.cbor"),
            *("--store", folder / "no-store"),
        )
    # Haidian and Chaoyang have exchanged lists today, Binhai's are those of five days ago.
    services = neighborhood.services
    exchange([services[CHAOYANG.code], services[HAIDIAN.code]], at=datetime.now(UTC))
    store = _sync(neighborhood, Place.BEIJING, beijing, urls)
    bar = neighborhood.neighbors["h-bar"].business
    (permit,) = bar.permits
    change(services[HAIDIAN.code], bar, permit, at=datetime.now(UTC))
    yield from _scanned(neighborhood, Moment.BEFORE, Place.BEIJING, "--offline", "--store", store)
    exchange(services.values(), at=datetime.now(UTC))
    for url in urls.values():  # which makes each process look for news now
        _ask(f"{url}/health")
    for place, community in ((Place.BEIJING, beijing), (Place.TIANJIN, tianjin)):
        store = _sync(neighborhood, place, community, urls)
        yield from _scanned(neighborhood, Moment.AFTER, place, "--offline", "--store", store)
        home = urls[_HOME[place]]
        yield from _scanned(neighborhood, Moment.AFTER, place, "--store", store, "--server", home)
        for district in _SERVICES[place]:
            yield from _asked(neighborhood, place, district.code, urls[district.code])


def _sync(
    neighborhood: Neighborhood, place: Place, community: Community, urls: Mapping[str, str]
) -> Path:
    """Bring a scanner up to date from its own district's service."""
    store = neighborhood.folder / "scanners" / _HOME[place]
    store.parent.mkdir(exist_ok=True)
    run("sync", urls[_HOME[place]], "--root", community.folder / "root.cbor", "--store", store)
    return store


def _scanned(
    neighborhood: Neighborhood, moment: Moment, place: Place, *options: object
) -> Iterator[Answer]:
    expected = [each for each in EXPECTED if (each.moment, each.place) == (moment, place)]
    texts = neighborhood.folder / "texts.txt"
    texts.write_text("".join(f"{neighborhood.texts[each.license]}\n" for each in expected), "ascii")
    how = "离线 offline" if "--offline" in options else "联网 online"
    verdicts = [only_verdict(each) for each in scan(*options, "--text", texts)]
    for each, verdict in zip(expected, verdicts, strict=True):
        yield _answer(each, f"扫码 scanner {how}", verdict)


def _asked(neighborhood: Neighborhood, place: Place, code: str, url: str) -> Iterator[Answer]:
    for each in EXPECTED:
        if (each.moment, each.place) == (Moment.AFTER, place):
            body = json.dumps({"text": neighborhood.texts[each.license]}).encode()
            yield _answer(each, f"服务 service {code}", _ask(f"{url}/api/v1/verify", body))


def _ask(url: str, body: bytes | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
        document: dict[str, Any] = json.load(answer)
    return document


def _answer(expected: Expected, verifier: str, verdict: Mapping[str, Any]) -> Answer:
    license = verdict["license"]
    names: tuple[str, ...] = ()
    if license is not None:
        names = (license["industry"]["name"], *(each["name"] for each in verdict["permits"]))
    return Answer(
        expected=expected,
        verifier=verifier,
        issuer="—" if license is None else license["issuer"]["name"],
        number=expected.license if license is None else license["number"],
        outcome=verdict["outcome"],
        reasons=tuple(sorted(reason["code"] for reason in verdict["reasons"])),
        names=names,
    )


def show_answers(answers: Sequence[Answer]) -> None:
    """Print who said what of whose license, and whether it was right."""
    for place, moment in dict.fromkeys(
        (each.expected.place, each.expected.moment) for each in answers
    ):
        print(f"\n{place} · {moment}")
        for each in answers:
            if (each.expected.place, each.expected.moment) != (place, moment):
                continue
            mark = "✓" if each.is_right else "✗"
            print(
                f"  {mark} {pad(each.issuer, 30)} {pad(each.number, 20)} {pad(each.verifier, 26)}"
                f" {each.outcome:14} {', '.join(each.reasons)}  {' · '.join(each.names)}"
            )
            if not each.is_right:
                wanted = each.expected
                print(f"      应为 expected {wanted.outcome} {wanted.reasons} {wanted.names}")
