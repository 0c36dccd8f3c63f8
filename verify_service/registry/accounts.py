"""Accounts as they are kept. What they may do is in `verify_service.desk`."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, true, update

from verify_service.registry.account_books import AccountRow, SessionRow
from verify_service.registry.account_records import Account, AccountRole
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError
from verify_service.registry.ledger import Written, insert_rows, note_changes


def add_account(connection: Connection, account: Account, *, by: str) -> None:
    """Keep a new account, made by ``by``; raises `AlreadyRegisteredError`."""
    if find_account(connection, account.login) is not None:
        raise AlreadyRegisteredError(entity="account", key=account.login)
    values: dict[str, object] = {
        name: getattr(account, name) for name in Account.__dataclass_fields__
    }
    values["kinds"] = " ".join(sorted(account.kinds))
    values["password_hash"] = account.password_hash.encode()
    written = Written(at=account.created_at, by=by)
    insert_rows(connection, AccountRow, [values], written=written)


def find_account(connection: Connection, login: str) -> Account | None:
    """Return the account of this name, a disabled one too, None if there is none."""
    query = select(AccountRow.__table__).where(AccountRow.login == login)
    row = connection.execute(query).first()
    return None if row is None else account_from(row)


def get_account(connection: Connection, login: str) -> Account:
    """Return the account; raises `NotRegisteredError`."""
    account = find_account(connection, login)
    if account is None:
        raise NotRegisteredError(entity="account", key=login)
    return account


def list_accounts(connection: Connection) -> tuple[Account, ...]:
    """Return all accounts by their names."""
    query = select(AccountRow.__table__).order_by(AccountRow.login)
    return tuple(account_from(row) for row in connection.execute(query))


def disable_account(connection: Connection, login: str, *, written: Written) -> None:
    """Disable an account and end its sessions; disabled twice, the first time stands.

    Raises `NotRegisteredError`.
    """
    get_account(connection, login)
    alive = AccountRow.disabled_at.is_(None)
    _change(connection, login, alive, {"disabled_at": written.at}, written)
    connection.execute(delete(SessionRow).where(SessionRow.login == login))


def enable_account(connection: Connection, login: str, *, written: Written) -> None:
    """Let a disabled account log in again; raises `NotRegisteredError`."""
    get_account(connection, login)
    disabled = AccountRow.disabled_at.is_not(None)
    _change(connection, login, disabled, {"disabled_at": None}, written)


def set_password(
    connection: Connection, login: str, *, password_hash: str, keep: bytes = b"", written: Written
) -> None:
    """Keep a new password's hash, and end the account's sessions but for the one of ``keep``.

    Raises `NotRegisteredError`.
    """
    get_account(connection, login)
    values = {"password_hash": password_hash.encode(), "password_set_at": written.at}
    _change(connection, login, true(), values, written)
    connection.execute(
        delete(SessionRow).where(SessionRow.login == login, SessionRow.id_digest != keep)
    )


def replace_hash(
    connection: Connection, login: str, *, known: str, stronger: str, written: Written
) -> None:
    """Keep the same password's hash under stronger parameters, unless another came meanwhile."""
    same = AccountRow.password_hash == known.encode()
    _change(connection, login, same, {"password_hash": stronger.encode()}, written)


def _change(
    connection: Connection,
    login: str,
    where: ColumnElement[bool],
    values: Mapping[str, object],
    written: Written,
) -> None:
    changed = (
        update(AccountRow)
        .where(AccountRow.login == login, where)
        .values(dict(values))
        .returning(*AccountRow.__table__.columns)
    )
    rows = connection.execute(changed).mappings().all()
    note_changes(connection, AccountRow, list(map(dict, rows)), written=written)


def account_from(row: Row[Any]) -> Account:
    """Make an account of a row that has the columns of ``accounts``."""
    return Account(
        login=row.login,
        name=row.name,
        role=AccountRole(row.role),
        department=row.department,
        kinds=frozenset(row.kinds.split()),
        password_hash=row.password_hash.decode(),
        password_set_at=row.password_set_at,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )
