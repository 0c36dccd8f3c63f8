"""One business at one place has one license of an industry: the next one supersedes it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from credential.reasons import Outcome
from tests.verify_service.bureau import CODE, FACTS, WRITTEN, Bureau, Shop, day, days
from verify_service.issuing.errors import LicenseStandsError
from verify_service.issuing.service import Issued
from verify_service.registry.holders import add_premises
from verify_service.registry.moves import LicenseState, Move


def licensed(bureau: Bureau, **granted: object) -> tuple[Shop, Issued]:
    shop = bureau.shop()
    bureau.permit(shop, **granted)  # type: ignore[arg-type]
    return shop, bureau.issue(shop)


def refused(bureau: Bureau, shop: Shop, **asked: object) -> LicenseStandsError:
    before = bureau.rows()
    with pytest.raises(LicenseStandsError) as caught:
        bureau.issue(shop, **asked)  # type: ignore[arg-type]
    assert bureau.rows() == before  # no places were spent either
    return caught.value


def test_a_second_license_of_an_industry_at_the_same_premises_is_refused(bureau: Bureau) -> None:
    shop, first = licensed(bureau)
    error = refused(bureau, shop)
    assert (error.standing, error.state) == (first.number, LicenseState.IN_FORCE)
    assert first.number in error.message()["zh"]


def test_a_reissue_is_the_way_and_supersedes(bureau: Bureau) -> None:
    shop, first = licensed(bureau)
    second = bureau.reissue(first)
    assert (second.number, second.version) == (first.number, 2)
    assert bureau.standing(first).state is LicenseState.SUPERSEDED
    assert refused(bureau, shop).standing == first.number


def test_a_suspension_is_not_got_round_by_a_second_license(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    tobacco = bureau.permit(shop, "tobacco_retail")
    bureau.issue(shop)
    bureau.change(tobacco, Move.SUSPENDED)
    assert refused(bureau, shop).state is LicenseState.SUSPENDED


def test_another_industry_another_shop_and_another_holder_have_their_own(bureau: Bureau) -> None:
    shop, first = licensed(bureau)
    cafe = bureau.issue(shop, industry="25")
    elsewhere = bureau.premises(shop.holder)
    with bureau.service.database.writing() as connection:
        branch = add_premises(
            connection,
            holder=shop.holder,
            division_code=CODE,
            address="北京市朝阳区半月胡同18号",
            facts=FACTS,
            written=WRITTEN,
        )
    other = Shop(holder=shop.holder, premises=branch.id)
    bureau.permit(other)
    _, neighbor = licensed(bureau)  # at the same address, as in a market hall
    issued = (first, cafe, bureau.issue(other), neighbor)
    assert len({each.number for each in issued}) == 4
    assert elsewhere.premises != shop.premises


def test_premises_that_were_registered_twice_are_one_place(bureau: Bureau) -> None:
    shop, first = licensed(bureau)
    again = bureau.premises(shop.holder)  # the same address
    bureau.permit(again)
    assert refused(bureau, again).standing == first.number


def test_after_a_license_has_fallen_the_next_is_a_new_one(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop)
    first = bureau.issue(shop)
    bureau.change(food, Move.CANCELLED)
    bureau.permit(shop)
    second = bureau.issue(shop)
    assert second.number != first.number
    assert bureau.online(second.text).outcome is Outcome.VALID


def test_after_its_last_day_a_license_is_in_nobodys_way(bureau: Bureau) -> None:
    shop, first = licensed(bureau, until=day(3))
    bureau.permit(shop, until=day(90))
    assert refused(bureau, shop, at=days(3)).standing == first.number  # its last day
    second = bureau.issue(shop, at=days(3.6))
    assert second.number != first.number
    # The old one does not come back beside it.
    with pytest.raises(LicenseStandsError) as caught:
        bureau.reissue(first, at=days(3.7))
    assert caught.value.standing == second.number


def raced(bureau: Bureau, asks: list[Callable[[], Issued]]) -> list[Issued]:
    def ask(one: Callable[[], Issued]) -> Issued | None:
        with suppress(LicenseStandsError):
            return one()
        return None

    with ThreadPoolExecutor(len(asks)) as pool:
        return [issued for issued in pool.map(ask, asks) if issued is not None]


def test_of_requests_at_once_one_is_issued(bureau: Bureau) -> None:
    """Looked at in the transaction that issues, and not only before it."""
    shop = bureau.shop()
    bureau.permit(shop)
    (only,) = raced(bureau, [lambda: bureau.issue(shop)] * 4)
    assert bureau.rows().licenses == 1
    assert bureau.standing(only).state is LicenseState.IN_FORCE
    assert bureau.rows().versions == 1
