"""What the places of a status list say, as the registry stands."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from credential.status import Status, pack_entries
from verify_service.registry.status import EntryKind, status_entries
from verify_service.registry.status import StatusList as Allocated

ABANDONED_AFTER: Final = timedelta(hours=1)
STATUS: Final = {
    EntryKind.SUSPENDED: Status.SUSPENDED,
    EntryKind.VOID: Status.INVALID,
    EntryKind.SUPERSEDED: Status.SUPERSEDED,
    EntryKind.LAPSED: Status.INVALID,
    EntryKind.CANCELLED: Status.CANCELLED,
    EntryKind.ANNULLED: Status.ANNULLED,
    EntryKind.REVOKED: Status.REVOKED,
    EntryKind.WITHDRAWN: Status.WITHDRAWN,
    EntryKind.ABANDONED: Status.INVALID,
}


def entries_of(connection: Connection, allocated: Allocated, *, at: datetime) -> bytes:
    """The entries of a list as the registry stands: an even number of places, none of them free to
    be claimed, because what is not handed out yet reads as void."""
    size = max(allocated.next_index + allocated.next_index % 2, 2)
    values = dict.fromkeys(range(allocated.next_index, size), int(Status.INVALID))
    before = at - ABANDONED_AFTER
    for index, kind in status_entries(connection, allocated.status_list, abandoned_before=before):
        values[index] = int(STATUS[kind])
    return pack_entries(values, size=size)
