"""The sheet of a license on file says what it was issued with, and stays what it was."""

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from tests.verify_service.bureau import NOON, Bureau, Shop, day, days
from verify_service.identifiers import parse_elicense_identifier
from verify_service.issuing.sheet import Need, Use
from verify_service.issuing.sheets import BY_PROMISE
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.moves import Move
from verify_service.registry.records import Permit


@pytest.fixture
def shop(sqlite_bureau: Bureau) -> Shop:
    return sqlite_bureau.shop(name="北京市朝阳区半月酒馆（个体工商户）")


@pytest.fixture
def food(sqlite_bureau: Bureau, shop: Shop) -> Permit:
    return sqlite_bureau.permit(shop, number="JY21105040032944", until=day(700))


def test_a_sheet_says_what_the_license_was_issued_with(
    sqlite_bureau: Bureau, shop: Shop, food: Permit
) -> None:
    bureau = sqlite_bureau
    bureau.permit(shop, "tobacco_retail", number="110105100064", by_promise=True)
    issued = bureau.issue(shop, applied_for=("26-04",))
    content = bureau.service.sheets.content(issued.number)
    assert (content.number, content.version) == (issued.number, 1)
    assert content.issuer == "北京市朝阳区政务服务局"
    assert (content.holder, content.uscc) == ("北京市朝阳区半月酒馆（个体工商户）", shop.holder)
    assert (content.industry_code, content.industry_name) == ("26", "酒吧")
    assert (content.issued_on, content.expires_on) == (day(0), day(700))
    assert [(line.name, line.number, line.valid_until, line.marks) for line in content.permits] == [
        ("食品经营许可证", "JY21105040032944", day(700), ()),
        ("烟草专卖零售许可证", "110105100064", None, (BY_PROMISE,)),
    ]
    (pending,) = content.pending
    assert pending.need is Need.OPTIONAL
    assert pending.department
    assert content.use is Use.SPECIMEN
    assert content.symbol.text == issued.text


def test_a_sheet_names_each_department_with_its_remedies_as_told(
    sqlite_bureau: Bureau, shop: Shop, food: Permit
) -> None:
    content = sqlite_bureau.service.sheets.content(
        sqlite_bureau.issue(shop, applied_for=("26-04",)).number
    )
    assert content.told_on == NOON.date()
    assert len(content.remedies) == 2
    for remedy in content.remedies:
        assert "复议" in remedy.text
        assert "诉讼" in remedy.text


def test_a_substitute_form_is_marked(sqlite_bureau: Bureau) -> None:
    bureau = sqlite_bureau
    shop = bureau.shop(facts={"in_free_trade_zone": True, "water_jurisdiction": "district"})
    bureau.permit(shop, "publication_business")
    bureau.permit(shop, "public_hygiene", form="filing")
    content = bureau.service.sheets.content(bureau.issue(shop, industry="06").number)
    assert [line.marks for line in content.permits] == [(), ("备案凭证",)]


def test_the_identifier_names_issuer_serial_and_version(
    sqlite_bureau: Bureau, shop: Shop, food: Permit
) -> None:
    bureau = sqlite_bureau
    first = bureau.issue(shop)
    second = bureau.reissue(first, at=days(1))
    identifiers = [
        parse_elicense_identifier(
            bureau.service.sheets.content(each.number, version=version).e_license
        )
        for each, version in ((first, 1), (second, 2))
    ]
    assert [each.version for each in identifiers] == ["001", "002"]
    assert {each.serial for each in identifiers} == {"203126000001"}
    assert {each.issuer_code for each in identifiers} == {bureau.service.settings.issuer_uscc}


def test_a_sheet_keeps_what_it_was_issued_with_when_a_permit_is_amended(
    sqlite_bureau: Bureau, shop: Shop, food: Permit
) -> None:
    bureau = sqlite_bureau
    issued = bureau.issue(shop)
    before = bureau.service.sheets.sheet(issued.number)
    bureau.change(food, Move.AMENDED, terms=replace(food.current.terms, valid_until=day(300)))
    assert bureau.service.sheets.sheet(issued.number) == before
    bureau.reissue(issued, at=days(1))
    assert bureau.service.sheets.sheet(issued.number, version=1) == before
    latest = bureau.service.sheets.content(issued.number)
    assert (latest.version, latest.expires_on) == (2, day(300))


def test_an_unknown_license_or_version_has_no_sheet(
    sqlite_bureau: Bureau, shop: Shop, food: Permit
) -> None:
    issued = sqlite_bureau.issue(shop)
    for number, version in (("朝综许26-2031-00009", None), (issued.number, 2)):
        with pytest.raises(NotRegisteredError):
            sqlite_bureau.service.sheets.content(number, version=version)


def test_the_printed_symbol_reads_exactly_the_text_on_file(
    sqlite_bureau: Bureau, shop: Shop, food: Permit
) -> None:
    issued = sqlite_bureau.issue(shop)
    document = pypdfium2.PdfDocument(sqlite_bureau.service.sheets.sheet(issued.number))
    page = document[0].render(scale=2).to_pil()
    document.close()
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [issued.text]
