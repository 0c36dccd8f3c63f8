"""The registry has the last word online: what it does not know, or knows differently, is no license."""

import logging
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from credential.claims import Position
from credential.envelope import digest
from credential.reasons import Outcome
from credential.rules import Policy
from credential.seal import seal
from credential.verdict import Check, PermitState
from tests.verify_service.bureau import (
    HOST,
    NOON,
    PLACE,
    Bureau,
    codes,
    content_of,
    day,
    days,
)
from tests.verify_service.verification.looking import alarms, licensed, rejected
from verify_service.database import open_database
from verify_service.publishing.trusted_lists import TrustedLists
from verify_service.registry.moves import Move
from verify_service.verification.service import Verifier

# ---- an insider ---------------------------------------------------------------------------------


def test_an_insider_issuing_off_the_books_is_caught_online(bureau: Bureau) -> None:
    _, issued = licensed(bureau)
    forged = bureau.forge(issued, serial=4242, holder="北京幽灵酒馆有限公司")
    # With the real key and a free ride on another's places it is green offline …
    assert bureau.offline(forged.text).outcome is Outcome.VALID
    # … and online the registry does not know it.
    assert rejected(bureau, forged.text) == {"registry-unknown"}
    (alarm,) = alarms(bureau)
    assert (alarm.code, alarm.number, alarm.times) == (
        "registry-unknown",
        "朝综许26-2031-04242",
        1,
    )
    assert alarm.detail == {"text": forged.text}
    assert alarm.shown_digest == digest(forged.claims)


def test_a_license_off_the_books_on_a_place_in_force_is_green_offline_and_caught_online(
    sqlite_bureau: Bureau,
) -> None:
    """What the format does not defend: an entry does not say whose place it is."""
    bureau = sqlite_bureau
    _, issued = licensed(bureau)
    forged = bureau.forge(issued, serial=99, holder="北京幽灵酒馆有限公司").text
    assert bureau.offline(forged).outcome is Outcome.VALID
    assert rejected(bureau, forged) == {"registry-unknown"}
    (alarm,) = alarms(bureau)
    assert alarm.detail == {"text": forged}
    same_number = bureau.forge(issued, holder="北京幽灵酒馆有限公司").text
    assert bureau.offline(same_number).outcome is Outcome.VALID
    assert rejected(bureau, same_number) == {"registry-differs"}


def test_an_alarm_is_kept_once_however_often_it_is_shown(bureau: Bureau) -> None:
    _, issued = licensed(bureau)
    one, other = bureau.forge(issued, serial=4242), bureau.forge(issued, serial=4243)
    for minutes, text in enumerate((one.text, one.text, other.text, one.text)):
        bureau.online(text, at=NOON + timedelta(minutes=minutes))
    kept = {alarm.number: alarm for alarm in alarms(bureau)}
    assert len(kept) == 2
    shown = kept["朝综许26-2031-04242"]
    assert (shown.times, shown.first_at, shown.last_at) == (3, NOON, NOON + timedelta(minutes=3))


ALTERED = {
    "another holder": {"holder": "北京幽灵酒馆有限公司"},
    "another address": {"address": "北京市朝阳区幽灵路1号"},
    "another position": {"position": Position(39.9, 116.5)},
    "a later end": {"expiry_day": None},
    "another place in the status list": {"status_index": 999},
    "no pending item": {"pending": ()},
}


@pytest.mark.parametrize("changed", ALTERED.values(), ids=ALTERED)
def test_other_content_under_a_genuine_number_is_rejected(
    changed: dict[str, object], sqlite_bureau: Bureau
) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop, until=day(400))
    issued = bureau.issue(shop, applied_for=("26-04",))
    forged = bureau.forge(issued, **changed)
    assert forged.text != issued.text
    assert rejected(bureau, forged.text) == {"registry-differs"}
    (alarm,) = alarms(bureau)
    assert (alarm.code, alarm.number) == ("registry-differs", issued.number)


def test_a_version_that_was_never_issued_is_unknown(bureau: Bureau) -> None:
    _, issued = licensed(bureau)
    assert rejected(bureau, bureau.forge(issued, version=2).text) == {"registry-unknown"}


def test_the_same_claims_signed_again_are_the_same_license(bureau: Bureau) -> None:
    """The registry knows claims, not signatures: ECDSA has many for one message."""
    _, issued = licensed(bureau)
    again = seal(content_of(issued.text), bureau.signer, host=HOST.upper())
    assert bureau.online(again.text).outcome is Outcome.VALID


def test_another_districts_license_is_none_of_our_registrys_business(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    _, issued = licensed(bureau)
    foreign = bureau.forge(issued, issuer="110108")
    assert rejected(bureau, foreign.text) == {"issuer-mismatch"}
    assert alarms(bureau) == ()


def test_forgeries_that_no_key_of_ours_signed_raise_no_alarm(sqlite_bureau: Bureau) -> None:
    """An alarm is for a good signature; anybody can make any number of bad ones."""
    _, issued = licensed(sqlite_bureau)
    last = issued.text[-1]
    altered = issued.text[:-1] + ("0" if last != "0" else "1")
    assert rejected(sqlite_bureau, altered)
    assert sqlite_bureau.online("https://example.com/").outcome is Outcome.NOT_A_LICENSE
    assert alarms(sqlite_bureau) == ()


def test_a_genuine_license_raises_no_alarm_however_it_stands(sqlite_bureau: Bureau) -> None:
    food, issued = licensed(sqlite_bureau)
    sqlite_bureau.online(issued.text)
    sqlite_bureau.change(food, Move.REVOKED)
    sqlite_bureau.online(issued.text)
    assert alarms(sqlite_bureau) == ()


def test_an_alarm_that_cannot_be_kept_still_gets_its_answer(
    sqlite_bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    bureau = sqlite_bureau
    _, issued = licensed(bureau)
    forged = bureau.forge(issued, serial=4242)
    url = bureau.service.settings.database
    with closing(open_database(url, patience=timedelta(milliseconds=50))) as hasty:
        lists = TrustedLists(hasty, bureau.root.root)
        verifier = Verifier(
            hasty, bureau.service.office, lists, Policy(), bureau.service.announcements
        )
        with bureau.service.database.writing(), caplog.at_level(logging.ERROR):
            verdict = verifier.verify(forged.text, at=NOON)
    assert codes(verdict) == {"registry-unknown"}
    assert "registry-unknown" in caplog.text
    assert alarms(bureau) == ()


# ---- what the registry says -----------------------------------------------------------------------


def test_a_verdict_says_that_the_registry_was_asked_and_when(bureau: Bureau) -> None:
    _, issued = licensed(bureau)
    verdict = bureau.online(issued.text, at=days(1))
    assert (verdict.checked.registry, verdict.checked.status) == (Check.PASSED, Check.PASSED)
    assert verdict.as_of.registry == verdict.as_of.status == int(days(1).timestamp())
    offline = bureau.offline(issued.text, at=days(0.1))
    assert (offline.checked.registry, offline.as_of.registry) == (Check.NOT_CHECKED, None)


def test_a_superseded_sheet_left_on_the_wall_is_not_in_force(bureau: Bureau) -> None:
    _, first = licensed(bureau)
    second = bureau.reissue(first)
    old, new = bureau.online(first.text), bureau.online(second.text)
    assert (old.outcome, codes(old)) == (Outcome.NOT_IN_FORCE, {"license-superseded"})
    assert old.genuine is not None
    assert old.genuine.content == content_of(first.text)
    assert new.outcome is Outcome.VALID


def test_a_voided_license_shown_again_is_not_in_force_without_any_list(bureau: Bureau) -> None:
    """Online no status list is needed: the registry says it at once."""
    food, issued = licensed(bureau)
    keyless = replace(bureau.service.office, signer=None)
    lists = TrustedLists(bureau.service.database, bureau.root.root)
    verifier = Verifier(
        bureau.service.database, keyless, lists, Policy(), bureau.service.announcements
    )
    assert verifier.verify(issued.text, at=NOON).outcome is Outcome.VALID
    bureau.change(food, Move.REVOKED)
    verdict = verifier.verify(issued.text, at=NOON)
    assert codes(verdict) == {"license-void", "permit-revoked"}


def test_a_permit_shortened_in_the_registry_has_lapsed_online(bureau: Bureau) -> None:
    food, issued = licensed(bureau, until=day(400))
    bureau.change(food, Move.AMENDED, terms=replace(food.current.terms, valid_until=day(1)))
    assert bureau.online(issued.text, at=days(1.4)).outcome is Outcome.VALID  # its last day
    verdict = bureau.online(issued.text, at=days(1.6))
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_IN_FORCE, {"permit-lapsed"})
    assert verdict.genuine is not None
    assert verdict.genuine.states == (PermitState.LAPSED,)


def test_a_permit_prolonged_in_the_registry_needs_a_new_sheet(bureau: Bureau) -> None:
    food, issued = licensed(bureau, until=day(2))
    bureau.change(food, Move.RENEWED, terms=replace(food.current.terms, valid_until=day(400)))
    verdict = bureau.online(issued.text, at=days(3))
    assert codes(verdict) == {"license-lapsed", "permit-lapsed"}
    assert bureau.online(bureau.reissue(issued, at=days(3)).text, at=days(3)).outcome is (
        Outcome.VALID
    )


def test_a_genuine_code_copied_to_another_shop_is_at_the_wrong_place(
    sqlite_bureau: Bureau,
) -> None:
    _, issued = licensed(sqlite_bureau)
    verify = sqlite_bureau.service.verifier.verify
    here = verify(issued.text, at=NOON, near=Position(PLACE.latitude, PLACE.longitude))
    assert (here.outcome, here.checked.place) == (Outcome.VALID, Check.PASSED)
    there = verify(issued.text, at=NOON, near=Position(PLACE.latitude + 0.01, PLACE.longitude))
    assert (there.outcome, codes(there)) == (Outcome.ATTENTION, {"place-mismatch"})


def test_how_far_is_elsewhere_is_a_setting(sqlite_bureau: Bureau) -> None:
    _, issued = licensed(sqlite_bureau)
    generous = sqlite_bureau.reopened(place_limit_m=2000)
    near = Position(PLACE.latitude + 0.01, PLACE.longitude)
    with closing(generous.service) as service:
        assert service.verifier.verify(issued.text, at=NOON, near=near).outcome is Outcome.VALID
