"""What the entrance for changes holds a change against, whether it comes alone or in a file; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from credential.days import MAX_DAY, date_of
from verify_service.access import Principal, require_owner
from verify_service.catalog import Catalog, Form, NotInCatalogError
from verify_service.registry.errors import (
    DayOutOfRangeError,
    EffectiveInFutureError,
    VersionConflictError,
)
from verify_service.registry.ledger import Written
from verify_service.registry.moves import Basis, Move
from verify_service.registry.records import Permit, PermitChange, PermitTerms, Record

SOONEST: Final = timedelta(minutes=1)
"""What takes effect sooner than this is recorded when it does."""
LATEST: Final = timedelta(days=366)

_LAST_DAY = date_of(MAX_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPermit:
    """A permit that its department has granted."""

    kind: str
    number: str
    department: str
    holder: str
    premises: int
    terms: PermitTerms
    basis: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a department does to a permit; ``terms`` None where they stay as they were.

    ``basis`` None: the move's first (`moves.PERMIT_RULES`). ``effective_at`` None: now.
    """

    move: Move
    grounds: str
    basis: str | None = None
    document: str | None = None
    terms: PermitTerms | None = None
    effective_at: datetime | None = None
    expected_version: int | None = None


def check_new(catalog: Catalog, new: NewPermit, *, principal: Principal) -> None:
    """Refuse a permit that the party may not enter, or whose terms no license could name.

    Raises:
        AccessError, NotInCatalogError, DayOutOfRangeError
    """
    require_owner(principal, kind=new.kind, department=new.department)
    _check_terms(catalog, new.kind, new.department, new.terms)


def check_change(catalog: Catalog, permit: Permit, change: Change, *, principal: Principal) -> None:
    """Refuse a change of another department's permit, or to terms that no license could name.

    Raises:
        AccessError, NotInCatalogError, DayOutOfRangeError
    """
    require_owner(principal, kind=permit.kind, department=permit.department)
    if change.terms is not None:
        _check_terms(catalog, permit.kind, permit.department, change.terms)


def granted(new: NewPermit, *, grounds: str | None = None, written: Written) -> PermitChange:
    """Return the first link of a new permit's chain."""
    # One got by promise was granted by promise (R18), unless its department says otherwise.
    by_promise = new.basis is None and new.terms.by_promise
    return PermitChange(
        move=Move.GRANTED,
        terms=new.terms,
        basis=Basis.BY_PROMISE if by_promise else new.basis,
        grounds=grounds or "granted",
        document=new.document,
        record=_record(written, None),
    )


def decide(permit: Permit, change: Change, *, written: Written) -> PermitChange:
    """Return the link that a change is to be; one that is announced takes effect later.

    Raises:
        VersionConflictError, EffectiveInFutureError
    """
    expected = change.expected_version
    if expected is not None and expected != permit.current.version:
        raise VersionConflictError(
            entity="permit", key=str(permit.id), expected=expected, found=permit.current.version
        )
    decided = PermitChange(
        move=change.move,
        terms=change.terms,
        basis=change.basis,
        grounds=change.grounds,
        document=change.document,
        record=_record(written, change.effective_at),
    )
    if is_announced(decided) and not SOONEST <= _ahead(decided) <= LATEST:
        raise EffectiveInFutureError(entity="permit", key=f"{permit.kind} {permit.number}")
    return decided


def is_announced(change: PermitChange) -> bool:
    """Say whether a change takes effect later."""
    return _ahead(change) > timedelta(0)


def _ahead(change: PermitChange) -> timedelta:
    return change.record.effective_at - change.record.recorded_at


def _check_terms(catalog: Catalog, kind: str, department: str, terms: PermitTerms) -> None:
    """Refuse what no license could name: days out of range, a form that is not this
    department's for the kind."""
    for day in (terms.valid_from, terms.valid_until):
        if day is not None and day > _LAST_DAY:
            raise DayOutOfRangeError(day=day.isoformat(), last=_LAST_DAY.isoformat())
    form = terms.document_form
    if form not in set(Form):
        raise NotInCatalogError(what="document form", key=form)
    catalog.permit_code(kind, department=department, form=Form(form))


def _record(written: Written, effective_at: datetime | None) -> Record:
    return Record(
        effective_at=effective_at or written.at, recorded_at=written.at, recorded_by=written.by
    )
