"""Permit codes: small integers in signed credentials, which must never change their meaning."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_service.catalog import (
    Catalog,
    Form,
    NotInCatalogError,
    builtin_catalog,
    load_catalog,
)

BUILT_IN = Path(__file__).parents[3] / "verify_service/catalog/data/chaoyang-2023.yaml"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return builtin_catalog(2023)


def test_permit_codes_count_up_and_the_frequent_ones_take_one_byte(catalog: Catalog) -> None:
    codes = list(catalog.permit_codes)
    assert codes == list(range(1, 39))
    rows = Counter(
        kind.id
        for industry in catalog.industries.values()
        for item in industry.items
        for kind in item.kinds
    )
    cheap = {catalog.meaning(code).kind.id for code in codes if code < 24}
    assert cheap >= {kind for kind, count in rows.items() if count >= 2}


def test_every_combination_that_a_row_can_lead_to_has_one_code(catalog: Catalog) -> None:
    combinations = {
        (kind.id, department.id, form)
        for industry in catalog.industries.values()
        for item in industry.items
        for kind in item.kinds
        for department in item.departments
        for form in item.forms(kind)
    }
    assert combinations == {
        (code.kind.id, code.department.id, code.form) for code in catalog.permit_codes.values()
    }


def test_permit_codes_are_frozen() -> None:
    # Signed sheets rely on these numbers: this table may grow at its end, and never change.
    assert [
        (code.code, code.kind.id, code.department.id, code.form.value)
        for code in builtin_catalog(2023).permit_codes.values()
    ] == [
        (1, "food_business", "scjg", "permit"),
        (2, "drainage", "water_district", "permit"),
        (3, "public_hygiene", "health", "permit"),
        (4, "bj_small_food", "scjg", "permit"),
        (5, "device_class2_filing", "scjg", "filing"),
        (6, "publication_business", "unnamed", "permit"),
        (7, "fire_inspection", "fire", "opinion"),
        (8, "drug_business", "scjg", "permit"),
        (9, "tobacco_retail", "tobacco", "permit"),
        (10, "device_business", "scjg", "permit"),
        (11, "radiation_safety", "eco", "permit"),
        (12, "high_risk_sport", "sport", "permit"),
        (13, "medical_institution", "health", "permit"),
        (14, "entertainment", "culture_tourism", "permit"),
        (15, "transport_filing_notice", "transport", "filing"),
        (16, "road_transport_vehicle", "transport", "permit"),
        (17, "road_transport_business", "transport", "permit"),
        (18, "halal_premises", "unnamed", "decision"),
        (19, "drainage", "water_city", "permit"),
        (20, "public_hygiene", "health", "filing"),
        (21, "special_trade", "police", "permit"),
        (22, "private_school", "edu", "permit"),
        (23, "clinic_filing", "health", "filing"),
        (24, "publication_rental_filing", "unnamed", "filing"),
        (25, "internet_drug_info", "drug_city", "certificate"),
        (26, "device_online_sale_filing", "scjg", "filing"),
        (27, "animal_clinic", "agri", "permit"),
        (28, "film_screening", "unnamed", "permit"),
        (29, "internet_culture", "culture_tourism", "permit"),
        (30, "hr_service", "hr", "permit"),
        (31, "labour_dispatch", "hr", "permit"),
        (32, "performance_venue_filing", "culture_tourism", "filing"),
        (33, "publication_branch_filing", "unnamed", "filing"),
        (34, "bj_small_grocery_filing", "scjg", "filing"),
        (35, "water_abstraction", "water_district", "permit"),
        (36, "water_abstraction", "water_city", "permit"),
        (37, "art_dealer_filing", "culture_tourism", "filing"),
        (38, "transport_decision", "transport", "decision"),
    ]


@pytest.mark.parametrize(
    ("kind", "department", "form", "code"),
    [
        ("food_business", "scjg", Form.PERMIT, 1),
        ("drainage", "water_district", Form.PERMIT, 2),
        ("drainage", "water_city", Form.PERMIT, 19),
        ("public_hygiene", "health", Form.PERMIT, 3),
        ("public_hygiene", "health", Form.FILING, 20),
    ],
)
def test_department_and_form_tell_codes_of_one_kind_apart(
    catalog: Catalog, kind: str, department: str, form: Form, code: int
) -> None:
    assert catalog.permit_code(kind, department=department, form=form) == code


@given(code=st.sampled_from(list(builtin_catalog(2023).permit_codes)))
def test_a_code_leads_to_its_meaning_and_back(code: int) -> None:
    meaning = builtin_catalog(2023).meaning(code)
    assert code == builtin_catalog(2023).permit_code(
        meaning.kind.id, department=meaning.department.id, form=meaning.form
    )


@pytest.mark.parametrize(
    ("kind", "department", "form"),
    [
        ("food_business", "water_city", Form.PERMIT),
        ("food_business", "scjg", Form.FILING),
        ("no_such_kind", "scjg", Form.PERMIT),
        ("food_business", "no_such_body", Form.PERMIT),
    ],
)
def test_a_combination_that_cannot_occur_has_no_code(
    catalog: Catalog, kind: str, department: str, form: Form
) -> None:
    with pytest.raises(NotInCatalogError) as refused:
        catalog.permit_code(kind, department=department, form=form)
    assert refused.value.what == "permit code"
    assert kind in refused.value.key


@pytest.mark.parametrize("code", [-1, 0, 39, 65_536])
def test_a_number_that_was_never_allocated_means_nothing(catalog: Catalog, code: int) -> None:
    with pytest.raises(NotInCatalogError) as refused:
        catalog.meaning(code)
    assert refused.value.key == str(code)


def changed(path: Path, old: str, new: str) -> Catalog:
    text = BUILT_IN.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_catalog(path)


def test_a_later_catalog_that_adds_a_code_changes_none(catalog: Catalog, tmp_path: Path) -> None:
    last = "- {code: 38, kind: transport_decision, department: transport, form: decision}"
    added = "- {code: 39, kind: transport_decision, department: transport, form: permit}"
    later = changed(tmp_path / "later.yaml", last, f"{last}\n{added}")
    assert later.codes_changed_since(catalog) == ()
    assert catalog.codes_changed_since(later) == (39,)


def test_a_later_catalog_that_reuses_a_code_is_found_out(catalog: Catalog, tmp_path: Path) -> None:
    later = changed(
        tmp_path / "later.yaml",
        "- {code: 38, kind: transport_decision, department: transport, form: decision}",
        "- {code: 38, kind: transport_decision, department: transport, form: permit}\n"
        "- {code: 39, kind: transport_decision, department: transport, form: decision}",
    )
    assert later.codes_changed_since(catalog) == (38,)
