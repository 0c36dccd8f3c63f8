"""What somebody hands in as a verdict of the past: read member by member, and believed in nothing.

A single verdict, one with its text, the answer to a photograph, or the list that a scanner prints.
Members that are not needed here are not looked at: the form may grow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from credential.reasons import Outcome
from credential.verdict import PermitState
from verify_service.replay.errors import InstantMalformedError, NoVerdictError
from verify_service.replay.instants import parse_instant

MAX_VERDICTS: Final = 100
_MOST_PERMITS: Final = 256
_MOST_TEXT: Final = 4096
_MOST_DEPTH: Final = 4  # a list of findings, each with codes, each with a verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLicense:
    """What a verdict says of the license; ``uscc`` is None where its details were missing."""

    issuer: str
    number: str
    version: int
    uscc: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A verdict as it was handed in; ``status`` is None where it stood on no status list.

    The instants are the ends of the seconds that it names: it was made in the one, its list in the
    other. ``permits`` are numbers with the states that it gave them; ``rehearsal`` is of one that was
    made for another instant than its own.
    """

    outcome: Outcome
    codes: tuple[str, ...]
    license: ShownLicense | None
    permits: tuple[tuple[str, PermitState], ...]
    now: datetime
    status: datetime | None
    text: str | None = None
    rehearsal: bool = False


def read_shown(document: object) -> tuple[Shown, ...]:
    """Read the verdicts in a document, in its order.

    Raises:
        NoVerdictError: a member is missing or of another type, or there are none or too many.
    """
    found = []
    for each in _verdicts(document, "$", _MOST_DEPTH, rehearsal=False):
        found.append(each)
        if len(found) > MAX_VERDICTS:
            raise NoVerdictError(where="$", detail=f"more than {MAX_VERDICTS}")
    if not found:
        raise NoVerdictError(where="$", detail="none in it")
    return tuple(found)


def _verdicts(value: object, where: str, depth: int, *, rehearsal: bool) -> Iterator[Shown]:
    if isinstance(value, list) and depth:
        for place, each in enumerate(value):
            yield from _verdicts(each, f"{where}[{place}]", depth - 1, rehearsal=rehearsal)
    elif not isinstance(value, dict):
        raise NoVerdictError(where=where, detail="not of the verdict's form")
    elif isinstance(value.get("codes"), list) and depth:
        inner = rehearsal or "rehearsal_at" in value
        yield from _verdicts(value["codes"], f"{where}.codes", depth - 1, rehearsal=inner)
    elif "verdict" in value:
        text = value.get("text")
        if text is not None and not (isinstance(text, str) and len(text) <= _MOST_TEXT):
            raise NoVerdictError(where=f"{where}.text", detail="not a symbol's text")
        verdict = _object(value, "verdict", where)
        yield _verdict(verdict, f"{where}.verdict", text, rehearsal=rehearsal)
    else:
        yield _verdict(value, where, None, rehearsal=rehearsal)


def _verdict(value: dict[str, object], where: str, text: str | None, *, rehearsal: bool) -> Shown:
    outcome = value.get("outcome")
    if not (isinstance(outcome, str) and outcome in set(Outcome)):
        raise NoVerdictError(where=f"{where}.outcome", detail="no such outcome")
    as_of = _object(value, "as_of", where)
    now = _instant(as_of, "now", f"{where}.as_of")
    if now is None:
        raise NoVerdictError(where=f"{where}.as_of.now", detail="missing")
    return Shown(
        outcome=Outcome(outcome),
        codes=tuple(
            _text(each, "code", f"{where}.reasons[{place}]")
            for place, each in enumerate(_objects(value, "reasons", where))
        ),
        license=_license(value, where),
        permits=tuple(
            _permit(each, f"{where}.permits[{place}]")
            for place, each in enumerate(_objects(value, "permits", where))
        ),
        now=now,
        status=_instant(as_of, "status", f"{where}.as_of"),
        text=text,
        rehearsal=rehearsal,
    )


def _license(value: dict[str, object], where: str) -> ShownLicense | None:
    if value.get("license") is None:
        return None
    license, at = _object(value, "license", where), f"{where}.license"
    version, holder = license.get("version"), license.get("holder")
    if type(version) is not int or not 0 < version < 2**31:
        raise NoVerdictError(where=f"{at}.version", detail="not a version's number")
    if holder is not None:
        holder = _text(_object(license, "holder", at), "uscc", f"{at}.holder")
    issuer = _text(_object(license, "issuer", at), "code", f"{at}.issuer")
    return ShownLicense(
        issuer=issuer, number=_text(license, "number", at), version=version, uscc=holder
    )


def _permit(value: dict[str, object], where: str) -> tuple[str, PermitState]:
    state = _text(value, "state", where)
    if state not in set(PermitState):
        raise NoVerdictError(where=f"{where}.state", detail="no such state")
    return _text(value, "number", where), PermitState(state)


def _object(value: dict[str, object], name: str, where: str) -> dict[str, object]:
    found = value.get(name)
    if not isinstance(found, dict):
        raise NoVerdictError(where=f"{where}.{name}", detail="not an object")
    return found


def _objects(value: dict[str, object], name: str, where: str) -> list[dict[str, object]]:
    found = value.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise NoVerdictError(where=f"{where}.{name}", detail="not a list of objects")
    if len(found) > _MOST_PERMITS:
        raise NoVerdictError(where=f"{where}.{name}", detail="too many")
    return found


def _text(value: dict[str, object], name: str, where: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not found.isprintable() or not 0 < len(found) <= 200:
        raise NoVerdictError(where=f"{where}.{name}", detail="not a text of 1 to 200 characters")
    return found


def _instant(value: dict[str, object], name: str, where: str) -> datetime | None:
    found = value.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise NoVerdictError(where=f"{where}.{name}", detail="not an instant")
    try:
        return _end_of_second(parse_instant(found, name=f"{where}.{name}"))
    except InstantMalformedError as error:
        raise NoVerdictError(where=f"{where}.{name}", detail=error.message()["en"]) from None


def _end_of_second(at: datetime) -> datetime:
    """A verdict names whole seconds; what was recorded within one may have been known to it."""
    return at.replace(microsecond=999_999)
