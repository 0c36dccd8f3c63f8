"""The rules by which a genuine license is in force: dates, states, recognition, place.

Pure: what was found goes in, reasons come out. Signatures were checked before (`credential.opening`).
"""

from dataclasses import dataclass
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Final, TypeAlias

from credential.claims import License, PendingItem, Permit, Position, Reference
from credential.code_list import CodeList
from credential.reasons import Reason
from credential.status import Status
from credential.trust import Issuer, Scope
from credential.verdict import PermitState, date_text

Reasons: TypeAlias = tuple[Reason, ...]

EARTH_RADIUS_M: Final = 6_371_009  # mean radius (IUGG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a verifier may set. Durations are in seconds, distances in metres."""

    status_warning: int = 86_400
    status_limit: int = 3 * 86_400
    trust_warning: int = 30 * 86_400
    clock_tolerance: int = 300
    expiring_days: int = 30
    place_limit_m: int = 200


_VALID: Final = Status.VALID.value
_IN_FORCE: Final = PermitState.IN_FORCE
_STATES: Final = {
    Status.INVALID: PermitState.LAPSED,
    Status.SUSPENDED: PermitState.SUSPENDED,
    Status.GIVEN_UP: PermitState.CANCELLED,
    Status.CANCELLED: PermitState.CANCELLED,
    Status.ANNULLED: PermitState.ANNULLED,
    Status.REVOKED: PermitState.REVOKED,
    Status.WITHDRAWN: PermitState.WITHDRAWN,
}
_GIVEN_UP: Final = Status.GIVEN_UP.value
_FINAL: Final = frozenset(
    {Status.GIVEN_UP, Status.CANCELLED, Status.ANNULLED, Status.REVOKED, Status.WITHDRAWN}
)
_LICENSE_REASONS: Final = {
    Status.INVALID: "license-void",
    Status.SUSPENDED: "license-suspended",
    Status.SUPERSEDED: "license-superseded",
}
_ENDED_LICENSE: Final = {
    Status.CANCELLED: "cancelled",
    Status.ANNULLED: "annulled",
    Status.REVOKED: "revoked",
    Status.WITHDRAWN: "withdrawn",
}


def judge_license_state(value: int | None, expiry_day: int | None, today: int) -> Reasons:
    """The license's own state: its status entry (None: not known) and its last day."""
    reasons: Reasons = ()
    if value:
        if value in _LICENSE_REASONS:
            reasons = (Reason(_LICENSE_REASONS[Status(value)]),)
        elif value in _ENDED_LICENSE:
            reasons = (Reason("license-ended", (("state", _ENDED_LICENSE[Status(value)]),)),)
        else:
            reasons = (Reason("status-unknown-value", (("value", value),)),)
    if expiry_day is not None and today > expiry_day:
        reasons += (Reason("license-lapsed", (("valid_until", date_text(expiry_day)),)),)
    return reasons


def is_plain(
    license: License, code_list: CodeList | None, values: tuple[int, ...], horizon: int
) -> bool:
    """Whether nothing is to be said of permits and pending items, as nearly always.

    One look in place of three: `judge_catalog`, `judge_remarks` and `judge_permits` would all find
    nothing, and every permit in force. `horizon` is the last day that counts as soon.
    """
    if any(values) or license.pending or code_list is None:
        return False
    known = code_list.permits
    for code, _, last, by_promise in license.permits:
        if by_promise or code not in known or (last is not None and last <= horizon):
            return False
    return license.industry in code_list.industries


def judge_permits(
    permits: tuple[Permit, ...],
    code_list: CodeList | None,
    values: tuple[int, ...] | None,
    today: int,
    expiring_days: int,
) -> tuple[tuple[PermitState, ...], Reasons]:
    """The state of each permit, from its status entry (None: not known) and its last day."""
    states: list[PermitState] = []
    reasons: Reasons = ()
    for at, (code, number, last, _) in enumerate(permits):
        value = None if values is None else values[at]
        if last is not None and today > last:
            # How it ended says more than that its time is over as well.
            state = _STATES[Status(value)] if value in _FINAL else PermitState.LAPSED
        elif value == _VALID:
            if last is None or last - today > expiring_days:
                states.append(_IN_FORCE)
                continue
            state = PermitState.EXPIRING
        elif value is None:
            states.append(PermitState.UNKNOWN)
            continue
        elif value in _STATES:
            state = _STATES[Status(value)]
        else:
            states.append(PermitState.UNKNOWN)
            reasons += (Reason("status-unknown-value", (("value", value),)),)
            continue
        states.append(state)
        reason = "permit-given-up" if value == _GIVEN_UP else f"permit-{state}"
        data = (*_named(code, code_list), ("number", number), ("valid_until", date_text(last)))
        reasons += (Reason(reason, data),)
    return tuple(states), reasons


def judge_remarks(license: License, code_list: CodeList | None) -> Reasons:
    """Pending items (mandatory ones first) and permits got by promise."""
    reasons: Reasons = ()
    if license.pending:
        for item in sorted(license.pending, key=_is_optional):
            code = "pending-mandatory" if item.mandatory else "pending-item"
            reasons += (Reason(code, _named(item.code, code_list)),)
    for code_number, number, _, by_promise in license.permits:
        if by_promise:
            data = (*_named(code_number, code_list), ("number", number))
            reasons += (Reason("permit-by-promise", data),)
    return reasons


def _is_optional(item: PendingItem) -> bool:
    return not item.mandatory


def judge_catalog(license: License, code_list: CodeList | None) -> Reasons:
    """Whether every number on the license has a name in the catalog that it is pinned to."""
    if code_list is not None and license.industry in code_list.industries:
        known = code_list.permits
        for code, _, _, _ in license.permits:
            if code not in known:
                break
        else:
            if all(item.code in known for item in license.pending):
                return ()
    return (Reason("catalog-unknown", (("catalog", license.catalog),)),)


def judge_recognition(license: License, code_list: CodeList | None, issuer: Issuer) -> Reasons:
    """Whether the issuer is recognized here for this license, and for each permit on it."""
    scopes = issuer.scopes
    if len(scopes) == 1:  # nearly always: one scope, of any kind of permit
        first, last, industries, kinds, trial = scopes[0]
        day = license.issued_day
        if (
            kinds is None
            and not trial
            and first <= day
            and (last is None or day <= last)
            and (industries is None or license.industry in industries)
        ):
            return ()
    names = (("issuer", issuer.name), ("issuer_en", issuer.name_en))
    within = [scope for scope in scopes if scope.covers(license.industry, license.issued_day)]
    if not within:
        return (Reason("recognition-out-of-scope", names),)
    counting: list[Scope] = []
    reasons: Reasons = ()
    for code, number, _, _ in license.permits:
        kind = code_list.permits[code].kind if code_list and code in code_list.permits else None
        for scope in within:
            if scope.kinds is None or kind in scope.kinds:
                counting.append(scope)
                break
        else:
            data = (*_named(code, code_list), ("number", number), *names)
            reasons += (Reason("recognition-permit-out-of-scope", data),)
    if any(scope.trial for scope in counting):
        reasons += (Reason("recognition-trial", names),)
    return reasons


def judge_place(content: License | Reference, near: Position, limit_m: int) -> Reasons:
    """Whether the scan was made at the premises."""
    position = content.position if isinstance(content, License) else None
    if position is None:
        return (Reason("position-unknown"),)
    distance = round(distance_m(position, near))
    if distance <= limit_m:
        return ()
    return (Reason("place-mismatch", (("distance_m", distance), ("limit_m", limit_m))),)


def distance_m(one: Position, other: Position) -> float:
    """Great-circle distance in metres (haversine)."""
    north, south = radians(one.latitude), radians(other.latitude)
    half_north = sin((south - north) / 2)
    half_east = sin(radians(other.longitude - one.longitude) / 2)
    chord = hypot(half_north, sqrt(cos(north) * cos(south)) * half_east)
    return 2 * EARTH_RADIUS_M * asin(min(1.0, chord))


def _named(code: int, code_list: CodeList | None) -> tuple[tuple[str, object], ...]:
    known = code_list and code_list.permits.get(code)
    if not known:
        return (("kind", None), ("name", f"代码 {code}"), ("name_en", f"code {code}"))
    return (("kind", known.kind), ("name", known.name.zh), ("name_en", known.name.en))
