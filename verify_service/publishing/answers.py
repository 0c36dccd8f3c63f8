"""How what is published is answered: caches may keep it, and have to ask whether it is the newest."""

import gzip
import re
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Response

from verify_service.registry.errors import NotRegisteredError
from verify_service.service import Service

_NOT_MODIFIED: Final = 304
# Code lists and the table of contents become less than half; below this there is nothing to gain.
_WORTH_COMPRESSING: Final = 1024
_ZERO: Final = re.compile(r"q=0(\.0{0,3})?")
_HEADERS: Final = {
    "cache-control": "public, no-cache",
    "access-control-allow-origin": "*",  # a verifier in a browser reads them from its own origin
}


class Conditions:
    """What a request for something published says of copies and of compression."""

    def __init__(
        self,
        if_none_match: Annotated[str, Header(include_in_schema=False)] = "",
        accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> None:
        self.held = {entry.strip().removeprefix("W/") for entry in if_none_match.split(",")}
        self.takes_gzip = any(map(_is_gzip, accept_encoding.lower().split(",")))


Asked = Annotated[Conditions, Depends()]


def described(media_type: str) -> dict[int | str, dict[str, Any]]:
    """What the API's description says of a signed message."""
    content = {media_type: {"schema": {"type": "string", "contentEncoding": "binary"}}}
    return {200: {"description": "COSE, signed", "content": content}}


def published(service: Service, name: str, media_type: str, asked: Conditions) -> Response:
    """What is published under a path of the bundle.

    Raises:
        NotRegisteredError: nothing is.
    """
    artifact = service.publisher.artifact(name)
    if artifact is None:
        raise NotRegisteredError(entity="list", key=name)
    # A status list is compressed within: gzip makes it longer, and costs at each request.
    return answer(artifact.content, media_type, asked, compress=not name.startswith("status/"))


def answer(
    content: bytes, media_type: str, asked: Conditions, *, compress: bool = True
) -> Response:
    """The content, or that it has not changed; compressed for those who take it, where it gains."""
    digest = sha256(content).hexdigest()[:32]
    tag, compressed_tag = f'"{digest}"', f'"{digest}-gzip"'
    headers = dict(_HEADERS)
    if compress and len(content) >= _WORTH_COMPRESSING:
        headers["vary"] = "accept-encoding"
        if asked.takes_gzip:
            headers["content-encoding"] = "gzip"
            tag, compressed_tag = compressed_tag, tag
    headers["etag"] = tag
    if asked.held & {tag, compressed_tag, "*"}:
        headers.pop("content-encoding", None)
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    if "content-encoding" in headers:
        content = gzip.compress(content, 6, mtime=0)
    return Response(content, headers=headers, media_type=media_type)


def _is_gzip(entry: str) -> bool:
    name, *parameters = (part.strip() for part in entry.split(";"))
    refused = any(_ZERO.fullmatch(parameter) for parameter in parameters)
    return name in {"gzip", "x-gzip", "*"} and not refused
