"""A holder's premises with what is there, and issuing a license for one of them (R1, R8)."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_bureau
from verify_service.catalog.errors import FactsMissingError, NotInCatalogError
from verify_service.desk.forms import Fault, Form, fault_of, new_key
from verify_service.desk.permit_pages import state_of
from verify_service.desk.reissue_pages import OF_ITEMS, Opening, at_fields, contents
from verify_service.desk.task_pages import number_of
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing, told_of
from verify_service.desk.words import FAULTS, WORDS
from verify_service.issuing.application import Application
from verify_service.issuing.errors import IssuingError
from verify_service.registry.errors import RequestMismatchError
from verify_service.registry.holders import get_holder, get_premises, premises_of
from verify_service.registry.licenses import licenses_of_holder
from verify_service.registry.permits import permits_at
from verify_service.registry.searching import describe_licenses
from verify_service.web_access import clock_of, service_of

_REFUSALS: Final = (IssuingError, NotInCatalogError, FactsMissingError, RequestMismatchError)


def _holder(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    uscc = request.path_params["uscc"]
    today = visit.at.astimezone(SHANGHAI).date()
    with service_of(request).database.reading() as connection:
        holder = get_holder(connection, uscc)
        licenses = licenses_of_holder(connection, uscc)
        found = describe_licenses(connection, {license.number for license in licenses})
        places = [
            {
                "premises": premises,
                "permits": [
                    (permit, state_of(permit, today))
                    for permit in permits_at(connection, premises.id)
                ],
                "licenses": [
                    found[license.number]
                    for license in licenses
                    if license.premises == premises.id and license.number in found
                ],
            }
            for premises in premises_of(connection, uscc)
        ]
    page = pages_of(request).write(
        "holder.html",
        visit.language,
        path=f"/desk/holders/{uscc}",
        visit=visit,
        holder=holder,
        places=places,
    )
    return html(page, visit.language)


def _issue_form(request: Request, visit: Visit) -> Response:
    industry = request.query_params.get("industry", "")
    faults: tuple[Fault, ...] = ()
    if industry and industry not in service_of(request).office.catalog.industries:
        faults, industry = (Fault(field="industry", words=FAULTS["choose"]),), ""
    return _show(request, visit, industry, Form(), faults=faults, status=422 if faults else 200)


def _issue(request: Request, visit: Visit, form: Form) -> Response:
    require_bureau(visit.principal)
    service, identity = service_of(request), number_of(request, entity="premises")
    industry = form.text("industry")
    if industry not in service.office.catalog.industries:
        fault = Fault(field="industry", words=FAULTS["choose"])
        return _show(request, visit, "", form, faults=(fault,), status=422)
    with service.database.reading() as connection:
        premises = get_premises(connection, identity)
    try:
        issued = service.issuing.issue(
            Application(
                holder=premises.holder,
                premises=premises.id,
                industry=industry,
                applied_for=form.every("applied_for"),
            ),
            principal=visit.principal,
            request_key=form.key,
            clock=clock_of(request),
        )
    except _REFUSALS as error:
        problem = told_of(request, error)
        fault = fault_of(problem, field="applied_for" if isinstance(error, OF_ITEMS) else "")
        status = problem.kind.status
        return _show(request, visit, industry, form, faults=(fault,), status=status)
    return redirect(f"/desk/licenses/{issued.number}", visit.language, {"done": "issued"})


def _show(
    request: Request,
    visit: Visit,
    industry: str,
    form: Form,
    *,
    faults: tuple[Fault, ...],
    status: int,
) -> Response:
    require_bureau(visit.principal)
    service, identity = service_of(request), number_of(request, entity="premises")
    with service.database.reading() as connection:
        premises = get_premises(connection, identity)
        holder = get_holder(connection, premises.holder)
        content: dict[str, Any] = {"gathered": (), "items": ()}
        if industry:
            opening = Opening(premises=identity, industry=industry)
            content = contents(connection, service, opening, at=visit.at)
    page = pages_of(request).write(
        "issue.html",
        visit.language,
        path=f"/desk/issue/{identity}",
        visit=visit,
        premises=premises,
        holder=holder,
        industry=industry,
        industries=service.office.catalog.industries,
        ticked=form.every("applied_for"),
        key=new_key(),
        faults=at_fields(faults, content),
        labels={
            "industry": visit.language.pick(WORDS["industry"]),
            "applied_for": visit.language.pick(WORDS["pending"]),
        },
        **content,
    )
    return html(page, visit.language, status=status)


holder, issue_form, issue = showing(_holder), showing(_issue_form), doing(_issue)
