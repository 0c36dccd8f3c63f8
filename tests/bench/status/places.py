"""A registry whose status lists are full: places alone, in the pages that they are kept in."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import insert

from credential.days import SHANGHAI
from credential.status import MAX_ENTRIES, Status
from verify_service.registry.books import StatusAllocationRow, StatusBlockRow
from verify_service.registry.status_pages import replace_pages, write_places
from verify_service.service import Service

PERMITS: Final = 5
ENDED: Final = 0.02
_BLOCK: Final = 1 + PERMITS
_PER_LIST: Final = MAX_ENTRIES // _BLOCK
_ENDS: Final = (
    Status.INVALID,
    Status.CANCELLED,
    Status.ANNULLED,
    Status.REVOKED,
    Status.WITHDRAWN,
)


def fill_places(service: Service, *, licenses: int, at: datetime) -> list[str]:
    """Hand out the blocks of so many licenses, 2 % of them ended by one of their permits.

    Gives the names of the lists.
    """
    random, names = Random(4), []
    today = at.astimezone(SHANGHAI).date()
    for first in range(0, licenses, _PER_LIST):
        count, name = min(licenses - first, _PER_LIST), str(first // _PER_LIST)
        names.append(name)
        ended: dict[int, Status] = {}
        for each in random.sample(range(count), int(count * ENDED)):
            ended[each * _BLOCK] = Status.INVALID
            ended[each * _BLOCK + random.randint(1, PERMITS)] = random.choice(_ENDS)
        with service.database.writing() as connection:
            allocation = {
                "status_list": name,
                "next_index": count * _BLOCK,
                "capacity": MAX_ENTRIES,
            }
            connection.execute(insert(StatusAllocationRow), [allocation])
            blocks = [
                {
                    "status_list": name,
                    "start": each * _BLOCK,
                    "size": _BLOCK,
                    # Long ago: without a license they are as listed as with one.
                    "reserved_at": at - timedelta(days=1),
                }
                for each in range(count)
            ]
            connection.execute(insert(StatusBlockRow), blocks)
            replace_pages(connection, name, bytes(count * _BLOCK // 2), today=today)
            write_places(connection, {name: ended})
    return names
