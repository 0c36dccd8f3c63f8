"""What the places of a status list say, as the registry stands."""

from datetime import datetime

from sqlalchemy import Connection

from credential.days import SHANGHAI
from credential.status import Status, pack_entries
from verify_service.registry.status import StatusList as Allocated
from verify_service.registry.status import places_held, status_entries


def entries_of(connection: Connection, allocated: Allocated, *, at: datetime) -> bytes:
    """The entries of a list as the registry stands at an instant: an even number of places, each
    held by a license or void, so that none of them is free to be claimed."""
    held = places_held(connection, allocated.status_list)
    size = max(held + held % 2, 2)
    values = dict.fromkeys(range(held, size), int(Status.INVALID))
    today = at.astimezone(SHANGHAI).date()
    for index, status in status_entries(connection, allocated.status_list, today=today):
        values[index] = int(status)
    return pack_entries(values, size=size)
