"""``license``: the bureau issues, reissues, prints; and anybody verifies."""

import argparse
import sys
import uuid
from pathlib import Path

from credential.claims import Position
from verify_service.access import require_bureau
from verify_service.clock import system_clock
from verify_service.commands import history, key_licenses
from verify_service.commands.desk import (
    UsageError,
    add_token_option,
    naming,
    opened,
    ordinal,
    position,
    principal_of,
    request_key,
    show,
)
from verify_service.commands.registry import Commands
from verify_service.geodesy import Position as CheckedPosition
from verify_service.issuing.application import Application, PermitName
from verify_service.issuing.sealing import city_code_with_proof
from verify_service.issuing.service import ReissueReason
from verify_service.issuing.symbol import make_symbol, read_back, to_png, to_svg
from verify_service.lifecycle.wording import OwnReason
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import latest_license_version


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    license = commands.add_parser("license", help="issue, reissue and print licenses (bureau)")
    actions = license.add_subparsers(required=True)

    issue = actions.add_parser("issue", help="issue a license from permits on file")
    issue.add_argument("holder", metavar="uscc")
    issue.add_argument("premises", type=ordinal)
    issue.add_argument("industry", help="code of the catalog, such as 26")
    _add_content(issue)
    issue.set_defaults(run=_issue)

    reissue = actions.add_parser("reissue", help="issue the next version; the old is superseded")
    reissue.add_argument("number")
    _add_content(reissue)
    reissue.add_argument(
        "--reason",
        choices=[reason.value for reason in ReissueReason],
        default=ReissueReason.ON_APPLICATION.value,
        help="why (default: on-application)",
    )
    reissue.set_defaults(run=_reissue)

    sheet = actions.add_parser("sheet", help="print a license as PDF")
    sheet.add_argument("number")
    sheet.add_argument("--version", type=ordinal)
    sheet.add_argument("--output", type=Path, required=True, help="FILE.pdf")
    add_token_option(sheet)
    sheet.set_defaults(run=_sheet)

    symbol = actions.add_parser("symbol", help="draw a license's symbol alone")
    symbol.add_argument("number")
    symbol.add_argument("--version", type=ordinal)
    symbol.add_argument(
        "--profile", choices=["full", "city-code"], default="full", help="what it carries"
    )
    symbol.add_argument("--output", type=Path, required=True, help="FILE.svg, FILE.png, FILE.txt")
    add_token_option(symbol)
    symbol.set_defaults(run=_symbol)

    history.add_actions(actions)
    void = actions.add_parser("void", help="void a license for a reason of the bureau's own")
    void.add_argument("number")
    void.add_argument("--reason", required=True, choices=[reason.value for reason in OwnReason])
    add_token_option(void)
    void.set_defaults(run=_void)

    key_licenses.add_actions(actions)

    verify = commands.add_parser("verify", help="verify a symbol's text against this registry")
    verify.add_argument("text", help="the text, or - for standard input")
    verify.add_argument("--near", help="LAT,LON in WGS-84")
    verify.set_defaults(run=_verify)


def _add_content(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--permit",
        action="append",
        metavar="KIND=NUMBER",
        help="may be repeated; default: every permit in force at the premises",
    )
    parser.add_argument(
        "--applied-for", action="append", default=[], metavar="ITEM", help="pending item, as 06-03"
    )
    parser.add_argument(
        "--request-key", type=request_key, help="the same key again gives the same license"
    )
    add_token_option(parser)


def _permits(options: argparse.Namespace) -> tuple[PermitName, ...] | None:
    if options.permit is None:
        return None
    names = []
    for text in options.permit:
        kind, equals, number = text.partition("=")
        if not equals:
            raise UsageError(what=f"--permit {text} (KIND=NUMBER)")
        names.append(PermitName(kind=kind, number=number))
    return tuple(names)


def _issue(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        service.prepare(at=system_clock())
        issued = service.issuing.issue(
            Application(
                holder=options.holder,
                premises=options.premises,
                industry=options.industry,
                permits=_permits(options),
                applied_for=tuple(options.applied_for),
            ),
            principal=principal,
            request_key=options.request_key or str(uuid.uuid4()),
            clock=system_clock,
        )
    show(issued.as_result())


def _reissue(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        service.prepare(at=system_clock())
        issued = service.issuing.reissue(
            options.number,
            permits=_permits(options),
            applied_for=tuple(options.applied_for),
            why=ReissueReason(options.reason),
            principal=principal,
            request_key=options.request_key or str(uuid.uuid4()),
            clock=system_clock,
        )
    show(issued.as_result())


def _void(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        service.prepare(at=system_clock())
        after = service.tasks.void(
            options.number,
            reason=OwnReason(options.reason),
            principal=principal,
            clock=system_clock,
        )
    show({"number": after.number, "version": after.version, "state": after.state})


def _sheet(options: argparse.Namespace) -> None:
    with opened(options) as service:
        require_bureau(principal_of(service, options))
        data = service.sheets.sheet(options.number, version=options.version)
    with naming(options.output):
        options.output.write_bytes(data)
    show({"number": options.number, "file": options.output, "bytes": len(data)})


def _symbol(options: argparse.Namespace) -> None:
    with opened(options) as service:
        require_bureau(principal_of(service, options))
        with service.database.reading() as connection:
            version = options.version or latest_license_version(connection, options.number)
            issued = get_license_version(connection, options.number, version)
        text = issued.text
        if options.profile == "city-code":
            trusted = service.lists.current()
            text = city_code_with_proof(
                service.office, issued, trusted=trusted, at=system_clock()
            ).text
    symbol = make_symbol(text)
    read_back(symbol)
    match options.output.suffix:
        case ".svg":
            data = to_svg(symbol, title=options.number).encode()
        case ".png":
            data = to_png(symbol)
        case ".txt":
            data = text.encode("ascii")
        case _:
            raise UsageError(what=f"--output {options.output} (.svg, .png, .txt)")
    with naming(options.output):
        options.output.write_bytes(data)
    show({"number": options.number, "file": options.output, "symbol_version": symbol.version})


def _verify(options: argparse.Namespace) -> None:
    text: str = options.text
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace").strip("\r\n")
    near = None if options.near is None else _near(options.near)
    with opened(options) as service:
        service.prepare(at=system_clock())
        verdict = service.verifier.verify(text, at=system_clock(), near=near)
    show(verdict.as_dict())


def _near(text: str) -> Position:
    latitude, longitude = position(text, option="--near")
    checked = CheckedPosition(latitude=latitude, longitude=longitude)
    return Position(checked.latitude, checked.longitude)
