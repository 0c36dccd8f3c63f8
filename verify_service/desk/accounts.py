"""Accounts of people: how one is made, and which party it acts as."""

import re
from datetime import datetime
from typing import Final

from verify_service.access import Principal
from verify_service.catalog import Catalog
from verify_service.desk.errors import AccountMalformedError, SupervisorRequiredError
from verify_service.desk.passwords import Passwords, check_password
from verify_service.registry.account_records import Account, AccountRole
from verify_service.registry.records import Role

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_MOST_NAME: Final = 40


def read_login(text: str) -> str:
    """Return a login name as it is kept: it may be typed in any case, with blanks around."""
    return text.strip().lower()


def is_login(text: str) -> bool:
    """Say whether an account can have this name."""
    return _LOGIN.fullmatch(text) is not None


def new_account(
    *,
    login: str,
    name: str,
    role: AccountRole,
    department: str | None,
    kinds: frozenset[str],
    password: str,
    passwords: Passwords,
    catalog: Catalog,
    at: datetime,
) -> Account:
    """Make an account; store it with `registry.accounts.add_account`.

    Raises:
        AccountMalformedError: a name, or a role without what it needs.
        PasswordRefusedError: a password that is too easily guessed.
        NotInCatalogError: no such kind of permit.
    """
    if not is_login(login):
        raise AccountMalformedError(what=f"login name {login[:40]!a} (a-z 0-9 . _ -, 2 to 32)")
    if not name.strip() or not name.isprintable() or len(name) > _MOST_NAME:
        raise AccountMalformedError(what=f"name {name[:40]!a}")
    of_department = role is AccountRole.DEPARTMENT
    if of_department != bool(department) or of_department != bool(kinds):
        raise AccountMalformedError(what="a department and kinds for a department's, and no other")
    for kind in sorted(kinds):
        catalog.permit_kind(kind)
    if department is not None and department not in catalog.departments:
        raise AccountMalformedError(what=f"department {department[:40]!a}")
    check_password(password, login=login)
    return Account(
        login=login,
        name=name.strip(),
        role=role,
        department=department,
        kinds=kinds,
        password_hash=passwords.hash(password),
        password_set_at=at,
        created_at=at,
    )


def principal_of_account(account: Account) -> Principal:
    """Return who an account acts as: the same party as a token of its bureau or department."""
    of_department = account.role is AccountRole.DEPARTMENT
    return Principal(
        token_id=f"account:{account.login}",
        role=Role.DEPARTMENT if of_department else Role.BUREAU,
        department=account.department,
        kinds=account.kinds,
    )


def require_supervisor(account: Account) -> None:
    """Refuse everybody but a supervisor; raises `SupervisorRequiredError`."""
    if account.role is not AccountRole.SUPERVISOR:
        raise SupervisorRequiredError(login=account.login)
