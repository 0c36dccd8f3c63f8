"""A reissue is the next version, with places of its own; the one before it is superseded (R8)."""

from dataclasses import replace

import pytest

from credential.reasons import Outcome
from tests.clocks import stopped
from tests.verify_service.bureau import (
    BUREAU,
    NOON,
    Bureau,
    codes,
    content_of,
    day,
    days,
    name_of,
)
from verify_service.issuing.errors import (
    NothingToReissueError,
    PermitOfAnotherError,
)
from verify_service.registry.errors import (
    NotRegisteredError,
)
from verify_service.registry.license_rows import get_license_version
from verify_service.registry.licenses import get_license
from verify_service.registry.moves import LicenseState, Move, PermitState
from verify_service.registry.states import license_states


def test_reissue_supersedes_the_version_before_it(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    first = bureau.issue(shop, applied_for=("26-04",))
    bureau.permit(shop, "drainage")
    second = bureau.reissue(first, at=days(1))
    assert (second.number, second.version) == (first.number, 2)
    assert bureau.on_file(second).pending == ()
    assert len(bureau.on_file(second).permits) == 2
    assert bureau.standing(first).state is LicenseState.SUPERSEDED
    assert bureau.standing(second).state is LicenseState.IN_FORCE
    for verify in (bureau.online, bureau.offline):
        old, new = verify(first.text, at=days(1)), verify(second.text, at=days(1))
        assert (old.outcome, codes(old)) == (
            Outcome.NOT_IN_FORCE,
            {"license-superseded", "pending-item"},
        )
        assert (new.outcome, codes(new)) == (Outcome.VALID, set())


def test_a_reissue_has_places_of_its_own_in_the_status_list(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    first = bureau.issue(shop)
    second = bureau.reissue(first)
    one, other = content_of(first.text), content_of(second.text)
    assert other.status_index >= one.status_index + 1 + len(one.permits)


def test_a_superseded_version_cannot_be_brought_back_by_its_request(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    first = bureau.issue(shop, key="k-1")
    second = bureau.reissue(first, key="k-2")
    assert bureau.reissue(first, key="k-2") == second
    assert bureau.issue(shop, key="k-1") == first  # answered, and nothing is changed by it
    assert bureau.standing(first).state is LicenseState.SUPERSEDED
    assert bureau.rows().versions == 2


def test_a_void_license_is_not_reissued_and_no_block_is_spent(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    tobacco = bureau.permit(shop, "tobacco_retail")
    issued = bureau.issue(shop)
    bureau.change(tobacco, Move.CANCELLED)
    before = bureau.rows()
    with pytest.raises(NothingToReissueError) as caught:
        bureau.reissue(issued)
    assert (caught.value.number, caught.value.state) == (issued.number, LicenseState.VOID)
    assert bureau.rows() == before


def test_a_suspended_license_can_be_reissued_without_what_is_suspended(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    tobacco = bureau.permit(shop, "tobacco_retail")
    first = bureau.issue(shop)
    bureau.change(tobacco, Move.SUSPENDED)
    second = bureau.reissue(first, key="k-2")
    assert len(content_of(second.text).permits) == 1
    # ... and the bureau is told so, however often it asks.
    (gone,) = second.left_out
    assert gone == (tobacco.kind, tobacco.number, PermitState.SUSPENDED)
    assert bureau.reissue(first, key="k-2") == second
    assert bureau.standing(first).state is LicenseState.SUPERSEDED
    bureau.change(bureau.change(tobacco, Move.RESUMED, at=days(1)).permit, Move.REVOKED, at=days(2))
    # Neither resuming nor ending it touches the old version, or the new one without it.
    assert bureau.standing(first).state is LicenseState.SUPERSEDED
    assert bureau.online(second.text, at=days(2)).outcome is Outcome.VALID


def test_an_amended_permit_is_taken_over_by_the_reissue(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop, until=day(100))
    first = bureau.issue(shop)
    terms = replace(food.current.terms, valid_until=day(900))
    bureau.change(food, Move.RENEWED, terms=terms)
    assert bureau.standing(first).state is LicenseState.IN_FORCE  # 变更 does not void
    second = bureau.reissue(first)
    assert bureau.on_file(second).expires_on == day(900)
    assert [each.version for each in bureau.on_file(second).permits] == [2]


def test_a_reissue_of_a_license_that_does_not_exist_is_refused(bureau: Bureau) -> None:
    with pytest.raises(NotRegisteredError):
        bureau.service.issuing.reissue(
            "朝综许26-2031-00001",
            principal=BUREAU,
            request_key="x",
            clock=stopped(NOON),
        )


def test_a_reissue_names_its_permits_or_takes_all(bureau: Bureau) -> None:
    shop, other = bureau.shop(), bureau.shop()
    food = bureau.permit(shop)
    bureau.permit(shop, "tobacco_retail")
    first = bureau.issue(shop)
    second = bureau.reissue(first, permits=(name_of(food),))
    assert len(content_of(second.text).permits) == 1
    with pytest.raises(PermitOfAnotherError):
        bureau.reissue(first, permits=(name_of(bureau.permit(other)),))
    with bureau.service.database.reading() as connection:
        assert get_license(connection, first.number).holder == shop.holder
        assert get_license_version(connection, first.number, 2).text == second.text
        chain = license_states(connection, first.number, 1)
    assert [each.state for each in chain] == [LicenseState.IN_FORCE, LicenseState.SUPERSEDED]
