"""What a reissue leaves out, so that no permit is dropped from a license silently."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from verify_service.registry.license_rows import get_license_version
from verify_service.registry.moves import PermitState
from verify_service.registry.permits import get_permit
from verify_service.registry.places import permit_state_on
from verify_service.registry.records import Permit


class LeftOut(NamedTuple):
    """A permit that a version gathers and the next one does not, as it stands."""

    kind: str
    number: str
    state: PermitState


def left_out_of(
    connection: Connection, number: str, version: int, permits: Sequence[Permit], *, on: date
) -> tuple[LeftOut, ...]:
    """Return what a version gathers and ``permits`` do not, in its order, as it stands on a day."""
    kept = {permit.id for permit in permits}
    before = get_license_version(connection, number, version).permits
    return tuple(
        _left_out(get_permit(connection, each.permit), on)
        for each in before
        if each.permit not in kept
    )


def _left_out(permit: Permit, on: date) -> LeftOut:
    current = permit.current
    first, last = current.terms.valid_from, current.terms.valid_until
    state = permit_state_on(current.state, first, last, today=on)
    return LeftOut(permit.kind, permit.number, state)
