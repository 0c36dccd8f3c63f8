"""What the places of a status list say, as the registry stands."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from credential.days import SHANGHAI
from verify_service.registry.status import StatusList as Allocated
from verify_service.registry.status import places_listed
from verify_service.registry.status_pages import kept_entries

ABANDONED_AFTER: Final = timedelta(hours=1)


def entries_of(connection: Connection, allocated: Allocated, *, at: datetime) -> bytes:
    """The entries of a list as the registry stands at an instant: an even number of places, each
    held by a license or void, so that none of them is free to be claimed."""
    name = allocated.status_list
    listed = places_listed(connection, name, abandoned_before=at - ABANDONED_AFTER)
    size = max(listed + listed % 2, 2)
    return kept_entries(connection, name, size=size, today=at.astimezone(SHANGHAI).date())
