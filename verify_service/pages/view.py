"""What a verdict's page shows, taken from the verdict alone; nothing is judged again here."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from credential.claims import License, PendingItem, Permit
from credential.code_list import Name
from credential.days import SHANGHAI, date_of
from credential.reasons import Outcome, Reason, Severity, outcome_of
from credential.verdict import Check, Genuine, PermitState, Verdict, may_be_shown
from verify_service.catalog.bilingual import Bilingual
from verify_service.pages.languages import Language
from verify_service.pages.times import day_text, instant_text
from verify_service.pages.words import CHECKS, NOT_CONFIRMED, NOT_RECOGNIZED, OUTCOMES, STATES

_NAMELESS: Final = Bilingual(zh="—", en="—")
_GREEN: Final = (Outcome.VALID, Outcome.ATTENTION)
_INSTANTS: Final = frozenset({"status_as_of", "trust_as_of"})
_DAYS: Final = frozenset({"valid_until"})
_PERMIT_OUT: Final = "recognition-permit-out-of-scope"
_OUT_OF_SCOPE: Final = frozenset({"recognition-out-of-scope", _PERMIT_OUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """Reasons that ask for the same next step, which is said once."""

    severity: Severity
    messages: tuple[Bilingual, ...]
    next_step: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitView:
    """``until`` is None for a permit without an end; ``state`` is unknown where it is not confirmed."""

    name: Bilingual
    number: str
    department: Bilingual
    until: date | None
    state: PermitState
    state_name: Bilingual
    by_promise: bool
    recognized: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingView:
    name: Bilingual
    department: Bilingual
    mandatory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseView:
    """A genuine license. What only its details say is None where they are missing."""

    number: str
    version: int
    holder: str | None
    uscc: str | None
    premises: str | None
    industry_code: str
    industry: Bilingual | None
    issuer: Bilingual
    on_trial: bool
    issued_on: date | None
    expires_on: date | None
    permits: tuple[PermitView, ...]
    pending: tuple[PendingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """``proves_as_much`` (R4) only where registry and status were asked just now, and it is in
    force; ``license`` is None for what was rejected."""

    outcome: Outcome
    word: Bilingual
    lead: Bilingual
    advice: tuple[AdviceView, ...]
    license: LicenseView | None
    checks: tuple[tuple[str, Check, Bilingual], ...]
    now: datetime
    as_of: Mapping[str, datetime]
    proves_as_much: bool


def view_of(verdict: Verdict) -> VerdictView:
    """Lay out a verdict for its page."""
    word, lead = _headline(verdict)
    checked = verdict.checked
    asked_just_now = checked.registry is Check.PASSED and checked.status is Check.PASSED
    return VerdictView(
        outcome=verdict.outcome,
        word=word,
        lead=lead,
        advice=_advice(verdict.reasons),
        license=verdict.genuine and _license(verdict.genuine, verdict.reasons),
        checks=tuple(
            (name, value, CHECKS[value])
            for name, value in zip(checked._fields, checked, strict=True)
            if not (name == "place" and value is Check.NOT_CHECKED)
        ),
        now=_instant(verdict.as_of.now),
        as_of={
            name: _instant(seconds)
            for name, seconds in zip(verdict.as_of._fields, verdict.as_of, strict=True)
            if seconds is not None and name != "now"
        },
        proves_as_much=asked_just_now and verdict.outcome in _GREEN,
    )


def _headline(verdict: Verdict) -> tuple[Bilingual, Bilingual]:
    """Word and lead; a license that may be good where it was issued is not called out of force."""
    against = {
        reason.code for reason in verdict.reasons if outcome_of((reason,)) is verdict.outcome
    }
    if verdict.outcome is Outcome.NOT_IN_FORCE and against <= _OUT_OF_SCOPE:
        return NOT_RECOGNIZED
    return OUTCOMES[verdict.outcome]


def _advice(reasons: Sequence[Reason]) -> tuple[AdviceView, ...]:
    """Gather neighbors with one severity and one next step; the order stays."""
    told = [(reason.kind.severity, *_words(reason)) for reason in reasons]
    return tuple(
        AdviceView(
            severity=severity,
            messages=tuple(message for _, message, _ in group),
            next_step=next_step,
        )
        for (severity, next_step), group in groupby(told, key=lambda each: (each[0], each[2]))
    )


def _words(reason: Reason) -> tuple[Bilingual, Bilingual]:
    """Return what a reason says, and the next step; its times in the form of the page's others."""
    zh, en = (
        {name: _shown(name, value, language) for name, value in reason.data}
        for language in (Language.ZH, Language.EN)
    )
    kind = reason.kind
    return (
        Bilingual(zh=kind.message.fill(zh)["zh"], en=kind.message.fill(en)["en"]),
        Bilingual(zh=kind.next_step.fill(zh)["zh"], en=kind.next_step.fill(en)["en"]),
    )


def _shown(name: str, value: object, language: Language) -> object:
    if name in _INSTANTS:
        at = datetime.fromisoformat(str(value))
        return instant_text(at.astimezone(SHANGHAI), language)
    if name in _DAYS and value is not None:
        return day_text(date.fromisoformat(str(value)), language)
    return value


def _license(genuine: Genuine, reasons: Sequence[Reason]) -> LicenseView:
    content, issuer = genuine.content, genuine.issuer
    listed = genuine.code_list
    industry = listed.industries.get(content.industry) if listed else None
    details = content if isinstance(content, License) else None
    codes = {reason.code for reason in reasons}
    unrecognized = {
        dict(reason.data).get("number") for reason in reasons if reason.code == _PERMIT_OUT
    }
    return LicenseView(
        number=genuine.number,
        version=content.version,
        holder=details and details.holder,
        uscc=details and details.uscc,
        premises=details and details.address,
        industry_code=content.industry,
        industry=_name(industry) if industry else None,
        issuer=Bilingual(zh=issuer.name, en=issuer.name_en),
        on_trial=any(reason.code == "recognition-trial" for reason in reasons),
        issued_on=date_of(details.issued_day) if details else None,
        expires_on=None if content.expiry_day is None else date_of(content.expiry_day),
        permits=tuple(
            _permit(genuine, permit, state, unrecognized, is_confirmed=may_be_shown(state, codes))
            for permit, state in zip(
                details.permits if details else (), genuine.states, strict=True
            )
        ),
        pending=tuple(
            sorted(
                (_pending(genuine, item) for item in (details.pending if details else ())),
                key=lambda item: not item.mandatory,
            )
        ),
    )


def _permit(
    genuine: Genuine,
    permit: Permit,
    state: PermitState,
    unrecognized: AbstractSet[object],
    *,
    is_confirmed: bool,
) -> PermitView:
    name, department = _meaning(genuine, permit.code)
    state_name = STATES[state]
    if not is_confirmed:
        state, state_name = PermitState.UNKNOWN, NOT_CONFIRMED
    return PermitView(
        name=name,
        number=permit.number,
        department=department,
        until=None if permit.last_day is None else date_of(permit.last_day),
        state=state,
        state_name=state_name,
        by_promise=permit.by_promise,
        recognized=permit.number not in unrecognized,
    )


def _pending(genuine: Genuine, item: PendingItem) -> PendingView:
    name, department = _meaning(genuine, item.code)
    return PendingView(name=name, department=department, mandatory=item.mandatory)


def _meaning(genuine: Genuine, code: int) -> tuple[Bilingual, Bilingual]:
    """Name a permit and its department; by the bare code where the issuer's list lacks it."""
    known = genuine.code_list.permits.get(code) if genuine.code_list else None
    if known is None:
        return Bilingual(zh=f"代码 {code}", en=f"code {code}"), _NAMELESS
    return _name(known.name), _name(known.department)


def _name(name: Name) -> Bilingual:
    return Bilingual(zh=name.zh, en=name.en)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, SHANGHAI)
