"""How what is published is answered: caches may keep it, and have to ask whether it is the newest."""

from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Header, Response

from verify_service.registry.errors import NotRegisteredError
from verify_service.service import Service

_NOT_MODIFIED: Final = 304
_HEADERS: Final = {
    "cache-control": "public, no-cache",
    "access-control-allow-origin": "*",  # a verifier in a browser reads them from its own origin
}

IfNoneMatch = Annotated[str, Header(include_in_schema=False)]


def described(media_type: str) -> dict[int | str, dict[str, Any]]:
    """What the API's description says of a signed message."""
    content = {media_type: {"schema": {"type": "string", "contentEncoding": "binary"}}}
    return {200: {"description": "COSE, signed", "content": content}}


def published(service: Service, name: str, media_type: str, if_none_match: str) -> Response:
    """What is published under a path of the bundle.

    Raises:
        NotRegisteredError: nothing is.
    """
    artifact = service.publisher.artifact(name)
    if artifact is None:
        raise NotRegisteredError(entity="list", key=name)
    return answer(artifact.content, media_type, if_none_match)


def answer(content: bytes, media_type: str, if_none_match: str) -> Response:
    """The content, or that it has not changed."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {**_HEADERS, "etag": tag}
    held = {entry.strip().removeprefix("W/") for entry in if_none_match.split(",")}
    if tag in held or "*" in held:
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
