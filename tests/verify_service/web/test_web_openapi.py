"""The API's description: complete, sound, and true of what is answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verify_service.web.conftest import Sample
from verify_service.problems import kinds
from verify_service.verification.examples import EXAMPLE_REQUESTS, EXAMPLE_VERDICT
from verify_service.verification.schemas import VerdictDocument


@pytest.fixture(scope="module")
def document(sample: Sample) -> dict[str, Any]:
    answer = sample.browser.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_endpoint_of_the_contract_is_described(document: dict[str, Any]) -> None:
    described = {name for name, _ in operations(document)}
    assert described == {
        "POST /api/v1/verify",
        "GET /api/v1/claims/{digest}",
        "GET /api/v1/bundle",
        "GET /api/v1/bundle/{path}",
        "GET /status/{number}",
        "GET /trust-list",
        "GET /roots/{number}",
        "GET /.well-known/jwks.json",
        "GET /.well-known/composite-license",
        "GET /catalogs/{edition}",
        "GET /api/v1/licenses/{number}",
        "POST /api/v1/licenses",
        "POST /api/v1/licenses/{number}/reissue",
        "GET /api/v1/licenses/{number}/sheet.pdf",
        "GET /api/v1/licenses/{number}/symbol.svg",
        "GET /api/v1/licenses/{number}/symbol.png",
        "POST /api/v1/holders",
        "POST /api/v1/premises",
        "POST /api/v1/permits",
        "GET /api/v1/permits/{kind}/{number}",
        "POST /api/v1/permits/{kind}/{number}/changes",
        "POST /api/v1/permits/import",
        "GET /api/v1/imports/{run}",
        "POST /api/v1/reconciliations",
        "GET /api/v1/reconciliations/{id}",
        "POST /api/v1/reconciliations/{id}/differences/{difference}/settle",
        "POST /api/v1/reconciliations/{id}/differences/{difference}/dismiss",
        "GET /api/v1/licenses/{number}/timeline",
        "POST /api/v1/replay",
        "GET /api/v1/alarms",
        "GET /api/v1/recalls",
        "POST /api/v1/recalls/{id}/close",
        "GET /api/v1/permits/{kind}/{number}/announced",
        "POST /api/v1/announced/{id}/take-back",
        "GET /api/v1/events",
        "GET /api/v1/reissues",
        "POST /api/v1/reissues/{id}/close",
        "GET /api/v1/notices",
        "POST /api/v1/notices/{id}/give",
        "POST /api/v1/licenses/{number}/void",
    }


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for child in node.values():
                yield from references(child)
        elif isinstance(node, list):
            for child in node:
                yield from references(child)

    found = set(references(document))
    assert found
    for reference in found:
        node = document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_operation_says_what_it_is_and_how_it_refuses(document: dict[str, Any]) -> None:
    names = []
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"], name
        assert "422" not in operation["responses"], name
        content = operation["responses"]["default"]["content"]
        assert content["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
        names.append(operation["operationId"])
    assert len(set(names)) == len(names)


def test_every_writing_operation_needs_a_token_and_verifying_none(
    document: dict[str, Any],
) -> None:
    for name, operation in operations(document):
        is_open = name in ("POST /api/v1/verify", "GET /api/v1/licenses/{number}") or (
            operation["tags"] in (["published lists"], ["verifying"])
        )
        assert ("security" in operation) is not is_open, name


def test_the_types_of_problems_are_listed(document: dict[str, Any]) -> None:
    listed = " ".join(document["components"]["schemas"]["Problem"]["x-problem-types"])
    for kind in kinds():
        assert f"/problems/{kind.code} ({kind.status})" in listed


def test_the_examples_are_answered_as_they_say(sample: Sample, document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/verify"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    assert content["examples"] == EXAMPLE_REQUESTS
    answered = sample.browser.post("/api/v1/verify", json=content["examples"]["payment"]["value"])
    examples = operation["responses"]["200"]["content"]["application/json"]["examples"]
    expected = examples["payment"]["value"]
    assert answered.json() == expected | {"as_of": answered.json()["as_of"]}
    assert answered.json()["as_of"].keys() == expected["as_of"].keys()


def test_the_example_of_a_verdict_is_one(document: dict[str, Any]) -> None:
    VerdictDocument.model_validate(EXAMPLE_VERDICT)


def test_documented_answers_are_of_their_schemas(document: dict[str, Any]) -> None:
    """Each success has a schema of its own, or says which media type its bytes have."""
    for name, operation in operations(document):
        successes = [r for status, r in operation["responses"].items() if status.startswith("2")]
        assert len(successes) == 1, name
        for media_type, content in successes[0]["content"].items():
            assert content.get("schema"), (name, media_type)


def test_the_spec_names_every_endpoint_and_every_type_of_problem(document: dict[str, Any]) -> None:
    spec = (Path(__file__).parents[3] / "docs/spec/api.md").read_text("utf-8")
    for name, _ in operations(document):
        assert f"`{name}`" in spec, name
    for kind in kinds():
        assert f"| `{kind.code}` | {kind.status} | {kind.zh} |" in spec, kind.code
