"""Holders and their premises."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from verify_service.geodesy import Position, check_in_china
from verify_service.identifiers import check_division_code, parse_uscc
from verify_service.lettering import check_lettering
from verify_service.registry.errors import AlreadyRegisteredError, NotRegisteredError
from verify_service.registry.ledger import Written, insert_row, insert_rows
from verify_service.registry.models import HolderRow, PremisesRow
from verify_service.registry.records import Holder, Premises


def add_holder(connection: Connection, *, uscc: str, name: str, written: Written) -> Holder:
    """Register a holder; raises `UsccError`, `LetteringError`, or `AlreadyRegisteredError`."""
    parse_uscc(uscc)
    check_lettering(name, field="holder")
    if find_holder(connection, uscc) is not None:
        raise AlreadyRegisteredError(entity="holder", key=uscc)
    insert_rows(connection, HolderRow, [{"uscc": uscc, "name": name}], written=written)
    return Holder(uscc=uscc, name=name)


def find_holder(connection: Connection, uscc: str) -> Holder | None:
    """Return the holder, None if the registry has none with this code."""
    query = select(HolderRow.uscc, HolderRow.name).where(HolderRow.uscc == uscc)
    row = connection.execute(query).first()
    return None if row is None else Holder(uscc=row.uscc, name=row.name)


def get_holder(connection: Connection, uscc: str) -> Holder:
    """Return the holder; raises `NotRegisteredError`."""
    holder = find_holder(connection, uscc)
    if holder is None:
        raise NotRegisteredError(entity="holder", key=uscc)
    return holder


def add_premises(
    connection: Connection,
    *,
    holder: str,
    division_code: str,
    address: str,
    position: Position | None = None,
    facts: Mapping[str, object] | None = None,
    written: Written,
) -> Premises:
    """Register premises of a holder.

    Raises `NotRegisteredError`, `DivisionCodeError`, `LetteringError`, `PositionAbroadError`.
    """
    get_holder(connection, holder)
    check_division_code(division_code)
    check_lettering(address, field="address")
    if position is not None:
        check_in_china(position)
    values = {
        "holder": holder,
        "division_code": division_code,
        "address": address,
        "latitude": position.latitude if position else None,
        "longitude": position.longitude if position else None,
        "facts": facts or {},
    }
    identity = insert_row(connection, PremisesRow, values, written=written)
    return Premises(
        id=identity,
        holder=holder,
        division_code=division_code,
        address=address,
        position=position,
        facts=facts or {},
    )


def get_premises(connection: Connection, identity: int) -> Premises:
    """Return the premises; raises `NotRegisteredError`."""
    query = select(PremisesRow.__table__).where(PremisesRow.id == identity)
    row = connection.execute(query).first()
    if row is None:
        raise NotRegisteredError(entity="premises", key=str(identity))
    return _premises(row)


def premises_of(connection: Connection, holder: str) -> tuple[Premises, ...]:
    """Return a holder's premises in the order of their registration."""
    query = select(PremisesRow.__table__).where(PremisesRow.holder == holder)
    return tuple(_premises(row) for row in connection.execute(query.order_by(PremisesRow.id)))


def addresses_of(connection: Connection, identities: Collection[int]) -> dict[int, str]:
    """Return addresses by the ids of premises; nothing for an id that is none."""
    row = PremisesRow
    query = select(row.id, row.address).where(row.id.in_(identities))
    return {each.id: each.address for each in connection.execute(query)}


def _premises(row: Row[Any]) -> Premises:
    position = None
    if row.latitude is not None:
        position = Position(latitude=row.latitude, longitude=row.longitude)
    return Premises(
        id=row.id,
        holder=row.holder,
        division_code=row.division_code,
        address=row.address,
        position=position,
        facts=row.facts,
    )
