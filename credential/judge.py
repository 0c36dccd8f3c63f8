"""Steps 11 to 16 of verification: is what was signed in force, here and now?

Nothing unknown is ever green: each thing that could not be looked at leaves a reason.
"""

from typing import Final

from credential.claims import License, Position, Reference
from credential.days import day_at, instant_text
from credential.errors import StatusListError
from credential.named import named
from credential.opening import Opened
from credential.question import AskRegistry, Question, Refusal, RegistryAnswer
from credential.reasons import OUTCOME_ORDER, Outcome, Reason, outcome_of
from credential.rules import (
    Policy,
    Reasons,
    is_plain,
    judge_catalog,
    judge_license_state,
    judge_permits,
    judge_place,
    judge_recognition,
    judge_remarks,
)
from credential.trust import Issuer, TrustList
from credential.verdict import AsOf, Check, Checked, Genuine, PermitState, Verdict

_PASSED: Final = Check.PASSED
_FAILED: Final = Check.FAILED
_NOT_CHECKED: Final = Check.NOT_CHECKED
_IN_FORCE: Final = PermitState.IN_FORCE
_VALID: Final = outcome_of(())


def judge(opened: Opened, question: Question) -> Verdict:
    """Take steps 11 to 16.

    Raises:
        Refusal: the registry disowns it, or its status index lies outside the list.
    """
    content, claims, issuer = opened
    now, trusted, policy, near, registry, _ = question
    today = day_at(now)
    answer = None if registry is None else _ask_registry(registry, content, claims)
    values, status_at, reasons = _find_status(content, issuer, question, answer)

    trust = trusted.trust
    reasons += _judge_times(content, status_at, trust, policy, now, today)
    ended: Reasons = ()
    if not values or values[0] or content.expiry_day is not None:
        own = None if values is None else values[0]
        ended = judge_license_state(own, content.expiry_day, today)
    states: tuple[PermitState, ...] = ()
    code_list = None
    if isinstance(content, License):
        code_list = trusted.code_lists.get((issuer.code, content.catalog))
        recognition = judge_recognition(content, code_list, issuer)
        if values and is_plain(content, code_list, values, today + policy.expiring_days):
            states = (_IN_FORCE,) * len(content.permits)
            reasons += recognition
        else:
            reasons += judge_catalog(content, code_list) + recognition
            reasons += judge_remarks(content, code_list)
            states, found = judge_permits(
                content.permits,
                code_list,
                None if values is None else values[1:],
                today,
                policy.expiring_days,
            )
            ended += found
    else:
        reasons += (Reason("details-missing"),)
    reasons += ended
    status = _PASSED if values and not reasons else _status_check(values, reasons, ended)
    place = _NOT_CHECKED
    if near is not None:
        place, found = _judge_place(content, near, policy)
        reasons += found

    ordered = reasons if len(reasons) < 2 else tuple(sorted(reasons, key=_rank))
    asked, registry_at = (_NOT_CHECKED, None) if answer is None else (_PASSED, answer.as_of)
    return named(
        Verdict,
        (
            outcome_of(ordered) if ordered else _VALID,
            ordered,
            named(Genuine, (issuer, content, code_list, states)),
            named(Checked, (_PASSED, _PASSED, status, asked, place)),
            named(AsOf, (now, status_at, trust.issued_at, registry_at)),
        ),
    )


def _ask_registry(
    registry: AskRegistry, content: License | Reference, claims: bytes
) -> RegistryAnswer | None:
    """Step 11: an insider who issued off the books."""
    answer = registry(content, claims)
    if answer is None:
        return None
    count = len(answer.values)
    is_whole = count > 0 if isinstance(content, Reference) else count == 1 + len(content.permits)
    if answer.known and answer.agrees and is_whole:
        return answer
    raise Refusal(
        Reason("registry-differs" if answer.known else "registry-unknown"),
        Check.PASSED,
        Check.PASSED,
        Check.FAILED,
        answer.as_of,
    )


def _find_status(
    content: License | Reference,
    issuer: Issuer,
    question: Question,
    answer: RegistryAnswer | None,
) -> tuple[tuple[int, ...] | None, int | None, Reasons]:
    """Step 12: a voided license shown again, with a status list that is old or not there.

    Status entries (None: not known), as of when, and what is to be said of their age.
    """
    if answer is not None:
        return answer.values, answer.as_of, ()
    now, trusted, policy, _, _, _ = question
    listed = trusted.status.get((issuer.code, content.status_list))
    if listed is None:
        return None, None, (Reason("status-missing"),)
    count = 1 + len(content.permits) if isinstance(content, License) else 1
    try:
        values = listed.read(content.status_index, count)
    except StatusListError:
        if isinstance(content, License) and content.issued_day < day_at(listed.issued_at):
            raise Refusal(Reason("status-out-of-range"), Check.PASSED, Check.PASSED) from None
        # Issued on the list's own day or later: the list may simply be the older of the two.
        return None, listed.issued_at, (Reason("status-missing"),)
    issued_at = listed.issued_at
    age = now - issued_at
    if age > policy.status_limit or now >= listed.expires_at:
        code = "status-stale"
    elif age > policy.status_warning:
        code = "status-aging"
    else:
        return values, issued_at, ()
    return values, issued_at, (Reason(code, (("status_as_of", instant_text(issued_at)),)),)


def _judge_times(
    content: License | Reference,
    status_at: int | None,
    trust: TrustList,
    policy: Policy,
    now: int,
    today: int,
) -> Reasons:
    """Steps 13 and 14: a clock set back, so that what has ended looks in force; a trust list frozen
    by somebody who keeps the next one away."""
    latest = now + policy.clock_tolerance
    issued_at = trust.issued_at
    reasons: Reasons = ()
    if (
        issued_at > latest
        or (status_at or 0) > latest
        or (isinstance(content, License) and content.issued_day > today)
    ):
        reasons = (Reason("clock-implausible"),)
    if now >= trust.expires_at:
        reasons += (Reason("trust-expired"),)
    elif now - issued_at > policy.trust_warning:
        reasons += (Reason("trust-aging", (("trust_as_of", instant_text(issued_at)),)),)
    return reasons


def _judge_place(
    content: License | Reference, near: Position, policy: Policy
) -> tuple[Check, Reasons]:
    """Step 16: a genuine code on another shop's wall."""
    found = judge_place(content, near, policy.place_limit_m)
    if not found:
        return _PASSED, found
    return _FAILED if found[0].code == "place-mismatch" else _NOT_CHECKED, found


def _status_check(values: tuple[int, ...] | None, reasons: Reasons, ended: Reasons) -> Check:
    for reason in ended:
        if reason.kind.outcome is Outcome.NOT_IN_FORCE:
            return _FAILED
    for reason in reasons:
        if reason.code in ("status-stale", "status-unknown-value"):
            return _NOT_CHECKED
    return _NOT_CHECKED if values is None else _PASSED


def _rank(reason: Reason) -> int:
    return OUTCOME_ORDER[reason.kind.outcome]
