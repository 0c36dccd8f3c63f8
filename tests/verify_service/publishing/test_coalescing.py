"""Behind the requests: published within seconds, once for many changes, and at the end in any case."""

import threading
import time
from contextlib import ExitStack
from datetime import datetime

import pytest

from credential.reasons import Outcome
from tests.clocks import stopped
from tests.verify_service.bureau import NOON, Bureau, days
from verify_service.publishing.coalescing import WITHIN, Coalescing
from verify_service.publishing.errors import ListRefusedError
from verify_service.registry.moves import Move

NAME = "status/110105/0.cbor"


def sequence(bureau: Bureau) -> int:
    artifact = bureau.service.publisher.artifact(NAME)
    assert artifact is not None
    return artifact.sequence


def test_a_change_is_published_soon_and_nobody_waits_for_it(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    with bureau.service.publisher.publishing_later(stopped(days(0.1))) as later:
        bureau.change(food, Move.REVOKED)
        assert later.wait(WITHIN)
        assert bureau.offline(issued.text, at=days(0.1)).outcome is Outcome.NOT_IN_FORCE


def test_many_changes_are_published_by_few_signings(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    before = sequence(bureau)
    began = time.monotonic()
    with bureau.service.publisher.publishing_later(stopped(days(0.1))) as later:
        for move in [Move.SUSPENDED, Move.RESUMED] * 15:
            bureau.change(food, move)
        bureau.change(food, Move.REVOKED)
        took = time.monotonic() - began
        assert later.wait(WITHIN)
    assert sequence(bureau) - before <= 2 + took
    assert bureau.offline(issued.text, at=days(0.1)).outcome is Outcome.NOT_IN_FORCE


def test_what_is_asked_for_last_is_published_before_the_end(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    with bureau.service.publisher.publishing_later(stopped(days(0.1))) as later:
        bureau.change(food, Move.SUSPENDED)
        assert later.wait(WITHIN)
        bureau.change(food, Move.REVOKED)  # within the pause after that
    assert bureau.offline(issued.text, at=days(0.1)).outcome is Outcome.NOT_IN_FORCE
    shop = bureau.shop()
    bureau.permit(shop)
    after = bureau.issue(shop, at=days(0.1))  # behind the block all is as before
    assert bureau.offline(after.text, at=days(0.1)).outcome is Outcome.VALID


def test_a_service_without_a_key_is_asked_in_vain_and_says_nothing(
    sqlite_bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    (sqlite_bureau.folder / "issuer.pem").unlink()
    keyless = sqlite_bureau.reopened()
    with keyless.service.publisher.publishing_later(stopped(NOON)) as later:
        keyless.service.publisher.republish(at=NOON)
        assert later.wait(WITHIN)
    assert not caplog.records
    keyless.service.close()


# ---- the thread -----------------------------------------------------------------------------------


def test_what_fails_is_tried_again_without_being_asked(caplog: pytest.LogCaptureFixture) -> None:
    """And a fault that nobody foresaw does not end the thread."""
    faults: list[Exception] = [ZeroDivisionError(), ListRefusedError(name=NAME, detail="no")]
    done = threading.Event()

    def publish(_: datetime) -> bool:
        if faults:
            raise faults.pop()
        done.set()
        return True

    with ExitStack() as stack:
        later = Coalescing(publish, stopped(NOON))
        stack.callback(later.close)
        later.ask()
        assert done.wait(20)
        assert later.wait(1)
    assert caplog.text.count("could not be published") == 2


def test_a_failure_at_the_end_does_not_keep_it_from_coming() -> None:
    asked = threading.Event()

    def publish(_: datetime) -> bool:
        asked.set()
        return False

    later = Coalescing(publish, stopped(NOON))
    later.ask()
    assert asked.wait(10)
    began = time.monotonic()
    later.close()
    assert time.monotonic() - began < 1
