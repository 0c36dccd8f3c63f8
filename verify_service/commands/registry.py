"""``database``, ``token``, ``holder`` and ``premises``: the ground of the registry."""

import argparse
import json
from datetime import timedelta

from verify_service.access import mint_token, require_bureau
from verify_service.catalog.stated import read_facts
from verify_service.clock import system_clock
from verify_service.commands.desk import (
    UsageError,
    add_token_option,
    opened,
    position,
    principal_of,
    show,
    words,
)
from verify_service.database import create_database, shown_url, upgrade
from verify_service.geodesy import Gcj02Position, Position, to_wgs84
from verify_service.registry.holders import add_holder, add_premises
from verify_service.registry.ledger import OPERATOR, Written
from verify_service.registry.records import Role
from verify_service.registry.tokens import add_token, list_tokens, revoke_token
from verify_service.settings import load_settings

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse names this type nowhere else


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    database = commands.add_parser("database", help="create or upgrade the registry's database")
    database.add_argument("action", choices=["create", "upgrade"])
    database.set_defaults(run=_database)

    token = commands.add_parser("token", help="make, list and revoke access tokens")
    actions = token.add_subparsers(required=True)
    make = actions.add_parser("create", help="make a token; it is shown once and kept by nobody")
    who = make.add_mutually_exclusive_group(required=True)
    who.add_argument("--bureau", action="store_true", help="for the bureau: issues licenses")
    who.add_argument("--department", help="for a department (id of the catalog)")
    make.add_argument("--kind", action="append", default=[], help="permit kind; may be repeated")
    make.add_argument("--label", required=True, type=words, help="who holds it")
    make.add_argument(
        "--days",
        type=int,
        help="how long it is good (default: the setting token_lifetime, 180 days)",
    )
    make.set_defaults(run=_token_create)
    listing = actions.add_parser("list", help="list tokens, without their secrets")
    listing.set_defaults(run=_token_list)
    revoke = actions.add_parser("revoke", help="revoke a token by its id")
    revoke.add_argument("id")
    revoke.set_defaults(run=_token_revoke)

    holder = commands.add_parser("holder", help="register a holder (bureau)")
    holder.add_argument("uscc")
    holder.add_argument("name")
    add_token_option(holder)
    holder.set_defaults(run=_holder)

    premises = commands.add_parser("premises", help="register premises of a holder (bureau)")
    premises.add_argument("holder", metavar="uscc")
    premises.add_argument("address")
    premises.add_argument("--division", required=True, help="GB/T 2260 code, such as 110105")
    premises.add_argument("--position", help="LAT,LON in WGS-84")
    premises.add_argument("--gcj02", action="store_true", help="the position is of a Chinese map")
    premises.add_argument("--facts", default="{}", help="JSON of the catalog's facts")
    add_token_option(premises)
    premises.set_defaults(run=_premises)


def _database(options: argparse.Namespace) -> None:
    url = load_settings(options.settings).database
    if options.action == "create":
        create_database(url).close()
    else:
        upgrade(url)
    show({"database": shown_url(url), "done": options.action})


def _token_create(options: argparse.Namespace) -> None:
    at = system_clock()
    with opened(options) as service:
        kinds = frozenset(options.kind)
        for kind in kinds:
            service.office.catalog.permit_kind(kind)
        if options.department and options.department not in service.office.catalog.departments:
            raise UsageError(what=f"--department {options.department}")
        days = options.days
        try:
            lifetime = service.settings.token_lifetime if days is None else timedelta(days=days)
            expires_at = at + lifetime
        except OverflowError:
            raise UsageError(what=f"--days {days}") from None
        try:
            token = mint_token(
                role=Role.BUREAU if options.bureau else Role.DEPARTMENT,
                label=options.label,
                created_at=at,
                expires_at=expires_at,
                department=options.department,
                kinds=kinds,
            )
        except ValueError as error:
            raise UsageError(what=str(error)) from None
        with service.database.writing() as connection:
            add_token(connection, token.stored, by=OPERATOR)
    show({"id": token.stored.id, "token": token.text, "expires_at": token.stored.expires_at})


def _token_list(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.reading() as connection:
        tokens = list_tokens(connection)
    show(
        {
            "tokens": [
                {
                    "id": token.id,
                    "role": token.role,
                    "department": token.department,
                    "kinds": sorted(token.kinds),
                    "label": token.label,
                    "expires_at": token.expires_at,
                    "revoked_at": token.revoked_at,
                }
                for token in tokens
            ]
        }
    )


def _token_revoke(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.writing() as connection:
        revoke_token(connection, options.id, written=Written(at=system_clock(), by=OPERATOR))
    show({"id": options.id, "revoked": True})


def _holder(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        require_bureau(principal)
        with service.database.writing() as connection:
            written = Written(at=system_clock(), by=principal.recorded_by)
            holder = add_holder(connection, uscc=options.uscc, name=options.name, written=written)
    show({"uscc": holder.uscc, "name": holder.name})


def _premises(options: argparse.Namespace) -> None:
    with opened(options) as service:
        principal = principal_of(service, options)
        require_bureau(principal)
        with service.database.writing() as connection:
            premises = add_premises(
                connection,
                holder=options.holder,
                division_code=options.division,
                address=options.address,
                position=_position(options),
                facts=_facts(options.facts),
                written=Written(at=system_clock(), by=principal.recorded_by),
            )
    show({"id": premises.id, "address": premises.address})


def _position(options: argparse.Namespace) -> Position | None:
    if options.position is None:
        return None
    latitude, longitude = position(options.position, option="--position")
    if options.gcj02:
        return to_wgs84(Gcj02Position(latitude=latitude, longitude=longitude))
    return Position(latitude=latitude, longitude=longitude)


def _facts(text: str) -> dict[str, object]:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, too
        raise UsageError(what=f"--facts: {error}") from None
    if not isinstance(facts, dict):
        raise UsageError(what="--facts: not a JSON object")
    read_facts(facts)
    return facts
