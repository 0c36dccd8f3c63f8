"""``account``: people's accounts for the desk, made where the registry is and nowhere else."""

import argparse
import sys
from getpass import getpass

from verify_service.clock import system_clock
from verify_service.commands.desk import UsageError, opened, show, words
from verify_service.commands.registry import Commands
from verify_service.desk.accounts import new_account, read_login
from verify_service.desk.passwords import MOST, check_password
from verify_service.registry.account_records import Account, AccountRole
from verify_service.registry.accounts import (
    add_account,
    disable_account,
    enable_account,
    get_account,
    list_accounts,
    set_password,
)
from verify_service.registry.ledger import OPERATOR, Written


def add_commands(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add this area's commands."""
    account = commands.add_parser("account", help="make, list and disable people's accounts")
    actions = account.add_subparsers(required=True)
    make = actions.add_parser(
        "create", help="make an account; its password is asked for, or read from standard input"
    )
    make.add_argument("login", type=read_login)
    make.add_argument("--name", required=True, type=words, help="the person's")
    make.add_argument("--role", required=True, choices=[str(role) for role in AccountRole])
    make.add_argument("--department", help="of a department's account (id of the catalog)")
    make.add_argument("--kind", action="append", default=[], help="permit kind; may be repeated")
    make.set_defaults(run=_create)
    listing = actions.add_parser("list", help="list accounts, without their passwords' hashes")
    listing.set_defaults(run=_list)
    for name, run, told in (
        ("password", _password, "set a new password; the account's sessions end"),
        ("disable", _disable, "let an account log in no more; its sessions end at once"),
        ("enable", _enable, "let a disabled account log in again"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("login", type=read_login)
        action.set_defaults(run=run)


def _create(options: argparse.Namespace) -> None:
    with opened(options) as service:
        account = new_account(
            login=options.login,
            name=options.name,
            role=AccountRole(options.role),
            department=options.department,
            kinds=frozenset(options.kind),
            password=_read_password(),
            passwords=service.login.passwords,
            catalog=service.office.catalog,
            at=system_clock(),
        )
        with service.database.writing() as connection:
            add_account(connection, account, by=OPERATOR)
    show(_shown(account))


def _list(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.reading() as connection:
        accounts = list_accounts(connection)
    show({"accounts": [_shown(account) for account in accounts]})


def _password(options: argparse.Namespace) -> None:
    with opened(options) as service:
        with service.database.reading() as connection:
            account = get_account(connection, options.login)
        password = _read_password()
        check_password(password, login=account.login)
        hashed = service.login.passwords.hash(password)
        with service.database.writing() as connection:
            set_password(connection, account.login, password_hash=hashed, written=_now())
    show({"login": account.login, "password": "set"})


def _disable(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.writing() as connection:
        disable_account(connection, options.login, written=_now())
    show({"login": options.login, "disabled": True})


def _enable(options: argparse.Namespace) -> None:
    with opened(options) as service, service.database.writing() as connection:
        enable_account(connection, options.login, written=_now())
    show({"login": options.login, "disabled": False})


def _read_password() -> str:
    """Ask for a password twice, without echo; or read a line where nobody is there to be asked."""
    if not sys.stdin.isatty():
        try:
            line = sys.stdin.readline(MOST + 2).removesuffix("\n")
        except UnicodeDecodeError:
            raise UsageError(what="密码不是文本 / the password is no text") from None
        return line.removesuffix("\r")
    password = getpass("密码 / password: ")
    if getpass("再输一次 / once more: ") != password:
        raise UsageError(what="两次输入的密码不同 / the two are different")
    return password


def _now() -> Written:
    return Written(at=system_clock(), by=OPERATOR)


def _shown(account: Account) -> dict[str, object]:
    return {
        "login": account.login,
        "name": account.name,
        "role": str(account.role),
        "department": account.department,
        "kinds": sorted(account.kinds),
        "password_set_at": account.password_set_at,
        "created_at": account.created_at,
        "disabled_at": account.disabled_at,
    }
