"""The kit notices each verifier that is wrong in one way, in the layer that is concerned."""

import shlex
import sys

import pytest

from credential import rules
from tests.conformance.flaws import FLAWS, Flaw
from tests.conformance.report import exit_status
from tests.conformance.running import Outcome, ask_all
from tests.conformance.spoiling import SpoilingLoader
from tests.conformance.vectors import read_vectors
from tests.conformance.verifier import Verifier

VECTORS = read_vectors()
PATIENCE = 300.0  # seconds, for what takes one on an idle machine


def outcomes_of(name: str) -> list[Outcome]:
    """What the layers concerned say of a spoilt verifier."""
    command = shlex.join([sys.executable, "-m", "tests.conformance.spoiling", name])
    asked = [each for each in VECTORS if each.layer in FLAWS[name].layers]
    with Verifier(command, deadline=PATIENCE, start_deadline=PATIENCE) as verifier:
        outcomes = ask_all(verifier, asked)
        verifier.finish()
    return outcomes


@pytest.mark.parametrize("name", FLAWS)
def test_a_verifier_that_is_wrong_in_one_way_fails_in_the_layer_concerned(name: str) -> None:
    outcomes = outcomes_of(name)
    assert all(each.asked for each in outcomes)
    assert {each.vector.layer for each in outcomes if each.differences} == set(FLAWS[name].layers)
    assert exit_status(outcomes) == 1


def test_there_are_flaws_of_all_kinds() -> None:
    layers = {layer for flaw in FLAWS.values() for layer in flaw.layers}
    assert layers >= {"admission", "cose", "delta", "recognition", "status", "time", "trust"}
    assert len(FLAWS) >= 10


def test_a_flaw_that_fits_no_more_is_told_by_its_text() -> None:
    gone = Flaw("rules", "a line that stands nowhere", "", ("time",))
    with pytest.raises(ImportError, match="a line that stands nowhere"):
        SpoilingLoader("credential.rules", rules.__file__, gone).get_code("credential.rules")
