"""Nothing leaves that our own verifier or a decoder refuses, and nothing of it is kept."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credential.reasons import Outcome
from keys.files import create_key
from tests.ceremonies import create_root
from tests.verify_service.bureau import (
    NOON,
    Bureau,
    codes,
    content_of,
    day,
    days,
)
from tests.verify_service.opened import write_source
from verify_service.geodesy import Gcj02Position, Position, to_wgs84
from verify_service.issuing.errors import SealRefusedError
from verify_service.issuing.sealing import city_code_with_proof
from verify_service.issuing.symbol import make_symbol, read_back
from verify_service.lettering import LetteringError
from verify_service.publishing.errors import ListRefusedError, NoSignerError
from verify_service.registry.moves import Move
from verify_service.registry.permits import add_permit
from verify_service.registry.records import PermitChange, PermitTerms, Record


@contextmanager
def trusting(bureau: Bureau, **words: str) -> Iterator[Bureau]:
    """The bureau under another trust list than it thinks."""
    write_source(bureau.folder, **words)
    data = bureau.sign_trust_list(2, at=NOON)
    bureau.service.publisher.publish_trust_list(data, at=NOON)
    yield bureau


def key_not_in_the_trust_list(bureau: Bureau) -> Iterator[Bureau]:
    create_key(bureau.folder / "stray.pem", suite="ES256")
    stray = bureau.reopened(issuer_key=f"file:{bureau.folder / 'stray.pem'}")
    with closing(stray.service):
        yield stray


def key_announced(bureau: Bureau) -> Iterator[Bureau]:
    with trusting(bureau, first=f"{day(31)}") as changed:
        yield changed


def key_retired(bureau: Bureau) -> Iterator[Bureau]:
    with trusting(bureau, more=f"until = {day(-1)}") as changed:
        yield changed


def key_compromised(bureau: Bureau) -> Iterator[Bureau]:
    with trusting(bureau, more=f"compromised = {day(-5)}") as changed:
        yield changed


def other_host(bureau: Bureau) -> Iterator[Bureau]:
    with trusting(bureau, host='"elsewhere.example"') as changed:
        yield changed


def other_issuer(bureau: Bureau) -> Iterator[Bureau]:
    with trusting(bureau, code='"110108"') as changed:
        yield changed


def other_prefix(bureau: Bureau) -> Iterator[Bureau]:
    with trusting(bureau, number_prefix='"朝综照"') as changed:
        yield changed


REFUSING = {
    "key not in the trust list": (key_not_in_the_trust_list, "key-unknown"),
    "key announced": (key_announced, "key-out-of-period"),
    "key retired": (key_retired, "key-out-of-period"),
    "key compromised": (key_compromised, "key-compromised"),
    "host other than the trust list's": (other_host, "look-alike-host"),
    "issuer other than the trust list's": (other_issuer, "issuer-mismatch"),
    "prefix other than the trust list's": (other_prefix, "number 朝综照"),
}


@pytest.mark.parametrize(("change", "detail"), REFUSING.values(), ids=REFUSING)
def test_what_our_own_verifier_refuses_is_not_issued_and_not_stored(
    change: Callable[[Bureau], Iterator[Bureau]], detail: str, sqlite_bureau: Bureau
) -> None:
    with contextmanager(change)(sqlite_bureau) as bureau:
        shop = bureau.shop()
        bureau.permit(shop)
        before = bureau.rows()
        with pytest.raises(SealRefusedError, match=detail):
            bureau.issue(shop)
        assert replace(bureau.rows(), blocks=before.blocks) == before


def test_nothing_is_issued_under_a_trust_list_that_has_run_out(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    with pytest.raises(SealRefusedError, match="trust-expired"):
        sqlite_bureau.issue(shop, at=days(90))


def test_nothing_is_issued_with_a_clock_before_the_trust_list(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop, at=days(-3), valid_from=day(-9))
    with pytest.raises(SealRefusedError, match="clock-implausible"):
        sqlite_bureau.issue(shop, at=days(-2))


def test_without_a_key_nothing_is_issued_and_no_block_is_spent(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    before = sqlite_bureau.rows()
    (sqlite_bureau.folder / "issuer.pem").unlink()
    keyless = sqlite_bureau.reopened()
    with closing(keyless.service), pytest.raises(NoSignerError):
        keyless.issue(shop)
    assert sqlite_bureau.rows() == before


def test_without_a_trust_list_nothing_is_issued(sqlite_bureau: Bureau) -> None:
    other = sqlite_bureau.folder / "other"
    other.mkdir()
    create_root(other, at=NOON)
    stranger = sqlite_bureau.reopened(root=other / "root.cbor")
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    before = sqlite_bureau.rows()
    with closing(stranger.service), pytest.raises(ListRefusedError):
        stranger.issue(shop)
    assert replace(sqlite_bureau.rows(), blocks=before.blocks) == before


def test_a_symbol_that_reads_back_as_something_else_is_not_stored(
    sqlite_bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What segno does silently to two neighboring segments of one mode, here to every symbol.
    encode: Any = segno.make

    def encode_wrongly(content: list[tuple[str, int]], **options: object) -> object:
        head, (digits, mode) = content
        wrong = "2" if digits.startswith("1") else "1"
        return encode([head, (wrong + digits[1:], mode)], **options)

    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    before = sqlite_bureau.rows()
    with monkeypatch.context() as patched:
        patched.setattr(segno, "make", encode_wrongly)
        with pytest.raises(SealRefusedError, match="symbol: expected"):
            sqlite_bureau.issue(shop, key="first")
    assert replace(sqlite_bureau.rows(), blocks=before.blocks) == before
    # and the request can be made again: its key was not spent either
    assert sqlite_bureau.issue(shop, key="first").number.endswith("-00001")


def test_a_permit_that_lapsed_before_the_days_of_credentials_is_left_out(
    sqlite_bureau: Bureau,
) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    sqlite_bureau.permit(shop, "drainage", valid_from=date(2001, 1, 1), until=date(2019, 12, 31))
    assert sqlite_bureau.issue(shop).version == 1


# What a registry may hold that was filled before texts, days and places were held against the
# credential and the sheet where they enter: SQL alone can write it now.
FROM_BEFORE = {
    "UPDATE holders SET name = 'a\u202eb'": LetteringError,
    "UPDATE premises SET address = '一号\N{GRINNING FACE}楼'": LetteringError,
    "UPDATE permits SET number = 'e\u0301'": LetteringError,
    "UPDATE premises SET latitude = 48.85, longitude = 2.35": SealRefusedError,
}


@pytest.mark.parametrize("statement", FROM_BEFORE)
def test_what_cannot_be_sealed_or_printed_costs_no_place(
    statement: str, sqlite_bureau: Bureau
) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    with sqlite_bureau.service.database.writing() as connection:
        connection.exec_driver_sql(statement)
    before = sqlite_bureau.rows()
    with pytest.raises(FROM_BEFORE[statement]):
        sqlite_bureau.issue(shop)
    assert sqlite_bureau.rows() == before


def test_a_last_day_from_before_days_were_looked_at_costs_no_place(sqlite_bureau: Bureau) -> None:
    bureau, shop = sqlite_bureau, sqlite_bureau.shop()
    terms = PermitTerms(valid_from=day(0), valid_until=date(9999, 12, 31), document_form="permit")
    granted = PermitChange(
        move=Move.GRANTED,
        terms=terms,
        grounds="granted",
        record=Record(effective_at=NOON, recorded_at=NOON, recorded_by="department:scjg/d1"),
    )
    with bureau.service.database.writing() as connection:
        add_permit(
            connection,
            kind="food_business",
            number="JY21105040032944",
            department="scjg",
            holder=shop.holder,
            premises=shop.premises,
            granted=granted,
        )
    before = bureau.rows()
    with pytest.raises(SealRefusedError, match="9999-12-31"):
        bureau.issue(shop)
    assert bureau.rows() == before


def test_more_permits_than_a_credential_can_hold_are_refused(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    for _ in range(61):
        sqlite_bureau.permit(shop, "drainage")
    sqlite_bureau.permit(shop)
    before = sqlite_bureau.rows()
    with pytest.raises(SealRefusedError, match="60"):
        sqlite_bureau.issue(shop)
    assert sqlite_bureau.rows() == before


def test_more_text_than_a_symbol_can_hold_costs_no_place(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    for number in range(40):
        sqlite_bureau.permit(shop, "drainage", number=f"{number:02}" + "㛃䶮喆堃" * 15)
    sqlite_bureau.permit(shop)
    before = sqlite_bureau.rows()
    with pytest.raises(SealRefusedError, match="1024"):
        sqlite_bureau.issue(shop)
    assert sqlite_bureau.rows() == before


def test_the_credential_says_what_the_registry_holds(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop(name="北京市朝阳区半月酒馆（个体工商户）")
    food = bureau.permit(shop, number="JY21105040032944", until=day(500))
    bureau.permit(shop, "tobacco_retail", number="110105100064", by_promise=True)
    issued = bureau.issue(shop, applied_for=("26-04",))
    content = content_of(issued.text)
    catalog = bureau.service.office.catalog
    assert (content.holder, content.uscc) == ("北京市朝阳区半月酒馆（个体工商户）", shop.holder)
    assert [(each.number, each.by_promise) for each in content.permits] == [
        (food.number, False),
        ("110105100064", True),
    ]
    assert [catalog.meaning(each.code).kind.id for each in content.permits] == [
        "food_business",
        "tobacco_retail",
    ]
    (pending,) = content.pending
    assert (catalog.meaning(pending.code).kind.id, pending.mandatory) == ("drainage", False)
    block = bureau.on_file(issued).block
    assert (content.status_list, content.status_index) == (int(block.status_list), block.start)


positions = st.builds(
    Position,
    latitude=st.floats(3, 54, allow_nan=False),
    longitude=st.floats(73.0001, 136, allow_nan=False),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(positions)
def test_a_position_of_any_precision_is_sealed_to_within_ten_meters(
    sqlite_bureau: Bureau, position: Position
) -> None:
    shop = sqlite_bureau.shop(position=position)
    sqlite_bureau.permit(shop)
    sealed = content_of(sqlite_bureau.issue(shop).text).position
    assert sealed is not None
    assert sealed.latitude == pytest.approx(position.latitude, abs=0.00005001)
    assert sealed.longitude == pytest.approx(position.longitude, abs=0.00005001)


def test_a_position_converted_from_a_chinese_map_can_be_sealed(sqlite_bureau: Bureau) -> None:
    converted = to_wgs84(Gcj02Position(latitude=39.9587, longitude=116.5314))
    shop = sqlite_bureau.shop(position=converted)
    sqlite_bureau.permit(shop)
    sealed = content_of(sqlite_bureau.issue(shop).text).position
    assert sealed is not None
    assert sealed.latitude == round(converted.latitude, 4)


def test_premises_without_a_position_can_be_sealed(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop(position=None)
    sqlite_bureau.permit(shop)
    assert content_of(sqlite_bureau.issue(shop).text).position is None


# ---- profile city-code ------------------------------------------------------------------------


def test_a_license_on_file_can_be_sealed_as_a_city_code(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop)
    issued = bureau.issue(shop)
    trusted = bureau.service.lists.current()
    sealed = city_code_with_proof(
        bureau.service.office, bureau.on_file(issued), trusted=trusted, at=NOON
    )
    read_back(make_symbol(sealed.text))
    assert sealed.text.startswith("HTTPS://YZ.CHAOYANG.EXAMPLE/C/")
    verdict = bureau.online(sealed.text)
    assert (verdict.outcome, codes(verdict)) == (Outcome.VALID, set())
    assert verdict.genuine is not None
    assert verdict.genuine.content == content_of(issued.text)


def test_a_city_code_is_not_sealed_with_a_key_that_is_compromised(sqlite_bureau: Bureau) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    issued = sqlite_bureau.issue(shop)
    with trusting(sqlite_bureau, state='"compromised"', more=f"compromised = {day(0)}") as bureau:
        trusted = bureau.service.lists.current()
        with pytest.raises(SealRefusedError, match="key-compromised"):
            city_code_with_proof(
                bureau.service.office, bureau.on_file(issued), trusted=trusted, at=NOON
            )


def test_a_city_code_of_a_license_that_has_run_out_is_refused(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop()
    bureau.permit(shop, until=day(10))
    issued = bureau.on_file(bureau.issue(shop))
    with pytest.raises(SealRefusedError, match="license-lapsed"):
        city_code_with_proof(
            bureau.service.office, issued, trusted=bureau.service.lists.current(), at=days(11)
        )


def test_a_city_code_needs_the_key(sqlite_bureau: Bureau, tmp_path: Path) -> None:
    shop = sqlite_bureau.shop()
    sqlite_bureau.permit(shop)
    issued = sqlite_bureau.on_file(sqlite_bureau.issue(shop))
    office = replace(sqlite_bureau.service.office, signer=None)
    trusted = sqlite_bureau.service.lists.current()
    with pytest.raises(NoSignerError):
        city_code_with_proof(office, issued, trusted=trusted, at=NOON + timedelta(hours=1))
