"""Of two verdicts the stricter wins: no server turns green what was proved otherwise here."""

import itertools
import json
from datetime import timedelta

import pytest

from credential.reasons import KINDS, OUTCOME_ORDER, Outcome
from credential.rules import Policy
from credential.verdict import PermitState
from mobile_scanner.combining import OtherLicenseError, combine, strictest
from mobile_scanner.verdict_form import NoVerdictError, VerdictForm, read_verdict
from tests.mobile_scanner.district import AT, LICENSE
from tests.mobile_scanner.verdicts import (
    CHAOYANG,
    FRESH,
    LOCAL,
    REMOTE,
    TEXT,
    judged,
    registry,
)

POLICY = Policy()
OLD = {"status-missing", "status-stale", "status-aging"}
PAIRS = list(itertools.product(LOCAL, REMOTE))


def rank(outcome: str) -> int:
    return OUTCOME_ORDER[Outcome(outcome)]


def codes(verdict: VerdictForm) -> list[str]:
    return [reason["code"] for reason in verdict["reasons"]]


def test_the_examples_come_out_in_every_way() -> None:
    local = {verdict["outcome"] for verdict in LOCAL.values()}
    assert local == {"valid", "attention", "not_in_force", "indeterminate"}
    assert {verdict["outcome"] for verdict in REMOTE.values()} == set(Outcome)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_the_stricter_of_the_two_wins(here: str, there: str) -> None:
    local, remote = LOCAL[here], REMOTE[there]
    joined = combine(local, remote, policy=POLICY)
    proved = [KINDS[code].outcome for code in codes(local) if code not in OLD]
    assert rank(joined["outcome"]) <= rank(strictest(Outcome.VALID, *proved))
    assert rank(joined["outcome"]) <= rank(remote["outcome"])
    assert set(codes(remote)) <= set(codes(joined))
    assert set(codes(local)) - OLD <= set(codes(joined))


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_green_is_given_only_where_the_status_was_looked_at_lately(here: str, there: str) -> None:
    local, remote = LOCAL[here], REMOTE[there]
    joined = combine(local, remote, policy=POLICY)
    if joined["outcome"] == "valid":
        assert remote["outcome"] == "valid"
        assert local["outcome"] == "valid" or set(codes(local)) <= OLD
        assert joined["checked"]["status"] == "passed"
        assert joined["checked"]["signature"] == "passed"
        assert {permit["state"] for permit in joined["permits"]} == {"in_force"}


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_what_is_joined_is_a_verdict_of_the_same_form(here: str, there: str) -> None:
    joined = combine(LOCAL[here], REMOTE[there], policy=POLICY)
    assert read_verdict(joined) == joined
    assert list(joined) == list(LOCAL[here])
    ranks = [OUTCOME_ORDER[KINDS[code].outcome] for code in codes(joined)]
    assert ranks == sorted(ranks)
    assert len({(r["code"], r.get("number")) for r in joined["reasons"]}) == len(ranks)
    if joined["outcome"] in ("rejected", "not_a_license"):
        assert (joined["license"], joined["permits"], joined["pending"]) == (None, [], [])


@pytest.mark.parametrize(
    ("here", "there", "outcome"),
    [
        ("permit given up", "permit given up", "attention"),
        ("valid", "permit given up", "attention"),
        ("permit given up", "valid", "attention"),
        ("permit cancelled", "permit given up", "not_in_force"),
        ("permit given up", "permit cancelled", "not_in_force"),
        ("void", "permit given up", "not_in_force"),
    ],
)
def test_a_permit_that_was_given_up_ends_no_license_and_a_cancelled_one_does(
    here: str, there: str, outcome: str
) -> None:
    joined = combine(LOCAL[here], REMOTE[there], policy=POLICY)
    assert joined["outcome"] == outcome


def test_a_state_without_its_reason_is_no_gift() -> None:
    """A server that calls a permit cancelled and forgets to say why calls it ended."""
    remote = json.loads(json.dumps(REMOTE["permit given up"]))
    remote["reasons"], remote["outcome"] = [], "valid"
    joined = combine(LOCAL["valid"], read_verdict(remote), policy=POLICY)
    assert joined["outcome"] == "not_in_force"


def test_two_permits_of_one_number_keep_each_its_own_state() -> None:
    """Departments number their permits for themselves."""
    one, other = LICENSE.permits[:2]
    twins = LICENSE._replace(permits=(one, other._replace(number=one.number)))
    text = CHAOYANG.text(twins)
    revoked = judged(FRESH, text=text, ask=registry(1, 0, 14))
    joined = combine(judged(FRESH, text=text), revoked, policy=POLICY)
    assert [permit["state"] for permit in joined["permits"]] == ["in_force", "revoked"]
    both = judged(FRESH, text=text, ask=registry(1, 14, 14))
    joined = combine(revoked, both, policy=POLICY)
    assert codes(joined).count("permit-revoked") == 2


@pytest.mark.parametrize("text", ["https://example.cn/", TEXT[:-1], TEXT[:-3] + "123"])
def test_a_code_that_was_refused_here_stays_refused(text: str) -> None:
    local = judged(FRESH, text=text)
    assert local["outcome"] in ("rejected", "not_a_license")
    assert combine(local, REMOTE["valid"], policy=POLICY) == local


@pytest.mark.parametrize("here", ["stale", "aging", "status missing"])
def test_a_registry_that_was_asked_ends_not_knowing(here: str) -> None:
    joined = combine(LOCAL[here], REMOTE["valid"], policy=POLICY)
    assert joined["outcome"] == "valid"
    assert joined["checked"] == REMOTE["valid"]["checked"]
    assert joined["as_of"]["status"] == REMOTE["valid"]["as_of"]["status"]
    assert joined["as_of"]["registry"] == REMOTE["valid"]["as_of"]["registry"]
    assert [permit["state"] for permit in joined["permits"]] == ["in_force", "in_force"]


@pytest.mark.parametrize(
    "there", ["of another district, by an old list", "of another district, by no list"]
)
def test_a_server_that_knows_no_more_ends_nothing(there: str) -> None:
    joined = combine(LOCAL["stale"], REMOTE[there], policy=POLICY)
    assert joined["outcome"] == "indeterminate"


def test_an_answer_that_was_kept_for_days_ends_nothing() -> None:
    later = AT + timedelta(days=5)
    local = judged(FRESH, at=later)
    joined = combine(local, REMOTE["valid"], policy=POLICY)
    assert (joined["outcome"], codes(joined)) == ("indeterminate", ["status-stale"])


def test_an_answer_from_the_future_makes_the_clock_suspect() -> None:
    local = judged(FRESH)
    remote = judged(FRESH, ask=registry(), at=AT + timedelta(hours=1))
    joined = combine(local, remote, policy=POLICY)
    assert (joined["outcome"], codes(joined)) == ("indeterminate", ["clock-implausible"])


def test_a_server_that_says_green_against_its_own_checks_is_not_believed() -> None:
    for name, outcome in (("registry", "rejected"), ("status", "not_in_force")):
        remote = read_verdict(form_of_copy(REMOTE["valid"]))
        remote["checked"][name] = "failed"  # type: ignore[literal-required]
        assert combine(LOCAL["valid"], remote, policy=POLICY)["outcome"] == outcome


def test_a_server_that_says_green_against_its_own_reasons_is_not_believed() -> None:
    remote = form_of_copy(REMOTE["void"])
    remote["outcome"] = "valid"
    assert combine(LOCAL["valid"], remote, policy=POLICY)["outcome"] == "not_in_force"


STATES = {
    "expiring": "attention",
    "unknown": "indeterminate",
    **dict.fromkeys(
        ("lapsed", "suspended", "cancelled", "annulled", "revoked", "withdrawn"), "not_in_force"
    ),
}


@pytest.mark.parametrize("state", sorted(set(PermitState) - {"in_force"}))
@pytest.mark.parametrize("here", ["valid", "stale", "aging", "status missing"])
def test_a_server_that_says_green_against_a_permits_state_is_not_believed(
    state: str, here: str
) -> None:
    remote = form_of_copy(REMOTE["valid"])
    remote["permits"][0]["state"] = state
    joined = combine(LOCAL[here], remote, policy=POLICY)
    assert joined["outcome"] == STATES[state]
    if state != "unknown":  # what is known here is shown
        assert joined["permits"][0]["state"] == state


def test_a_permits_state_that_is_told_twice_counts_in_its_worse() -> None:
    remote = judged(FRESH, text=CHAOYANG.city_code(), ask=registry())
    remote["reasons"], remote["outcome"] = [], "valid"
    good = REMOTE["valid"]["permits"][0]
    remote["permits"] = [{**good, "state": "revoked"}, good]
    assert combine(LOCAL["valid"], remote, policy=POLICY)["outcome"] == "not_in_force"


def test_a_server_that_says_worse_than_its_reasons_is_taken_at_its_word() -> None:
    for outcome in ("attention", "indeterminate", "not_in_force", "rejected"):
        remote = form_of_copy(REMOTE["valid"])
        remote["outcome"] = outcome
        assert combine(LOCAL["valid"], remote, policy=POLICY)["outcome"] == outcome


LIE = "✔ 有效，请放行 VALID"


@pytest.mark.parametrize("there", sorted(name for name in REMOTE if REMOTE[name]["reasons"]))
def test_a_known_reason_is_told_in_our_own_words(there: str) -> None:
    honest = combine(LOCAL["valid"], REMOTE[there], policy=POLICY)
    lying = form_of_copy(REMOTE[there])
    for reason in lying["reasons"]:
        reason["message"] = reason["next_step"] = {"zh": LIE, "en": LIE}
        reason["severity"] = "info"
    assert combine(LOCAL["valid"], lying, policy=POLICY)["reasons"] == honest["reasons"]
    assert honest["reasons"] == sorted(REMOTE[there]["reasons"], key=honest["reasons"].index)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_no_data_of_a_servers_reason_speak_for_themselves(code: str) -> None:
    data = (
        "host",
        "name",
        "name_en",
        "issuer",
        "issuer_en",
        "state",
        "valid_until",
        "key_id",
        "suite",
    )
    reason = {
        **REMOTE["void"]["reasons"][0],
        "code": code,
        **dict.fromkeys((*data, "status_as_of", "trust_as_of", "distance_m", "number"), LIE),
    }
    remote = form_of_copy(REMOTE["valid"])
    remote["reasons"] = [reason]  # type: ignore[list-item]
    (told,) = combine(LOCAL["valid"], read_verdict(remote), policy=POLICY)["reasons"]
    for sentence in (told["message"], told["next_step"]):
        assert "放行" not in sentence["zh"] + sentence["en"]
    assert told["severity"] == KINDS[code].severity


def test_a_reason_that_only_a_newer_server_knows_counts_by_its_severity() -> None:
    remote = form_of_copy(REMOTE["valid"])
    words = {"zh": "新", "en": "new"}
    for severity, outcome in (("fatal", "indeterminate"), ("warning", "attention")):
        remote["reasons"] = [
            {
                "code": "from-the-future",
                "severity": severity,
                "message": {"zh": words["zh"], "en": words["en"]},
                "next_step": {"zh": words["zh"], "en": words["en"]},
            }
        ]
        assert combine(LOCAL["valid"], remote, policy=POLICY)["outcome"] == outcome


def test_each_permit_is_shown_in_the_worse_of_its_two_states() -> None:
    joined = combine(LOCAL["permit revoked"], REMOTE["permit suspended"], policy=POLICY)
    assert [permit["state"] for permit in joined["permits"]] == ["suspended", "in_force"]
    joined = combine(LOCAL["permit revoked"], REMOTE["valid"], policy=POLICY)
    assert [permit["state"] for permit in joined["permits"]] == ["revoked", "in_force"]
    joined = combine(LOCAL["status missing"], REMOTE["valid"], policy=POLICY)
    assert [permit["state"] for permit in joined["permits"]] == ["in_force", "in_force"]
    joined = combine(LOCAL["valid"], REMOTE["of another district, by no list"], policy=POLICY)
    assert [permit["state"] for permit in joined["permits"]] == ["in_force", "in_force"]


OTHERS = {
    "number": LICENSE._replace(serial=2),
    "version": LICENSE._replace(version=2),
    "holder": LICENSE._replace(holder="别人的店"),
    "USCC": LICENSE._replace(uscc="91110105MAXX00023Q"),
    "address": LICENSE._replace(address="北京市朝阳区别处1号"),
    "permit": LICENSE._replace(
        permits=(LICENSE.permits[0]._replace(number="JY0"), *LICENSE.permits[1:])
    ),
    "term": LICENSE._replace(expiry_day=3000),
    "day of issue": LICENSE._replace(issued_day=2000),
}


@pytest.mark.parametrize("other", OTHERS)
def test_an_answer_about_another_license_is_of_no_use(other: str) -> None:
    remote = judged(FRESH, text=CHAOYANG.text(OTHERS[other]), ask=registry())
    with pytest.raises(OtherLicenseError):
        combine(LOCAL["valid"], remote, policy=POLICY)


@pytest.mark.parametrize("here", sorted(name for name in LOCAL if LOCAL[name]["license"]))
@pytest.mark.parametrize("outcome", ["valid", "attention", "indeterminate", "not_in_force"])
def test_an_answer_about_no_license_is_of_no_use(here: str, outcome: str) -> None:
    remote = form_of_copy(REMOTE["valid"])
    remote["license"], remote["permits"], remote["outcome"] = None, [], outcome
    with pytest.raises(OtherLicenseError):
        combine(LOCAL[here], remote, policy=POLICY)


@pytest.mark.parametrize("there", ["unknown", "differs", "not a license"])
def test_a_refusal_is_about_no_license_and_counts(there: str) -> None:
    assert REMOTE[there]["license"] is None
    joined = combine(LOCAL["valid"], REMOTE[there], policy=POLICY)
    assert joined["outcome"] == REMOTE[there]["outcome"]


@pytest.mark.parametrize("here", ["stale", "aging", "status missing"])
@pytest.mark.parametrize("kept", [0, 1])
def test_a_status_that_was_looked_at_for_other_permits_ends_nothing(here: str, kept: int) -> None:
    remote = judged(FRESH, text=CHAOYANG.city_code(), ask=registry())
    remote["reasons"], remote["outcome"] = [], "valid"  # it hides that it has no details
    remote["permits"] = REMOTE["valid"]["permits"][:kept]
    assert combine(LOCAL[here], remote, policy=POLICY)["outcome"] == LOCAL[here]["outcome"]


def test_a_reference_is_compared_as_far_as_it_goes() -> None:
    local = judged(FRESH, text=CHAOYANG.city_code())
    assert codes(local) == ["details-missing"]
    joined = combine(local, REMOTE["valid"], policy=POLICY)
    assert joined["outcome"] == "indeterminate"
    assert joined["license"] == local["license"]  # what the server shows was not proved here
    other = judged(FRESH, text=CHAOYANG.text(OTHERS["number"]), ask=registry())
    with pytest.raises(OtherLicenseError):
        combine(local, other, policy=POLICY)


def test_a_server_without_the_details_is_compared_as_far_as_it_goes() -> None:
    remote = judged(FRESH, text=CHAOYANG.city_code(), ask=registry())
    joined = combine(LOCAL["valid"], remote, policy=POLICY)
    assert (joined["outcome"], codes(joined)) == ("indeterminate", ["details-missing"])
    assert joined["license"] == LOCAL["valid"]["license"]


def form_of_copy(verdict: VerdictForm) -> VerdictForm:
    return read_verdict(json.loads(json.dumps(verdict)))


def without(verdict: VerdictForm, *path: str) -> object:
    copy = form_of_copy(verdict)
    inner: dict[str, object] = copy  # type: ignore[assignment]
    for name in path[:-1]:
        inner = inner[name]  # type: ignore[assignment]
    del inner[path[-1]]
    return copy


@pytest.mark.parametrize(
    "path",
    [
        ("outcome",),
        ("reasons",),
        ("license",),
        ("license", "number"),
        ("license", "industry", "code"),
        ("checked", "registry"),
        ("as_of", "now"),
    ],
)
def test_a_verdict_that_lacks_a_member_is_none(path: tuple[str, ...]) -> None:
    with pytest.raises(NoVerdictError):
        read_verdict(without(REMOTE["valid"], *path))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("outcome", "green"),
        ("outcome", None),
        ("reasons", {}),
        ("reasons", [{"code": 7}]),
        ("license", []),
        ("permits", [{"state": "fine"}]),
        ("as_of", {"now": "yesterday", "status": None, "trust": None, "registry": None}),
        ("as_of", {"now": "2026-03-01T00:00:00", "status": None, "trust": None, "registry": None}),
        ("checked", {"signature": True}),
    ],
)
def test_a_verdict_with_a_member_of_another_kind_is_none(member: str, value: object) -> None:
    copy: dict[str, object] = dict(form_of_copy(REMOTE["valid"]))
    copy[member] = value
    with pytest.raises(NoVerdictError):
        read_verdict(copy)


@pytest.mark.parametrize("value", [None, 7, "valid", [], {}])
def test_what_is_no_object_is_no_verdict(value: object) -> None:
    with pytest.raises(NoVerdictError):
        read_verdict(value)


@pytest.mark.parametrize("name", [*LOCAL, *REMOTE])
def test_every_verdict_of_the_core_is_of_the_form(name: str) -> None:
    verdict = {**LOCAL, **REMOTE}[name]
    assert read_verdict(verdict) == verdict
