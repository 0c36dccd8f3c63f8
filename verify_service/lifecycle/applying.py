"""One change of one permit with all that follows it: what every entrance comes down to."""

from dataclasses import replace

from sqlalchemy import Connection

from verify_service.lifecycle.cascade import Cascade
from verify_service.lifecycle.following import Followed
from verify_service.registry.chains import written_of
from verify_service.registry.permits import append_permit_version
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
