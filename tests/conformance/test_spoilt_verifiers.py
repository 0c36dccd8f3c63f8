"""The kit notices each verifier that is wrong in one way, in the layer that is concerned."""

import shlex
import sys
from collections import Counter

import pytest

from tests.conformance.flaws import FLAWS
from tests.conformance.report import exit_status
from tests.conformance.running import Outcome, ask_all
from tests.conformance.vectors import read_vectors
from tests.conformance.verifier import Verifier

VECTORS = read_vectors()
PATIENCE = 300.0  # seconds, for what takes one on an idle machine


def outcomes_of(*arguments: str) -> list[Outcome]:
    command = shlex.join([sys.executable, "-m", *arguments])
    with Verifier(command, deadline=PATIENCE, start_deadline=PATIENCE) as verifier:
        outcomes = ask_all(verifier, VECTORS)
        verifier.finish()
    return outcomes


@pytest.mark.parametrize("name", FLAWS)
def test_a_verifier_that_is_wrong_in_one_way_fails_in_the_layer_concerned(name: str) -> None:
    outcomes = outcomes_of("tests.conformance.spoiling", name)
    differing = Counter(each.vector.layer for each in outcomes if each.differences)
    assert set(FLAWS[name].layers) <= set(differing)
    assert exit_status(outcomes) == 1
    assert len(outcomes) == len(VECTORS)


def test_there_are_flaws_of_all_kinds() -> None:
    layers = {layer for flaw in FLAWS.values() for layer in flaw.layers}
    assert layers >= {"admission", "cose", "recognition", "status", "time", "trust"}
    assert len(FLAWS) >= 10
