"""When a list is said to be signed: always later than the one before it, and never far ahead."""

import logging
from datetime import datetime, timedelta
from typing import Final

from verify_service.registry.records import Artifact

# Readers tell lists apart by the second in which they were signed, and disbelieve a list that is
# minutes ahead of their clock: many changes in one second may not push it there.
AHEAD_AT_MOST: Final = timedelta(seconds=60)
# What is further ahead than this was signed by a clock that was wrong. Nobody has taken it
# (docs/spec/status-list.md), and to stay ahead of it would be to publish nothing till then. Of a
# code list, which is signed once a year, a clock that is slow now is the likelier cause.
STATUS_LIST_WAS_WRONG: Final = timedelta(days=1)
CODE_LIST_WAS_WRONG: Final = timedelta(days=366)
_log = logging.getLogger(__name__)


def next_time(at: datetime, published: Artifact | None, *, wrong: timedelta) -> datetime:
    """A time of signing that is later than the last one: readers tell lists apart by it."""
    if published is None:
        return at
    if published.issued_at > at + wrong:
        _log.error("%s is dated %s: the clock was wrong", published.name, published.issued_at)
        return at
    return max(at, published.issued_at + timedelta(seconds=1))


def is_ahead(at: datetime, published: Artifact | None) -> bool:
    """Whether so many lists were signed in these seconds that the next one has to wait."""
    return (
        published is not None
        and at + AHEAD_AT_MOST < published.issued_at <= at + STATUS_LIST_WAS_WRONG
    )
