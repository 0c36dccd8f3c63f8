"""A change of a permit with all that follows it, written at once or planned beside others."""

from dataclasses import replace

from sqlalchemy import Connection

from verify_service.lifecycle.cascade import Cascade
from verify_service.lifecycle.following import Followed, Following
from verify_service.registry.chains import written_of
from verify_service.registry.permits import append_permit_version, next_version
from verify_service.registry.plan import Plan
from verify_service.registry.records import Permit, PermitChange


def apply_change(
    connection: Connection, cascade: Cascade, permit: Permit, change: PermitChange
) -> Followed:
    """Append a change to the chain of a permit, read just now, and let its licenses follow.

    Raises:
        RegistryError: refused, and nothing may be written.
    """
    version = append_permit_version(
        connection, permit.id, change, expected_version=permit.current.version
    )
    return cascade.follow(
        connection, replace(permit, current=version), written=written_of(change.record)
    )


def plan_change(
    permit: Permit, change: PermitChange, *, plan: Plan, following: Following
) -> tuple[Permit, Followed]:
    """Plan a change and what follows it; return the permit as it is then.

    Raises:
        RegistryError: refused, and nothing is in the plan.
    """
    after = replace(permit, current=next_version(permit.id, change, previous=permit.current))
    plan.versions.append(after.current)
    return after, following.follow(after)
