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
from verify_service.registry.moves import Basis, LicenseState, Move, PermitState


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
    """One move of a department; ``terms`` is None where they stay as they were.

    ``basis`` is one that the move may rest on (`moves.PERMIT_RULES`), None for its first.
    """

    move: Move
    terms: PermitTerms | None = None
    basis: str | None = None
    grounds: str
    document: str | None = None
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitVersion:
    """A link of a permit's chain: the move, the state that it made, and the terms since.

    ``basis`` is None in what was recorded before there were any.
    """

    permit: int
    version: int
    move: Move
    state: PermitState
    terms: PermitTerms
    basis: Basis | None
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
    """A version of a permit, by the permit's id: what a state was caused by."""

    permit: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredPermit(IncludedPermit):
    """The version of a permit that a license was issued from.

    ``mandatory``: the industry's license could not stand without it.
    """

    mandatory: bool


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
    that the holder was told, and when (R5). ``policy`` is the id of the one that it was judged by
    (`lifecycle.policy`), None in what was issued before there were any.
    Raises `DatesReversedError`.
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
    permits: tuple[GatheredPermit, ...]
    pending: tuple[PendingItem, ...]
    record: Record
    request_key: str | None = None
    policy: str | None = None

    def __post_init__(self) -> None:
        if self.expires_on is not None:
            _check_order(self.issued_on, self.expires_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """What becomes of one version of a license, the permit's version that caused it, and the
    policy by which it did."""

    state: LicenseState
    reason: str
    cause: IncludedPermit | None = None
    policy: str | None = None
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
    policy: str | None = None
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseNote:
    """A permit that was given up, and for which a version of a license stands all the same."""

    number: str
    version: int
    permit: int
    permit_version: int
    policy: str
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


class RecallOutcome(StrEnum):
    """What became of a sheet that was to be taken back."""

    TAKEN_BACK = "taken-back"
    LOST = "lost"
    NOT_FOUND = "not-found"


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
    outcome: RecallOutcome | None
    note: str | None


class ReissueOutcome(StrEnum):
    """How a reissue task came to its end."""

    REISSUED = "reissued"
    LICENSE_ENDED = "license-ended"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissueTask:
    """A version of a license does not say any more what its permits do; the bureau reissues it."""

    id: int
    number: str
    version: int
    reason: str
    cause: IncludedPermit
    opened_at: datetime
    due_on: date
    closed_at: datetime | None
    closed_by: str | None
    outcome: ReissueOutcome | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a holder is to be told of a license; ``words`` by language (``zh``, ``en``).

    ``means`` says how it was given (a letter, a message), None as long as it was not.
    """

    id: int
    holder: str
    number: str
    version: int
    kind: str
    words: Mapping[str, str]
    made_at: datetime
    given_at: datetime | None
    given_by: str | None
    means: str | None


class AnnouncementOutcome(StrEnum):
    """What became of an announced change."""

    APPLIED = "applied"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedChange:
    """A department's decision that takes effect later; ``terms`` None where they stay."""

    id: int
    permit: int
    move: Move
    basis: Basis
    terms: PermitTerms | None
    grounds: str
    document: str | None
    effective_at: datetime
    announced_at: datetime
    announced_by: str
    settled_at: datetime | None
    settled_by: str | None
    outcome: AnnouncementOutcome | None
    detail: Mapping[str, object] | None


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
