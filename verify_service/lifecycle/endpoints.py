"""The departments' desk over HTTP: enter a permit, change it, end it; licenses follow (R6, R7)."""

from fastapi import APIRouter

from credential.days import SHANGHAI
from verify_service.access import require_kind, require_owner
from verify_service.catalog import Form
from verify_service.identifiers import check_permit_number
from verify_service.lifecycle.schemas import (
    ChangedDocument,
    ChangeDocument,
    EnteredDocument,
    FollowedDocument,
    NewPermitDocument,
    PermitDocument,
    WarningDocument,
)
from verify_service.lifecycle.service import Change, Changed, NewPermit
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.permits import find_permit
from verify_service.registry.records import Permit, Role
from verify_service.registry.requests import RequestId
from verify_service.service import Service
from verify_service.web_access import Anyone, BodyDigest, RequestKey, Serving, Ticking

router = APIRouter(prefix="/api/v1", tags=["permits"])


@router.post("/permits", status_code=201, summary="Enter a permit (its department)")
def enter(
    body: NewPermitDocument, service: Serving, principal: Anyone, clock: Ticking
) -> EnteredDocument:
    """Register a permit that the token's department has granted."""
    require_kind(principal, body.kind)
    own_form = service.office.catalog.permit_kind(body.kind).form
    warnings = check_permit_number(body.kind, body.number)
    permit = service.permits.enter(
        NewPermit(
            kind=body.kind,
            number=body.number,
            department=principal.department or "",
            holder=body.holder,
            premises=body.premises,
            terms=body.terms.terms(own_form),
            document=body.document,
        ),
        principal=principal,
        clock=clock,
    )
    return EnteredDocument(
        permit=_permit(permit),
        warnings=tuple(
            WarningDocument(code=each.code, zh=each.zh, en=each.en) for each in warnings
        ),
    )


@router.get("/permits/{kind}/{number:path}", summary="Read a permit (bureau, or its department)")
def read(kind: str, number: str, service: Serving, principal: Anyone) -> PermitDocument:
    """Show a permit as it stands, with the version that a change has to name.

    A department sees its own, for it needs no other: what a license shows of a permit is open to
    everybody, and the rest is between its department and the bureau (R6).
    """
    if principal.role is Role.BUREAU:
        return _permit(_found(service, kind, number))
    require_kind(principal, kind)
    permit = _found(service, kind, number)
    require_owner(principal, kind=kind, department=permit.department)
    return _permit(permit)


@router.post(
    "/permits/{kind}/{number:path}/changes",
    summary="Change or end a permit (its department)",
)
def change(
    kind: str,
    number: str,
    body: ChangeDocument,
    service: Serving,
    principal: Anyone,
    clock: Ticking,
    request_key: RequestKey,
    body_digest: BodyDigest,
) -> ChangedDocument:
    """Amend, renew, suspend, resume or end a permit; every license that gathers it follows at once.

    The bureau has no such right (R6).
    """
    require_kind(principal, kind)
    request = RequestId(actor=principal.party, key=request_key, body_digest=body_digest)
    known = service.permits.answered(request)
    if known is not None:
        return _changed(known)
    form = Form(_found(service, kind, number).current.terms.document_form)
    changed = service.permits.change(
        kind,
        number,
        Change(
            move=body.move,
            grounds=body.grounds,
            document=body.document,
            terms=None if body.terms is None else body.terms.terms(form),
            effective_at=body.effective_at,
            expected_version=body.expected_version,
        ),
        principal=principal,
        clock=clock,
        request=request,
    )
    return _changed(changed)


def _found(service: Service, kind: str, number: str) -> Permit:
    with service.database.reading() as connection:
        permit = find_permit(connection, kind=kind, number=number)
    if permit is None:
        raise NotRegisteredError(entity="permit", key=f"{kind} {number}")
    return permit


def _permit(permit: Permit) -> PermitDocument:
    current = permit.current
    return PermitDocument(
        kind=permit.kind,
        number=permit.number,
        department=permit.department,
        holder=permit.holder,
        premises=permit.premises,
        version=current.version,
        move=current.move,
        state=current.state,
        valid_from=current.terms.valid_from,
        valid_until=current.terms.valid_until,
        form=current.terms.document_form,
        by_promise=current.terms.by_promise,
        effective_at=current.record.effective_at.astimezone(SHANGHAI),
        recorded_at=current.record.recorded_at.astimezone(SHANGHAI),
    )


def _changed(changed: Changed) -> ChangedDocument:
    return ChangedDocument(
        permit=_permit(changed.permit),
        licenses=tuple(
            FollowedDocument(
                number=each.number,
                version=each.version,
                state=each.state,
                reason=each.reason,
            )
            for each in changed.licenses
        ),
    )
