"""What is to be done: recalls, and the alarms that a supervisor sees."""

from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_bureau
from verify_service.desk.accounts import require_supervisor
from verify_service.desk.forms import Form, new_key
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing
from verify_service.desk.words import DONE
from verify_service.registry.alarms import list_alarms
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.recalls import close_recall, get_recall, open_recalls
from verify_service.registry.searching import describe_licenses
from verify_service.web_access import clock_of, service_of

MOST_TASKS: Final = 100
MOST_ALARMS: Final = 200
_ALARM_DAYS: Final = timedelta(days=30)


def _home(request: Request, visit: Visit) -> Response:
    department = None if visit.is_bureau else visit.principal.department
    with service_of(request).database.reading() as connection:
        recalls = open_recalls(connection, department=department)
        shown = recalls[:MOST_TASKS]
        licenses = describe_licenses(connection, {task.cause.number for task in shown})
    today = visit.at.astimezone(SHANGHAI).date()
    page = pages_of(request).write(
        "home.html",
        visit.language,
        path="/desk",
        visit=visit,
        recalls=shown,
        recalls_in_all=len(recalls),
        overdue=sum(task.due_on < today for task in recalls),
        licenses=licenses,
        today=today,
        done=DONE.get(request.query_params.get("done", "")),
    )
    return html(page, visit.language)


def _recall(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    identity = number_of(request, entity="recall task")
    with service_of(request).database.reading() as connection:
        task = get_recall(connection, identity)
        license = describe_licenses(connection, {task.cause.number})[task.cause.number]
    page = pages_of(request).write(
        "recall.html",
        visit.language,
        path=f"/desk/recalls/{identity}",
        visit=visit,
        task=task,
        license=license,
        key=new_key(),
    )
    return html(page, visit.language)


def _close(request: Request, visit: Visit, _: Form) -> Response:
    require_bureau(visit.principal)
    identity = number_of(request, entity="recall task")
    clock = clock_of(request)
    with service_of(request).database.writing() as connection:
        close_recall(connection, identity, at=clock(), by=visit.principal.recorded_by)
    return redirect("/desk", visit.language, {"done": "recall-closed"})


def _alarms(request: Request, visit: Visit) -> Response:
    require_bureau(visit.principal)
    require_supervisor(visit.account)
    service = service_of(request)
    service.verifier.alarms.write()  # what was counted since the timer's last look
    with service.database.reading() as connection:
        alarms = list_alarms(connection, since=visit.at - _ALARM_DAYS, limit=MOST_ALARMS)
    page = pages_of(request).write(
        "alarms.html", visit.language, path="/desk/alarms", visit=visit, alarms=alarms
    )
    return html(page, visit.language)


def number_of(request: Request, *, entity: str) -> int:
    """Read the number in an address; raises `NotRegisteredError` for what can be none."""
    text: str = request.path_params["id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise NotRegisteredError(entity=entity, key=text[:40])
    return int(text)


home, recall, alarms = showing(_home), showing(_recall), showing(_alarms)
close = doing(_close)
