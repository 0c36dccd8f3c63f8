"""Which suites a verifier needs for a vector: without them nobody comes to its answer.

Written to `suites.json`, so that a verifier which lacks one is not asked what it cannot know.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from credential import signer
from credential.answering import answer
from credential.signer import SUITES, Suite
from credential.trust import load_key

Document = Mapping[str, Any]


def suites_document(vectors: Iterable[tuple[str, Document]]) -> dict[str, object]:
    """The table: suites that every vector needs (`all`), and those that some need besides (`more`)."""
    needed = {name: needs(document) for name, document in vectors}
    everywhere = frozenset[int].intersection(*needed.values())
    more = {name: sorted(labels - everywhere) for name, labels in sorted(needed.items())}
    return {
        "names": {str(suite.algorithm): suite.name for suite in SUITES.values()},
        "all": sorted(everywhere),
        "more": {name: labels for name, labels in more.items() if labels},
    }


def needs(document: Document) -> frozenset[int]:
    """The labels of the suites without which the answer is another."""
    question = {"id": 0, **document, "ask": "verdict" if "expected" in document else "admissions"}
    right = answer(question)
    lacked = document.get("lacks", ())
    return frozenset(
        suite.algorithm
        for suite in SUITES.values()
        if suite.name not in lacked and _answer_without(suite, question) != right
    )


def _answer_without(suite: Suite, question: Document) -> dict[str, object]:
    with lacking(suite):
        return answer(question)


@contextmanager
def lacking(suite: Suite) -> Iterator[None]:
    """The core as on a system that has not this suite."""
    everything = signer.SUITES
    load_key.cache_clear()
    signer.SUITES = {name: each for name, each in everything.items() if each is not suite}  # type: ignore[misc]  # it is put back
    try:
        yield
    finally:
        signer.SUITES = everything  # type: ignore[misc]
        load_key.cache_clear()
