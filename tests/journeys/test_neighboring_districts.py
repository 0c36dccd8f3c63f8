"""Three districts under two roots, each a process of its own: who recognizes whose license for what."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from credential.errors import TrustListError
from credential.trust_list import open_trust_list
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


OFFLINE, ONLINE = "扫码 scanner 离线 offline", "扫码 scanner 联网 online"
VERIFIERS = {
    (Moment.FIRST_STICK, Place.BEIJING): [OFFLINE],
    (Moment.ANNOUNCED_STICK, Place.BEIJING): [OFFLINE],
    (Moment.BEFORE, Place.BEIJING): [OFFLINE],
    (Moment.AFTER, Place.BEIJING): [OFFLINE, ONLINE, "服务 service 110105", "服务 service 110108"],
    (Moment.AFTER, Place.TIANJIN): [OFFLINE, ONLINE, "服务 service 120116"],
}


@pytest.mark.parametrize("row", range(len(EXPECTED)))
def test_everybody_says_of_a_license_what_is_expected_of_them(
    row: int, answers: tuple[Answer, ...]
) -> None:
    expected = EXPECTED[row]
    said = [answer for answer in answers if answer.expected == expected]
    assert [each.verifier for each in said] == VERIFIERS[expected.moment, expected.place]
    assert {
        each.verifier: (each.outcome, each.reasons, each.names) for each in said
    } == dict.fromkeys(
        VERIFIERS[expected.moment, expected.place],
        (expected.outcome, expected.reasons, expected.names),
    )


def test_every_license_is_shown_to_both_communities(
    neighborhood: Neighborhood, answers: tuple[Answer, ...]
) -> None:
    assert len(neighborhood.texts) >= 8
    for place in Place:
        for verifier in VERIFIERS[Moment.AFTER, place]:
            shown = {
                each.expected.license
                for each in answers
                if (each.verifier, each.expected.place, each.expected.moment)
                == (verifier, place, Moment.AFTER)
            }
            assert shown == set(neighborhood.texts), (place, verifier)


def test_nothing_of_one_root_opens_under_the_other(neighborhood: Neighborhood) -> None:
    beijing, tianjin = neighborhood.beijing, neighborhood.tianjin
    for own, other in ((beijing, tianjin), (tianjin, beijing)):
        data = (own.folder / "trust-list.cbor").read_bytes()
        assert open_trust_list(data, own.root.root).number > 1
        with pytest.raises(TrustListError, match="signed by 0 of the keys, 2 are needed"):
            open_trust_list(data, other.root.root)
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
