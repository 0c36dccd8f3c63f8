"""What settles a difference: the rows of changes that make the registry say what the extract does."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from verify_service.intake.changes import ChangeRow
from verify_service.intake.values import Until
from verify_service.reconciliation.errors import SettlementUnclearError
from verify_service.registry.errors import NotRegisteredError, VersionConflictError
from verify_service.registry.intake_records import Difference, DifferenceWhat, NewDifference
from verify_service.registry.moves import Move, PermitState, moves_from
from verify_service.registry.records import Permit

# The part of the two sides that a difference is about.
_ASPECTS: Final = {
    DifferenceWhat.DATES: ("valid_from", "valid_until"),
    DifferenceWhat.STATE: ("state",),
    DifferenceWhat.EXTRA: ("state",),
    DifferenceWhat.HOLDER: ("state",),
    DifferenceWhat.PREMISES: ("state",),
}
_WITH_DAYS: Final = (Move.AMENDED, Move.RENEWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the department decides. ``move`` None: the one that is meant by the difference;
    ``premises``: of a permit that is missing, where the extract does not name them."""

    grounds: str
    move: Move | None = None
    basis: str | None = None
    document: str | None = None
    effective_at: datetime | None = None
    premises: int | None = None


def is_settled_already(found: NewDifference, permit: Permit | None) -> bool:
    """Say whether the registry says meanwhile what the extract did."""
    if found.what not in (DifferenceWhat.DATES, DifferenceWhat.STATE):
        return found.what is DifferenceWhat.MISSING and permit is not None
    assert found.extracted is not None
    return permit is not None and all(
        _said(permit)[name] == found.extracted[name] for name in _ASPECTS[found.what]
    )


def ways_to_settle(found: NewDifference, permit: Permit | None) -> tuple[Move, ...]:
    """Return the moves by which a difference can be settled; none where it can only be dismissed.

    ``permit`` is how it stands now.
    """
    if found.what is DifferenceWhat.MISSING:
        return (Move.GRANTED,) if permit is None else ()
    if permit is None:
        return ()
    allowed = moves_from(permit.current.state)
    if found.what is DifferenceWhat.DATES:
        return tuple(move for move in _WITH_DAYS if move in allowed)
    meant = _meant(found, permit)
    return allowed if meant is None else tuple({meant} & set(allowed))


def rows_for(
    difference: Difference, permit: Permit | None, settlement: Settlement
) -> tuple[ChangeRow, ...]:
    """Return the changes that settle a difference, in their order.

    ``permit`` is how it stands now. Raises `SettlementUnclearError`, `VersionConflictError`.
    """
    found = difference.found
    if found.what is DifferenceWhat.MISSING:
        return _entering(difference, settlement)
    if permit is None:
        raise NotRegisteredError(entity="permit", key=f"{found.kind} {found.number}")
    _check_unchanged(found, permit)
    move = settlement.move or _meant(found, permit)
    if move is None:
        raise SettlementUnclearError(difference=difference.id, what=found.what, lacking="move")
    days = _days(found) if move in _WITH_DAYS and found.extracted is not None else {}
    return (
        ChangeRow(
            line=found.line or 0,
            move=move,
            kind=found.kind,
            number=found.number,
            basis=settlement.basis,
            grounds=settlement.grounds,
            document=settlement.document,
            effective_at=settlement.effective_at,
            expected_version=permit.current.version,
            **days,
        ),
    )


def _entering(difference: Difference, settlement: Settlement) -> tuple[ChangeRow, ...]:
    """A missing permit is granted, and suspended then if it is that in the extract."""
    found = difference.found
    said = found.extracted
    assert said is not None
    premises = settlement.premises or said["premises"]
    if premises is None:
        raise SettlementUnclearError(difference=difference.id, what=found.what, lacking="premises")
    assert isinstance(premises, int)
    entered = ChangeRow(
        line=found.line or 0,
        move=Move.GRANTED,
        kind=found.kind,
        number=found.number,
        holder=str(said["holder"]),
        premises=premises,
        basis=settlement.basis,
        grounds=settlement.grounds,
        document=settlement.document,
        **_days(found),
    )
    if said["state"] != PermitState.SUSPENDED:
        return (entered,)
    suspended = ChangeRow(
        line=found.line or 0,
        move=Move.SUSPENDED,
        kind=found.kind,
        number=found.number,
        grounds=settlement.grounds,
        document=settlement.document,
    )
    return entered, suspended


def _meant(found: NewDifference, permit: Permit) -> Move | None:
    """The move that the difference means, None where several could be."""
    if found.what is DifferenceWhat.DATES:
        return Move.AMENDED
    if found.what is not DifferenceWhat.STATE:
        return None
    assert found.extracted is not None
    wanted = PermitState(str(found.extracted["state"]))
    match wanted:
        case PermitState.SUSPENDED:
            return Move.SUSPENDED
        case PermitState.IN_FORCE:
            lapsed = permit.current.state is PermitState.LAPSED
            return Move.RENEWED if lapsed else Move.RESUMED
        case _:
            return Move(wanted.value)


def _check_unchanged(found: NewDifference, permit: Permit) -> None:
    """Refuse to settle what is not any more as it was compared, in what the difference is about."""
    assert found.registered is not None
    assert found.permit_version is not None
    said = _said(permit)
    if any(said[name] != found.registered[name] for name in _ASPECTS[found.what]):
        raise VersionConflictError(
            entity="permit",
            key=str(permit.id),
            expected=found.permit_version,
            found=permit.current.version,
        )


def _said(permit: Permit) -> dict[str, object]:
    terms = permit.current.terms
    return {
        "valid_from": terms.valid_from.isoformat(),
        "valid_until": None if terms.valid_until is None else terms.valid_until.isoformat(),
        "state": permit.current.state.value,
    }


def _days(found: NewDifference) -> dict[str, Any]:
    assert found.extracted is not None
    last = found.extracted["valid_until"]
    return {
        "valid_from": date.fromisoformat(str(found.extracted["valid_from"])),
        "valid_until": Until(None if last is None else date.fromisoformat(str(last))),
    }
