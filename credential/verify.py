"""Verification: one function from a symbol's text to a verdict (docs/spec/credential.md).

It never raises for what a text holds, opens nothing, and looks at no clock: the time, the lists
and the place come as arguments.
"""

from datetime import datetime
from typing import Final

from credential.claims import Position
from credential.days import seconds_of
from credential.judge import judge
from credential.named import named
from credential.opening import open_text
from credential.question import AskRegistry, FetchDetails, Question, Refusal, RegistryAnswer
from credential.rules import Policy
from credential.trusted import TrustedSet
from credential.verdict import Verdict

DEFAULT_POLICY: Final = Policy()


def verify(
    text: str,
    *,
    trusted: TrustedSet,
    at: datetime,
    policy: Policy = DEFAULT_POLICY,
    near: Position | None = None,
    registry: AskRegistry | None = None,
    details: FetchDetails | None = None,
) -> Verdict:
    """Say what is to be thought of a symbol's text at an instant.

    Raises:
        ValueError: `at` has no time zone.
    """
    question = named(Question, (seconds_of(at), trusted, policy, near, registry, details))
    try:
        return judge(open_text(text, question), question)
    except Refusal as refusal:
        return refusal.verdict(question)


__all__ = [
    "DEFAULT_POLICY",
    "AskRegistry",
    "FetchDetails",
    "Policy",
    "RegistryAnswer",
    "verify",
]
