"""What an extract and the registry say differently; pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from verify_service.intake.extracts import ExtractRow
from verify_service.registry.intake_records import DifferenceWhat, NewDifference
from verify_service.registry.moves import PermitState, has_ended
from verify_service.registry.records import Permit

_ALIVE: Final = (PermitState.IN_FORCE, PermitState.SUSPENDED)


def compare(row: ExtractRow, permit: Permit | None, *, on: date) -> tuple[NewDifference, ...]:
    """Return how a row differs from the permit as it was in the registry on a day.

    Running out is not said by everybody's books: on both sides a permit past its last day has
    lapsed. One that has ended and was never entered is no difference, nor are days of what has ended
    on both sides.
    """
    extracted = _state_on(row.state, row.valid_until.day, on)
    if permit is None:
        if has_ended(extracted):
            return ()
        return (_difference(DifferenceWhat.MISSING, row, None),)
    terms = permit.current.terms
    registered = _state_on(permit.current.state, terms.valid_until, on)
    found = []
    if row.holder != permit.holder:
        found.append(DifferenceWhat.HOLDER)
    if row.premises is not None and row.premises != permit.premises:
        found.append(DifferenceWhat.PREMISES)
    same_days = (row.valid_from, row.valid_until.day) == (terms.valid_from, terms.valid_until)
    # A lapsed permit is brought back by renewing it, which gives it its days too.
    to_be_renewed = permit.current.state is PermitState.LAPSED and not has_ended(extracted)
    both_ended = has_ended(extracted) and has_ended(registered)
    if not (same_days or both_ended or to_be_renewed):
        found.append(DifferenceWhat.DATES)
    # Where the days differ, they may be all that makes two of one recorded state.
    by_days_alone = DifferenceWhat.DATES in found and row.state is permit.current.state
    if extracted is not registered and not by_days_alone:
        found.append(DifferenceWhat.STATE)
    return tuple(_difference(what, row, permit) for what in found)


def extra(
    permits: Iterable[Permit], seen: Collection[tuple[str, str]], *, on: date
) -> Iterator[NewDifference]:
    """Yield the permits in force or suspended that a full extract does not have."""
    for permit in permits:
        state = _state_on(permit.current.state, permit.current.terms.valid_until, on)
        if state in _ALIVE and (permit.kind, permit.number) not in seen:
            yield NewDifference(
                what=DifferenceWhat.EXTRA,
                kind=permit.kind,
                number=permit.number,
                line=None,
                permit=permit.id,
                permit_version=permit.current.version,
                registered=_of_permit(permit),
                extracted=None,
            )


def _state_on(state: PermitState, last: date | None, on: date) -> PermitState:
    return PermitState.LAPSED if state in _ALIVE and last is not None and last < on else state


def _difference(what: DifferenceWhat, row: ExtractRow, permit: Permit | None) -> NewDifference:
    return NewDifference(
        what=what,
        kind=row.kind,
        number=row.number,
        line=row.line,
        permit=None if permit is None else permit.id,
        permit_version=None if permit is None else permit.current.version,
        registered=None if permit is None else _of_permit(permit),
        extracted=_of_row(row),
    )


def _of_permit(permit: Permit) -> Mapping[str, object]:
    terms = permit.current.terms
    return {
        "holder": permit.holder,
        "premises": permit.premises,
        "valid_from": terms.valid_from.isoformat(),
        "valid_until": None if terms.valid_until is None else terms.valid_until.isoformat(),
        "state": permit.current.state.value,
    }


def _of_row(row: ExtractRow) -> Mapping[str, object]:
    last = row.valid_until.day
    return {
        "holder": row.holder,
        "premises": row.premises,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": None if last is None else last.isoformat(),
        "state": row.state.value,
    }
