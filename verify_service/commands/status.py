"""``status``: the places of the status lists, as they are kept and as they should be."""

import argparse
from datetime import date

from credential.days import SHANGHAI
from verify_service.clock import system_clock
from verify_service.commands.desk import opened, ordinal, show
from verify_service.commands.registry import Commands
from verify_service.publishing.entries import ABANDONED_AFTER
from verify_service.publishing.list_ages import Urgency, list_ages, refuse_old
from verify_service.registry.status import give_up_places
from verify_service.registry.status_check import (
    PagesChecked,
    check_pages,
    rebuild_pages,
    refuse_differing,
)


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    status = commands.add_parser("status", help="the status lists: hold them against the record")
    actions = status.add_subparsers(required=True)

    check = actions.add_parser(
        "check", help="hold the places that are kept against the chains; 1 where they differ"
    )
    check.set_defaults(run=_check)

    rebuild = actions.add_parser("rebuild", help="write the places anew from the chains")
    rebuild.set_defaults(run=_rebuild)

    age = actions.add_parser(
        "age", help="how old the signed lists are; 1 where one is past half of its life"
    )
    age.set_defaults(run=_age)

    give_up = actions.add_parser(
        "give-up", help="hand out the next places to nobody, after a restore from an older copy"
    )
    give_up.add_argument("count", type=ordinal, help="at least as many as may have been in use")
    give_up.set_defaults(run=_give_up)


def _check(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.reading() as connection:
        checked = check_pages(connection, today=_today())
    _show(checked)
    refuse_differing(checked)


def _rebuild(options: argparse.Namespace) -> None:
    """Write them anew, and sign what changed by it."""
    with opened(options) as service:
        with service.database.writing() as connection:
            checked = rebuild_pages(connection, today=_today())
        service.prepare(at=system_clock())
    _show(checked)


def _age(options: argparse.Namespace) -> None:
    with opened(options) as service:
        ages = list_ages(service.database, service.office, at=system_clock())
    show({"lists": [each.as_dict() for each in ages]})
    refuse_old(ages, urgency=Urgency.AGING)


def _give_up(options: argparse.Namespace) -> None:
    """Dated back, so that they read as void at once: what nobody can vouch for is not in force."""
    with opened(options) as service:
        blocks = give_up_places(
            service.database,
            count=options.count,
            capacity=service.office.status_list_capacity,
            at=system_clock() - 2 * ABANDONED_AFTER,
        )
    show(
        {
            "given_up": [
                {"number": each.status_list, "first": each.start, "places": each.size}
                for each in blocks
            ]
        }
    )


def _show(checked: tuple[PagesChecked, ...]) -> None:
    show(
        {
            "lists": [
                {
                    "number": each.status_list,
                    "places": each.listed,
                    "differing": each.differing,
                    "first": list(each.places),
                }
                for each in checked
            ]
        }
    )


def _today() -> date:
    return system_clock().astimezone(SHANGHAI).date()
