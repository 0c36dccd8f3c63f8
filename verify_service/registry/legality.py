"""The record replayed: does every chain come about by legal moves, and does no license outlive what
it gathers?

The ledger proves that rows are what was written. Whoever owns the database can write a row with its
entry, as the program does; what he gains by it is a state that no legal move leads to.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from verify_service.registry.errors import MoveRefusedError
from verify_service.registry.ledger import ROWS_AT_ONCE
from verify_service.registry.models import (
    LicenseNoteRow,
    LicensePermitRow,
    LicenseStateRow,
    PermitVersionRow,
)
from verify_service.registry.moves import (
    LICENSE_MOVES,
    LicenseState,
    Move,
    PermitState,
    has_ended,
    state_after,
)

_ENDED = tuple(state for state in PermitState if has_ended(state))


@dataclass(frozen=True, slots=True, kw_only=True)
class Illegal:
    """A link that no legal move leads to, or a license that stands on what has ended.

    ``key`` has the names and values of the row's key.
    """

    subject: str
    key: tuple[tuple[str, object], ...]


def illegal_links(connection: Connection) -> Iterator[Illegal]:
    """Yield what no sequence of legal moves makes, chain by chain."""
    yield from _permits(connection)
    yield from _licenses(connection)
    yield from _outliving(connection)


def _permits(connection: Connection) -> Iterator[Illegal]:
    row = PermitVersionRow
    query = select(row.permit, row.version, row.move, row.state).order_by(row.permit, row.version)
    permit, version, state = None, 0, None
    for link in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        if link.permit != permit:
            permit, version, state = link.permit, 0, None
        try:
            is_legal = state_after(Move(link.move), state) == link.state
        except MoveRefusedError:
            is_legal = False
        if not is_legal or link.version != version + 1:
            key = (("permit", link.permit), ("version", link.version))
            yield Illegal(subject=row.__tablename__, key=key)
        version, state = link.version, PermitState(link.state)


def _licenses(connection: Connection) -> Iterator[Illegal]:
    row = LicenseStateRow
    query = select(row.number, row.version, row.seq, row.state)
    query = query.order_by(row.number, row.version, row.seq)
    chain, seq, state = None, 0, None
    for link in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        if (link.number, link.version) != chain:
            chain, seq, state = (link.number, link.version), 0, None
        legal = (LicenseState.IN_FORCE,) if state is None else LICENSE_MOVES[state]
        if link.state not in legal or link.seq != seq + 1:
            key = (("number", link.number), ("version", link.version), ("seq", link.seq))
            yield Illegal(subject=row.__tablename__, key=key)
        seq, state = link.seq, LicenseState(link.state)


def _outliving(connection: Connection) -> Iterator[Illegal]:
    """Licenses in force of which a permit has ended, but for one that is noted as given up."""
    state, permit, included, note = (
        LicenseStateRow,
        PermitVersionRow,
        LicensePermitRow,
        LicenseNoteRow,
    )
    later, newer = aliased(state), aliased(permit)
    last = select(func.max(later.seq)).where(
        later.number == state.number, later.version == state.version
    )
    current = select(func.max(newer.version)).where(newer.permit == permit.permit)
    query = (
        select(state.number, state.version, state.seq)
        .join(included, (included.number == state.number) & (included.version == state.version))
        .join(permit, permit.permit == included.permit)
        .outerjoin(
            note,
            (note.number == included.number)
            & (note.version == included.version)
            & (note.permit == included.permit)
            & (note.permit_version == permit.version),
        )
        .where(
            state.state == LicenseState.IN_FORCE,
            permit.state.in_(_ENDED),
            (permit.state != PermitState.CANCELLED) | note.permit.is_(None),
            state.seq == last.scalar_subquery(),
            permit.version == current.scalar_subquery(),
        )
        .distinct()
        .order_by(state.number, state.version)
    )
    for link in connection.execute(query):
        key = (("number", link.number), ("version", link.version), ("seq", link.seq))
        yield Illegal(subject=state.__tablename__, key=key)
