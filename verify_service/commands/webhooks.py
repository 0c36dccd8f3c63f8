"""``webhook``: where a party's events are sent; made on the server alone."""

import argparse
from base64 import b64encode
from secrets import token_bytes, token_hex

from verify_service.clock import system_clock
from verify_service.commands.desk import UsageError, opened, show
from verify_service.commands.registry import Commands
from verify_service.lifecycle.deliveries import is_deliverable
from verify_service.registry.ledger import last_entry
from verify_service.registry.webhooks import Webhook, add_webhook, list_webhooks, stop_webhook


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    webhook = commands.add_parser("webhook", help="send a party's events to its own system")
    actions = webhook.add_subparsers(required=True)
    make = actions.add_parser("create", help="make one; its secret is shown once")
    who = make.add_mutually_exclusive_group(required=True)
    who.add_argument("--bureau", action="store_true", help="everything, for the bureau")
    who.add_argument("--department", help="its own permits and their licenses (id of the catalog)")
    make.add_argument("--url", required=True, help="https://…")
    make.add_argument(
        "--from-the-beginning", action="store_true", help="send all that was ever recorded"
    )
    make.set_defaults(run=_create)
    listing = actions.add_parser("list", help="list webhooks and how far each is behind")
    listing.set_defaults(run=_list)
    stop = actions.add_parser("stop", help="send nothing more there")
    stop.add_argument("id")
    stop.set_defaults(run=_stop)


def _create(options: argparse.Namespace) -> None:
    if not is_deliverable(options.url):
        raise UsageError(what=f"--url {options.url} (https://…)")
    at, secret = system_clock(), token_bytes(32)
    with opened(options) as service:
        if options.department and options.department not in service.office.catalog.departments:
            raise UsageError(what=f"--department {options.department}")
        with service.database.writing() as connection:
            after = 0 if options.from_the_beginning else last_entry(connection)[0]
            webhook = Webhook(
                id=f"wh_{token_hex(8)}",
                department=options.department,
                url=options.url,
                secret=secret,
                created_at=at,
                after=after,
                next_try_at=at,
            )
            add_webhook(connection, webhook)
    show(
        {
            "id": webhook.id,
            "secret": f"whsec_{b64encode(secret).decode()}",
            "url": webhook.url,
            "after": after,
        }
    )


def _list(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.reading() as connection:
        last, _ = last_entry(connection)
        webhooks = list_webhooks(connection)
    show(
        {
            "webhooks": [
                {
                    "id": webhook.id,
                    "department": webhook.department,
                    "url": webhook.url,
                    "behind": last - webhook.after,
                    "failures": webhook.failures,
                    "last_error": webhook.last_error,
                    "next_try_at": webhook.next_try_at,
                    "stopped_at": webhook.stopped_at,
                }
                for webhook in webhooks
            ]
        }
    )


def _stop(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.writing() as connection:
        stop_webhook(connection, options.id, at=system_clock())
    show({"id": options.id, "stopped": True})
