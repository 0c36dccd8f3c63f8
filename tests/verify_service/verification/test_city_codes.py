"""A city code holds a digest: online the registry gives what is behind it, and vouches for it."""

import pytest

from credential.claims import Reference
from credential.envelope import digest
from credential.opening import read_text
from credential.reasons import Outcome
from credential.seal import Sealed
from tests.verify_service.bureau import (
    Bureau,
    codes,
    content_of,
)
from tests.verify_service.verification.looking import alarms, licensed, rejected
from verify_service.issuing.service import Issued
from verify_service.registry.moves import Move


def test_a_city_code_is_verified_online_with_its_details(bureau: Bureau) -> None:
    _, issued = licensed(bureau)
    code = bureau.city_code(issued)
    verdict = bureau.online(code.text)
    assert (verdict.outcome, codes(verdict)) == (Outcome.VALID, set())
    assert verdict.genuine is not None
    assert verdict.genuine.content == content_of(issued.text)
    offline = bureau.offline(code.text)
    assert (offline.outcome, codes(offline)) == (Outcome.INDETERMINATE, {"details-missing"})


def test_the_details_behind_a_city_code_are_found_by_their_digest_alone(bureau: Bureau) -> None:
    _, issued = licensed(bureau)
    code = bureau.city_code(issued)
    reference = bureau.offline(code.text).genuine
    assert reference is not None
    assert isinstance(reference.content, Reference)
    find = bureau.service.verifier.claims_by_digest
    assert find(reference.content.digest) == code.claims
    assert find(bytes(24)) is None
    assert find(b"\xff" * 24) is None


def test_a_city_code_falls_with_its_permit(bureau: Bureau) -> None:
    food, issued = licensed(bureau)
    code = bureau.city_code(issued)
    bureau.change(food, Move.WITHDRAWN)
    assert codes(bureau.online(code.text)) == {"license-void", "permit-withdrawn"}


def test_a_city_code_for_details_that_are_not_on_file_is_off_the_books(bureau: Bureau) -> None:
    _, issued = licensed(bureau)
    unknown = bureau.city_code(issued, serial=4242)
    differs = bureau.city_code(issued, holder="北京幽灵酒馆有限公司")
    assert rejected(bureau, unknown.text) == {"registry-unknown"}
    assert rejected(bureau, differs.text) == {"registry-differs"}
    assert {(alarm.code, alarm.number) for alarm in alarms(bureau)} == {
        ("registry-unknown", "朝综许26-2031-04242"),
        ("registry-differs", issued.number),
    }


def test_a_city_code_that_lends_itself_anothers_details_is_an_alarm(
    sqlite_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An insider signs a reference of a number of his own, with a genuine license's digest."""
    bureau = sqlite_bureau
    _, issued = licensed(bureau)
    text = mixed_reference(bureau, issued, monkeypatch).text
    assert rejected(bureau, text) == {"details-mismatch"}
    (alarm,) = alarms(bureau)
    assert (alarm.code, alarm.number) == ("details-mismatch", "朝综许26-2031-04242")


def mixed_reference(bureau: Bureau, issued: Issued, patch: pytest.MonkeyPatch) -> Sealed:
    from credential import claims

    genuine = content_of(issued.text)
    with patch.context() as patched:
        patched.setattr(
            claims,
            "reference_digest",
            lambda _: digest(claims.encode_license(genuine))[: claims.REFERENCE_DIGEST_BYTES],
        )
        return bureau.city_code(issued, serial=4242)


def test_what_an_alarm_names_is_what_was_shown(sqlite_bureau: Bureau) -> None:
    _, issued = licensed(sqlite_bureau)
    forged = sqlite_bureau.city_code(issued, serial=7)
    sqlite_bureau.online(forged.text)
    (alarm,) = alarms(sqlite_bureau)
    assert alarm.shown_digest == digest(read_text(forged.text).message.unverified_payload)
