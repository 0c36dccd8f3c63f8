"""The tables of docs/benchmarks/symbol-sizes.md, each between its own markers."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from tests.bench.sizes import comparison, generality, left_out
from tests.bench.sizes.licenses import sample_licenses
from tests.bench.sizes.unseen import unseen_licenses

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "benchmarks" / "symbol-sizes.md"

_BLOCK: Final = re.compile(
    r"(<!-- generated: (?P<name>\S+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL
)


class BlockError(Exception):
    """The document has not just the blocks that there are tables for."""


def tables() -> Mapping[str, Callable[[], str]]:
    """How each table is made, by the name of its block, in the document's order."""
    sample = sample_licenses()
    unseen = unseen_licenses(sample)
    return {
        "comparison": partial(comparison.comparison, sample),
        "physical": partial(comparison.physical, sample),
        "parts": partial(comparison.parts, sample),
        "capacities": comparison.capacities,
        "samples": partial(comparison.samples, sample),
        "classes": partial(generality.classes, sample, unseen),
        "pairs": partial(generality.pairs, sample, unseen),
        "tail": partial(generality.tail, sample),
        "dictionaries": partial(generality.dictionaries, sample, unseen),
        "left-out": partial(left_out.left_out, sample, unseen),
    }


def block(document: str, name: str) -> str:
    """What stands in a block of the document.

    Raises:
        BlockError: there is no such block.
    """
    for match in _BLOCK.finditer(document):
        if match["name"] == name:
            return match["body"].strip()
    raise BlockError(name)


def filled(document: str, made: Mapping[str, str]) -> str:
    """The document with its blocks filled anew.

    Raises:
        BlockError: a block without a table, or a table without a block.
    """
    found = [match["name"] for match in _BLOCK.finditer(document)]
    if sorted(found) != sorted(made):
        raise BlockError(f"blocks {found}, tables {list(made)}")
    return _BLOCK.sub(lambda match: f"{match[1]}\n{made[match['name']]}\n\n{match[4]}", document)
