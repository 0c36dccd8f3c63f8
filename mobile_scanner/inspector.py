"""Judges a symbol's text: here first, by what is held, and then with the service's help.

What was proved here stands whatever the service says (`combining`); where it cannot be asked, the
verdict of this device is given, and that it was not asked is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from credential.claims import Position
from credential.rules import Policy
from credential.verdict import Verdict
from credential.verify import DEFAULT_POLICY, verify
from mobile_scanner.combining import FINAL_HERE, OtherLicenseError, combine
from mobile_scanner.list_errors import ServerAnswerError, ServerError
from mobile_scanner.offline import HeldLists
from mobile_scanner.verdict_form import VerdictForm

if TYPE_CHECKING:
    from mobile_scanner.online import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """A verdict, and why the service had no part in it where it should have had."""

    verdict: VerdictForm
    not_asked: ServerError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Somebody with a scanner: with which lists, at what time, where, and asking whom.

    `lists` and `clock` are asked anew for each text: a scanner on a counter runs for days.
    """

    lists: Callable[[], HeldLists]
    clock: Callable[[], datetime]
    near: Position | None = None
    service: "Service | None" = None
    policy: Policy = DEFAULT_POLICY

    def judge(self, text: str) -> Verdict:
        """Say what this device thinks of a text."""
        return verify(
            text,
            trusted=self.lists().trusted,
            at=self.clock(),
            policy=self.policy,
            near=self.near,
            details=None if self.service is None else self.service.details,
        )

    def conclude(self, text: str, verdict: Verdict) -> Conclusion:
        """Have the service's say too, where there is one and it may have any."""
        local = form_of(verdict)
        if self.service is None or verdict.outcome in FINAL_HERE:
            return Conclusion(verdict=local)
        try:
            remote = self.service.verdict(text, self.near)
            return Conclusion(verdict=combine(local, remote, policy=self.policy))
        except ServerError as error:
            return Conclusion(verdict=local, not_asked=error)
        except OtherLicenseError as error:
            url = self.service.server.url
            return Conclusion(
                verdict=local, not_asked=ServerAnswerError(server=url, cause=str(error))
            )


def form_of(verdict: Verdict) -> VerdictForm:
    """The JSON form of our own verdict, with its types."""
    return cast("VerdictForm", verdict.as_dict())
