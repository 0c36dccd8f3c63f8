"""``permit``: a department enters, changes and ends its permits."""

import argparse
import sys
from datetime import date

from credential.printable import clean
from verify_service.access import require_kind
from verify_service.catalog import Form
from verify_service.clock import system_clock
from verify_service.commands.desk import (
    UsageError,
    add_token_option,
    day,
    instant,
    opened,
    ordinal,
    principal_of,
    show,
    words,
)
from verify_service.commands.registry import Commands
from verify_service.commands.tables import add_import
from verify_service.identifiers import check_permit_number
from verify_service.lifecycle.service import Change, NewPermit
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.moves import Basis, Move
from verify_service.registry.permits import find_permit
from verify_service.registry.records import AnnouncedChange, Permit, PermitTerms

_ENDLESS = "长期"


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    permit = commands.add_parser("permit", help="enter, change and end permits (department)")
    actions = permit.add_subparsers(required=True)

    enter = actions.add_parser("enter", help="register a permit that was granted")
    enter.add_argument("kind", help="permit kind of the catalog, such as food_business")
    enter.add_argument("number")
    enter.add_argument("--holder", required=True, metavar="USCC")
    enter.add_argument("--premises", required=True, type=ordinal, metavar="ID")
    enter.add_argument("--document", type=words, help="the decision's reference")
    _add_terms(enter, absent="none: neither an end nor a promise")
    enter.set_defaults(run=_enter)

    change = actions.add_parser("change", help="amend, renew, suspend, resume or end a permit")
    change.add_argument("kind")
    change.add_argument("number")
    change.add_argument("move", choices=[move.value for move in Move if move is not Move.GRANTED])
    change.add_argument(
        "--grounds", required=True, type=words, help="why, in the department's words"
    )
    change.add_argument(
        "--basis",
        choices=[basis.value for basis in Basis],
        help="what it rests on; default: the first that the move may rest on",
    )
    change.add_argument("--document", type=words, help="the decision's reference")
    change.add_argument(
        "--effective-at",
        type=instant,
        help="ISO 8601 with zone (default: now); later than now: announced and made then",
    )
    change.add_argument("--expected-version", type=ordinal, help="refuse if somebody was faster")
    _add_terms(change, absent="none: as it was")
    change.set_defaults(run=_change)

    announced = actions.add_parser("announced", help="list what was announced for a permit")
    announced.add_argument("kind")
    announced.add_argument("number")
    add_token_option(announced)
    announced.set_defaults(run=_announced)
    back = actions.add_parser("take-back", help="take an announced change back, by its id")
    back.add_argument("id", type=ordinal)
    add_token_option(back)
    back.set_defaults(run=_take_back)

    add_import(actions)


def _add_terms(parser: argparse.ArgumentParser, *, absent: str) -> None:
    parser.add_argument("--from", dest="valid_from", type=day, metavar="YYYY-MM-DD")
    parser.add_argument(
        "--until",
        dest="valid_until",
        type=_last_day,
        metavar="YYYY-MM-DD",
        help=f"last day, or {_ENDLESS} for none; {absent}",
    )
    parser.add_argument(
        "--form", choices=[form.value for form in Form], help="default: the kind's own form"
    )
    parser.add_argument(
        "--by-promise", action=argparse.BooleanOptionalAction, help=f"granted by 告知承诺; {absent}"
    )
    add_token_option(parser)


def _last_day(text: str) -> date | str:
    return _ENDLESS if text == _ENDLESS else day(text)


def _until(given: date | str | None, *, otherwise: date | None) -> date | None:
    """The last day that a command line means: a missing one is not an endless one."""
    return otherwise if given is None else given if isinstance(given, date) else None


def _enter(options: argparse.Namespace) -> None:
    if options.valid_from is None:
        raise UsageError(what="--from YYYY-MM-DD")
    with opened(options) as service:
        principal = principal_of(service, options)
        require_kind(principal, options.kind)
        kind = service.office.catalog.permit_kind(options.kind)
        for warning in check_permit_number(options.kind, options.number):
            print(clean(f"{warning.zh} / {warning.en}"), file=sys.stderr)
        permit = service.permits.enter(
            NewPermit(
                kind=options.kind,
                number=options.number,
                department=principal.department or "",
                holder=options.holder,
                premises=options.premises,
                terms=PermitTerms(
                    valid_from=options.valid_from,
                    valid_until=_until(options.valid_until, otherwise=None),
                    document_form=options.form or kind.form.value,
                    by_promise=bool(options.by_promise),
                ),
                document=options.document,
            ),
            principal=principal,
            clock=system_clock,
        )
    show(permit_dict(permit))


def _change(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        require_kind(principal, options.kind)
        with service.database.reading() as connection:
            permit = find_permit(connection, kind=options.kind, number=options.number)
        if permit is None:
            raise NotRegisteredError(entity="permit", key=f"{options.kind} {options.number}")
        changed = service.permits.change(
            options.kind,
            options.number,
            Change(
                move=Move(options.move),
                basis=options.basis,
                grounds=options.grounds,
                document=options.document,
                terms=_new_terms(options, permit.current.terms),
                effective_at=options.effective_at,
                expected_version=permit.current.version
                if options.expected_version is None
                else options.expected_version,
            ),
            principal=principal,
            clock=system_clock,
        )
    show(
        {
            "permit": permit_dict(changed.permit),
            "licenses": [
                {"number": s.number, "version": s.version, "state": s.state, "reason": s.reason}
                for s in changed.licenses
            ],
            "noted": [
                {"number": note.number, "version": note.version, "policy": note.policy}
                for note in changed.noted
            ],
            "announced": None if changed.announced is None else announced_dict(changed.announced),
        }
    )


def _new_terms(options: argparse.Namespace, before: PermitTerms) -> PermitTerms | None:
    """New terms where the command line names any, the others as they were."""
    given = (options.valid_from, options.valid_until, options.form, options.by_promise)
    if all(each is None for each in given):
        return None
    return PermitTerms(
        valid_from=options.valid_from or before.valid_from,
        valid_until=_until(options.valid_until, otherwise=before.valid_until),
        document_form=options.form or before.document_form,
        by_promise=before.by_promise if options.by_promise is None else options.by_promise,
        particulars=before.particulars,
    )


def _announced(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        service.announcements.catch_up(at=system_clock())
        found = service.permits.announced(options.kind, options.number, principal=principal)
    show({"announced": [announced_dict(each) for each in found]})


def _take_back(options: argparse.Namespace) -> None:
    with opened(options) as service:
        settled = service.permits.take_back(
            options.id, principal=principal_of(service, options), clock=system_clock
        )
    show(announced_dict(settled))


def announced_dict(announced: AnnouncedChange) -> dict[str, object]:
    """A change that takes effect later, for printing."""
    return {
        "id": announced.id,
        "move": announced.move,
        "basis": announced.basis,
        "effective_at": announced.effective_at,
        "outcome": announced.outcome,
    }


def permit_dict(permit: Permit) -> dict[str, object]:
    """A permit as it stands, for printing."""
    return {
        "kind": permit.kind,
        "number": permit.number,
        "department": permit.department,
        "holder": permit.holder,
        "premises": permit.premises,
        "version": permit.current.version,
        "state": permit.current.state,
        "valid_from": permit.current.terms.valid_from,
        "valid_until": permit.current.terms.valid_until,
        "by_promise": permit.current.terms.by_promise,
    }
