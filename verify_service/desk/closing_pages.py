"""One form for each task that the bureau closes: a recall, a reissue that is not needed, a notice."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from verify_service.access import require_bureau
from verify_service.catalog.bilingual import Bilingual
from verify_service.desk.forms import Fault, Form, Reading, new_key
from verify_service.desk.task_pages import number_of
from verify_service.desk.visit import Visit
from verify_service.desk.visiting import doing, html, pages_of, redirect, showing
from verify_service.desk.words import RECALL_OUTCOMES, WORDS
from verify_service.registry.notices import get_notice
from verify_service.registry.recalls import get_recall
from verify_service.registry.records import RecallOutcome
from verify_service.registry.reissues import get_reissue
from verify_service.registry.searching import describe_licenses
from verify_service.web_access import clock_of, service_of


def _recall(request: Request, visit: Visit) -> Response:
    return _show_recall(request, visit, {"outcome": "", "note": ""})


def _close_recall(request: Request, visit: Visit, form: Form) -> Response:
    require_bureau(visit.principal)
    reading = Reading(form)
    outcome = reading.choice("outcome", set(RecallOutcome))
    # That a sheet is gone is for somebody to answer for; that it is back, the sheet shows.
    note = reading.words("note", is_needed=outcome != RecallOutcome.TAKEN_BACK)
    if reading.faults:
        typed = {"outcome": outcome, "note": form.text("note")}
        return _show_recall(request, visit, typed, faults=tuple(reading.faults))
    service_of(request).tasks.close_recall(
        number_of(request, entity="recall task"),
        outcome=RecallOutcome(outcome),
        note=note,
        principal=visit.principal,
        clock=clock_of(request),
    )
    return redirect("/desk", visit.language, {"done": "recall-closed"})


def _show_recall(
    request: Request, visit: Visit, typed: Mapping[str, str], *, faults: tuple[Fault, ...] = ()
) -> Response:
    require_bureau(visit.principal)
    identity = number_of(request, entity="recall task")
    with service_of(request).database.reading() as connection:
        task = get_recall(connection, identity)
        license = describe(connection, task.cause.number)
    path = f"/desk/recalls/{identity}"
    labels = {"outcome": "outcome", "note": "note"}
    more = {"task": task, "license": license, "outcomes": RECALL_OUTCOMES, "typed": typed}
    return _form(request, visit, "recall.html", path, faults, labels, more)


def _reissue(request: Request, visit: Visit) -> Response:
    return _show_reissue(request, visit)


def _close_reissue(request: Request, visit: Visit, form: Form) -> Response:
    require_bureau(visit.principal)
    reading = Reading(form)
    note = reading.words("note")
    if reading.faults or note is None:
        return _show_reissue(request, visit, form.text("note"), faults=tuple(reading.faults))
    service_of(request).tasks.close_reissue(
        number_of(request, entity="reissue task"),
        note=note,
        principal=visit.principal,
        clock=clock_of(request),
    )
    return redirect("/desk", visit.language, {"done": "reissue-closed"})


def _show_reissue(
    request: Request, visit: Visit, typed: str = "", *, faults: tuple[Fault, ...] = ()
) -> Response:
    require_bureau(visit.principal)
    identity = number_of(request, entity="reissue task")
    with service_of(request).database.reading() as connection:
        task = get_reissue(connection, identity)
        license = describe(connection, task.number)
    path = f"/desk/reissues/{identity}"
    more = {"task": task, "license": license, "typed": typed}
    return _form(request, visit, "not_needed.html", path, faults, {"note": "note"}, more)


def _notice(request: Request, visit: Visit) -> Response:
    return _show_notice(request, visit)


def _give_notice(request: Request, visit: Visit, form: Form) -> Response:
    require_bureau(visit.principal)
    reading = Reading(form)
    means = reading.words("means")
    if reading.faults or means is None:
        return _show_notice(request, visit, form.text("means"), faults=tuple(reading.faults))
    service_of(request).tasks.give_notice(
        number_of(request, entity="notice"),
        means=means,
        principal=visit.principal,
        clock=clock_of(request),
    )
    return redirect("/desk", visit.language, {"done": "notice-given"})


def _show_notice(
    request: Request, visit: Visit, typed: str = "", *, faults: tuple[Fault, ...] = ()
) -> Response:
    require_bureau(visit.principal)
    identity = number_of(request, entity="notice")
    with service_of(request).database.reading() as connection:
        notice = get_notice(connection, identity)
        license = describe(connection, notice.number)
    path = f"/desk/notices/{identity}"
    words = Bilingual(zh=notice.words["zh"], en=notice.words["en"])
    more = {"notice": notice, "license": license, "told": words, "typed": typed}
    return _form(request, visit, "notice.html", path, faults, {"means": "means"}, more)


def describe(connection: Connection, number: str) -> Any:
    """Return the license that a task is about: a reference of the database holds it there."""
    return describe_licenses(connection, {number})[number]


def _form(
    request: Request,
    visit: Visit,
    template: str,
    path: str,
    faults: tuple[Fault, ...],
    labels: Mapping[str, str],
    more: Mapping[str, Any],
) -> Response:
    page = pages_of(request).write(
        template,
        visit.language,
        path=path,
        visit=visit,
        key=new_key(),
        faults=faults,
        labels={name: visit.language.pick(WORDS[word]) for name, word in labels.items()},
        **more,
    )
    return html(page, visit.language, status=422 if faults else 200)


recall, close_recall = showing(_recall), doing(_close_recall)
reissue, close_reissue = showing(_reissue), doing(_close_reissue)
notice, give_notice = showing(_notice), doing(_give_notice)
