"""What is to be done, at a glance; and the alarms that a supervisor sees."""

from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from credential.days import SHANGHAI
from verify_service.access import require_bureau
from verify_service.desk.accounts import require_supervisor
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import html, pages_of, showing
from verify_service.desk.words import DONE
from verify_service.registry.alarms import list_alarms
from verify_service.registry.errors import NotRegisteredError
from verify_service.registry.notices import notices_to_give
from verify_service.registry.recalls import open_recalls
from verify_service.registry.reconciling import open_differences
from verify_service.registry.reissues import open_reissues
from verify_service.registry.searching import describe_licenses
from verify_service.web_access import service_of

MOST_TASKS: Final = 100
MOST_ALARMS: Final = 200
_ALARM_DAYS: Final = timedelta(days=30)


def _home(request: Request, visit: Visit) -> Response:
    department = None if visit.is_bureau else visit.principal.department
    with service_of(request).database.reading() as connection:
        recalls = open_recalls(connection, department=department)
        reissues = open_reissues(connection) if visit.is_bureau else ()
        differences = open_differences(connection, department=department)
        notices = notices_to_give(connection, limit=MOST_TASKS) if visit.is_bureau else ()
        numbers = {task.cause.number for task in recalls[:MOST_TASKS]}
        numbers |= {task.number for task in reissues[:MOST_TASKS]}
        numbers |= {notice.number for notice in notices}
        licenses = describe_licenses(connection, numbers)
    today = visit.at.astimezone(SHANGHAI).date()
    page = pages_of(request).write(
        "home.html",
        visit.language,
        path="/desk",
        visit=visit,
        open_differences=differences,
        recalls=recalls[:MOST_TASKS],
        recalls_in_all=len(recalls),
        recalls_overdue=sum(task.due_on < today for task in recalls),
        reissues=reissues[:MOST_TASKS],
        reissues_in_all=len(reissues),
        reissues_overdue=sum(task.due_on < today for task in reissues),
        notices=notices,
        licenses=licenses,
        today=today,
        done=DONE.get(request.query_params.get("done", "")),
    )
    return html(page, visit.language)


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


home, alarms = showing(_home), showing(_alarms)
