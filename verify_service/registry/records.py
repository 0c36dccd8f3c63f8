"""What the registry takes and gives: frozen values, no sessions, no lazy loading.

``New…`` and ``…Change`` go in, the others come out. Every instant is aware; every day is a civil
day in Asia/Shanghai, the last one included in a validity.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from verify_service.geodesy import Position
from verify_service.registry.errors import DatesReversedError
from verify_service.registry.moves import LicenseState, Move, PermitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    uscc: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """``facts`` are the catalog's words about the place (``has_swimming_pool``, …)."""

    id: int
    holder: str
    division_code: str
    address: str
    position: Position | None
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """When something took effect (not after it was recorded), when and by whom it was recorded."""

    effective_at: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitTerms:
    """What a permit says. ``valid_until`` is its last day, None for one without an end.

    Raises `DatesReversedError`.
    """

    valid_from: date
    valid_until: date | None
    document_form: str
    by_promise: bool = False
    particulars: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.valid_until is not None:
            _check_order(self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitChange:
    """One move of a department; ``terms`` is None where they stay as they were."""

    move: Move
    terms: PermitTerms | None = None
    grounds: str
    document: str | None = None
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitVersion:
    """A link of a permit's chain: the move, the state that it made, and the terms since."""

    permit: int
    version: int
    move: Move
    state: PermitState
    terms: PermitTerms
    grounds: str
    document: str | None
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A permit and the last link of its chain."""

    id: int
    kind: str
    number: str
    department: str
    holder: str
    premises: int
    current: PermitVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """What never changes about a license; ``number`` spells issuer's prefix and the other three."""

    number: str
    issuer: str
    industry: str
    year: int
    serial: int
    holder: str
    premises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusBlock:
    """``size`` places from ``start`` on: the license's own, then one for each permit in order."""

    status_list: str
    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncludedPermit:
    """The version of a permit that a license was issued from."""

    permit: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingItem:
    """An item applied for and not granted; ``item`` and ``kind`` are ids of the catalog."""

    item: str
    kind: str
    mandatory: bool
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseVersion:
    """One issue of a license, with everything that was sealed and told.

    ``claims_digest`` is the SHA-256 of the claims; ``told`` holds the departments and remedies
    that the holder was told, and when (R5). Raises `DatesReversedError`.
    """

    number: str
    version: int
    catalog_version: str
    issued_on: date
    expires_on: date | None
    block: StatusBlock
    kid: bytes
    credential: bytes
    text: str
    claims_digest: bytes
    told: Mapping[str, object]
    template_version: str
    permits: tuple[IncludedPermit, ...]
    pending: tuple[PendingItem, ...]
    record: Record
    request_key: str | None = None

    def __post_init__(self) -> None:
        if self.expires_on is not None:
            _check_order(self.issued_on, self.expires_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """What the bureau does to one version of a license, and the permit's version that caused it."""

    state: LicenseState
    reason: str
    cause: IncludedPermit | None = None
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseStanding:
    """A link of the chain of states of one version of a license; ``seq`` counts from 1."""

    number: str
    version: int
    seq: int
    state: LicenseState
    reason: str
    cause: IncludedPermit | None
    record: Record


class Role(StrEnum):
    """Who a token speaks for."""

    BUREAU = "bureau"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """An access token as kept: never the secret, only its SHA-256."""

    id: str
    secret_digest: bytes
    role: Role
    department: str | None
    kinds: frozenset[str]
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something was shown that should not exist: how often, and when first and last."""

    id: int
    code: str
    shown_digest: bytes
    number: str | None
    detail: Mapping[str, object]
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallTask:
    """A department helps to take a sheet off a wall (R7); ``cause`` is the state that opened it."""

    id: int
    department: str
    cause: LicenseStanding
    opened_at: datetime
    due_on: date
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """Something published at a stable URL; a higher ``sequence`` replaces a lower one."""

    name: str
    uri: str
    media_type: str
    content: bytes
    sha256: bytes
    issued_at: datetime
    expires_at: datetime | None
    sequence: int


def _check_order(first: date, last: date) -> None:
    if last < first:
        raise DatesReversedError(first=first.isoformat(), last=last.isoformat())
