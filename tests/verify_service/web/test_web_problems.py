"""Problem documents: a row for every error, and nothing in them that has to stay inside."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import httpx
import pytest
from starlette.exceptions import HTTPException

import verify_service
from tests.verify_service.web.browser import Browser, code_of
from tests.verify_service.web.conftest import Counter, Sample
from verify_service.access import KindNotAllowedError, TokenRefusedError
from verify_service.errors import DatabaseLockedError, DatabaseUnreachableError, ServiceError
from verify_service.problem_table import BY_STATUS, FAULT, TABLE
from verify_service.problems import kind_of, kinds, problem_of
from verify_service.registry.errors import ConstraintError, NotRegisteredError
from verify_service.service import KeyRefusedError
from verify_service.settings import SettingsError
from verify_service.web_guard import BodyTooLargeError, BodyTooSlowError

MEANT_AS_FAULTS = {
    *(
        "BlockError",
        "StatusPagesError",
        "SettingsError",
        "KeyRefusedError",
        "RootRefusedError",
        "KeyFileError",
        "CeremonyError",
        "PlainFileError",
        "CatalogError",
        "CellError",  # told in a report, row by row
        "RowsRefusedError",
        "ExtractRefusedError",
        "PolicyError",
    ),
    *("CredentialError", "SymbolError", "AddressUnusableError", "DoubtfulKeyError"),
}
"""Errors that a caller can do nothing about (and all below them): they are told as faults of ours,
on purpose."""
NEVER_LEAVE = {"Refusal", "ServiceError", "Sm2KeyError"}
"""The core's own way out of its steps; the root of ours, which is never raised itself; what
`keys.sm2_files` turns into a `KeyFileError`, with the path."""
_OURS = ("verify_service.", "credential.", "keys.")


def every_error() -> list[type[BaseException]]:
    """Every exception of the packages that an endpoint can reach, but for the command line's."""
    for module in pkgutil.walk_packages(verify_service.__path__, "verify_service."):
        if not {"migrations", "commands", "cli", "__main__"} & set(module.name.split(".")):
            importlib.import_module(module.name)

    def below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    ours = {
        kind
        for kind in below(BaseException)
        if kind.__module__.startswith(_OURS)
        and not kind.__module__.startswith("verify_service.commands")
        and kind.__name__ not in NEVER_LEAVE
    }
    assert ServiceError not in ours
    return sorted(ours, key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__qualname__)
def test_every_error_that_can_reach_an_endpoint_has_a_row(kind: type[Exception]) -> None:
    if issubclass(kind, HTTPException):
        assert issubclass(kind, BodyTooLargeError | BodyTooSlowError)  # 413, 408
        return
    assert any(ancestor in TABLE for ancestor in kind.__mro__), kind
    is_base = bool(kind.__subclasses__())
    if not is_base and not MEANT_AS_FAULTS & {ancestor.__name__ for ancestor in kind.__mro__}:
        assert kind_of(kind) is not FAULT


def test_codes_and_words_are_there_once_for_each_kind_of_problem() -> None:
    found = list(kinds())
    assert len({kind.code for kind in found}) == len(found)
    for kind in found:
        assert 400 <= kind.status < 600
        assert kind.zh
        assert kind.en
        assert kind.advice is None or all(kind.advice)
        assert kind.code == kind.code.lower().replace("_", "-")


def test_an_error_that_nobody_has_foreseen_is_a_fault_of_ours() -> None:
    assert kind_of(ZeroDivisionError) is FAULT


def test_an_errors_own_words_and_data_are_told() -> None:
    problem = problem_of(NotRegisteredError(entity="permit", key="JY1"), request_id="r")
    document = problem.as_dict("https://a.example")
    assert document["detail"] == "登记库中没有此记录：许可 JY1"
    assert document["detail_en"] == "not in the registry: permit JY1"
    assert (document["entity"], document["key"]) == ("permit", "JY1")
    assert document["type"] == "https://a.example/problems/not-registered"


@pytest.mark.parametrize(
    "error",
    [
        DatabaseUnreachableError(database="postgresql://db.inside/registry", detail="inside"),
        DatabaseLockedError(database="/srv/inside/registry.sqlite3"),
        ConstraintError(kind="check", constraint="inside"),
        TokenRefusedError(reason="inside"),
        SettingsError(source="/etc/inside.toml", faults=("inside",)),
        KeyRefusedError(detail={"zh": "inside", "en": "inside"}),
        ValueError("inside"),
        HTTPException(418, detail="inside"),
        HTTPException(400, detail="inside"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_inside_stays_inside(error: Exception) -> None:
    document = problem_of(error, request_id="r").as_dict("https://a.example")
    assert "inside" not in str(document)


def test_a_problems_data_never_replaces_its_own_members() -> None:
    class StatusError(NotRegisteredError):
        def __init__(self) -> None:
            super().__init__(entity="permit", key="1")
            self.status = 200
            self.type = "about:blank"
            self.title = "all is well"

    document = problem_of(StatusError(), request_id="r").as_dict("https://a.example")
    assert document["status"] == 404
    assert document["type"] == "https://a.example/problems/not-registered"


def test_a_refused_token_is_told_how_to_ask(counter: Counter) -> None:
    missing = counter.browser.get("/api/v1/alarms")
    assert (missing.status_code, code_of(missing)) == (401, "token-missing")
    assert missing.headers["www-authenticate"] == 'Bearer realm="verify-service"'
    wrong = counter.browser.get("/api/v1/alarms", headers={"authorization": "Bearer vs_wrong"})
    assert (wrong.status_code, code_of(wrong)) == (401, "token-refused")
    assert wrong.headers["www-authenticate"].endswith('error="invalid_token"')
    other = counter.browser.get("/api/v1/alarms", headers=counter.headers("scjg"))
    assert (other.status_code, code_of(other)) == (403, "not-allowed")
    assert other.headers["www-authenticate"].endswith('error="insufficient_scope"')
    assert kind_of(KindNotAllowedError).status == 403


def test_a_browser_gets_a_page_and_a_program_a_document(sample: Sample) -> None:
    page = sample.browser.visit("/nowhere")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-request-id"] in page.text
    assert code_of(sample.browser.get("/nowhere")) == "no-such-page"
    assert code_of(sample.browser.get("/nowhere", headers={"accept": "*/*"})) == "no-such-page"


def test_the_api_answers_a_browser_with_a_document_too(sample: Sample) -> None:
    assert code_of(sample.browser.visit("/api/v1/nowhere")) == "no-such-page"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_type_of_problem_leads_to_a_page_about_it(sample: Sample, language: str) -> None:
    for kind in kinds():
        page = sample.browser.visit(f"/problems/{kind.code}?lang={language}")
        assert page.status_code == 200
        assert (kind.zh if language == "zh" else kind.en) in page.text
    assert sample.browser.visit("/problems/nothing").status_code == 404


def test_the_frameworks_own_refusals_all_have_words() -> None:
    assert {400, 404, 405, 408, 413, 415, 422} == BY_STATUS.keys()


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_methods_that_nobody_serves_are_refused(sample: Sample, method: str) -> None:
    for path in ("/", "/api/v1/bundle", "/api/v1/verify"):
        answer = sample.browser.request(method, path)
        assert answer.status_code == 405
        assert code_of(answer) == "method-not-allowed"


def test_fields_are_named_and_their_content_is_not_repeated(counter: Counter) -> None:
    body = {"uscc": "short-secret", "name": "", "extra": "secret"}
    answer = counter.browser.post("/api/v1/holders", json=body, headers=counter.headers("bureau"))
    assert (answer.status_code, code_of(answer)) == (422, "fields-invalid")
    faults = {fault["field"]: fault for fault in answer.json()["errors"]}
    assert faults.keys() == {"uscc", "name", "extra"}
    assert faults["extra"]["message"]["zh"] == "没有此项"
    assert "secret" not in answer.text


def test_a_body_that_is_no_json_is_told_so(counter: Counter) -> None:
    headers = counter.headers("bureau") | {"content-type": "application/json"}
    answer = counter.browser.post("/api/v1/holders", content=b"{", headers=headers)
    assert (answer.status_code, code_of(answer)) == (400, "malformed-request")


def test_a_busy_registry_asks_to_come_back(counter: Counter) -> None:
    answer = _answer(counter.browser, DatabaseLockedError(database="x"))
    assert (answer.status_code, code_of(answer)) == (503, "registry-busy")
    assert answer.headers["retry-after"] == "2"


def _answer(browser: Browser, error: Exception) -> httpx.Response:
    def fail() -> None:
        raise error

    browser.app.get("/api/v1/failing")(fail)
    return browser.get("/api/v1/failing")


def test_nothing_is_answered_from_a_registry_that_was_replaced(counter: Counter) -> None:
    path = counter.service.database.path
    assert path is not None
    ask = ("/health", f"/api/v1/licenses/{quote('朝综许26-2031-00001')}")
    assert [counter.browser.get(each).status_code for each in ask] == [200, 404]
    copy = path.with_name("copy.sqlite3")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    copy.replace(path)
    assert [counter.browser.get(each).status_code for each in ask] == [503, 503]
