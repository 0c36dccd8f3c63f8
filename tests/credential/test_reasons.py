"""The table of reasons: stable codes, words in both languages, and the order of outcomes."""

import re
from itertools import combinations
from string import Formatter

import pytest

from credential.reasons import (
    KINDS,
    OUTCOME_ORDER,
    Outcome,
    Reason,
    ReasonKind,
    Severity,
    outcome_of,
)

EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def fields_of(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


@EVERY
def test_a_code_is_its_key_and_a_word_with_hyphens(kind: ReasonKind) -> None:
    assert KINDS[kind.code] is kind
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", kind.code)


@EVERY
def test_words_are_chinese_and_english(kind: ReasonKind) -> None:
    for words in (kind.message, kind.next_step):
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
        assert re.search(r"[a-z]{3}", words.en)
        assert not re.search(r"[\u4e00-\u9fff]", words.en)


@EVERY
def test_both_languages_say_the_same_data(kind: ReasonKind) -> None:
    chinese, english = fields_of(kind.message.zh), fields_of(kind.message.en)
    assert {field.removesuffix("_en") for field in english} == chinese
    assert fields_of(kind.next_step.zh) == fields_of(kind.next_step.en) == set()


@EVERY
def test_severity_follows_from_the_outcome(kind: ReasonKind) -> None:
    expected = {Outcome.ATTENTION: Severity.WARNING, Outcome.VALID: Severity.INFO}
    assert kind.severity is expected.get(kind.outcome, Severity.FATAL)


def test_the_codes_are_these_and_none_is_ever_renamed() -> None:
    # Other programs read them. Whoever changes this list changes the specification.
    assert set(KINDS) == {
        "suite-unavailable",
        "host-unknown-trust-old",
        "recognition-permit-out-of-scope",
        "payment-code",
        "business-registration-code",
        "look-alike-host",
        "retyped-text",
        "other-url",
        "other-text",
        "empty-text",
        "text-malformed",
        "envelope-malformed",
        "key-unknown",
        "key-compromised",
        "key-out-of-period",
        "suite-mismatch",
        "signature-invalid",
        "issuer-mismatch",
        "claims-malformed",
        "details-mismatch",
        "status-out-of-range",
        "registry-unknown",
        "registry-differs",
        "license-void",
        "license-superseded",
        "license-suspended",
        "license-ended",
        "license-lapsed",
        "permit-lapsed",
        "permit-suspended",
        "permit-cancelled",
        "permit-annulled",
        "permit-revoked",
        "permit-withdrawn",
        "recognition-out-of-scope",
        "clock-implausible",
        "key-unknown-trust-old",
        "key-out-of-period-trust-old",
        "trust-expired",
        "status-missing",
        "status-stale",
        "status-unknown-value",
        "catalog-unknown",
        "details-missing",
        "version-unsupported",
        "pending-mandatory",
        "pending-item",
        "permit-given-up",
        "permit-expiring",
        "permit-by-promise",
        "place-mismatch",
        "recognition-trial",
        "status-aging",
        "trust-aging",
        "position-unknown",
    }


def test_of_two_reasons_the_graver_outcome_wins_whatever_their_order() -> None:
    for one, other in combinations(KINDS.values(), 2):
        graver = min(one.outcome, other.outcome, key=list(Outcome).index)
        reasons = (Reason(one.code), Reason(other.code))
        assert outcome_of(reasons) == outcome_of(reasons[::-1]) == graver


def test_no_reason_is_valid_and_the_order_is_the_table_s() -> None:
    assert outcome_of(()) is Outcome.VALID
    assert sorted(Outcome, key=OUTCOME_ORDER.__getitem__) == list(Outcome)
    assert list(Outcome)[-1] is Outcome.VALID


def test_a_reason_says_its_data_beside_its_words() -> None:
    shown = Reason("look-alike-host", (("host", "fake.test"),)).as_dict()
    assert shown["host"] == "fake.test"
    assert (shown["code"], shown["severity"]) == ("look-alike-host", "fatal")
    message = shown["message"]
    assert isinstance(message, dict)
    assert all("fake.test" in sentence for sentence in message.values())
