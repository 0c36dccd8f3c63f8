"""What a license's place in a status list says, and a permit's: one rule for all who ask.

The published list and the answer online are made by these two functions, so that a scanner in a
basement is never told better news than the one beside it with a network.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from credential.status import Status
from verify_service.registry.moves import LicenseState, PermitState

_LICENSE: Final[Mapping[LicenseState, Status]] = {
    LicenseState.IN_FORCE: Status.VALID,
    LicenseState.SUSPENDED: Status.SUSPENDED,
    LicenseState.SUPERSEDED: Status.SUPERSEDED,
    LicenseState.VOID: Status.INVALID,
    LicenseState.RECALLED: Status.INVALID,
}
_PERMIT: Final[Mapping[PermitState, Status]] = {
    PermitState.IN_FORCE: Status.VALID,
    PermitState.SUSPENDED: Status.SUSPENDED,
    PermitState.LAPSED: Status.INVALID,
    PermitState.CANCELLED: Status.CANCELLED,
    PermitState.ANNULLED: Status.ANNULLED,
    PermitState.REVOKED: Status.REVOKED,
    PermitState.WITHDRAWN: Status.WITHDRAWN,
}


def license_place(state: LicenseState) -> Status:
    """Return what the place of a version of a license says."""
    return _LICENSE[state]


def permit_state_on(
    state: PermitState, valid_from: date, valid_until: date | None, *, today: date
) -> PermitState:
    """Return how a permit stands on a day, by its recorded state and its days.

    Over since yesterday is over, though nobody has recorded it and though the license was sealed
    when the permit was to last longer. One that is to begin tomorrow (its first day was changed
    after the license was issued) is suspended until then: it can still come to be in force.
    """
    if state is not PermitState.IN_FORCE:
        return state
    if valid_until is not None and valid_until < today:
        return PermitState.LAPSED
    return PermitState.SUSPENDED if today < valid_from else state


def permit_place(
    state: PermitState,
    valid_from: date,
    valid_until: date | None,
    *,
    today: date,
    noted: bool = False,
) -> Status:
    """Return what the place of a permit says on a day.

    ``noted``: the license stands without it (`lifecycle.policy`), which holds of a permit that was
    cancelled and of no other: one that was revoked after it was given up says so.
    """
    if noted and state is PermitState.CANCELLED:
        return Status.GIVEN_UP
    return _PERMIT[permit_state_on(state, valid_from, valid_until, today=today)]
