"""The status lists while a file is done."""

from datetime import datetime, timedelta
from typing import Final

from verify_service.publishing.service import Publisher

PUBLISH_EVERY: Final = timedelta(seconds=4)
"""While a run goes on, the lists are not older than this."""


class RunLists:
    """The status lists of a run: published every few seconds, and when it ends or is stopped."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._last: datetime | None = None
        self._due: datetime | None = None

    def note(self, at: datetime, *, relists: bool) -> None:
        """Take note of a chunk that was recorded at an instant."""
        self._last = self._last or at
        self._due = at if relists else self._due
        if self._due is not None and at - self._last >= PUBLISH_EVERY:
            self.publish()
            self._last = at

    def publish(self) -> None:
        """Publish what is due."""
        if self._due is not None:
            self._publisher.republish(at=self._due)
            self._due = None
