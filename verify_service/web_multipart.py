"""Forms that bring a file: `multipart/form-data`, read with a bound on each of its parts."""

import re
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

MULTIPART: Final = "multipart/form-data"
_BOUNDARY: Final = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
"""RFC 2046 §5.1.1."""
_PART_BYTES: Final = 16 << 10  # of what is no file


async def read_multipart(request: Request, *, fields: int) -> FormData:
    """Read a form of at most one file and some short fields, in UTF-8 (RFC 7578 §5.1.2).

    Raises HTTPException for what is none. Whoever asks closes it.
    """
    headers = [
        (name, _without_charset(value) if name == b"content-type" else value)
        for name, value in request.scope["headers"]
    ]
    plain = Request({**request.scope, "headers": headers}, request.receive)
    return await plain.form(max_files=1, max_fields=fields, max_part_size=_PART_BYTES)


def _without_charset(content_type: bytes) -> bytes:
    """Leave of a form's type its boundary alone.

    A charset in it would be looked up by the parser among all of Python's codecs: `undefined`
    raises what nobody catches there, and each name that there is none for is remembered for good.
    """
    kind, options = parse_options_header(content_type)
    if kind != MULTIPART.encode():
        return content_type
    boundary = options.get(b"boundary", b"")
    if not _BOUNDARY.fullmatch(boundary):
        raise HTTPException(400)
    return kind + b'; boundary="' + boundary + b'"'
