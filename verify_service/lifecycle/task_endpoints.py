"""The bureau's tasks over HTTP: sheets to take back, licenses to reissue or void, notices to give."""

from typing import Annotated

from fastapi import APIRouter, Query

from credential.days import SHANGHAI
from verify_service.lifecycle.task_schemas import (
    CloseRecall,
    CloseReissue,
    GiveNotice,
    NoticeDocument,
    NoticesDocument,
    RecallDocument,
    RecallsDocument,
    ReissueTaskDocument,
    ReissueTasksDocument,
    VoidDocument,
    VoidedDocument,
)
from verify_service.registry.notices import notices_to_give
from verify_service.registry.recalls import open_recalls
from verify_service.registry.records import Notice, RecallTask, ReissueTask, Role
from verify_service.registry.reissues import open_reissues
from verify_service.registry.requests import RequestId
from verify_service.registry.schemas import Id
from verify_service.web_access import Anyone, BodyDigest, Bureau, RequestKey, Serving, Ticking

router = APIRouter(prefix="/api/v1", tags=["tasks"])


@router.get("/recalls", summary="List open recall tasks")
def recalls(service: Serving, principal: Anyone, clock: Ticking) -> RecallsDocument:
    """List the sheets to be taken back, most urgent first: all for the bureau, a department's own
    for the department."""
    service.announcements.catch_up(at=clock())
    department = None if principal.role is Role.BUREAU else principal.department
    with service.database.reading() as connection:
        found = open_recalls(connection, department=department)
    return RecallsDocument(recalls=tuple(map(_recall, found)))


@router.post("/recalls/{id}/close", summary="Close a recall task (bureau)")
def close_recall(
    id: Id,
    service: Serving,
    principal: Bureau,
    clock: Ticking,
    body: CloseRecall | None = None,
) -> RecallDocument:
    """Record what became of a sheet; closed twice, the first time stands."""
    closing = body or CloseRecall()
    task = service.tasks.close_recall(
        id, outcome=closing.outcome, note=closing.note, principal=principal, clock=clock
    )
    return _recall(task)


@router.get("/reissues", summary="List open reissue tasks (bureau)")
def reissues(service: Serving, _: Bureau, clock: Ticking) -> ReissueTasksDocument:
    """List the licenses that do not say any more what their permits do, most urgent first."""
    service.announcements.catch_up(at=clock())
    with service.database.reading() as connection:
        found = open_reissues(connection)
    return ReissueTasksDocument(reissues=tuple(map(_reissue, found)))


@router.post("/reissues/{id}/close", summary="Close a reissue task without reissuing (bureau)")
def close_reissue(
    id: Id, body: CloseReissue, service: Serving, principal: Bureau, clock: Ticking
) -> ReissueTaskDocument:
    """Record why a license need not be reissued; closed twice, the first time stands."""
    task = service.tasks.close_reissue(id, note=body.note, principal=principal, clock=clock)
    return _reissue(task)


@router.get("/notices", summary="List notices to be given (bureau)")
def notices(
    service: Serving,
    _: Bureau,
    clock: Ticking,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> NoticesDocument:
    """List what holders are to be told and were not yet, oldest first."""
    service.announcements.catch_up(at=clock())
    with service.database.reading() as connection:
        found = notices_to_give(connection, limit=limit)
    return NoticesDocument(notices=tuple(map(_notice, found)))


@router.post("/notices/{id}/give", summary="Record that a notice was given (bureau)")
def give_notice(
    id: Id, body: GiveNotice, service: Serving, principal: Bureau, clock: Ticking
) -> NoticeDocument:
    """Record how a holder was told; given twice, the first time stands."""
    notice = service.tasks.give_notice(id, means=body.means, principal=principal, clock=clock)
    return _notice(notice)


@router.post("/licenses/{number}/void", summary="Void a license for the bureau's own reason")
def void(
    number: str,
    body: VoidDocument,
    service: Serving,
    principal: Bureau,
    clock: Ticking,
    request_key: RequestKey,
    body_digest: BodyDigest,
) -> VoidedDocument:
    """Void the latest version: it was given back, or issued in error. No permit changes by it."""
    after = service.tasks.void(
        number,
        reason=body.reason,
        principal=principal,
        clock=clock,
        request=RequestId(actor=principal.party, key=request_key, body_digest=body_digest),
    )
    return VoidedDocument(
        number=after.number, version=after.version, state=after.state, reason=after.reason
    )


def _recall(task: RecallTask) -> RecallDocument:
    return RecallDocument(
        id=task.id,
        number=task.cause.number,
        version=task.cause.version,
        reason=task.cause.reason,
        department=task.department,
        opened_at=task.opened_at.astimezone(SHANGHAI),
        due_on=task.due_on,
        closed_at=task.closed_at and task.closed_at.astimezone(SHANGHAI),
        closed_by=task.closed_by,
        outcome=task.outcome,
        note=task.note,
    )


def _reissue(task: ReissueTask) -> ReissueTaskDocument:
    return ReissueTaskDocument(
        id=task.id,
        number=task.number,
        version=task.version,
        reason=task.reason,
        opened_at=task.opened_at.astimezone(SHANGHAI),
        due_on=task.due_on,
        closed_at=task.closed_at and task.closed_at.astimezone(SHANGHAI),
        closed_by=task.closed_by,
        outcome=task.outcome,
        note=task.note,
    )


def _notice(notice: Notice) -> NoticeDocument:
    return NoticeDocument(
        id=notice.id,
        holder=notice.holder,
        number=notice.number,
        version=notice.version,
        kind=notice.kind,
        zh=notice.words["zh"],
        en=notice.words["en"],
        made_at=notice.made_at.astimezone(SHANGHAI),
        given_at=notice.given_at and notice.given_at.astimezone(SHANGHAI),
        given_by=notice.given_by,
        means=notice.means,
    )
