"""Files of changes: brought here, rehearsed, done, and what came of each.

A file waits for the account that brought it. Its page is a rehearsal against the registry as it is
at that moment; the form on it names the file, so that nobody does another one by it.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from verify_service.access import require_department
from verify_service.desk.errors import FileNotWaitingError
from verify_service.desk.file_words import WORDS
from verify_service.desk.forms import Fault, Form, fault_of
from verify_service.desk.license_pages import people_of
from verify_service.desk.task_pages import number_of
from verify_service.desk.uploading import Upload, uploading
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing, told_of
from verify_service.desk.words import DONE, FAULTS
from verify_service.intake.columns import Use
from verify_service.intake.errors import SheetMissingError, TableError
from verify_service.intake.reading import format_of_name, read_table
from verify_service.intake.table import Table
from verify_service.registry.bulk_runs import find_run, get_run, refusals_of, runs_of
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.intake_records import BulkRun, RunKey, StagedFile
from verify_service.registry.staged_files import stage_file, staged_file, unstage_file
from verify_service.web_access import clock_of, service_of

LIST: Final = "/desk/imports"
STAGED: Final = "/desk/imports/staged"
_RUNS: Final = 50
_LINES: Final = 200
"""Refused lines of a page."""


def _imports(request: Request, visit: Visit) -> Response:
    return _list(request, visit)


def _bring(request: Request, visit: Visit, upload: Upload) -> Response:
    try:
        table = table_of(upload, Use.CHANGES)
    except TableError as error:
        problem = told_of(request, error)
        fault = fault_of(problem, field=field_of(error))
        sheet = upload.form.text("sheet")
        return _list(request, visit, fault, sheet=sheet, status=problem.kind.status)
    if table is None:
        fault = Fault(field="file", words=FAULTS["no-file"])
        return _list(request, visit, fault, sheet=upload.form.text("sheet"), status=422)
    with service_of(request).database.writing() as connection:
        waiting = StagedFile(
            login=visit.account.login,
            digest=table.digest,
            name=upload.name,
            sheet=table.sheet or "",
            data=upload.data,
            staged_at=clock_of(request)(),
        )
        stage_file(connection, waiting)
    return redirect(STAGED, visit.language)


def _staged(request: Request, visit: Visit) -> Response:
    waiting = _waiting(request, visit)
    if waiting is None:
        return redirect(LIST, visit.language)
    report = service_of(request).bulk.rehearse(
        _table(waiting), principal=visit.principal, at=visit.at, listed=_LINES
    )
    run = _known(request, visit, waiting.digest.hex(), waiting.sheet)
    page = pages_of(request).write(
        "import_staged.html",
        visit.language,
        path=STAGED,
        visit=visit,
        name=waiting.name,
        report=report,
        is_done=run is not None and run.finished_at is not None,
        to_do=report.rows - (0 if run is None else run.done),
    )
    return html(page, visit.language)


def _do(request: Request, visit: Visit, form: Form) -> Response:
    require_department(visit.principal)
    service, waiting = service_of(request), _waiting(request, visit)
    digest, sheet = form.text("digest"), form.text("sheet")
    if waiting is None or (waiting.digest.hex(), waiting.sheet) != (digest, sheet):
        known = _known(request, visit, digest, sheet)
        if known is None:
            raise FileNotWaitingError
        return redirect(f"{LIST}/{known.id}", visit.language)
    report = service.bulk.run(_table(waiting), principal=visit.principal, clock=clock_of(request))
    with service.database.writing() as connection:
        unstage_file(connection, visit.account.login, digest=waiting.digest)
    return redirect(f"{LIST}/{report.run}", visit.language, {"done": "imported"})


def _run(request: Request, visit: Visit) -> Response:
    identity = number_of(request, entity="bulk run")
    after = request.query_params.get("after", "")
    with service_of(request).database.reading() as connection:
        run = get_run(connection, identity)
        if not visit.is_bureau and visit.principal.party != run.key.actor:
            raise NotRegisteredError(entity="bulk run", key=str(identity))
        refusals = refusals_of(
            connection,
            identity,
            after=int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0,
            lines=_LINES + 1,
        )
        people = people_of(connection)
    lines = sorted({each.line for each in refusals})[:_LINES]
    page = pages_of(request).write(
        "import_run.html",
        visit.language,
        path=f"{LIST}/{identity}",
        visit=visit,
        run=run,
        refusals=[each for each in refusals if lines and each.line <= lines[-1]],
        next_after=lines[-1] if lines and refusals[-1].line > lines[-1] else None,
        people=people,
        done=DONE.get(request.query_params.get("done", "")),
    )
    return html(page, visit.language)


def table_of(upload: Upload, use: Use) -> Table | None:
    """Read a file as its name says, None where none was chosen; raises a `TableError`."""
    if not upload.name:
        return None
    sheet = upload.form.text("sheet").strip()
    return read_table(upload.data, format_of_name(upload.name), use, sheet=sheet or None)


def field_of(error: TableError) -> str:
    """Return the field of a form with a file that an error is about."""
    return "sheet" if isinstance(error, SheetMissingError) else "file"


def _list(
    request: Request, visit: Visit, *faults: Fault, sheet: str = "", status: int = 200
) -> Response:
    with service_of(request).database.reading() as connection:
        party = None if visit.is_bureau else visit.principal.party
        runs = runs_of(connection, party, limit=_RUNS)
        people = people_of(connection)
    page = pages_of(request).write(
        "imports.html",
        visit.language,
        path=LIST,
        visit=visit,
        runs=runs,
        waiting=_waiting(request, visit),
        sheet=sheet,
        people=people,
        faults=faults,
        labels={
            "file": visit.language.pick(WORDS["file"]),
            "sheet": visit.language.pick(WORDS["table_sheet"]),
        },
    )
    return html(page, visit.language, status=status)


def _waiting(request: Request, visit: Visit) -> StagedFile | None:
    service = service_of(request)
    since = visit.at - service.settings.desk_lifetime
    with service.database.reading() as connection:
        return staged_file(connection, visit.account.login, since=since)


def _table(waiting: StagedFile) -> Table:
    """Read a file that was read before it was let wait."""
    format = format_of_name(waiting.name)
    return read_table(waiting.data, format, Use.CHANGES, sheet=waiting.sheet or None)


def _known(request: Request, visit: Visit, digest: str, sheet: str) -> BulkRun | None:
    """Return the run of a file that was done meanwhile: by a second click, or by a colleague."""
    try:
        key = RunKey(actor=visit.principal.party, digest=bytes.fromhex(digest), sheet=sheet)
    except ValueError:
        return None
    with service_of(request).database.reading() as connection:
        return find_run(connection, key)


imports, staged, run = showing(_imports), showing(_staged), showing(_run)
bring, do = uploading(_bring), doing(_do)
