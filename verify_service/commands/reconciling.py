"""``reconcile``: a department's extract against the registry; each difference settled by hand."""

import argparse

from verify_service.clock import system_clock
from verify_service.commands.desk import (
    add_token_option,
    instant,
    opened,
    ordinal,
    principal_of,
    show,
    words,
)
from verify_service.commands.registry import Commands
from verify_service.commands.tables import add_table_options, read_file
from verify_service.intake.columns import Use
from verify_service.intake.table import MAX_ROWS
from verify_service.reconciliation.errors import ExtractRefusedError
from verify_service.reconciliation.settling import Settlement
from verify_service.reconciliation.showing import difference_dict, read_reconciliation
from verify_service.registry.moves import Move


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    reconcile = commands.add_parser(
        "reconcile", help="hold an extract against the registry, settle differences (department)"
    )
    actions = reconcile.add_subparsers(required=True)

    compare = actions.add_parser("compare", help="list how a file and the registry differ")
    add_table_options(compare)
    compare.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="KIND",
        help="a kind of which the file has every permit that stands; may be given again",
    )
    compare.add_argument(
        "--as-of", type=instant, help="ISO 8601 with zone (default: its rows', now)"
    )
    add_token_option(compare)
    compare.set_defaults(run=_compare)

    listing = actions.add_parser("show", help="show a reconciliation and its differences")
    listing.add_argument("id", type=ordinal)
    add_token_option(listing)
    listing.set_defaults(run=_show)

    settle = actions.add_parser("settle", help="change the registry as the file has it")
    settle.add_argument("difference", type=ordinal)
    settle.add_argument("--grounds", required=True, type=words)
    settle.add_argument("--move", choices=[move.value for move in Move if move is not Move.GRANTED])
    settle.add_argument("--basis", type=words, help="the legal ground")
    settle.add_argument("--document", type=words, help="the decision's reference")
    settle.add_argument("--effective-at", type=instant, help="ISO 8601 with zone (default: now)")
    settle.add_argument("--premises", type=ordinal, help="of a missing permit")
    add_token_option(settle)
    settle.set_defaults(run=_settle)

    dismiss = actions.add_parser("dismiss", help="note that it was the file that was wrong")
    dismiss.add_argument("difference", type=ordinal)
    dismiss.add_argument("--grounds", required=True, type=words)
    add_token_option(dismiss)
    dismiss.set_defaults(run=_dismiss)


def _compare(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        compared = service.reconciliation.compare(
            read_file(options.file, Use.EXTRACT, sheet=options.sheet),
            principal=principal,
            clock=system_clock,
            full_kinds=options.kind,
            as_of=options.as_of,
        )
        kept = compared.reconciliation
        if kept is not None:
            show(
                read_reconciliation(
                    service.database, kept.id, principal=principal, after=0, limit=MAX_ROWS
                )
            )
            return
    show(
        {
            "reconciliation": None,
            "refusals": [
                {"line": r.line, "column": r.cell, "code": r.code, "zh": r.zh, "en": r.en}
                for r in compared.refusals
            ],
        }
    )
    raise ExtractRefusedError(refused=len({each.line for each in compared.refusals}))


def _show(options: argparse.Namespace) -> None:
    with opened(options) as service:
        found = read_reconciliation(
            service.database,
            options.id,
            principal=principal_of(service, options),
            after=0,
            limit=MAX_ROWS,
        )
    show(found)


def _settle(options: argparse.Namespace) -> None:
    with opened(options) as service:
        settled = service.reconciliation.settle(
            options.difference,
            Settlement(
                grounds=options.grounds,
                move=None if options.move is None else Move(options.move),
                basis=options.basis,
                document=options.document,
                effective_at=options.effective_at,
                premises=options.premises,
            ),
            principal=principal_of(service, options),
            clock=system_clock,
        )
    current = settled.permit.current
    show(
        {
            "difference": difference_dict(settled.difference),
            "version": current.version,
            "state": current.state,
        }
    )


def _dismiss(options: argparse.Namespace) -> None:
    with opened(options) as service:
        dismissed = service.reconciliation.dismiss(
            options.difference,
            grounds=options.grounds,
            principal=principal_of(service, options),
            clock=system_clock,
        )
    show(difference_dict(dismissed))
