"""``sweep``, ``audit`` and ``task``: what time has done, is the record whole, what is open."""

import argparse
import re
from dataclasses import dataclass

from verify_service.access import require_bureau
from verify_service.clock import system_clock
from verify_service.commands.desk import (
    UsageError,
    add_token_option,
    opened,
    ordinal,
    principal_of,
    show,
    words,
)
from verify_service.commands.registry import Commands
from verify_service.errors import ServiceError
from verify_service.registry.auditing import audit
from verify_service.registry.notices import notices_to_give
from verify_service.registry.recalls import open_recalls
from verify_service.registry.records import RecallOutcome
from verify_service.registry.reissues import open_reissues

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)
_MOST = 1000


@dataclass(eq=False, kw_only=True)
class AuditFailedError(ServiceError):
    """``found`` is how many findings were listed."""

    found: int

    zh = "审计发现 {found} 处不符，详见上面的清单；请保全现场并按运行手册处理"
    en = "the audit found {found} differences, listed above: keep all as it is, see the runbook"


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    sweep = commands.add_parser(
        "sweep", help="record what has run out or was announced for now; licenses follow"
    )
    sweep.set_defaults(run=_sweep)

    proof = commands.add_parser("audit", help="prove that the record is what was written")
    proof.add_argument(
        "--expect", metavar="SEQ:HASH", help="an entry's number and hash, as somebody has kept it"
    )
    proof.set_defaults(run=_audit)

    task = commands.add_parser("task", help="sheets to take back, licenses to reissue, notices")
    actions = task.add_subparsers(required=True)
    listing = actions.add_parser("list", help="list what is open (bureau)")
    add_token_option(listing)
    listing.set_defaults(run=_list)
    recall = actions.add_parser("close-recall", help="say what became of a sheet (bureau)")
    recall.add_argument("id", type=ordinal)
    recall.add_argument(
        "--outcome", required=True, choices=[outcome.value for outcome in RecallOutcome]
    )
    recall.add_argument("--note", type=words)
    add_token_option(recall)
    recall.set_defaults(run=_close_recall)
    reissue = actions.add_parser("close-reissue", help="say why none is needed (bureau)")
    reissue.add_argument("id", type=ordinal)
    reissue.add_argument("--note", required=True, type=words)
    add_token_option(reissue)
    reissue.set_defaults(run=_close_reissue)
    notice = actions.add_parser("give-notice", help="record that a holder was told (bureau)")
    notice.add_argument("id", type=ordinal)
    notice.add_argument("--means", required=True, type=words, help="how: a letter's number, …")
    add_token_option(notice)
    notice.set_defaults(run=_give_notice)


def _sweep(options: argparse.Namespace) -> None:
    with opened(options) as service:
        service.prepare(at=system_clock())
        swept = service.sweep(clock=system_clock)
    show(
        {
            "lapsed": swept.lapsed,
            "licenses": [
                {"number": s.number, "version": s.version, "state": s.state, "reason": s.reason}
                for s in swept.licenses
            ],
        }
    )


def _audit(options: argparse.Namespace) -> None:
    expected = None if options.expect is None else _head(options.expect)
    with opened(options) as service, service.database.reading() as connection:
        found = audit(connection, expected=expected, annotating=service.office.policies.annotating)
    show(
        {
            "entries": found.entries,
            "rows": found.rows,
            "head": f"{found.entries}:{found.head.hex()}",
            "findings": [
                {"fault": each.fault, "subject": each.subject, "key": each.key}
                for each in found.findings
            ],
        }
    )
    if found.findings:
        raise AuditFailedError(found=len(found.findings))


def _head(text: str) -> tuple[int, bytes]:
    match = _HEAD.fullmatch(text)
    if match is None:
        raise UsageError(what=f"--expect {text} (SEQ:HASH)")
    return int(match[1]), bytes.fromhex(match[2])


def _list(options: argparse.Namespace) -> None:
    with opened(options) as service:
        require_bureau(principal_of(service, options))
        with service.database.reading() as connection:
            recalls = open_recalls(connection)
            reissues = open_reissues(connection)
            notices = notices_to_give(connection, limit=_MOST)
    show(
        {
            "recalls": [
                {
                    "id": task.id,
                    "number": task.cause.number,
                    "version": task.cause.version,
                    "reason": task.cause.reason,
                    "department": task.department,
                    "due_on": task.due_on,
                }
                for task in recalls
            ],
            "reissues": [
                {
                    "id": task.id,
                    "number": task.number,
                    "version": task.version,
                    "reason": task.reason,
                    "due_on": task.due_on,
                }
                for task in reissues
            ],
            "notices": [
                {
                    "id": notice.id,
                    "holder": notice.holder,
                    "number": notice.number,
                    "kind": notice.kind,
                    "words": notice.words,
                }
                for notice in notices
            ],
        }
    )


def _close_recall(options: argparse.Namespace) -> None:
    with opened(options) as service:
        task = service.tasks.close_recall(
            options.id,
            outcome=RecallOutcome(options.outcome),
            note=options.note,
            principal=principal_of(service, options),
            clock=system_clock,
        )
    show({"id": task.id, "outcome": task.outcome, "closed_at": task.closed_at})


def _close_reissue(options: argparse.Namespace) -> None:
    with opened(options) as service:
        task = service.tasks.close_reissue(
            options.id,
            note=options.note,
            principal=principal_of(service, options),
            clock=system_clock,
        )
    show({"id": task.id, "outcome": task.outcome, "closed_at": task.closed_at})


def _give_notice(options: argparse.Namespace) -> None:
    with opened(options) as service:
        notice = service.tasks.give_notice(
            options.id,
            means=options.means,
            principal=principal_of(service, options),
            clock=system_clock,
        )
    show({"id": notice.id, "given_at": notice.given_at, "means": notice.means})
