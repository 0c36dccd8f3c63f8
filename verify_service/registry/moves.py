"""The lifecycle as data: what each move makes of a state, who may make it, and on what basis.

A state is never given by a caller, always computed here, so no row can say ``revoked`` and
``in_force`` at once, and nothing that has ended comes back by a slip. The page for people is
``docs/spec/lifecycle.md``; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from verify_service.registry.errors import BasisRefusedError, MoveRefusedError


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
    RENEWING = "renewing"
    RENEWED = "renewed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    ANNULLED = "annulled"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    """The legal basis of a move (行政许可法 2019, 行政处罚法 2021)."""

    BY_DECISION = "by-decision"
    BY_PROMISE = "by-promise"
    ON_APPLICATION = "on-application"
    EX_OFFICIO = "ex-officio"
    DEEMED = "deemed"
    PENALTY = "penalty"
    PRECAUTION = "precaution"
    CAUSE_GONE = "cause-gone"
    TERM_OVER = "term-over"
    OVERTURNED = "overturned"
    CONDITIONS_GONE = "conditions-gone"
    OTHER_LAW = "other-law"
    HOLDER_GONE = "holder-gone"
    ENDED_OTHERWISE = "ended-otherwise"
    FORCE_MAJEURE = "force-majeure"
    DECEIT = "deceit"
    ABUSE_OF_OFFICE = "abuse-of-office"
    BEYOND_POWERS = "beyond-powers"
    PROCEDURE = "procedure"
    UNQUALIFIED = "unqualified"
    CIRCUMSTANCES_CHANGED = "circumstances-changed"
    LAW_CHANGED = "law-changed"


class LicenseState(StrEnum):
    """The states of one version of a license."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    VOID = "void"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """From each state where a move is legal (None: not granted yet), the state that it makes.

    ``bases``: what it may rest on, the first where none is given. ``by_clock``: the clock may
    make it too, and not only the permit's department.
    """

    after: Mapping[PermitState | None, PermitState]
    bases: tuple[Basis, ...]
    by_clock: bool = False


_FORCE, _PAUSE = PermitState.IN_FORCE, PermitState.SUSPENDED
_GOING_ON: Final[Mapping[PermitState | None, PermitState]] = {_FORCE: _FORCE, _PAUSE: _PAUSE}


def _into(end: PermitState) -> Mapping[PermitState | None, PermitState]:
    """What ended may end again in another way (an annulled permit is cancelled afterwards)."""
    return {state: end for state in PermitState if state is not end}


PERMIT_RULES: Final[Mapping[Move, Rule]] = MappingProxyType(
    {
        Move.GRANTED: Rule(after={None: _FORCE}, bases=(Basis.BY_DECISION, Basis.BY_PROMISE)),
        Move.AMENDED: Rule(after=_GOING_ON, bases=(Basis.ON_APPLICATION, Basis.EX_OFFICIO)),
        Move.RENEWING: Rule(after=_GOING_ON, bases=(Basis.ON_APPLICATION,)),
        # A lapsed permit may still be renewed: the clock may have been faster than its
        # department's records.
        Move.RENEWED: Rule(
            after={**_GOING_ON, PermitState.LAPSED: _FORCE},
            bases=(Basis.BY_DECISION, Basis.DEEMED),
        ),
        Move.SUSPENDED: Rule(
            after={_FORCE: _PAUSE},
            bases=(Basis.PENALTY, Basis.PRECAUTION, Basis.ON_APPLICATION),
        ),
        Move.RESUMED: Rule(
            after={_PAUSE: _FORCE}, bases=(Basis.CAUSE_GONE, Basis.TERM_OVER, Basis.OVERTURNED)
        ),
        Move.LAPSED: Rule(
            after={_FORCE: PermitState.LAPSED, _PAUSE: PermitState.LAPSED},
            bases=(Basis.TERM_OVER, Basis.CONDITIONS_GONE),
            by_clock=True,
        ),
        # The default is not the holder's own wish: that one may spare a license (`policy`).
        Move.CANCELLED: Rule(
            after=_into(PermitState.CANCELLED),
            bases=(
                Basis.OTHER_LAW,
                Basis.ON_APPLICATION,
                Basis.TERM_OVER,
                Basis.HOLDER_GONE,
                Basis.ENDED_OTHERWISE,
                Basis.FORCE_MAJEURE,
            ),
        ),
        Move.ANNULLED: Rule(
            after=_into(PermitState.ANNULLED),
            bases=(
                Basis.OTHER_LAW,
                Basis.DECEIT,
                Basis.ABUSE_OF_OFFICE,
                Basis.BEYOND_POWERS,
                Basis.PROCEDURE,
                Basis.UNQUALIFIED,
            ),
        ),
        Move.REVOKED: Rule(after=_into(PermitState.REVOKED), bases=(Basis.PENALTY,)),
        Move.WITHDRAWN: Rule(
            after=_into(PermitState.WITHDRAWN),
            bases=(Basis.CIRCUMSTANCES_CHANGED, Basis.LAW_CHANGED),
        ),
    }
)

LICENSE_MOVES: Final[Mapping[LicenseState, tuple[LicenseState, ...]]] = MappingProxyType(
    {
        LicenseState.IN_FORCE: (
            LicenseState.SUSPENDED,
            LicenseState.VOID,
            LicenseState.SUPERSEDED,
        ),
        LicenseState.SUSPENDED: (
            LicenseState.IN_FORCE,
            LicenseState.VOID,
            LicenseState.SUPERSEDED,
        ),
        LicenseState.SUPERSEDED: (LicenseState.VOID,),
        LicenseState.VOID: (LicenseState.RECALLED,),
        LicenseState.RECALLED: (),
    }
)


def has_ended(state: PermitState) -> bool:
    """Say whether a permit in this state is over (a suspended one is not)."""
    return state not in (_FORCE, _PAUSE)


def state_after(move: Move, state: PermitState | None) -> PermitState:
    """Return a permit's state after ``move``; ``state`` is None before it is granted.

    Raises `MoveRefusedError`.
    """
    after = PERMIT_RULES[move].after.get(state)
    if after is None:
        raise MoveRefusedError(entity="permit", move=move, state=state or "none")
    return after


def moves_from(state: PermitState) -> tuple[Move, ...]:
    """Return the moves that a permit in this state allows its department."""
    return tuple(move for move, rule in PERMIT_RULES.items() if state in rule.after)


def basis_of(move: Move, given: str | None) -> Basis:
    """Return the basis of a move; where none is given, the move's first.

    Raises `BasisRefusedError`: the basis is of another move, or of none.
    """
    bases = PERMIT_RULES[move].bases
    if given is None:
        return bases[0]
    if given not in bases:
        raise BasisRefusedError(move=move, basis=given, allowed=bases)
    return Basis(given)


def check_license_move(*, to: LicenseState, state: LicenseState) -> None:
    """Refuse to bring back what is void, or to change nothing; raises `MoveRefusedError`."""
    if to not in LICENSE_MOVES[state]:
        raise MoveRefusedError(entity="license", move=to, state=state)
