"""What a move makes of a state: a permit's moves are its department's, a license's the bureau's.

A state is never given by a caller, always computed here, so no row can say ``revoked`` and
``in_force`` at once, and nothing that has ended comes back by a slip.
"""

from enum import StrEnum

from verify_service.registry.errors import MoveRefusedError


class PermitState(StrEnum):
    """The states of a permit, as the registry keeps them."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    ANNULLED = "annulled"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What a department does to a permit."""

    GRANTED = "granted"
    AMENDED = "amended"
    RENEWED = "renewed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    ANNULLED = "annulled"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class LicenseState(StrEnum):
    """The states of one version of a license."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    VOID = "void"
    SUPERSEDED = "superseded"


_ALIVE = (PermitState.IN_FORCE, PermitState.SUSPENDED)
_LICENSE_MOVES = {
    LicenseState.IN_FORCE: (LicenseState.SUSPENDED, LicenseState.VOID, LicenseState.SUPERSEDED),
    LicenseState.SUSPENDED: (LicenseState.IN_FORCE, LicenseState.VOID, LicenseState.SUPERSEDED),
    LicenseState.SUPERSEDED: (LicenseState.VOID,),
    LicenseState.VOID: (),
}


def has_ended(state: PermitState) -> bool:
    """Say whether a permit in this state is over (a suspended one is not)."""
    return state not in _ALIVE


def state_after(move: Move, state: PermitState | None) -> PermitState:
    """Return a permit's state after ``move``; ``state`` is None before it is granted.

    An amendment and a renewal leave a suspension standing. A lapsed permit may still be renewed:
    the clock may have been faster than its department's records. What ended may end again in
    another way (an annulled permit is cancelled afterwards), and never resumes. Raises
    `MoveRefusedError`.
    """
    match move, state:
        case Move.GRANTED, None:
            return PermitState.IN_FORCE
        case ((Move.AMENDED | Move.RENEWED), (PermitState.IN_FORCE | PermitState.SUSPENDED)):
            return state
        case Move.RENEWED, PermitState.LAPSED:
            return PermitState.IN_FORCE
        case Move.SUSPENDED, PermitState.IN_FORCE:
            return PermitState.SUSPENDED
        case Move.RESUMED, PermitState.SUSPENDED:
            return PermitState.IN_FORCE
        case ((Move.CANCELLED | Move.ANNULLED | Move.REVOKED | Move.WITHDRAWN), PermitState()) if (
            state != PermitState(move.value)
        ):
            return PermitState(move.value)
        case Move.LAPSED, (PermitState.IN_FORCE | PermitState.SUSPENDED):
            return PermitState.LAPSED
        case _:
            raise MoveRefusedError(entity="permit", move=move, state=state or "none")


def check_license_move(*, to: LicenseState, state: LicenseState) -> None:
    """Refuse to bring back what is void, or to change nothing; raises `MoveRefusedError`."""
    if to not in _LICENSE_MOVES[state]:
        raise MoveRefusedError(entity="license", move=to, state=state)
