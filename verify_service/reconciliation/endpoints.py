"""Reconciliations over HTTP: an extract in, a list of differences out, each settled or dismissed."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from verify_service.access import Principal, require_department
from verify_service.bulk.endpoints import TABLE_BODY
from verify_service.bulk.schemas import RefusalDocument
from verify_service.intake.columns import Use
from verify_service.intake.reading import format_of_type, read_table
from verify_service.reconciliation.schemas import (
    ComparedDocument,
    DifferenceDocument,
    DismissalDocument,
    ReconciliationDocument,
    SettledDocument,
    SettlementDocument,
)
from verify_service.reconciliation.service import Compared
from verify_service.reconciliation.settling import Settlement
from verify_service.reconciliation.showing import difference_dict, read_reconciliation
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.intake_records import Difference
from verify_service.registry.reconciling import get_difference
from verify_service.registry.schemas import Id, Instant
from verify_service.service import Service
from verify_service.web_access import Anyone, Serving, Ticking

RECONCILE_PATH: Final = "/api/v1/reconciliations"
_LISTED: Final = 1000

router = APIRouter(prefix="/api/v1/reconciliations", tags=["permits"])


@router.post(
    "",
    status_code=201,
    summary="Hold a department's extract against the registry (its department)",
    openapi_extra=TABLE_BODY,
)
async def compare(
    request: Request,
    service: Serving,
    principal: Anyone,
    clock: Ticking,
    kind: Annotated[
        list[str] | None,
        Query(max_length=100, description="Kinds of which the extract has every permit."),
    ] = None,
    as_of: Annotated[Instant | None, Query(description="Default: its rows', or now.")] = None,
    sheet: Annotated[str | None, Query(max_length=100)] = None,
) -> ComparedDocument:
    """Compare, and keep the differences as a numbered list. Nothing is settled by itself."""
    require_department(principal)
    format = format_of_type(request.headers.get("content-type", ""))
    data = await request.body()

    def do() -> ComparedDocument:
        table = read_table(data, format, Use.EXTRACT, sheet=sheet)
        compared = service.reconciliation.compare(
            table, principal=principal, clock=clock, full_kinds=kind or (), as_of=as_of
        )
        return _compared(service, compared, principal)

    return await run_in_threadpool(do)


@router.get("/{id}", summary="Read a reconciliation (bureau, its department)")
def read(
    id: Id,
    service: Serving,
    principal: Anyone,
    after: Annotated[int, Query(ge=0, lt=2**63, description="A difference's number.")] = 0,
) -> ReconciliationDocument:
    """Show a reconciliation and its differences behind a number, a thousand at a time."""
    return _reconciliation(service, id, principal, after=after)


@router.post(
    "/{id}/differences/{difference}/settle",
    summary="Settle a difference by changing the registry (its department)",
)
def settle(
    id: Id,
    difference: Id,
    body: SettlementDocument,
    service: Serving,
    principal: Anyone,
    clock: Ticking,
) -> SettledDocument:
    """Make the move that the difference means, or the one that is named, as any change is made."""
    _check_part(service, id, difference)
    settled = service.reconciliation.settle(
        difference,
        Settlement(
            grounds=body.grounds,
            move=body.move,
            basis=body.basis,
            document=body.document,
            effective_at=body.effective_at,
            premises=body.premises,
        ),
        principal=principal,
        clock=clock,
    )
    current = settled.permit.current
    return SettledDocument(
        difference=_difference(settled.difference), version=current.version, state=current.state
    )


@router.post(
    "/{id}/differences/{difference}/dismiss",
    summary="Note that it was the extract that was wrong (its department)",
)
def dismiss(
    id: Id,
    difference: Id,
    body: DismissalDocument,
    service: Serving,
    principal: Anyone,
    clock: Ticking,
) -> DifferenceDocument:
    """Leave the registry as it is, with the reason why."""
    _check_part(service, id, difference)
    dismissed = service.reconciliation.dismiss(
        difference, grounds=body.grounds, principal=principal, clock=clock
    )
    return _difference(dismissed)


def _check_part(service: Service, identity: int, difference: int) -> None:
    """Refuse a difference under the address of another reconciliation."""
    with service.database.reading() as connection:
        found = get_difference(connection, difference)
    if found.reconciliation != identity:
        raise NotRegisteredError(entity="difference", key=str(difference))


def _compared(service: Service, compared: Compared, principal: Principal) -> ComparedDocument:
    kept = compared.reconciliation
    return ComparedDocument(
        reconciliation=None
        if kept is None
        else _reconciliation(service, kept.id, principal, after=0),
        refusals=tuple(
            RefusalDocument(
                line=each.line, column=each.cell, code=each.code, zh=each.zh, en=each.en
            )
            for each in compared.refusals[:_LISTED]
        ),
    )


def _reconciliation(
    service: Service, identity: int, principal: Principal, *, after: int
) -> ReconciliationDocument:
    found = read_reconciliation(
        service.database, identity, principal=principal, after=after, limit=_LISTED
    )
    return ReconciliationDocument.model_validate(found)


def _difference(found: Difference) -> DifferenceDocument:
    return DifferenceDocument.model_validate(difference_dict(found))
