"""The pages' markup: no script, nothing from elsewhere, texts escaped, colors readable."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from credential.claims import Permit
from credential.reasons import KINDS, Reason
from tests.verify_service.web.browser import path_of
from tests.verify_service.web.conftest import AT, Sample
from tests.verify_service.web.elements import Elements
from tests.verify_service.web.verdicts import (
    EVIL,
    TODAY,
    license_of,
    verdict_for,
    verdict_of,
    write,
)
from verify_service.pages.languages import Language
from verify_service.pages.writing import Pages


@pytest.fixture(scope="module")
def every_page(sample: Sample, pages: Pages) -> dict[str, str]:
    """A page of every kind, in both languages."""
    found = {}
    for language in ("zh", "en"):
        for identity in ("S01", "S02", "S10", "S13"):
            path = f"{path_of(sample.text(identity))}?lang={language}"
            found[f"{identity} {language}"] = sample.browser.visit(path).text
        for path in ("/", "/L/12", "/C/X", "/nowhere", "/problems/not-registered"):
            found[f"{path} {language}"] = sample.browser.visit(f"{path}?lang={language}").text
        number = quote(sample.license("S01").issued.number)
        for at in (AT, AT - timedelta(days=3000)):
            path = f"/lookup?number={number}&lang={language}&at={quote(at.isoformat())}"
            found[f"{at} {language}"] = sample.browser.visit(path).text
            assert '<body class="past">' in found[f"{at} {language}"]
        for code in KINDS:
            found[f"{code} {language}"] = write(pages, verdict_for(code), language)
        several = [verdict_for("permit-revoked"), verdict_for("other-url")]
        for verdicts in (several, []):
            found[f"{len(verdicts)} in a photograph {language}"] = pages.photograph(
                verdicts, Language(language), request_id="r"
            )
            found[f"{len(verdicts)} in a photograph of more {language}"] = pages.photograph(
                verdicts, Language(language), request_id="r", unread=2, left_out=3
            )
    return found


def test_no_page_has_a_script_or_a_style_of_its_own(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        for tag, attributes in Elements(page).found:
            assert tag not in ("script", "style", "iframe", "object", "embed", "base"), name
            assert not any(key == "style" or key.startswith("on") for key in attributes), name


def test_no_page_fetches_or_links_anything_elsewhere(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        for _, attributes in Elements(page).found:
            for key in ("src", "href", "action", "srcset", "poster"):
                value = attributes.get(key)
                assert value is None or value.startswith(("/", "#")), (name, value)


def test_every_page_is_well_formed_and_says_its_language(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        elements = Elements(page)
        assert elements.open == [], name
        (language,) = [attributes["lang"] for tag, attributes in elements.found if tag == "html"]
        assert language == ("en" if name.endswith(" en") else "zh-CN"), name
        assert [tag for tag, _ in elements.found].count("h1") == 1, name
        assert [tag for tag, _ in elements.found].count("main") == 1, name


def test_every_page_tells_which_host_to_look_for(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        assert "yz.chaoyang.example" in Elements(page).text, name


def test_green_is_for_valid_alone(sample: Sample) -> None:
    style = sample.browser.get("/assets/style.css").text
    rules = re.findall(r"([^{}]+)\{([^{}]*var\(--green\)[^{}]*)\}", style)
    assert rules
    for selectors, _ in rules:
        for selector in selectors.split(","):
            assert ".valid" in selector, selector


def test_names_are_written_as_text_and_never_as_markup(pages: Pages) -> None:
    license = license_of(holder=EVIL, permits=(Permit(1, EVIL, TODAY + 400),))
    page = write(pages, verdict_of(content=license))
    assert "<script" not in page
    assert '<b>"' not in page
    assert Elements(page).text.count(EVIL) == 2


def test_reasons_are_written_as_text_and_never_as_markup(pages: Pages) -> None:
    page = write(pages, verdict_of(Reason("look-alike-host", (("host", EVIL),))))
    assert "<script" not in page
    assert EVIL in Elements(page).text


def test_a_path_is_written_as_text_and_never_as_markup(sample: Sample) -> None:
    page = sample.browser.visit('/L/"><script>alert(1)</script>').text
    assert "<script" not in page


def test_assets_are_found_by_their_addresses_and_kept(sample: Sample) -> None:
    page = sample.browser.visit("/").text
    for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page):
        answer = sample.browser.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert sample.browser.get("/assets/../app.py").status_code == 404
    assert sample.browser.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_text_has_enough_contrast(sample: Sample) -> None:
    """WCAG 2.2, 1.4.3: 4.5 : 1, for each pair of colors that the style puts together."""
    style = sample.browser.get("/assets/style.css").text
    color = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", style))
    white, black = "#ffffff", "#161514"
    pairs = [(white, color[name]) for name in ("green", "alarm", "slate", "taupe", "seal")]
    pairs += [(color[name], color["paper"]) for name in ("ink", "soft", "bronze", "seal")]
    pairs += [(color[name], white) for name in ("ink", "soft", "bronze", "alarm", "green")]
    pairs += [(color["ink"], color["amber"]), (white, black), (color["soft"], "#eae4d6")]
    for text, ground in pairs:
        assert _contrast(text, ground) >= 4.5, (text, ground)


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    """Relative luminance of sRGB (WCAG 2.2)."""
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
