"""What is asked of a verifier: when, with which lists, under which policy, where.

Everything that a verdict depends on beside the symbol's text stands here; there is no other input.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from credential.claims import License, Position, Reference
from credential.reasons import Reason, outcome_of
from credential.rules import Policy
from credential.trusted import TrustedSet
from credential.verdict import AsOf, Check, Checked, Verdict


class RegistryAnswer(NamedTuple):
    """What the issuer's registry says of a license.

    `values` are status entries, the license's first, then its permits' in order; `as_of` is in
    Unix seconds.
    """

    known: bool
    agrees: bool
    values: tuple[int, ...]
    as_of: int


AskRegistry = Callable[[License | Reference, bytes], RegistryAnswer | None]
"""Asked with the content and its claims set; None where this registry is not the issuer's."""
FetchDetails = Callable[[Reference], bytes | None]
"""Gives the claims set that a reference names, or None."""


class Question(NamedTuple):
    """The circumstances of one verification; `now` is in Unix seconds."""

    now: int
    trusted: TrustedSet
    policy: Policy
    near: Position | None
    registry: AskRegistry | None
    details: FetchDetails | None


@dataclass(eq=False)
class Refusal(Exception):
    """A step that failed for good: the verdict shows nothing of what the symbol says."""

    reason: Reason
    signature: Check = Check.NOT_CHECKED
    issuer: Check = Check.NOT_CHECKED
    registry: Check = Check.NOT_CHECKED
    registry_at: int | None = None

    def verdict(self, question: Question) -> Verdict:
        reasons = (self.reason,)
        return Verdict(
            outcome_of(reasons),
            reasons,
            None,
            Checked(self.signature, self.issuer, Check.NOT_CHECKED, self.registry),
            AsOf(
                question.now,
                None,
                question.trusted.trust.issued_at,
                self.registry_at,
            ),
        )
