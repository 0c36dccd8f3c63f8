"""What is published, at stable URLs: single lists, and the bundle that scanners sync.

Everything here is signed and public. Caches may keep it, and have to ask each time whether it is
still the newest (a few bytes): a license that fell a minute ago has to be seen to have fallen.
"""

from hashlib import sha256
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field

from credential.code_list import MEDIA_TYPE as CODE_LIST_TYPE
from credential.status import MEDIA_TYPE as STATUS_LIST_TYPE
from credential.trust_list import (
    MEDIA_TYPE as TRUST_LIST_TYPE,
)
from verify_service.publishing.trusted_lists import TRUST_LIST
from verify_service.registry.errors import NotRegisteredError
from verify_service.service import Service
from verify_service.web_access import Serving

CBOR: Final = "application/cbor"
_NOT_MODIFIED: Final = 304
_HEADERS: Final = {
    "cache-control": "public, no-cache",
    "access-control-allow-origin": "*",  # a verifier in a browser reads them from its own origin
}

IfNoneMatch = Annotated[str, Header(include_in_schema=False)]
router = APIRouter(tags=["published lists"])


class FileDocument(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, Field(examples=["status/110105/0.cbor"])]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=1)]


class BundleDocument(BaseModel):
    """What a bundle holds. Not signed, because each of its files is."""

    model_config = ConfigDict(extra="forbid")

    files: list[FileDocument]


def _binary(media_type: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string", "contentEncoding": "binary"}}}
    return {200: {"description": "COSE_Sign1, signed", "content": content}}


@router.get("/api/v1/bundle", response_model=BundleDocument, summary="List the bundle's files")
def bundle(service: Serving, if_none_match: IfNoneMatch = "") -> Response:
    """List every published file: trust list, status lists, code lists, our own and others'."""
    files = [
        {
            "path": artifact.name,
            "sha256": artifact.sha256.hex(),
            "size": len(artifact.content),
        }
        for artifact in service.publisher.manifest()
    ]
    return _answer(orjson.dumps({"files": files}), "application/json", if_none_match)


@router.get(
    "/api/v1/bundle/{path:path}",
    response_class=Response,
    responses=_binary(CBOR),
    summary="Fetch a file of the bundle",
)
def bundle_file(path: str, service: Serving, if_none_match: IfNoneMatch = "") -> Response:
    """Give one file of the bundle as it was signed."""
    return _published(service, path, CBOR, if_none_match)


@router.get(
    "/status/{number}",
    response_class=Response,
    responses=_binary(STATUS_LIST_TYPE),
    summary="Fetch a status list of this issuer",
)
def status_list(number: str, service: Serving, if_none_match: IfNoneMatch = "") -> Response:
    """Give a Token Status List (CWT form, 4 bits); its `sub` is this address."""
    name = service.office.status_name(number)
    return _published(service, name, STATUS_LIST_TYPE, if_none_match)


@router.get(
    "/trust-list",
    response_class=Response,
    responses=_binary(TRUST_LIST_TYPE),
    summary="Fetch the trust list",
)
def trust_list(service: Serving, if_none_match: IfNoneMatch = "") -> Response:
    """Give the trust list: which districts are believed, by which keys, for what."""
    return _published(service, TRUST_LIST, TRUST_LIST_TYPE, if_none_match)


@router.get(
    "/catalogs/{edition}",
    response_class=Response,
    responses=_binary(CODE_LIST_TYPE),
    summary="Fetch a code list of this issuer",
)
def code_list(edition: str, service: Serving, if_none_match: IfNoneMatch = "") -> Response:
    """Give what the numbers on licenses stand for, in one edition of the catalog."""
    name = f"catalogs/{service.office.code}/{edition}.cbor"
    return _published(service, name, CODE_LIST_TYPE, if_none_match)


def _published(service: Service, name: str, media_type: str, if_none_match: str) -> Response:
    artifact = service.publisher.artifact(name)
    if artifact is None:
        raise NotRegisteredError(entity="list", key=name)
    return _answer(artifact.content, media_type, if_none_match)


def _answer(content: bytes, media_type: str, if_none_match: str) -> Response:
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {**_HEADERS, "etag": tag}
    held = {entry.strip().removeprefix("W/") for entry in if_none_match.split(",")}
    if tag in held or "*" in held:
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
