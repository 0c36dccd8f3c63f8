"""Catalog files: what is accepted, and what is refused as a whole."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verify_service.catalog import (
    Catalog,
    CatalogError,
    Fault,
    NotInCatalogError,
    builtin_catalog,
    load_catalog,
)

SMALL = Path(__file__).with_name("small-2031.yaml").read_text(encoding="utf-8")


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> CatalogError:
    with pytest.raises(CatalogError) as refused:
        load_catalog(path)
    assert refused.value.path == path
    return refused.value


def test_the_small_catalog_is_good(tmp_path: Path) -> None:
    catalog = load_catalog(written(tmp_path / "small.yaml", SMALL))
    assert catalog.version == 2031
    assert list(catalog.industries) == ["08", "09"]
    assert catalog.industry("08").groups[0].item_ids == ("08-01", "08-02")


@pytest.mark.parametrize(
    ("name", "content", "line", "fault"),
    [
        ("an empty file", b"", 0, Fault.EMPTY),
        ("comments alone", b"# nothing\n", 0, Fault.EMPTY),
        ("a list of everything", b"- version: 1\n", 1, Fault.NOT_A_MAPPING),
        (
            "GB18030, its first name by chance good UTF-8",
            SMALL.encode("gb18030"),
            4,
            Fault.NOT_UTF8,
        ),
        ("UTF-16", SMALL.encode("utf-16"), 1, Fault.NOT_UTF8),
        ("a huge file", SMALL.encode() + b"#" * 262_144, 0, Fault.TOO_LARGE),
        (
            "a billion laughs",
            b"a: &a [x, x]\n"
            + b"".join(
                b"%c: &%c [*%c, *%c]\n" % (c + 1, c + 1, c, c) for c in range(ord("a"), ord("z"))
            ),
            1,
            Fault.ALIAS,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_catalog_at_all_is_refused(
    name: str, content: bytes, line: int, fault: Fault, tmp_path: Path
) -> None:
    error = refusal(written(tmp_path / "bad.yaml", content))
    assert (error.line, error.fault) == (line, fault), name


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    error = refusal(tmp_path / name)
    assert (error.line, error.fault) == (0, Fault.UNREADABLE)


def test_a_retired_permit_code_and_kind_may_stay(tmp_path: Path) -> None:
    text = SMALL.replace(
        "permit_codes:\n",
        "- {id: old, name: 旧证, name_en: Old permit, form: permit}\n"
        "permit_codes:\n- {code: 9, kind: old, department: food, form: permit}\n",
    )
    catalog = load_catalog(written(tmp_path / "small.yaml", text))
    assert catalog.meaning(9).kind.name.zh == "旧证"


def loaded_or_refused(path: Path) -> Catalog | CatalogError:
    try:
        return load_catalog(path)
    except CatalogError as error:
        return error


@settings(max_examples=150)
@given(
    at=st.integers(min_value=0, max_value=len(SMALL)),
    cut=st.integers(min_value=0, max_value=40),
    put=st.text(max_size=6) | st.sampled_from(["\n", "- ", ": ", "'", "{", "]", "!!set ", "|\n"]),
)
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, at: int, cut: int, put: str
) -> None:
    text = SMALL[:at] + put + SMALL[at + cut :]
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    outcome = loaded_or_refused(path)
    if isinstance(outcome, CatalogError):
        assert 0 <= outcome.line <= len(text.splitlines()) + 1
    else:
        assert outcome.industries


def test_a_built_in_catalog_is_loaded_once() -> None:
    assert builtin_catalog(2023) is builtin_catalog(2023)


def test_a_version_that_does_not_come_with_the_package_is_refused() -> None:
    with pytest.raises(NotInCatalogError) as refused:
        builtin_catalog(1999)
    assert (refused.value.what, refused.value.key) == ("catalog version", "1999")


def test_an_unknown_industry_or_kind_is_refused_by_name() -> None:
    catalog = builtin_catalog(2023)
    with pytest.raises(NotInCatalogError) as industry:
        catalog.industry("41")
    assert (industry.value.what, industry.value.key) == ("industry", "41")
    with pytest.raises(NotInCatalogError) as kind:
        catalog.permit_kind("dog_license")
    assert (kind.value.what, kind.value.key) == ("permit kind", "dog_license")
