"""A department's permits: its list, and each with its chain and the moves that are allowed now."""

from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import DepartmentRequiredError, require_owner
from verify_service.desk.forms import Form, new_key
from verify_service.desk.license_pages import MOST_TYPED, people_of, said_of
from verify_service.desk.task_pages import number_of
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing
from verify_service.desk.words import DONE
from verify_service.registry.announcements import announced_of, get_announced
from verify_service.registry.holders import get_holder, get_premises
from verify_service.registry.moves import PermitState, moves_from
from verify_service.registry.permits import get_permit, permit_chain
from verify_service.registry.places import permit_state_on
from verify_service.registry.records import Permit
from verify_service.registry.searching import FoundPermit, search_permits
from verify_service.registry.states import licenses_of_permit
from verify_service.web_access import clock_of, service_of

A_PAGE: Final = 50


def _permits(request: Request, visit: Visit) -> Response:
    department = visit.principal.department
    if department is None:
        raise DepartmentRequiredError(party=visit.principal.party)
    typed = " ".join(request.query_params.get("q", "").split())[:MOST_TYPED]
    after = request.query_params.get("after", "")
    with service_of(request).database.reading() as connection:
        found = search_permits(
            connection,
            typed,
            department=department,
            kinds=visit.principal.kinds,
            after=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0,
            limit=A_PAGE + 1,
        )
    today = visit.at.astimezone(SHANGHAI).date()
    page = pages_of(request).write(
        "permits.html",
        visit.language,
        path="/desk/permits",
        visit=visit,
        typed=typed,
        found=[_row(each, today) for each in found[:A_PAGE]],
        next_after=found[A_PAGE - 1].permit.id if len(found) > A_PAGE else None,
    )
    return html(page, visit.language)


def _row(found: FoundPermit, today: date) -> dict[str, Any]:
    state = state_of(found.permit, today)
    return {"permit": found.permit, "name": found.name, "state": state}


def _permit(request: Request, visit: Visit) -> Response:
    service = service_of(request)
    identity = number_of(request, entity="permit")
    with service.database.reading() as connection:
        permit = get_permit(connection, identity)
        if not visit.is_bureau:
            require_owner(visit.principal, kind=permit.kind, department=permit.department)
        chain = permit_chain(connection, identity)
        holder, premises = (
            get_holder(connection, permit.holder),
            get_premises(connection, permit.premises),
        )
        licenses = licenses_of_permit(connection, identity)
        announced = announced_of(connection, identity)
        people = people_of(connection)
    page = pages_of(request).write(
        "permit.html",
        visit.language,
        path=f"/desk/permits/{identity}",
        visit=visit,
        permit=permit,
        state=state_of(permit, visit.at.astimezone(SHANGHAI).date()),
        chain=chain,
        holder=holder,
        premises=premises,
        licenses=licenses,
        announced=announced,
        key=new_key(),
        may_change=not visit.is_bureau,
        allowed=moves_from(permit.current.state),
        people=people,
        said_of=said_of,
        done=DONE.get(request.query_params.get("done", "")),
    )
    return html(page, visit.language)


def _announced(request: Request, visit: Visit) -> Response:
    """Lead to the permit that a change is announced for: whoever had to log in again comes here."""
    identity = number_of(request, entity="announced change")
    with service_of(request).database.reading() as connection:
        permit = get_announced(connection, identity).permit
    return redirect(f"/desk/permits/{permit}", visit.language)


def _take_back(request: Request, visit: Visit, _: Form) -> Response:
    identity = number_of(request, entity="announced change")
    settled = service_of(request).permits.take_back(
        identity, principal=visit.principal, clock=clock_of(request)
    )
    return redirect(f"/desk/permits/{settled.permit}", visit.language, {"done": "taken-back"})


def state_of(permit: Permit, today: date) -> PermitState:
    """Return how a permit stands on a day, as everybody is told."""
    terms = permit.current.terms
    return permit_state_on(permit.current.state, terms.valid_from, terms.valid_until, today=today)


permits, permit, announced = showing(_permits), showing(_permit), showing(_announced)
take_back = doing(_take_back)
