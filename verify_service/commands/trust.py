"""``trust check`` and ``trust show``: whom to trust next, and who is trusted here."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from credential import offer as offers
from credential.days import SHANGHAI, instant_text, seconds_of
from credential.errors import CredentialError
from credential.printable import clean
from credential.trusted import TrustedSet
from keys.inspecting import describe
from keys.plain_files import read_plain
from verify_service.clock import system_clock
from verify_service.commands.desk import UsageError, naming, opened, show
from verify_service.commands.registry import Commands
from verify_service.errors import ServiceError
from verify_service.publishing.errors import ListRefusedError
from verify_service.publishing.trusted_lists import (
    TRUST_LIST,
    admit,
    is_root,
    list_of_delta,
    signed_at,
)
from verify_service.recognition.findings import Finding
from verify_service.recognition.kinds import Severity
from verify_service.recognition.offers import Examined, examine_offer
from verify_service.recognition.samples import examine_lists, examine_symbols, read_lists
from verify_service.service import Service

_MAX_SYMBOLS = 1 << 20  # bytes of a file of texts
_MARKS = {Severity.FAULT: "✘", Severity.WARNING: "▲"}


@dataclass(eq=False, kw_only=True)
class CandidateFaultyError(ServiceError):
    """What was found is printed already; ``faults`` counts it."""

    candidate: str
    faults: int

    zh = "{candidate} 的问题：{faults} 项，勿签署"
    en = "faults of {candidate}: {faults}; do not sign"


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    trust = commands.add_parser("trust", help="who is trusted here, and who asks to be")
    actions = trust.add_subparsers(required=True)
    check = actions.add_parser("check", help="find every fault of a district's offer")
    check.add_argument("candidate", type=Path, help="its offer, signed (keys offer)")
    check.add_argument("--lists", type=Path, metavar="FOLDER", help="a bundle of its lists")
    check.add_argument(
        "--symbol",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="texts of its symbols, one a line; may be repeated",
    )
    check.add_argument("--json", action="store_true", help="for programs")
    check.set_defaults(run=_check)
    actions.add_parser("show", help="who is trusted here, who is not, and why").set_defaults(
        run=_show
    )


def _check(options: argparse.Namespace) -> None:
    if options.symbol and options.lists is None:
        raise UsageError(what="--symbol FILE 须同时给出 needs --lists FOLDER")
    at = system_clock()
    with opened(options) as service:
        service.take_in_trust(at=at)
        trusted = service.lists.current()
        with naming(options.candidate):
            data = read_plain(options.candidate, most=offers.MAX_BYTES)
        examined = examine_offer(data, trust=trusted.trust, root=trusted.root, at=at)
        findings = examined.findings
        if examined.offer is not None and options.lists is not None:
            findings += _samples(options, examined.offer, service, trusted, at)
    faults = sum(each.severity is Severity.FAULT for each in findings)
    if options.json:
        show(
            {
                "candidate": str(options.candidate),
                "faults": faults,
                "warnings": len(findings) - faults,
                "findings": [each.as_dict() for each in findings],
            }
        )
    else:
        _print(_report(examined, findings, at))
    if faults:
        raise CandidateFaultyError(candidate=str(options.candidate), faults=faults)


def _samples(
    options: argparse.Namespace,
    offer: offers.Offer,
    service: Service,
    trusted: TrustedSet,
    at: datetime,
) -> tuple[Finding, ...]:
    if not options.lists.is_dir():
        raise UsageError(what=f"--lists {options.lists}: 没有此文件夹 no such folder")
    samples = examine_lists(
        read_lists(options.lists, offer.issuer.code),
        offer.issuer,
        folder=str(options.lists),
        root=trusted.root,
        catalog=service.office.catalog,
        at=at,
    )
    texts = [text for path in options.symbol for text in _texts(path)]
    return (
        *samples.findings,
        *examine_symbols(texts, offer.issuer, trusted=samples.trusted, at=at),
    )


def _texts(path: Path) -> Sequence[str]:
    with naming(path):
        data = read_plain(path, most=_MAX_SYMBOLS)
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        raise UsageError(what=f"--symbol {path}: 不是文本 no text") from None
    return [line for line in lines if line.strip()]


def _report(examined: Examined, findings: Sequence[Finding], at: datetime) -> Iterator[str]:
    if examined.offer is not None:
        yield from describe(examined.offer, on=at.astimezone(SHANGHAI).date())
    for each in sorted(findings, key=lambda each: each.severity is Severity.WARNING):
        yield f"{_MARKS[each.severity]} {each.code}  {each.message.zh}"
        yield f"    {each.message.en}"
        yield f"    → {each.next_step.zh}"
        yield f"      {each.next_step.en}"
    if not findings:
        yield "✔ 未发现问题 no fault was found"


def _show(options: argparse.Namespace) -> None:
    at = system_clock()
    with opened(options) as service:
        service.take_in_trust(at=at)
        service.take_in_peers(at=at)
        trusted = service.lists.current()
        on = at.astimezone(SHANGHAI).date()
        _print(describe(trusted.root, on=on))
        _print(describe(trusted.trust, on=on))
        if trusted.trust.expires_at <= seconds_of(at):
            print("  ✘ 已过期，不能再据以认定有效 expired: nothing is valid by it any more")
        _print(_lists(service, trusted))


def _lists(service: Service, trusted: TrustedSet) -> Iterator[str]:
    """What each issuer has published, as it is held here, and what was left out."""
    yield "名单 lists"
    alone = trusted.without_lists()
    for artifact in service.publisher.manifest():
        name = artifact.name
        if name == TRUST_LIST or is_root(name) or list_of_delta(name) is not None:
            continue
        try:
            held = admit(alone, artifact.name, artifact.content)
        except (CredentialError, ListRefusedError) as error:
            yield f"  ✘ {artifact.name}  未采用 left out: {error}"
            continue
        yield f"  ✔ {artifact.name}  {instant_text(signed_at(held, artifact.name))}"


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        print(clean(line))  # names are of those who ask to be trusted
    sys.stdout.flush()
