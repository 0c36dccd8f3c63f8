"""Steps 11 to 16 of verification: is what was signed in force, here and now?

Nothing unknown is ever green: each thing that could not be looked at leaves a reason.
"""


from typing import NamedTuple

from credential import days
from credential.claims import License
from credential.errors import StatusListError
from credential.opening import Opened
from credential.question import Question, Refusal, RegistryAnswer
from credential.reasons import OUTCOME_ORDER, Outcome, Reason, outcome_of
from credential.rules import (
    judge_catalog,
    judge_license_state,
    judge_permits,
    judge_place,
    judge_recognition,
    judge_remarks,
)
from credential.verdict import AsOf, Check, Checked, Genuine, PermitState, Verdict


class StatusFound(NamedTuple):
    """Status entries (None: not known), as of when, and what is to be said of their age."""

    values: tuple[int, ...] | None
    as_of: int | None
    reasons: list[Reason]


def judge(opened: Opened, question: Question) -> Verdict:
    """Take steps 11 to 16.

    Raises:
        Refusal: the registry disowns it, or its status index lies outside the list.
    """
    content, issuer, trusted = opened.content, opened.issuer, question.trusted
    today = days.day_at(question.now)
    answer = _ask_registry(opened, question)
    status = _find_status(opened, question, answer)
    values = status.values

    reasons = status.reasons
    clock = _judge_clock(opened, question, status.as_of, today)
    reasons += clock
    reasons += _judge_trust(question)
    ended = judge_license_state(values and values[0], content.expiry_day, today)
    states: tuple[PermitState, ...] = ()
    code_list = None
    if isinstance(content, License):
        code_list = trusted.code_lists.get((issuer.code, content.catalog))
        reasons += judge_catalog(content, code_list)
        reasons += judge_recognition(content.industry, content.issued_day, issuer)
        reasons += judge_remarks(content, code_list)
        states, found = judge_permits(
            content, code_list, values and values[1:], today, question.policy.expiring_days
        )
        ended += found
    else:
        reasons.append(Reason("details-missing"))
    place, found = _judge_place(opened, question)
    reasons += ended
    reasons += found

    if len(reasons) > 1:
        reasons.sort(key=_rank)
    ordered = tuple(reasons)
    return Verdict(
        outcome_of(ordered),
        ordered,
        Genuine(issuer, content, code_list, states),
        Checked(
            Check.PASSED,
            Check.PASSED,
            _status_check(status, ended),
            Check.NOT_CHECKED if answer is None else Check.PASSED,
            place,
        ),
        AsOf(question.now, status.as_of, trusted.trust.issued_at, answer and answer.as_of),
    )


def _ask_registry(opened: Opened, question: Question) -> RegistryAnswer | None:
    """Step 11: an insider who issued off the books."""
    answer = question.registry and question.registry(opened.content, opened.claims)
    if answer is None or (answer.known and answer.agrees):
        return answer
    raise Refusal(
        Reason("registry-differs" if answer.known else "registry-unknown"),
        Check.PASSED,
        Check.PASSED,
        Check.FAILED,
        answer.as_of,
    )


def _find_status(
    opened: Opened, question: Question, answer: RegistryAnswer | None
) -> StatusFound:
    """Step 12: a voided license shown again, with a status list that is old or not there."""
    if answer is not None:
        return StatusFound(answer.values, answer.as_of, [])
    content = opened.content
    listed = question.trusted.status.get((opened.issuer.code, content.status_list))
    if listed is None:
        return StatusFound(None, None, [Reason("status-missing")])
    count = 1 + len(content.permits) if isinstance(content, License) else 1
    try:
        values = listed.read(content.status_index, count)
    except StatusListError:
        if isinstance(content, License) and content.issued_day < days.day_at(listed.issued_at):
            raise Refusal(Reason("status-out-of-range"), Check.PASSED, Check.PASSED) from None
        # Issued on the list's own day or later: the list may simply be the older of the two.
        return StatusFound(None, listed.issued_at, [Reason("status-missing")])
    age = question.now - listed.issued_at
    if age > question.policy.status_limit or question.now >= listed.expires_at:
        code = "status-stale"
    elif age > question.policy.status_warning:
        code = "status-aging"
    else:
        return StatusFound(values, listed.issued_at, [])
    data = (("status_as_of", days.instant_text(listed.issued_at)),)
    return StatusFound(values, listed.issued_at, [Reason(code, data)])


def _judge_clock(
    opened: Opened, question: Question, status_at: int | None, today: int
) -> list[Reason]:
    """Step 13: a clock set back, so that what has ended looks in force."""
    seen = max(question.trusted.trust.issued_at, status_at or 0)
    content = opened.content
    if question.now < seen - question.policy.clock_tolerance or (
        isinstance(content, License) and content.issued_day > today
    ):
        return [Reason("clock-implausible")]
    return []


def _judge_trust(question: Question) -> list[Reason]:
    """Step 14: a trust list frozen by somebody who keeps the next one away."""
    trust = question.trusted.trust
    if question.now >= trust.expires_at:
        return [Reason("trust-expired")]
    if question.now - trust.issued_at > question.policy.trust_warning:
        data = (("trust_as_of", days.instant_text(trust.issued_at)),)
        return [Reason("trust-aging", data)]
    return []


def _judge_place(opened: Opened, question: Question) -> tuple[Check, list[Reason]]:
    """Step 16: a genuine code on another shop's wall."""
    if question.near is None:
        return Check.NOT_CHECKED, []
    found = judge_place(opened.content, question.near, question.policy.place_limit_m)
    if not found:
        return Check.PASSED, found
    failed = found[0].code == "place-mismatch"
    return Check.FAILED if failed else Check.NOT_CHECKED, found


def _status_check(status: StatusFound, ended: list[Reason]) -> Check:
    if any(reason.kind.outcome is Outcome.NOT_IN_FORCE for reason in ended):
        return Check.FAILED
    if status.values is None or any(
        reason.code in ("status-stale", "status-unknown-value")
        for reason in (*status.reasons, *ended)
    ):
        return Check.NOT_CHECKED
    return Check.PASSED


def _rank(reason: Reason) -> int:
    return OUTCOME_ORDER[reason.kind.outcome]
