"""The catalog of 2023, held row for row against the annex's own text.

`annex-2023.tsv` is the table of 朝政办发〔2023〕4号 as published, page breaks included: a new page
repeats the head line and, inside an industry, the industry's first three columns.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from verify_service.catalog import (
    Catalog,
    Form,
    Level,
    Need,
    Question,
    builtin_catalog,
)

WITHOUT_MANDATORY = ["04", "05", "08", "09", "16", "21", "23", "27", "29", "30", "40"]
ALTERNATIVES = ["03-01", "06-03", "11-04", "18-01", "19-02", "25-01", "26-01", "28-02", "31-01"]


class Row(NamedTuple):
    sequence: str
    industry: str
    code: str
    permits: str
    departments: str
    requirement: str


@pytest.fixture(scope="module")
def annex() -> list[Row]:
    rows: list[Row] = []
    text = Path(__file__).with_name("annex-2023.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("序号"):
            continue
        cells = [*line.split("\t"), ""][:6]
        if not cells[0]:
            cells[:3] = rows[-1][:3]
        rows.append(Row(*cells))
    return rows


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return builtin_catalog(2023)


def test_the_annex_has_40_industries_and_139_rows(annex: list[Row]) -> None:
    assert len(annex) == 139
    assert list(dict.fromkeys(row.code for row in annex)) == [f"{n:02}" for n in range(1, 41)]


def test_every_row_of_the_annex_is_an_item_and_in_its_order(
    annex: list[Row], catalog: Catalog
) -> None:
    ours = [(industry, item) for industry in catalog.industries.values() for item in industry.items]
    assert len(ours) == len(annex)
    for row, (industry, item) in zip(annex, ours, strict=True):
        assert industry.code == row.code == f"{int(row.sequence):02}"
        assert industry.name.zh == row.industry.replace("/ ", "/")
        assert [kind.name.zh for kind in item.kinds] == [
            name.removeprefix("《").removesuffix("》") for name in row.permits.split(" / ")
        ]
        assert [department.name.zh for department in item.departments] == row.departments.split(
            "；"
        )


def test_item_ids_count_the_rows_of_their_industry(catalog: Catalog) -> None:
    for industry in catalog.industries.values():
        expected = [f"{industry.code}-{n:02}" for n in range(1, len(industry.items) + 1)]
        assert [item.id for item in industry.items] == expected


def test_every_requirement_is_the_one_that_its_row_prints(
    annex: list[Row], catalog: Catalog
) -> None:
    printed = {
        "必须办理": Need.MANDATORY,
        "按需办理": Need.OPTIONAL,
        "必须办理，至少一项": Need.GROUP,
        "": Need.GROUP,  # the cell above spans this row
        "按需办理（如健身房中设置有游泳场（馆）办理）": Need.CONDITIONAL,
        "按需办理，如位于自由贸易试验区，取得备案凭证即可": Need.OPTIONAL,
        "必须办理，如位于自由贸易试验区，取得备案凭证即可": Need.MANDATORY,
    }
    items = [item for industry in catalog.industries.values() for item in industry.items]
    for row, item in zip(annex, items, strict=True):
        assert item.need is printed[row.requirement], item.id
        if item.remark is not None:
            assert item.remark.zh in row.requirement
    assert Counter(item.need for item in items) == {
        Need.MANDATORY: 44,
        Need.OPTIONAL: 92,
        Need.CONDITIONAL: 1,
        Need.GROUP: 2,
    }


def test_the_group_of_row_01_spans_its_first_two_items_only(catalog: Catalog) -> None:
    grouped = {c: i.groups for c, i in catalog.industries.items() if i.groups}
    assert list(grouped) == ["01"]
    (group,) = grouped["01"]
    assert group.item_ids == ("01-01", "01-02")
    assert group.at_least == 1


def test_the_industries_without_a_mandatory_item_are_those_eleven(catalog: Catalog) -> None:
    assert [c for c, i in catalog.industries.items() if not i.has_mandatory] == WITHOUT_MANDATORY


def test_nine_rows_offer_alternatives_and_all_are_the_two_food_permits(catalog: Catalog) -> None:
    found = {
        item.id: [kind.id for kind in item.kinds]
        for industry in catalog.industries.values()
        for item in industry.items
        if len(item.kinds) > 1
    }
    assert list(found) == ALTERNATIVES
    assert all(kinds == ["food_business", "bj_small_food"] for kinds in found.values())


def test_a_slash_in_an_industry_name_is_no_alternative(catalog: Catalog) -> None:
    assert catalog.industry("05").name.zh == "超市/便利店"
    assert catalog.industry("15").name.zh == "网咖/电竞馆"
    assert "/" not in "".join(kind.name.zh for kind in catalog.permit_kinds.values())


def test_the_pool_is_asked_of_gyms_alone_and_the_free_trade_zone_of_two_industries(
    catalog: Catalog,
) -> None:
    conditional = {i.id: i.when for d in catalog.industries.values() for i in d.items if i.when}
    assert conditional == {"04-03": Question.HAS_SWIMMING_POOL}
    substitutes = {
        i.id: i.substitute for d in catalog.industries.values() for i in d.items if i.substitute
    }
    assert list(substitutes) == ["06-04", "35-02"]
    for substitute in substitutes.values():
        assert substitute.when is Question.IN_FREE_TRADE_ZONE
        assert substitute.form is Form.FILING


def test_one_of_two_water_authorities_decides_in_24_rows(catalog: Catalog) -> None:
    shared = [
        item
        for industry in catalog.industries.values()
        for item in industry.items
        if len(item.departments) == 2
    ]
    assert len(shared) == 24
    assert {d.id for item in shared for d in item.departments} == {"water_city", "water_district"}
    assert {kind.id for item in shared for kind in item.kinds} == {"drainage", "water_abstraction"}


def test_the_annex_has_35_permit_kinds_and_16_bodies_one_of_them_unnamed(
    annex: list[Row], catalog: Catalog
) -> None:
    names = {name.strip("《》") for row in annex for name in row.permits.split(" / ")}
    assert {kind.name.zh for kind in catalog.permit_kinds.values()} == names
    assert len(names) == len(catalog.permit_kinds) == 35
    bodies = {body for row in annex for body in row.departments.split("；")}
    assert {department.name.zh for department in catalog.departments.values()} == bodies
    assert len(bodies) == len(catalog.departments) == 16
    unnamed = [d for d in catalog.departments.values() if not d.is_named]
    assert [d.name.zh for d in unnamed] == ["相关单位"]


def test_the_unnamed_body_decides_in_12_rows_and_its_remedy_names_nobody(catalog: Catalog) -> None:
    unnamed = catalog.departments["unnamed"]
    rows = [
        item
        for industry in catalog.industries.values()
        for item in industry.items
        if unnamed in item.departments
    ]
    assert len(rows) == 12
    named = [d for d in catalog.departments.values() if d.level is not Level.UNNAMED]
    told = unnamed.remedy.review.zh + unnamed.remedy.authority.zh
    assert "以该证件载明的为准" in told
    assert not any(department.name.zh in told for department in named)
    assert "人民政府" not in told


def test_the_first_batch_are_the_six_industries_that_the_plan_lists(catalog: Catalog) -> None:
    batch = {i.name.zh for i in catalog.industries.values() if i.first_batch}
    assert batch == {"书店", "咖啡厅", "酒吧", "健身房", "超市/便利店", "药店"}


def test_the_catalog_says_which_edition_it_is(catalog: Catalog) -> None:
    assert catalog.version == 2023
    assert catalog.issued == date(2023, 4, 7)
    assert catalog.division.code == "110105"
    assert catalog.issuer.zh == "区政务服务局"


def test_every_name_has_an_english_gloss_of_its_own(catalog: Catalog) -> None:
    for table in (catalog.industries, catalog.permit_kinds, catalog.departments):
        glosses = [value.name.en for value in table.values()]
        assert all(gloss.isascii() for gloss in glosses)
        assert len(set(glosses)) == len(glosses)


def test_every_remedy_tells_both_ways_and_their_periods(catalog: Catalog) -> None:
    for department in catalog.departments.values():
        remedy = department.remedy
        assert "六十日内" in remedy.review.zh
        assert "60 days" in remedy.review.en
        assert "六个月内" in remedy.lawsuit.zh
        assert "six months" in remedy.lawsuit.en


@pytest.mark.parametrize(
    ("department", "authority"),
    [
        ("scjg", "北京市朝阳区人民政府"),
        ("water_district", "北京市朝阳区人民政府"),
        ("water_city", "北京市人民政府"),
        ("drug_city", "北京市人民政府"),
        ("police", "北京市人民政府或者北京市朝阳区人民政府"),
        ("transport", "北京市人民政府或者北京市朝阳区人民政府"),
        ("tobacco", "北京市烟草专卖局（上一级主管部门）"),
    ],
)
def test_reconsideration_goes_to_the_authority_over_the_department(
    catalog: Catalog, department: str, authority: str
) -> None:
    assert catalog.departments[department].remedy.authority.zh == authority
