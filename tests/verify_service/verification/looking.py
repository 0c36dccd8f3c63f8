"""What the verification tests look at: a license, the alarms kept, a rejection's reasons."""

from typing import Any

from credential.reasons import Outcome
from tests.verify_service.bureau import (
    Bureau,
    codes,
    days,
)
from verify_service.issuing.service import Issued
from verify_service.registry.alarms import list_alarms
from verify_service.registry.records import Alarm, Permit


def licensed(bureau: Bureau, **granted: Any) -> tuple[Permit, Issued]:
    shop = bureau.shop()
    food = bureau.permit(shop, **granted)
    return food, bureau.issue(shop)


def alarms(bureau: Bureau) -> tuple[Alarm, ...]:
    with bureau.service.database.reading() as connection:
        return list_alarms(connection, since=days(-9), limit=10)


def rejected(bureau: Bureau, text: str) -> set[str]:
    """The reasons of a rejection, which shows nothing of what the symbol says."""
    verdict = bureau.online(text)
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.genuine is None
    assert verdict.as_dict()["license"] is None
    assert verdict.as_dict()["permits"] == []
    return codes(verdict)
