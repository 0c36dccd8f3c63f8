"""A department's extracts held against the registry: the lists of differences, and each list."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from verify_service.desk.file_words import WORDS
from verify_service.desk.forms import Fault, Form, Reading, fault_of
from verify_service.desk.import_pages import field_of, table_of
from verify_service.desk.license_pages import people_of
from verify_service.desk.task_pages import number_of
from verify_service.desk.uploading import Upload, uploading
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import html, pages_of, redirect, showing, told_of
from verify_service.desk.words import DONE, FAULTS
from verify_service.intake.columns import Use
from verify_service.intake.errors import TableError
from verify_service.reconciliation.errors import AsOfRefusedError
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.holders import addresses_of
from verify_service.registry.intake_records import Difference, Refusal
from verify_service.registry.reconciling import (
    differences_of,
    get_reconciliation,
    number_open,
    numbers_open,
    reconciliations,
)
from verify_service.web_access import clock_of, service_of

LIST: Final = "/desk/reconciliations"
_KEPT: Final = 50
_DIFFERENCES: Final = 50
_REFUSALS: Final = 200


def _reconciliations(request: Request, visit: Visit) -> Response:
    return _list(request, visit, Form())


def _compare(request: Request, visit: Visit, upload: Upload) -> Response:
    reading = Reading(upload.form)
    full_kinds = upload.form.every("kind")
    if not set(full_kinds) <= visit.principal.kinds:
        reading.complain("kind", "choose")
    as_of = reading.instant("as_of")
    try:
        table = table_of(upload, Use.EXTRACT)
        if table is None:
            reading.complain("file", "no-file")
        if table is None or reading.faults:
            return _list(request, visit, upload.form, faults=reading.faults, status=422)
        compared = service_of(request).reconciliation.compare(
            table,
            principal=visit.principal,
            clock=clock_of(request),
            full_kinds=full_kinds,
            as_of=as_of,
        )
    except (TableError, AsOfRefusedError) as error:
        problem = told_of(request, error)
        field = field_of(error) if isinstance(error, TableError) else "as_of"
        faults = [*reading.faults, fault_of(problem, field=field)]
        status = problem.kind.status
        return _list(request, visit, upload.form, faults=faults, status=status)
    if compared.reconciliation is None:
        fault = Fault(field="file", words=FAULTS["rows-unreadable"])
        return _list(
            request, visit, upload.form, faults=(fault,), refusals=compared.refusals, status=422
        )
    path = f"{LIST}/{compared.reconciliation.id}"
    return redirect(path, visit.language, {"done": "compared"})


def _reconciliation(request: Request, visit: Visit) -> Response:
    identity = number_of(request, entity="reconciliation")
    after = request.query_params.get("after", "")
    with service_of(request).database.reading() as connection:
        found = get_reconciliation(connection, identity)
        if not visit.is_bureau and visit.principal.department != found.department:
            raise NotRegisteredError(entity="reconciliation", key=str(identity))
        listed = differences_of(
            connection,
            identity,
            after=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0,
            limit=_DIFFERENCES + 1,
        )
        still_open = number_open(connection, identity)
        people = people_of(connection)
        addresses = addresses_in(connection, listed)
    page = pages_of(request).write(
        "reconciliation.html",
        visit.language,
        path=f"{LIST}/{identity}",
        visit=visit,
        reconciliation=found,
        still_open=still_open,
        addresses=addresses,
        differences=listed[:_DIFFERENCES],
        next_after=listed[_DIFFERENCES - 1].id if len(listed) > _DIFFERENCES else None,
        people=people,
        done=DONE.get(request.query_params.get("done", "")),
    )
    return html(page, visit.language)


def addresses_in(connection: Connection, differences: Iterable[Difference]) -> dict[int, str]:
    """Return the addresses of the premises that differences name, by their ids."""
    sides = (side for each in differences for side in (each.found.registered, each.found.extracted))
    named = {side["premises"] for side in sides if side is not None}
    return addresses_of(connection, {each for each in named if isinstance(each, int)})


def _list(
    request: Request,
    visit: Visit,
    form: Form,
    *,
    faults: Sequence[Fault] = (),
    refusals: Sequence[Refusal] = (),
    status: int = 200,
) -> Response:
    department = None if visit.is_bureau else visit.principal.department
    with service_of(request).database.reading() as connection:
        kept = reconciliations(connection, department=department, limit=_KEPT)
        still_open = numbers_open(connection, [each.id for each in kept])
    pick = visit.language.pick
    page = pages_of(request).write(
        "reconciliations.html",
        visit.language,
        path=LIST,
        visit=visit,
        kept=kept,
        still_open=still_open,
        kinds=sorted(visit.principal.kinds),
        ticked=form.every("kind"),
        typed={name: form.text(name) for name in ("sheet", "as_of")},
        refusals=refusals[:_REFUSALS],
        refused_rows=len({each.line for each in refusals}),
        faults=faults,
        labels={
            "file": pick(WORDS["file"]),
            "sheet": pick(WORDS["table_sheet"]),
            "kind": pick(WORDS["full_kinds"]),
            "as_of": pick(WORDS["as_of"]),
        },
    )
    return html(page, visit.language, status=status)


compare = uploading(_compare)
reconciliations_page, reconciliation = showing(_reconciliations), showing(_reconciliation)
