"""One move of a department on one of its permits: the form, what follows from it, and doing it (R6).

What is checked here is what was typed. Whether it may be is the permit desk's to say.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_owner
from verify_service.catalog import Catalog
from verify_service.catalog import Form as DocumentForm
from verify_service.catalog.bilingual import Bilingual
from verify_service.catalog.errors import NotInCatalogError
from verify_service.desk.forms import Fault, Form, Reading, fault_of, new_key
from verify_service.desk.task_pages import number_of
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing, told_of
from verify_service.desk.words import BASES, FAULTS, WORDS
from verify_service.lifecycle.policy import GivenUp, LicensePolicy
from verify_service.lifecycle.service import Change, Changed
from verify_service.registry.columns import canonical_json
from verify_service.registry.errors import (
    DatesReversedError,
    DayOutOfRangeError,
    EffectiveInFutureError,
    NotRegisteredError,
    RequestMismatchError,
    VersionConflictError,
)
from verify_service.registry.holders import get_holder, get_premises
from verify_service.registry.licenses import ALIVE
from verify_service.registry.moves import PERMIT_RULES, Move, PermitState, has_ended, state_after
from verify_service.registry.permits import get_permit
from verify_service.registry.records import Permit, PermitTerms
from verify_service.registry.requests import RequestId
from verify_service.registry.states import licenses_of_permit
from verify_service.web_access import clock_of, service_of

WITH_TERMS: Final = frozenset({Move.AMENDED, Move.RENEWED})
_FIELDS: Final = (
    "basis",
    "grounds",
    "document",
    "valid_from",
    "valid_until",
    "form",
    "effective_at",
)
_LABELS: Final = {name: name for name in _FIELDS} | {"valid_until": "expires_on"}
# Which field a refusal is about, where the form can be sent again once that is mended.
_AT_FIELD: Final[dict[type[Exception], str]] = {
    EffectiveInFutureError: "effective_at",
    DatesReversedError: "valid_until",
    DayOutOfRangeError: "valid_until",
    NotInCatalogError: "form",
    VersionConflictError: "",
    RequestMismatchError: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the form's fields hold: of the permit at first, then what was typed."""

    basis: str = ""
    grounds: str = ""
    document: str = ""
    valid_from: str = ""
    valid_until: str = ""
    form: str = ""
    by_promise: bool = False
    effective_at: str = ""


def _move_form(request: Request, visit: Visit) -> Response:
    permit, move = _own(request, visit), _move_of(request)
    terms = permit.current.terms
    bases = PERMIT_RULES[move].bases
    typed = Typed(
        basis=bases[0] if len(bases) == 1 else "",
        valid_from=terms.valid_from.isoformat(),
        valid_until=terms.valid_until.isoformat() if terms.valid_until else "",
        form=terms.document_form,
        by_promise=terms.by_promise,
    )
    return _show(request, visit, permit, move, typed)


def _do_move(request: Request, visit: Visit, form: Form) -> Response:
    permit, move = _own(request, visit), _move_of(request)
    service = service_of(request)
    asked = RequestId(
        actor=visit.principal.party, key=form.key, body_digest=_digest(permit, move, form)
    )
    typed = Typed(
        **{name: form.text(name) for name in _FIELDS}, by_promise=bool(form.text("by_promise"))
    )
    reading = Reading(form)
    try:
        known = service.permits.answered(asked)
        if known is not None:  # sent twice: it was done the first time
            return _done(visit, known)
        change = _read(reading, permit, move)
        if not reading.faults:
            changed = service.permits.change(
                permit.kind,
                permit.number,
                change,
                principal=visit.principal,
                clock=clock_of(request),
                request=asked,
            )
            return _done(visit, changed)
    except tuple(_AT_FIELD) as error:
        problem = told_of(request, error)
        fault = fault_of(problem, field=_AT_FIELD[type(error)])
        if isinstance(error, NotInCatalogError):
            fault = Fault(field="form", words=FAULTS["no-such-form"])
        now = _own(request, visit)  # as it stands: somebody may have been faster
        return _show(request, visit, now, move, typed, faults=(fault,), status=problem.kind.status)
    faults = tuple(reading.faults)
    return _show(request, visit, permit, move, typed, faults=faults, status=422)


def _done(visit: Visit, changed: Changed) -> Response:
    done = "changed" if changed.announced is None else "announced"
    return redirect(f"/desk/permits/{changed.permit.id}", visit.language, {"done": done})


def _read(reading: Reading, permit: Permit, move: Move) -> Change:
    """Read the form; what is wrong is in the reading's faults. Raises `DatesReversedError`."""
    bases = PERMIT_RULES[move].bases
    basis = bases[0] if len(bases) == 1 else reading.choice("basis", bases)
    grounds = reading.words("grounds")
    document = reading.words("document", is_needed=False)
    effective_at = reading.instant("effective_at")
    version = reading.form.text("expected_version")
    terms = None
    if move in WITH_TERMS:
        first = reading.day("valid_from")
        last = reading.day("valid_until", is_needed=False)
        form = reading.choice("form", {each.value for each in DocumentForm})
        if first is not None and not reading.faults:
            terms = PermitTerms(
                valid_from=first,
                valid_until=last,
                document_form=form,
                by_promise=bool(reading.form.text("by_promise")),
                particulars=permit.current.terms.particulars,
            )
    return Change(
        move=move,
        basis=basis,
        grounds=grounds or "",
        document=document,
        terms=terms,
        effective_at=effective_at,
        # A form without its version is one that nobody has seen the permit in.
        expected_version=int(version) if version.isdecimal() and len(version) < 10 else 0,
    )


def _show(
    request: Request,
    visit: Visit,
    permit: Permit,
    move: Move,
    typed: Typed,
    *,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> Response:
    after = state_after(move, permit.current.state)
    with service_of(request).database.reading() as connection:
        standing = licenses_of_permit(connection, permit.id)
        holder = get_holder(connection, permit.holder)
        premises = get_premises(connection, permit.premises)
    policy = service_of(request).office.policies.on(visit.at.astimezone(SHANGHAI).date())
    page = pages_of(request).write(
        "move.html",
        visit.language,
        path=f"/desk/permits/{permit.id}/{move}",
        visit=visit,
        permit=permit,
        move=move,
        holder=holder,
        premises=premises,
        licenses=[each for each in standing if each.state in ALIVE],
        follows=follows(move, after, policy=policy),
        possible={basis: BASES[basis] for basis in PERMIT_RULES[move].bases},
        typed=typed,
        with_terms=move in WITH_TERMS,
        forms=_forms_of(permit, service_of(request).office.catalog),
        expected_version=permit.current.version,
        key=new_key(),
        faults=faults,
        labels={name: visit.language.pick(WORDS[word]) for name, word in _LABELS.items()},
    )
    return html(page, visit.language, status=status)


def follows(move: Move, after: PermitState, *, policy: LicensePolicy) -> str:
    """What becomes of licenses in force, in the words' last part; empty for nothing."""
    if move is Move.RENEWING:
        return ""
    if move is Move.CANCELLED and policy.given_up is GivenUp.ANNOTATE:
        return "void_or_noted"
    if has_ended(after):
        return "void"
    if move is Move.SUSPENDED:
        return "suspended"
    if move is Move.RESUMED:
        return "resumed"
    return "reissue"


def _forms_of(permit: Permit, catalog: Catalog) -> dict[str, Bilingual]:
    """Return the forms in which this department hands out permits of this kind."""
    forms = {}
    for form in DocumentForm:
        try:
            catalog.permit_code(permit.kind, department=permit.department, form=form)
        except NotInCatalogError:
            continue
        forms[form.value] = form.text
    return forms


def _own(request: Request, visit: Visit) -> Permit:
    identity = number_of(request, entity="permit")
    with service_of(request).database.reading() as connection:
        permit = get_permit(connection, identity)
    require_owner(visit.principal, kind=permit.kind, department=permit.department)
    return permit


def _move_of(request: Request) -> Move:
    word: str = request.path_params["move"]
    if word not in set(Move) - {Move.GRANTED}:
        raise NotRegisteredError(entity="move", key=word[:40])
    return Move(word)


def _digest(permit: Permit, move: Move, form: Form) -> bytes:
    """What the form's request key stands for: all that was typed, about this permit."""
    typed: dict[str, Any] = {
        name: list(values) for name, values in form.fields.items() if name not in ("token", "key")
    }
    document = {"permit": permit.id, "move": str(move), "typed": typed}
    return sha256(canonical_json(document).encode("utf-8", "surrogatepass")).digest()


move_form, do_move = showing(_move_form), doing(_do_move)
