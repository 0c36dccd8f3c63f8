"""A symbol's text, judged as of an instant of the past: by the lists and the chains of then."""

from datetime import datetime

import pytest

from credential.reasons import Outcome
from credential.verdict import PermitState, Verdict
from tests.verify_service.bureau import Bureau, codes, days
from tests.verify_service.lifecycle.bars import bar
from verify_service.registry.as_of import Viewpoint
from verify_service.registry.moves import Move
from verify_service.replay.errors import NoListsThenError


def judged(bureau: Bureau, text: str, at: datetime, known: datetime | None = None) -> Verdict:
    seen_from = Viewpoint(at=at, known=known or at)
    return bureau.service.replay.judge(text, seen_from=seen_from)


def test_a_license_that_has_fallen_is_judged_as_it_was(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    before = bureau.online(issued.text, at=days(1))
    bureau.change(food, Move.REVOKED, at=days(5), effective_at=days(2))
    assert judged(bureau, issued.text, days(1)).as_dict() == before.as_dict()
    assert judged(bureau, issued.text, days(3)).outcome is Outcome.VALID
    truth = judged(bureau, issued.text, days(3), known=days(5))
    assert (truth.outcome, codes(truth)) == (Outcome.NOT_IN_FORCE, {"permit-revoked"})
    assert truth.genuine is not None
    assert truth.genuine.states == (PermitState.REVOKED, PermitState.IN_FORCE)
    after = judged(bureau, issued.text, days(5))
    assert codes(after) == {"license-void", "permit-revoked"}


def test_trust_is_that_of_then(bureau: Bureau) -> None:
    """By now the issuer's key is another, and the list of then is long out of date."""
    _, _, issued = bar(bureau)
    source = bureau.folder / "trust-list.toml"
    source.write_text(
        source.read_text("utf-8").replace(
            "[[issuers.keys]]", "[[issuers.keys]]\ncompromised = 2031-05-01"
        )
    )
    bureau.sign_trust_list(2, at=days(60))
    bureau.service.take_in_trust(at=days(60))
    assert bureau.online(issued.text, at=days(60)).outcome is Outcome.REJECTED
    assert judged(bureau, issued.text, days(1), known=days(60)).outcome is Outcome.VALID
    assert judged(bureau, issued.text, days(60)).outcome is Outcome.REJECTED


def test_before_any_list_is_on_record_nothing_can_be_judged(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    with pytest.raises(NoListsThenError) as caught:
        judged(bureau, issued.text, days(-2), known=days(0))
    assert caught.value.at == "2031-05-18T12:00:00+08:00"


def test_a_license_is_unknown_to_the_registry_before_it_was_issued(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    verdict = judged(bureau, issued.text, days(-0.5), known=days(1))
    assert (verdict.outcome, codes(verdict)) == (Outcome.REJECTED, {"registry-unknown"})


def test_a_forged_text_is_as_forged_then_and_raises_no_alarm(bureau: Bureau) -> None:
    _, _, issued = bar(bureau)
    forged = bureau.forge(issued, serial=77).text
    assert codes(judged(bureau, forged, days(1))) == {"registry-unknown"}
    bureau.service.verifier.alarms.write()
    from verify_service.registry.alarms import list_alarms

    with bureau.service.database.reading() as connection:
        assert list_alarms(connection, since=days(-9), limit=9) == ()


def test_a_city_code_is_judged_as_of_then_too(bureau: Bureau) -> None:
    food, _, issued = bar(bureau)
    text = bureau.city_code(issued).text
    bureau.change(food, Move.SUSPENDED, at=days(2))
    assert judged(bureau, text, days(1)).outcome is Outcome.VALID
    assert "permit-suspended" in codes(judged(bureau, text, days(2)))
