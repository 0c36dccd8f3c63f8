"""The record replayed: does every chain come about by legal moves of whoever may make them, and does
no license outlive what it gathers?

The ledger proves that rows are what was written. Whoever owns the database can write a row with its
entry, as the program does; what he gains by it is a state that no legal move leads to.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import aliased

from verify_service.registry.books import AnnouncedChangeRow
from verify_service.registry.ledger import CLOCK, ROWS_AT_ONCE
from verify_service.registry.models import (
    LicenseNoteRow,
    LicensePermitRow,
    LicenseStateRow,
    PermitRow,
    PermitVersionRow,
)
from verify_service.registry.moves import (
    LICENSE_MOVES,
    PERMIT_RULES,
    Basis,
    LicenseState,
    Move,
    PermitState,
)
from verify_service.registry.records import AnnouncementOutcome

W = TypeVar("W", bound=StrEnum)

_NO_FOUNDATION = tuple(state for state in PermitState if state is not PermitState.IN_FORCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Illegal:
    """A link that no legal move leads to, or a license that stands on what has ended.

    ``key`` has the names and values of the row's key.
    """

    subject: str
    key: tuple[tuple[str, object], ...]


def illegal_links(
    connection: Connection, *, annotating: Collection[str] | None = None
) -> Iterator[Illegal]:
    """Yield what no sequence of legal moves makes, chain by chain.

    ``annotating``: the policies under which a permit may be given up, None for any.
    """
    yield from _permits(connection)
    yield from _licenses(connection)
    yield from _notes(connection, annotating)
    yield from _announced(connection)
    yield from _outliving(connection)


def _permits(connection: Connection) -> Iterator[Illegal]:
    row = PermitVersionRow
    query = (
        select(
            row.permit,
            row.version,
            row.move,
            row.state,
            row.basis,
            row.recorded_by,
            PermitRow.department,
        )
        .join(PermitRow, PermitRow.id == row.permit)
        .order_by(row.permit, row.version)
    )
    permit, version, state = None, 0, None
    for link in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
        if link.permit != permit:
            permit, version, state = link.permit, 0, None
        if not _is_legal(link, state) or link.version != version + 1:
            key = (("permit", link.permit), ("version", link.version))
            yield Illegal(subject=row.__tablename__, key=key)
        version, state = link.version, _word(PermitState, link.state)


def _is_legal(link: Row[*tuple[Any, ...]], before: PermitState | None) -> bool:
    """Say whether the move leads to the state, on a basis of its own, by whoever may make it."""
    move = _word(Move, link.move)
    if move is None:
        return False
    rule = PERMIT_RULES[move]
    by_department = link.recorded_by.startswith(f"department:{link.department}/")
    return (
        rule.after.get(before) == link.state
        and link.basis in (None, *rule.bases)  # there were none in a registry of 0001
        and (by_department or (rule.by_clock and link.recorded_by == CLOCK))
    )


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
        seq, state = link.seq, _word(LicenseState, link.state)


def _notes(connection: Connection, annotating: Collection[str] | None) -> Iterator[Illegal]:
    """Notes of what was not given up: a permit that the license may not be without, one that ended
    in another way, or under a policy that knows of no notes."""
    note, link, included = LicenseNoteRow, PermitVersionRow, LicensePermitRow
    query = (
        select(note.number, note.version, note.permit)
        .join(link, (link.permit == note.permit) & (link.version == note.permit_version))
        .join(
            included,
            (included.number == note.number)
            & (included.version == note.version)
            & (included.permit == note.permit),
        )
        .order_by(note.number, note.version, note.permit)
    )
    wrong = (
        (link.move != Move.CANCELLED)
        | link.basis.is_distinct_from(Basis.ON_APPLICATION)
        | included.mandatory
    )
    if annotating is not None:
        wrong |= note.policy.not_in(annotating)
    for each in connection.execute(query.where(wrong)):
        key = (("number", each.number), ("permit", each.permit), ("version", each.version))
        yield Illegal(subject=note.__tablename__, key=key)


def _announced(connection: Connection) -> Iterator[Illegal]:
    """Announced changes that are said to have taken effect and did not, or that were taken back by
    another than the permit's department."""
    row, link = AnnouncedChangeRow, PermitVersionRow
    came_about = (
        select(link.version)
        .where(
            link.permit == row.permit,
            link.move == row.move,
            link.effective_at == row.effective_at,
            link.recorded_by == row.announced_by,
        )
        .exists()
    )
    query = (
        select(
            row.id, row.outcome, row.settled_by, PermitRow.department, came_about.label("is_there")
        )
        .join(PermitRow, PermitRow.id == row.permit)
        .where(row.outcome.is_not(None))
        .order_by(row.id)
    )
    for each in connection.execute(query):
        if each.outcome == AnnouncementOutcome.TAKEN_BACK:
            is_legal = each.settled_by.startswith(f"department:{each.department}/")
        else:
            is_legal = each.settled_by == CLOCK and (
                each.is_there or each.outcome == AnnouncementOutcome.REFUSED
            )
        if not is_legal:
            yield Illegal(subject=row.__tablename__, key=(("id", each.id),))


def _outliving(connection: Connection) -> Iterator[Illegal]:
    """Licenses in force of which a permit has ended or is suspended, but for one that is noted as
    given up."""
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
            permit.state.in_(_NO_FOUNDATION),
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


def _word(words: type[W], kept: str) -> W | None:
    """Return what a word stands for, None where somebody has written one that is none."""
    return words(kept) if kept in set(words) else None
