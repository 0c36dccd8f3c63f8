"""Issuing is one step: numbered without gaps, done once for one request, all of it or nothing."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from credential.days import SHANGHAI
from credential.envelope import digest
from credential.opening import read_text
from credential.reasons import Outcome
from credential.trusted import MAX_LISTS
from tests.clocks import stopped
from tests.verify_service.bureau import (
    NOON,
    WRITTEN,
    Bureau,
    codes,
    content_of,
    day,
    days,
    department,
)
from verify_service.access import BureauRequiredError
from verify_service.issuing import service as issuing
from verify_service.issuing.errors import NotIssuableError, PermitsChangedError
from verify_service.issuing.sheet import TEMPLATE
from verify_service.registry.errors import (
    RequestMismatchError,
    SerialsExhaustedError,
    StatusListsExhaustedError,
)
from verify_service.registry.licenses import add_license
from verify_service.registry.moves import LicenseState, Move
from verify_service.registry.records import License, StatusBlock
from verify_service.registry.status import (
    add_status_list,
    give_up_places,
    reserve_status_block,
    status_lists,
)

# ---- what is issued -----------------------------------------------------------------------------


def test_an_issued_license_is_valid_online_and_offline_at_once(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop)
    for verdict in (bureau.online(issued.text), bureau.offline(issued.text)):
        assert (verdict.outcome, codes(verdict)) == (Outcome.VALID, set())
    assert bureau.standing(issued).state is LicenseState.IN_FORCE


def test_everything_that_was_sealed_and_told_is_on_file(bureau: Bureau) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop, until=day(400))
    issued = bureau.issue(shop, applied_for=("26-04",), key="k-1")
    stored = bureau.on_file(issued)
    assert (stored.text, stored.request_key) == (issued.text, "k-1")
    assert stored.kid == bureau.signer.key_id
    assert (stored.issued_on, stored.expires_on) == (day(0), day(400))
    assert (stored.catalog_version, stored.template_version) == ("2023", TEMPLATE)
    assert [(each.permit, each.version) for each in stored.permits] == [(food.id, 1)]
    assert [(each.item, each.mandatory) for each in stored.pending] == [("26-04", False)]
    assert stored.record.recorded_by == "bureau/b1"
    assert stored.record.effective_at == stored.record.recorded_at == NOON
    verdict = bureau.online(issued.text)
    assert verdict.genuine is not None
    assert verdict.genuine.number == issued.number
    assert stored.claims_digest == digest(read_text(issued.text).message.unverified_payload)


def test_departments_and_remedies_are_recorded_as_told(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    bureau.permit(shop, "tobacco_retail")
    told = bureau.on_file(bureau.issue(shop, applied_for=("26-04",))).told
    assert told["at"] == NOON.isoformat()
    departments = told["departments"]
    assert isinstance(departments, list)
    assert [each["department"] for each in departments] == ["scjg", "tobacco", "water_district"]
    for each in departments:
        assert "复议" in each["review"]
        assert "诉讼" in each["lawsuit"]
        assert each["name"].startswith(("北京市", "朝阳", "区"))


# ---- numbers ------------------------------------------------------------------------------------


def test_numbers_count_by_industry_and_year(bureau: Bureau) -> None:
    shops = [bureau.shop() for _ in range(3)]
    for shop in shops:
        bureau.permit(shop)
    numbers = [
        bureau.issue(shops[which], industry=industry, at=at).number
        for which, industry, at in (
            (0, "26", NOON),
            (1, "26", NOON),
            (0, "25", NOON),
            (2, "26", days(80)),
        )
    ]
    assert numbers == [
        "朝综许26-2031-00001",
        "朝综许26-2031-00002",
        "朝综许25-2031-00001",
        "朝综许26-2031-00003",
    ]


def test_the_year_of_a_number_is_the_one_in_beijing(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    new_year = datetime(2031, 12, 31, 16, tzinfo=UTC)  # midnight in Beijing
    eve = datetime(2031, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
    signed_at = datetime(2031, 12, 30, tzinfo=UTC)
    bureau.service.publisher.publish_trust_list(
        bureau.sign_trust_list(2, at=signed_at), at=signed_at
    )
    shop, other = bureau.shop(), bureau.shop()
    bureau.permit(shop)
    bureau.permit(other)
    first, second = bureau.issue(shop, at=eve), bureau.issue(other, at=new_year)
    assert (first.number, first.issued_on) == ("朝综许26-2031-00001", eve.date())
    assert (second.number, second.issued_on.isoformat()) == ("朝综许26-2032-00001", "2032-01-01")


def test_a_refusal_leaves_no_gap_in_the_numbers(bureau: Bureau) -> None:
    shop, other, empty = bureau.shop(), bureau.shop(), bureau.shop()
    bureau.permit(shop)
    bureau.permit(other)
    bureau.issue(shop)
    before = bureau.rows()
    with pytest.raises(NotIssuableError):
        bureau.issue(empty)
    assert bureau.rows() == before  # no block was spent either
    assert bureau.issue(other).number.endswith("-00002")


def test_serials_end_at_five_digits(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop)
    with bureau.service.database.writing() as connection:
        add_license(
            connection,
            License(
                number="朝综许26-2031-99999",
                issuer="110105",
                industry="26",
                year=2031,
                serial=99_999,
                holder=shop.holder,
                premises=shop.premises,
            ),
            written=WRITTEN,
        )
    with pytest.raises(SerialsExhaustedError):
        bureau.issue(shop)


def fill_up(bureau: Bureau, *, leaving: int) -> None:
    """Use up the places of the list that is being filled, but for some."""
    with bureau.service.database.reading() as connection:
        last = status_lists(connection)[-1]
    give_up_places(
        bureau.service.database,
        count=last.capacity - last.next_index - leaving,
        capacity=bureau.service.office.status_list_capacity,
        at=days(-1),
    )


def test_when_a_list_is_full_licenses_go_on_in_the_next(bureau: Bureau) -> None:
    first, second = bureau.shop(), bureau.shop()
    for shop in (first, second):
        bureau.permit(shop)
        drainage = bureau.permit(shop, "drainage")
    before = bureau.issue(first)
    fill_up(bureau, leaving=2)
    after = bureau.issue(second)
    assert [bureau.on_file(each).block.status_list for each in (before, after)] == ["0", "1"]
    assert content_of(after.text).status_list == 1
    # The list that was opened by it is published with it, and both go on.
    for each in (before, after):
        assert bureau.offline(each.text).outcome is Outcome.VALID
        assert bureau.online(each.text).outcome is Outcome.VALID
    bureau.change(drainage, Move.REVOKED)
    assert bureau.offline(after.text).outcome is Outcome.NOT_IN_FORCE
    assert bureau.offline(before.text).outcome is Outcome.VALID
    again = bureau.reissue(before, at=days(1))
    assert bureau.on_file(again).block.status_list == "1"
    assert bureau.offline(before.text, at=days(1)).outcome is Outcome.NOT_IN_FORCE
    assert bureau.offline(again.text, at=days(1)).outcome is Outcome.VALID


def test_when_the_last_list_is_full_it_is_named_and_nothing_is_issued(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop)
    with bureau.service.database.writing() as connection:
        for number in range(1, MAX_LISTS):
            add_status_list(connection, status_list=str(number), capacity=1)
    with pytest.raises(StatusListsExhaustedError):
        bureau.issue(shop)
    assert bureau.rows().licenses == 0


# ---- who may ------------------------------------------------------------------------------------


def test_a_department_issues_nothing(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop)
    with pytest.raises(BureauRequiredError):
        bureau.issue(shop, principal=department("food_business"))
    with pytest.raises(BureauRequiredError):
        bureau.service.issuing.reissue(
            issued.number,
            principal=department("food_business"),
            request_key="x",
            clock=stopped(NOON),
        )
    assert bureau.rows().versions == 1


# ---- one request, one license -------------------------------------------------------------------


def test_the_same_request_again_gives_the_same_license(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    first = bureau.issue(shop, key="k-1")
    after = bureau.rows()
    assert bureau.issue(shop, key="k-1", at=days(1)) == first
    assert bureau.rows() == after


def test_the_same_request_is_answered_even_when_it_could_not_be_made_any_more(
    bureau: Bureau,
) -> None:
    shop = bureau.shop()
    food = bureau.permit(shop)
    first = bureau.issue(shop, key="k-1")
    bureau.change(food, Move.REVOKED)
    assert bureau.issue(shop, key="k-1") == first


def test_the_same_key_with_another_body_is_refused(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    first = bureau.issue(shop, key="k-1")
    after = bureau.rows()
    with pytest.raises(RequestMismatchError):
        bureau.issue(shop, industry="25", key="k-1")
    with pytest.raises(RequestMismatchError):  # the same content, as a reissue
        bureau.reissue(first, key="k-1")
    assert bureau.rows() == after


def test_the_same_request_from_many_threads_gives_one_license(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    barrier = threading.Barrier(4)

    def issue(_: int) -> str:
        barrier.wait()
        return bureau.issue(shop, key="k-1").text

    with ThreadPoolExecutor(4) as pool:
        texts = set(pool.map(issue, range(4)))
    assert len(texts) == 1
    rows = bureau.rows()
    assert (rows.licenses, rows.versions, rows.states) == (1, 1, 1)


@pytest.mark.parametrize("meanwhile", ["a permit more", "a permit less"])
def test_permits_that_change_meanwhile_are_not_sealed_on_places_for_others(
    meanwhile: str, sqlite_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop)
    tobacco = bureau.permit(shop, "tobacco_retail")
    turn = [lambda: bureau.permit(shop, "drainage")]
    if meanwhile == "a permit less":
        turn = [lambda: bureau.change(tobacco, Move.CANCELLED).permit]

    def reserve_and_be_overtaken(*arguments: Any, **named: Any) -> StatusBlock:
        block = reserve_status_block(*arguments, **named)
        while turn:
            turn.pop()()
        return block

    monkeypatch.setattr(issuing, "reserve_status_block", reserve_and_be_overtaken)
    with pytest.raises(PermitsChangedError) as caught:
        bureau.issue(shop, key="k-1")
    found = 3 if meanwhile == "a permit more" else 1
    assert (caught.value.before, caught.value.found) == (2, found)
    assert bureau.rows().licenses == 0
    again = bureau.issue(shop, key="k-1")  # the same request finds its license
    assert len(content_of(again.text).permits) == found
    assert bureau.offline(again.text).outcome is Outcome.VALID


def test_different_requests_from_many_threads_are_numbered_without_gaps(bureau: Bureau) -> None:
    shops = [bureau.shop() for _ in range(8)]
    for shop in shops:
        bureau.permit(shop)
    with ThreadPoolExecutor(4) as pool:
        issued = list(pool.map(bureau.issue, shops))
    assert sorted(each.number for each in issued) == [
        f"朝综许26-2031-{serial:05}" for serial in range(1, 9)
    ]
    for each in issued:  # and no two share a place in the status list
        assert bureau.offline(each.text).outcome is Outcome.VALID
    assert len({bureau.on_file(each).block.start for each in issued}) == 8


# Issues as soon as a line arrives, and prints the text.
ISSUING = """
import sys
from tests.clocks import stopped
from tests.verify_service.bureau import BUREAU, NOON
from verify_service.issuing.application import Application
from verify_service.service import open_service
from verify_service.settings import load_settings
from pathlib import Path

service = open_service(load_settings(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
application = Application(holder=sys.argv[2], premises=int(sys.argv[3]), industry="26")
issued = service.issuing.issue(application, principal=BUREAU, request_key="k-1", clock=stopped(NOON))
print(issued.text, flush=True)
"""


def test_the_same_request_from_two_processes_gives_one_license(bureau: Bureau) -> None:
    shop = bureau.shop()
    bureau.permit(shop)
    command = [sys.executable, "-c", ISSUING, str(bureau.folder / "settings.toml")]
    command += [shop.holder, str(shop.premises)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    texts = {process.communicate(timeout=60)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    (text,) = texts
    assert bureau.rows().versions == 1
    assert bureau.online(text.strip()).outcome is Outcome.VALID


def test_issuing_goes_on_after_the_service_is_opened_again(bureau: Bureau) -> None:
    shop, other = bureau.shop(), bureau.shop()
    bureau.permit(shop)
    bureau.permit(other)
    first = bureau.issue(shop)
    again = bureau.reopened()
    with closing(again.service):
        second = again.issue(other, key="after")
        assert again.online(first.text).outcome is Outcome.VALID
    assert second.number.endswith("-00002")
