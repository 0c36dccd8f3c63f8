"""What becomes of a license when one of its permits has changed: the rule of R7, pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol

from verify_service.lifecycle.policy import GivenUp, LicensePolicy
from verify_service.registry.moves import Basis, LicenseState, Move, PermitState, has_ended
from verify_service.registry.records import PermitVersion

IN_GRACE: Final = "permit-lapsed-renewing"
"""The reason of a suspension that waits for a renewal which is under way."""
ALIVE: Final = (LicenseState.IN_FORCE, LicenseState.SUSPENDED)


class NoticeKind(StrEnum):
    """What a holder is told."""

    LICENSE_VOID = "license-void"
    LICENSE_SUSPENDED = "license-suspended"
    LICENSE_RESUMED = "license-resumed"
    LICENSE_TO_REISSUE = "license-to-reissue"
    PERMIT_GIVEN_UP = "permit-given-up"


class Reissue(StrEnum):
    """Why a license is to be reissued."""

    AMENDED = "permit-amended"
    RENEWED = "permit-renewed"
    GIVEN_UP = "permit-given-up"
    PENDING_GRANTED = "pending-granted"


class Beside(Protocol):
    """A permit that a license gathers beside the one that has changed."""

    @property
    def state(self) -> PermitState: ...

    @property
    def noted(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A permit beside, of which nothing else was read."""

    state: PermitState
    noted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A permit of a license as it stands: its last link, and what the license knows of it.

    ``mandatory``: the license may not be without it, by itself or for its group's sake.
    ``noted``: it was given up, and the license stands without it. ``renewing``: an application to
    renew it was received and not decided.
    """

    current: PermitVersion
    mandatory: bool
    noted: bool
    renewing: bool

    @property
    def state(self) -> PermitState:
        return self.current.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What becomes of a license; ``state`` None: it stays as it is."""

    state: LicenseState | None = None
    reason: str = ""
    is_noted: bool = False
    reissue: Reissue | None = None
    notice: NoticeKind | None = None


NOTHING: Final = Consequence()
_REISSUES: Final = {Move.AMENDED: Reissue.AMENDED, Move.RENEWED: Reissue.RENEWED}


def consequence(
    policy: LicensePolicy,
    *,
    standing: LicenseState,
    changed: Gathered,
    others: Sequence[Beside],
    on: date,
) -> Consequence:
    """Return what becomes of a license in state ``standing`` whose permit has changed.

    ``changed`` is that permit after the change, ``others`` are the license's others, ``on`` is the
    civil day of recording.
    """
    if standing not in ALIVE:
        return NOTHING
    current = changed.current
    if has_ended(current.state):
        return _ended(policy, standing=standing, changed=changed, others=others, on=on)
    if current.state is PermitState.SUSPENDED:
        wanted, reason = LicenseState.SUSPENDED, "permit-suspended"
    else:
        wanted, reason = _with(others), "resumed"
    reissue = _REISSUES.get(current.move)
    if wanted is not standing:
        return Consequence(state=wanted, reason=reason, reissue=reissue, notice=_notice_of(wanted))
    if reissue is None:
        return NOTHING
    return Consequence(reissue=reissue, notice=NoticeKind.LICENSE_TO_REISSUE)


def is_in_grace(policy: LicensePolicy, lapsed: Gathered, *, on: date) -> bool:
    """Say whether a lapsed permit's renewal is under way, and the policy still waits for it."""
    current, last = lapsed.current, lapsed.current.terms.valid_until
    return (
        # Of what ended for another reason than its days no renewal is waited for.
        (current.move, current.basis) == (Move.LAPSED, Basis.TERM_OVER)
        and lapsed.renewing
        and last is not None
        and last < on <= last + timedelta(days=policy.renewal_grace_days)
    )


def _ended(
    policy: LicensePolicy,
    *,
    standing: LicenseState,
    changed: Gathered,
    others: Sequence[Beside],
    on: date,
) -> Consequence:
    current = changed.current
    reason = f"permit-{current.state}"
    if _is_given_up(policy, changed) and any(counts(other) for other in others):
        wanted = _with(others)
        return Consequence(
            state=None if wanted is standing else wanted,
            reason="resumed",
            is_noted=True,
            reissue=Reissue.GIVEN_UP,
            notice=NoticeKind.PERMIT_GIVEN_UP,
        )
    if is_in_grace(policy, changed, on=on):
        if standing is LicenseState.SUSPENDED:
            return NOTHING
        return Consequence(
            state=LicenseState.SUSPENDED,
            reason=IN_GRACE,
            notice=NoticeKind.LICENSE_SUSPENDED,
        )
    return Consequence(state=LicenseState.VOID, reason=reason, notice=NoticeKind.LICENSE_VOID)


def _is_given_up(policy: LicensePolicy, changed: Gathered) -> bool:
    current = changed.current
    return (
        policy.given_up is GivenUp.ANNOTATE
        and not changed.mandatory
        and current.move is Move.CANCELLED
        and current.basis is Basis.ON_APPLICATION
    )


def counts(permit: Beside) -> bool:
    """Whether a license can stand on a permit (R16: on at least one)."""
    return not permit.noted and not has_ended(permit.state)


def _with(others: Sequence[Beside]) -> LicenseState:
    """The state of a license whose changed permit is no hindrance, by its others."""
    for other in others:
        if not other.noted and other.state is not PermitState.IN_FORCE:
            return LicenseState.SUSPENDED
    return LicenseState.IN_FORCE


def _notice_of(state: LicenseState) -> NoticeKind:
    if state is LicenseState.SUSPENDED:
        return NoticeKind.LICENSE_SUSPENDED
    return NoticeKind.LICENSE_RESUMED
