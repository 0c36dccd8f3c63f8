"""Every vector asked of one verifier, and what came of each."""

from collections.abc import Iterable
from dataclasses import dataclass

from .differences import differences, printable
from .vectors import Vector
from .verifier import Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A vector, whether it was asked, and where the answer differs."""

    vector: Vector
    asked: bool
    differences: tuple[str, ...] = ()


def ask_all(verifier: Verifier, vectors: Iterable[Vector]) -> list[Outcome]:
    """Ask what the verifier has the suites for and takes.

    Raises:
        VerifierError: it gave no answer to one of them.
    """
    return [
        ask(verifier, vector)
        if vector.is_for(verifier.suites, verifier.takes)
        else Outcome(vector=vector, asked=False)
        for vector in vectors
    ]


def ask(verifier: Verifier, vector: Vector) -> Outcome:
    """Ask one vector, and hold its whole answer against the right one."""
    answer = verifier.ask(vector.question, about=vector.name)
    if vector.answer_in in answer:
        found = answer[vector.answer_in]
        root = (
            ""
            if isinstance(found, dict) and isinstance(vector.expected, dict)
            else vector.answer_in
        )
        different = tuple(differences(found, vector.expected, root))
    elif "error" in answer:
        different = (f"error: {printable(str(answer['error']))}",)
    else:
        different = (f"{vector.answer_in}: missing",)
    return Outcome(vector=vector, asked=True, differences=different)
