"""What a service is asked for by those who know nothing but its host (RFC 8615)."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from credential.days import day_at, instant_text, seconds_of
from credential.trust import Issuer
from credential.trusted import TrustedSet
from verify_service.publishing.answers import Asked, answer
from verify_service.publishing.key_set import key_set
from verify_service.publishing.trusted_lists import roots_among
from verify_service.registry.errors import NotRegisteredError
from verify_service.service import Service
from verify_service.web_access import Now, Serving

JWKS_TYPE: Final = "application/jwk-set+json"
JWKS_PATH: Final = "/.well-known/jwks.json"
DIRECTORY_PATH: Final = "/.well-known/composite-license"

router = APIRouter(tags=["published lists"])


class KeySetResponse(Response):
    media_type = JWKS_TYPE


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KeyDocument(_Document):
    """A JSON Web Key (RFC 7517), with three members of ours: state, first_day, last_day."""

    kty: Annotated[str, Field(examples=["EC"])]
    crv: Annotated[str, Field(examples=["P-256"])]
    alg: Annotated[str, Field(examples=["ES256"])]
    use: str
    kid: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    x: str
    y: Annotated[str, Field(description="Absent with kty OKP.")] = ""
    state: Annotated[str, Field(pattern=r"^(announced|active|retired)$")]
    first_day: str
    last_day: str | None


class KeySetDocument(_Document):
    keys: list[KeyDocument]


class RootDocument(_Document):
    number: int
    url: str


class PresentRootDocument(RootDocument):
    """The root that the trust list opens under; its fingerprint proves nothing from here."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    expires_at: str


class TrustListDocument(_Document):
    number: int
    url: str
    issued_at: str
    expires_at: str


class ListDocument(_Document):
    """A status list with its number, a code list with its edition."""

    number: int
    url: str
    issued_at: str


class DirectoryDocument(_Document):
    """Where everything is that a verifier needs, with the numbers of today. Not signed."""

    issuer: Annotated[str, Field(examples=["110105"])]
    name: str
    name_en: str
    host: str
    root: PresentRootDocument
    roots: list[RootDocument]
    trust_list: TrustListDocument
    status_lists: list[ListDocument]
    code_lists: list[ListDocument]
    bundle: str
    jwks: str
    openapi: str
    verify: str


@router.get(
    JWKS_PATH,
    response_class=KeySetResponse,
    response_model=KeySetDocument,
    summary="Fetch this issuer's keys as a JSON Web Key Set",
)
def jwks(service: Serving, now: Now, asked: Asked) -> Response:
    """Give the keys that the trust list has for this issuer, but for compromised ones. Not signed:
    licenses are verified by the trust list."""
    issuer = _issuer(service, service.lists.current())
    found = key_set(issuer, day=day_at(seconds_of(now)))
    return answer(orjson.dumps(found), JWKS_TYPE, asked)


@router.get(
    DIRECTORY_PATH,
    response_model=DirectoryDocument,
    summary="Learn where the lists, keys and descriptions of this issuer are",
)
def directory(service: Serving, asked: Asked) -> Response:
    """Give the addresses of roots, lists, keys and descriptions, with the numbers of today."""
    found = _directory(service, service.lists.current())
    return answer(orjson.dumps(found), "application/json", asked)


def _directory(service: Service, trusted: TrustedSet) -> dict[str, Any]:
    base, code = service.settings.public_url, service.office.code
    issuer, root, trust = _issuer(service, trusted), trusted.root, trusted.trust
    names = {artifact.name: artifact.content for artifact in service.publisher.manifest()}
    return {
        "issuer": code,
        "name": issuer.name,
        "name_en": issuer.name_en,
        "host": issuer.host.lower(),
        "root": {
            "number": root.number,
            "url": f"{base}/roots/{root.number}",
            "fingerprint": root.fingerprint,
            "expires_at": instant_text(root.expires_at),
        },
        "roots": [
            {"number": number, "url": f"{base}/roots/{number}"}
            for number in sorted(roots_among(names))
        ],
        "trust_list": {
            "number": trust.number,
            "url": f"{base}/trust-list",
            "issued_at": instant_text(trust.issued_at),
            "expires_at": instant_text(trust.expires_at),
        },
        "status_lists": [
            {"number": number, "url": listed.uri, "issued_at": instant_text(listed.issued_at)}
            for (of, number), listed in sorted(trusted.status.items())
            if of == code
        ],
        "code_lists": [
            {
                "number": edition,
                "url": f"{base}/catalogs/{edition}",
                "issued_at": instant_text(listed.issued_at),
            }
            for (of, edition), listed in sorted(trusted.code_lists.items())
            if of == code
        ],
        "bundle": f"{base}/api/v1/bundle",
        "jwks": f"{base}{JWKS_PATH}",
        "openapi": f"{base}/api/v1/openapi.json",
        "verify": f"{base}/api/v1/verify",
    }


def _issuer(service: Service, trusted: TrustedSet) -> Issuer:
    issuer = trusted.trust.find_issuer(service.office.code)
    if issuer is None:
        raise NotRegisteredError(entity="issuer", key=service.office.code)
    return issuer
