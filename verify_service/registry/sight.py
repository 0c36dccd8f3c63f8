"""What changes of many permits have to see, read at once: a few statements however many there are.

A sight is kept up to date by whoever plans with it, so that the second change of a permit sees the
first before anything is written. What it has seen once it does not read again: in a transaction
of a writer nobody else can have changed it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import aliased

from verify_service.registry.models import (
    LicenseNoteRow,
    LicensePermitRow,
    LicenseRow,
    LicenseStateRow,
    LicenseVersionRow,
    PendingItemRow,
    PermitRow,
    PermitVersionRow,
    PremisesRow,
)
from verify_service.registry.moves import LicenseState, Move, PermitState
from verify_service.registry.permit_rows import current_permits, read_permits
from verify_service.registry.records import GatheredPermit, LicenseStanding, Permit
from verify_service.registry.states import standing_from

# Far below what either driver takes in one statement.
_AT_ONCE: Final = 5000
_ALIVE: Final = (LicenseState.IN_FORCE, LicenseState.SUSPENDED)
_DECIDING: Final = (Move.GRANTED, Move.RENEWED, Move.RENEWING)

PermitKey = tuple[str, str]
"""Kind and number."""
VersionKey = tuple[str, int]
"""A license's number and a version of it."""


@dataclass(slots=True)
class Sight:
    """Permits, premises and licenses that stand, by what names them.

    A permit that is not there is None; ``states`` and ``kinds`` have those too that are only beside
    others. ``licenses`` are the versions in force or suspended that gather a permit; ``pending``
    those at premises that note an item as pending.
    """

    permits: dict[PermitKey, Permit | None] = field(default_factory=dict)
    states: dict[int, PermitState] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    renewing: dict[int, bool] = field(default_factory=dict)
    holder_at: dict[int, str | None] = field(default_factory=dict)
    standings: dict[VersionKey, LicenseStanding] = field(default_factory=dict)
    licenses: dict[int, tuple[VersionKey, ...]] = field(default_factory=dict)
    gathered: dict[VersionKey, tuple[GatheredPermit, ...]] = field(default_factory=dict)
    noted: dict[VersionKey, set[int]] = field(default_factory=dict)
    pending: dict[int, tuple[tuple[VersionKey, str], ...]] = field(default_factory=dict)
    _new_ids: Iterator[int] = field(default_factory=lambda: count(-1, -1))

    def new_id(self) -> int:
        """Return what a permit is called by that is not written yet: a number below zero."""
        return next(self._new_ids)

    def see_permits(self, connection: Connection, keys: Collection[PermitKey]) -> None:
        """Read permits by kind and number, and the licenses that gather them."""
        new = {key for key in keys if key not in self.permits}
        self.permits.update(dict.fromkeys(new))
        self.see_as_read(connection, tuple(_permits_by_key(connection, new)))

    def see_as_read(self, connection: Connection, permits: Collection[Permit]) -> None:
        """Take in permits that were read, as they are, and the licenses that gather them."""
        for permit in permits:
            self.put(permit)
        self._see_renewing(connection, permits)
        self._see_licenses(connection, [permit.id for permit in permits])

    def see_premises(self, connection: Connection, identities: Collection[int]) -> None:
        """Read whose premises are."""
        new = {identity for identity in identities if identity not in self.holder_at}
        self.holder_at.update(dict.fromkeys(new))
        for some in _batches(new):
            query = select(PremisesRow.id, PremisesRow.holder).where(PremisesRow.id.in_(some))
            self.holder_at.update((row.id, row.holder) for row in connection.execute(query))

    def see_pending(self, connection: Connection, premises: Collection[int]) -> None:
        """Read which licenses at premises wait for something."""
        new = {each for each in premises if each not in self.pending}
        found: dict[int, list[tuple[VersionKey, str]]] = {each: [] for each in new}
        for some in _batches(new):
            for row in connection.execute(_waiting(some)):
                key = (row.number, row.version)
                found[row.premises].append((key, row.item))
                self.standings.setdefault(key, standing_from(row))
        self.pending.update((each, tuple(listed)) for each, listed in found.items())

    def put(self, permit: Permit) -> None:
        """Show a permit as it is from now on."""
        self.permits[permit.kind, permit.number] = permit
        self.states[permit.id] = permit.current.state
        self.kinds[permit.id] = permit.kind
        if permit.current.move in _DECIDING:
            self.renewing[permit.id] = permit.current.move is Move.RENEWING

    def _see_licenses(self, connection: Connection, permits: Collection[int]) -> None:
        """Read the licenses that stand and gather these permits, and all else that those gather."""
        fresh: dict[VersionKey, LicenseStanding] = {}
        found: dict[int, list[VersionKey]] = {identity: [] for identity in permits}
        for some in _batches(permits):
            for row in connection.execute(_standing(some)):
                key = (row.number, row.version)
                found[row.gathered].append(key)
                if key not in self.gathered:
                    fresh[key] = standing_from(row)
        self.licenses.update((identity, tuple(keys)) for identity, keys in found.items())
        for key, standing in fresh.items():
            self.standings.setdefault(key, standing)
            self.gathered[key] = ()
            self.noted[key] = set()
        self._see_gathered(connection, fresh)

    def _see_gathered(self, connection: Connection, fresh: Collection[VersionKey]) -> None:
        """Read what these versions gather, and in which state each of it is."""
        row, note = LicensePermitRow, LicenseNoteRow
        included: dict[VersionKey, list[GatheredPermit]] = {key: [] for key in fresh}
        for some in _batches({number for number, _ in fresh}):
            query = select(row.number, row.version, row.permit, row.permit_version, row.mandatory)
            order = (row.number, row.version, row.position)
            for number, version, permit, its_version, mandatory in connection.execute(
                query.where(row.number.in_(some)).order_by(*order)
            ):
                if (listed := included.get((number, version))) is not None:
                    listed.append(
                        GatheredPermit(permit=permit, version=its_version, mandatory=mandatory)
                    )
            notes = select(note.number, note.version, note.permit).where(note.number.in_(some))
            for number, version, permit in connection.execute(notes):
                if (number, version) in included:
                    self.noted[number, version].add(permit)
        self.gathered.update((key, tuple(listed)) for key, listed in included.items())
        beside = {each.permit for listed in included.values() for each in listed}
        for some in _batches(beside - self.states.keys()):
            for permit, kind, state in connection.execute(_last_states(some)):
                self.states[permit], self.kinds[permit] = PermitState(state), kind

    def _see_renewing(self, connection: Connection, permits: Collection[Permit]) -> None:
        version = PermitVersionRow
        for some in _batches(each.id for each in permits if each.id not in self.renewing):
            query = (
                select(version.permit, version.move)
                .where(version.permit.in_(some), version.move.in_(_DECIDING))
                .order_by(version.permit, version.version)
            )
            for permit, move in connection.execute(query):
                self.renewing[permit] = move == Move.RENEWING


def _last_states(permits: Collection[int]) -> Select[int, str, str]:
    """What permits are and how they stand, and nothing else of them."""
    version, later = PermitVersionRow, aliased(PermitVersionRow)
    last = select(func.max(later.version)).where(later.permit == version.permit).scalar_subquery()
    return (
        select(version.permit, PermitRow.kind, version.state)
        .join(PermitRow, PermitRow.id == version.permit)
        .where(version.permit.in_(permits), version.version == last)
    )


def _permits_by_key(connection: Connection, keys: Collection[PermitKey]) -> Iterator[Permit]:
    numbers: dict[str, list[str]] = {}
    for kind, number in keys:
        numbers.setdefault(kind, []).append(number)
    for kind, listed in numbers.items():
        for some in _batches(listed):
            query = current_permits().where(PermitRow.kind == kind, PermitRow.number.in_(some))
            yield from read_permits(connection, query)


def _standing(permits: Collection[int]) -> Select[Any]:
    """The last states of the versions that gather these permits, where they still stand."""
    later, gathers = aliased(LicenseStateRow), LicensePermitRow
    last = (
        select(func.max(later.seq))
        .where(later.number == LicenseStateRow.number, later.version == LicenseStateRow.version)
        .scalar_subquery()
    )
    return (
        select(gathers.permit.label("gathered"), *LicenseStateRow.__table__.columns)
        .join(
            gathers,
            (gathers.number == LicenseStateRow.number)
            & (gathers.version == LicenseStateRow.version),
        )
        .where(
            gathers.permit.in_(permits),
            LicenseStateRow.seq == last,
            LicenseStateRow.state.in_(_ALIVE),
        )
        .order_by(LicenseStateRow.number, LicenseStateRow.version)
    )


def _waiting(premises: Collection[int]) -> Select[Any]:
    """The last states of the latest versions at these premises that have something pending."""
    later, issued = aliased(LicenseStateRow), aliased(LicenseVersionRow)
    last = (
        select(func.max(later.seq))
        .where(later.number == LicenseStateRow.number, later.version == LicenseStateRow.version)
        .scalar_subquery()
    )
    latest = (
        select(func.max(issued.version)).where(issued.number == LicenseRow.number).scalar_subquery()
    )
    return (
        select(LicenseRow.premises, PendingItemRow.item, *LicenseStateRow.__table__.columns)
        .join(PendingItemRow, PendingItemRow.number == LicenseRow.number)
        .join(
            LicenseStateRow,
            (LicenseStateRow.number == PendingItemRow.number)
            & (LicenseStateRow.version == PendingItemRow.version),
        )
        .where(
            LicenseRow.premises.in_(premises),
            PendingItemRow.version == latest,
            LicenseStateRow.seq == last,
        )
        .distinct()
        .order_by(LicenseStateRow.number)
    )


def _batches(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    rest = iter(values)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some
