"""The verdict's JSON form as types, and the check of one that comes from elsewhere.

The form is the core's (docs/spec/verdict.md). What a server sends is read member by member before
anything is made of it; members that this program does not know are kept, as far as they are
ordinary JSON (I-JSON, RFC 7493): they are shown and written out again.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NotRequired, TypedDict, TypeGuard

from credential.days import LAST_INSTANT
from credential.reasons import Outcome, Severity
from credential.verdict import Check, PermitState


class Sentence(TypedDict):
    zh: str
    en: str


class ReasonForm(TypedDict):
    code: str
    severity: str
    message: Sentence
    next_step: Sentence
    number: NotRequired[str]  # of the permit that it is about


class IndustryForm(TypedDict):
    code: str
    name: str | None
    name_en: str | None


class HolderForm(TypedDict):
    name: str
    uscc: str


class PremisesForm(TypedDict):
    address: str
    latitude: float | None
    longitude: float | None


class IssuerForm(TypedDict):
    code: str
    name: str
    name_en: str


class LicenseForm(TypedDict):
    number: str
    version: int
    industry: IndustryForm
    holder: HolderForm | None
    premises: PremisesForm | None
    issued_on: str | None
    expires_on: str | None
    issuer: IssuerForm


class PermitForm(TypedDict):
    name: str | None
    name_en: str | None
    number: str
    department: str | None
    department_en: str | None
    valid_until: str | None
    state: str
    by_promise: bool


class PendingForm(TypedDict):
    name: str | None
    name_en: str | None
    department: str | None
    department_en: str | None
    mandatory: bool


class CheckedForm(TypedDict):
    signature: str
    issuer: str
    status: str
    registry: str
    place: str


class AsOfForm(TypedDict):
    now: str
    status: str | None
    trust: str | None
    registry: str | None


class VerdictForm(TypedDict):
    outcome: str
    reasons: list[ReasonForm]
    license: LicenseForm | None
    permits: list[PermitForm]
    pending: list[PendingForm]
    checked: CheckedForm
    as_of: AsOfForm


class NoVerdictError(ValueError):
    """An object that is not of the form."""


MAX_DEPTH: Final = 16
"""A verdict's own members are 5 deep; what is much deeper is meant to exhaust a reader."""
_LARGEST: Final = 2**53 - 1  # RFC 7493 §2.2

_SENTENCE: Final = {"zh": str, "en": str}
_TEXT: Final = (str, None)
_PLACE: Final = (float, int, None)
_CHECK: Final = set(Check)
_NAMES: Final = {"name": _TEXT, "name_en": _TEXT}
_DEPARTMENT: Final = {"department": _TEXT, "department_en": _TEXT}
_FORM: Final = {
    "outcome": set(Outcome),
    "reasons": [
        {"code": str, "severity": set(Severity), "message": _SENTENCE, "next_step": _SENTENCE}
    ],
    "license": (
        {
            "number": str,
            "version": int,
            "industry": {"code": str, **_NAMES},
            "holder": ({"name": str, "uscc": str}, None),
            "premises": ({"address": str, "latitude": _PLACE, "longitude": _PLACE}, None),
            "issued_on": _TEXT,
            "expires_on": _TEXT,
            "issuer": {"code": str, "name": str, "name_en": str},
        },
        None,
    ),
    "permits": [
        {
            **_NAMES,
            **_DEPARTMENT,
            "number": str,
            "valid_until": _TEXT,
            "state": set(PermitState),
            "by_promise": bool,
        }
    ],
    "pending": [{**_NAMES, **_DEPARTMENT, "mandatory": bool}],
    "checked": {
        "signature": _CHECK,
        "issuer": _CHECK,
        "status": _CHECK,
        "registry": _CHECK,
        "place": _CHECK,
    },
    "as_of": {"now": str, "status": _TEXT, "trust": _TEXT, "registry": _TEXT},
}


def parse_verdict(data: bytes) -> VerdictForm:
    """Read a verdict's JSON.

    Raises:
        NoVerdictError: no I-JSON, or as `read_verdict`.
    """
    try:
        value = json.loads(data, object_pairs_hook=_members)
    except (ValueError, RecursionError) as error:
        raise NoVerdictError(
            str(error) if isinstance(error, NoVerdictError) else "no JSON"
        ) from None
    if not _is_ordinary(value, MAX_DEPTH):
        raise NoVerdictError("numbers, text or nesting that no verdict has")
    return read_verdict(value)


def read_verdict(value: object) -> VerdictForm:
    """Take an object for a verdict.

    Raises:
        NoVerdictError: a member is missing or of another type, or an instant is none.
    """
    if not _is_verdict(value):
        raise NoVerdictError("not of the verdict's form")
    if not all(isinstance(reason.get("number", ""), str) for reason in value["reasons"]):
        raise NoVerdictError("a permit's number is no text")
    for instant in (value["as_of"][name] for name in ("now", "status", "trust", "registry")):
        seconds_of_text(instant)
    return value


def seconds_of_text(instant: str | None) -> float | None:
    """Unix seconds of an instant in a verdict.

    Raises:
        NoVerdictError: no ISO 8601, without an offset, or of a year that no clock shows.
    """
    if instant is None:
        return None
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        raise NoVerdictError(f"{instant[:40]!r} is no instant") from None
    if at.tzinfo is None:
        raise NoVerdictError(f"{instant!r} has no time zone")
    seconds = at.timestamp()
    if not 0 <= seconds <= LAST_INSTANT:
        raise NoVerdictError(f"{instant!r} is out of range")
    return seconds


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NoVerdictError("a member stands there twice")
    return members


def _is_ordinary(value: object, depth: int) -> bool:
    """Whether a value is I-JSON, and nested no deeper than so."""
    match value:
        case bool() | None:
            return True
        case str():
            return not any("\ud800" <= character <= "\udfff" for character in value)
        case int():
            return -_LARGEST <= value <= _LARGEST
        case float():
            return abs(value) < float("inf")  # false for NaN, too
        case list():
            return depth > 0 and all(_is_ordinary(item, depth - 1) for item in value)
        case dict():
            return depth > 0 and all(
                _is_ordinary(name, depth) and _is_ordinary(item, depth - 1)
                for name, item in value.items()
            )
    return False


def _is_verdict(value: object) -> TypeGuard[VerdictForm]:
    return _conforms(value, _FORM)


def _conforms(value: object, form: object) -> bool:
    """Hold a value against a type, words, alternatives, a list's element, or a dict's members."""
    match form:
        case type():
            return isinstance(value, form) and not (form is int and isinstance(value, bool))
        case set():
            return isinstance(value, str) and value in form
        case tuple():
            return any(_conforms(value, one) for one in form)
        case [element]:
            return isinstance(value, list) and all(_conforms(one, element) for one in value)
        case Mapping():
            return isinstance(value, dict) and all(
                name in value and _conforms(value[name], member) for name, member in form.items()
            )
    return value is form
