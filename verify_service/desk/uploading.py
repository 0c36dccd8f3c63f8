"""Forms of the desk that bring a file: nothing of it is read before it is known who sends it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from verify_service.access import require_department
from verify_service.desk.errors import SessionMissingError
from verify_service.desk.forms import Form
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import TOLD, check_same_site, doing_with, tell, to_login, visit_of
from verify_service.web_multipart import MULTIPART, read_multipart

MOST_FIELDS: Final = 100
_MOST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The file of a form, and its other fields. ``name`` is empty where no file was chosen."""

    form: Form
    name: str
    data: bytes


Take = Callable[[Request, Visit, Upload], Response]


def uploading(take: Take) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of what a department's file is taken by."""

    async def endpoint(request: Request) -> Response:
        check_same_site(request)
        refusal = await run_in_threadpool(_refusal, request)
        if refusal is not None:
            return refusal
        upload = await _read(request)
        return await run_in_threadpool(
            doing_with, request, upload.form, lambda visit: take(request, visit, upload)
        )

    return endpoint


def _refusal(request: Request) -> Response | None:
    """Answer whoever may not bring a file."""
    visit = None
    try:
        visit = visit_of(request)
        require_department(visit.principal)
    except SessionMissingError:
        return to_login(request)
    except TOLD as error:
        return tell(request, error, visit)
    return None


async def _read(request: Request) -> Upload:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise HTTPException(415)
    received = await read_multipart(request, fields=MOST_FIELDS)
    try:
        fields: dict[str, tuple[str, ...]] = {}
        name, data = "", b""
        for field, value in received.multi_items():
            if isinstance(value, UploadFile):
                name, data = _plain_name(value.filename or ""), await value.read()
            else:
                fields[field] = (*fields.get(field, ()), value)
    finally:
        await received.close()
    return Upload(form=Form(fields=fields), name=name, data=data)


def _plain_name(name: str) -> str:
    """Return a file's name without its folder and what does not show; its end says its format."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable()).strip()[-_MOST_NAME:]
