"""What is asked for when a license is issued, and what the rules make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection

from verify_service.catalog import (
    Assessment,
    Catalog,
    Form,
    HeldPermit,
    Industry,
    ReasonCode,
    Severity,
    State,
    assess,
    notices,
)
from verify_service.catalog.stated import read_facts
from verify_service.issuing.errors import (
    NotIssuableError,
    PendingNotAllowedError,
    PermitOfAnotherError,
)
from verify_service.lifecycle.policy import LicensePolicy
from verify_service.registry.columns import canonical_json
from verify_service.registry.errors import BelongsElsewhereError, NotRegisteredError
from verify_service.registry.holders import get_holder, get_premises
from verify_service.registry.moves import PermitState
from verify_service.registry.permits import find_permit, permits_at
from verify_service.registry.records import Holder, PendingItem, Permit, Premises

# A permit that was asked for by name is never left out silently.
_LEFT_OUT = frozenset({ReasonCode.PERMIT_NOT_IN_FORCE, ReasonCode.PERMIT_NOT_APPLICABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitName:
    """A permit by its kind (of the catalog) and its number."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A request for a license. ``permits`` None: every permit in force at the premises that is
    of the industry; where they are named, each of them has to count. ``applied_for``: items (of
    the catalog) applied for and not granted yet."""

    holder: str
    premises: int
    industry: str
    permits: tuple[PermitName, ...] | None = None
    applied_for: tuple[str, ...] = ()

    def digest(self) -> bytes:
        """SHA-256 of the request, for idempotency."""
        document: Mapping[str, object] = {
            "holder": self.holder,
            "premises": self.premises,
            "industry": self.industry,
            "permits": None
            if self.permits is None
            else [[permit.kind, permit.number] for permit in self.permits],
            "applied_for": list(self.applied_for),
        }
        return sha256(canonical_json(document).encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """All that a license is issued on: who, where, which permits in order, what is pending."""

    holder: Holder
    premises: Premises
    permits: tuple[Permit, ...]
    mandatory: frozenset[int]  # ids of those permits without which it could not be issued
    pending: tuple[PendingItem, ...]
    told: tuple[Mapping[str, object], ...]


def examine(
    connection: Connection,
    application: Application,
    *,
    catalog: Catalog,
    policy: LicensePolicy,
    on: date,
) -> Grounds:
    """Hold an application against the registry and the catalog's rules.

    Raises:
        NotRegisteredError, BelongsElsewhereError, PermitOfAnotherError: what it names is not
            there, or another's.
        FactsMissingError: the rules depend on a fact that nobody has stated.
        NotIssuableError: the rules forbid it.
        PendingNotAllowedError: the policy does.
    """
    industry = catalog.industry(application.industry)
    holder = get_holder(connection, application.holder)
    premises = get_premises(connection, application.premises)
    if premises.holder != holder.uscc:
        raise BelongsElsewhereError(
            entity="premises",
            key=str(premises.id),
            owner="holder",
            expected=holder.uscc,
            found=premises.holder,
        )
    facts = read_facts(premises.facts)
    permits = _permits(connection, application, catalog=catalog, on=on)
    held = [
        HeldPermit(
            kind=permit.kind,
            form=Form(permit.current.terms.document_form),
            in_force=_in_force(permit, on),
        )
        for permit in permits
    ]
    assessment = assess(industry, facts=facts, held=held, applied_for=application.applied_for)
    refused = [
        reason
        for reason in assessment.reasons
        if reason.severity is Severity.FATAL
        or (application.permits is not None and reason.code in _LEFT_OUT)
    ]
    if refused:
        raise NotIssuableError(reasons=refused)
    pending = _pending(assessment)
    for item in pending:
        if item.mandatory and not policy.allows_pending(item.kind):
            raise PendingNotAllowedError(item=item.item, kind=item.kind, policy=policy.id)
    chosen = [
        result.item.id
        for result in assessment.results
        if result.state in (State.SATISFIED, State.PENDING)
    ]
    return Grounds(
        holder=holder,
        premises=premises,
        permits=tuple(permits[index] for index in assessment.permits),
        mandatory=frozenset(
            permits[index].id
            for result in assessment.in_state(State.SATISFIED)
            if result.is_mandatory
            for index in result.permits
        ),
        pending=pending,
        told=tuple(
            {
                "department": notice.department.id,
                "name": notice.department.name.zh,
                "items": [item.id for item in notice.items],
                "review": notice.department.remedy.review.zh,
                "lawsuit": notice.department.remedy.lawsuit.zh,
            }
            for notice in notices(industry, facts=facts, item_ids=chosen)
        ),
    )


def counting_permits(
    connection: Connection, *, premises: int, industry: Industry, on: date
) -> Sequence[Permit]:
    """Return the permits in force at premises that are of an industry."""
    kinds = {kind.id for item in industry.items for kind in item.kinds}
    return [
        permit
        for permit in permits_at(connection, premises)
        if permit.kind in kinds and _in_force(permit, on)
    ]


def _permits(
    connection: Connection, application: Application, *, catalog: Catalog, on: date
) -> Sequence[Permit]:
    if application.permits is None:
        industry = catalog.industry(application.industry)
        return counting_permits(connection, premises=application.premises, industry=industry, on=on)
    permits = []
    for name in dict.fromkeys(application.permits):
        permit = find_permit(connection, kind=name.kind, number=name.number)
        if permit is None:
            raise NotRegisteredError(entity="permit", key=f"{name.kind} {name.number}")
        if (permit.holder, permit.premises) != (application.holder, application.premises):
            raise PermitOfAnotherError(kind=name.kind, number=name.number)
        permits.append(permit)
    return permits


def _in_force(permit: Permit, on: date) -> bool:
    terms = permit.current.terms
    return (
        permit.current.state is PermitState.IN_FORCE
        and terms.valid_from <= on
        and (terms.valid_until is None or on <= terms.valid_until)
    )


def _pending(assessment: Assessment) -> tuple[PendingItem, ...]:
    pending = []
    for result in assessment.in_state(State.PENDING):
        assert result.department is not None  # `assess` names it for every pending item
        pending.append(
            PendingItem(
                item=result.item.id,
                kind=result.item.kinds[0].id,
                mandatory=result.is_mandatory,
                department=result.department.id,
            )
        )
    return tuple(pending)
