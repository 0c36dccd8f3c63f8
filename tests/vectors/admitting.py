"""A vector of lists handed to a verifier one after another: which are taken, and which are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.vectors.district import ROOT_MESSAGE, trust_list

TRUST, STATUS, CODES = "trust-list", "status-list", "code-list"
DELTA, PAIR = "status-delta", "status-pair"
ADMITTED, UNCHANGED, REFUSED = "admitted", "unchanged", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One list handed in, and what must come of it; `number` is a status list's, `roots` are what is
    published beside a trust list (number to message), `base` is what is handed in with a delta."""

    kind: str
    data: bytes
    result: str
    number: int = 0
    roots: Mapping[int, bytes] = field(default_factory=dict)
    base: bytes | None = None

    def document(self) -> dict[str, object]:
        number = {"number": self.number} if self.kind in (STATUS, DELTA, PAIR) else {}
        base = {} if self.base is None else {"base": self.base.hex()}
        roots: dict[str, object] = {
            "roots": [{"number": number, "hex": data.hex()} for number, data in self.roots.items()]
        }
        return {
            "admit": self.kind,
            **number,
            **(roots if self.roots else {}),
            **base,
            "hex": self.data.hex(),
            "result": self.result,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A vector before it is written; the expected results stand in its steps."""

    name: str
    description: str
    steps: tuple[Step, ...]

    def document(self) -> dict[str, object]:
        return {
            "name": self.name,
            "description": self.description,
            "layer": "admission",
            "root": ROOT_MESSAGE.hex(),
            "steps": [step.document() for step in self.steps],
        }


def step(kind: str, data: bytes, result: str, number: int = 0) -> Step:
    return Step(kind=kind, data=data, result=result, number=number)


def pair(base: bytes, delta: bytes, result: str, number: int = 0) -> Step:
    return Step(kind=PAIR, base=base, data=delta, result=result, number=number)


ORDINARY: Final = step(TRUST, trust_list(), ADMITTED)
