"""The departments' desk over HTTP: enter a permit, change it, end it; licenses follow (R6, R7)."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from credential.days import SHANGHAI
from verify_service.access import require_kind, require_owner
from verify_service.catalog import Form
from verify_service.identifiers import check_permit_number
from verify_service.lifecycle.errors import PreconditionFailedError, PreconditionMissingError
from verify_service.lifecycle.schemas import (
    AnnouncedDocument,
    AnnouncementsDocument,
    ChangedDocument,
    ChangeDocument,
    EnteredDocument,
    FollowedDocument,
    NewPermitDocument,
    NotedDocument,
    PermitDocument,
    WarningDocument,
)
from verify_service.lifecycle.service import Change, Changed, NewPermit
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.permits import find_permit
from verify_service.registry.records import AnnouncedChange, Permit, Role
from verify_service.registry.requests import RequestId
from verify_service.registry.schemas import Id
from verify_service.service import Service
from verify_service.web_access import Anyone, BodyDigest, Now, RequestKey, Serving, Ticking

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description="The permit's ETag, as it was read; another than the present one is refused "
        "with 412.",
    ),
]

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
            basis=body.basis,
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


@router.get(
    "/permits/{kind}/{number:path}/announced",
    summary="List what was announced for a permit (its department)",
)
def announced_changes(
    kind: str, number: str, service: Serving, principal: Anyone, at: Now
) -> AnnouncementsDocument:
    """List the changes of a permit that take effect later, or were to, in their order."""
    require_kind(principal, kind)
    service.announcements.catch_up(at=at)
    found = service.permits.announced(kind, number, principal=principal)
    return AnnouncementsDocument(announced=tuple(map(_announced, found)))


@router.get("/permits/{kind}/{number:path}", summary="Read a permit (bureau, or its department)")
def read(
    kind: str,
    number: str,
    service: Serving,
    principal: Anyone,
    response: Response,
    at: Now,
) -> PermitDocument:
    """Show a permit as it stands, with the version that a change has to name (and as ``ETag``).

    A department sees its own, for it needs no other: what a license shows of a permit is open to
    everybody, and the rest is between its department and the bureau (R6).
    """
    service.announcements.catch_up(at=at)
    if principal.role is not Role.BUREAU:
        require_kind(principal, kind)
    permit = _found(service, kind, number)
    if principal.role is not Role.BUREAU:
        require_owner(principal, kind=kind, department=permit.department)
    response.headers["etag"] = _tag(permit)
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
    response: Response,
    if_match: IfMatch = None,
) -> ChangedDocument:
    """Amend, renew, suspend, resume or end a permit; every license that gathers it follows at once.

    The bureau has no such right (R6).
    """
    require_kind(principal, kind)
    request = RequestId(actor=principal.party, key=request_key, body_digest=body_digest)
    known = service.permits.answered(request)
    if known is not None:
        return _changed(known)
    found = _found(service, kind, number)
    require_owner(principal, kind=kind, department=found.department)
    _check_precondition(found, body, if_match)
    form = Form(found.current.terms.document_form)
    changed = service.permits.change(
        kind,
        number,
        Change(
            move=body.move,
            basis=body.basis,
            grounds=body.grounds,
            document=body.document,
            terms=None if body.terms is None else body.terms.terms(form),
            effective_at=body.effective_at,
            expected_version=body.expected_version or found.current.version,
        ),
        principal=principal,
        clock=clock,
        request=request,
    )
    response.headers["etag"] = _tag(changed.permit)
    return _changed(changed)


@router.post("/announced/{id}/take-back", summary="Take an announced change back (its department)")
def take_back(id: Id, service: Serving, principal: Anyone, clock: Ticking) -> AnnouncedDocument:
    """Take a change back before it takes effect; taken back twice, it stays so."""
    return _announced(service.permits.take_back(id, principal=principal, clock=clock))


def _tag(permit: Permit) -> str:
    """The entity tag of a permit: its version, which no other link of its chain has."""
    return f'"{permit.current.version}"'


def _check_precondition(found: Permit, body: ChangeDocument, if_match: str | None) -> None:
    """Raises `PreconditionMissingError`, `PreconditionFailedError`."""
    if if_match is None:
        if body.expected_version is None:
            raise PreconditionMissingError
        return
    if _tag(found) not in [each.strip() for each in if_match.split(",")]:
        raise PreconditionFailedError(current=_tag(found))


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
        basis=current.basis,
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
        noted=tuple(
            NotedDocument(number=each.number, version=each.version, policy=each.policy)
            for each in changed.noted
        ),
        announced=None if changed.announced is None else _announced(changed.announced),
    )


def _announced(announced: AnnouncedChange) -> AnnouncedDocument:
    settled_at = announced.settled_at
    return AnnouncedDocument(
        id=announced.id,
        move=announced.move,
        basis=announced.basis,
        grounds=announced.grounds,
        document=announced.document,
        effective_at=announced.effective_at.astimezone(SHANGHAI),
        announced_at=announced.announced_at.astimezone(SHANGHAI),
        settled_at=None if settled_at is None else settled_at.astimezone(SHANGHAI),
        outcome=announced.outcome,
    )
