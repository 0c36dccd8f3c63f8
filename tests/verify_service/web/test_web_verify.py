"""``POST /api/v1/verify`` with texts: verdicts, and what it refuses."""

import httpx
import pytest

from tests.verify_service.web.browser import Browser, code_of
from tests.verify_service.web.conftest import Sample
from verify_service.verification.schemas import VerdictDocument

VERIFY = "/api/v1/verify"


def test_every_license_of_the_sample_gets_its_outcome(sample: Sample) -> None:
    for each in sample.district.licenses:
        verdict = sample.browser.verify(each.issued.text)
        assert verdict["outcome"] == each.business.outcome, each.business.id
        assert verdict["license"]["holder"]["name"] == each.business.name


def test_every_verdict_is_as_documented(sample: Sample) -> None:
    texts = [each.issued.text for each in sample.district.licenses]
    for text in [*texts, texts[0][:-1], "wxp://f2f0", "", "HTTPS://ELSEWHERE.EXAMPLE/L/17"]:
        VerdictDocument.model_validate(sample.browser.verify(text))


def test_the_answer_of_the_hot_path_is_the_answer_of_the_route(sample: Sample) -> None:
    text = sample.text("S02")
    hot = sample.browser.verify(text)
    app = sample.browser.app
    app.hot, kept = None, app.hot  # type: ignore[attr-defined]  # the subclass's own
    try:
        assert sample.browser.verify(text) == hot
        assert sample.browser.get(VERIFY).status_code == 405
    finally:
        app.hot = kept  # type: ignore[attr-defined]  # likewise


def test_a_superseded_sheet_is_not_in_force(sample: Sample) -> None:
    old = [each.old_text for each in sample.district.licenses if each.old_text]
    assert old
    for text in old:
        verdict = sample.browser.verify(text)
        assert verdict["outcome"] == "not_in_force"
        assert "license-superseded" in [reason["code"] for reason in verdict["reasons"]]


def test_a_place_far_from_the_premises_asks_for_attention(sample: Sample) -> None:
    latitude, longitude = sample.license("S02").business.position
    near = sample.browser.verify(
        sample.text("S02"), near={"latitude": latitude, "longitude": longitude}
    )
    far = sample.browser.verify(sample.text("S02"), near={"latitude": 39, "longitude": 116})
    assert (near["outcome"], near["checked"]["place"]) == ("valid", "passed")
    assert (far["outcome"], far["checked"]["place"]) == ("attention", "failed")


def test_a_rejected_text_shows_nothing_of_the_license(sample: Sample) -> None:
    text = sample.text("S02")
    forged = text[:-1] + str((int(text[-1]) + 1) % 10)
    answer = sample.browser.post(VERIFY, json={"text": forged})
    assert answer.json()["outcome"] == "rejected"
    assert answer.json()["license"] is None
    assert sample.license("S02").business.name not in answer.text


def test_another_districts_license_is_verified_without_this_registry(sample: Sample) -> None:
    verdict = sample.browser.verify(sample.text("S25"))
    assert verdict["outcome"] == "valid"
    assert verdict["checked"]["registry"] == "not_checked"
    assert verdict["as_of"]["registry"] is None


def test_a_verdict_is_not_kept_by_caches(sample: Sample) -> None:
    answer = sample.browser.post(VERIFY, json={"text": sample.text("S02")})
    assert answer.headers["cache-control"] == "no-store"


def test_the_media_type_may_have_parameters(sample: Sample) -> None:
    answer = sample.browser.post(
        VERIFY,
        content=b'{"text": "x"}',
        headers={"content-type": "Application/JSON; charset=utf-8"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "field", "word"),
    [
        (b"{}", "text", "missing"),
        (b'{"text": 7}', "text", "string_type"),
        (b'{"text": null}', "text", "string_type"),
        (b'{"text": "x", "naer": null}', "naer", "extra_forbidden"),
        (b'{"text": "x", "near": "39,116"}', "near", "model_attributes_type"),
        (b'{"text": "x", "near": {"latitude": 39}}', "near", "model_attributes_type"),
        (
            b'{"text": "x", "near": {"latitude": "39", "longitude": 116}}',
            "near",
            "model_attributes_type",
        ),
        (
            b'{"text": "x", "near": {"latitude": true, "longitude": 116}}',
            "near",
            "model_attributes_type",
        ),
        (
            b'{"text": "x", "near": {"latitude": 39, "longitude": 116, "accuracy": 5}}',
            "near",
            "model_attributes_type",
        ),
        (b"[]", "body", "model_attributes_type"),
    ],
)
def test_a_body_that_is_not_as_documented_is_refused_by_field(
    sample: Sample, body: bytes, field: str, word: str
) -> None:
    answer = _post(sample.browser, body)
    assert answer.status_code == 422
    assert code_of(answer) == "fields-invalid"
    (fault,) = answer.json()["errors"]
    assert (fault["in"], fault["field"], fault["code"]) == ("body", field, word)
    assert fault["message"]["zh"] != "取值不符合要求"


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"text": "\xff"}', b'{"text": "x"} {}', b'{"text": NaN}']
)
def test_a_body_that_is_no_json_is_refused(sample: Sample, body: bytes) -> None:
    answer = _post(sample.browser, body)
    assert answer.status_code == 400
    assert code_of(answer) == "malformed-request"


@pytest.mark.parametrize(
    "near", [{"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": -181}]
)
def test_a_place_that_is_nowhere_is_refused(sample: Sample, near: dict[str, float]) -> None:
    answer = sample.browser.post(VERIFY, json={"text": "x", "near": near})
    assert answer.status_code == 422
    assert code_of(answer) == "nothing-to-verify"


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_another_media_type_is_refused(sample: Sample, media_type: str | None) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    answer = sample.browser.post(VERIFY, content=b"text=x", headers=headers)
    assert answer.status_code == 415
    assert code_of(answer) == "media-type-unsupported"


def test_another_method_is_refused_and_told_which_one_is_right(sample: Sample) -> None:
    answer = sample.browser.get(VERIFY)
    assert answer.status_code == 405
    assert code_of(answer) == "method-not-allowed"
    assert answer.headers["allow"] == "POST"


def test_details_are_given_by_the_digest_that_names_them(sample: Sample) -> None:
    from credential.claims import reference_digest
    from credential.opening import read_text

    claims = read_text(sample.text("S02")).message.unverified_payload
    answer = sample.browser.get(f"/api/v1/claims/{reference_digest(claims).hex()}")
    assert answer.content == claims
    assert answer.headers["content-type"] == "application/cbor"


@pytest.mark.parametrize("digest", ["00" * 24, "00" * 23, "", "zz" * 24, "00" * 32])
def test_details_that_nobody_has_are_not_found(sample: Sample, digest: str) -> None:
    assert sample.browser.get(f"/api/v1/claims/{digest}").status_code == 404


def _post(browser: Browser, body: bytes) -> httpx.Response:
    return browser.post(VERIFY, content=body, headers={"content-type": "application/json"})
