"""The trust list in use is the newest that a root has signed, in every process soon after."""

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from credential.errors import KeyNotUsableError
from credential.reasons import Outcome
from credential.status import StatusList, seal_status_list
from credential.verify import verify
from keys.files import create_key, write_public
from tests.ceremonies import sign_source
from tests.verify_service.bureau import NOON, Bureau, codes, day, days
from tests.verify_service.opened import write_source
from verify_service.issuing.service import Issued
from verify_service.publishing import trusted_lists
from verify_service.publishing.errors import ListAheadError, ListRefusedError
from verify_service.publishing.trusted_lists import CHECK_EVERY, TRUST_LIST, read_published
from verify_service.registry.errors import StaleArtifactError
from verify_service.registry.moves import Move

ROOT = Path(__file__).parents[3]


def licensed(bureau: Bureau) -> Issued:
    shop = bureau.shop()
    bureau.permit(shop)
    return bureau.issue(shop)


def mark_compromised(bureau: Bureau) -> bytes:
    write_source(bureau.folder, more=f"compromised = {day(-5)}")
    return bureau.sign_trust_list(2, at=NOON)


def in_use(bureau: Bureau) -> int:
    return bureau.service.lists.refresh().trust.number


def test_a_thief_who_feeds_a_scanner_is_limited_in_time_and_caught_online(
    sqlite_bureau: Bureau,
) -> None:
    """With the key, a list in which everything is in force; what is not defended, and its bounds."""
    bureau = sqlite_bureau
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    bureau.change(food, Move.REVOKED)
    held = bureau.bundle()
    uri = held.status["110105", 0].uri

    size = len(held.status["110105", 0].entries)

    def all_in_force(at: datetime) -> bytes:
        seconds = int(at.timestamp())
        listed = StatusList(uri, seconds, seconds + 90 * 86_400, 3600, bytes(size))
        return seal_status_list(listed, bureau.signer)

    fed = held.admit_status_list(all_in_force(days(0.1)), number=0)
    assert verify(issued.text, trusted=fed, at=days(0.1)).outcome is Outcome.VALID
    assert bureau.online(issued.text, at=days(0.1)).outcome is Outcome.NOT_IN_FORCE
    # It has to be fed again and again,
    stale = verify(issued.text, trusted=fed, at=days(3.2))
    assert stale.outcome is Outcome.INDETERMINATE
    # the next genuine list takes its place,
    bureau.service.publisher.publish_status_lists(at=days(1))
    genuine = bureau.service.publisher.artifact("status/110105/0.cbor")
    assert genuine is not None
    after = fed.admit_status_list(genuine.content, number=0)
    assert verify(issued.text, trusted=after, at=days(1)).outcome is Outcome.NOT_IN_FORCE
    # and under the trust list that calls the key compromised it is none.
    under = held.admit_trust_list(mark_compromised(bureau))
    with pytest.raises(KeyNotUsableError):
        under.admit_status_list(all_in_force(days(0.1)), number=0)


def test_an_older_trust_list_is_refused(sqlite_bureau: Bureau) -> None:
    publisher = sqlite_bureau.service.publisher
    old = sqlite_bureau.sign_trust_list(1, at=NOON)
    publisher.publish_trust_list(sqlite_bureau.sign_trust_list(2, at=NOON), at=NOON)
    with pytest.raises(StaleArtifactError) as caught:
        publisher.publish_trust_list(old, at=NOON)
    assert (caught.value.published, caught.value.offered) == (2, 1)
    assert in_use(sqlite_bureau) == 2


def test_another_trust_list_under_the_same_number_is_refused(sqlite_bureau: Bureau) -> None:
    other = sqlite_bureau.sign_trust_list(1, at=NOON)
    with pytest.raises(StaleArtifactError):
        sqlite_bureau.service.publisher.publish_trust_list(other, at=NOON)


def test_a_trust_list_that_is_dated_ahead_is_refused_until_then(sqlite_bureau: Bureau) -> None:
    """Every verdict under it would be that the clock is wrong."""
    publisher = sqlite_bureau.service.publisher
    ahead = sqlite_bureau.sign_trust_list(2, at=NOON + timedelta(seconds=301))
    with pytest.raises(ListAheadError) as caught:
        publisher.publish_trust_list(ahead, at=NOON)
    assert caught.value.name == TRUST_LIST
    assert in_use(sqlite_bureau) == 1
    publisher.publish_trust_list(ahead, at=NOON + timedelta(seconds=1))
    assert in_use(sqlite_bureau) == 2


def test_the_same_trust_list_again_changes_nothing(sqlite_bureau: Bureau) -> None:
    before = sqlite_bureau.service.publisher.manifest()
    data = (sqlite_bureau.folder / "trust-list.cbor").read_bytes()
    sqlite_bureau.service.publisher.publish_trust_list(data, at=NOON)
    assert sqlite_bureau.service.publisher.manifest() == before


def test_a_trust_list_that_no_root_has_signed_is_refused(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    source = bureau.folder / "trust-list.toml"
    forged = sign_source(source, bureau.signer, number=9, at=NOON)
    one_holder = sign_source(source, bureau.root.signers[0], number=9, at=NOON)
    altered = bytearray(bureau.sign_trust_list(9, at=NOON))
    altered[-1] ^= 1
    for data in (forged, one_holder, bytes(altered), b"", b"garbage"):
        with pytest.raises(ListRefusedError) as caught:
            bureau.service.publisher.publish_trust_list(data, at=NOON)
        assert caught.value.name == TRUST_LIST
    assert in_use(bureau) == 1


def test_a_service_whose_trust_list_was_put_back_does_not_open_its_doors(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    bureau.service.publisher.publish_trust_list(bureau.sign_trust_list(2, at=NOON), at=NOON)
    bureau.sign_trust_list(1, at=NOON)  # the file of the settings, older than what is published
    with pytest.raises(StaleArtifactError):
        bureau.service.prepare(at=NOON)


def test_a_compromised_key_stops_issuing_and_its_licenses_at_once(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    issued = licensed(bureau)
    bureau.service.publisher.publish_trust_list(mark_compromised(bureau), at=NOON)
    verdict = bureau.online(issued.text)
    assert (verdict.outcome, codes(verdict)) == (Outcome.REJECTED, {"key-compromised"})
    assert verdict.genuine is None


def test_before_any_trust_list_nothing_is_said(
    sqlite_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = licensed(sqlite_bureau)
    with sqlite_bureau.service.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM published WHERE name = 'trust-list.cbor'")
    assert read_published(sqlite_bureau.service.database, TRUST_LIST) is None
    monkeypatch.setattr(trusted_lists, "CHECK_EVERY", 0.0)
    with pytest.raises(ListRefusedError) as caught:
        sqlite_bureau.online(issued.text)
    assert caught.value.name == TRUST_LIST


def test_news_are_looked_for_once_in_a_while_alone(
    sqlite_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trusted_lists, "CHECK_EVERY", 3600.0)
    other = sqlite_bureau.reopened()
    seen = other.service.lists.refresh()
    sqlite_bureau.service.publisher.publish_status_lists(at=NOON)
    assert other.service.lists.current() is seen
    monkeypatch.setattr(trusted_lists, "CHECK_EVERY", 0.0)
    assert other.service.lists.current() is not seen
    other.service.close()


def test_equal_marks_cost_no_reading(sqlite_bureau: Bureau) -> None:
    lists = sqlite_bureau.service.lists
    assert lists.refresh() is lists.refresh()


# Verifies a text again and again, and prints each outcome that is new.
WATCHING = """
import sys, time
from pathlib import Path
from tests.verify_service.bureau import NOON
from verify_service.service import open_service
from verify_service.settings import load_settings

service, said = open_service(load_settings(Path(sys.argv[1]))), None
while True:
    outcome = service.verifier.verify(sys.argv[2], at=NOON).outcome
    if outcome != said:
        said = outcome
        print(outcome, flush=True)
    time.sleep(0.02)
"""


def test_another_process_takes_a_new_trust_list_within_seconds(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    issued = licensed(bureau)
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHING, str(bureau.folder / "settings.toml"), issued.text],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "valid\n"
        data = mark_compromised(bureau)
        began = time.monotonic()
        bureau.service.publisher.publish_trust_list(data, at=NOON)
        assert process.stdout.readline() == "rejected\n"
        # A second, and some seconds more for a machine that is busy with other things.
        assert time.monotonic() - began < CHECK_EVERY + 5
    finally:
        process.kill()
        process.communicate()


def test_another_key_and_the_list_that_disbelieves_the_old_one_may_come_together(
    sqlite_bureau: Bureau,
) -> None:
    """The standby is named and the trust list laid out, and only then is the service started."""
    bureau = sqlite_bureau
    issued = licensed(bureau)
    standby = create_key(bureau.folder / "standby.pem", suite="ES256")
    write_public(bureau.folder / "standby.pub.pem", standby.verification_key)
    more = f'compromised = {day(5)}\n[[issuers.keys]]\npublic = "standby.pub.pem"\nfrom = {day(-5)}'
    write_source(bureau.folder, more=more)
    bureau.sign_trust_list(2, at=days(5))
    again = bureau.reopened(issuer_key=f"file:{bureau.folder / 'standby.pem'}")
    bureau.service.publisher.publish_status_lists(at=days(5))  # the old key's last, in doubt
    with closing(again.service) as service:
        service.prepare(at=days(5.1))
        trusted = service.lists.refresh()
        assert ("110105", 0) in trusted.status
        assert verify(issued.text, trusted=trusted, at=days(5.1)).outcome is Outcome.VALID
