"""The page behind a symbol: what it shows, and what it never shows."""

import re

import pytest

from credential.claims import PendingItem, Permit
from credential.reasons import KINDS, Outcome, Reason
from credential.verdict import AsOf, Check, Checked, PermitState
from tests.verify_service.web.browser import path_of
from tests.verify_service.web.conftest import Sample
from tests.verify_service.web.elements import Elements
from tests.verify_service.web.verdicts import (
    TODAY,
    license_of,
    reference_of,
    verdict_for,
    verdict_of,
    write,
)
from verify_service.pages.languages import Language, preferred
from verify_service.pages.writing import Pages

EQUAL_FORCE = "具有同等证明效力"
NOT_EQUAL = "不具有与单项许可纸质版同等的证明效力"
REPLACES_NOTHING = "本凭证不替代相关单项审批证件。"


def test_the_outcome_is_told_by_word_and_by_shape_in_both_languages(pages: Pages) -> None:
    seen = set()
    for code in (
        "other-url",
        "signature-invalid",
        "license-void",
        "status-missing",
        "status-aging",
    ):
        page = write(pages, verdict_for(code))
        word = re.search(r'<h1 class="word">([^<]+) <small lang="en">([^<]+)</small>', page)
        shape = re.search(r'<path class="sign" d="([^"]+)"', page)
        assert word is not None
        assert shape is not None
        seen.add((word[1], word[2], shape[1]))
    page = write(pages, verdict_of(content=license_of()))
    assert "有效 <small" in page
    assert len({zh for zh, _, _ in seen}) == len({en for _, en, _ in seen}) == len(seen) == 5
    assert len({shape for _, _, shape in seen}) == 5


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_reason_is_told_with_its_next_step(pages: Pages, code: str) -> None:
    verdict = verdict_for(code)
    page = Elements(write(pages, verdict)).text
    kind, data = verdict.reasons[0].kind, dict(verdict.reasons[0].data)
    data |= dict.fromkeys(("status_as_of", "trust_as_of"), "2031年5月9日 06:00:05")
    data["valid_until"] = "2031年5月9日"
    assert kind.message.fill(data)["zh"] in page
    assert kind.next_step.fill(data)["zh"] in page


AGES = [
    ("status-stale", "status_as_of"),
    ("status-aging", "status_as_of"),
    ("trust-aging", "trust_as_of"),
]


@pytest.mark.parametrize(("code", "name"), AGES)
@pytest.mark.parametrize(
    ("language", "shown"), [("zh", "2031年5月9日 06:00:05"), ("en", "2031-05-09 06:00:05")]
)
@pytest.mark.parametrize("instant", ["2031-05-09T06:00:05+08:00", "2031-05-08T22:00:05+00:00"])
def test_a_lists_age_is_told_in_the_form_of_the_pages_other_times(
    pages: Pages, code: str, name: str, language: str, shown: str, instant: str
) -> None:
    verdict = verdict_of(Reason(code, ((name, instant),)), content=license_of())
    page = Elements(write(pages, verdict, language)).text
    assert shown in page
    assert instant not in page
    stamped = {"zh": "2031年5月20日 14:03:22", "en": "2031-05-20 14:03:22"}
    assert stamped[language] in page  # the time of the question, at the head


def test_a_day_in_a_reason_is_told_in_the_form_of_the_pages_other_days(pages: Pages) -> None:
    verdict = verdict_of(
        Reason("license-lapsed", (("valid_until", "2031-05-09"),)), content=license_of()
    )
    assert "该凭证已于 2031年5月9日 到期。" in Elements(write(pages, verdict)).text
    assert "ran out on 2031-05-09" in Elements(write(pages, verdict, "en")).text


BY_OLD_LISTS = {
    "status-stale": (("status_as_of", "2031-05-09T06:00:05+08:00"),),
    "trust-expired": (),
    "clock-implausible": (),
}


@pytest.mark.parametrize("code", BY_OLD_LISTS)
@pytest.mark.parametrize("state", [PermitState.IN_FORCE, PermitState.EXPIRING])
@pytest.mark.parametrize("more", [(), (Reason("license-void"),)], ids=["", "and void"])
def test_no_permit_is_called_in_force_by_what_is_stale(
    pages: Pages, code: str, state: PermitState, more: tuple[Reason, ...]
) -> None:
    """Whatever else the license is: a badge 有效 under "cannot be told now" would be believed."""
    reasons = (*more, Reason(code, BY_OLD_LISTS[code]))
    page = write(pages, verdict_of(*reasons, content=license_of(), states=(state,)))
    (badge,) = re.findall(r'<p class="state">.*?</p>', page, re.DOTALL)
    assert Elements(badge).text.split() == ["未能核实", "Not", "confirmed"]
    assert "state-unknown" in page
    assert f"state-{state}" not in page


@pytest.mark.parametrize("code", BY_OLD_LISTS)
def test_what_a_stale_list_says_against_a_permit_is_shown(pages: Pages, code: str) -> None:
    page = write(
        pages,
        verdict_of(
            Reason(code, BY_OLD_LISTS[code]), content=license_of(), states=(PermitState.REVOKED,)
        ),
    )
    assert "state-revoked" in page
    assert "吊销" in page


@pytest.mark.parametrize("code", ["catalog-unknown", "status-aging", "place-mismatch"])
def test_a_permit_whose_status_is_fresh_keeps_its_badge(pages: Pages, code: str) -> None:
    page = write(pages, verdict_for(code))
    assert "state-in_force" in page
    assert "未能核实" not in page


def test_what_asks_for_the_same_step_says_it_once(sample: Sample) -> None:
    page = sample.browser.visit(path_of(sample.text("S10"))).text
    assert page.count("告知经营者凭证已不能使用") == 1
    assert "该综合许可凭证已作废。" in page


def test_a_license_shows_all_that_its_sheet_says(sample: Sample) -> None:
    page = Elements(sample.browser.visit(path_of(sample.text("S02"))).text).text
    verdict = sample.browser.verify(sample.text("S02"))
    license = verdict["license"]
    assert license["number"] in page
    assert license["holder"]["name"] in page
    assert license["holder"]["uscc"] in page
    assert license["premises"]["address"] in page
    assert license["industry"]["name"] in page
    assert license["issuer"]["name"] in page
    for permit in verdict["permits"]:
        year, month, day = map(int, permit["valid_until"].split("-"))
        assert permit["name"] in page
        assert permit["number"] in page
        assert permit["department"] in page
        assert f"{year}年{month}月{day}日" in page


def test_the_page_says_that_it_replaces_no_permit(sample: Sample) -> None:
    for identity in ("S01", "S02", "S10"):
        assert REPLACES_NOTHING in sample.browser.visit(path_of(sample.text(identity))).text


def test_equal_force_is_claimed_when_the_registry_was_asked_just_now(sample: Sample) -> None:
    page = sample.browser.visit(path_of(sample.text("S02"))).text
    assert EQUAL_FORCE in page
    assert "2031年5月20日 14:03:22" in page


@pytest.mark.parametrize(
    ("checked", "as_of"),
    [
        (
            Checked(Check.PASSED, Check.PASSED, Check.PASSED, Check.NOT_CHECKED),
            AsOf(1_937_000_000, 1_937_000_000, 1_937_000_000, None),
        ),
        (
            Checked(Check.PASSED, Check.PASSED, Check.NOT_CHECKED, Check.NOT_CHECKED),
            AsOf(1_937_000_000, None, 1_937_000_000, None),
        ),
    ],
)
def test_equal_force_is_never_claimed_without_the_registry(
    pages: Pages, checked: Checked, as_of: AsOf
) -> None:
    page = write(pages, verdict_of(content=license_of(), checked=checked, as_of=as_of))
    assert NOT_EQUAL in page
    assert page.count("同等") == 1


@pytest.mark.parametrize("code", ["license-void", "permit-revoked", "license-superseded"])
def test_equal_force_is_not_claimed_for_what_is_not_in_force(pages: Pages, code: str) -> None:
    assert "同等" not in write(pages, verdict_for(code))


@pytest.mark.parametrize(
    "code", [code for code, kind in KINDS.items() if kind.outcome is Outcome.REJECTED]
)
def test_a_rejected_symbol_shows_no_license(pages: Pages, code: str) -> None:
    page = write(pages, verdict_for(code))
    assert "持证主体" not in page
    assert "单项许可" not in page
    assert "同等" not in page


def test_a_forged_symbols_page_holds_nothing_of_the_license(sample: Sample) -> None:
    text = sample.text("S02")
    path = path_of(text[:-1] + str((int(text[-1]) + 1) % 10))
    answer = sample.browser.visit(path)
    assert answer.status_code == 200
    assert 'class="verdict rejected"' in answer.text
    for shown in (sample.license("S02").business.name, sample.license("S02").issued.number):
        assert shown not in answer.text


def test_mandatory_pending_items_come_first_and_in_red(pages: Pages) -> None:
    pending = (PendingItem(3, mandatory=False), PendingItem(2, mandatory=True))
    verdict = verdict_of(
        Reason("pending-mandatory", (("name", "烟草"), ("name_en", "tobacco"))),
        content=license_of(pending=pending),
    )
    page = write(pages, verdict)
    items = re.findall(r'<li class="(mandatory|optional)">.*?<b>([^ ]+) ', page, re.DOTALL)
    assert items == [("mandatory", "烟草专卖零售许可证"), ("optional", "卫生许可证")]


@pytest.mark.parametrize("state", list(PermitState))
def test_the_state_of_a_permit_is_told_by_its_word(pages: Pages, state: PermitState) -> None:
    from verify_service.pages.words import STATES

    page = write(pages, verdict_of(content=license_of(), states=(state,)))
    assert f'<li class="state-{state}">' in page
    assert STATES[state].zh in page


def test_permits_by_promise_and_without_an_end_are_marked(pages: Pages) -> None:
    permits = (Permit(1, "JY1", None, by_promise=True),)
    page = Elements(write(pages, verdict_of(content=license_of(permits=permits)))).text
    assert "告知承诺" in page
    assert "长期" in page


def test_codes_that_the_catalog_lacks_are_shown_as_codes(pages: Pages) -> None:
    verdict = verdict_of(
        Reason("catalog-unknown", (("catalog", 2023),)), content=license_of(), code_list=None
    )
    page = Elements(write(pages, verdict)).text
    assert "代码 1" in page


def test_a_reference_without_details_shows_what_it_has(pages: Pages) -> None:
    page = write(pages, verdict_of(Reason("details-missing"), content=reference_of()))
    assert "朝综许26-2031-00007" in page
    assert "持证主体" not in Elements(page).text.replace("店招、营业执照上的名称与持证主体一致", "")


def test_a_query_does_not_change_what_is_verified(sample: Sample) -> None:
    page = sample.browser.visit(f"{path_of(sample.text('S02'))}?utm=1&lang=zh").text
    assert 'class="verdict valid"' in page


@pytest.mark.parametrize("dropped", ["%09", "%0D", "%0A", "%20", "%3F", "%23", "%00", "%E2%80%8B"])
def test_a_character_that_a_parser_would_drop_is_part_of_the_text(
    sample: Sample, dropped: str
) -> None:
    """The page judges the address that was opened, and not a tidied one."""
    path = path_of(sample.text("S02"))
    middle = len(path) // 2
    answer = sample.browser.visit(path[:middle] + dropped + path[middle:])
    assert 'class="verdict valid"' not in answer.text
    assert sample.license("S02").issued.number not in answer.text
    if answer.status_code == 200:
        (switch,) = re.findall(r'class="switch" href="([^"]+)"', answer.text)
        assert dropped in switch  # and leads to the same address in the other language
        again = sample.browser.visit(switch)
        assert 'class="verdict valid"' not in again.text


def test_the_switch_of_a_genuine_page_leads_to_the_same_verdict(sample: Sample) -> None:
    path = path_of(sample.text("S02"))
    page = sample.browser.visit(path).text
    (switch,) = re.findall(r'class="switch" href="([^"]+)"', page)
    assert switch.partition("?")[0] == path
    assert 'class="verdict valid"' in sample.browser.visit(switch).text


def test_the_host_that_was_asked_does_not_matter(sample: Sample) -> None:
    path = path_of(sample.text("S02"))
    answer = sample.browser.get(path, headers={"host": "elsewhere.example"})
    assert 'class="verdict valid"' in answer.text
    assert "elsewhere" not in answer.text


def test_a_verdicts_page_is_kept_by_nobody_and_found_by_no_search_engine(sample: Sample) -> None:
    answer = sample.browser.visit(path_of(sample.text("S02")))
    assert answer.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "Disallow: /L/" in sample.browser.get("/robots.txt").text


def test_a_page_can_be_asked_for_without_its_body(sample: Sample) -> None:
    answer = sample.browser.request("HEAD", path_of(sample.text("S02")))
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", Language.ZH),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.ZH),
        ("en-US,en;q=0.9", Language.EN),
        ("en;q=0.5,zh;q=0.9", Language.ZH),
        ("zh;q=0.5,en", Language.EN),
        ("en,zh", Language.ZH),
        ("fr,de;q=0.5", Language.ZH),
        ("fr,en;q=0.1", Language.EN),
        ("en;q=x,;;;,q=", Language.ZH),
        ("en;q=nan", Language.ZH),
        ("en;q=9", Language.ZH),
        ("," * 100_000, Language.ZH),
    ],
)
def test_the_browsers_language_counts(accepted: str, language: Language) -> None:
    assert preferred(accepted) is language


def test_the_switch_leads_to_the_same_page_in_the_other_language(sample: Sample) -> None:
    path = path_of(sample.text("S02"))
    chinese = sample.browser.visit(path, language="zh-CN")
    switch = re.search(r'class="switch" href="([^"]+)"', chinese.text)
    assert switch is not None
    english = sample.browser.visit(switch[1], language="zh-CN")
    assert english.headers["content-language"] == "en"
    assert "Every permit" in english.text or "every permit" in english.text
    assert chinese.headers["vary"] == "accept-language"


def test_pasted_text_is_verified_from_the_home_page(sample: Sample) -> None:
    files = {"text": (None, f"\r\n{sample.text('S02')}\r\n"), "lang": (None, "en")}
    answer = sample.browser.post("/verify", files=files)
    assert 'class="verdict valid"' in answer.text
    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize("blank", [" ", "\u3000", "\t"])
def test_a_blank_beside_the_text_is_judged_as_everywhere(sample: Sample, blank: str) -> None:
    for text in (blank + sample.text("S02"), sample.text("S02") + blank):
        page = sample.browser.post("/verify", files={"text": (None, text)}).text
        outcome = sample.browser.verify(text)["outcome"]
        assert outcome in ("rejected", "not_a_license")
        assert f'class="verdict {outcome}"' in page


@pytest.mark.parametrize("text", ["", "   \n"])
def test_an_empty_form_is_refused_with_a_page(sample: Sample, text: str) -> None:
    answer = sample.browser.post(
        "/verify", files={"text": (None, text)}, headers={"accept": "text/html"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")


def test_a_number_can_be_looked_up_and_the_page_proves_no_sheet(sample: Sample) -> None:
    for identity, word in (("S02", "在册有效"), ("S10", "已作废"), ("S13", "已到期")):
        each = sample.license(identity)
        for language in ("zh", "en"):
            answer = sample.browser.visit(f"/lookup?number={each.issued.number}&lang={language}")
            assert answer.status_code == 200
            assert each.business.name in answer.text
            assert word in answer.text
            assert 'class="verdict' not in answer.text
            assert "同等" not in answer.text
        assert "不能证明" in sample.browser.visit(f"/lookup?number={each.issued.number}").text


@pytest.mark.parametrize("number", ["", "朝综许26-2031-99999", "<script>alert(1)</script>"])
def test_a_number_that_is_not_on_file_is_told_so(sample: Sample, number: str) -> None:
    answer = sample.browser.get(
        "/lookup", params={"number": number}, headers={"accept": "text/html"}
    )
    assert answer.status_code == 404
    assert "<script" not in answer.text


# ---- of other districts ----------------------------------------------------------------------------

NAMES = (("issuer", "滨海新区"), ("issuer_en", "Binhai"))
PERMIT_OUT = Reason(
    "recognition-permit-out-of-scope",
    (("name", "卫生许可证"), ("name_en", "Hygiene"), ("number", "H2"), *NAMES),
)


def test_what_is_not_recognized_here_is_not_called_out_of_force(pages: Pages) -> None:
    for reason in (Reason("recognition-out-of-scope", NAMES), PERMIT_OUT):
        page = Elements(write(pages, verdict_of(reason, content=license_of()))).text
        assert "不予互认 Not recognized here" in page
        assert "不能使用" not in page


def test_what_has_ended_is_called_out_of_force_wherever_it_is_from(pages: Pages) -> None:
    reasons = (Reason("recognition-out-of-scope", NAMES), Reason("license-void"))
    page = Elements(write(pages, verdict_of(*reasons, content=license_of()))).text
    assert "不能使用" in page
    assert "Not recognized here" not in page


def test_the_permit_that_is_not_recognized_is_marked_and_no_other(pages: Pages) -> None:
    permits = (Permit(1, "JY1", TODAY + 400), Permit(3, "H2", TODAY + 400))
    page = write(pages, verdict_of(PERMIT_OUT, content=license_of(permits=permits)))
    first, second = re.findall(r'<li class="state-in_force">.*?</li>', page, re.DOTALL)
    assert "此地不予互认" not in first
    assert "此地不予互认" in second


def test_recognition_on_trial_stands_beside_the_issuer(pages: Pages) -> None:
    trial = verdict_of(Reason("recognition-trial", NAMES), content=license_of())
    assert "互认试行</span></dd>" in write(pages, trial)
    assert "互认试行</span>" not in write(pages, verdict_of(content=license_of()))
