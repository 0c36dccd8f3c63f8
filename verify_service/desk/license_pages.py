"""Finding a license, its page with all its story, and its sheet."""

from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_bureau
from verify_service.desk.license_file import read_license_file
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import HEADERS, html, pages_of, showing
from verify_service.desk.words import DONE
from verify_service.registry.accounts import list_accounts
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.filing import file_license
from verify_service.registry.licenses import ALIVE
from verify_service.registry.moves import LICENSE_MOVES, LicenseState
from verify_service.registry.records import Holder
from verify_service.registry.searching import FoundLicense, search_holders, search_licenses
from verify_service.registry.timeline import Entry, What
from verify_service.registry.verification import read_license
from verify_service.web_access import service_of

MOST_FOUND: Final = 50
MOST_TYPED: Final = 100


def _search(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    typed = " ".join(request.query_params.get("q", "").split())[:MOST_TYPED]
    found: tuple[FoundLicense, ...] = ()
    holders: tuple[Holder, ...] = ()
    if typed:
        with service_of(request).database.reading() as connection:
            found = search_licenses(connection, typed, limit=MOST_FOUND + 1)
            holders = search_holders(connection, typed, limit=MOST_FOUND + 1)
    page = pages_of(request).write(
        "search.html",
        visit.language,
        path="/desk/search",
        visit=visit,
        typed=typed,
        found=found[:MOST_FOUND],
        has_more=len(found) > MOST_FOUND,
        holders=holders[:MOST_FOUND],
        has_more_holders=len(holders) > MOST_FOUND,
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
        people = people_of(connection)
    page = pages_of(request).write(
        "license.html",
        visit.language,
        path=f"/desk/licenses/{number}",
        visit=visit,
        filed=file_license(found, office=service.office, at=visit.at),
        story=[line for line in service.replay.timeline(number) if not _is_first(line)],
        versions=tuple(reversed(file.versions)),
        permit_ids={(permit.kind, permit.number): permit.id for permit in file.permits},
        recalls=file.recalls,
        reissues=file.reissues,
        notices=file.notices,
        today=visit.at.astimezone(SHANGHAI).date(),
        may_reissue=file.standing.state in ALIVE,
        may_void=visit.is_supervisor and LicenseState.VOID in LICENSE_MOVES[file.standing.state],
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


def _is_first(entry: Entry) -> bool:
    """Whether it is the state that a version is issued in, of which the issue itself tells."""
    return entry.what is What.STATE and entry.data["reason"] == "issued"


def people_of(connection: Connection) -> dict[str, str]:
    """Return the names of people by their login names."""
    return {account.login: account.name for account in list_accounts(connection)}


def said_of(grounds: str, document: str | None) -> str:
    """Return the grounds and the decision as they were written; the entrance's own word is none."""
    said = (None if grounds == "granted" else grounds, document)
    return " · ".join(each for each in said if each)


search, license, sheet = showing(_search), showing(_license), showing(_sheet)
