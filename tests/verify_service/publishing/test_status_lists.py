"""The published status lists: always newer, always true, and no place in them free to be claimed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credential.reasons import Outcome
from credential.rules import Policy
from credential.signer import Signer
from credential.status import Status, StatusList, seal_status_list
from credential.verify import verify
from tests.verify_service.bureau import NOON, Bureau, Shop, codes, content_of, day, days
from verify_service.database import open_database
from verify_service.issuing.service import Issued
from verify_service.publishing import status_publishing
from verify_service.publishing.errors import NoSignerError
from verify_service.publishing.service import Publisher
from verify_service.publishing.signing_times import AHEAD_AT_MOST
from verify_service.publishing.trusted_lists import TrustedLists
from verify_service.registry.artifacts import publish_artifact, withdraw_artifacts
from verify_service.registry.errors import StaleArtifactError
from verify_service.registry.moves import Move
from verify_service.registry.records import Artifact, Permit
from verify_service.registry.status import give_up_places, status_lists

NAME = "status/110105/0.cbor"


def published(bureau: Bureau) -> Artifact:
    artifact = bureau.service.publisher.artifact(NAME)
    assert artifact is not None
    return artifact


def licensed(bureau: Bureau) -> tuple[Shop, Issued]:
    shop = bureau.shop()
    bureau.permit(shop)
    return shop, bureau.issue(shop)


# ---- times --------------------------------------------------------------------------------------


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.floats(-43_000, 43_000), min_size=2, max_size=5))
def test_a_list_is_signed_later_than_the_one_before_though_the_clock_is_set(
    sqlite_bureau: Bureau, offsets: list[float]
) -> None:
    held = sqlite_bureau.bundle()
    for offset in offsets:
        before = published(sqlite_bureau)
        at = NOON + timedelta(seconds=offset)
        sqlite_bureau.service.publisher.publish_status_lists(at=at)
        after = published(sqlite_bureau)
        assert after.issued_at >= max(at, before.issued_at + timedelta(seconds=1))
        assert after.sequence == before.sequence + 1
        newer = held.admit_status_list(after.content, number=0)
        assert newer is not held  # a scanner takes it for newer, too
        held = newer


def test_a_clock_that_was_years_ahead_does_not_silence_the_publisher_till_then(
    sqlite_bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    """No scanner has taken what was signed then (a test of its sync); they wait for the next."""
    bureau, publisher = sqlite_bureau, sqlite_bureau.service.publisher
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    held = bureau.bundle()
    for wrong in (days(2), days(20_000)):
        publisher.publish_status_lists(at=wrong)
        publisher.publish_code_list(at=wrong)
        bureau.change(food, Move.AMENDED)  # the clock is right again, and work goes on
        assert published(bureau).issued_at < days(0.01)
        assert NAME in caplog.text
    bureau.change(food, Move.REVOKED)
    after = held.admit_status_list(published(bureau).content, number=0)
    assert after is not held
    assert verify(issued.text, trusted=after, at=NOON).outcome is Outcome.NOT_IN_FORCE


def test_the_timer_too_comes_back_from_the_future(sqlite_bureau: Bureau) -> None:
    sqlite_bureau.service.publisher.publish_status_lists(at=days(20_000))
    sqlite_bureau.service.publisher.renew_before_expiry(at=days(0.5))
    assert published(sqlite_bureau).issued_at == days(0.5)


def test_a_list_says_where_it_is_and_until_when_it_is_good(sqlite_bureau: Bureau) -> None:
    sqlite_bureau.service.publisher.publish_status_lists(at=NOON)
    artifact = published(sqlite_bureau)
    (listed,) = sqlite_bureau.bundle().status.values()
    assert artifact.uri == listed.uri == "https://yz.chaoyang.example/status/0"
    assert artifact.media_type == "application/statuslist+cwt"
    assert listed.issued_at == int(NOON.timestamp())
    assert listed.expires_at == int(days(7).timestamp())
    assert artifact.expires_at == days(7)
    assert listed.ttl == 43_200


def test_a_list_is_renewed_before_a_scanner_that_has_just_synced_would_warn(
    sqlite_bureau: Bureau,
) -> None:
    publisher = sqlite_bureau.service.publisher
    publisher.publish_status_lists(at=NOON)
    before = published(sqlite_bureau)
    publisher.renew_before_expiry(at=days(1 / 2) - timedelta(seconds=1))
    assert published(sqlite_bureau) == before
    publisher.renew_before_expiry(at=days(1 / 2))
    assert published(sqlite_bureau).issued_at == days(1 / 2)
    assert timedelta(hours=12) < timedelta(seconds=Policy().status_warning)


def test_a_list_that_says_what_the_registry_does_is_left_alone(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop, _ = licensed(bureau)
    before = published(bureau)
    bureau.permit(shop, "drainage")  # nothing that a list would say
    bureau.service.publisher.republish(at=days(0.1))
    bureau.service.publisher.renew_before_expiry(at=days(0.1))
    assert published(bureau) == before


def test_a_change_that_was_not_published_is_made_up_for_at_the_next_look(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    _, first = licensed(bureau)
    before = published(bureau)
    second = bureau.reissue(first)
    put_back(bureau, before)
    assert bureau.offline(first.text).outcome is Outcome.VALID
    bureau.service.publisher.renew_before_expiry(at=days(0.1))
    assert bureau.offline(first.text, at=days(0.1)).outcome is Outcome.NOT_IN_FORCE
    assert bureau.offline(second.text, at=days(0.1)).outcome is Outcome.VALID


def test_a_change_stands_though_its_list_cannot_be_published(
    sqlite_bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    locked_out = hasty(sqlite_bureau)
    before = published(sqlite_bureau)
    with sqlite_bureau.service.database.writing(), ThreadPoolExecutor(1) as pool:
        pool.submit(locked_out.republish, at=NOON).result(30)  # raises nothing
    assert "could not be published" in caplog.text
    assert published(sqlite_bureau) == before


def put_back(bureau: Bureau, before: Artifact) -> None:
    """Publish an old list over the newer one, as a process that died in between leaves it."""
    beside = [before.name.replace(".cbor", f".{each}.cbor") for each in ("base", "delta")]
    with bureau.service.database.writing() as connection:
        withdraw_artifacts(connection, beside, at=before.issued_at)
        publish_artifact(
            connection,
            name=before.name,
            uri=before.uri,
            media_type=before.media_type,
            content=before.content,
            issued_at=before.issued_at,
            expires_at=before.expires_at,
            sequence=before.sequence + 100,
        )


def hasty(bureau: Bureau) -> Publisher:
    """A publisher on the same registry that does not wait long for others."""
    database = open_database(bureau.service.settings.database, patience=timedelta(milliseconds=100))
    pin = bureau.root.root
    lists = TrustedLists(database, pin)
    return Publisher(database, bureau.service.office, lists, pin)


def test_many_changes_in_one_second_do_not_run_ahead_of_the_clock(sqlite_bureau: Bureau) -> None:
    """A list minutes ahead of a scanner's clock would make every verdict indeterminate."""
    bureau, publisher = sqlite_bureau, sqlite_bureau.service.publisher
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    for _ in range(50):
        bureau.change(food, Move.SUSPENDED)
        bureau.change(food, Move.RESUMED)
    ahead = published(bureau).issued_at - NOON
    assert AHEAD_AT_MOST < ahead <= AHEAD_AT_MOST + timedelta(seconds=1)
    assert "clock-implausible" not in codes(bureau.offline(issued.text))
    # What waited is published by the next look, and is not lost.
    shop = bureau.shop()
    bureau.permit(shop)
    waiting = bureau.issue(shop)
    assert codes(bureau.offline(waiting.text)) == {"status-missing"}
    publisher.renew_before_expiry(at=NOON + timedelta(minutes=10))
    for each in (issued, waiting):
        assert bureau.offline(each.text, at=days(0.01)).outcome is Outcome.VALID


def test_a_rolled_back_list_is_not_published(sqlite_bureau: Bureau) -> None:
    before = published(sqlite_bureau)
    with (
        pytest.raises(StaleArtifactError),
        sqlite_bureau.service.database.writing() as connection,
    ):
        publish_artifact(
            connection,
            name=NAME,
            uri=before.uri,
            media_type=before.media_type,
            content=before.content,
            issued_at=NOON,
            expires_at=None,
            sequence=before.sequence,
        )
    assert published(sqlite_bureau) == before


def test_without_a_key_nothing_is_signed(sqlite_bureau: Bureau) -> None:
    (sqlite_bureau.folder / "issuer.pem").unlink()
    keyless = sqlite_bureau.reopened()
    for publish in (
        keyless.service.publisher.publish_status_lists,
        keyless.service.publisher.publish_code_list,
    ):
        with pytest.raises(NoSignerError):
            publish(at=NOON)
    keyless.service.prepare(at=NOON)  # and nothing of it is needed to verify
    keyless.service.close()


# ---- several lists ------------------------------------------------------------------------------


@pytest.fixture
def two_lists(sqlite_bureau: Bureau) -> tuple[Bureau, Permit, Permit]:
    """A bureau whose licenses lie in two lists, and a permit of each."""
    found = []
    for _ in range(2):
        shop = sqlite_bureau.shop()
        found.append(sqlite_bureau.permit(shop))
        sqlite_bureau.issue(shop)
        with sqlite_bureau.service.database.reading() as connection:
            last = status_lists(connection)[-1]
        give_up_places(
            sqlite_bureau.service.database,
            count=last.capacity - last.next_index,
            capacity=1 << 10,
            at=days(-1),
        )
    sqlite_bureau.service.publisher.publish_status_lists(at=NOON)
    first, second = found
    return sqlite_bureau, first, second


def signed(bureau: Bureau) -> list[int]:
    """The sequence of each list: how often it was signed."""
    found = (bureau.service.publisher.artifact(f"status/110105/{each}.cbor") for each in (0, 1))
    return [each.sequence for each in found if each is not None]


def test_a_list_that_a_change_does_not_concern_is_not_signed_again(
    two_lists: tuple[Bureau, Permit, Permit],
) -> None:
    bureau, first, second = two_lists
    one, two = signed(bureau)
    bureau.change(second, Move.REVOKED)
    assert signed(bureau) == [one, two + 1]
    bureau.change(first, Move.REVOKED)
    assert signed(bureau) == [one + 1, two + 1]
    bureau.service.publisher.republish(at=NOON)
    assert signed(bureau) == [one + 1, two + 1]
    bureau.service.publisher.renew_before_expiry(at=days(1 / 2) + timedelta(minutes=2))
    assert signed(bureau) == [one + 2, two + 2]


def test_a_day_that_ends_a_permit_has_its_list_signed_and_no_other(
    two_lists: tuple[Bureau, Permit, Permit],
) -> None:
    bureau, _, second = two_lists
    bureau.change(second, Move.AMENDED, terms=replace(second.current.terms, valid_until=day(0)))
    one, two = signed(bureau)
    for _ in range(2):
        bureau.service.publisher.renew_before_expiry(at=days(1 / 2))
        assert signed(bureau) == [one, two + 1]


def test_a_publisher_that_was_overtaken_signs_what_is_so_by_then(
    two_lists: tuple[Bureau, Permit, Permit], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read the list, then a permit is revoked and another process publishes that."""
    bureau, first, _ = two_lists
    one, _ = signed(bureau)
    other = hasty(bureau)

    def be_overtaken(listed: StatusList, signer: Signer) -> bytes:
        monkeypatch.setattr(status_publishing, "seal_status_list", seal_status_list)
        with bureau.service.publisher.publishing_later(lambda: NOON):
            bureau.change(first, Move.REVOKED)
        other.publish_status_lists(at=NOON)
        return seal_status_list(listed, signer)

    bureau.change(first, Move.SUSPENDED)
    monkeypatch.setattr(status_publishing, "seal_status_list", be_overtaken)
    bureau.service.publisher.publish_status_lists(at=NOON)
    listed = bureau.bundle().status["110105", 0]
    assert listed.read(0, 2) == (Status.INVALID, Status.REVOKED)
    assert signed(bureau)[0] >= one + 3


# ---- places -------------------------------------------------------------------------------------


def test_no_place_is_valid_before_a_license_has_it(sqlite_bureau: Bureau) -> None:
    (listed,) = sqlite_bureau.bundle().status.values()
    assert listed.read(0, 2 * len(listed.entries)) == (Status.INVALID, Status.INVALID)


def test_an_odd_place_at_the_end_is_not_free_to_be_claimed(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop)
    bureau.permit(shop, "drainage")
    bureau.issue(shop)  # three places
    (listed,) = bureau.bundle().status.values()
    assert listed.read(0, 4) == (Status.VALID, Status.VALID, Status.VALID, Status.INVALID)


def test_a_license_on_an_unallocated_index_is_not_green_offline(sqlite_bureau: Bureau) -> None:
    """An insider with the key seals a license that the registry never numbered."""
    bureau = sqlite_bureau
    _, issued = licensed(bureau)
    texts = [
        bureau.forge(issued, serial=99, status_index=index).text
        for index in (1, 2, 3, 1000, (1 << 20) - 10)
    ]
    for text in texts:
        assert codes(bureau.offline(text)) == {"status-missing"}
        assert bureau.offline(text).outcome is Outcome.INDETERMINATE
    # Backdated, or once the list of the next day is there: what is out of the list is out.
    bureau.service.publisher.publish_status_lists(at=days(1))
    for text in texts:
        assert codes(bureau.offline(text, at=days(1))) == {"status-out-of-range"}
        assert bureau.offline(text, at=days(1)).outcome is Outcome.REJECTED
    other_list = bureau.forge(issued, serial=99, status_list=7).text
    assert codes(bureau.offline(other_list, at=days(1))) == {"status-missing"}


def test_a_license_on_the_places_of_another_that_ended_is_not_green_offline(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    food = bureau.permit(shop)
    issued = bureau.issue(shop)
    bureau.change(food, Move.REVOKED)
    forged = bureau.forge(issued, serial=99, holder="北京幽灵酒馆有限公司").text
    assert bureau.offline(forged).outcome is Outcome.NOT_IN_FORCE


def test_places_of_different_licenses_never_overlap(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    taken: list[int] = []
    for _ in range(4):
        shop = bureau.shop()
        bureau.permit(shop)
        issued = bureau.issue(shop)
        bureau.permit(shop, "drainage")
        for each in (issued, bureau.reissue(issued)):
            content = content_of(each.text)
            start = content.status_index
            taken.extend(range(start, start + 1 + len(content.permits)))
    assert len(taken) == len(set(taken)) == max(taken) + 1
