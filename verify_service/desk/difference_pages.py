"""One difference between an extract and the registry: its two sides, and what settles it.

What is checked here is what was typed. Whether it may be is the reconciliation desk's to say.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_owner
from verify_service.catalog.errors import NotInCatalogError
from verify_service.desk.file_words import WORDS
from verify_service.desk.forms import Fault, Form, Reading, fault_of
from verify_service.desk.license_pages import people_of
from verify_service.desk.move_pages import follows
from verify_service.desk.reconciliation_pages import LIST, addresses_in
from verify_service.desk.task_pages import number_of
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing, told_of
from verify_service.desk.words import BASES
from verify_service.desk.words import WORDS as DESK_WORDS
from verify_service.reconciliation.errors import SettlementUnclearError
from verify_service.reconciliation.settling import Settlement, ways_to_settle
from verify_service.registry.errors import (
    AlreadySettledError,
    NotRegisteredError,
    RegistryError,
)
from verify_service.registry.holders import find_holder, premises_of
from verify_service.registry.intake_records import Difference, DifferenceOutcome, DifferenceWhat
from verify_service.registry.licenses import ALIVE
from verify_service.registry.moves import PERMIT_RULES, Move, PermitState, state_after
from verify_service.registry.permits import find_permit
from verify_service.registry.reconciling import get_difference, get_reconciliation
from verify_service.registry.records import Permit, Premises
from verify_service.registry.states import licenses_of_permit
from verify_service.web_access import clock_of, service_of

PATH: Final = "/desk/differences"
_DISMISSED: Final = DifferenceOutcome.DISMISSED.value
_FIELDS: Final = ("basis", "grounds", "document", "effective_at", "premises")
_REFUSALS: Final = (RegistryError, NotInCatalogError, SettlementUnclearError)


def _difference(request: Request, visit: Visit) -> Response:
    found = _found(request, visit)
    with service_of(request).database.reading() as connection:
        permit = find_permit(connection, kind=found.found.kind, number=found.found.number)
        people = people_of(connection)
        addresses = addresses_in(connection, (found,))
    page = pages_of(request).write(
        "difference.html",
        visit.language,
        path=f"{PATH}/{found.id}",
        visit=visit,
        difference=found,
        addresses=addresses,
        permit=permit,
        ways=ways_to_settle(found.found, permit),
        may_settle=_may_settle(visit, found, _department(request, found)),
        people=people,
    )
    return html(page, visit.language)


def _settle_form(request: Request, visit: Visit) -> Response:
    found = _own(request, visit)
    way = _way_of(request, found)
    if found.outcome is not None:
        return redirect(f"{PATH}/{found.id}", visit.language)
    return _show(request, visit, found, way, Form())


def _settle(request: Request, visit: Visit, form: Form) -> Response:
    found = _own(request, visit)
    way = _way_of(request, found)
    desk, clock = service_of(request).reconciliation, clock_of(request)
    reading = Reading(form)
    settlement = _read(reading, way, needs_premises=_needs_premises(found, way))
    if reading.faults:
        return _show(request, visit, found, way, form, faults=reading.faults, status=422)
    outcome = DifferenceOutcome.DISMISSED if way is None else DifferenceOutcome.SETTLED
    done = redirect(f"{LIST}/{found.reconciliation}", visit.language, {"done": outcome.value})
    try:
        if way is None:
            desk.dismiss(
                found.id, grounds=settlement.grounds, principal=visit.principal, clock=clock
            )
        else:
            desk.settle(found.id, settlement, principal=visit.principal, clock=clock)
    except AlreadySettledError:
        now = _own(request, visit)
        if (now.outcome, now.settled_by) == (outcome, visit.principal.recorded_by):
            return done  # sent twice: it was done the first time
        raise
    except _REFUSALS as error:
        problem = told_of(request, error)
        is_premises = getattr(error, "lacking", getattr(error, "entity", "")) == "premises"
        fault = fault_of(problem, field="premises" if is_premises else "")
        return _show(request, visit, found, way, form, faults=(fault,), status=problem.kind.status)
    return done


def _read(reading: Reading, way: Move | None, *, needs_premises: bool) -> Settlement:
    grounds = reading.words("grounds") or ""
    if way is None:
        return Settlement(grounds=grounds)
    bases = PERMIT_RULES[way].bases
    premises = reading.form.text("premises")
    if needs_premises and not (premises.isascii() and premises.isdecimal() and len(premises) < 19):
        reading.complain("premises", "choose")
        premises = ""
    return Settlement(
        grounds=grounds,
        # What the difference means by itself is not named: a grant is none of the later moves.
        move=None if way is Move.GRANTED else way,
        basis=bases[0] if len(bases) == 1 else reading.choice("basis", bases),
        document=reading.words("document", is_needed=False),
        effective_at=None if way is Move.GRANTED else reading.instant("effective_at"),
        premises=int(premises) if needs_premises and premises else None,
    )


def _show(
    request: Request,
    visit: Visit,
    found: Difference,
    way: Move | None,
    form: Form,
    *,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> Response:
    service = service_of(request)
    with service.database.reading() as connection:
        permit = find_permit(connection, kind=found.found.kind, number=found.found.number)
        addresses = addresses_in(connection, (found,))
        standing = () if permit is None else licenses_of_permit(connection, permit.id)
        holder, places = None, cast("tuple[Premises, ...]", ())
        if _needs_premises(found, way):
            uscc = str((found.found.extracted or {})["holder"])
            holder, places = find_holder(connection, uscc), premises_of(connection, uscc)
    policy = service.office.policies.on(visit.at.astimezone(SHANGHAI).date())
    after = None if way is None or permit is None else _after(way, permit)
    bases = () if way is None else PERMIT_RULES[way].bases
    pick = visit.language.pick
    page = pages_of(request).write(
        "settle.html",
        visit.language,
        path=f"{PATH}/{found.id}/{_DISMISSED if way is None else way}",
        visit=visit,
        difference=found,
        addresses=addresses,
        way=way,
        follows="" if way is None or after is None else follows(way, after, policy=policy),
        licenses=[each for each in standing if each.state in ALIVE],
        possible={basis: BASES[basis] for basis in bases},
        needs_premises=_needs_premises(found, way),
        holder=holder,
        places=places,
        typed={name: form.text(name) for name in _FIELDS},
        faults=faults,
        labels=_labels(pick),
    )
    return html(page, visit.language, status=status)


def _labels(pick: Any) -> dict[str, str]:
    words = {name: DESK_WORDS[name] for name in _FIELDS}
    return {name: pick(each) for name, each in words.items()} | {
        "premises": pick(WORDS["which_premises"])
    }


def _after(way: Move, permit: Permit) -> PermitState | None:
    """What becomes of the permit, None where its state does not allow the move any more."""
    return state_after(way, permit.current.state) if _allows(way, permit) else None


def _allows(way: Move, permit: Permit) -> bool:
    return permit.current.state in PERMIT_RULES[way].after


def _needs_premises(found: Difference, way: Move | None) -> bool:
    return way is Move.GRANTED and (found.found.extracted or {}).get("premises") is None


def _found(request: Request, visit: Visit) -> Difference:
    """The bureau reads all, a department its own: another's is not there for it."""
    identity = number_of(request, entity="difference")
    with service_of(request).database.reading() as connection:
        found = get_difference(connection, identity)
    if not visit.is_bureau and visit.principal.department != _department(request, found):
        raise NotRegisteredError(entity="difference", key=str(identity))
    return found


def _own(request: Request, visit: Visit) -> Difference:
    found = _found(request, visit)
    require_owner(visit.principal, kind=found.found.kind, department=_department(request, found))
    return found


def _department(request: Request, found: Difference) -> str:
    with service_of(request).database.reading() as connection:
        return get_reconciliation(connection, found.reconciliation).department


def _may_settle(visit: Visit, found: Difference, department: str) -> bool:
    principal = visit.principal
    return (
        found.outcome is None
        and principal.department == department
        and found.found.kind in principal.kinds
    )


def _way_of(request: Request, found: Difference) -> Move | None:
    """Return the move that settles, None for dismissing.

    What is missing is granted, and nothing else is; which of the others is legal, the desk for
    reconciliation says.
    """
    word: str = request.path_params["way"]
    if word == _DISMISSED:
        return None
    is_missing = found.found.what is DifferenceWhat.MISSING
    if word not in set(Move) or (word == Move.GRANTED) is not is_missing:
        raise NotRegisteredError(entity="move", key=word[:40])
    return Move(word)


difference, settle_form, settle = showing(_difference), showing(_settle_form), doing(_settle)
