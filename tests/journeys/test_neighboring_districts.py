"""Three districts under two roots, each a process of its own: who recognizes whose license for what."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.demo.communities import Neighborhood, build_neighborhood
from tests.demo.expected import EXPECTED, Moment, Place
from tests.demo.recognition import Answer, show_answers, tell


@pytest.fixture(scope="session")
def neighborhood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighborhood]:
    folder = tmp_path_factory.mktemp("neighborhood") / "d"
    with closing(build_neighborhood(folder, at=datetime.now(UTC))) as built:
        yield built


@pytest.fixture(scope="session")
def answers(neighborhood: Neighborhood) -> tuple[Answer, ...]:
    return tell(neighborhood)


@pytest.mark.parametrize("row", range(len(EXPECTED)))
def test_everybody_says_of_a_license_what_is_expected_of_them(
    row: int, answers: tuple[Answer, ...]
) -> None:
    expected = EXPECTED[row]
    said = [answer for answer in answers if answer.expected == expected]
    verifiers = {
        (Moment.AFTER, Place.BEIJING): 4,  # the scanner offline and online, two services
        (Moment.AFTER, Place.TIANJIN): 3,
    }
    assert len(said) == verifiers.get((expected.moment, expected.place), 1)
    for answer in said:
        assert (answer.verifier, answer.outcome, answer.reasons, answer.names) == (
            answer.verifier,
            expected.outcome,
            expected.reasons,
            expected.names,
        )


def test_every_license_is_shown_to_both_communities(neighborhood: Neighborhood) -> None:
    for place in Place:
        shown = {each.license for each in EXPECTED if each.place is place}
        assert shown == set(neighborhood.texts)


def test_nothing_of_one_root_opens_under_the_other(neighborhood: Neighborhood) -> None:
    beijing, tianjin = neighborhood.beijing, neighborhood.tianjin
    assert beijing.root.root.by_key_id.keys().isdisjoint(tianjin.root.root.by_key_id)
    codes = {
        code: service.lists.current().root.fingerprint
        for code, service in neighborhood.services.items()
    }
    assert codes == {
        "110105": beijing.root.root.fingerprint,
        "110108": beijing.root.root.fingerprint,
        "120116": tianjin.root.root.fingerprint,
    }


def test_a_wrong_answer_is_marked(
    answers: tuple[Answer, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = replace(answers[0], outcome="valid")
    assert answers[0].is_right
    assert not wrong.is_right
    show_answers([wrong])
    shown = capsys.readouterr().out
    assert "✗" in shown
    assert "应为 expected indeterminate" in shown
