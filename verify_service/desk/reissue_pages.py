"""Issuing a license anew, and voiding one: what the bureau does to a license of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_bureau
from verify_service.catalog.errors import FactsMissingError, NotInCatalogError
from verify_service.desk.accounts import require_supervisor
from verify_service.desk.forms import Fault, Form, Reading, fault_of, new_key
from verify_service.desk.license_file import LicenseFile, read_license_file
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing, told_of
from verify_service.desk.words import OWN_REASONS, REISSUE_REASONS, WORDS
from verify_service.issuing.application import counting_permits
from verify_service.issuing.errors import (
    IssuingError,
    NotIssuableError,
    PendingNotAllowedError,
)
from verify_service.issuing.service import ReissueReason
from verify_service.lifecycle.wording import OwnReason
from verify_service.registry.errors import MoveRefusedError, RequestMismatchError
from verify_service.registry.permits import get_permit
from verify_service.registry.records import License, Permit
from verify_service.registry.requests import RequestId
from verify_service.service import Service
from verify_service.web_access import clock_of, service_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A license that is not there yet: where, and of which industry."""

    premises: int
    industry: str


OF_ITEMS: Final = (NotIssuableError, NotInCatalogError, PendingNotAllowedError)


def _reissue_form(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    return _show_reissue(request, visit, Form(), faults=(), status=200)


def _reissue(request: Request, visit: Visit, form: Form) -> Response:
    require_bureau(visit.principal)
    number = request.path_params["number"]
    reading = Reading(form)
    why = reading.choice("why", set(ReissueReason))
    if reading.faults:
        faults = tuple(reading.faults)
        return _show_reissue(request, visit, form, faults=faults, status=422)
    try:
        service_of(request).issuing.reissue(
            number,
            applied_for=form.every("applied_for"),
            why=ReissueReason(why),
            principal=visit.principal,
            request_key=form.key,
            clock=clock_of(request),
        )
    except (
        IssuingError,
        NotInCatalogError,
        FactsMissingError,
        RequestMismatchError,
    ) as error:
        problem = told_of(request, error)
        field = "applied_for" if isinstance(error, OF_ITEMS) else ""
        faults = (fault_of(problem, field=field),)
        return _show_reissue(request, visit, form, faults=faults, status=problem.kind.status)
    return redirect(f"/desk/licenses/{number}", visit.language, {"done": "reissued"})


def _show_reissue(
    request: Request, visit: Visit, form: Form, *, faults: tuple[Fault, ...], status: int
) -> Response:
    service, number = service_of(request), request.path_params["number"]
    with service.database.reading() as connection:
        file = read_license_file(connection, number)
        content = contents(connection, service, file.license, at=visit.at)
        dropped = _dropped(connection, file, content["gathered"])
    pending = tuple(item.item for item in file.latest.pending)
    is_due = any(task.closed_at is None for task in file.reissues)
    page = pages_of(request).write(
        "reissue.html",
        visit.language,
        path=f"/desk/licenses/{number}/reissue",
        visit=visit,
        file=file,
        ticked=form.every("applied_for") if form.fields else pending,
        key=new_key(),
        reasons=REISSUE_REASONS,
        why=form.text("why") or (ReissueReason.PERMIT_CHANGED if is_due else ""),
        faults=at_fields(faults, content),
        labels={
            "why": visit.language.pick(WORDS["reissue_reason"]),
            "applied_for": visit.language.pick(WORDS["pending"]),
        },
        dropped=dropped,
        **content,
    )
    return html(page, visit.language, status=status)


def contents(
    connection: Connection, service: Service, place: License | Opening, *, at: datetime
) -> dict[str, Any]:
    """What a license of today would gather, and which of its industry's items may be pending."""
    industry = service.office.catalog.industry(place.industry)
    gathered = counting_permits(
        connection, premises=place.premises, industry=industry, on=at.astimezone(SHANGHAI).date()
    )
    kinds = {permit.kind for permit in gathered}
    items = [item for item in industry.items if not kinds & {kind.id for kind in item.kinds}]
    return {"gathered": gathered, "items": items}


def at_fields(faults: tuple[Fault, ...], content: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Say of the form as a whole what is said of items, where there is no field for any."""
    if content["items"]:
        return faults
    return tuple(
        Fault(field="", words=fault.words) if fault.field == "applied_for" else fault
        for fault in faults
    )


def _dropped(connection: Connection, file: LicenseFile, gathered: Sequence[Permit]) -> list[Permit]:
    """The permits of the present version that the next one would not gather."""
    ids = {permit.id for permit in gathered}
    return [
        get_permit(connection, included.permit)
        for included in file.latest.permits
        if included.permit not in ids
    ]


def _void_form(request: Request, visit: Visit) -> Response:
    require_supervisor(visit.account)
    return _show_void(request, visit, faults=(), status=200)


def _void(request: Request, visit: Visit, form: Form) -> Response:
    require_supervisor(visit.account)
    number = request.path_params["number"]
    reading = Reading(form)
    reason = reading.choice("reason", set(OwnReason))
    if reading.faults:
        return _show_void(request, visit, faults=tuple(reading.faults), status=422)
    try:
        service_of(request).tasks.void(
            number,
            reason=OwnReason(reason),
            principal=visit.principal,
            clock=clock_of(request),
            request=RequestId(
                actor=visit.principal.party,
                key=form.key,
                body_digest=sha256(f"void\n{number}\n{reason}".encode()).digest(),
            ),
        )
    except (MoveRefusedError, RequestMismatchError) as error:
        problem = told_of(request, error)
        faults = (fault_of(problem),)
        return _show_void(request, visit, faults=faults, status=problem.kind.status)
    return redirect(f"/desk/licenses/{number}", visit.language, {"done": "voided"})


def _show_void(
    request: Request, visit: Visit, *, faults: tuple[Fault, ...], status: int
) -> Response:
    number = request.path_params["number"]
    with service_of(request).database.reading() as connection:
        file = read_license_file(connection, number)
    page = pages_of(request).write(
        "void.html",
        visit.language,
        path=f"/desk/licenses/{number}/void",
        visit=visit,
        file=file,
        reasons=OWN_REASONS,
        typed="",
        key=new_key(),
        faults=faults,
        labels={"reason": visit.language.pick(WORDS["void_reason"])},
    )
    return html(page, visit.language, status=status)


reissue_form, reissue = showing(_reissue_form), doing(_reissue)
void_form, void = showing(_void_form), doing(_void)
