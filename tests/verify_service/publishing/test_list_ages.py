"""Who signs the lists is watched: the older they are, the louder it is said."""

import logging
from datetime import timedelta

import pytest

from tests.verify_service.bureau import NOON, Bureau
from verify_service.publishing.errors import ListsAgingError
from verify_service.publishing.list_ages import Urgency, list_ages, refuse_old, shout
from verify_service.registry.status import add_status_list

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "urgency", "level"),
    [
        (0, Urgency.FRESH, None),
        (12.4, Urgency.FRESH, None),
        (12.6, Urgency.OVERDUE, logging.ERROR),
        (36.1, Urgency.AGING, logging.ERROR),
        (53.9, Urgency.AGING, logging.ERROR),
        (54.1, Urgency.ENDING, logging.CRITICAL),
        (72, Urgency.EXPIRED, logging.CRITICAL),
        (9000, Urgency.EXPIRED, logging.CRITICAL),
    ],
)
def test_the_older_a_list_is_the_louder_it_is_said(
    sqlite_bureau: Bureau,
    caplog: pytest.LogCaptureFixture,
    hours: float,
    urgency: Urgency,
    level: int | None,
) -> None:
    service = sqlite_bureau.service
    service.publisher.publish_status_lists(at=NOON)
    ages = list_ages(service.database, service.office, at=NOON + hours * HOUR)
    (oldest,) = ages
    assert oldest.urgency is urgency
    assert oldest.age == hours * HOUR
    assert oldest.left == max(72 * HOUR - oldest.age, timedelta(0))
    shout(ages)
    assert [each.levelno for each in caplog.records] == ([] if level is None else [level])
    for limit in Urgency:
        if limit > urgency:
            refuse_old(ages, urgency=limit)
        else:
            with pytest.raises(ListsAgingError) as caught:
                refuse_old(ages, urgency=limit)
            assert caught.value.number == "0"


def test_a_list_that_expires_earlier_is_watched_by_that(sqlite_bureau: Bureau) -> None:
    hasty = sqlite_bureau.reopened(list_lifetime=8 * HOUR, list_ttl=4 * HOUR)
    hasty.service.publisher.publish_status_lists(at=NOON)
    before = hasty.service.publisher.artifact("status/110105/0.cbor")
    for hours, urgency in ((4.1, Urgency.AGING), (6.1, Urgency.ENDING), (8, Urgency.EXPIRED)):
        (oldest,) = list_ages(hasty.service.database, hasty.service.office, at=NOON + hours * HOUR)
        assert oldest.urgency is urgency
    # A quarter of eight hours is earlier than the list's own ttl.
    hasty.service.publisher.renew_before_expiry(at=NOON + 1.9 * HOUR)
    assert hasty.service.publisher.artifact("status/110105/0.cbor") == before
    hasty.service.publisher.renew_before_expiry(at=NOON + 2 * HOUR)
    assert hasty.service.publisher.artifact("status/110105/0.cbor") != before
    hasty.service.close()


def test_a_list_that_was_opened_and_never_signed_is_told(sqlite_bureau: Bureau) -> None:
    service = sqlite_bureau.service
    service.publisher.publish_status_lists(at=NOON)
    with service.database.writing() as connection:
        add_status_list(connection, status_list="1", capacity=9)
    worst, other = list_ages(service.database, service.office, at=NOON)
    assert (worst.number, worst.urgency, worst.issued_at) == ("1", Urgency.OVERDUE, None)
    assert other.urgency is Urgency.FRESH


def test_a_registry_without_lists_is_in_no_hurry(caplog: pytest.LogCaptureFixture) -> None:
    shout(())
    refuse_old((), urgency=Urgency.OVERDUE)
    assert not caplog.records
