"""A bar with a license from two permits, and what is said of it."""

from credential.reasons import Outcome
from tests.verify_service.bureau import Bureau, codes, days
from verify_service.issuing.service import Issued
from verify_service.registry.recalls import open_recalls
from verify_service.registry.records import Permit, RecallTask


def bar(bureau: Bureau) -> tuple[Permit, Permit, Issued]:
    """A bar with a license from its mandatory permit and an optional one."""
    shop = bureau.shop()
    food, tobacco = bureau.permit(shop), bureau.permit(shop, "tobacco_retail")
    return food, tobacco, bureau.issue(shop)


def recalls(bureau: Bureau, of: str | None = None) -> tuple[RecallTask, ...]:
    with bureau.service.database.reading() as connection:
        return open_recalls(connection, department=of)


def said(bureau: Bureau, issued: Issued, number: float) -> tuple[Outcome, set[str]]:
    """What is said of a license at an instant, which has to be the same online and offline."""
    online = bureau.online(issued.text, at=days(number))
    offline = bureau.offline(issued.text, at=days(number))
    assert (online.outcome, online.reasons) == (offline.outcome, offline.reasons)
    assert online.genuine is not None
    assert offline.genuine is not None
    assert online.genuine.states == offline.genuine.states
    return online.outcome, codes(online)
