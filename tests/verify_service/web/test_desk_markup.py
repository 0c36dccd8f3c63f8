"""The desk's markup: no script, labels for all fields, one heading, colors that can be read."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.verify_service.web.desk_files import changes, extract, filed
from tests.verify_service.web.desks import FOOD, USCC, change, issued
from tests.verify_service.web.elements import Elements
from tests.verify_service.web.people import House, Window, open_house
from tests.verify_service.web.test_web_markup import _contrast
from verify_service.desk import words
from verify_service.lifecycle.consequences import NoticeKind
from verify_service.pages.words import LICENSE_STATES
from verify_service.registry.moves import Basis, LicenseState, Move
from verify_service.registry.permits import find_permit


@pytest.fixture(scope="module")
def every_page(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A page of every kind, in both languages, with and without faults."""
    folder = tmp_path_factory.mktemp("markup") / "house"
    with open_house(bare, folder) as house:
        yield dict(_pages(house))


def _pages(house: House) -> Iterator[tuple[str, str]]:
    number = issued(house.counter)["number"]
    change(house.counter, "amended")
    change(house.counter, "suspended", version=2, key="change-2")
    with house.service.database.reading() as connection:
        permit = find_permit(connection, kind="food_business", number=FOOD)
    assert permit is not None
    own = f"/desk/permits/{permit.id}"
    supervisor, department, stranger = house.supervisor(), house.department(), house.window()
    department.submit(
        f"{own}/resumed", basis="cause-gone", grounds="整改完成", effective_at="2031-06-01T00:00"
    )
    # A file that was done, one that waits, and an extract with two differences.
    department.bring("/desk/imports", changes(("吊销", "food_business", "JY0", "查无此证")))
    department.submit("/desk/imports/staged")
    department.bring("/desk/imports", changes(("吊销", "food_business", "JY1", "查无此证")))
    department.bring("/desk/reconciliations", extract(filed("吊销"), filed(number="JY2")))
    for language in ("zh", "en"):
        plain: tuple[tuple[Window, str], ...] = (
            (stranger, "/desk/login"),
            (supervisor, "/desk"),
            (supervisor, "/desk/search"),
            (supervisor, "/desk/search?q=朝综许"),
            (supervisor, f"/desk/licenses/{number}"),
            (supervisor, f"/desk/licenses/{number}/reissue"),
            (supervisor, f"/desk/licenses/{number}/void"),
            (supervisor, f"/desk/holders/{USCC}"),
            (supervisor, "/desk/issue/1"),
            (supervisor, "/desk/issue/1?industry=26"),
            (supervisor, "/desk/notices/1"),
            (supervisor, "/desk/reissues/1"),
            (supervisor, "/desk/alarms"),
            (supervisor, "/desk/password"),
            (supervisor, "/desk/licenses/none"),
            (department, "/desk"),
            (department, "/desk/permits"),
            (department, own),
            (department, f"{own}/revoked"),
            (department, f"{own}/renewed"),
            (department, f"{own}/cancelled"),
            (department, "/desk/imports"),
            (department, "/desk/imports/staged"),
            (supervisor, "/desk/imports/1"),
            (department, "/desk/reconciliations"),
            (supervisor, "/desk/reconciliations"),
            (department, "/desk/reconciliations/1"),
            (department, "/desk/differences/1"),
            (department, "/desk/differences/1/revoked"),
            (department, "/desk/differences/2"),
            (department, "/desk/differences/2/granted"),
            (department, "/desk/differences/1/dismissed"),
        )
        for window, path in plain:
            page = window.get(path, params={"lang": language} | _query(path))
            yield f"{path} {language}", page.text
        for path in ("/desk/imports", "/desk/reconciliations"):
            answer = department.bring(path, b"a\r\n", language=language)
            assert answer.status_code == 422, path
            yield f"{path} with faults {language}", answer.text
        forms: tuple[tuple[Window, str], ...] = (
            (department, f"{own}/renewed"),
            (supervisor, f"/desk/licenses/{number}/reissue"),
            (supervisor, "/desk/notices/1"),
            (supervisor, "/desk/password"),
        )
        for window, path in forms:
            fields = window.fields(path) | {"valid_from": "", "why": ""}
            answer = window.post(f"{path}?lang={language}", fields)
            assert answer.status_code == 422, path
            yield f"{path} with faults {language}", answer.text
        refused = stranger.post(f"/desk/login?lang={language}", {"login": "x", "password": "y"})
        yield f"/desk/login with faults {language}", refused.text
    # What is void has a recall, in all of its forms.
    change(house.counter, "revoked", version=3, key="change-3")
    for language in ("zh", "en"):
        for path in ("/desk", "/desk/recalls/1", f"/desk/licenses/{number}"):
            page = supervisor.get(path, params={"lang": language})
            yield f"{path} of a void license {language}", page.text
        answer = supervisor.post(
            f"/desk/recalls/1?lang={language}", supervisor.fields("/desk/recalls/1")
        )
        yield f"/desk/recalls/1 with faults {language}", answer.text


def _query(path: str) -> dict[str, str]:
    return dict(parse_qsl(path.partition("?")[2]))


def test_no_page_has_a_script_or_a_style_of_its_own(every_page: dict[str, str]) -> None:
    assert len(every_page) > 50
    for name, page in every_page.items():
        for tag, attributes in Elements(page).found:
            assert tag not in ("script", "style", "iframe", "object", "embed", "base"), name
            assert not any(key == "style" or key.startswith("on") for key in attributes), name


def test_every_page_is_well_formed_and_says_its_language(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        elements = Elements(page)
        assert elements.open == [], name
        tags = [tag for tag, _ in elements.found]
        (language,) = [attributes["lang"] for tag, attributes in elements.found if tag == "html"]
        assert language == ("en" if name.endswith(" en") else "zh-CN"), name
        assert tags.count("h1") == 1, name
        assert tags.count("main") == 1, name
        ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
        assert len(ids) == len(set(ids)), name


def test_no_page_leads_elsewhere(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        for _, attributes in Elements(page).found:
            for key in ("src", "href", "action"):
                value = attributes.get(key)
                assert value is None or re.match(r"/(?!/)|#", value), (name, value)


def test_every_field_has_a_label_and_every_group_a_legend(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        labels = set(re.findall(r'<label for="([^"]+)"', page))
        wrapped = re.findall(r'<label class="choice[^"]*"><input type="(?:radio|checkbox)"', page)
        choices = 0
        for tag, attributes in Elements(page).found:
            if tag not in ("input", "textarea", "select") or attributes.get("type") == "hidden":
                continue
            if attributes.get("type") in ("radio", "checkbox"):
                choices += 1
            else:
                assert attributes.get("id") in labels, (name, attributes)
        assert choices == len(wrapped), name
        assert page.count("<fieldset") == page.count("<legend>"), name


def test_what_describes_a_field_is_there(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        found = Elements(page).found
        ids = {attributes.get("id") for _, attributes in found}
        for _, attributes in found:
            for key in ("aria-describedby", "aria-labelledby"):
                if key in attributes:
                    assert attributes[key] in ids, (name, attributes)


def test_a_page_with_faults_says_so_in_its_title_and_leads_to_each_field(
    every_page: dict[str, str],
) -> None:
    faulty = {name: page for name, page in every_page.items() if " with faults" in name}
    assert len(faulty) == 16
    for name, page in faulty.items():
        title = "Error: " if name.endswith(" en") else "出错："
        assert f"<title>{title}" in page, name
        summary = re.search(r'<section class="card errors"([^>]*)>(.*?)</section>', page, re.DOTALL)
        assert summary is not None
        assert 'role="alert"' in summary[1]
        assert " autofocus" in summary[1]  # read first, and by the keyboard the way to the fields
        ids = {attributes.get("id") for _, attributes in Elements(page).found}
        for field in re.findall(r'href="#([^"]*)"', summary[2]):
            assert field in ids, (name, field)


def test_a_page_without_faults_says_nothing_of_them(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        if " with faults" not in name:
            assert "出错" not in page, name
            assert 'class="card errors"' not in page, name


def test_headings_leave_out_no_level(every_page: dict[str, str]) -> None:
    for name, page in every_page.items():
        tags = [tag for tag, _ in Elements(page).found]
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
        if " with faults" in name:  # whose summary goes before the page's own heading
            levels = levels[1:]
        assert levels[0] == 1, name
        for before, after in pairwise(levels):
            assert after <= before + 1, (name, levels)


def test_the_skip_link_comes_first_and_nothing_has_an_order_of_its_own(
    every_page: dict[str, str],
) -> None:
    for name, page in every_page.items():
        links = [attributes for tag, attributes in Elements(page).found if tag == "a"]
        assert links[0]["href"] == "#main", name
        orders = {attributes.get("tabindex") for _, attributes in Elements(page).found}
        assert orders <= {None, "-1"}, name


def test_english_pages_have_no_chinese_word_of_ours(every_page: dict[str, str]) -> None:
    """Names, grounds and what people wrote are marked as Chinese; small glosses too."""
    for name, page in every_page.items():
        if not name.endswith(" en"):
            continue
        body = page.partition("<main")[2]
        marked = re.sub(r'<(\w+)[^>]*lang="zh-CN"[^>]*>.*?</\1>', "", body, flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", "", marked)
        left = re.sub(r"朝综许[\d-]+", "", text)
        assert not re.search(r"[\u4e00-\u9fff]", left), (
            name,
            re.findall(r"[\u4e00-\u9fff]+", left),
        )


def test_text_has_enough_contrast(house: House) -> None:
    """WCAG 2.2, 1.4.3: the pairs that the desk's style adds to the pages'."""
    browser = house.browser
    style = browser.get("/assets/style.css").text
    desk = browser.get("/assets/desk.css").text
    color = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", style))
    (bar,) = re.findall(r"\.bar \{ background: (#[0-9a-f]{6});", desk)
    pairs = [(color[name], bar) for name in ("ink", "soft", "seal")]
    pairs += [(color[name], color["paper"]) for name in ("alarm", "soft")]
    pairs += [("#ffffff", color[name]) for name in ("alarm", "taupe", "seal")]
    pairs += [(color["alarm"], "#ffffff")]
    for text, ground in pairs:
        assert _contrast(text, ground) >= 4.5, (text, ground)
    # 1.4.11: what shows where a field is.
    for line in set(re.findall(r"border: 1px solid (#[0-9a-f]{6}); border-radius: \.375rem", desk)):
        assert _contrast(line, "#ffffff") >= 3, line


def test_every_word_is_there_in_both_languages() -> None:
    tables = (
        words.WORDS,
        words.MOVES,
        words.BASES,
        words.REASONS,
        words.FAULTS,
        words.DONE,
        words.NOTICES,
        words.STATES_OF_VERSION,
        words.RECALL_OUTCOMES,
        words.REISSUE_OUTCOMES,
        words.REISSUE_REASONS,
        words.OWN_REASONS,
        words.ANNOUNCEMENTS,
        words.ROLES,
    )
    for table in tables:
        for key, both in table.items():
            assert both.zh, key
            assert both.en, key
            assert both.zh.count("{") == both.en.count("{"), key


def test_every_state_move_and_basis_has_its_words() -> None:
    assert set(words.MOVES) == set(Move)
    assert set(words.MOVE_DEEDS) == set(Move) - {Move.GRANTED}
    assert set(words.BASES) == set(Basis)
    assert set(words.STATES_OF_VERSION) == set(LicenseState)
    assert set(words.NOTICES) == set(NoticeKind)
    assert set(LICENSE_STATES) == {*LicenseState, "lapsed"}
