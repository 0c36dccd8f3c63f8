"""Catalogs of other districts, as far as the demo needs them: stand-ins, not their own."""

from tests.demo.district import haidian_catalog

_LAST_KIND = "- id: transport_decision"
_LAST_CODE = "- {code: 38, "
_CAFE_ROW = "  - {id: '25-04', "


def haidian_catalog_2025() -> str:
    """Haidian's next edition: its cafés are called otherwise, and have one kind of permit more."""
    text = _edition(haidian_catalog(), 2025, "（2025年版）", "(2025 edition)")
    text = text.replace("name: 咖啡厅\n  name_en: Coffee shop", "name: 咖啡馆\n  name_en: Café")
    text = _before(
        text,
        _LAST_KIND,
        "- id: street_seating_filing\n  name: 沿街摆位备案凭证\n"
        "  name_en: Street seating filing receipt\n  form: filing\n",
    )
    text = _before(
        text,
        _CAFE_ROW,
        "  - {id: '25-05', permits: [street_seating_filing], department: scjg, need: optional}\n",
    )
    return _before(
        text,
        _LAST_CODE,
        "- {code: 39, kind: street_seating_filing, department: scjg, form: filing}\n",
    )


def binhai_catalog() -> str:
    """Binhai's own edition of 2024, in Tianjin's words; its departments are called otherwise."""
    text = haidian_catalog()
    for beijing, tianjin in (
        ("北京市海淀区", "天津市滨海新区"),
        ("海淀区", "滨海新区"),
        ("北京市小", "天津市小"),
        ("北京市", "天津市"),
        ("北京", "天津"),
        ("海淀", "滨海"),
        ("Haidian District", "Binhai New Area"),
        ("Haidian", "Binhai"),
        ("Beijing", "Tianjin"),
        ("110108", "120116"),
        (
            "issuer: {name: 区政务服务局, name_en: District Government Services Bureau}",
            "issuer: {name: 区政务服务办公室, name_en: District Government Services Office}",
        ),
        ("name: 区市场监管局", "name: 区市场监管委"),
        ("name: 咖啡厅\n  name_en: Coffee shop", "name: 咖啡店\n  name_en: Coffee house"),
    ):
        text = text.replace(beijing, tianjin)
    return _edition(text, 2024, "（2024年版）", "(2024 edition)")


def _edition(text: str, year: int, zh: str, en: str) -> str:
    text = text.replace("version: 2023", f"version: {year}").replace("（2023年版）", zh)
    text = text.replace("(2023 edition)", en)
    return text.replace("issued: '2023-04-07'", f"issued: '{year}-01-10'")


def _before(text: str, place: str, words: str) -> str:
    assert text.count(place) == 1, place
    return text.replace(place, words + place)
