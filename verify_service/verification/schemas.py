"""What `POST /api/v1/verify` takes and gives, as documentation; the hot path builds none of it.

A test holds every verdict of the sample district against these models.
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from credential.reasons import Outcome, Severity
from credential.verdict import Check, PermitState
from verify_service.verification.examples import EXAMPLE_REQUESTS
from verify_service.verification.photographs import MAX_SYMBOLS

_Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", examples=["2028-04-10"])]
_Instant = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$", examples=["2031-05-20T14:03:22+08:00"]
    ),
]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sentence(_Exact):
    zh: str
    en: str


class ReasonDocument(BaseModel):
    """Further members are the reason's data, such as ``number`` or ``valid_until``."""

    model_config = ConfigDict(extra="allow")

    code: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", examples=["permit-revoked"])]
    severity: Severity
    message: Sentence
    next_step: Sentence


class IndustryDocument(_Exact):
    code: Annotated[str, Field(pattern=r"^\d\d$")]
    name: str | None
    name_en: str | None


class HolderDocument(_Exact):
    name: str
    uscc: str


class PremisesDocument(_Exact):
    address: str
    latitude: float | None
    longitude: float | None


class IssuerDocument(_Exact):
    code: str
    name: str
    name_en: str


class LicenseDocument(_Exact):
    number: str
    version: int
    industry: IndustryDocument
    holder: HolderDocument | None
    premises: PremisesDocument | None
    issued_on: _Day | None
    expires_on: _Day | None
    issuer: IssuerDocument


class PermitDocument(_Exact):
    kind: str | None
    name: str | None
    name_en: str | None
    number: str
    department: str | None
    department_en: str | None
    valid_until: _Day | None
    state: PermitState
    by_promise: bool


class PendingDocument(_Exact):
    kind: str | None
    name: str | None
    name_en: str | None
    department: str | None
    department_en: str | None
    mandatory: bool


class CheckedDocument(_Exact):
    signature: Check
    issuer: Check
    status: Check
    registry: Check
    place: Check


class AsOfDocument(_Exact):
    now: _Instant
    status: _Instant | None
    trust: _Instant
    registry: _Instant | None


class VerdictDocument(_Exact):
    """A verdict, the same from the API, the scanner and the page (docs/spec/verdict.md)."""

    outcome: Outcome
    reasons: list[ReasonDocument]
    license: Annotated[
        LicenseDocument | None,
        Field(description="None for `rejected` and `not_a_license`: nothing of it is shown."),
    ]
    permits: list[PermitDocument]
    pending: list[PendingDocument]
    checked: CheckedDocument
    as_of: AsOfDocument


_Corners = Annotated[
    list[tuple[int, int]],
    Field(
        min_length=4,
        max_length=4,
        description="Pixels of the upright photograph: the symbol's own top left, top right, "
        "bottom right, bottom left.",
    ),
]


class CodeDocument(_Exact):
    text: str
    corners: _Corners
    verdict: VerdictDocument


class PhotographDocument(_Exact):
    """Every symbol that was read in a photograph, top to bottom; none is no error."""

    codes: Annotated[list[CodeDocument], Field(max_length=MAX_SYMBOLS)]
    unread: Annotated[
        list[_Corners],
        Field(
            max_length=MAX_SYMBOLS,
            description="Symbols that were located and could not be read: look closer.",
        ),
    ]
    left_out: Annotated[
        int, Field(ge=0, description="How many symbols beyond these were not looked at.")
    ]


REQUEST_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["text"],
                "additionalProperties": False,
                "properties": {
                    "text": {
                        "type": "string",
                        "description": "The symbol's text, exactly as a reader gives it.",
                    },
                    "near": {
                        "description": "Where the scan was made, in degrees of WGS-84.",
                        "anyOf": [
                            {
                                "type": "object",
                                "required": ["latitude", "longitude"],
                                "additionalProperties": False,
                                "properties": {
                                    "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                                    "longitude": {
                                        "type": "number",
                                        "minimum": -180,
                                        "maximum": 180,
                                    },
                                },
                            },
                            {"type": "null"},
                        ],
                    },
                    "at": {
                        "type": ["string", "null"],
                        "description": "Bureau alone: judge it as of this instant of the past. The "
                        "answer is `past` (`at`, `known`) and `verdict`.",
                        "examples": ["2031-05-20T14:03:00+08:00"],
                    },
                    "known": {
                        "type": ["string", "null"],
                        "description": "With `at`: as far as was recorded at this instant, or `at`.",
                    },
                },
            },
            "examples": EXAMPLE_REQUESTS,
        },
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["photograph"],
                "properties": {
                    "photograph": {
                        "type": "string",
                        "contentMediaType": "image/*",
                        "description": "One still: PNG, JPEG, WebP, GIF, BMP or TIFF.",
                    },
                    "near": {
                        "type": "string",
                        "description": "LATITUDE,LONGITUDE in degrees of WGS-84.",
                        "examples": ["39.9219,116.4433"],
                    },
                },
            },
        },
    },
}
