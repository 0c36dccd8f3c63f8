"""The API's description: what FastAPI cannot know of problems, binary answers and examples."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from verify_service.problems import MEDIA_TYPE, kinds
from verify_service.verification.endpoints import VERIFY_PATH
from verify_service.verification.examples import EXAMPLE_ANSWERS

DESCRIPTION: Final = """\
核验综合许可凭证（一业一证），以及发证与许可变更。 \
Verifies composite licenses, issues them, and lets departments write their permits.

Verifying needs no token. Everything that writes does: `Authorization: Bearer vs_…`, for the bureau
or for one department's permit kinds. Instants are ISO 8601 with their zone; days are civil days in
Asia/Shanghai. Refusals are problem documents (RFC 9457); docs/spec/api.md lists their types.
"""
TAGS: Final = [
    {"name": "verifying", "description": "For everybody, without a token."},
    {"name": "published lists", "description": "Signed lists, for verifiers that go offline."},
    {"name": "registry", "description": "Holders, premises, licenses on file, the bureau's books."},
    {"name": "permits", "description": "For departments: each writes its own kinds alone."},
    {"name": "issuing", "description": "For the bureau."},
    {"name": "the past", "description": "For the bureau: a license's story, verdicts of the past."},
]
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A problem (RFC 9457), Chinese in its own members and English beside them.",
    "required": ["type", "title", "title_en", "status", "detail", "detail_en", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "title_en": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_en": {"type": "string"},
        "instance": {"type": "string", "description": "urn:uuid: and the request's number."},
        "errors": {
            "type": "array",
            "description": "With `fields-invalid`: what is wrong with each field.",
            "items": {
                "type": "object",
                "required": ["in", "field", "code", "message"],
                "properties": {
                    "in": {"enum": ["body", "query", "path", "header"]},
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {
                        "type": "object",
                        "required": ["zh", "en"],
                        "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
                    },
                },
            },
        },
    },
    "additionalProperties": True,
}
_UNUSED: Final = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Let an application give this description of itself, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=TAGS,
    )
    schemas = document["components"]["schemas"]
    for name in _UNUSED:
        schemas.pop(name, None)
    problem_types = [f"…/problems/{kind.code} ({kind.status})" for kind in kinds()]
    schemas["Problem"] = _PROBLEM | {"x-problem-types": problem_types}
    # Put in here, because FastAPI leaves out every null, and a verdict's nulls mean something.
    answer = document["paths"][VERIFY_PATH]["post"]["responses"]["200"]
    answer["content"]["application/json"]["examples"] = EXAMPLE_ANSWERS
    for operation in _operations(document):
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = {
            "description": "Refused, with the reason.",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
