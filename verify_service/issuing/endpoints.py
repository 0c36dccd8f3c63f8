"""The bureau's desk over HTTP: issue, reissue, print."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from verify_service.issuing.application import Application
from verify_service.issuing.schemas import (
    IssuedDocument,
    LeftOutDocument,
    NewLicense,
    ReissueDocument,
)
from verify_service.issuing.service import Issued
from verify_service.issuing.symbol import Symbol, read_back, to_png, to_svg
from verify_service.registry.schemas import Revision
from verify_service.service import Service
from verify_service.web_access import Bureau, RequestKey, Serving, Ticking

router = APIRouter(prefix="/api/v1", tags=["issuing"])
Version = Annotated[Revision | None, Query(description="Default: the latest.")]
_KEPT = {"cache-control": "private, no-store"}


@router.post("/licenses", status_code=201, summary="Issue a license (bureau)")
def issue(
    body: NewLicense,
    service: Serving,
    principal: Bureau,
    clock: Ticking,
    request_key: RequestKey,
    response: Response,
) -> IssuedDocument:
    """Issue from permits that their departments have put into the registry (R1).

    The same key with the same body gives the same license again.
    """
    issued = service.issuing.issue(
        Application(
            holder=body.holder,
            premises=body.premises,
            industry=body.industry,
            permits=body.permit_names(),
            applied_for=tuple(body.applied_for),
        ),
        principal=principal,
        request_key=request_key,
        clock=clock,
    )
    response.headers["location"] = f"/api/v1/licenses/{quote(issued.number)}"
    return _issued(issued)


@router.post(
    "/licenses/{number}/reissue", status_code=201, summary="Issue the next version (bureau)"
)
def reissue(
    number: str,
    body: ReissueDocument,
    service: Serving,
    principal: Bureau,
    clock: Ticking,
    request_key: RequestKey,
) -> IssuedDocument:
    """Issue the next version of a license; the one before it is superseded (R8)."""
    issued = service.issuing.reissue(
        number,
        permits=body.permit_names(),
        applied_for=tuple(body.applied_for),
        why=body.reason,
        principal=principal,
        request_key=request_key,
        clock=clock,
    )
    return _issued(issued)


@router.get(
    "/licenses/{number}/sheet.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string"}}}}},
    summary="Print a license (bureau)",
)
def sheet(number: str, service: Serving, _: Bureau, version: Version = None) -> Response:
    """Give the A4 sheet, PDF/A and PDF/UA, the same bytes for the same license."""
    content = service.sheets.sheet(number, version=version)
    return Response(content, headers=_KEPT, media_type="application/pdf")


@router.get(
    "/licenses/{number}/symbol.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
    summary="Draw a license's symbol as SVG (bureau)",
)
def symbol_svg(number: str, service: Serving, _: Bureau, version: Version = None) -> Response:
    """Draw the symbol alone, as vectors with its quiet zone."""
    drawing = to_svg(_symbol(service, number, version), title=number)
    return Response(drawing, headers=_KEPT, media_type="image/svg+xml")


@router.get(
    "/licenses/{number}/symbol.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {"schema": {"type": "string"}}}}},
    summary="Draw a license's symbol as PNG (bureau)",
)
def symbol_png(number: str, service: Serving, _: Bureau, version: Version = None) -> Response:
    """Draw the symbol alone, one bit a pixel, eight pixels a module."""
    drawing = to_png(_symbol(service, number, version))
    return Response(drawing, headers=_KEPT, media_type="image/png")


def _symbol(service: Service, number: str, version: int | None) -> Symbol:
    symbol = service.sheets.content(number, version=version).symbol
    read_back(symbol)
    return symbol


def _issued(issued: Issued) -> IssuedDocument:
    return IssuedDocument(
        number=issued.number,
        version=issued.version,
        text=issued.text,
        issued_on=issued.issued_on,
        left_out=[
            LeftOutDocument(kind=each.kind, number=each.number, state=each.state)
            for each in issued.left_out
        ],
    )
