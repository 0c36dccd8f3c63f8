"""What is published, at stable URLs: single lists, and the bundle that scanners sync.

Everything here is signed and public. Caches may keep it, and have to ask each time whether it is
still the newest (a few bytes): a license that fell a minute ago has to be seen to have fallen.
"""

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from credential.code_list import MEDIA_TYPE as CODE_LIST_TYPE
from credential.roots import MEDIA_TYPE as ROOT_TYPE
from credential.status import MEDIA_TYPE as STATUS_LIST_TYPE
from credential.trust_list import (
    MEDIA_TYPE as TRUST_LIST_TYPE,
)
from verify_service.publishing.answers import Asked, answer, described, published
from verify_service.publishing.trusted_lists import TRUST_LIST
from verify_service.web_access import Serving

CBOR: Final = "application/cbor"
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


@router.get("/api/v1/bundle", response_model=BundleDocument, summary="List the bundle's files")
def bundle(service: Serving, asked: Asked) -> Response:
    """List every published file: roots, trust list, status lists, code lists, our own and others'."""
    files = [
        {
            "path": artifact.name,
            "sha256": artifact.sha256.hex(),
            "size": len(artifact.content),
        }
        for artifact in service.publisher.manifest()
    ]
    return answer(orjson.dumps({"files": files}), "application/json", asked)


@router.get(
    "/api/v1/bundle/{path:path}",
    response_class=Response,
    responses=described(CBOR),
    summary="Fetch a file of the bundle",
)
def bundle_file(path: str, service: Serving, asked: Asked) -> Response:
    """Give one file of the bundle as it was signed."""
    return published(service, path, CBOR, asked)


@router.get(
    "/status/{number}",
    response_class=Response,
    responses=described(STATUS_LIST_TYPE),
    summary="Fetch a status list of this issuer",
)
def status_list(number: str, service: Serving, asked: Asked) -> Response:
    """Give a Token Status List (CWT form, 4 bits); its `sub` is this address."""
    name = service.office.status_name(number)
    return published(service, name, STATUS_LIST_TYPE, asked)


@router.get(
    "/trust-list",
    response_class=Response,
    responses=described(TRUST_LIST_TYPE),
    summary="Fetch the trust list",
)
def trust_list(service: Serving, asked: Asked) -> Response:
    """Give the trust list: which districts are believed, by which keys, for what."""
    return published(service, TRUST_LIST, TRUST_LIST_TYPE, asked)


@router.get(
    "/roots/{number}",
    response_class=Response,
    responses=described(ROOT_TYPE),
    summary="Fetch a root",
)
def root(number: str, service: Serving, asked: Asked) -> Response:
    """Give a root: who may sign trust lists. Each is signed by the one before it; the first is
    pinned by hand, and believed for nothing that stands here."""
    return published(service, f"roots/{number}.cbor", ROOT_TYPE, asked)


@router.get(
    "/catalogs/{edition}",
    response_class=Response,
    responses=described(CODE_LIST_TYPE),
    summary="Fetch a code list of this issuer",
)
def code_list(edition: str, service: Serving, asked: Asked) -> Response:
    """Give what the numbers on licenses stand for, in one edition of the catalog."""
    name = f"catalogs/{service.office.code}/{edition}.cbor"
    return published(service, name, CODE_LIST_TYPE, asked)
