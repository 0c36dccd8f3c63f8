"""One verdict of two: what was proved here, and what the service says (docs/scanner.md).

The stricter wins, and what is shown is what was proved from signed bytes. A server can add to it;
it takes nothing back. The one thing that its word ends is not knowing: a status list that is
missing or old here gives way to a registry, or a list, that was looked at just now.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from credential.reasons import KINDS, OUTCOME_ORDER, Outcome, Severity
from credential.rules import Policy
from credential.verdict import Check, PermitState
from mobile_scanner.own_words import in_own_words
from mobile_scanner.verdict_form import (
    LicenseForm,
    PermitForm,
    ReasonForm,
    Sentence,
    VerdictForm,
    seconds_of_text,
)

FINAL_HERE: Final = frozenset({Outcome.REJECTED, Outcome.NOT_A_LICENSE})
"""No server is asked about these: none may overrule them, and other codes are nobody's business."""

_OLD_STATUS: Final = frozenset({"status-missing", "status-stale", "status-aging"})
_FAILED: Final = {
    "signature": Outcome.REJECTED,
    "issuer": Outcome.REJECTED,
    "registry": Outcome.REJECTED,
    "status": Outcome.NOT_IN_FORCE,
    "place": Outcome.ATTENTION,
}
_BY_SEVERITY: Final = {
    Severity.FATAL: Outcome.INDETERMINATE,
    Severity.WARNING: Outcome.ATTENTION,
    Severity.INFO: Outcome.VALID,
}
_STATE_RANK: Final = {
    PermitState.UNKNOWN: 0,
    PermitState.IN_FORCE: 1,
    PermitState.EXPIRING: 2,
}
_ENDED: Final = 3
_BY_STATE: Final = {
    PermitState.UNKNOWN: Outcome.INDETERMINATE,
    PermitState.IN_FORCE: Outcome.VALID,
    PermitState.EXPIRING: Outcome.ATTENTION,
}


class OtherLicenseError(ValueError):
    """The service's verdict is about another license than the one that was verified here."""


def combine(local: VerdictForm, remote: VerdictForm, *, policy: Policy) -> VerdictForm:
    """Join a verdict of this device with the service's on the same text.

    Raises:
        OtherLicenseError: what they say that the license says differs.
    """
    if local["outcome"] in FINAL_HERE:
        return local
    _refuse_other_license(local, remote)
    fresh = _is_fresh(local, remote, policy)
    standing = [
        reason for reason in local["reasons"] if not (fresh and reason["code"] in _OLD_STATUS)
    ]
    standing += _judge_clock(local, remote, policy)
    told = [in_own_words(reason, local) for reason in remote["reasons"]]
    reasons = [*told, *_missing(standing, told)]
    permits = _permits(local, remote)
    outcome = strictest(
        Outcome(remote["outcome"]),
        *_failed(remote),
        *_of_states(permits, reasons),
        *_of_states(remote["permits"], remote["reasons"]),
        *(outcome_of(reason) for reason in reasons),
    )
    shown = outcome not in FINAL_HERE
    return {
        "outcome": outcome.value,
        "reasons": sorted(reasons, key=lambda reason: OUTCOME_ORDER[outcome_of(reason)]),
        "license": local["license"] if shown else None,
        "permits": permits if shown else [],
        "pending": local["pending"] if shown else [],
        "checked": {
            "signature": _checked(local["checked"]["signature"], remote["checked"]["signature"]),
            "issuer": _checked(local["checked"]["issuer"], remote["checked"]["issuer"]),
            "status": _checked(local["checked"]["status"], remote["checked"]["status"]),
            "registry": remote["checked"]["registry"],
            "place": _checked(local["checked"]["place"], remote["checked"]["place"]),
        },
        "as_of": {
            "now": local["as_of"]["now"],
            "status": _later(local["as_of"]["status"], _looked_at(local, remote, policy)),
            "trust": local["as_of"]["trust"],
            "registry": remote["as_of"]["registry"],
        },
    }


def strictest(*outcomes: Outcome) -> Outcome:
    """The first in the order of `credential.reasons.Outcome`."""
    return min(outcomes, key=OUTCOME_ORDER.__getitem__)


def outcome_of(reason: ReasonForm) -> Outcome:
    """What a reason comes to; one that only a newer program knows, by its severity."""
    known = KINDS.get(reason["code"])
    return _BY_SEVERITY[Severity(reason["severity"])] if known is None else known.outcome


def _is_fresh(local: VerdictForm, remote: VerdictForm, policy: Policy) -> bool:
    """Whether the service has looked at the status, lately by this device's own clock."""
    as_of = seconds_of_text(_looked_at(local, remote, policy))
    now = seconds_of_text(local["as_of"]["now"])
    if remote["checked"]["status"] == Check.NOT_CHECKED or as_of is None or now is None:
        return False
    if not set(_numbers(local)) <= set(_numbers(remote)):  # of what has it looked at the status?
        return False
    return now - as_of <= policy.status_warning


def _looked_at(local: VerdictForm, remote: VerdictForm, policy: Policy) -> str | None:
    """When the service says that it looked at the status; None for an instant yet to come."""
    as_of = seconds_of_text(remote["as_of"]["status"])
    now = seconds_of_text(local["as_of"]["now"])
    if as_of is None or now is None or as_of > now + policy.clock_tolerance:
        return None
    return remote["as_of"]["status"]


def _judge_clock(local: VerdictForm, remote: VerdictForm, policy: Policy) -> list[ReasonForm]:
    """Step 13 of verification once more, with what the service's clock says."""
    here, there = (seconds_of_text(one["as_of"]["now"]) or 0.0 for one in (local, remote))
    code = "clock-implausible"
    if here >= there - policy.clock_tolerance or code in (r["code"] for r in local["reasons"]):
        return []
    nothing = Sentence(zh="", en="")
    reason = ReasonForm(code=code, severity="", message=nothing, next_step=nothing)
    return [in_own_words(reason, local)]


def _failed(remote: VerdictForm) -> Iterator[Outcome]:
    """What the service's checks come to, should its outcome say less."""
    for name, state in remote["checked"].items():
        if state == Check.FAILED and name in _FAILED:
            yield _FAILED[name]


def _missing(reasons: Iterable[ReasonForm], others: Iterable[ReasonForm]) -> list[ReasonForm]:
    """Those of the first that the others do not give too."""
    given = {key for key, _ in _keyed(others)}
    return [reason for key, reason in _keyed(reasons) if key not in given]


def _keyed(reasons: Iterable[ReasonForm]) -> Iterator[tuple[tuple[object, ...], ReasonForm]]:
    """Each with its code and its permit's number, and the how manieth of these it is: two permits
    of different kinds may have one number."""
    count: Counter[tuple[str, str | None]] = Counter()
    for reason in reasons:
        key = reason["code"], reason.get("number")
        count[key] += 1
        yield (*key, count[key]), reason


def _permits(local: VerdictForm, remote: VerdictForm) -> list[PermitForm]:
    """The permits that were signed, each in the worse of the two states.

    Both have them in the license's order (`_refuse_other_license`), or one has none.
    """
    if _numbers(local) != _numbers(remote):
        return local["permits"]
    permits: list[PermitForm] = []
    for permit, other in zip(local["permits"], remote["permits"], strict=True):
        states = (other["state"], permit["state"])
        worse = max(states, key=lambda state: _STATE_RANK.get(PermitState(state), _ENDED))
        permits.append({**permit, "state": worse})
    return permits


def _of_states(permits: Iterable[PermitForm], reasons: Iterable[ReasonForm]) -> Iterator[Outcome]:
    """What the permits' states come to, should no reason name them: they are on the screen.

    One that is cancelled, and of which it is said that the license stands without it, is no end.
    """
    given_up = Counter(
        reason.get("number") for reason in reasons if reason["code"] == "permit-given-up"
    )
    for permit in permits:
        state = PermitState(permit["state"])
        if state is PermitState.CANCELLED and given_up[permit["number"]]:
            given_up[permit["number"]] -= 1
            yield Outcome.ATTENTION
        else:
            yield _BY_STATE.get(state, Outcome.NOT_IN_FORCE)


def _checked(here: str, there: str) -> str:
    for state in (Check.FAILED, Check.PASSED):
        if state in (here, there):
            return state.value
    return Check.NOT_CHECKED.value


def _later(one: str | None, other: str | None) -> str | None:
    return max(one, other, key=lambda text: seconds_of_text(text) or 0)


def _refuse_other_license(local: VerdictForm, remote: VerdictForm) -> None:
    """Hold what both say was signed against each other: an answer to another question is none.

    A city code says less than its details, which one of the two may not have.
    """
    here, there = local["license"], remote["license"]
    if here is None:
        return
    if there is None:
        # A refusal shows nothing; whatever else shows nothing is about nothing.
        if Outcome(remote["outcome"]) not in FINAL_HERE:
            raise OtherLicenseError(f"it is about no license, and not about {here['number']}")
        return
    same = _head(here) == _head(there)
    if here["holder"] is not None and there["holder"] is not None:
        same = same and _details(here) == _details(there) and _numbers(local) == _numbers(remote)
    if not same:
        other = there["number"][:40]
        raise OtherLicenseError(f"{other} is not {here['number']} as it was signed")


def _head(license: LicenseForm) -> tuple[object, ...]:
    return (
        license["number"],
        license["version"],
        license["industry"]["code"],
        license["expires_on"],
        license["issuer"]["code"],
    )


def _details(license: LicenseForm) -> tuple[object, ...]:
    holder, premises = license["holder"], license["premises"]
    return (
        license["issued_on"],
        holder and (holder["name"], holder["uscc"]),
        premises and premises["address"],
    )


def _numbers(verdict: VerdictForm) -> list[str]:
    return [permit["number"] for permit in verdict["permits"]]
