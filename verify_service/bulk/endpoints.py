"""Files of changes over HTTP: the body is the file, its content type tells the format."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from credential.days import SHANGHAI
from verify_service.access import Principal, require_department
from verify_service.bulk.schemas import RefusalDocument, ReportDocument, RunDocument
from verify_service.clock import Clock
from verify_service.intake.columns import Use
from verify_service.intake.reading import MEDIA_TYPES, format_of_type, read_table
from verify_service.intake.table import Format
from verify_service.registry.bulk_runs import get_run, refusals_of
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.intake_records import BulkRun, Refusal
from verify_service.registry.records import Role
from verify_service.registry.schemas import Id
from verify_service.service import Service
from verify_service.web_access import Anyone, Serving, Ticking

IMPORT_PATH: Final = "/api/v1/permits/import"
_PAGE: Final = 1000
TABLE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in MEDIA_TYPES
        },
    }
}

router = APIRouter(prefix="/api/v1", tags=["permits"])


@router.post(
    "/permits/import",
    summary="Enter, change and end permits by a file (their department)",
    openapi_extra=TABLE_BODY,
)
async def import_file(
    request: Request,
    service: Serving,
    principal: Anyone,
    clock: Ticking,
    dry_run: Annotated[bool, Query(description="Say what would be, do nothing.")] = False,  # noqa: FBT002 - a query's name
    sheet: Annotated[
        str | None, Query(max_length=100, description="Default: the first that is not hidden.")
    ] = None,
) -> ReportDocument:
    """Do what the rows of a CSV, XLSX or JSON lines file ask for, each by the rules of its own.

    A refused row does not stop the others. Send the same file again after a broken connection: it
    goes on where it was, and does nothing twice. Nothing of the body is read for a party that may
    not send it.
    """
    require_department(principal)
    format = format_of_type(request.headers.get("content-type", ""))
    data = await request.body()
    return await run_in_threadpool(
        _import, service, data, format, sheet, principal, clock, "rehearse" if dry_run else "run"
    )


@router.get("/imports/{run}", summary="Read what came of a file (bureau, its department)")
def read_run(
    run: Id,
    service: Serving,
    principal: Anyone,
    after: Annotated[int, Query(ge=0, lt=2**31, description="A line of the file.")] = 0,
) -> RunDocument:
    """Show how far a file has come, and its refused rows behind a line, a thousand at a time."""
    with service.database.reading() as connection:
        found = get_run(connection, run)
        if principal.role is not Role.BUREAU and principal.party != found.key.actor:
            raise NotRegisteredError(entity="bulk run", key=str(run))
        refusals = refusals_of(connection, run, after=after, lines=_PAGE)
    return _run(found, refusals)


def _import(
    service: Service,
    data: bytes,
    format: Format,
    sheet: str | None,
    principal: Principal,
    clock: Clock,
    step: str,
) -> ReportDocument:
    table = read_table(data, format, Use.CHANGES, sheet=sheet)
    if step == "rehearse":
        report = service.bulk.rehearse(table, principal=principal, at=clock())
    else:
        report = service.bulk.run(table, principal=principal, clock=clock)
    return ReportDocument.model_validate(report.as_dict())


def _run(found: BulkRun, refusals: tuple[Refusal, ...]) -> RunDocument:
    lines = sorted({each.line for each in refusals})
    return RunDocument(
        run=found.id,
        party=found.key.actor,
        sha256=found.key.digest.hex(),
        sheet=found.key.sheet or None,
        rows=found.rows,
        done=found.done,
        accepted=found.accepted,
        refused=found.done - found.accepted,
        licenses=found.licenses,
        started_at=found.started_at.astimezone(SHANGHAI),
        finished_at=None if found.finished_at is None else found.finished_at.astimezone(SHANGHAI),
        refusals=tuple(
            RefusalDocument(
                line=each.line, column=each.cell, code=each.code, zh=each.zh, en=each.en
            )
            for each in refusals
        ),
        next=lines[-1] if len(lines) == _PAGE else None,
    )
