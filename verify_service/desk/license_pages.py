"""Finding a license, its page with all its story, its sheet, and its reissue."""

from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_bureau
from verify_service.catalog.errors import FactsMissingError, NotInCatalogError
from verify_service.desk.forms import Fault, Form, fault_of, new_key
from verify_service.desk.license_file import LicenseFile, read_license_file
from verify_service.desk.story import story_of
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import (
    HEADERS,
    doing,
    html,
    pages_of,
    redirect,
    showing,
    told_of,
)
from verify_service.desk.words import DONE, WORDS
from verify_service.issuing.application import counting_permits
from verify_service.issuing.errors import IssuingError, NotIssuableError
from verify_service.registry.accounts import list_accounts
from verify_service.registry.errors import NotRegisteredError, RequestMismatchError
from verify_service.registry.filing import file_license
from verify_service.registry.licenses import ALIVE
from verify_service.registry.permits import get_permit
from verify_service.registry.recalls import open_recalls
from verify_service.registry.records import PermitVersion
from verify_service.registry.searching import FoundLicense, search_licenses
from verify_service.registry.verification import read_license
from verify_service.service import Service
from verify_service.web_access import clock_of, service_of

MOST_FOUND: Final = 50
MOST_TYPED: Final = 100


def _search(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    typed = " ".join(request.query_params.get("q", "").split())[:MOST_TYPED]
    found: tuple[FoundLicense, ...] = ()
    if typed:
        with service_of(request).database.reading() as connection:
            found = search_licenses(connection, typed, limit=MOST_FOUND + 1)
    page = pages_of(request).write(
        "search.html",
        visit.language,
        path="/desk/search",
        visit=visit,
        typed=typed,
        found=found[:MOST_FOUND],
        has_more=len(found) > MOST_FOUND,
    )
    return html(page, visit.language)


def _license(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    service, number = service_of(request), request.path_params["number"]
    found = read_license(service.database, number=number)
    if found is None:
        raise NotRegisteredError(entity="license", key=number[:40])
    with service.database.reading() as connection:
        file = read_license_file(connection, number)
        recalls = [task for task in open_recalls(connection) if task.cause.number == number]
        people = people_of(connection)
    page = pages_of(request).write(
        "license.html",
        visit.language,
        path=f"/desk/licenses/{number}",
        visit=visit,
        filed=file_license(found, office=service.office, at=visit.at),
        story=story_of(file),
        versions=tuple(reversed(file.versions)),
        permit_ids={(permit.kind, permit.number): permit.id for permit, _ in file.permits},
        recalls=recalls,
        today=visit.at.astimezone(SHANGHAI).date(),
        may_reissue=file.standing.state in ALIVE,
        people=people,
        said_of=said_of,
        done=DONE.get(request.query_params.get("done", "")),
    )
    return html(page, visit.language)


def _sheet(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    number, text = request.path_params["number"], request.query_params.get("version", "")
    version = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
    content = service_of(request).sheets.sheet(number, version=version)
    name = quote(f"{number}{f'-v{version}' if version else ''}.pdf")
    headers = {"content-disposition": f"inline; filename*=UTF-8''{name}"}
    return Response(content, headers=HEADERS | headers, media_type="application/pdf")


def _reissue_form(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    return _show_reissue(request, visit, Form(), faults=(), status=200)


def _reissue(request: Request, visit: Visit, form: Form) -> Response:
    require_bureau(visit.principal)
    number = request.path_params["number"]
    try:
        service_of(request).issuing.reissue(
            number,
            applied_for=form.every("applied_for"),
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
        field = "applied_for" if isinstance(error, NotIssuableError | NotInCatalogError) else ""
        faults = (fault_of(problem, field=field),)
        return _show_reissue(request, visit, form, faults=faults, status=problem.kind.status)
    return redirect(f"/desk/licenses/{number}", visit.language, {"done": "reissued"})


def _show_reissue(
    request: Request, visit: Visit, form: Form, *, faults: tuple[Fault, ...], status: int
) -> Response:
    service, number = service_of(request), request.path_params["number"]
    with service.database.reading() as connection:
        file = read_license_file(connection, number)
        content = _contents(connection, service, file, visit)
    pending = tuple(item.item for item in file.latest.pending)
    page = pages_of(request).write(
        "reissue.html",
        visit.language,
        path=f"/desk/licenses/{number}/reissue",
        visit=visit,
        file=file,
        ticked=form.every("applied_for") if form.fields else pending,
        key=new_key(),
        faults=faults,
        labels={"applied_for": visit.language.pick(WORDS["pending"])},
        **content,
    )
    return html(page, visit.language, status=status)


def _contents(
    connection: Connection, service: Service, file: LicenseFile, visit: Visit
) -> dict[str, Any]:
    """What a reissue of today would gather, what it would not any more, and what may be pending."""
    industry = service.office.catalog.industry(file.license.industry)
    today = visit.at.astimezone(SHANGHAI).date()
    gathered = counting_permits(
        connection, premises=file.license.premises, industry=industry, on=today
    )
    kinds, ids = {permit.kind for permit in gathered}, {permit.id for permit in gathered}
    return {
        "gathered": gathered,
        "dropped": [
            get_permit(connection, included.permit)
            for included in file.latest.permits
            if included.permit not in ids
        ],
        "items": [item for item in industry.items if not kinds & {kind.id for kind in item.kinds}],
    }


def people_of(connection: Connection) -> dict[str, str]:
    """Return the names of people by their login names."""
    return {account.login: account.name for account in list_accounts(connection)}


def said_of(version: PermitVersion) -> str:
    """Return the grounds and the decision as they were written; the entrance's own word is none."""
    said = (None if version.grounds == "granted" else version.grounds, version.document)
    return " · ".join(each for each in said if each)


search, license, sheet = showing(_search), showing(_license), showing(_sheet)
reissue_form, reissue = showing(_reissue_form), doing(_reissue)
