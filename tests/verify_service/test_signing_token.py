"""A bureau whose key is in a token: it issues, and goes on verifying with the token away.

The token is SoftHSM's, a folder that is moved away: for whoever has a session its objects are gone,
and for a module that is begun anew there is no such token.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from credential.code_list import read_code_list
from credential.reasons import Outcome
from credential.status import read_status_list
from keys.errors import Fault
from keys.hsm_making import create_token_key
from keys.pkcs11_module import module_of
from keys.pkcs11_uri import parse_token_uri
from tests.processes import wait_until
from tests.softhsm import PIN, SoftToken, use_token
from tests.verify_service.bureau import NOON, Bureau, Rows
from tests.verify_service.opened import open_bureau
from verify_service.issuing import service as issuing
from verify_service.issuing.service import Issued
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.status import reserve_status_block
from verify_service.service import KeyRefusedError, open_service
from verify_service.signing import SignerUnavailableError, Signing, signing_of

NOTHING = Rows(licenses=0, versions=0, states=0, blocks=0)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    made = use_token(tmp_path / "softhsm", monkeypatch)
    create_token_key(parse_token_uri(made.uri()), suite="ES256")
    return made


@pytest.fixture
def bureau(token: SoftToken, tmp_path: Path, sqlite_url: str) -> Iterator[Bureau]:
    with open_bureau(tmp_path / "bureau", sqlite_url, key_uri=token.uri()) as opened:
        yield opened


def refused(action: Callable[[], object]) -> Fault:
    with pytest.raises(SignerUnavailableError) as caught:
        action()
    return caught.value.fault


def when_it_signs(action: Callable[[], Issued]) -> Issued:
    """Issue as soon as the token is asked again: there is a pause between two attempts."""
    done: list[Issued] = []

    def is_done() -> bool:
        with suppress(SignerUnavailableError):
            done.append(action())
        return bool(done)

    wait_until(is_done)
    return done[0]


def signing(bureau: Bureau) -> Signing:
    return signing_of(bureau.service.office.signer)


def test_a_license_signed_inside_a_token_is_valid_everywhere(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop)
    assert bureau.online(issued.text).outcome is Outcome.VALID
    assert bureau.offline(issued.text).outcome is Outcome.VALID
    assert bureau.on_file(issued).kid == bureau.signer.key_id


def test_lists_are_signed_inside_the_token(bureau: Bureau) -> None:
    service = bureau.service
    status = service.publisher.artifact(service.office.status_name("0"))
    codes = service.publisher.artifact(service.office.catalog_name)
    assert status is not None
    assert codes is not None
    assert read_status_list(status.content).header.key_id == bureau.signer.key_id
    assert read_code_list(codes.content).header.key_id == bureau.signer.key_id


def test_a_code_list_that_stands_is_not_signed_again(bureau: Bureau) -> None:
    """Signed twice, its bytes would differ, and it would be news for everybody each time."""
    name = bureau.service.office.catalog_name
    before = bureau.service.publisher.artifact(name)
    assert before is not None
    bureau.service.prepare(at=before.issued_at + timedelta(hours=23))
    assert bureau.service.publisher.artifact(name) == before


def test_eight_windows_issue_at_once(bureau: Bureau) -> None:
    shops = [bureau.shop() for _ in range(8)]
    for shop in shops:
        bureau.permit(shop)
    with ThreadPoolExecutor(8) as windows:
        texts = [issued.text for issued in windows.map(bureau.issue, shops)]
    assert {bureau.online(text).outcome for text in texts} == {Outcome.VALID}
    assert bureau.rows().licenses == 8


def test_with_the_token_away_nothing_is_half_done_and_verifying_goes_on(
    bureau: Bureau, token: SoftToken
) -> None:
    shop, other = bureau.shop(), bureau.shop()
    for each in (shop, other):
        bureau.permit(each)
    issued = bureau.issue(shop)
    before = bureau.rows()
    token.take_away()
    for _ in range(3):
        assert refused(lambda: bureau.issue(other, key="window-1")) is Fault.TOKEN_MISSING
        assert refused(lambda: bureau.reissue(issued, key="window-2")) is Fault.TOKEN_MISSING
    assert bureau.rows() == before  # and not a place in the status list was used up
    assert bureau.online(issued.text).outcome is Outcome.VALID
    assert bureau.offline(issued.text).outcome is Outcome.VALID
    assert signing(bureau) is Signing.UNAVAILABLE

    token.put_back()
    second = when_it_signs(lambda: bureau.issue(other, key="window-1"))
    assert signing(bureau) is Signing.READY
    assert bureau.online(second.text).outcome is Outcome.VALID
    assert bureau.issue(other, key="window-1") == second
    assert bureau.rows().licenses == before.licenses + 1


def test_a_token_that_goes_in_the_middle_of_issuing_leaves_no_license(
    bureau: Bureau, token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = bureau.shop()
    bureau.permit(shop)

    def reserve_and_pull(*arguments: object, **more: object) -> object:
        block = reserve_status_block(*arguments, **more)  # type: ignore[arg-type]  # passed on as they came
        token.take_away()
        return block

    with monkeypatch.context() as patch:
        patch.setattr(issuing, "reserve_status_block", reserve_and_pull)
        assert refused(lambda: bureau.issue(shop, key="window-1")) is Fault.TOKEN_MISSING
    assert bureau.rows() == Rows(licenses=0, versions=0, states=0, blocks=1)

    token.put_back()
    issued = when_it_signs(lambda: bureau.issue(shop, key="window-1"))
    assert issued.number.endswith("00001")  # the number was not used up
    assert bureau.online(issued.text).outcome is Outcome.VALID
    assert bureau.rows().licenses == 1


def test_asked_to_sign_the_lists_with_the_token_away_it_refuses(
    bureau: Bureau, token: SoftToken
) -> None:
    """`publish` ends with that: a folder of old lists would be no success."""
    publisher = bureau.service.publisher
    before = publisher.manifest()
    token.take_away()
    assert refused(lambda: publisher.publish_status_lists(at=NOON)) is Fault.TOKEN_MISSING
    assert publisher.manifest() == before


def test_a_permit_ends_with_the_token_away_and_the_lists_follow_when_it_is_back(
    bureau: Bureau, token: SoftToken
) -> None:
    """A department's decision does not wait for the bureau's token."""
    shop = bureau.shop()
    permit = bureau.permit(shop)
    issued = bureau.issue(shop)
    token.take_away()
    bureau.change(permit, Move.REVOKED)
    assert bureau.standing(issued).state is LicenseState.VOID
    assert bureau.online(issued.text).outcome is Outcome.NOT_IN_FORCE
    assert bureau.offline(issued.text).outcome is Outcome.VALID  # till the next list
    bureau.service.prepare(at=NOON)

    token.put_back()

    def follows() -> bool:
        bureau.service.prepare(at=NOON)
        return bureau.offline(issued.text).outcome is Outcome.NOT_IN_FORCE

    wait_until(follows)


def test_it_is_said_once_that_the_token_went_and_once_that_it_is_back(
    bureau: Bureau, token: SoftToken, caplog: pytest.LogCaptureFixture
) -> None:
    def said() -> list[int]:
        return [each.levelno for each in caplog.records if each.name == "verify_service.signing"]

    shop = bureau.shop()
    bureau.permit(shop)
    token.take_away()
    for _ in range(3):
        refused(lambda: bureau.issue(shop))
    assert said() == [logging.ERROR]
    assert "only verifies" in caplog.text
    token.put_back()
    when_it_signs(lambda: bureau.issue(shop, key="window-1"))
    assert said() == [logging.ERROR, logging.WARNING]


def test_a_service_starts_without_its_token_and_signs_when_it_comes(
    bureau: Bureau, token: SoftToken, caplog: pytest.LogCaptureFixture
) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    token.take_away()
    token.begin_anew()
    late = bureau.reopened()
    with closing(late.service):
        late.service.prepare(at=NOON)
        assert signing(late) is Signing.UNAVAILABLE
        assert "only verifies" in caplog.text
        assert refused(lambda: late.issue(shop)) is Fault.TOKEN_MISSING
        token.put_back()
        issued = when_it_signs(lambda: late.issue(shop))
        assert late.online(issued.text).outcome is Outcome.VALID


def spoil_pin(token: SoftToken) -> None:
    token.pin_file.write_text("9999")


def show_pin(token: SoftToken) -> None:
    token.pin_file.chmod(0o644)


def leave(token: SoftToken) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "old", "new", "words"),
    [
        (spoil_pin, "", "", "refused the PIN"),
        (show_pin, "", "", "0600"),
        (leave, "pin-source", "pin-value", "a PIN may not stand in a URI"),
        (leave, "token=", "tokens=", "malformed pkcs11: URI"),
        (leave, "libsofthsm2.so", "missing.so", "no PKCS#11 module"),
        (leave, "object=issuer", "object=another", "no such private key"),
        (leave, "pin-source=", "module-name=a&pin-source=", "one of the two"),
    ],
)
def test_what_no_waiting_mends_keeps_a_service_from_starting(
    change: Callable[[SoftToken], None],
    old: str,
    new: str,
    words: str,
    bureau: Bureau,
    token: SoftToken,
) -> None:
    token.begin_anew()  # nobody is logged in
    change(token)
    uri = token.uri().replace(old, new)
    settings = bureau.service.settings.model_copy(update={"issuer_key": uri})
    with pytest.raises(KeyRefusedError) as caught:
        open_service(settings)
    assert words in caught.value.message()["en"]
    assert PIN not in str(caught.value)


def test_a_pin_that_was_changed_in_the_middle_is_waited_for(
    bureau: Bureau, token: SoftToken
) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    library = module_of(parse_token_uri(token.uri())).begin(after=0)
    library.get_token(token_label=token.label).open(rw=True).set_pin(PIN, "another-pin")
    token.begin_anew()
    assert refused(lambda: bureau.issue(shop)) is Fault.PIN_REFUSED
    assert bureau.rows() == NOTHING
    token.pin_file.write_text("another-pin")
    issued = when_it_signs(lambda: bureau.issue(shop))
    assert bureau.online(issued.text, at=NOON + timedelta(hours=1)).outcome is Outcome.VALID
