"""The code list says what every number on a license stands for, and is signed anew when it changed."""

from datetime import timedelta
from pathlib import Path

from credential.code_list import CodeList
from tests.verify_service.bureau import NOON, Bureau, days
from verify_service.catalog import loader


def own_codes(bureau: Bureau) -> CodeList:
    return bureau.bundle().code_lists["110105", 2023]


def test_the_code_list_is_published_anew_when_it_changed_or_is_of_yesterday(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    name = bureau.service.office.catalog_name
    first = bureau.service.publisher.artifact(name)
    assert first is not None
    publisher = bureau.service.publisher
    publisher.publish_code_list(at=first.issued_at + timedelta(hours=23))
    assert publisher.artifact(name) == first
    publisher.publish_code_list(at=first.issued_at + timedelta(days=1))
    first = publisher.artifact(name)
    assert first is not None
    assert first.sequence == 2

    catalog = bureau.folder / "catalog.yaml"
    catalog.write_text(builtin_text().replace("name: 酒吧", "name: 小酒吧"), "utf-8")
    changed = bureau.reopened(catalog_file=catalog)
    changed.service.publisher.publish_code_list(at=NOON - timedelta(days=9))  # a slow clock
    changed.service.close()
    second = bureau.service.publisher.artifact(name)
    assert second is not None
    assert (second.sequence, second.issued_at > first.issued_at) == (first.sequence + 1, True)
    assert own_codes(bureau).industries["26"].zh == "小酒吧"


def test_a_code_list_that_was_signed_by_a_clock_years_ahead_is_signed_again(
    sqlite_bureau: Bureau,
) -> None:
    bureau = sqlite_bureau
    name = bureau.service.office.catalog_name
    catalog = bureau.folder / "catalog.yaml"
    catalog.write_text(builtin_text().replace("name: 酒吧", "name: 小酒吧"), "utf-8")
    changed = bureau.reopened(catalog_file=catalog)
    changed.service.publisher.publish_code_list(at=days(20_000))
    changed.service.publisher.publish_code_list(at=days(1))
    changed.service.close()
    published = bureau.service.publisher.artifact(name)
    assert published is not None
    assert published.issued_at == days(1)
    assert own_codes(bureau).industries["26"].zh == "小酒吧"


def builtin_text() -> str:
    return (Path(loader.__file__).parent / "data" / "chaoyang-2023.yaml").read_text("utf-8")


def test_the_code_list_names_every_code_of_the_catalog(sqlite_bureau: Bureau) -> None:
    catalog = sqlite_bureau.service.office.catalog
    listed = own_codes(sqlite_bureau)
    assert set(listed.permits) == set(catalog.permit_codes)
    assert set(listed.industries) == set(catalog.industries)
    for code, meaning in catalog.permit_codes.items():
        assert listed.permits[code].kind == meaning.kind.id
        assert listed.permits[code].department.zh == meaning.department.name.zh
        assert listed.permits[code].name.zh.startswith(meaning.kind.name.zh)
