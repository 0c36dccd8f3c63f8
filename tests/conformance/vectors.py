"""The vectors as questions: what is asked, what has to be answered, and with which suites."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent.parent / "vectors"  # here as in an exported kit
ADMISSION: Final = "admission"
VERDICT: Final = "verdict"
RESULTS: Final = "results"
_FOREIGN: Final = "external"
STATUS_DELTA: Final = "status-delta"
"""What a verifier need not take: the deltas of status lists."""
_OF_DELTAS: Final = frozenset({"status-delta", "status-pair"})  # steps
_KEPT: Final = frozenset({"name", "description", "layer", "expected", "lacks"})  # not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """A question with its answer; `answer_in` is the member of the answer that holds it.

    `needs` are the COSE labels of suites without which nobody comes to the answer, `lacks` of those
    with which nobody does; `takes` is what the question has in it that not every verifier knows.
    """

    layer: str
    name: str
    description: str
    question: Mapping[str, Any]
    answer_in: str
    expected: object
    needs: frozenset[int]
    lacks: frozenset[int]
    takes: frozenset[str] = frozenset()

    def is_for(self, suites: frozenset[int], takes: frozenset[str]) -> bool:
        """Whether a verifier with these suites, which takes this, can be asked."""
        return self.needs <= suites and not self.lacks & suites and self.takes <= takes


def read_vectors(folder: Path = HERE) -> list[Vector]:
    """All vectors of a folder, in the order of their paths."""
    suites = json.loads((folder / "suites.json").read_text("utf-8"))
    labels = {name: int(label) for label, name in suites["names"].items()}
    return [
        _vector(
            json.loads(path.read_text("utf-8")),
            frozenset(suites["all"]) | frozenset(suites["more"].get(name_of(path), ())),
            labels,
        )
        for path in sorted(folder.glob("*/*.json"))
        if path.parent.name != _FOREIGN
    ]


def name_of(path: Path) -> str:
    """A vector's name with its layer, such as `status/no-list`."""
    return f"{path.parent.name}/{path.stem}"


def _vector(
    document: Mapping[str, Any], needs: frozenset[int], labels: Mapping[str, int]
) -> Vector:
    question = {member: value for member, value in document.items() if member not in _KEPT}
    if document["layer"] == ADMISSION:
        steps = document["steps"]
        question["steps"] = [
            {member: value for member, value in step.items() if member != "result"}
            for step in steps
        ]
        asked = {"ask": "admissions", **question}
        answer_in, expected = RESULTS, [step["result"] for step in steps]
    else:
        asked = {"ask": "verdict", **question}
        answer_in, expected = VERDICT, document["expected"]
    return Vector(
        layer=document["layer"],
        name=f"{document['layer']}/{document['name']}",
        description=document["description"],
        question=asked,
        answer_in=answer_in,
        expected=expected,
        needs=needs,
        lacks=frozenset(labels[name] for name in document.get("lacks", ())),
        takes=_taken(document),
    )


def _taken(document: Mapping[str, Any]) -> frozenset[str]:
    """What of this not every verifier knows."""
    steps = {step["admit"] for step in document.get("steps", ())}
    has_deltas = steps & _OF_DELTAS or "status_deltas" in document
    return frozenset({STATUS_DELTA} if has_deltas else ())
